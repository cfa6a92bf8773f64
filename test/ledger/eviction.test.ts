import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectors } from '../../src/detect/index.ts';
import { MARKS } from '../../src/detect/mark-table.ts';
import type { MarkObserver } from '../../src/detect/marks.ts';
import { ACCOUNTS } from '../../src/ledger/ledger.ts';
import { Outcome, Proof } from '../../src/record/contact.ts';
import { HINTS } from '../../src/record/hint.ts';
import { Asked, Reply, VERBS } from '../../src/record/request.ts';
import { contacts, type ContactSpec, exchange, range, START } from '../support/contacts.ts';
import { Stand } from '../support/judge.ts';
import { type RequestSpec, requestsOf } from '../support/quest.ts';

/*
 * When all accounts are taken, the oldest source with one target makes room, and another gets its row: what the row held
 * in any table must not be taken for the newcomer's.
 */

const HERE = 0xc0000200;
const LEAVING = 0x0b000001;
const COMING = 0x0c000001;

/** The source that will make room, whatever it did, and others that take up all accounts with two targets each. */
function crowded(leaving: (stand: Stand) => void): Stand {
  const stand = new Stand();
  leaving(stand);
  const others = [...range(ACCOUNTS - 1)].map((n) => 0x14000000 + n);
  for (const to of [HERE + 200, HERE + 201])
    stand.take(contacts(others.map((from) => ({ from, to, at: 9, outcome: Outcome.answered }))));
  const { keys } = stand.ledger.accounts;
  assert.equal(keys.size, ACCOUNTS);
  stand.take(contacts([{ from: COMING, to: HERE + 200, at: 99, outcome: Outcome.answered }]));
  assert.equal(stand.account(COMING), -1, 'it comes in at its second target');
  return stand;
}

const comes: ContactSpec = { from: COMING, to: HERE + 201, at: 100, outcome: Outcome.answered };

/** Admits requests of one source after START, and shows them to the detectors. */
function ask(stand: Stand, specs: readonly RequestSpec[], at: number): void {
  const { asking } = stand.ledger;
  const batch = requestsOf(specs.map((spec) => ({ ...spec, time: START + at * 1e6 })));
  asking.admit(batch, 0, batch.count);
  for (const observer of stand.observers) observer.ask?.(batch, 0, batch.count, stand.ledger);
}

test('an account that a row in hand belongs to is not given away before the row is charged', () => {
  const hint = HINTS.findIndex(({ declared }) => declared === true);
  const stand = crowded((one) => one.take(contacts(exchange({ from: LEAVING, to: HERE + 1, at: 0 }))));
  const proof = Proof.handshake | Proof.exchange;
  const said: ContactSpec = { from: LEAVING, to: HERE + 1, at: 100, outcome: Outcome.exchanged, proof, hint };
  stand.take(contacts([said, comes]));
  assert.ok(stand.account(COMING) >= 0);
  assert.equal(stand.bits(COMING, 'content'), 0, 'it said nothing');
  assert.ok(stand.bits(LEAVING, 'content') > 20);
});

test('what the one before was let write does not excuse the misses of the next', () => {
  const written: RequestSpec = {
    asked: Asked.path,
    reply: Reply.answered,
    status: 201,
    verb: VERBS.indexOf('PUT'),
    name: '/a/report.odt',
    from: LEAVING,
  };
  const stand = crowded((one) => ask(one, [written], 0));
  const row = stand.account(LEAVING);
  stand.take(contacts([comes]));
  assert.equal(stand.account(COMING), row);
  ask(stand, [{ asked: Asked.path, reply: Reply.missed, status: 404, name: '/backup.zip', from: COMING }], 101);
  assert.ok(stand.ledger.asking.admission.p0[0] < 1);
});

test('the marks of the one before are not those of who only asks', () => {
  const seq = HERE + 1;
  const stand = crowded((one) => one.take(contacts([{ from: LEAVING, to: HERE + 1, at: 0, seq }])));
  const row = stand.account(LEAVING);
  const { held } = stand.observers[detectors.findIndex(({ name }) => name === 'marks')] as MarkObserver;
  const marks = (): Uint32Array => held.slice(row * MARKS.length, (row + 1) * MARKS.length);
  assert.ok(marks().some((count) => count > 0));
  const asks = (name: string): RequestSpec => ({
    asked: Asked.path,
    reply: Reply.answered,
    status: 200,
    name,
    from: COMING,
  });
  ask(stand, [asks('/one'), asks('/two')], 100);
  assert.equal(stand.account(COMING), row);
  assert.ok(marks().every((count) => count === 0));
});
