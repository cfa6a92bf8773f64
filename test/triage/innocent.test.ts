import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Dossier } from '../../src/ledger/dossier.ts';
import { Flag } from '../../src/ledger/ledger.ts';
import { Outcome } from '../../src/record/contact.ts';
import { tryInnocence } from '../../src/triage/innocent.ts';
import { contacts, type ContactSpec, exchange, range } from '../support/contacts.ts';
import { judged } from '../support/judge.ts';

const HERE = 0xc0000200;

/** Names of the explanations that hold. */
function holding(specs: readonly ContactSpec[], flags = 0, traced = 0): string[] {
  const dossier = new Dossier(0, new Uint32Array(4), 1);
  const batch = contacts(specs);
  for (const row of range(batch.count)) dossier.observe(batch, row, true);
  dossier.traced = traced;
  return tryInnocence(dossier, flags)
    .filter(({ holds }) => holds)
    .map(({ name }) => name);
}

const asks = (count: number, targets: number, rest: Partial<ContactSpec> = {}): ContactSpec[] =>
  [...range(count)].map((n) => ({ from: 1, to: HERE + (n % targets), port: 443, ...rest }));
const answered = { outcome: Outcome.answered };

test('a monitor asks few targets often, and most answer', () => {
  assert.deepEqual(holding(asks(100, 20, answered)), ['monitor']);
  assert.deepEqual(holding(asks(100, 50, answered)), []);
  assert.deepEqual(holding(asks(100, 20)), [], 'none answers');
  assert.deepEqual(holding(asks(40, 20, answered)), [], 'twice each');
});

test('many clients behind one address use services and miss little', () => {
  const visits = asks(100, 100, answered);
  assert.deepEqual(holding(visits, Flag.engaged), ['many clients behind one address']);
  assert.deepEqual(holding(visits), [], 'never used one');
  assert.deepEqual(holding([...visits, ...asks(10, 10)], Flag.engaged), [], 'a tenth missed');
});

test('a stale name is one address and hardly more than one service', () => {
  assert.deepEqual(holding(asks(50, 1)), ['stale name or dead service']);
  assert.deepEqual(holding([1, 2, 3].map((port) => ({ from: 1, to: HERE, port }))), []);
});

test('a trace goes to few hosts', () => {
  assert.ok(holding(asks(90, 3, { protocol: 17 }), 0, 90).includes('traceroute'));
  assert.ok(!holding(asks(90, 9, { protocol: 17 }), 0, 90).includes('traceroute'));
  assert.ok(!holding(asks(90, 3), 0, 60).includes('traceroute'));
});

test('every explanation says what it looked at', () => {
  const dossier = new Dossier(0, new Uint32Array(4), 1);
  const trials = tryInnocence(dossier, 0);
  assert.equal(new Set(trials.map(({ name }) => name)).size, trials.length);
  for (const { because } of trials) assert.match(because, /\d/);
});

const GRAB =
  'innocent.ts nat: one exchange and few misses excuse a hit-list scan, which is all that novelty is there to find';

test('a scanner of living hosts that takes a banner here and there is not excused', { todo: GRAB }, () => {
  const specs = [...range(200)].flatMap((n) => {
    const one = { from: '203.0.113.9', to: HERE + n, port: 2222, at: n * 2 };
    return n % 10 === 0 ? exchange(one) : [{ ...one, ...answered }];
  });
  const { findings } = judged(specs);
  assert.deepEqual(
    findings.map(({ triage }) => triage.class === 'innocent'),
    [false],
  );
});

const LOW_TTL =
  'ledger.ts isTrace: whoever sends with a TTL that arrives at 8 or less has all ports of a host count as one target, and no marks';

test('a scan of all ports that arrives with a low TTL is still a scan', { todo: LOW_TTL }, () => {
  const specs = [...range(1000)].map((n) => ({
    from: '203.0.113.9',
    to: HERE + (n & 3),
    port: 1 + n,
    ttl: 6,
    outcome: Outcome.refused,
  }));
  assert.ok(judged(specs).findings.some(({ triage }) => triage.class !== 'innocent'));
});
