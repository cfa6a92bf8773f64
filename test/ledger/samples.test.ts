import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SAMPLES, Samples } from '../../src/ledger/samples.ts';
import { range } from '../support/contacts.ts';

const BATCH = {
  input: Uint16Array.from(range(64), (n) => n % 2),
  record: Uint32Array.from(range(64), (n) => n + 1),
  time: Float64Array.from(range(64), (n) => n * 1e6),
};

const NONE = new Float64Array(1);

function kept(samples: Samples, account: number): [number, number][] {
  return samples.of(account).map(({ reason, record }) => [reason, record]);
}

test('each account gets its own back, in the order in which they were kept', () => {
  const samples = new Samples(2);
  for (let row = 0; row < 10; row += 1) samples.add(row % 2, row, BATCH, row, Float64Array.of(row / 2), 0);
  assert.deepEqual(samples.of(1)[2], { reason: 5, input: 1, record: 6, time: 5e6, bits: 2.5 });
  assert.deepEqual(kept(samples, 0), [
    [0, 1],
    [2, 3],
    [4, 5],
    [6, 7],
    [8, 9],
  ]);
});

test('when there is no room the first of a reason takes the place of a spare one', () => {
  const samples = new Samples(3);
  for (let row = 0; row < SAMPLES; row += 1) samples.add(1, row % 2, BATCH, row, NONE, 0);
  samples.add(1, 7, BATCH, 40, NONE, 0);
  samples.add(1, 7, BATCH, 41, NONE, 0);
  const all = kept(samples, 1);
  assert.equal(all.length, SAMPLES);
  assert.deepEqual(
    all.filter(([reason]) => reason === 7),
    [[7, 41]],
  );
});

test('dropped reasons leave the others in order, and their room is used again', () => {
  const samples = new Samples(2);
  for (let row = 0; row < 6; row += 1) samples.add(0, row % 3, BATCH, row, NONE, 0);
  samples.drop(0, 1, 2);
  samples.add(0, 9, BATCH, 50, NONE, 0);
  assert.deepEqual(kept(samples, 0), [
    [0, 1],
    [2, 3],
    [0, 4],
    [2, 6],
    [9, 51],
  ]);
  samples.clear(0);
  assert.deepEqual(kept(samples, 0), []);
});
