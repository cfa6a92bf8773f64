import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Habit } from '../../../src/record/habit.ts';
import type { Note, Watch } from '../../../src/detect/names/notes.ts';
import { nameCrowds } from '../../../src/detect/names/crowds.ts';
import type { NameCrowd } from '../../../src/detect/names/proof.ts';
import { WordlistMatcher } from '../../../src/detect/wordlists.ts';
import { wordsOf } from '../../../src/engine/lists/wordlist-file.ts';
import { Asked } from '../../../src/record/request.ts';
import { Counts } from '../../../src/table/counts.ts';
import { randomOf, range } from '../../support/contacts.ts';

const BAR = 20;
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0';
const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const CONSONANTS = 'bdfgklmnprst';

/** Words that are all different and in no order. */
const WORDS = [...range(1500)].map((n) => {
  const letter = (place: number): string => CONSONANTS[Math.floor(n / 12 ** place) % 12];
  return `${letter(0)}a${letter(2)}o${letter(1)}e`;
});
const LISTS = [
  { name: 'a list', source: 'here', licence: 'none', ...wordsOf(Buffer.from(WORDS.slice(0, 1200).join('\n'))) },
];
const MATCHER = new WordlistMatcher(LISTS);

interface Ask {
  readonly who: number;
  readonly name: string;
  readonly at: number;
  readonly agent?: string;
  readonly six?: boolean;
}

function noteOf({ who, name, at, agent = BROWSER, six = false }: Ask, record: number): Note {
  const source = six
    ? Uint32Array.of(0x20010db8, 0x00770001, who, 1)
    : Uint32Array.of(0, 0, 0xffff, (0x50000000 + 0x10100 * who) >>> 0);
  const group = six ? `${source[0]},${source[1]}` : source.join();
  return { time: at * 1e6, input: 0, record, source, who: source.join(), group, name, agent, p0: 0.1, admitted: false };
}

/** @param got names that each source was given, and `each` how often it asked for every one of its names */
function crowdsOf(asks: readonly Ask[], got = 0, asked: number = Asked.path, each = 1): NameCrowd[] {
  const notes = asks.map(noteOf);
  const bySource = new Counts(1, 1 << 14);
  for (const { who } of asks) bySource.add(who);
  const server = new Uint32Array(4);
  const watch: Watch = { asked, site: 'www', port: 80, server, notes, bySource, next: 0 };
  const counts = Map.groupBy(notes, ({ who }) => who);
  const beside = {
    matcher: () => MATCHER,
    habitOf: (source: Uint32Array): Habit => {
      const missed = counts.get(source.join())?.length ?? 0;
      return {
        names: missed + got,
        namesMissed: missed,
        requestsAnswered: got,
        requests: each * missed + got,
      } as Habit;
    },
    agentSources: () => 0,
    sources: 200,
  };
  return nameCrowds([watch], [], beside, BAR);
}

/** Words shared out: `each` words to a source, in turns. */
const inTurns = (words: readonly string[], sources: number): Ask[] =>
  words.map((word, n) => ({ who: n % sources, name: `/${word}`, at: 30 * n }));

