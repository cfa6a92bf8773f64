import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mostProposals } from '../../src/detect/proposals.ts';
import { Outcome } from '../../src/record/contact.ts';
import { UDP } from '../../src/record/protocols.ts';
import { type ContactSpec, range } from '../support/contacts.ts';
import { judged } from '../support/judge.ts';

const half = (count: number, from: number): number =>
  [...range(64)]
    .filter((kind) => kind < count && kind >= from && kind < from + 32)
    .reduce((bits, kind) => bits | (1 << (kind - from)), 0) >>> 0;

/** A contact by IKE; `seq` and `ack` tell what was proposed. */
const proposing = (over: Partial<ContactSpec>): ContactSpec => {
  const ends = { from: '203.0.113.9', to: '192.0.2.10', protocol: UDP, port: 500, sourcePort: 500 };
  return { ...ends, outcome: Outcome.answered, ...over };
};

const found = (specs: readonly Partial<ContactSpec>[]): (readonly string[])[] =>
  judged(specs.map((spec, n) => proposing({ at: n * 9, ...spec }))).findings.map(({ decidedBy, techniques }) => [
    decidedBy,
    ...techniques,
  ]);

/** One flow with so many proposals, one after the other. */
const flow = (count: number): Partial<ContactSpec>[] =>
  [...range(count)].map((n) => ({
    outcome: n === 0 ? Outcome.answered : Outcome.guessed,
    seq: half(n + 1, 0),
    ack: half(n + 1, 32),
  }));

test('who proposes one way after the other to a gateway is found', () => {
  assert.deepEqual(found(flow(48)), [['marks', 'T1595.002']]);
  assert.deepEqual(found([{ seq: half(48, 0), ack: half(48, 32) }]), [['marks', 'T1595.002']]);
});

test('and when each comes from a port of its own: all of it is compared, and not its kind alone', () => {
  const alone = (n: number): Partial<ContactSpec> => ({ seq: 1 << (n % 31), trySeq: 1 + n * 7919, sourcePort: n });
  assert.deepEqual(found([...range(54)].map(alone)), [['marks', 'T1595.002']]);
  assert.deepEqual(found([...range(200)].map((n) => alone(n % 4))), [], 'a few kinds of clients');
});

test('a client that goes down a list, and comes back to it, is none', () => {
  assert.deepEqual(found(flow(16)), []);
  const clients = [...range(400)].map((n) => ({ seq: 1 << Math.floor(31 * ((n * 0.618034) % 1) ** 2), sourcePort: n }));
  assert.deepEqual(found(clients), [], 'nor are many behind one address');
});

test('what is charged has an expectation of at most 1 where half of the proposals are new', () => {
  const { judge } = judged([proposing({ seq: 1 }), proposing({ seq: 3, outcome: Outcome.guessed, at: 1 })]);
  assert.equal(judge.verdicts.length, 0);
  assert.equal(mostProposals(1), 1);
  assert.ok(mostProposals(0) ** (1 / 63) <= 2);
});
