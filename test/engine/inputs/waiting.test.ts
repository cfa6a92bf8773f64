import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tells, Waiting } from '../../../src/engine/inputs/waiting.ts';
import { allocateContacts, beginContact, type ContactBatch, Outcome } from '../../../src/record/contact.ts';

const NOW = 1_795_000_000e6;

/** One contact at a time (s after NOW), with its port for a name. */
function contact(at: number, port: number, more: { outcome?: number; ttl?: number } = {}): ContactBatch {
  const batch = allocateContacts(1);
  const row = beginContact(batch);
  batch.time[row] = NOW + at * 1e6;
  batch.targetPort[row] = port;
  batch.outcome[row] = more.outcome ?? Outcome.unknown;
  batch.ttl[row] = more.ttl ?? 0;
  batch.input[row] = 4;
  batch.count = 1;
  return batch;
}

function waiting(): { readonly rows: Waiting; readonly heard: number[] } {
  const heard: number[] = [];
  const rows = new Waiting((batch, from, to) => {
    for (let row = from; row < to; row += 1) heard.push(batch.targetPort[row]);
  });
  return { rows, heard };
}

test('who tells how it ended tells more than who tells what it looked like', () => {
  assert.deepEqual(
    [{}, { ttl: 52 }, { outcome: Outcome.refused }, { outcome: Outcome.answered, ttl: 52 }].map((more) =>
      tells(contact(0, 1, more), 0),
    ),
    [0, 1, 2, 3],
  );
});

test('a row goes on when its time is over, in the order in which rows came', () => {
  const { rows, heard } = waiting();
  for (const port of [1, 2, 3]) rows.wait(contact(port, port), 0);
  rows.heard(contact(60, 9), 0, 1);
  rows.heard(contact(61, 9), 0, 1);
  assert.deepEqual(heard, []);
  for (const at of [92.5, 92.6]) rows.heard(contact(at, 9), 0, 1);
  assert.deepEqual(heard, [1, 2]);
  rows.finish();
  assert.deepEqual(heard, [1, 2, 3]);
});

test('a row for which a better one has come is not told; one that tells as much takes nobody away', () => {
  const { rows, heard } = waiting();
  const numbers = [1, 2].map((port) => rows.wait(contact(port, port, { ttl: 52 }), 0));
  assert.equal(rows.takeLesser(numbers[0], 1), -1);
  assert.equal(rows.takeLesser(numbers[0], 2), 4);
  assert.equal(rows.takeLesser(numbers[0], 3), -1, 'it is gone');
  rows.finish();
  assert.deepEqual(heard, [2]);
  assert.equal(rows.takeLesser(numbers[1], 3), -1, 'it has been told');
});

test('more rows than there is room for go on early, and none is lost or told twice', () => {
  const { rows, heard } = waiting();
  const ports = Array.from({ length: 40_000 }, (_, at) => at & 0xffff);
  for (const port of ports) rows.wait(contact(0, port), 0);
  rows.finish();
  assert.deepEqual(heard, ports);
});

test('one row dated 2038 lets nobody go', () => {
  const { rows, heard } = waiting();
  rows.wait(contact(0, 1), 0);
  for (const at of [0, 1, 3e8, 2, 3]) rows.heard(contact(at, 9), 0, 1);
  assert.deepEqual(heard, []);
});
