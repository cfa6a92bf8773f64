import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addTraces, traceOf } from '../../../src/engine/account/trace.ts';
import { timeOf } from '../../../src/finding/time.ts';
import { Dossier } from '../../../src/ledger/dossier.ts';
import { Quest } from '../../../src/ledger/quest.ts';
import { exampleFinding } from '../../finding/example.ts';

const START = timeOf('2026-11-21T22:34:32.000000Z');

function dossierOf(visits: Partial<Dossier['visits']>): Dossier {
  const dossier = new Dossier(0, new Uint32Array(4), 1);
  Object.assign(dossier.visits, visits);
  return dossier;
}

const home = (last: number): number => (203 * 256 ** 3 + 113 * 256 + last) >>> 0;

test('visits are told in order of time, their targets by place', () => {
  const dossier = dossierOf({
    time: [START + 20, START + 10, START + 30],
    record: [2, 1, 3],
    address: [home(7), home(9), home(7)],
    port: [80, 22, 443],
    missed: [true, false, true],
  });
  dossier.opened = START + 25;
  assert.deepEqual(traceOf(dossier, START), {
    opened: '2026-11-21T22:34:32.000025Z',
    addresses: ['203.0.113.9', '203.0.113.7'],
    visits: [
      [10, 0, 22, 0],
      [20, 1, 80, 1],
      [30, 1, 443, 1],
    ],
    asks: [],
  });
});

test('IPv6 targets are whole, and a target that is not told has no place', () => {
  const six = dossierOf({
    time: [START],
    record: [1],
    address: [1],
    upper: [0x20010db8, 0, 0],
    port: [80],
    missed: [true],
  });
  assert.deepEqual(traceOf(six, START).addresses, ['2001:db8::1']);
  const none = dossierOf({ time: [START], record: [1], address: [0], upper: [0, 0, 0], port: [80], missed: [true] });
  assert.deepEqual(traceOf(none, START).visits, [[0, -1, 80, 1]]);
});

test('names stand at their place in the alphabet', () => {
  const dossier = dossierOf({});
  dossier.quest = new Quest(1);
  dossier.quest.asks.time.push(START + 5, START + 6, START + 7);
  dossier.quest.asks.name.push('/b', '/c', '/a');
  dossier.quest.asks.missed.push(true, false, true);
  assert.deepEqual(traceOf(dossier, START).asks, [
    [5, 1, 1],
    [6, 2, 0],
    [7, 0, 1],
  ]);
});

test('the first hundred findings that have a dossier are traced', () => {
  const findings = Array.from({ length: 120 }, (_, at) => exampleFinding({ id: `id-${at}` }));
  addTraces(findings, new Map(findings.slice(1).map(({ id }) => [id, dossierOf({})])));
  assert.deepEqual(
    findings.flatMap(({ trace }, at) => (trace ? [at] : [])),
    Array.from({ length: 99 }, (_, at) => at + 1),
  );
});
