import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Beacons } from '../../../src/detect/habits/beacons.ts';
import { range } from '../../support/contacts.ts';

const FIRST = 7;
const times = Float64Array.from(range(300), (n) => n);

test('visits to the first target are noted whatever order they are told in', () => {
  const beacons = new Beacons(2);
  for (const row of [4, 0, 8]) beacons.visit(1, FIRST, times, row);
  beacons.visit(1, FIRST + 1, times, 9);
  assert.deepEqual(beacons.visitsOf(1), [0, 4, 8]);
  assert.equal(beacons.of(1), FIRST);
  beacons.forget(1);
  assert.deepEqual(beacons.visitsOf(1), []);
});

test('requests over one connection that is kept tell the pace; where it comes back itself, they do not', () => {
  const beacons = new Beacons(1);
  beacons.visit(0, FIRST, times, 1);
  for (const row of [2, 12, 22]) beacons.ask(0, FIRST, times, row);
  beacons.ask(0, FIRST + 1, times, 13);
  assert.deepEqual(beacons.visitsOf(0), [1, 2, 12, 22]);
  for (const row of [30, 40, 50]) beacons.visit(0, FIRST, times, row);
  assert.deepEqual(beacons.visitsOf(0), [1, 30, 40, 50]);
});

test('what never comes back is not waited for, unless it is asked on', () => {
  const beacons = new Beacons(2);
  for (const account of [0, 1]) beacons.visit(account, FIRST, times, 0);
  for (const row of [1, 2]) beacons.ask(1, FIRST, times, row);
  for (const account of [0, 1]) for (let row = 3; row < 200; row += 1) beacons.visit(account, 100 + row, times, row);
  assert.notEqual(beacons.of(0), FIRST);
  assert.equal(beacons.of(1), FIRST);
});

test('the more targets are known, the longer one is waited for', () => {
  const beacons = new Beacons(1);
  beacons.visit(0, FIRST, times, 0, 0);
  for (let row = 1; row < 250; row += 1) beacons.visit(0, 100 + row, times, row, row);
  beacons.visit(0, FIRST, times, 250, 250);
  assert.deepEqual(beacons.visitsOf(0), [0, 250]);
});
