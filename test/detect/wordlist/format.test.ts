import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeWordlists, encodeWordlists, type Wordlist } from '../../../src/detect/wordlist/format.ts';

function list(name: string, hashes: readonly number[], words = hashes.length): Wordlist {
  return { name, source: 'a source', licence: 'MIT', words, hashes: Uint32Array.from(hashes) };
}

test('lists come back as they were', () => {
  const hashes = fc.array(fc.oneof(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 1, max: 9 })));
  fc.assert(
    fc.property(fc.array(hashes), (all) => {
      const lists = all.map((each, nth) => list(`list ${nth} ü`, each, each.length + nth));
      assert.deepEqual(decodeWordlists(encodeWordlists(lists)), lists);
    }),
  );
});

test('the bytes are those of the description', () => {
  const bytes = encodeWordlists([list('a', [7, 8, 9]), list('b', [9, 7, 8])]);
  const header = JSON.stringify(
    ['a', 'b'].map((name) => ({ name, source: 'a source', licence: 'MIT', words: 3, kept: 3 })),
  );
  const u32 = (value: number): number[] => [value & 255, value >> 8, 0, 0];
  const expected = [
    ...Buffer.from('VWL1'),
    ...u32(header.length),
    ...Buffer.from(header),
    ...u32(3),
    ...[7, 8, 9].flatMap(u32),
    // first list: no step, several words, three of them
    1,
    1,
    // second list: zigzag 4 to the word at 2, one; zigzag 5 back to the one at 0, several, two of them
    8,
    11,
    0,
  ];
  assert.deepEqual([...bytes], expected);
});

test('a list that is the front of another costs a few bytes', () => {
  const long = Array.from({ length: 5000 }, (_, nth) => nth * 7919);
  const alone = encodeWordlists([list('long', long)]).length;
  assert.ok(encodeWordlists([list('long', long), list('front', long.slice(0, 4000))]).length - alone < 100);
});

test('other bytes are an exception', () => {
  const good = encodeWordlists([list('a', [1, 2, 3])]);
  assert.throws(() => decodeWordlists(good.slice(1)), /not a file of wordlists/);
  assert.throws(() => decodeWordlists(good.slice(0, -1)));
});
