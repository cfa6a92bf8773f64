import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  CANDIDATES,
  candidates,
  FOLD_MASK,
  GUESSES,
  Guesses,
  hashOfWord,
  nameCandidates,
} from '../../../src/detect/wordlist/words.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const hash = (text: string): number => hashOfWord(bytesOf(text), 0, bytesOf(text).length);

function candidatesOf(text: string, make = candidates): number[] {
  const out = new Uint32Array(CANDIDATES);
  const n = make(bytesOf(text), 0, bytesOf(text).length, out);
  return [...out.subarray(0, n)];
}

test('slashes at the ends and percent-escapes do not change a word', () => {
  for (const same of ['/admin', 'admin/', '//admin//', '%61dmin', 'a%64min/']) assert.equal(hash(same), hash('admin'));
  assert.equal(hash('a%20b'), hash('a b'));
  assert.equal(hash('100%'), hash('100%25'));
  assert.notEqual(hash('%zz'), hash('zz'));
  assert.notEqual(hash('%252e'), hash('.'));
});

test('capitals are in the low bits only', () => {
  assert.equal(hash('admin') & ~FOLD_MASK, 0);
  assert.notEqual(hash('Admin'), hash('admin'));
  assert.notEqual(hash('Admin'), hash('ADMIN'));
  assert.equal((hash('Admin') & FOLD_MASK) >>> 0, hash('admin'));
  assert.equal((hash('%41dmin') & FOLD_MASK) >>> 0, hash('admin'));
});

test('no word is 0, and only that', () => {
  for (const none of ['', '/', '///']) assert.equal(hash(none), 0);
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (text) => /^\/*$/.test(text) || hash(text) !== 0),
    { numRuns: 500 },
  );
});

test('a path may be made of a word with a folder before it, an extension after it, or both', () => {
  const made = candidatesOf('/site/shop/cart.tar.gz');
  const words = [
    'site/shop/cart.tar.gz',
    'site/shop/cart.tar',
    'site/shop/cart',
    'cart.tar.gz',
    'cart',
    'shop/cart',
    'site',
  ];
  for (const word of words) assert.ok(made.includes(hash(word)), word);
  assert.equal(made[0], hash('site/shop/cart.tar.gz'));
  assert.ok(!made.includes(hash('shop')));
});

test('a dot-file keeps its dot, a backup loses its tilde', () => {
  assert.deepEqual(candidatesOf('/.htaccess'), [hash('.htaccess')]);
  assert.deepEqual(candidatesOf('/index.php~'), [hash('index.php~'), hash('index.php'), hash('index')]);
});

test('a query gives the value and the name of its last parameter', () => {
  const made = candidatesOf('/search?lang=en&q=classes');
  for (const word of ['classes', 'q', 'search']) assert.ok(made.includes(hash(word)), word);
  assert.ok(!made.includes(hash('en')));
  assert.ok(candidatesOf('/x?debug').includes(hash('debug')));
});

test('a name gives what stands before its dots', () => {
  const made = candidatesOf('ns1.mail.example.org', nameCandidates);
  for (const word of ['ns1.mail.example.org', 'ns1', 'ns1.mail']) assert.ok(made.includes(hash(word)), word);
  assert.ok(candidatesOf('root@example.org', nameCandidates).includes(hash('root')));
});

test('candidates differ, fit, and depend on nothing outside the piece', () => {
  const piece = fc.stringMatching(/^[a-cA/.?&=~%2]{0,40}$/);
  fc.assert(
    fc.property(piece, fc.string(), (text, around) => {
      const alone = candidatesOf(text);
      assert.equal(new Set(alone).size, alone.length);
      const [before, middle] = [bytesOf(around), bytesOf(text)];
      const all = bytesOf(around + text + around);
      const out = new Uint32Array(CANDIDATES);
      const n = candidates(all, before.length, before.length + middle.length, out);
      assert.deepEqual([...out.subarray(0, n)], alone);
    }),
  );
});

test('of too many guesses the first half and the last ones are kept', () => {
  const guesses = new Guesses();
  const total = GUESSES * 3 + 17;
  for (let nth = 0; nth < total; nth += 1) {
    const bytes = bytesOf(`word${nth}`);
    guesses.addPath(bytes, 0, bytes.length);
  }
  const kept = [...guesses.words.subarray(0, guesses.length)].filter((word) => word !== 0);
  assert.equal(kept.length, guesses.count);
  assert.ok(guesses.count <= GUESSES && guesses.count > GUESSES / 2);
  assert.equal(kept[GUESSES / 2 - 1], hash(`word${GUESSES / 2 - 1}`));
  assert.equal(kept.at(-1), hash(`word${total - 1}`));
  assert.equal(kept.at(-100), hash(`word${total - 100}`));
});
