import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Twice } from '../../src/engine/twice.ts';
import { allocateContacts, beginContact, type ContactBatch } from '../../src/record/contact.ts';

const NOW = 1_795_000_000e6;

/** One contact of a source with a target, told by an input at a time (s after NOW). */
function told(input: number, at: number, target: number): ContactBatch {
  const batch = allocateContacts(1);
  const row = beginContact(batch);
  batch.address.set([0, 0, 0xffff, 0xc0000207, 0, 0, 0xffff, 0xc6336400 + target], row * 8);
  batch.time[row] = NOW + at * 1e6;
  batch.input[row] = input;
  batch.targetPort[row] = 80;
  batch.protocol[row] = 6;
  batch.count = 1;
  return batch;
}

test('what another input has told within two seconds is a copy, as often as it was told', () => {
  const twice = new Twice(2, 7);
  assert.ok(!twice.isCopyOfContact(told(0, 0, 1), 0));
  assert.ok(!twice.isCopyOfContact(told(0, 0, 1), 0));
  assert.ok(twice.isCopyOfContact(told(1, 1, 1), 0));
  assert.ok(twice.isCopyOfContact(told(1, 1, 1), 0));
  assert.ok(!twice.isCopyOfContact(told(1, 1, 1), 0), 'a third was not told before');
  assert.deepEqual([...twice.copies], [0, 2]);
});

test('one input does not copy itself, and another target or time is no copy', () => {
  const twice = new Twice(2, 7);
  twice.isCopyOfContact(told(0, 0, 1), 0);
  assert.ok(!twice.isCopyOfContact(told(0, 1, 1), 0));
  assert.ok(!twice.isCopyOfContact(told(1, 0, 2), 0));
  assert.ok(!twice.isCopyOfContact(told(1, 60, 1), 0));
});

test('a clock that runs an hour ahead is noticed, and copies are known all the same', () => {
  const twice = new Twice(2, 7);
  let copies = 0;
  for (let at = 0; at < 100; at += 1) twice.isCopyOfContact(told(0, at, at), 0);
  for (let at = 0; at < 100; at += 1) if (twice.isCopyOfContact(told(1, at + 3600, at), 0)) copies += 1;
  assert.ok(copies >= 75, `${copies} copies`);
  const [skew] = twice.skews();
  assert.equal(skew.ahead / 1e6, 3600);
  assert.ok(new Twice(2, 7).skews().length === 0);
});
