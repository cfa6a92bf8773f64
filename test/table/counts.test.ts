import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Counts } from '../../src/table/counts.ts';

const numbers = fc.array(fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(2 ** 31, 2 ** 32 - 1)), {
  maxLength: 300,
});

/** Most frequent first, the smaller number first among equals. */
const inOrder = (map: ReadonlyMap<number, number>): [number, number][] =>
  [...map].sort((a, b) => b[1] - a[1] || a[0] - b[0]);

test('counts what a Map counts, whatever the seed', () => {
  fc.assert(
    fc.property(numbers, fc.integer(), (keys, seed) => {
      const counts = new Counts(seed, 1000);
      const map = new Map<number, number>();
      for (const key of keys) {
        assert.equal(counts.add(key), !map.has(key));
        map.set(key, (map.get(key) ?? 0) + 1);
      }
      assert.equal(counts.size, map.size);
      assert.deepEqual(counts.sorted(), inOrder(map));
      assert.equal(
        counts.some((key) => key > 30),
        [...map.keys()].some((key) => key > 30),
      );
      for (const [key, count] of map) assert.equal(counts.get(key), count);
      assert.equal(counts.get(77), 0);
    }),
  );
});

test('past the bound new numbers are not told apart, known ones go on being counted', () => {
  const counts = new Counts(3, 4);
  for (let key = 0; key < 10; key += 1) counts.add(key);
  counts.add(2, 5);
  assert.equal(counts.size, 4);
  assert.equal(counts.beyond, 6);
  assert.deepEqual(counts.sorted(), [
    [2, 6],
    [0, 1],
    [1, 1],
    [3, 1],
  ]);
});

test('a merge is the counts of both', () => {
  fc.assert(
    fc.property(numbers, numbers, (some, others) => {
      const [one, two, both] = [new Counts(1, 1000), new Counts(2, 1000), new Counts(3, 1000)];
      for (const key of some) one.add(key);
      for (const key of others) two.add(key);
      for (const key of [...some, ...others]) both.add(key);
      one.merge(two);
      assert.deepEqual(one.sorted(), both.sorted());
    }),
  );
});

test('a merge that finds no room loses no count', () => {
  const [one, two] = [new Counts(1, 3), new Counts(2, 9)];
  for (let key = 0; key < 3; key += 1) one.add(key);
  for (let key = 0; key < 9; key += 1) two.add(key, 2);
  one.merge(two);
  const kept = one.sorted().reduce((sum, [, count]) => sum + count, 0);
  assert.equal(kept + one.beyond, 3 + 18);
});
