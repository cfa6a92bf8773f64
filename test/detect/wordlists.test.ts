import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Wordlist } from '../../src/detect/wordlist/format.ts';
import { Guesses, hashOfWord } from '../../src/detect/wordlist/words.ts';
import { UNDECIDED, WordlistMatcher, type WordlistMatch } from '../../src/detect/wordlists.ts';
import { mix } from '../../src/table/hash.ts';

const encoder = new TextEncoder();

/** Words that look like nothing, from a seed; the same seed gives the same. */
const words = (seed: number, count: number): string[] =>
  Array.from({ length: count }, (_, nth) => `w${mix(seed * 1e6, nth).toString(36)}`);

function listOf(name: string, texts: readonly string[], over: Partial<Wordlist> = {}): Wordlist {
  const hashes = Uint32Array.from(texts, (text) => hashOfWord(encoder.encode(text), 0, encoder.encode(text).length));
  return { name, source: 'test', licence: 'MIT', words: texts.length, hashes, ...over };
}

function guessesOf(texts: readonly string[], names = false): Guesses {
  const guesses = new Guesses();
  for (const text of texts) {
    const bytes = encoder.encode(text);
    if (names) guesses.addName(bytes, 0, bytes.length);
    else guesses.addPath(bytes, 0, bytes.length);
  }
  return guesses;
}

/** The order in which threads are heard: each word up to `reach` places late. */
function overtaken(texts: readonly string[], reach: number): string[] {
  const keyed = texts.map((text, at) => ({ text, key: at + (mix(99, at) / 2 ** 32) * reach }));
  return keyed.sort((a, b) => a.key - b.key).map(({ text }) => text);
}

const A = words(1, 800);
const B = words(2, 3000);
/** Has half of A's words, in A's order, among its own. */
const MIXED = words(3, 800).flatMap((word, nth) => (nth % 2 === 0 ? [word, A[nth]] : [word]));
const LISTS = [listOf('a', A), listOf('b', B), listOf('mixed', MIXED), listOf('a and more', [...A, ...words(4, 500)])];
const matcher = new WordlistMatcher(LISTS);

const match = (texts: readonly string[], names = false): WordlistMatch => matcher.match(guessesOf(texts, names));

test('a list is named, with how far it has come', () => {
  const found = match(B.slice(0, 60));
  assert.deepEqual([found.name, found.candidates], ['b', ['b']]);
  assert.deepEqual([found.from, found.to, found.of], [1, 60, 3000]);
  assert.deepEqual(found.next, []);
});

test('fifteen requests of one thread show a dictionary', () => {
  assert.ok(match(B.slice(0, 15)).bits > 10);
  assert.equal(match(B.slice(0, 15)).name, 'b');
});

test('threads that overtake each other do not hide the list', () => {
  for (const [threads, requests] of [
    [10, 60],
    [40, 150],
    [100, 300],
  ]) {
    const found = match(overtaken(B.slice(0, requests + threads), threads).slice(0, requests));
    assert.equal(found.name, 'b', `${threads} threads`);
    assert.ok(found.bits > 10, `${threads} threads: ${found.bits} bits`);
  }
});

test('extensions, folders, slashes, queries and other capitals do not hide it', () => {
  const front = B.slice(0, 60);
  const shapes: Record<string, string[]> = {
    extensions: front.flatMap((word) => [word, `${word}.php`, `${word}.tar.gz`]),
    folder: front.map((word) => `/shop/${word}`),
    slash: front.map((word) => `/${word}/`),
    query: front.map((word) => `/search?q=${word}`),
    parameter: front.map((word) => `/page?${word}=1`),
    capitals: front.map((word) => word.toUpperCase()),
    escaped: front.map((word) => `%${word.charCodeAt(0).toString(16)}${word.slice(1)}`),
  };
  for (const [shape, guesses] of Object.entries(shapes)) {
    const found = match(guesses);
    assert.equal(found.name, 'b', shape);
    assert.deepEqual([found.from, found.to], [1, 60], shape);
  }
  const names = match(
    front.map((word) => `${word}.example.org`),
    true,
  );
  assert.equal(names.name, 'b');
});

