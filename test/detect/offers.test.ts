import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mostOffer, OFFER_REASONS } from '../../src/detect/offers.ts';
import { Outcome, Proof } from '../../src/record/contact.ts';
import { SSH_OFFER, STARTTLS_HELLO, TLS_HELLO } from '../../src/record/hint.ts';
import { type ContactSpec, range } from '../support/contacts.ts';
import { judged } from '../support/judge.ts';

const SOURCE = '203.0.113.9';

interface Said {
  readonly offer: number;
  readonly host?: number;
  readonly version?: number;
  readonly outcome?: number;
  readonly hint?: number;
  readonly bytes?: Pick<ContactSpec, 'length' | 'bytesOut' | 'bytesIn'>;
}

/** A connection of one source for each hello that it sends. */
const hellos = (said: readonly Said[]): ContactSpec[] =>
  said.flatMap(
    ({ offer, host = 10, version = 0, outcome = Outcome.exchanged, hint = TLS_HELLO + version, bytes }, n) => {
      const one = { from: SOURCE, to: `192.0.2.${host}`, port: 443, at: n * 0.2, proof: Proof.handshake };
      return [
        { ...one, outcome: Outcome.answered },
        { ...one, outcome, payload: offer, hint, ...bytes },
      ];
    },
  );

const found = (said: readonly Said[]): readonly string[][] =>
  judged(hellos(said)).findings.map(({ decidedBy, techniques }) => [decidedBy, techniques[0]]);

test('who offers a service something else each time is found, by what it offered', () => {
  const said = [...range(60)].map((n) => ({ offer: 100 + n }));
  assert.deepEqual(found(said), [['marks', 'T1595.002']]);
  assert.deepEqual(found(said.map((one) => ({ ...one, outcome: Outcome.unheard }))), [['marks', 'T1595.002']]);
});

test('who tries every version once is found on one service', () => {
  const ladder = [4, 3, 2, 1, 0].map((version, n) => ({ offer: n + 1, version }));
  assert.deepEqual(found(ladder), [['marks', 'T1595.002']]);
});

test('a program that offers the same to many services, however often, is not found', () => {
  assert.deepEqual(found([...range(300)].map((n) => ({ offer: 7, host: 10 + (n % 6) }))), []);
});

test('many people behind one address, with the browsers that people have, are not found', () => {
  // Of 60 programs each is half as frequent as two before it.
  const program = (n: number): number => Math.floor(60 * ((n * 0.618034) % 1) ** 2);
  assert.deepEqual(found([...range(400)].map((n) => ({ offer: 1 + program(n) }))), []);
});

test('an old device that falls back from version to version, and comes back, is not found', () => {
  const ladder = [1, 2, 3].map((version) => ({ offer: version, version }));
  assert.deepEqual(found([...ladder, ...ladder, ...ladder]), []);
});

test('what a hello is charged has an expectation of at most 1 for a benign source', () => {
  const [fresh] = mostOffer(0);
  const [again] = mostOffer(1);
  assert.equal(again, 1);
  // New with probability at most one half: the rest takes off what that brings.
  assert.ok(fresh <= 2);
  for (const [reason] of OFFER_REASONS.entries()) assert.equal(mostOffer(reason).length, 2);
  // Of connections that are left one in ten at most has something new, which came as a new hello before: one event.
  const [left] = mostOffer(2);
  assert.ok(0.1 * left <= 1, `${left}`);
});

const GONE = { length: 517, bytesOut: 517, bytesIn: 3000 };
/** Each hello is answered, and its source leaves. */
const leaving = (offers: readonly number[], bytes = GONE): readonly string[][] =>
  found(offers.flatMap((offer) => [{ offer }, { offer, outcome: Outcome.unheard, bytes }]));

test('ten hellos that differ, after whose answers their source leaves, are enough', () => {
  const ten = [...range(10)].map((n) => n + 1);
  assert.deepEqual(leaving(ten), [['marks', 'T1595.002']]);
  assert.deepEqual(leaving(ten, { ...GONE, bytesOut: 900 }), [], 'it went on');
  assert.deepEqual(leaving(ten, { ...GONE, bytesIn: 7 }), [], 'it was turned away');
});

test('a check that leaves each time with the same offer is not found', () => {
  assert.deepEqual(leaving([...range(200)].map((n) => 1 + (n % 3))), []);
});

test('hellos that come later count as much', () => {
  const late = (offers: readonly number[], hint: number): readonly string[][] =>
    found(offers.map((offer) => ({ offer, hint, outcome: Outcome.ended, bytes: GONE })));
  const twelve = [...range(12)].map((n) => n + 1);
  for (const hint of [STARTTLS_HELLO, SSH_OFFER]) {
    assert.deepEqual(late(twelve, hint), [['marks', 'T1595.002']]);
    assert.deepEqual(late(new Array<number>(300).fill(7), hint), []);
  }
});
