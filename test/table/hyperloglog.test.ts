import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { mix } from '../../src/table/hash.ts';
import { HyperLogLogs } from '../../src/table/hyperloglog.ts';

const show = (sketches: HyperLogLogs, row: number, thing: number): void =>
  sketches.add(row, mix(1, thing), mix(2, thing));

const things = fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { maxLength: 200 });

for (const precision of [6, 8, 12])
  test(`estimates at precision ${precision} are within four standard errors, from 1 to 1,000,000`, () => {
    const bound = 4 * (1.04 / Math.sqrt(2 ** precision));
    const sketches = new HyperLogLogs(3, precision);
    let shown = 0;
    for (const count of [1, 3, 10, 100, 1000, 10_000, 100_000, 1_000_000]) {
      for (; shown < count; shown += 1) show(sketches, 1, shown);
      const error = Math.abs(sketches.estimate(1) - count);
      assert.ok(error <= Math.max(0.6, bound * count), `${count}: off by ${error}`);
    }
  });

test('an empty sketch says 0, and rows do not touch one another', () => {
  const sketches = new HyperLogLogs(3, 6);
  for (let thing = 0; thing < 500; thing += 1) show(sketches, 1, thing);
  assert.equal(sketches.estimate(0), 0);
  assert.equal(sketches.estimate(2), 0);
  sketches.clear(1);
  assert.equal(sketches.estimate(1), 0);
});

test('every bit of the two hashes has its register and rank', () => {
  const sketches = new HyperLogLogs(1, 4);
  sketches.add(0, 0xffffffff, 0);
  sketches.add(0, 0, 0xffffffff);
  assert.ok(Math.abs(sketches.estimate(0) - 16 * Math.log(16 / 14)) < 1e-12);
});

test('a thing shown again changes nothing', () => {
  const sketches = new HyperLogLogs(1, 8);
  for (let round = 0; round < 5; round += 1) for (let thing = 0; thing < 300; thing += 1) show(sketches, 0, thing);
  const once = new HyperLogLogs(1, 8);
  for (let thing = 299; thing >= 0; thing -= 1) show(once, 0, thing);
  assert.equal(sketches.estimate(0), once.estimate(0));
});

test('merging is observing all', () => {
  fc.assert(
    fc.property(things, things, (here, there) => {
      const sketches = new HyperLogLogs(3, 5);
      const other = new HyperLogLogs(2, 5);
      for (const thing of here) [0, 2].forEach((row) => show(sketches, row, thing));
      for (const thing of there) show(sketches, 2, thing);
      for (const thing of there) show(other, 1, thing);
      sketches.merge(0, other, 1);
      assert.equal(sketches.estimate(0), sketches.estimate(2));
      assert.equal(sketches.estimate(1), 0);
    }),
  );
});

test('sketches of different precision cannot be merged', () => {
  assert.throws(() => new HyperLogLogs(1, 5).merge(0, new HyperLogLogs(1, 6), 0), RangeError);
  assert.throws(() => new HyperLogLogs(1, 3), RangeError);
});
