import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Bar, LEAST_BAR } from '../../src/ledger/bar.ts';

const DAY = 86_400e6;

test('the bar is log2 of first contacts a day over false findings a day', () => {
  const bar = new Bar(1);
  bar.observe(0, 1e15);
  bar.observe(2 ** 25, 1e15 + 2 * DAY);
  assert.equal(bar.firstContactsPerDay, 2 ** 24);
  assert.equal(bar.bits, 24);
  const strict = new Bar(1 / 16);
  strict.observe(2 ** 24, 1e15);
  assert.equal(strict.bits, 28);
});

test('it is never under its least', () => {
  const bar = new Bar(1);
  assert.equal(bar.bits, LEAST_BAR);
  bar.observe(1000, 1e15);
  assert.equal(bar.bits, LEAST_BAR);
  assert.equal(new Bar(1000).bits, LEAST_BAR);
});

test('data of less than a day count as a day; a clock that runs back does no harm', () => {
  const bar = new Bar(1);
  bar.observe(5000, 1e15);
  bar.observe(5000, 1e15 + DAY / 24);
  assert.equal(bar.firstContactsPerDay, 10_000);
  bar.observe(0, 1e15 - 10 * DAY);
  assert.equal(bar.firstContactsPerDay, 10_000);
});

test('a given bar stays, whatever comes', () => {
  const bar = new Bar(1, 12.5);
  bar.observe(2 ** 40, 1e15);
  assert.equal(bar.bits, 12.5);
});
