import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FALSE_DISCOVERIES, standing } from '../../src/triage/rank.ts';
import { randomOf, range } from '../support/contacts.ts';

test('the k largest stand together when the k-th is sources ÷ (q · k)', () => {
  const q = 1 / 64;
  // 256 sources: one alone needs 14 bits, two need 13, four need 12.
  assert.equal(standing([14], 256, q), 14);
  assert.equal(standing([13.9], 256, q), Number.POSITIVE_INFINITY);
  assert.equal(standing([13.5, 13], 256, q), 13);
  assert.equal(standing([12, 12.5, 20, 12.1, 3], 256, q), 12);
  assert.equal(standing([], 256, q), Number.POSITIVE_INFINITY);
});

test('more sources raise what is needed', () => {
  assert.ok(standing([20], 1000) < Number.POSITIVE_INFINITY);
  assert.equal(standing([20], 1e9), Number.POSITIVE_INFINITY);
});

test('among sources that are all benign at most the stated share of days has one that stands', () => {
  const random = randomOf(3);
  const days = 4000;
  let wrong = 0;
  for (let day = 0; day < days; day += 1) {
    // e-values of expectation 1: 1 ÷ u is too heavy, ½ ÷ √u is one.
    const bits = [...range(50)].map(() => -1 - Math.log2(random()) / 2);
    if (standing(bits, 50) < Number.POSITIVE_INFINITY) wrong += 1;
  }
  assert.ok(wrong / days < 2 * FALSE_DISCOVERIES, `${wrong}`);
});
