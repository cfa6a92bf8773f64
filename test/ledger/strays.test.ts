import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Method, Outcome } from '../../src/record/contact.ts';
import { type ContactSpec, exchange, range } from '../support/contacts.ts';
import { judged } from '../support/judge.ts';

const HERE = 0xc0000200;
const VICTIM = '203.0.113.7';
const stray = (n: number, spec: Partial<ContactSpec> = {}): ContactSpec => ({
  from: VICTIM,
  to: HERE + (n % 60),
  port: 40_000 + n,
  sourcePort: 443,
  method: Method.strayAnswer,
  outcome: Outcome.unknown,
  ...spec,
});

test('answers, addresses, the service they come from', () => {
  const specs = [...range(200)].map((n) => stray(n, n % 5 === 0 ? { sourcePort: 8443 } : {}));
  const [one, ...more] = judged(specs).judge.strays.found();
  assert.deepEqual(more, []);
  assert.deepEqual([one.answers, one.targets, one.dark, one.protocol, one.port, one.own], [200, 60, 60, 6, 443, false]);
  assert.equal(judged(specs.toReversed()).judge.strays.found()[0].first, one.first);
});

test('the port that most of them went to', () => {
  const specs = [...range(50)].map((n) =>
    stray(n, { to: HERE + 1, port: n % 10 === 0 ? 81 : 80, sourcePort: 40_000 + n }),
  );
  const [{ votes, asking, askingVotes }] = judged(specs).judge.strays.found();
  assert.deepEqual([votes, asking, askingVotes], [0, 80, 40]);
});

test('addresses that showed life are not dark; ours that answer are own', () => {
  const client = exchange({ from: HERE + 5, to: '203.0.113.1', port: 443 });
  const out = stray(0, { from: HERE + 6, to: '203.0.113.1' });
  const { strays } = judged([...client, stray(5), stray(6), out]).judge;
  const [theirs, ours] = strays.found();
  assert.deepEqual([theirs.targets, theirs.dark, ours.own], [2, 1, true]);
  assert.equal(strays.bothWays, true);
});

test('contacts that ask are no stray answers', () => {
  const { strays } = judged([...range(40)].map((n) => ({ from: VICTIM, to: HERE + n }))).judge;
  assert.deepEqual([strays.found(), strays.bothWays], [[], false]);
});

test('a flood of forged answerers takes bounded room', () => {
  const specs = [...range(6000)].map((n) => stray(n, { from: 0x50000000 + n * 977 }));
  assert.equal(judged(specs, { cut: 500 }).judge.strays.found().length, 4096);
});