test('lists that begin alike are undecided until they part, and at the end of the shorter one', () => {
  const front = match(A.slice(0, 100));
  assert.equal(front.name, UNDECIDED);
  assert.deepEqual([...front.candidates].sort(), ['a', 'a and more']);
  assert.equal(front.to, 100);
  assert.equal(match(A).name, 'a');
  assert.equal(match([...A, ...words(4, 20)]).name, 'a and more');
});

test('a list that lacks words or has others between is not taken for it', () => {
  assert.equal(match(MIXED.slice(0, 60)).name, 'mixed');
  assert.ok(!match(A.slice(0, 60)).candidates.includes('mixed'));
});

test('a scan that loses words or begins late is still named', () => {
  const lost = B.slice(0, 300).filter((_, nth) => nth % 7 !== 3);
  assert.equal(match(lost).name, 'b');
  const late = match(B.slice(2000, 2200));
  assert.equal(late.name, 'b');
  assert.deepEqual([late.from, late.to], [2001, 2200]);
});

test('one source of many that share a list leaves its order as evidence', () => {
  const found = match(B.filter((_, nth) => nth % 20 === 4).slice(0, 40));
  assert.equal(found.name, 'b');
  assert.ok(found.bits > 20);
});

test('a list that is read in random order is named once most of it was asked for', () => {
  const shuffled = overtaken(A, 1e6);
  const found = match(shuffled.slice(0, 700));
  assert.deepEqual([found.name, found.candidates[0]], [UNDECIDED, 'a']);
  assert.ok(found.bits < 5);
});

test('strangers, visitors and guesses of which too many are elsewhere get no name', () => {
  const common = [1, 400, 77, 2500, 900, 33, 1800, 610, 2999, 2020].map((nth) => B[nth]);
  const half = B.slice(0, 40).flatMap((word, nth) => [word, `other${nth}`]);
  for (const guesses of [words(7, 200), common, half, []]) {
    const found = match(guesses);
    assert.deepEqual([found.name, found.candidates, found.of], [UNDECIDED, [], 0]);
  }
  assert.equal(match(words(7, 200)).bits, 0);
});

test('what is asked again and again is one guess', () => {
  const poller = Array.from({ length: 300 }, (_, nth) => B[nth % 5]);
  assert.deepEqual(match(poller), match(B.slice(0, 5)));
});

test('a few words of another kind do not move the place reached', () => {
  const found = match([...B.slice(0, 30), 'nothing-of-the-kind', B[2900], ...B.slice(30, 60)]);
  assert.deepEqual([found.name, found.to], ['b', 60]);
});

test('a list that is not kept whole is named after its kept end', () => {
  const long = words(5, 2000);
  const cut = listOf('cut', long.slice(0, 500), { words: 2000 });
  const found = new WordlistMatcher([...LISTS, cut]).match(guessesOf(long.slice(0, 900)));
  assert.deepEqual([found.name, found.of], [UNDECIDED, 0]);
  const nearly = new WordlistMatcher([...LISTS, cut]).match(guessesOf(long.slice(0, 600)));
  assert.deepEqual([nearly.name, nearly.to, nearly.of], ['cut', 500, 2000]);
});

test('an own list gives the next words, also where a shipped one is the same', () => {
  const own = listOf('acme', B, { texts: B });
  const found = new WordlistMatcher([...LISTS, own]).match(guessesOf(B.slice(0, 60)));
  assert.equal(found.name, 'acme');
  assert.deepEqual(found.next, B.slice(60, 65));
});

test('two versions of one list are one name', () => {
  const versions = [listOf('c', words(6, 400)), listOf('c', [...words(6, 400), 'new'])];
  assert.equal(new WordlistMatcher([...LISTS, ...versions]).match(guessesOf(words(6, 400).slice(0, 50))).name, 'c');
});

test('without lists there is nothing to say', () => {
  assert.deepEqual(new WordlistMatcher([]).match(guessesOf(A)).candidates, []);
});
