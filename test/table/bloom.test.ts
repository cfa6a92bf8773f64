import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { RotatingBloom } from '../../src/table/bloom.ts';
import { mix } from '../../src/table/hash.ts';

const see = (bloom: RotatingBloom, key: number): boolean => bloom.testAndSet(mix(1, key), mix(2, key));

/** Whether a key is known, without making it known to the filter that is asked. */
const sees = (bloom: RotatingBloom, key: number): boolean => {
  const copy = new RotatingBloom(bloom.bitsLog2, Number.POSITIVE_INFINITY, bloom.hashes);
  copy.merge(bloom);
  return see(copy, key);
};

const keys = fc.array(fc.integer({ min: 0, max: 2 ** 31 - 1 }), { maxLength: 60 });

test('what was seen is known until two generations have passed', () => {
  const bloom = new RotatingBloom(14, 500);
  for (let key = 0; key < 5000; key += 1) {
    see(bloom, key);
    for (const back of [0, 1, 250, 499]) if (key >= back) assert.ok(sees(bloom, key - back), `${key} − ${back}`);
  }
  assert.ok(bloom.rotations >= 9);
});

test('what came long ago is forgotten', () => {
  const bloom = new RotatingBloom(20, 1000);
  for (let key = 0; key < 10_000; key += 1) see(bloom, key);
  let known = 0;
  for (let key = 0; key < 1000; key += 1) if (see(bloom, key)) known += 1;
  assert.ok(known < 20, `${known} of 1000 are still known`);
});

test('a key that only the older generation knows is known, and is remembered anew', () => {
  const bloom = new RotatingBloom(16, 1000);
  assert.equal(see(bloom, 1), false);
  bloom.rotate();
  assert.equal(see(bloom, 1), true);
  assert.equal(bloom.insertions, 2);
  bloom.rotate();
  assert.equal(see(bloom, 1), true);
  bloom.rotate();
  bloom.rotate();
  assert.equal(see(bloom, 1), false);
});

test('a known key does not bring the rotation nearer', () => {
  const bloom = new RotatingBloom(16, 2);
  for (let n = 0; n < 100; n += 1) see(bloom, 7);
  assert.deepEqual([bloom.insertions, bloom.rotations], [1, 0]);
  see(bloom, 8);
  assert.deepEqual([bloom.insertions, bloom.rotations], [2, 1]);
});

test('false positives stay below 0.4 % at 16 bits a key, and the estimate says how many there are', () => {
  const bloom = new RotatingBloom(20, Number.POSITIVE_INFINITY);
  for (let key = 0; key < 65_536; key += 1) see(bloom, key);
  const estimate = bloom.falsePositiveRate();
  let wrong = 0;
  for (let key = 0; key < 6_000; key += 1) if (see(bloom, 1_000_000 + key)) wrong += 1;
  assert.ok(wrong / 6_000 < 0.004, `${wrong} of 6000`);
  assert.ok(estimate > 0.0022 && estimate < 0.0033, `${estimate}`);
});

test('both generations count in the estimate', () => {
  const bloom = new RotatingBloom(16, Number.POSITIVE_INFINITY);
  for (let key = 0; key < 8192; key += 1) see(bloom, key);
  const one = bloom.falsePositiveRate();
  bloom.rotate();
  assert.equal(bloom.falsePositiveRate(), one);
  for (let key = 0; key < 8192; key += 1) see(bloom, 100_000 + key);
  assert.ok(bloom.falsePositiveRate() > 1.8 * one);
});

test('merging is observing all', () => {
  fc.assert(
    fc.property(keys, keys, keys, keys, (oldHere, newHere, oldThere, newThere) => {
      const [here, there, all] = [0, 1, 2].map(() => new RotatingBloom(12, 1000));
      for (const key of oldHere) [here, all].forEach((bloom) => see(bloom, key));
      for (const key of oldThere) [there, all].forEach((bloom) => see(bloom, key));
      [here, there, all].forEach((bloom) => bloom.rotate());
      for (const key of newHere) [here, all].forEach((bloom) => see(bloom, key));
      for (const key of newThere) [there, all].forEach((bloom) => see(bloom, key));
      here.merge(there);
      assert.equal(here.falsePositiveRate(), all.falsePositiveRate());
      for (const key of [...oldHere, ...newHere, ...oldThere, ...newThere]) assert.ok(sees(here, key));
      for (let key = 0; key < 200; key += 1) assert.equal(sees(here, key), sees(all, key));
    }),
  );
});

test('a merge that fills the generation rotates', () => {
  const [here, there] = [new RotatingBloom(12, 10), new RotatingBloom(12, 10)];
  for (let key = 0; key < 6; key += 1) [here, there].forEach((bloom, n) => see(bloom, key + 100 * n));
  here.merge(there);
  assert.deepEqual([here.insertions, here.rotations], [12, 1]);
  assert.ok(sees(here, 3) && sees(here, 103));
});

test('filters of different shape cannot be merged, and impossible shapes cannot be made', () => {
  assert.throws(() => new RotatingBloom(12, 10).merge(new RotatingBloom(13, 10)), RangeError);
  assert.throws(() => new RotatingBloom(12, 10, 4).merge(new RotatingBloom(12, 10, 3)), RangeError);
  assert.throws(() => new RotatingBloom(8, 10), RangeError);
  assert.throws(() => new RotatingBloom(12, 0), RangeError);
});
