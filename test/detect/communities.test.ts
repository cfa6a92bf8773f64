import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mostCommunities } from '../../src/detect/communities.ts';
import { Outcome } from '../../src/record/contact.ts';
import { UDP } from '../../src/record/protocols.ts';
import { type ContactSpec, range } from '../support/contacts.ts';
import { judged } from '../support/judge.ts';

interface Tried {
  readonly host?: number;
  readonly kinds: readonly number[];
  readonly outcome?: number;
}

const half = (kinds: readonly number[], from: number): number =>
  kinds.filter((kind) => kind >= from && kind < from + 32).reduce((bits, kind) => bits | (1 << (kind - from)), 0) >>> 0;

/** A contact by SNMP for each, made under communities of these kinds. */
const found = (tried: readonly Tried[]): (readonly string[])[] =>
  judged(
    tried.map(({ host = 10, kinds, outcome = Outcome.answered }, n): ContactSpec => {
      const ends = { from: '203.0.113.9', to: `192.0.2.${host}`, protocol: UDP, port: 161, sourcePort: 40_000 + n };
      return { ...ends, at: n * 5, outcome, seq: half(kinds, 0), ack: half(kinds, 32) };
    }),
  ).findings.map(({ decidedBy, techniques }) => [decidedBy, ...techniques]);

const GUESSED = [['marks', 'T1595.003']];

test('who asks one host under one community after the other is found, by connection or all in one', () => {
  assert.deepEqual(found([...range(20)].map((n) => ({ kinds: [3 * n] }))), GUESSED);
  assert.deepEqual(found([{ kinds: [...range(20)].map((n) => 3 * n) }]), GUESSED);
});

test('and when the contact goes on, or the list goes round several hosts', () => {
  const grows = [...range(20)].map((n) => ({
    kinds: [...range(n + 1)],
    outcome: n === 0 ? Outcome.answered : Outcome.guessed,
  }));
  assert.deepEqual(found(grows), GUESSED);
  assert.deepEqual(found([...range(60)].map((n) => ({ host: 10 + (n % 3), kinds: [Math.floor(n / 3)] }))), GUESSED);
});

test('a list of a dozen, however often and at however many hosts, is that of a manager', () => {
  assert.deepEqual(found([...range(240)].map((n) => ({ host: 10 + (n % 4), kinds: [Math.floor(n / 4) % 12] }))), []);
});

test('hosts that have each a community of their own, and get another, are no guesses', () => {
  const before = [...range(4)].map((host) => ({ host: 10 + host, kinds: [host, 40 + host] }));
  const kinds = [...range(60)].map((n) => ({ host: 10 + (n % 4), kinds: [n % 4] }));
  assert.deepEqual(found([...kinds, ...before, ...kinds]), []);
  const changed = [...range(60)].map((n) => ({ host: 10 + (n % 20), kinds: [n] }));
  assert.ok(!found(changed).flat().includes('T1595.003'), 'not even when all are changed once more');
});

test('no contact brings more than is said', () => {
  const { ledger, judge } = judged(
    [{ kinds: [...range(64)] }].map(
      ({ kinds }): ContactSpec => ({
        from: '203.0.113.9',
        to: '192.0.2.10',
        protocol: UDP,
        port: 161,
        outcome: Outcome.answered,
        seq: half(kinds, 0),
        ack: half(kinds, 32),
      }),
    ),
  );
  const [verdict] = judge.verdicts;
  assert.ok(ledger.accounts.keys.size === 1 && verdict !== undefined);
  assert.ok(Math.max(...verdict.account.bits) <= Math.log2(mostCommunities) + 1e-9);
});
