import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pathEnd, templateHash, templateOf, wordBounds } from '../../../src/detect/web/paths.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const template = (text: string): string => templateOf(bytesOf(text), 0, text.length);
const hash = (text: string): number => templateHash(bytesOf(text), 0, text.length);

function word(text: string): [word: string, stem: string] {
  const bounds = new Int32Array(3);
  wordBounds(bytesOf(text), 0, text.length, bounds);
  return [text.slice(bounds[0], bounds[2]), text.slice(bounds[0], bounds[1])];
}

test('numbers and long hexadecimal runs are values', () => {
  for (const [path, expected] of [
    ['/api/item/123', '/api/item/N'],
    ['/api/item/9/', '/api/item/N'],
    ['/a-12-b34.html?x=1', '/a-N-bN.html'],
    ['/u/3fa85f64-5717-4562-b3fc-2c963f66afa6/x', '/u/H/x'],
    ['/u/abcdabcd-abcd-abcd-abcd-abcdabcdabcd', '/u/H'],
    ['/js/app.4f3a9c1e.js', '/js/app.H.js'],
    ['/c/0123456789ABCDEF', '/c/H'],
    ['/20260101123456', '/N'],
    ['/deadbeef', '/deadbeef'],
    ['/facade', '/facade'],
    ['/a1b2c3d4xyz', '/aNbNcNdNxyz'],
    ['/12345678zz', '/Nzz'],
    ['/', '/'],
    ['', ''],
    ['/a#b', '/a'],
  ])
    assert.equal(template(path), expected, path);
});

test('what polls one thing is one template, other words are others', () => {
  assert.equal(hash('/api/item/123?t=1'), hash('/api/item/7?t=2'));
  assert.notEqual(hash('/api/item/123'), hash('/api/items/123'));
  assert.notEqual(hash('/api/N'), hash('/api/5'));
  assert.notEqual(hash('/a/b'), hash('/a/B'));
});

test('equal templates have equal hashes, wherever they stand', () => {
  const path = fc.string({ unit: fc.constantFrom(...Array.from('/a9fFz-.?5')), maxLength: 60 });
  fc.assert(
    fc.property(path, path, path, (text, before, after) => {
      const within = bytesOf(before + text + after);
      const alone = hash(text);
      assert.equal(templateHash(within, before.length, before.length + text.length), alone);
      if (!/[NH]/.test(text))
        assert.equal(hash(template(text).replaceAll('N', '7').replaceAll('H', '0a1b2c3d4e')), alone);
    }),
  );
});

test('the guessed word is the last segment', () => {
  assert.deepEqual(word('/files/backup.tar.gz?x=/1'), ['backup.tar.gz', 'backup.tar']);
  assert.deepEqual(word('/admin/'), ['admin', 'admin']);
  assert.deepEqual(word('/.env'), ['.env', '.env']);
  assert.deepEqual(word('/a/.env.bak'), ['.env.bak', '.env']);
  assert.deepEqual(word('/'), ['', '']);
  assert.deepEqual(word('//a//'), ['a', 'a']);
});

test('a path ends at the query or fragment', () => {
  assert.equal(pathEnd(bytesOf('/a?b#c'), 0, 6), 2);
  assert.equal(pathEnd(bytesOf('/a'), 0, 2), 2);
});
