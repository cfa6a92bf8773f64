import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { automatonOf } from '../../../src/detect/web/automaton.ts';

const encoder = new TextEncoder();

/** Every (word, end) that the automaton reports in a text. */
function found(words: readonly string[], text: string): string[] {
  const { symbol, next, width, first, chain, word } = automatonOf(words);
  const hits: string[] = [];
  let state = 0;
  for (const [at, byte] of encoder.encode(text).entries()) {
    state = next[state * width + symbol[byte]];
    for (let out = first[state]; out >= 0; out = chain[out]) hits.push(`${word[out]}@${at + 1}`);
  }
  return hits.sort();
}

/** The same by looking for each word at each place. */
function expected(words: readonly string[], text: string): string[] {
  const hits: string[] = [];
  for (const [which, word] of words.entries())
    for (let at = 0; at + word.length <= text.length; at += 1)
      if (text.slice(at, at + word.length).toLowerCase() === word) hits.push(`${which}@${at + word.length}`);
  return hits.sort();
}

test('words inside one another are all found', () => {
  const words = ['he', 'she', 'his', 'hers', 'e'];
  assert.deepEqual(found(words, 'uSHers'), expected(words, 'uSHers'));
  assert.equal(found(words, 'ushers').length, 4);
});

test('what is found is what stands there', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '/', '.') });
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), text, (words, where) => {
      assert.deepEqual(found(words, where), expected(words, where));
    }),
  );
});
