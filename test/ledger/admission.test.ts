import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Doorkeeper } from '../../src/ledger/admission.ts';
import { range } from '../support/contacts.ts';

const source = (n: number): Uint32Array => Uint32Array.of(0, 0, 0xffff, n);

test('a source is new once', () => {
  const door = new Doorkeeper(1);
  assert.ok(!door.knows(source(1), 0));
  assert.ok(door.knows(source(1), 0));
  assert.ok(!door.knows(source(2), 0));
  const six = Uint32Array.of(0x20010db8, 0, 0, 1);
  assert.ok(!door.knows(six, 0));
  assert.ok(!door.knows(six.with(1, 1), 0));
});

test('half a million forged sources do not make it forget one, and few are taken for known', () => {
  const door = new Doorkeeper(1);
  door.knows(source(7), 0);
  let wrong = 0;
  for (const n of range(500_000)) if (door.knows(source(0x10000000 + n), 0)) wrong += 1;
  assert.ok(door.knows(source(7), 0));
  assert.ok(wrong < 500, `${wrong}`);
});
