import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Wordlist } from '../../../src/detect/wordlist/format.ts';
import { capitalsOf, listOf, Lookup, positionOf } from '../../../src/detect/wordlist/lookup.ts';

const list = (hashes: readonly number[]): Wordlist => ({
  name: 'x',
  source: '',
  licence: '',
  words: hashes.length,
  hashes: Uint32Array.from(hashes),
});

/** Places of a word as [list, position, capitals]. */
function placesOf(lookup: Lookup, hash: number): number[][] {
  const number = lookup.numberOf(hash);
  if (number < 0) return [];
  const postings = [...lookup.postings.subarray(lookup.starts[number], lookup.starts[number + 1])];
  return postings.map((posting) => [listOf(posting), positionOf(posting), capitalsOf(posting)]);
}

test('every word is found at all its places, whatever its capitals', () => {
  const word = fc.oneof(fc.integer({ min: 16, max: 0xffffffff }), fc.integer({ min: 16, max: 80 }));
  fc.assert(
    fc.property(fc.array(fc.array(word), { maxLength: 6 }), word, (lists, other) => {
      const lookup = new Lookup(lists.map(list));
      for (const hash of [...lists.flat(), other]) {
        const expected = lists.flatMap((hashes, nth) =>
          hashes.flatMap((one, at) => (one >>> 4 === hash >>> 4 ? [[nth, at, one & 15]] : [])),
        );
        assert.deepEqual(placesOf(lookup, hash), expected);
      }
    }),
  );
});

test('the table grows past its first size', () => {
  const hashes = Array.from({ length: 20_000 }, (_, nth) => (Math.imul(nth + 1, 0x9e3779b1) | 16) >>> 0);
  const lookup = new Lookup([list(hashes)]);
  for (let at = 0; at < hashes.length; at += 997)
    assert.ok(placesOf(lookup, hashes[at]).some(([, position]) => position === at));
});
