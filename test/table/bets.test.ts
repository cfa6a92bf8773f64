import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bets } from '../../src/table/bets.ts';
import { randomOf } from '../support/contacts.ts';

test('what always succeeds against the odds grows by what the odds were worth', () => {
  const bets = new Bets();
  for (let step = 0; step < 20; step += 1) bets.take(step, true, 0.25);
  assert.ok(bets.bits > 20 * Math.log2(0.95 / 0.25) - Math.log2(3) - 0.01);
  assert.ok(bets.bits < 20 * Math.log2(1 / 0.25));
  assert.equal(bets.since, 0);
});

test('a bet that cannot be won is not taken', () => {
  const bets = new Bets();
  for (let step = 0; step < 20; step += 1) bets.take(step, true, 1);
  assert.equal(bets.bits, 0);
});

test('it begins anew where it had come to nothing', () => {
  const bets = new Bets();
  for (let step = 0; step < 50; step += 1) bets.take(step, false, 0.3);
  for (let step = 50; step < 80; step += 1) bets.take(step, true, 0.3);
  assert.equal(bets.since, 50);
  assert.ok(bets.bits > 30);
});

test('of series at the stated chance hardly more than 2^−b a step reach b bits', () => {
  const random = randomOf(11);
  const [series, steps, bits] = [400, 100, 10];
  for (const p0 of [0.2, 0.7]) {
    let reached = 0;
    for (let n = 0; n < series; n += 1) {
      const bets = new Bets();
      let most = 0;
      for (let step = 0; step < steps; step += 1) {
        bets.take(step, random() < p0, p0);
        most = Math.max(most, bets.bits);
      }
      if (most >= bits) reached += 1;
    }
    // 400 × 100 steps × 2^−10 is 39; the bound is far from tight.
    assert.ok(reached <= (series * steps) / 2 ** bits, `${reached} at ${p0}`);
  }
});
