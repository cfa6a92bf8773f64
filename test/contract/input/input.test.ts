import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inputs } from '../../../src/input/index.ts';
import { isConserved, pcapFile, pcapngFile, readAll, someFrames, sourceOf } from '../../input/captures.ts';

/** What every capture format has to keep. One sample for each: a new one adds its own here. (Logs: `lines.test.ts`.) */
const captures = inputs.filter((input) => input.carries === 'packets');
const FRAMES = someFrames(400, 150);
const SAMPLES: Readonly<Record<string, Uint8Array>> = {
  pcap: pcapFile(FRAMES),
  pcapng: pcapngFile(FRAMES),
};

test('every capture format has a sample here; every input a name of its own and one sentence about it', () => {
  assert.deepEqual(
    Object.keys(SAMPLES),
    captures.map(({ name }) => name),
  );
  assert.equal(new Set(inputs.map(({ name }) => name)).size, inputs.length);
  for (const { about } of inputs) assert.match(about, /^[A-Z][^\n]*\.$/);
});

for (const input of captures) {
  const sample = SAMPLES[input.name];

  test(`${input.name}: recognises its own sample only, and no head makes it throw`, () => {
    for (const [name, bytes] of Object.entries(SAMPLES))
      assert.equal(input.recognise(bytes.subarray(0, 65_536), 'x') > 0, name === input.name, name);
    for (let length = 0; length < 40; length += 1) {
      const sure = input.recognise(sample.subarray(0, length), '');
      assert.ok(sure >= 0 && sure <= 1);
      assert.equal(input.recognise(new Uint8Array(length), ''), 0);
    }
  });

  test(`${input.name}: every record is read once, in order, into rows within their block`, async () => {
    const outcome = await readAll(input, sourceOf(sample), { rows: 30, block: 4096 });
    assert.equal(outcome.records, FRAMES.length);
    assert.deepEqual(outcome.weird, {});
    assert.deepEqual(
      outcome.rows.map(({ number, time, data }) => [number, time, data]),
      FRAMES.map(({ seconds, fraction, data }, at) => [
        at + 1,
        seconds * 1e6 + fraction,
        Buffer.from(data).toString('hex'),
      ]),
    );
  });

  test(`${input.name}: batches are the same for one byte at a time, all at once, and late`, async () => {
    const shape = { rows: 30, block: 4096 };
    const expected = await readAll(input, sourceOf(sample, [1 << 20]), shape);
    for (const source of [sourceOf(sample, [1]), sourceOf(sample, [7, 4096], true)]) {
      const { rows, batches } = await readAll(input, source, shape);
      assert.deepEqual([rows, batches], [expected.rows, expected.batches]);
    }
  });

  test(`${input.name}: cut anywhere, it keeps what stands before the cut and loses no record`, async () => {
    for (let end = 0; end < 3000; end += 1) {
      const outcome = await readAll(input, sourceOf(sample.subarray(0, end)), { rows: 100, block: 8192 });
      assert.ok(isConserved(outcome), `cut at ${end}`);
      assert.ok(outcome.records - outcome.rows.length <= 1, `cut at ${end}`);
    }
  });

  test(`${input.name}: a reader that has ended stays ended, and closes its source`, async () => {
    let closed = 0;
    const source = { ...sourceOf(sample), close: () => (closed += 1) };
    await readAll(input, source);
    assert.equal(closed, 1);
  });
}
