import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Method, Outcome } from '../../src/record/contact.ts';
import { contacts, range } from '../support/contacts.ts';
import { Stand } from '../support/judge.ts';
import { garbage } from '../support/garbage.ts';

/* Admission and every detector leave no garbage per contact. */

const ROWS = 8192;
const HERE = 0xc0000200;
/** One byte a row; the measure itself takes some. */
const BOUND = ROWS;

/** Two targets a source: enough for an account, not for a dossier. Every round other sources come, as in a flood. */
function passers(stand: Stand, outcome: number, method: number, protocol: number): () => void {
  const batch = contacts(
    [...range(ROWS)].map((n) => ({
      from: 0x20000000 + (n >> 1),
      to: HERE + (n & 127),
      port: 1000 + (n & 1),
      outcome,
      method,
      protocol,
      length: 9,
    })),
  );
  return () => {
    const { address, time } = batch;
    for (let row = 0; row < ROWS; row += 1) {
      address[row * 8 + 3] += ROWS;
      time[row] += 1e6;
    }
    stand.take(batch);
  };
}

const KINDS = [
  ['that are answered', Outcome.answered, Method.tcpSyn, 6],
  ['that are refused', Outcome.refused, Method.tcpSyn, 6],
  ['by UDP, without an answer', Outcome.unanswered, Method.udp, 17],
  ['by ICMP', Outcome.answered, Method.icmpEcho, 1],
  ['with odd flags', Outcome.answered, Method.tcpFin, 6],
  ['that went on', Outcome.exchanged, Method.tcpConnect, 6],
] as const;

for (const [name, outcome, method, protocol] of KINDS)
  test(`no garbage for contacts ${name}`, () => {
    const stand = new Stand({ rows: ROWS });
    const taken = garbage(passers(stand, outcome, method, protocol), BOUND);
    assert.ok(taken < BOUND, `${taken} bytes for ${ROWS} rows`);
    assert.ok(outcome === Outcome.exchanged || stand.ledger.accounts.evicted > 0, 'accounts come and go');
    assert.equal(stand.ledger.dossiers.all.length, 0, 'nobody had a dossier');
  });

test('no garbage for the retries of sources that have a dossier', () => {
  const stand = new Stand({ rows: ROWS });
  const batch = contacts(
    [...range(ROWS)].map((n) => ({ from: 0x20000000 + (n & 63), to: HERE + (n & 127), port: 80 })),
  );
  const pass = (): void => {
    for (let row = 0; row < ROWS; row += 1) batch.time[row] += 1e6;
    stand.take(batch);
  };
  const taken = garbage(pass, BOUND);
  assert.ok(stand.ledger.dossiers.all.length >= 64);
  assert.ok(taken < BOUND, `${taken} bytes for ${ROWS} rows`);
});

test('the measure sees a number on the heap for every row', () => {
  let last: object = {};
  const taken = garbage(() => {
    for (let row = 0; row < ROWS; row += 1) last = { row };
  }, BOUND);
  assert.ok(last !== null && taken > 4 * BOUND, `${taken}`);
});
