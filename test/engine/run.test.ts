import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { run } from '../../src/engine/run.ts';
import type { Progress, RunOptions, RunResult } from '../../src/engine/options.ts';
import { scratch } from '../input/scratch.ts';
import * as make from '../support/packets.ts';
import { pcap } from '../support/packets.ts';
import { traffic } from './traffic.ts';

const BIN = fileURLToPath(new URL('../../bin/vedette.mjs', import.meta.url));
const FRAMES = traffic(30_000);
const CAPTURE = pcap(FRAMES);

const find = (paths: readonly string[], more: Partial<RunOptions> = {}): Promise<RunResult> =>
  run({ paths, workers: 1, home: [], falsePerDay: 1, ...more });

/** All of a result but how long it took. */
const written = ({ findings, summary }: RunResult): string => JSON.stringify([findings, { ...summary, seconds: 0 }]);

function fileOf(context: TestContext, name = 'all.pcap', bytes = CAPTURE): string {
  const path = join(scratch(context), name);
  writeFileSync(path, bytes);
  return path;
}

test('the result is the same, byte for byte, for 1, 2 and 4 threads', async (context) => {
  const path = fileOf(context);
  const alone = await find([path]);
  assert.ok(alone.findings.length > 5, `${alone.findings.length} findings`);
  assert.ok(alone.findings.some(({ learned }) => learned.some(({ banner }) => banner?.startsWith('SSH-2.0-'))));
  for (const workers of [2, 4]) assert.equal(written(await find([path], { workers })), written(alone));
});

test('records are conserved, and weird counts are those of one thread', async (context) => {
  const path = fileOf(context);
  const [one, four] = [await find([path]), await find([path], { workers: 4 })];
  const [counts] = four.summary.inputs;
  assert.deepEqual(counts, one.summary.inputs[0]);
  const malformed = Object.values(counts.malformed).reduce((sum, count) => sum + count, 0);
  assert.ok(malformed > 0);
  assert.equal(counts.records, FRAMES.length);
  assert.equal(
    counts.records,
    counts.used + counts.duplicate + counts.late + malformed + counts.unsupported + counts.shed,
  );
});

test('several files in any order give one result, and more threads the same', async (context) => {
  const folder = scratch(context);
  const paths = [0, 1, 2].map((part) => join(folder, `${part}.pcap`));
  const third = FRAMES.length / 3;
  for (const [part, path] of paths.entries()) writeFileSync(path, pcap(FRAMES.slice(part * third, (part + 1) * third)));
  const whole = await find([fileOf(context)]);
  const parts = await find(paths);
  const named = ({ findings }: RunResult): string[] => findings.map(({ id }) => id).sort();
  assert.deepEqual(named(parts), named(whole));
  assert.equal(written(await find(paths.toReversed(), { workers: 3 })), written(parts));
  assert.equal(parts.summary.inputs.length, 3);
});

test('a file fed twice counts once, and says so', async (context) => {
  const folder = scratch(context);
  const [first, second, third] = ['a', 'b', 'c'].map((name) => join(folder, `${name}.pcap`));
  const changed = Uint8Array.from(CAPTURE);
  changed[CAPTURE.length >> 1] ^= 1;
  for (const [path, bytes] of [
    [first, CAPTURE],
    [second, CAPTURE],
    [third, changed],
  ] as const)
    writeFileSync(path, bytes);
  const once = await find([first]);
  const twice = await find([first, second], { workers: 2 });
  assert.deepEqual(
    twice.findings.map(({ id, probes, bits }) => [id, probes, bits]),
    once.findings.map(({ id, probes, bits }) => [id, probes, bits]),
  );
  const [, copy] = twice.summary.inputs;
  assert.deepEqual([copy.records, copy.used, copy.duplicate], [FRAMES.length, 0, FRAMES.length]);
  const other = await find([first, third]);
  assert.equal(other.summary.inputs[1].duplicate, 0);
});

test('contacts outside the period are not judged', async (context) => {
  const path = fileOf(context);
  const at = (row: number): number => FRAMES[row].time ?? 0;
  const [since, until] = [at(FRAMES.length / 3), at((FRAMES.length / 3) * 2)];
  const all = await find([path]);
  const some = await find([path], { since, until, workers: 2 });
  assert.ok(some.findings.length > 0);
  assert.ok(some.summary.contacts < all.summary.contacts / 2);
  for (const { firstSeen, lastSeen } of some.findings) {
    assert.ok(Date.parse(firstSeen) >= Math.floor(since / 1000));
    assert.ok(Date.parse(lastSeen) <= until / 1000);
  }
  const none = await find([path], { since: at(FRAMES.length - 1) + 1 });
  assert.deepEqual([none.findings.length, none.summary.contacts], [0, 0]);
});

