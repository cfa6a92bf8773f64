import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readsOf } from '../../../src/engine/account/reads.ts';
import { WordlistMatcher } from '../../../src/detect/wordlists.ts';
import { Quest } from '../../../src/ledger/quest.ts';
import { Asked, Reply } from '../../../src/record/request.ts';
import { requestsOf } from '../../support/quest.ts';

const WORDS = Array.from('qwertzuiopasdfghjklyxcvb').map((letter) => `${letter}ord`);
const noLists = (): WordlistMatcher => new WordlistMatcher([]);

interface Ask {
  readonly path: string;
  readonly there?: boolean;
  readonly second?: number;
  readonly agent?: string;
}

function read(asks: readonly Ask[]) {
  const batch = requestsOf(
    asks.map(({ path, there = false, second = 0, agent = 'a' }) => ({
      asked: Asked.path,
      reply: there ? Reply.answered : Reply.missed,
      name: path,
      time: second * 1e6,
      agent,
    })),
  );
  const quest = new Quest(1);
  for (const [row, { there }] of asks.entries()) quest.observe(batch, row, true, there === true ? 0 : 1);
  const reads = readsOf(quest, noLists);
  assert.ok(reads);
  return reads;
}

const paths = (pathOf: (word: string, at: number) => string): Ask[] =>
  WORDS.map((word, at) => ({ path: pathOf(word, at) }));

test('what was told is a title, or lies in a folder of its own', () => {
  assert.equal(read(paths((word) => `/news/how-to-${word}`)).told, 1);
  assert.equal(read(paths((word, at) => `/${word}/${WORDS[(at + 5) % 24]}`)).told, 1);
  assert.equal(read(paths((word) => `/${word}`)).told, 0, 'at the root');
  assert.equal(read(paths((word, at) => `/${WORDS[at % 4]}/${word}`)).told, 0, 'six in each folder');
  assert.equal(read(paths((word, at) => `/${word}/${WORDS[at % 4]}`)).told, 0, 'four words in all folders');
  assert.equal(
    read(paths((_, at) => `/old-${WORDS[Math.floor(at / 6)]}-${WORDS[at % 6]}`)).told,
    0,
    'titles of seven words in all',
  );
});

test('parts of a page are asked for right after it', () => {
  const page = { path: '/', there: true };
  const parts = (second: number): Ask[] => paths((word) => `/theme/${word}.css`).map((ask) => ({ ...ask, second }));
  assert.equal(read([page, ...parts(3)]).parts, 1);
  assert.equal(read([page, ...parts(4)]).parts, 0, 'later');
  assert.equal(read(parts(0)).parts, 0, 'no page');
  assert.equal(read([page, { path: '/other/y.css' }, ...parts(0), { path: '/theme/z.css' }]).parts, 0, 'too many');
  const sorted = parts(0).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  assert.equal(read([page, ...sorted]).parts, 0, 'by the alphabet');
});

test('misses are told by client and by the minute', () => {
  const served = WORDS.map((word, at) => ({ path: `/${word}.html`, there: true, second: at }));
  const missed = [0, 61, 90, 150].map((second) => ({ path: `/${second}/gone`, second }));
  const { missed: all, strangers, burst } = read([...served, ...missed]);
  assert.deepEqual({ all, strangers, burst }, { all: 4, strangers: 0, burst: 2 });
  assert.equal(read([...served, ...missed.map((ask) => ({ ...ask, agent: 'b' }))]).strangers, 4);
});
