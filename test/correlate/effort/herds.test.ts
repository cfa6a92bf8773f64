import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Arrival, type Herd, herdsOf, PRIOR } from '../../../src/correlate/effort/herds.ts';
import { randomOf, range } from '../../support/contacts.ts';

const BAR = 20;
const MINUTE = 60e6;
const DAY = 86_400e6;

const arrival = (n: number, at: number, more: Partial<Arrival> = {}): Arrival => ({
  key: 'bot tcp/23',
  source: `source ${n}`,
  at,
  pace: 1e6,
  ...more,
});

/** Arrivals at random within a time. */
function strangers(count: number, from: number, lasted: number, seed: number, more: Partial<Arrival> = {}): Arrival[] {
  const random = randomOf(seed);
  return [...range(count)].map((n) => arrival(10_000 * seed + n, from + random() * lasted, more));
}

const herds = (arrivals: readonly Arrival[], others: readonly number[] = []): Herd[] =>
  herdsOf(
    arrivals,
    {
      begins: [...arrivals.map(({ at }) => at), ...others],
      end: Math.max(...arrivals.map(({ at }) => at)) + 10 * MINUTE,
      prior: PRIOR,
      mayBePopular: true,
    },
    BAR,
  );

test('forty that begin within a minute, after a quiet hour, are a herd', () => {
  const [herd, ...more] = herds(strangers(40, 60 * MINUTE, MINUTE, 1), [0]);
  assert.deepEqual(more, []);
  assert.equal(herd.members.length, 40);
  assert.ok(herd.expected < 1);
  assert.ok(herd.within <= MINUTE);
});

test('a herd among scanners of all the day is told by itself', () => {
  const all = [...strangers(200, 0, DAY, 2), ...strangers(60, DAY / 2, MINUTE, 3)];
  const [herd, ...more] = herds(all);
  assert.deepEqual(more, []);
  const members = herd.members.filter((at) => at >= 200);
  assert.equal(members.length, 60);
  assert.ok(herd.members.length <= 62);
});

test('unrelated scanners of a popular service are none, however many a day, whatever the seed', () => {
  for (const count of [20, 200, 1000])
    for (const seed of range(20))
      assert.deepEqual(herds(strangers(count, 0, DAY, 20 + seed)), [], `${count}, seed ${seed}`);
});

test('nor at a busy place, where everybody comes as often', () => {
  for (const seed of range(20)) {
    const others = strangers(60, 0, 10 * MINUTE, 300 + seed).map(({ at }) => at);
    assert.deepEqual(herds(strangers(60, 0, 10 * MINUTE, 400 + seed), others), [], `seed ${seed}`);
  }
});

test('what was under way when the data began did not begin together', () => {
  const few = strangers(14, 0, 10e6, 5, { pace: 10e6 });
  assert.deepEqual(herds(few), []);
  const [herd] = herds(few, [-DAY]);
  assert.equal(herd.members.length, 14);
});

test('one source counts once, and each key for itself', () => {
  const often = [...range(60)].map((n) => arrival(n % 4, n * 1e5));
  assert.deepEqual(herds(often, [-DAY]), []);
  const mixed = [...range(60)].map((n) => arrival(n, n * 1e5, { key: `bot ${n % 20}` }));
  assert.deepEqual(herds(mixed, [-DAY]), []);
});
