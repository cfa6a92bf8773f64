import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Dossier } from '../../src/ledger/dossier.ts';
import { Outcome, Proof } from '../../src/record/contact.ts';
import { targetedness } from '../../src/triage/targeted.ts';
import { contacts, type ContactSpec, range } from '../support/contacts.ts';

const HERE = 0xc0000200;
const HOME = 256;

function judge(specs: readonly ContactSpec[], home = HOME): ReturnType<typeof targetedness> {
  const dossier = new Dossier(0, new Uint32Array(4), 1);
  const batch = contacts(specs);
  for (const row of range(batch.count)) dossier.observe(batch, row, true);
  return targetedness(dossier, home);
}

const sweep = (seconds: number): ContactSpec[] =>
  [...range(256)].map((n) => ({ from: 1, to: HERE + n, at: (n * seconds) / 255 }));

test('a whole network in a minute is here only: nobody scans the Internet at 71.6 million probes a second', () => {
  const { class: kind, reasons } = judge(sweep(60));
  assert.equal(kind, 'localised');
  assert.match(reasons[0], /71\.|72 M|71 M/);
});

test('the same in an hour is what everybody gets', () => {
  const { class: kind, points, reasons } = judge(sweep(3600));
  assert.deepEqual([kind, points, reasons.length], ['background', 0, 1]);
});

test('a few addresses say nothing of pace, nor does a home of unknown size', () => {
  assert.equal(judge(sweep(1).slice(0, 7)).class, 'background');
  assert.equal(judge(sweep(60), 0).class, 'background');
});

test('many services of one host, and coming back to what answered, make it targeted', () => {
  const ports = [...range(100)].map((n) => ({ from: 1, to: HERE, port: n, at: n * 60, outcome: Outcome.refused }));
  assert.equal(judge(ports).points, 30);
  const proof = Proof.handshake | Proof.exchange;
  const deeper = judge([...ports, { from: 1, to: HERE, port: 22, at: 7000, outcome: Outcome.answered, proof }]);
  assert.deepEqual([deeper.points, deeper.class], [50, 'targeted']);
});

test('every point has its line', () => {
  for (const specs of [sweep(60), sweep(3600)]) {
    const { points, reasons } = judge(specs);
    const told = reasons.reduce((sum, reason) => sum + Number(/^\+(\d+)/.exec(reason)?.[1] ?? 0), 0);
    assert.equal(told, points);
  }
});
