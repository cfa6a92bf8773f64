import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Clocks } from '../../../src/engine/inputs/clocks.ts';
import { Twice } from '../../../src/engine/inputs/twice.ts';
import { allocateContacts, beginContact, type ContactBatch } from '../../../src/record/contact.ts';

const fresh = (): Twice => new Twice(7, new Clocks(2));

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
  const twice = fresh();
  assert.ok(!twice.isCopyOfContact(told(0, 0, 1), 0));
  assert.ok(!twice.isCopyOfContact(told(0, 0, 1), 0));
  assert.ok(twice.isCopyOfContact(told(1, 1, 1), 0));
  assert.ok(twice.isCopyOfContact(told(1, 1, 1), 0));
  assert.ok(!twice.isCopyOfContact(told(1, 1, 1), 0), 'a third was not told before');
  assert.deepEqual([...twice.copies], [0, 2]);
});

test('one input does not copy itself, and another target or time is no copy', () => {
  const twice = fresh();
  twice.isCopyOfContact(told(0, 0, 1), 0);
  assert.ok(!twice.isCopyOfContact(told(0, 1, 1), 0));
  assert.ok(!twice.isCopyOfContact(told(1, 0, 2), 0));
  assert.ok(!twice.isCopyOfContact(told(1, 300, 1), 0));
});

test('a clock that runs an hour ahead is noticed, and copies are known all the same', () => {
  const twice = fresh();
  let copies = 0;
  for (let at = 0; at < 100; at += 1) twice.isCopyOfContact(told(0, at, at), 0);
  for (let at = 0; at < 100; at += 1) if (twice.isCopyOfContact(told(1, at + 3600, at), 0)) copies += 1;
  assert.ok(copies >= 75, `${copies} copies`);
  const [skew] = twice.skews();
  assert.equal(skew.ahead / 1e6, 3600);
  assert.ok(fresh().skews().length === 0);
});

test('what three inputs have told is one, and as often as the one that told it most often', () => {
  const twice = new Twice(7, new Clocks(3));
  const counted = [0, 1, 2, 0, 2, 2, 1].filter((input) => !twice.isCopyOfContact(told(input, 0.5, 1), 0));
  assert.equal(counted.length, 3);
  assert.deepEqual([...twice.copies], [0, 2, 2]);
});

test('what one comes for again and again stays one thing, however late the other input tells all of it', () => {
  const twice = fresh();
  for (let at = 0; at < 200; at += 1) assert.ok(!twice.isCopyOfContact(told(0, at * 90, 1), 0));
  for (let at = 0; at < 200; at += 1) assert.ok(twice.isCopyOfContact(told(1, at * 90, 1), 0), `${at}`);
});

test('as long as clocks cannot be compared, what may be the same is taken for it, but not again and again', () => {
  const twice = fresh();
  assert.ok(!twice.isCopyOfContact(told(0, 0, 1), 0));
  assert.ok(twice.isCopyOfContact(told(1, 3607, 1), 0), 'an hour and seven seconds');
  assert.ok(!twice.isCopyOfContact(told(1, 7207, 1), 0), 'one is one');
  assert.ok(!twice.isCopyOfContact(told(1, 400, 2), 0), 'no clock is wrong by this');
});

test('inputs that tell different stories are not compared for ever', () => {
  const twice = fresh();
  for (let at = 0; at < 120; at += 1) twice.isCopyOfContact(told(0, 7 * at, at), 0);
  for (let at = 0; at < 120; at += 1) twice.isCopyOfContact(told(1, 7 * at + 40 + 13 * (at % 60), at), 0);
  assert.ok(twice.clocks.isDecided(0, 1));
  assert.deepEqual(twice.skews(), []);
  twice.isCopyOfContact(told(0, 2000, 200), 0);
  assert.ok(!twice.isCopyOfContact(told(1, 2040, 200), 0));
});

test('a skew is told to a second, whichever input came first, and counted through inputs in between', () => {
  const twice = new Twice(7, new Clocks(3));
  for (let at = 0; at < 60; at += 1) twice.isCopyOfContact(told(1, at * 5 + 7, at), 0);
  for (let at = 0; at < 60; at += 1) twice.isCopyOfContact(told(0, at * 5 + 0.4, at), 0);
  for (let at = 100; at < 160; at += 1) twice.isCopyOfContact(told(1, at * 5 + 7, at), 0);
  for (let at = 100; at < 160; at += 1) twice.isCopyOfContact(told(2, at * 5 - 3, at), 0);
  const [skew] = twice.skews();
  assert.deepEqual([skew.one, skew.other, Math.round(skew.ahead / 1e6)], [0, 1, 7]);
  assert.equal(Math.round(twice.clocks.aheadOfAll(2) / 1e6), -3);
});
