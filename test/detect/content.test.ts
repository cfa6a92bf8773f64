import assert from 'node:assert/strict';
import { test } from 'node:test';
import { content, type ContentObserver } from '../../src/detect/content.ts';
import { Outcome } from '../../src/record/contact.ts';
import { HINTS } from '../../src/record/hint.ts';
import { contacts, type ContactSpec } from '../support/contacts.ts';
import { Alone } from '../support/judge.ts';

const DECLARED = HINTS.findIndex(({ declared }) => declared);
const USUAL = HINTS.findIndex(({ name, declared }) => name !== '' && !declared);

function alone(...specs: Partial<ContactSpec>[]): Alone {
  const detector = new Alone(content, 1, specs.length);
  detector.admission.account.fill(0);
  const batch = contacts(specs.map((spec, n) => ({ from: 1, to: n, ...spec })));
  for (const [row, { outcome }] of specs.entries()) {
    if (outcome === Outcome.exchanged) detector.admission.first[row] = 0;
    detector.observe(batch, row, row + 1);
  }
  return detector;
}

test('a request that says it is a scanner’s is charged once a source', () => {
  assert.equal(alone({ hint: DECLARED }, { hint: DECLARED }, { hint: DECLARED }).charges.length, 1);
});

test('a request that scanners merely like is noted, not charged', () => {
  const detector = alone({ hint: USUAL });
  assert.equal(detector.charges.length, 0);
  assert.equal((detector.observer as ContentObserver).seen[0], USUAL);
});

test('what is sent after the handshake counts, with the row that tells of the exchange', () => {
  assert.equal(alone({}, { hint: DECLARED, outcome: Outcome.exchanged }).charges.length, 1);
});

test('the declared one is told, whichever came first', () => {
  for (const hints of [
    [USUAL, DECLARED],
    [DECLARED, USUAL],
  ])
    assert.equal((alone(...hints.map((hint) => ({ hint }))).observer as ContentObserver).seen[0], DECLARED);
});

test('requests of which nothing is known are not charged', () => {
  assert.equal(alone({ hint: 0, length: 500 }).charges.length, 0);
});
