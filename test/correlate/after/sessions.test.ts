import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deed } from '../../../src/correlate/after/access.ts';
import { accesses } from '../../../src/correlate/after/guessed.ts';
import { Sessions } from '../../../src/correlate/after/sessions.ts';
import { Outcome } from '../../../src/record/contact.ts';
import { contacts, range, START } from '../../support/contacts.ts';

const GUESSER = '203.0.113.9';
const NEIGHBOUR = '203.0.113.77';
const STRANGER = '198.18.4.4';

interface Session {
  readonly from: string;
  readonly at: number;
  readonly out: number;
  readonly back: number;
  readonly port?: number;
}

function heard(sessions: readonly Session[]): Sessions {
  const batch = contacts(
    sessions.map(({ from, at, port = 22 }) => ({ from, at, port, to: '192.0.2.10', outcome: Outcome.ended })),
  );
  sessions.forEach(({ out, back }, row) => {
    batch.bytesOut[row] = out;
    batch.bytesIn[row] = back;
  });
  const notes = new Sessions(7);
  notes.hear(batch, 0, batch.count);
  return notes;
}

function deeds(sessions: readonly Session[]): Deed[] {
  const notes = heard(sessions);
  return accesses(notes.guesses(), notes.entries(), notes.span);
}

const refused = (count: number, every = 2, from = GUESSER, port = 22): Session[] =>
  [...range(count)].map((n) => ({ from, at: n * every, out: 2000 + (n % 3) * 16, back: 2500 + (n % 5) * 16, port }));
const used = (from: string, at: number, port = 22): Session => ({ from, at, out: 3500, back: 4200, port });

test('sessions alike, then one that carries more: guessed, if there was a scan', () => {
  const [deed] = deeds([...refused(8), used(GUESSER, 20)]);
  assert.equal(deed.did.source, GUESSER);
  assert.equal(deed.before[0].times, 8);
  assert.equal(deed.needsScan, true);
});

test('a neighbour whose session carries more, after refusals: told without a scan', () => {
  const [deed] = deeds([...refused(8), used(NEIGHBOUR, 40)]);
  assert.equal(deed.did.source, NEIGHBOUR);
  assert.equal(deed.needsScan, false);
});

test('sessions too large to be refusals want a scan', () => {
  const [deed] = deeds([...refused(8).map((one) => ({ ...one, back: 6000 })), { ...used(NEIGHBOUR, 40), back: 9000 }]);
  assert.equal(deed.needsScan, true);
});

test('a stranger right after wants a scan; a stranger an hour after is nobody', () => {
  const [deed] = deeds([...refused(8), used(STRANGER, 16)]);
  assert.equal(deed.needsScan, true);
  assert.ok(deed.did.bits >= 8);
  assert.deepEqual(deeds([...refused(8), used(STRANGER, 3600)]), []);
});

test('who had been there before the guessing is nobody', () => {
  assert.deepEqual(deeds([used(NEIGHBOUR, -20), ...refused(8), used(NEIGHBOUR, 40)]), []);
});

const asked = (count: number): Session[] =>
  [...range(count)].map((n) => ({ from: GUESSER, at: n - 20, out: 900, back: 1500 }));

test('who first asks what a server offers, once at length, and then guesses, was not let in', () => {
  const long = { from: GUESSER, at: -1, out: 5000, back: 4000 };
  assert.deepEqual(deeds([...asked(5), long, ...refused(12)]), []);
  const [deed] = deeds([...asked(5), long, ...refused(12), used(GUESSER, 40)]);
  assert.equal(deed.before[0].times, 12);
});

test('who was let in, and comes back alike, was let in', () => {
  const [deed] = deeds([...refused(8), ...[...range(9)].map((n) => used(GUESSER, 20 + n))]);
  assert.equal(deed.before[0].times, 8);
  assert.equal(deed.did.first.time, START + 20e6);
});

test('an administrator whose sessions differ, and a program that looks in every minute: nothing', () => {
  const sizes = [3000, 9000, 2500, 80_000, 4000];
  assert.deepEqual(
    deeds([...sizes.map((back, n) => ({ from: GUESSER, at: n * 3, out: 3000, back })), used(NEIGHBOUR, 30)]),
    [],
  );
  assert.deepEqual(deeds([...refused(60, 60), used(NEIGHBOUR, 3700)]), []);
});

test('at services that nobody logs in to nothing is noted', () => {
  assert.deepEqual(deeds([...refused(8, 2, GUESSER, 80), used(NEIGHBOUR, 40, 80)]), []);
});

test('a source in the place of one that was forgotten begins a run of its own', () => {
  const others = [...range(9000)].map((n) => ({ from: `10.1.${n >> 8}.${n & 255}`, at: n, out: 2000, back: 2500 }));
  const late = refused(8).map((one) => ({ ...one, at: one.at + 100_000 }));
  const [guess] = heard([...others, ...late]).guesses();
  assert.equal(guess.source, GUESSER);
  assert.ok(guess.first.time > START + 99_999e6);
});
