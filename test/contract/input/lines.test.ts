import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputs, recognise } from '../../../src/input/index.ts';
import type { RecordInput } from '../../../src/input/input.ts';
import { trialContext } from '../../../src/input/trial.ts';
import { dialects } from '../../../src/input/syslog/index.ts';
import { syslog } from '../../../src/input/syslog/syslog.ts';
import { allocateSheaf } from '../../../src/record/sheaf.ts';
import { generator, mutated } from '../../fuzz/mutate.ts';
import { readRecords } from '../../fuzz/readers.ts';

/*
 * What holds of every format of logs and of every dialect of syslog. A new one is tested here by being in its list.
 */

interface Sampled {
  readonly name: string;
  readonly input: RecordInput;
  readonly sample: Uint8Array;
}

const encoder = new TextEncoder();

const formats: readonly Sampled[] = inputs.flatMap((input) =>
  input.carries === 'records' && input.sample !== undefined
    ? [{ name: input.name, input, sample: encoder.encode(input.sample) }]
    : [],
);
const all: readonly Sampled[] = [
  ...formats,
  ...dialects.map(({ name, sample }) => ({ name: `${name} in syslog`, input: syslog, sample: encoder.encode(sample) })),
];

/** The one format that does nothing until the operator names one. */
const context = () => ({
  ...trialContext(),
  logFormats: ['$remote_addr $host [$time_iso8601] $status "$request" $request_time'],
});

const sheaf = allocateSheaf();
const read = (input: RecordInput, bytes: Uint8Array, piece?: number) =>
  readRecords(input, bytes, sheaf, context(), piece);
const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
const newline = Uint8Array.of(10);

test('names are told apart, and every one says what it is in a sentence', () => {
  const names = inputs.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.equal(new Set(dialects.map(({ name }) => name)).size, dialects.length);
  for (const { name, about } of [...inputs, ...dialects]) assert.ok(about.length > 10 && !about.includes('\n'), name);
});

for (const { name, input, sample } of all) {
  test(`${name}: its sample is taken for what it is, and tells something`, async () => {
    assert.equal(recognise(sample, 'x', context())?.name, input.name);
    const { rows, weird } = await read(input, sample);
    assert.ok(rows >= 1);
    assert.equal(weird.total('malformed'), 0);
  });

  test(`${name}: whatever happens to its lines, each is told, let be or counted, and nothing is thrown`, async () => {
    const random = generator(4711);
    const lines = Array.from({ length: 300 }, () => mutated(sample, random));
    const damaged = joined(...lines.flatMap((line) => [line, newline]));
    const whole = await read(input, damaged);
    for (const piece of [7, 4096]) {
      const pieces = await read(input, damaged, piece);
      assert.deepEqual([pieces.records, pieces.rows, [...pieces.told]], [whole.records, whole.rows, [...whole.told]]);
      assert.deepEqual(pieces.weird.counts, whole.weird.counts);
    }
  });

  test(`${name}: cut anywhere, it does not throw, and no head of it does`, async () => {
    const cuts = Array.from(sample, (_, end) => [sample.subarray(0, end), newline]);
    await read(input, joined(...cuts.flat()));
    for (let end = 0; end < sample.length; end += 1 + (sample.length >> 3)) {
      await read(input, sample.subarray(0, end));
      const sure = input.recognise(sample.subarray(0, end), 'x', context());
      assert.ok(sure >= 0 && sure <= 1);
    }
  });
}

test('a format is not sure of what another one says', () => {
  for (const { name, sample } of formats)
    for (const input of inputs) {
      const sure = input.recognise(sample, 'x', context());
      const own = inputs.find((one) => one.name === name)?.recognise(sample, 'x', context()) ?? 0;
      assert.ok(input.name === name || sure <= own, `${input.name} is surer of ${name}: ${sure}`);
    }
});