test('progress goes up to all there is', async (context) => {
  const path = fileOf(context);
  for (const workers of [1, 2]) {
    const seen: Progress[] = [];
    const { summary } = await find([path], { workers, progress: (progress) => seen.push(progress) });
    assert.ok(seen.length > 0);
    for (const { done, total, records } of seen) {
      assert.equal(total, CAPTURE.length);
      assert.ok(done <= CAPTURE.length && records <= summary.inputs[0].records);
    }
  }
});

test('an input without a record leaves no thread waiting', async (context) => {
  const path = fileOf(context, 'none.pcap', pcap([]));
  for (const workers of [1, 2, 4]) {
    const { findings, summary } = await find([path], { workers });
    assert.deepEqual([findings.length, summary.inputs[0].records, summary.span], [0, 0, null]);
  }
});

/** What a run over standard input writes; the bytes come in so many pieces. */
function piped(pieces: number, workers: number, home: string): Promise<string> {
  const child = spawn(process.execPath, [BIN, 'analyze', '--format', 'ndjson', '--workers', String(workers), '-'], {
    env: { ...process.env, XDG_STATE_HOME: home },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const size = Math.ceil(CAPTURE.length / pieces);
  const send = (at: number): void => {
    if (at >= CAPTURE.length) child.stdin.end();
    else child.stdin.write(CAPTURE.subarray(at, at + size), () => setTimeout(send, 1, at + size));
  };
  send(0);
  return new Promise((resolve) => {
    let out = '';
    child.stdout.on('data', (bytes) => (out += bytes));
    child.on('close', () => resolve(out.replace(/"seconds":[\d.]+/, '')));
  });
}

test('a pipe gives what the file gives, in however many pieces it comes', async (context) => {
  const home = scratch(context);
  const file = await find([fileOf(context)]);
  const name = file.summary.inputs[0].name;
  const ids = (text: string): string[] => text.match(/"id":"[^"]+"/g) ?? [];
  const whole = await piped(1, 1, home);
  assert.deepEqual(ids(whole), ids(written(file).replaceAll(name, '-')));
  assert.equal(await piped(7, 2, home), whole);
  assert.equal(await piped(100, 3, home), whole);
});

for (const [what, script, reason] of [
  ['throws', 'sabotage.mjs', /sabotage/],
  ['ends without a word', 'silence.mjs', /ended with code 0/],
] as const)
  test(`a worker that ${what} is an exception of the run`, async (context) => {
    const path = fileOf(context);
    const before = process.env['NODE_OPTIONS'];
    context.after(() => {
      if (before === undefined) delete process.env['NODE_OPTIONS'];
      else process.env['NODE_OPTIONS'] = before;
    });
    process.env['NODE_OPTIONS'] = `--import=${new URL(script, import.meta.url).href}`;
    await assert.rejects(find([path], { workers: 3 }), reason);
  });

test('a worker that throws while a pipe has nothing to give ends the run', { timeout: 60_000 }, async (context) => {
  const script = new URL('sabotage.mjs', import.meta.url).href;
  const child = spawn(process.execPath, ['--import', script, BIN, 'analyze', '--workers', '2', '-'], {
    env: { ...process.env, XDG_STATE_HOME: scratch(context) },
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  child.stdin.on('error', () => {});
  child.stdin.write(CAPTURE.subarray(0, CAPTURE.length >> 1));
  let said = '';
  for await (const bytes of child.stderr) {
    said += bytes;
    if (said.includes('sabotage')) break;
  }
  assert.match(said, /sabotage/);
  child.stdin.end();
  child.kill();
});

test('the engine leaves the bytes of its inputs alone', async (context) => {
  const path = fileOf(context);
  await find([path], { workers: 2 });
  assert.ok(readFileSync(path).equals(CAPTURE));
});

test('a source whose packets come in tiny fragments is an anomaly, also where the last one is not tiny', async (context) => {
  const frames = Array.from({ length: 6 }, (_, n) => {
    const target = `203.0.113.${1 + n}`;
    const syn = make.tcp({ from: 2000 + n, to: 443, flags: make.SYN, seq: 7 * n * n, options: make.bytes('020405b4') });
    const piece = (part: number, from: number, to: number) =>
      make.ethernet(make.ip4(syn, { source: '192.0.2.66', target, id: n, part, from, to }));
    const answer = make.tcp({ from: 443, to: 2000 + n, flags: make.SYN | make.ACK, seq: 9, ack: 7 * n * n + 1 });
    const back = make.ethernet(make.ip4(answer, { source: target, target: '192.0.2.66' }));
    return [piece(0x2000, 0, 16), piece(2, 16, 24), back].map((bytes) => ({ bytes, time: 1.7e15 + n * 3600e6 }));
  }).flat();
  const { findings } = await find([fileOf(context, 'tiny.pcap', pcap(frames))], { home: ['203.0.113.0/24'] });
  assert.deepEqual(
    findings.map(({ kind, source }) => [kind, source?.address]),
    [['anomaly', '192.0.2.66']],
  );
  assert.match(findings[0].account[0].reason, /fragments/);
});
