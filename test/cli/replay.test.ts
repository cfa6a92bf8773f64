import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { pcapngOf } from '../support/pcapng.ts';
import { PROBES, scanCapture, scratch } from './capture.ts';
import { BIN, runReal } from './run.ts';

const LOG = Array.from(
  { length: 4 },
  (_, at) => `192.0.2.7 - - [21/Nov/2026:23:27:0${at} +0130] "GET /${at} HTTP/1.1" 404 153 "-" "-"\n`,
).join('');

for (const [name, bytes] of [
  ['a.pcap', scanCapture()],
  ['a.pcap.gz', gzipSync(scanCapture())],
  ['a.pcapng', pcapngOf(scanCapture())],
  ['a.log', Buffer.from(LOG)],
  ['cut.pcap', scanCapture().subarray(0, 1000)],
  ['broken.pcap', Buffer.concat([scanCapture().subarray(0, 400), Buffer.alloc(900, 0xee)])],
] as const)
  test(`${name} comes out as it went in`, async (t) => {
    const { folder } = scratch(t);
    const [from, to] = [join(folder, name), join(folder, 'out')];
    writeFileSync(from, bytes);
    const { code, err } = await runReal(['replay', from, '--speed', 'max', '--to', to]);
    assert.equal(code, 0, err);
    assert.deepEqual(readFileSync(to), name.endsWith('gz') ? scanCapture() : Buffer.from(bytes));
  });

test('to standard output, and at its pace', async (t) => {
  const { file } = scratch(t);
  const [before, own] = [performance.now(), await runReal(['replay', file])];
  const lasts = (Math.max(...timesOf(scanCapture())) - Math.min(...timesOf(scanCapture()))) / 1000;
  assert.deepEqual(Buffer.from(own.out, 'latin1'), scanCapture());
  assert.ok(performance.now() - before >= lasts, `not before ${lasts} ms`);
  const { out } = await runReal(['replay', file, '--speed', '600x']);
  assert.deepEqual(Buffer.from(out, 'latin1'), scanCapture());
});

/** Times of the packets of a pcap file, in µs. */
function timesOf(pcap: Buffer): number[] {
  const times: number[] = [];
  for (let at = 24; at < pcap.length; at += 16 + pcap.readUInt32LE(at + 8))
    times.push(pcap.readUInt32LE(at) * 1e6 + pcap.readUInt32LE(at + 4));
  return times;
}

test('moved to now, captures and logs keep their distances and their forms', async (t) => {
  const { folder, file } = scratch(t);
  const to = join(folder, 'out');
  const before = Date.now() * 1000;
  await runReal(['replay', file, '--speed', 'max', '--shift', '--to', to]);
  const [old, moved] = [timesOf(scanCapture()), timesOf(readFileSync(to))];
  assert.equal(moved.length, PROBES);
  assert.ok(moved[0] >= before - 1000 && moved[0] < before + 60e6);
  assert.deepEqual(
    moved.map((time) => time - moved[0]),
    old.map((time) => time - old[0]),
  );

  const log = join(folder, 'a.log');
  writeFileSync(log, LOG);
  const { out } = await runReal(['replay', log, '--speed', 'max', '--shift']);
  const clocks = out
    .trimEnd()
    .split('\n')
    .map((line) => /\[(\d\d)\/(\w{3})\/(\d{4}):(\d\d:\d\d:\d\d) \+0130\] "GET/.exec(line));
  const seconds = clocks.map(
    (parts) => Date.parse(`${parts?.[1]} ${parts?.[2]} ${parts?.[3]} ${parts?.[4]} +0130`) / 1000,
  );
  assert.deepEqual(
    seconds.map((second) => second - seconds[0]),
    [0, 1, 2, 3],
  );
  assert.ok(Math.abs(seconds[0] * 1e6 - before) < 61e6);
});

test('what cannot be played is said', async (t) => {
  const { folder, file } = scratch(t);
  writeFileSync(join(folder, 'binary'), Buffer.alloc(100));
  const mistakes: [string[], RegExp, number][] = [
    [[file, '--speed', 'fast'], /or max/, 2],
    [[file, '--speed', '0'], /or max/, 2],
    [[file, '--speed', 'max', '--to', file], /it is what is played/, 74],
    [[file, '--speed', 'max', '--to', join(folder, 'no', 'out')], /cannot be written/, 74],
    [[join(folder, 'binary'), '--speed', 'max'], /cannot be cut/, 74],
  ];
  for (const [words, expected, status] of mistakes) {
    const { code, err } = await runReal(['replay', ...words]);
    assert.match(err, expected);
    assert.equal(code, status, err);
  }
  assert.deepEqual(readFileSync(file), scanCapture());
});

test('a reader that goes away is no error', async (t) => {
  const { folder, file } = scratch(t);
  const large = join(folder, 'large.pcap');
  const records = scanCapture().subarray(24);
  writeFileSync(large, Buffer.concat([scanCapture(), ...Array.from({ length: 2000 }, () => records)]));
  for (const [path, speed] of [
    [large, 'max'],
    [file, '20'],
  ]) {
    const child = spawn(process.execPath, [BIN, 'replay', path, '--speed', speed]);
    let err = '';
    child.stderr.on('data', (bytes: Buffer) => (err += bytes));
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(err, '');
    assert.equal(code, 0);
  }
});
