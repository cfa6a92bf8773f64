import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { CodedError } from '../../../src/config/errors.ts';
import { KEPT_WORDS } from '../../../src/detect/wordlist/format.ts';
import { Guesses, hashOfWord } from '../../../src/detect/wordlist/words.ts';
import { WordlistMatcher } from '../../../src/detect/wordlists.ts';
import {
  addWordlist,
  allWordlists,
  ownWordlists,
  removeWordlist,
  shippedWordlists,
  wordsOf,
} from '../../../src/engine/lists/wordlist-file.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function scratch(t: TestContext): { folder: string; file: (text: string) => string } {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-words-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return {
    folder: join(folder, 'state', 'wordlists'),
    file: (text) => {
      const path = join(folder, 'list');
      writeFileSync(path, text);
      return path;
    },
  };
}

const coded = (code: string) => (error: unknown) => error instanceof CodedError && error.code === code;

test('a list has a word a line, without comments, empty lines and carriage returns', () => {
  const { words, texts, hashes } = wordsOf(bytesOf('# about\r\nadmin\r\n\r\n/login/\n#\nlast'));
  assert.equal(words, 3);
  assert.deepEqual(texts, ['admin', '/login/', 'last']);
  assert.equal(hashes[1], hashOfWord(bytesOf('login'), 0, 5));
});

test('a place for extensions is left out', () => {
  const { hashes, texts } = wordsOf(bytesOf('index.%EXT%\nx%EXT%\n'));
  assert.deepEqual([...hashes], [hashOfWord(bytesOf('index'), 0, 5), hashOfWord(bytesOf('x'), 0, 1)]);
  assert.deepEqual(texts, ['index.%EXT%', 'x%EXT%']);
});

test('the shipped lists are there, with what must be said of them', () => {
  const lists = shippedWordlists();
  const small = lists.find(({ name }) => name === 'dirb small.txt');
  assert.equal(small?.words, 959);
  assert.equal(small?.hashes.length, 959);
  for (const { name, source, licence, words, hashes } of lists) {
    assert.ok(name !== '' && source !== '' && licence !== '', name);
    assert.ok(hashes.length > 0 && hashes.length <= Math.min(words, KEPT_WORDS), name);
  }
});

test('the shipped lists tell some usual words apart from a visitor', () => {
  const guesses = new Guesses();
  const pages = [
    '/',
    '/css/site.css',
    '/images/logo.png',
    '/about',
    '/contact',
    '/blog',
    '/blog/post-1',
    '/cart',
    '/help',
  ];
  for (const page of [...pages, '/products', '/products/tent', '/search?q=tent', '/login', '/favicon.ico'])
    guesses.addPath(bytesOf(page), 0, page.length);
  assert.deepEqual(new WordlistMatcher(shippedWordlists()).match(guesses).candidates, []);
});

test('an own list is kept, replaced, listed last and removed', (t) => {
  const { folder, file } = scratch(t);
  assert.deepEqual(ownWordlists(folder), []);
  assert.equal(addWordlist(folder, 'acme', file('one\ntwo\n')), 2);
  assert.equal(addWordlist(folder, 'acme', file('one\ntwo\nthree')), 3);
  const [own] = ownWordlists(folder);
  assert.deepEqual([own.name, own.words, own.texts], ['acme', 3, ['one', 'two', 'three']]);
  assert.equal(allWordlists(folder).at(-1)?.name, 'acme');
  removeWordlist(folder, 'acme');
  assert.deepEqual(ownWordlists(folder), []);
  assert.throws(() => removeWordlist(folder, 'acme'), coded('WORDLIST_UNKNOWN'));
});

test('a long list is cut and keeps its number of words', (t) => {
  const { folder, file } = scratch(t);
  const text = Array.from({ length: KEPT_WORDS + 10 }, (_, nth) => `word${nth}`).join('\n');
  assert.equal(addWordlist(folder, 'long', file(text)), KEPT_WORDS + 10);
  const [own] = ownWordlists(folder);
  assert.equal(own.words, KEPT_WORDS + 10);
  assert.equal(own.hashes.length, KEPT_WORDS);
  assert.equal(own.texts?.at(-1), `word${KEPT_WORDS - 1}`);
});

test('only its user may read an own list, and nothing is left over', (t) => {
  const { folder, file } = scratch(t);
  addWordlist(folder, 'acme', file('secret-project\n'));
  assert.deepEqual(readdirSync(folder), ['acme.txt']);
  assert.equal(statSync(join(folder, 'acme.txt')).mode & 0o777, 0o600);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
});

test('mistakes are said', (t) => {
  const { folder, file } = scratch(t);
  for (const name of ['', '../up', 'a/b', '.hidden', 'a b', 'x'.repeat(65)])
    assert.throws(() => addWordlist(folder, name, file('word')), coded('WORDLIST_NAME'), name);
  assert.throws(() => addWordlist(folder, 'acme', file('# nothing\n\n')), coded('WORDLIST_EMPTY'));
  assert.throws(() => addWordlist(folder, 'acme', join(folder, 'none')), coded('INPUT_MISSING'));
  assert.throws(() => addWordlist(folder, 'acme', tmpdir()), coded('INPUT_UNREADABLE'));
  assert.throws(() => removeWordlist(folder, '../acme'), coded('WORDLIST_UNKNOWN'));
});
