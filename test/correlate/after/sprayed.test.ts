import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deed } from '../../../src/correlate/after/access.ts';
import { sprayed } from '../../../src/correlate/after/sprayed.ts';
import { Reply } from '../../../src/record/request.ts';
import { range } from '../../support/contacts.ts';
import { asked, type AskedSpec } from './asked.ts';

const SPRAYER = '203.0.113.9';
const STRANGER = '198.18.4.4';
const DAY = 86_400;

const login = (from: string, at: number, user: string): AskedSpec => ({ from, at, user, reply: Reply.accepted });
/** Ten people, each from a place of their own, on each of three days. */
const people = [...range(30)].map((n) =>
  login(`100.64.${n % 10}.7`, Math.floor(n / 10) * DAY + (n % 10) * 600, `user${n % 10}`),
);
/** The names of half of them, and as many that nobody has. */
const spray = (from = SPRAYER): AskedSpec[] =>
  [...range(10)].map((n) => ({ from, at: 3 * DAY + n * 20, user: n < 5 ? `user${n}` : `nobody${n}` }));
const deeds = (specs: readonly AskedSpec[]): readonly Deed[] =>
  asked(specs.toSorted((a, b) => a.at - b.at)).after().deeds;
const soon = 3 * DAY + 300;

test('an account that was sprayed with others comes from where nobody ever was: told, with the odds', () => {
  const [deed, ...others] = deeds([...people, ...spray(), login(STRANGER, soon, 'user3')]);
  assert.equal(others.length, 0);
  assert.deepEqual([deed.did.source, deed.did.name, deed.needsScan], [STRANGER, 'user3', false]);
  assert.deepEqual(
    deed.before.map(({ technique, source }) => `${technique} ${source}`),
    [`T1110.001 ${SPRAYER}`],
  );
  assert.match(
    deed.did.reason,
    /had tried with 9 others; .* 4 min later.*; names of 4 of 9 other users were tried: 1\.0 bits/,
  );
});

test('thousands move, and thousands of names are tried: each account is looked at for next to nothing', () => {
  const moves = [...range(4000)].map((n) =>
    login(`198.${18 + (n >> 13)}.${(n >> 5) & 255}.${n & 31}`, n * 40, `user${n % 2000}`),
  );
  const tries = [...range(8)].flatMap((n) =>
    [...range(250)].map((at) => ({ from: `203.0.113.${n}`, at: n * 9000 + at * 30, user: `user${n * 250 + at}` })),
  );
  const { guesses, entries, span } = asked([...moves, ...tries].toSorted((a, b) => a.at - b.at)).after();
  let reads = 0;
  const counted = entries.map((entry) => ({
    ...entry,
    get user(): string {
      reads += 1;
      return entry.user;
    },
  }));
  assert.deepEqual(sprayed(guesses, counted, span, []), []);
  assert.ok(reads < 20 * entries.length, `${reads} reads of ${entries.length} entries`);
});

test('an account that was not tried, one that was never used, and its owner at a usual place: not', () => {
  for (const [from, user] of [
    [STRANGER, 'user8'],
    [STRANGER, 'nobody7'],
    ['100.64.3.99', 'user3'],
    ['100.64.8.7', 'user3'],
  ])
    assert.deepEqual(deeds([...people, ...spray(), login(from, soon, user)]), [], `${user} from ${from}`);
});

test('where accounts move, or all do at once after an outage, and long after it: not', () => {
  const moves = [...range(18)].map((n) => login(`100.90.${n}.1`, 2 * DAY + 7000 + n * 900, `user${n % 9}`));
  assert.deepEqual(deeds([...people, ...moves, ...spray(), login(STRANGER, soon, 'user3')]), []);
  const outage = [...range(9)].map((n) => login(`100.90.${n}.1`, soon + 60 + n * 30, `user${n}`));
  assert.deepEqual(deeds([...people, ...spray(), login(STRANGER, soon, 'user3'), ...outage]), []);
  assert.deepEqual(deeds([...people, ...spray(), login(STRANGER, soon + 4000, 'user3')]), []);
});

test('an account that somebody tries for ever says nothing, nor do failures with few names', () => {
  const ever = [...range(300)].map((n) => ({ from: '203.0.113.50', at: n * 860, user: 'user3' }));
  assert.deepEqual(deeds([...people, ...ever, ...spray(), login(STRANGER, soon, 'user3')]), []);
  const few = [...range(9)].map((n) => ({ from: SPRAYER, at: 3 * DAY + n, user: `user${3 + (n % 2)}` }));
  assert.deepEqual(deeds([...people, ...few, login(STRANGER, soon, 'user3')]), []);
});
