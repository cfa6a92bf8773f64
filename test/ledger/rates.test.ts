import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { State } from '../../src/ledger/knowledge.ts';
import { Rates, Way } from '../../src/ledger/rates.ts';

const STATES = Object.values(State);
const WAYS = Object.values(Way);

test('p0 starts from a prior, and a service that fails for everybody proves nothing', () => {
  const rates = new Rates();
  for (const way of WAYS)
    for (const state of STATES) {
      const p0 = rates.p0(way, state);
      assert.ok(p0 > 0 && p0 <= 1);
      assert.equal(p0 === 1, state === State.failing);
    }
  assert.ok(rates.p0(Way.inward, State.dark) < rates.p0(Way.inward, State.unknown));
  assert.ok(rates.p0(Way.inward, State.unknown) < rates.p0(Way.inward, State.open));
  for (const state of STATES) assert.ok(rates.p0(Way.outward, state) >= 0.7, 'outward people meet dead hosts all day');
});

test('p0 never falls below the prior nor reaches 1, and one way teaches nothing of another', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom(...STATES), fc.boolean()), { maxLength: 400 }),
      fc.constantFrom(...WAYS),
      (lessons, way) => {
        const [fresh, rates] = [new Rates(), new Rates()];
        for (const [state, missed] of lessons) rates.learn(way, state, missed);
        for (const state of STATES) {
          assert.ok(rates.p0(way, state) >= fresh.p0(way, state));
          assert.ok(state === State.failing || rates.p0(way, state) < 1);
          for (const other of WAYS) if (other !== way) assert.equal(rates.p0(other, state), fresh.p0(other, state));
        }
      },
    ),
  );
});

test('where clients that are known miss often, p0 rises above what they miss', () => {
  const rates = new Rates();
  for (let n = 0; n < 4000; n += 1) rates.learn(Way.inward, State.open, n % 2 === 0);
  const p0 = rates.p0(Way.inward, State.open);
  assert.ok(p0 > 0.48 && p0 < 0.55, `${p0}`);
});

test('stale names of 1 % of the contacts of known clients leave the p0 of dark addresses near its prior', () => {
  const rates = new Rates();
  for (let n = 0; n < 20_000; n += 1)
    if (n % 100 === 0) rates.learn(Way.inward, State.dark, true);
    else rates.learn(Way.inward, State.open, false);
  const p0 = rates.p0(Way.inward, State.dark);
  assert.ok(p0 < 0.03, `${p0}`);
});
