import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearestOf } from '../../src/engine/nearest.ts';
import { type ContactSpec, exchange, range } from '../support/contacts.ts';
import { judged } from '../support/judge.ts';

const HERE = 0xc0000200;
const sweep = (from: string, count: number): ContactSpec[] =>
  [...range(count)].map((n) => ({ from, to: HERE + n, port: 23 }));

test('who stayed under the bar, most bits first, with what the account holds', () => {
  const { ledger, findings } = judged([...sweep('203.0.113.9', 2), ...sweep('203.0.113.10', 3)]);
  assert.equal(findings.length, 0);
  const nearest = nearestOf(ledger.accounts, new Set());
  assert.deepEqual(
    nearest.map(({ source, contacts, decidedBy }) => [source, contacts, decidedBy]),
    [
      ['203.0.113.10', 3, 'misses'],
      ['203.0.113.9', 2, 'misses'],
    ],
  );
  assert.ok(nearest[0].bits > nearest[1].bits && nearest[1].bits > 0 && nearest[0].bits < 20);
  assert.match(nearest[0].reason, /^no answer from an address/);
});

test('those of whom a finding speaks are left out, and so are those with nothing against them', () => {
  const client = exchange({ from: '203.0.113.10', to: HERE + 80, port: 443 });
  const { ledger } = judged([...sweep('203.0.113.9', 4), ...client]);
  assert.deepEqual(
    nearestOf(ledger.accounts, new Set()).map(({ source }) => source),
    ['203.0.113.9'],
  );
  assert.deepEqual(nearestOf(ledger.accounts, new Set(['203.0.113.9'])), []);
});

test('twenty at most', () => {
  const many = [...range(40)].flatMap((n) => sweep(`203.0.113.${n + 1}`, 4));
  const { ledger } = judged(many);
  assert.equal(nearestOf(ledger.accounts, new Set()).length, 20);
});
