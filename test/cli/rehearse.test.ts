import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { run } from '../../src/engine/run.ts';
import { METHODS } from '../../src/record/contact.ts';
import { logScans } from '../../src/rehearse/logs.ts';
import { scans } from '../../src/rehearse/scans.ts';
import { cases } from '../support/replay.ts';
import { pcapngOf } from '../support/pcapng.ts';
import { runReal } from './run.ts';

const folder = mkdtempSync(join(tmpdir(), 'vedette-rehearse-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface TruthLine {
  readonly file: string;
  readonly method: string;
  readonly sources: readonly string[];
  readonly first: string;
  readonly last: string;
  readonly expected: { readonly technique: string };
}

const truthIn = (out: string): TruthLine[] =>
  readFileSync(join(out, 'truth.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as TruthLine);

test('every way to address a target is rehearsed', () => {
  const rehearsed = new Set([...scans, ...logScans].map(({ expected }) => expected.method));
  // From outside a window scan is an ACK scan: only the scanner looks at the window.
  const missing = METHODS.filter((name) => name !== null && name !== 'tcp-window' && !rehearsed.has(name));
  assert.deepEqual(missing, []);
});

test('all of them at once among visitors: every one is detected, with the right technique and shape, and nobody else', async () => {
  const out = join(folder, 'mixed');
  const { code, out: said, err } = await runReal(['rehearse', '--mixed', '--check', '--quiet', '--out', out]);
  assert.doesNotMatch(said, /missed|, not /);
  assert.equal(code, 0, said + err);
  const truth = truthIn(out);
  assert.equal(truth.length, scans.length + logScans.length);
  for (const file of readdirSync(out).filter((name) => name !== 'truth.jsonl')) {
    const { findings } = await run({ paths: [join(out, file)], workers: 1, home: [], falsePerDay: 1 });
    const known = new Set(truth.filter((one) => one.file === file).flatMap(({ sources }) => sources));
    const alarms = findings.filter(({ kind, bits, bar }) => kind !== 'anomaly' || bits >= bar);
    const blamed = alarms.flatMap(({ source, members = [] }) => [...(source ? [source] : []), ...members]);
    assert.deepEqual([file, ...blamed.map(({ address }) => address).filter((address) => !known.has(address))], [file]);
  }
});

test('one by one, by name and with another seed', async () => {
  const out = join(folder, 'some');
  const names = ['tcp-null', 'masscan', 'distributed', 'slow', 'web-vulnerability', 'ssh-users'];
  const {
    code,
    out: said,
    err,
  } = await runReal(['rehearse', '--check', '--quiet', '--seed', '7', '--out', out, '--method', ...names]);
  assert.equal(code, 0, said + err);
  assert.deepEqual(new Set(truthIn(out).map(({ method }) => method)), new Set(names));
  assert.match(said, /6 scans of 6 detected/);
});

test('the same seed gives the same bytes', async () => {
  const bytes = async (name: string, seed: string): Promise<Buffer> => {
    const out = join(folder, name);
    await runReal(['rehearse', '--quiet', '--out', out, '--seed', seed, '--method', 'tcp-syn']);
    return readFileSync(join(out, 'tcp-syn.pcap'));
  };
  const one = await bytes('one', '3');
  assert.deepEqual(await bytes('two', '3'), one);
  assert.notDeepEqual(await bytes('three', '4'), one);
});

test('a check that fails says what was missed', async () => {
  const out = join(folder, 'blind');
  const words = ['rehearse', '--check', '--quiet', '--bar', '900', '--out', out, '--method', 'tcp-fin'];
  const { code, out: said } = await runReal(words);
  assert.equal(code, 1);
  assert.match(said, /missed {4}tcp-fin\n0 scans of 1 detected/);
});

const [{ input }] = cases().filter(({ name }) => name === 'benign-nat');
const capture = gunzipSync(readFileSync(input));

for (const [name, bytes] of [
  ['capture.pcap', capture],
  ['capture.pcapng', pcapngOf(capture)],
] as const)
  test(`into a copy of somebody's ${name}, in time order, within its period and network`, async () => {
    const [mine, out] = [join(folder, name), join(folder, `into-${name}`)];
    writeFileSync(mine, bytes);
    const before = await run({ paths: [mine], workers: 1, home: [], falsePerDay: 1 });
    const {
      code,
      out: said,
      err,
    } = await runReal([
      'rehearse',
      '--check',
      '--quiet',
      '--out',
      out,
      '--into',
      mine,
      '--method',
      'mirai',
      'tcp-xmas',
    ]);
    assert.equal(code, 0, said + err);
    const { findings, summary } = await run({ paths: [join(out, name)], workers: 1, home: [], falsePerDay: 1 });
    assert.deepEqual(summary.span, before.summary.span);
    const [one, other] = [summary.inputs[0].records, before.summary.inputs[0].records];
    assert.ok(one > other + 200 && Object.keys(summary.inputs[0].malformed).length === 0);
    assert.equal(findings.length, before.findings.length + 2);
    assert.deepEqual(readFileSync(mine), Buffer.from(bytes));
  });

test("into a copy of somebody's log", async () => {
  const [mine, out] = [join(folder, 'access.log'), join(folder, 'into-log')];
  const stamp = (minute: number): string => `21/Nov/2026:23:${String(minute).padStart(2, '0')}:01 +0100`;
  const lines = Array.from(
    { length: 60 },
    (_, at) => `192.0.2.${at + 1} - - [${stamp(at)}] "GET / HTTP/1.1" 200 153 "-" "Mozilla/5.0"\n`,
  );
  writeFileSync(mine, lines.join(''));
  const { code, out: said, err } = await runReal(['rehearse', '--check', '--quiet', '--out', out, '--into', mine]);
  assert.equal(code, 0, said + err);
  const merged = readFileSync(join(out, 'access.log'), 'utf8');
  for (const line of lines) assert.ok(merged.includes(line));
  assert.deepEqual(
    truthIn(out).map(({ method }) => method),
    ['web-wordlist', 'web-vulnerability', 'web-fingerprint'],
  );
});

test('what cannot be rehearsed is said', async () => {
  const mistakes: [string[], RegExp, number][] = [
    [['--method', 'tcp-sin'], /Did you mean "tcp-syn"/, 2],
    [['--seed', 'x'], /whole number/, 2],
    [['--home', '10.0.0.0/30'], /\/26 or larger/, 2],
    [['--home', '2001:db8::/32'], /IPv4 network/, 2],
    [['--into', join(folder, 'none.pcap')], /no file/, 74],
  ];
  for (const [words, expected, status] of mistakes) {
    const { code, err } = await runReal(['rehearse', '--out', join(folder, 'wrong'), ...words]);
    assert.equal(code, status, err);
    assert.match(err, expected);
  }
});
