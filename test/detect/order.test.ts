import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outcome } from '../../src/record/contact.ts';
import { type ContactSpec, randomOf, range } from '../support/contacts.ts';
import { Stand } from '../support/judge.ts';

const SCANNER = '203.0.113.9';
const HERE = 0xc0000200;

function bits(specs: readonly ContactSpec[]): number {
  const stand = new Stand();
  stand.each(specs);
  return stand.bits(SCANNER, 'order');
}

const sweep = (targets: readonly number[], rest: Partial<ContactSpec> = {}): ContactSpec[] =>
  targets.map((n) => ({ from: SCANNER, to: HERE + n, port: 23, ...rest }));
const UP = [...range(40)];

test('addresses one after the other, up or down, are evidence', () => {
  assert.ok(bits(sweep(UP)) > 20);
  assert.ok(bits(sweep(UP.toReversed())) > 20);
});

test('ports of one host in order are evidence too', () => {
  const ports = UP.map((n) => ({ from: SCANNER, to: HERE + 1, port: 100 + n, outcome: Outcome.refused }));
  assert.ok(bits(ports) > 20);
});

test('the order is that of time, not that of telling', () => {
  const late = UP.map((n) => ({ from: SCANNER, to: HERE + n, port: 23, at: 1000 + n }));
  const told = [...late.filter((_, n) => n % 2 === 0), ...late.filter((_, n) => n % 2 === 1)];
  assert.ok(bits(told) > 5);
});

test('a random order is none, over many seeds', () => {
  let most = 0;
  for (const seed of range(40)) {
    const random = randomOf(seed);
    const permuted = UP.map((n) => ({ n, key: random() })).sort((a, b) => a.key - b.key);
    most = Math.max(most, bits(sweep(permuted.map(({ n }) => n))));
  }
  assert.ok(most < 8, `${most}`);
});

test('a list of hosts that answer may be in order', () => {
  assert.ok(bits(sweep(UP, { outcome: Outcome.answered })) <= 0);
});

test('an episode that begins with a call to the outside is tested like any other', () => {
  const own = HERE + 250;
  const within = (from: number): ContactSpec[] => UP.map((n) => ({ from: own, to: HERE + from + n, port: 23 }));
  const stand = new Stand();
  stand.each(within(0));
  const { accounts, episodes, dossiers } = stand.ledger;
  const dossier = dossiers.of(stand.account(own)) ?? assert.fail('it has none');
  assert.ok(stand.bits(own, 'order') > 20);
  episodes.conclude(dossier);
  dossiers.close(dossier);
  assert.equal(accounts.most(stand.account(own)), 0);
  stand.each([{ from: own, to: SCANNER, outcome: Outcome.answered }, ...within(100)]);
  assert.ok(stand.bits(own, 'order') > 20);
});
