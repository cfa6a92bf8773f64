import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Method, Outcome } from '../../src/record/contact.ts';
import { type ContactSpec, exchange, range } from '../support/contacts.ts';
import { judged } from '../support/judge.ts';

const HERE = 0xc0000200;
const key = (protocol: number, port: number): number => (protocol << 16) | port;

/** Each source tries one address. */
const passing = (count: number, port: number): ContactSpec[] =>
  [...range(count)].map((n) => ({ from: 0x50000000 + n * 977, to: HERE + ((n * 37) % 200), port }));
const sweep = (count: number, port: number): ContactSpec[] =>
  [...range(count)].map((n) => ({ from: '203.0.113.9', to: HERE + n, port }));

test('sources, probes and services of what missed', () => {
  const clients = [...range(20)].flatMap((n) => exchange({ from: 0x51000000 + n, to: HERE + 80, port: 443 }));
  const { noise } = judged([...clients, ...passing(40, 23), ...passing(10, 445)]).judge;
  assert.equal(noise.probes, 50);
  assert.ok(Math.abs(noise.sources - 40) <= 1, `${noise.sources}`);
  assert.deepEqual(noise.services(10), [
    [key(6, 23), 40],
    [key(6, 445), 10],
  ]);
  assert.deepEqual(noise.services(1), [[key(6, 23), 40]]);
});

test('what a finding tells is not noise, also what came before it opened', () => {
  const { judge, findings } = judged([...passing(8, 23), ...sweep(60, 22)]);
  assert.equal(findings.length, 1);
  assert.equal(judge.noise.probes, 8);
  assert.ok(Math.abs(judge.noise.sources - 8) <= 1);
  assert.deepEqual(judge.noise.services(10), [[key(6, 23), 8]]);
});

test('stray answers are noise without a service; what our own hosts miss is none', () => {
  const strays = [...range(12)].map((n) => ({
    from: '203.0.113.7',
    to: HERE + n,
    port: 5000 + n,
    method: Method.strayAnswer,
    outcome: Outcome.unknown,
  }));
  const out = [...range(12)].map((n) => ({ from: HERE + 9, to: 0x5f000000 + n * 99, port: 80 }));
  const { noise } = judged([...strays, ...out]).judge;
  assert.deepEqual([noise.probes, noise.sources, noise.services(10)], [12, 1, []]);
});

test('nothing at all', () => {
  const { noise } = judged(exchange({ from: '203.0.113.7', to: HERE + 80 })).judge;
  assert.deepEqual([noise.probes, noise.sources, noise.services(10)], [0, 0, []]);
});
