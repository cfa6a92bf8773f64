import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outcome } from '../../src/record/contact.ts';
import { tryInnocence } from '../../src/triage/innocent.ts';
import type { Suspect } from '../../src/triage/suspect.ts';
import { exchange, range } from '../support/contacts.ts';
import { judged } from '../support/judge.ts';

const HERE = 0xc0000200;

const CALM: Suspect = {
  addresses: 100,
  services: 1,
  probes: 100,
  answered: 100,
  missed: 0,
  traced: 0,
  exchanged: 0,
  cameBack: false,
  names: 0,
  namesMissed: 0,
  pointed: 0,
  crawler: '',
  lasted: 3600e6,
};

/** Names of the explanations that hold. */
const holding = (over: Partial<Suspect>): string[] =>
  tryInnocence({ ...CALM, ...over })
    .filter(({ holds }) => holds)
    .map(({ name }) => name);

test('a monitor asks few targets often, and most answer', () => {
  assert.deepEqual(holding({ addresses: 20 }), ['monitor']);
  assert.deepEqual(holding({ addresses: 50 }), []);
  assert.deepEqual(holding({ addresses: 20, answered: 0, missed: 100 }), [], 'none answers');
  assert.deepEqual(holding({ addresses: 20, probes: 40, answered: 40 }), [], 'twice each');
});

test('many clients behind one address use services and miss little', () => {
  const often = { probes: 300, answered: 300 };
  assert.deepEqual(holding({ ...often, exchanged: 50 }), ['many clients behind one address (NAT)']);
  assert.deepEqual(holding({ exchanged: 50 }), [], 'each once');
  assert.deepEqual(holding({ exchanged: 49 }), [], 'used fewer than half of them');
  assert.deepEqual(holding({ exchanged: 50, services: 101 }), [], 'the same of services');
  assert.deepEqual(holding({}), [], 'never used one');
  assert.deepEqual(holding({ exchanged: 50, missed: 10 }), [], 'a tenth missed');
});

test('a stale name is one address and hardly more than one service', () => {
  assert.deepEqual(holding({ addresses: 1, services: 2, answered: 0, missed: 100 }), ['stale name or dead service']);
  assert.deepEqual(holding({ addresses: 1, services: 3, answered: 0, missed: 100 }), []);
  assert.deepEqual(holding({ addresses: 1, services: 2, answered: 1, missed: 99 }), [], 'it is not gone');
});

test('a trace goes to few hosts', () => {
  const trace = { addresses: 3, services: 9, answered: 0, traced: 100 };
  assert.deepEqual(holding(trace), ['traceroute']);
  assert.deepEqual(holding({ ...trace, addresses: 9 }), []);
  assert.deepEqual(holding({ ...trace, traced: 60 }), []);
});

test('every explanation says what it looked at', () => {
  const trials = tryInnocence(CALM);
  assert.equal(new Set(trials.map(({ name }) => name)).size, trials.length);
  for (const { because } of trials) assert.match(because, /\d|not known/);
});

test('a scanner of living hosts that takes a banner here and there is not excused', () => {
  const specs = [...range(200)].flatMap((n) => {
    const one = { from: '203.0.113.9', to: HERE + n, port: 2222, at: n * 2 };
    return n % 10 === 0 ? exchange(one) : [{ ...one, outcome: Outcome.answered }];
  });
  const { findings } = judged(specs);
  assert.deepEqual(
    findings.map(({ triage }) => triage.class === 'innocent'),
    [false],
  );
});

test('a scan of all ports that arrives with a low TTL is still a scan', () => {
  const specs = [...range(1000)].map((n) => ({
    from: '203.0.113.9',
    to: HERE + (n & 3),
    port: 1 + n,
    ttl: 6,
    outcome: Outcome.refused,
  }));
  assert.ok(judged(specs).findings.some(({ triage }) => triage.class !== 'innocent'));
});