function shuffled<T>(items: readonly T[], seed: number): T[] {
  const random = randomOf(seed);
  return items
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

const membersOf = ({ notes }: NameCrowd): number => new Set(notes.map(({ who }) => who)).size;

test('a list in turns, in pieces, at random, and one that nobody knows: a crowd, with all its members', () => {
  const pieces = WORDS.slice(0, 300).map((word, n) => ({
    who: Math.floor(n / 5),
    name: `/${word}`,
    at: (n % 5) * 40 + 1,
  }));
  for (const [what, asks] of [
    ['in turns', inTurns(WORDS.slice(0, 300), 60)],
    ['in pieces at once', pieces],
    ['at random', inTurns(shuffled(WORDS.slice(0, 1200), 3).slice(0, 500), 100)],
    ['unknown', inTurns(shuffled(WORDS.slice(1200), 3), 60)],
  ] as const) {
    const [crowd, other] = crowdsOf(asks);
    assert.ok(crowd, what);
    assert.equal(other, undefined);
    assert.ok(membersOf(crowd) >= 0.9 * new Set(asks.map(({ who }) => who)).size, `${what}: ${membersOf(crowd)}`);
    assert.ok(Math.abs(crowd.rows.reduce((sum, { bits }) => sum + bits, 0) - crowd.bits) < 1e-9);
  }
});

test('one word a source, in the order of the list, is a crowd as well', () => {
  const [crowd] = crowdsOf(WORDS.slice(0, 100).map((word, n) => ({ who: n, name: `/${word}`, at: 60 * n })));
  assert.equal(crowd?.list?.name, 'a list');
});

test('addresses of one /64 that ask for one word each', () => {
  const asks = shuffled(WORDS, 4).slice(0, 40);
  const [crowd] = crowdsOf(asks.map((word, n) => ({ who: n, name: `/${word}`, at: 60 * n, six: true })));
  assert.equal(membersOf(crowd), 40);
});

test('user names, two a source', () => {
  const users = shuffled(WORDS, 5).slice(0, 120);
  const [crowd] = crowdsOf(
    users.map((name, n) => ({ who: Math.floor(n / 2), name, at: 9 * n })),
    0,
    Asked.user,
  );
  assert.equal(crowd?.kind, 'users');
});

/** Innocents who miss names from many addresses, by a seed. */
const INNOCENTS: Readonly<Record<string, (random: () => number) => { asks: Ask[]; got?: number; users?: boolean }>> = {
  'dead link on a popular page': (random) => ({
    asks: [...range(300)].map((who) => ({ who, name: random() < 0.8 ? '/flyer.pdf' : '/plan.pdf', at: who })),
    got: 3,
  }),
  'site that moved': (random) => ({
    asks: [...range(400)].flatMap((who) =>
      [...range(random() < 0.2 ? 2 : 1)].map((n) => ({
        who,
        name: `/${WORDS[Math.floor(WORDS.length ** random())]}`,
        at: 5 * who + n,
      })),
    ),
    got: 0,
  }),
  'application broken at all clients': (random) => ({
    asks: [...range(100)].flatMap((who) =>
      [
        '/api/config',
        `/api/users/${Math.floor(random() * 1e6)}`,
        `/files/${Math.floor(random() * 1e9).toString(16)}f0a1.js`,
      ].map((name, n) => ({ who, name, at: 9 * who + n, agent: 'AcmeApp/3.1' })),
    ),
  }),
  'crawler with many addresses': (random) => ({
    asks: shuffled(WORDS, Math.floor(random() * 1e6))
      .slice(0, 400)
      .map((word, n) => ({
        who: n % 80,
        name: `/archive/${word}.html`,
        at: 20 * n,
        agent: GOOGLEBOT,
      })),
    got: 1,
  }),
  'strangers with the same small list': (random) => ({
    asks: [...range(60)].flatMap((who) =>
      [...range(5)].map((n) => ({ who, name: `/${WORDS[Math.floor(random() * 60)]}`, at: 60 * who + n })),
    ),
  }),
  'a directory of users that fails': (random) => ({
    asks: shuffled(WORDS, Math.floor(random() * 1e6))
      .slice(0, 400)
      .map((name, who) => ({ who, name, at: who })),
    users: true,
  }),
};

test('innocents who miss names from many addresses are no crowd, whatever the seed', () => {
  for (const [what, make] of Object.entries(INNOCENTS))
    for (const seed of range(2)) {
      const { asks, got, users } = make(randomOf(50 + seed));
      assert.deepEqual(crowdsOf(asks, got, users ? Asked.user : Asked.path), [], `${what}, seed ${seed}`);
    }
});

test('sources that ask for one name each share a list out when their names come in its order', () => {
  const own = [...range(60)].map((n) => `/${'abcdefghij'[Math.floor(n / 6)]}${'abcdef'[n % 6]}-of-our-own`);
  const asksOf = (names: readonly string[]): Ask[] => names.map((name, who) => ({ who, name, at: 60 * who }));
  const stray = { who: 99, name: '/zz-dead-link', at: 90 };
  const [crowd, ...others] = crowdsOf([...asksOf(own), stray]);
  assert.deepEqual([crowd.rows[0].reason, others], ['sources that got nothing came in the order of the alphabet', []]);
  assert.equal(crowd.notes.length, 60, 'and not who is beside it');
  assert.deepEqual(crowdsOf(asksOf(shuffled(own, 3))), [], 'in any order');
  assert.deepEqual(crowdsOf(asksOf(own), 3), [], 'they got something');
  assert.deepEqual(crowdsOf(asksOf(own.map((name) => `${name}7x`))), [], 'identifiers that grow with the time');
});

test('clients of one network that each keep to a user who is gone share nothing out; who tries each once does', () => {
  const users = shuffled(WORDS, 7);
  const asks = [...range(30)].map((who): Ask => ({ who, name: users[who], at: who * 60, six: true }));
  assert.deepEqual(crowdsOf(asks, 0, Asked.user, 3), []);
  assert.equal(crowdsOf(asks, 0, Asked.user, 2).length, 1);
});

test('a few loud scanners are no crowd', () => {
  assert.deepEqual(crowdsOf(inTurns(WORDS.slice(0, 60), 3)), []);
});
