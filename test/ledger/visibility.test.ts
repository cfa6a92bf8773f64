import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureVisibility } from '../../src/ledger/visibility.ts';
import { Method, Outcome, Proof } from '../../src/record/contact.ts';
import { contacts, type ContactSpec, range } from '../support/contacts.ts';

const UDP = 17;
const ALL_VISIBLE = { tcp: true, udp: true, icmp: true };
const udp = (n: number, outcome: number, sources = 20): ContactSpec => ({
  from: 0x0a000000 + (n % sources),
  to: n,
  protocol: UDP,
  port: 53,
  outcome,
});
const tcp = (n: number, outcome: number, proof = 0): ContactSpec => ({ from: n, to: 1, outcome, proof });

const of = (specs: Iterable<ContactSpec>): ReturnType<typeof measureVisibility> => measureVisibility(contacts(specs));

test('without contacts everything counts as visible', () => {
  assert.deepEqual(of([]), ALL_VISIBLE);
});

test('TCP sources that go on without an answer in sight tell that answers do not pass here', () => {
  const onward = [...range(4)].map((n) => tcp(n, Outcome.answered, Proof.continued));
  assert.deepEqual(of(onward), { tcp: false, udp: false, icmp: false });
  assert.deepEqual(of(onward.slice(0, 2)), ALL_VISIBLE, 'two of them may be lost packets');
  const mostlySeen = [...onward, ...[...range(4)].map((n) => tcp(100 + n, Outcome.refused))];
  assert.deepEqual(of(mostlySeen), ALL_VISIBLE);
});

test('one source that pretends to have been answered is not believed, however often it does', () => {
  const pretends = [...range(500)].map((n) => ({ ...tcp(7, Outcome.answered, Proof.continued), to: n }));
  assert.deepEqual(of(pretends), ALL_VISIBLE);
});

test('UDP that many ask and nobody is answered is invisible; one in a hundred is enough', () => {
  const silent = [...range(200)].map((n) => udp(n, Outcome.unanswered));
  assert.deepEqual(of(silent), { tcp: true, udp: false, icmp: true });
  const answered = [...silent, udp(1, Outcome.answered), udp(2, Outcome.refused), udp(3, Outcome.answered)];
  assert.deepEqual(of(answered), ALL_VISIBLE);
});

test('one loud source without answers is a scan, not a blind sensor; nor are a few contacts', () => {
  assert.deepEqual(of([...range(500)].map((n) => udp(n, Outcome.unanswered, 9))), ALL_VISIBLE);
  assert.deepEqual(of([...range(99)].map((n) => udp(n, Outcome.unanswered))), ALL_VISIBLE);
});

test('ICMP is measured by itself', () => {
  const echo = [...range(150)].map((n) => ({ from: n, to: 5, protocol: 1, method: Method.icmpEcho }));
  assert.deepEqual(of(echo), { tcp: true, udp: true, icmp: false });
});

test('the news that an old contact exchanged data is no contact', () => {
  const news = [...range(300)].map((n) => udp(n, n % 2 === 0 ? Outcome.exchanged : Outcome.brokenOff));
  assert.deepEqual(of(news), ALL_VISIBLE);
});
