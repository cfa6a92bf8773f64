import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Gone } from '../../src/record/gone.ts';
import { formatAddress } from '../../src/record/address.ts';
import { Outcome } from '../../src/record/contact.ts';
import { type ContactSpec, exchange, range } from '../support/contacts.ts';
import { judged } from '../support/judge.ts';

const HERE = 0xc0000200;
const CLIENTS = 0x50000000;

const found = (specs: readonly ContactSpec[], least = 12): Gone[] => {
  const { judge, ledger } = judged(specs);
  return judge.gone.found(least, ledger);
};
const miss = (n: number, to: number, port = 443): ContactSpec => ({
  from: CLIENTS + n * 977,
  to,
  port,
  outcome: Outcome.unanswered,
});

test('clients that used a service and come back to nobody are counted once each, and are clients', () => {
  const used = [...range(20)].flatMap((n) => exchange({ from: CLIENTS + n * 977, to: HERE + 80, port: 443 }));
  const later = [...range(20), ...range(20)].map((n) => miss(n, HERE + 80));
  const [gone, ...more] = found([...used, ...later]);
  assert.equal(more.length, 0);
  assert.deepEqual([formatAddress(gone.target, 0), gone.port, gone.sources], ['192.0.2.80', 443, 20]);
  assert.deepEqual([gone.engaged, gone.wasOpen, gone.share, gone.tries], [20, true, 1, 40]);
  assert.equal(gone.first.length, 8);
});

test('strangers who come to one dark target are no clients, and the share says whether they wanted this one', () => {
  const one = [...range(20)].map((n) => miss(n, HERE + 7));
  const others = [...range(60)].map((n) => miss(100 + n, HERE + 100 + (n % 30)));
  const [gone] = found([...one, ...others]);
  assert.deepEqual([gone.sources, gone.engaged, gone.wasOpen, gone.share], [20, 0, false, 0.25]);
});

test('fewer than asked for, and what goes out, are not told', () => {
  assert.deepEqual(found([...range(11)].map((n) => miss(n, HERE + 7))), []);
  const out = [...range(20)].map((n) => ({ from: HERE + n, to: CLIENTS, port: 443, outcome: Outcome.unanswered }));
  assert.deepEqual(found(out), []);
});

test('memory is fixed: a target that many missed outlasts thousands that one did', () => {
  const wanted = [...range(20)].map((n) => miss(n, HERE + 7));
  const flood = [...range(5000)].map((n) => miss(10_000 + n, HERE + (n % 200), 1000 + n));
  const [gone] = found([...wanted, ...flood]);
  assert.equal(formatAddress(gone.target, 0), '192.0.2.7');
});
