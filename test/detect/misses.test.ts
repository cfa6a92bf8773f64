import assert from 'node:assert/strict';
import { test } from 'node:test';
import { misses } from '../../src/detect/misses.ts';
import { State } from '../../src/ledger/knowledge.ts';
import { Way } from '../../src/ledger/rates.ts';
import { Outcome, Proof } from '../../src/record/contact.ts';
import { contacts } from '../support/contacts.ts';
import { Alone } from '../support/judge.ts';

interface Row {
  readonly state?: number;
  readonly outcome?: number;
  readonly proof?: number;
  readonly way?: number;
  readonly missed?: number;
  readonly p0?: number;
  readonly first?: number;
}

/** What is charged for one contact: the reason and the bits. */
function charged({
  state = State.dark,
  outcome = Outcome.unanswered,
  proof = 0,
  way = Way.inward,
  missed = 1,
  p0 = 0.02,
  first = 1,
}: Row): [string | null, number] {
  const alone = new Alone(misses, 1);
  const { admission } = alone;
  admission.state[0] = state;
  admission.way[0] = way;
  admission.missed[0] = missed;
  admission.p0[0] = p0;
  admission.first[0] = first;
  alone.observe(contacts([{ from: 1, to: 2, outcome, proof }]));
  const [charge] = alone.charges;
  return [charge ? alone.reasonOf(charge) : null, alone.bits(0)];
}

const REASONS: readonly (readonly [string, Row])[] = [
  ['no answer from an address that never showed life', { state: State.dark }],
  ['no answer from an address of which nothing was known', { state: State.unknown }],
  ['refused: a closed port of a living host', { state: State.closed, outcome: Outcome.refused, proof: Proof.closed }],
  ['no answer or a filter on a port of a living host', { state: State.alive }],
  [
    'no answer or a filter on a port of a living host',
    { state: State.dark, outcome: Outcome.refused, proof: Proof.filtered },
  ],
  ['missed a service that answers others', { state: State.open, p0: 0.3 }],
  ['answered', { state: State.open, outcome: Outcome.answered, missed: 0 }],
  ['a miss on the way out of the own network', { way: Way.outward, p0: 0.7 }],
];

for (const [reason, row] of REASONS)
  test(`reason: ${reason} (${JSON.stringify(row)})`, () => assert.equal(charged(row)[0], reason));

test('the less a benign source misses a target, the more a miss of it weighs', () => {
  const bits = [0.02, 0.05, 0.15, 0.3, 0.7].map((p0) => charged({ p0 })[1]);
  for (let at = 1; at < bits.length; at += 1) assert.ok(bits[at] < bits[at - 1]);
  assert.ok(bits[0] > 4.5 && bits[0] < 5.5, `${bits[0]}`);
  assert.ok(charged({ missed: 0 })[1] < 0);
});

test('what proves nothing, and what is no first contact, is not charged', () => {
  assert.equal(charged({ p0: 1 })[0], null);
  assert.equal(charged({ first: 0 })[0], null);
});

test('an answer that is broken off instead of a handshake speaks against its source, a completed one for it', () => {
  const open = { state: State.open, outcome: Outcome.answered, missed: 0, p0: 0.15 };
  const [reason, bits] = charged({ ...open, proof: Proof.brokenOff });
  assert.equal(reason, 'answered, and broken off by RST instead of a handshake');
  assert.ok(bits > 1);
  assert.ok(charged({ ...open, proof: Proof.handshake })[1] < 0);
});
