import assert from 'node:assert/strict';
import { test } from 'node:test';
import { novelty } from '../../src/detect/novelty.ts';
import { Way } from '../../src/ledger/rates.ts';
import { Outcome } from '../../src/record/contact.ts';
import { contacts, exchange, range } from '../support/contacts.ts';
import { Alone, Stand } from '../support/judge.ts';

/** Bits after so many new targets, one every so many seconds. */
function bits(count: number, seconds: number, change: (alone: Alone) => void = () => {}): number {
  const alone = new Alone(novelty, 1, count);
  alone.admission.account.fill(0);
  change(alone);
  const batch = contacts(
    [...range(count)].map((n) => ({ from: 1, to: n, outcome: Outcome.answered, at: n * seconds })),
  );
  for (const row of range(count)) alone.observe(batch, row, row + 1);
  return alone.bits(0);
}

test('a list of living hosts is found by how fast it is gone through, fast or slow', () => {
  assert.ok(bits(15, 0.1) > 20);
  assert.ok(bits(15, 60) > 20);
  assert.ok(bits(40, 3600) > 20, 'one an hour');
});

test('a client that finds a few new services a day is none', () => {
  assert.ok(bits(4, 1) < 8);
  assert.ok(bits(300, 86_400) < 8, 'one a day');
  assert.ok(bits(60, 43_200) < 8);
});

test('visiting what everybody visits is no news', () => {
  assert.equal(
    bits(60, 1, ({ admission }) => void admission.users.fill(3)),
    0,
  );
});

test('only what comes in counts', () => {
  for (const way of [Way.outward, Way.within])
    assert.equal(
      bits(60, 1, ({ admission }) => void admission.way.fill(way)),
      0,
    );
});

test('further ports of a host that the source talks with are no news: passive FTP, media of calls', () => {
  const [from, to] = [0x14000001, 0xc0000209];
  const data = (target: number) =>
    [...range(40)].map((n) => ({ from, to: target, port: 40_000 + 13 * n, outcome: Outcome.answered, at: 9 + n }));
  const stand = new Stand();
  stand.each([...exchange({ from, to, port: 21, at: 0 }), ...data(to)]);
  assert.equal(stand.bits(from, 'novelty'), 0);
  const other = new Stand();
  other.each([...exchange({ from, to, port: 21, at: 0 }), ...data(to + 1)]);
  assert.ok(other.bits(from, 'novelty') > 20, 'of another host they are');
});

test('an exchange does not excuse the contact that it came of, in whatever batch it is told', () => {
  const from = 0x14000001;
  const hosts = (port: number) =>
    [...range(30)].flatMap((n) => exchange({ from, to: 0xc0000200 + n, port, at: 9 + n }));
  const apart = new Stand();
  apart.each(hosts(9100));
  const together = new Stand();
  together.take(contacts(hosts(9100)));
  assert.ok(apart.bits(from, 'novelty') > 20);
  assert.equal(together.bits(from, 'novelty'), apart.bits(from, 'novelty'));
});

test('what is no news between two does not stop the clock: a visitor of a day, who goes where all go, and to one more', () => {
  const day = 86_400;
  const days = [...range(40)].flatMap((n) => [
    { from: 1, to: 1000 + n, outcome: Outcome.answered, at: n * day },
    { from: 1, to: n, outcome: Outcome.answered, at: n * day + 1 },
  ]);
  const alone = new Alone(novelty, 1, days.length);
  alone.admission.account.fill(0);
  for (const row of range(days.length)) alone.admission.users[row] = row % 2 === 0 ? 3 : 0;
  const batch = contacts(days);
  for (const row of range(days.length)) alone.observe(batch, row, row + 1);
  assert.ok(alone.bits(0) < 8, `${alone.bits(0)}`);
});
