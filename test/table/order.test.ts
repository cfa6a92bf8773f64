import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { countBelow, evidenceBits, increasingPlaces, longestIncreasing, orderLog2P } from '../../src/table/order.ts';

/** By trying every subset. */
function bySubsets(values: readonly number[]): number {
  let best = 0;
  for (let set = 0; set < 2 ** values.length; set += 1) {
    const picked = values.filter((_, at) => (set >> at) & 1);
    if (picked.every((value, at) => at === 0 || value > picked[at - 1])) best = Math.max(best, picked.length);
  }
  return best;
}

function* permutations(values: readonly number[]): Generator<number[]> {
  if (values.length === 0) yield [];
  for (const [at, value] of values.entries())
    for (const rest of permutations(values.toSpliced(at, 1))) yield [value, ...rest];
}

test('the longest increasing subsequence is that of a search through all subsets', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 10 }), (values) => {
      assert.equal(longestIncreasing(values), bySubsets(values));
    }),
  );
});

test('the places of such a subsequence go up, as do their values, and are as many', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 40 }), (values) => {
      const places = increasingPlaces(values);
      assert.equal(places.length, longestIncreasing(values));
      for (const [at, place] of places.entries())
        assert.ok(at === 0 || (place > places[at - 1] && values[place] > values[places[at - 1]]));
    }),
  );
});

test('equal numbers do not increase, order and its reverse are told apart', () => {
  assert.equal(longestIncreasing([]), 0);
  assert.equal(longestIncreasing([3, 3, 3]), 1);
  const up = Array.from({ length: 200 }, (_, n) => n);
  assert.equal(longestIncreasing(up), 200);
  assert.equal(longestIncreasing(up.toReversed()), 1);
});

test('the bound holds for every length among all orders of up to 8 numbers, and is exact for full order', () => {
  for (let k = 1; k <= 8; k += 1) {
    const lengths = new Array<number>(k + 1).fill(0);
    let orders = 0;
    for (const order of permutations(Array.from({ length: k }, (_, n) => n))) {
      lengths[longestIncreasing(order)] += 1;
      orders += 1;
    }
    for (let l = 0; l <= k; l += 1) {
      const p = lengths.slice(l).reduce((sum, count) => sum + count, 0) / orders;
      assert.ok(Math.log2(p) <= orderLog2P(k, l) + 1e-9, `k ${k}, l ${l}: ${p}`);
    }
    assert.ok(Math.abs(orderLog2P(k, k) + Math.log2(orders)) < 1e-9);
  }
});

test('the bound is a probability and falls with the length', () => {
  for (const k of [1, 16, 512]) {
    for (let l = 1; l <= k; l += 1) {
      assert.ok(orderLog2P(k, l) <= 0);
      if (l * l > 8 * k) assert.ok(orderLog2P(k, l) < orderLog2P(k, l - 1), `${k} ${l}`);
    }
  }
});

test('the e-value of a uniform p has expectation 1', () => {
  // p = e^−t, so the mean is ∫ e(e^−t) e^−t dt; what lies beyond t is 1 ÷ t
  const [step, end] = [1e-3, 500];
  let sum = 1 / end;
  for (let t = step / 2; t < end; t += step) sum += 2 ** (evidenceBits(-t / Math.LN2) - t / Math.LN2) * step;
  assert.ok(Math.abs(sum - 1) < 1e-2, `${sum}`);
});

test('how many of sorted values are less than one', () => {
  const sorted = [1, 3, 3, 7];
  assert.deepEqual(
    [0, 1, 2, 3, 4, 7, 8].map((value) => countBelow(sorted, value)),
    [0, 0, 1, 1, 3, 3, 4],
  );
  assert.equal(countBelow(sorted, 8, 2), 2);
  assert.equal(countBelow([], 1), 0);
});
