import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findingSchema, summarySchema } from '../../src/finding/finding.ts';
import { SCANNER, scanCapture, scratch } from './capture.ts';
import { BIN, runProcess } from './run.ts';

const linesOf = (out: string): { id: string }[] =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { id: string });

test('a capture in, findings out, each as the published schema has it', async (t) => {
  const { folder, file } = scratch(t);
  const { code, out, err } = await runProcess(['analyze', '--format', 'ndjson', file], folder);
  assert.equal(err, '');
  assert.equal(code, 0);
  const lines = linesOf(out);
  const findings = lines.slice(0, -1).map((line) => findingSchema.parse(line));
  summarySchema.parse(lines.at(-1));
  assert.ok(findings.some(({ source }) => source?.address === SCANNER));
});

test('standard input and a file give the same findings', async (t) => {
  const { folder } = scratch(t);
  const named = (out: string): string => out.split('\n').slice(0, -2).join('\n').replaceAll('"scan.pcap"', '"-"');
  const file = await runProcess(['--json', 'scan.pcap'], folder);
  const pipe = await runProcess(['--json', '-'], folder, { input: scanCapture() });
  assert.equal(named(pipe.out), named(file.out));
  assert.notEqual(named(pipe.out), '');
});

test('explain recomputes the finding and cites its packets', async (t) => {
  const { folder } = scratch(t);
  const [finding] = linesOf((await runProcess(['--json', 'scan.pcap'], folder)).out);
  const { code, out, err } = await runProcess(['explain', finding.id.slice(0, 10)], folder, { cwd: '/' });
  assert.equal(err, '');
  assert.equal(code, 0);
  assert.match(out, /identical to the stored one/);
  assert.match(out, /#\d+ +22:3\d:\d\d\.000000 {2}198\.51\.100\.66:50000 → 203\.0\.113\.\d+:23/);
  assert.match(out, /add up to/);
  const again = await runProcess(['explain', finding.id, 'scan.pcap'], folder);
  assert.match(again.out, /no stored one to compare with/);
  assert.match((await runProcess(['explain', '198.51.100.66'], folder)).out, /identical to the stored one/);
});

test('a stored verdict that is not what the packets say is found out', async (t) => {
  const { folder } = scratch(t);
  const [{ id }] = linesOf((await runProcess(['--json', 'scan.pcap'], folder)).out);
  const state = join(folder, 'vedette', 'last.ndjson');
  writeFileSync(state, readFileSync(state, 'utf8').replace(/"probes":\d+,"targets"/, '"probes":7,"targets"'));
  assert.match((await runProcess(['explain', id], folder)).out, /probes: was 7, is \d+/);
});

test('explain refuses inputs that are gone or changed, and standard input', async (t) => {
  const { folder, file } = scratch(t);
  const [{ id }] = linesOf((await runProcess(['--json', 'scan.pcap'], folder)).out);
  const refused = async (expected: RegExp): Promise<void> => {
    const { code, err } = await runProcess(['explain', id], folder);
    assert.equal(code, 74);
    assert.match(err, expected);
  };
  const bytes = readFileSync(file);
  utimesSync(file, 1, 1);
  await refused(/INPUT_CHANGED/);
  appendFileSync(file, bytes.subarray(24));
  await refused(/INPUT_CHANGED/);
  rmSync(file);
  await refused(/INPUT_MISSING/);
  await runProcess(['--json', '-'], folder, { input: bytes });
  await refused(/INPUT_ONCE/);
  assert.equal((await runProcess(['explain', 'nothing'], folder)).code, 2);
});

test('explain without any analysis says so', async (t) => {
  const { folder } = scratch(t);
  const { code, err } = await runProcess(['explain', 'abc'], folder);
  assert.equal(code, 74);
  assert.match(err, /ANALYSIS_MISSING/);
});

test('exit statuses of inputs that cannot be read', async (t) => {
  const { folder } = scratch(t);
  const { code, out, err } = await runProcess(['missing.pcap'], folder);
  assert.deepEqual([code, out], [74, '']);
  assert.match(err, /^vedette: There is no file "missing\.pcap"/);
  writeFileSync(join(folder, 'text.pcap'), 'this is no capture at all');
  assert.equal((await runProcess(['text.pcap'], folder)).code, 74);
  mkdirSync(join(folder, 'empty'));
  assert.equal((await runProcess(['empty'], folder)).code, 74);
  assert.equal((await runProcess(['--fail-on', 'findings', 'scan.pcap'], folder)).code, 1);
});

test('since and until leave out the rest', async (t) => {
  const { folder } = scratch(t);
  const recent = await runProcess(['--json', '--since', '10s', 'scan.pcap'], folder);
  const none = await runProcess(['--json', '--until', '2026-01-01', 'scan.pcap'], folder);
  const contacts = (out: string): number => summarySchema.parse(linesOf(out).at(-1)).contacts;
  assert.equal(contacts(recent.out), 11);
  assert.equal(contacts(none.out), 0);
});

test('a reader that goes away is no error', async (t) => {
  const { folder, file } = scratch(t);
  const child = spawn(process.execPath, [BIN, '--json', file], { env: { ...process.env, XDG_STATE_HOME: folder } });
  child.stdout.destroy();
  let err = '';
  child.stderr.on('data', (bytes: Buffer) => (err += bytes));
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(err, '');
  assert.equal(code, 0);
});

/** A device on which no space is ever left (full(4)). */
const FULL = '/dev/full';

test('findings that do not fit on the disk are said, and talk that does not is dropped', {
  skip: !existsSync(FULL) && 'there is no /dev/full here',
}, (t) => {
  const { folder, file } = scratch(t);
  const full = openSync(FULL, 'w');
  t.after(() => closeSync(full));
  const env = { ...process.env, XDG_STATE_HOME: folder };
  for (const format of ['text', 'ndjson', 'html']) {
    const words = [BIN, '--format', format, file];
    const lost = spawnSync(process.execPath, words, { env, stdio: ['ignore', full, 'pipe'] });
    assert.match(String(lost.stderr), /"standard output" cannot be written: .*\[OUTPUT_UNWRITABLE\]\n$/, format);
    assert.doesNotMatch(String(lost.stderr), /\n {4}at /, format);
    assert.equal(lost.status, 74, format);
    const unheard = spawnSync(process.execPath, words, { env, stdio: ['ignore', 'pipe', full] });
    assert.equal(unheard.status, 0, format);
    assert.notEqual(String(unheard.stdout), '', format);
  }
});

/** Takes from root what lets it read any file (capabilities(7)); from others there is nothing to take. */
const UNABLE = process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-dac_override,-dac_read_search'] : [];
const unable = UNABLE.length === 0 || !spawnSync(UNABLE[0], ['--version']).error;

test('a file that may not be read is said, not thrown', {
  skip: !unable && process.env.VEDETTE_CI === undefined && 'root may read anything, and there is no setpriv to stop it',
}, (t) => {
  const { folder, file } = scratch(t);
  chmodSync(file, 0);
  const [program, ...args] = [...UNABLE, process.execPath, BIN, file];
  const { status, stderr } = spawnSync(program, args, { env: { ...process.env, XDG_STATE_HOME: folder } });
  assert.equal(status, 74);
  assert.match(String(stderr), /scan\.pcap/);
});
