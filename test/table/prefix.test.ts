import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatPrefix, maskTo, parseAddress } from '../../src/record/address.ts';
import { PrefixMatch, parsePrefix } from '../../src/table/prefix.ts';

const at = (text: string): Uint32Array => {
  const words = parseAddress(text);
  assert.ok(words, text);
  return words;
};

const filled = (...prefixes: readonly string[]): PrefixMatch => {
  const match = new PrefixMatch();
  prefixes.forEach((text, value) => {
    const prefix = parsePrefix(text);
    assert.ok(prefix, text);
    match.add(prefix.words, 0, prefix.bits, value);
  });
  return match;
};

test('the longest prefix wins', () => {
  const match = filled('10.0.0.0/8', '10.1.0.0/16', '10.1.2.0/24', '10.1.2.3', '2001:db8::/32', '2001:db8:0:1::/64');
  const expected = {
    '9.255.255.255': -1,
    '10.0.0.0': 0,
    '10.1.0.0': 1,
    '10.1.2.0': 2,
    '10.1.2.3': 3,
    '10.1.2.4': 2,
    '10.1.3.0': 1,
    '10.2.0.0': 0,
    '10.255.255.255': 0,
    '11.0.0.0': -1,
    '2001:db7:ffff:ffff::': -1,
    '2001:db8::1': 4,
    '2001:db8:0:1::1': 5,
    '2001:db8:0:2::': 4,
    '2001:db9::': -1,
  };
  for (const [text, value] of Object.entries(expected)) {
    assert.equal(match.match(at(text), 0), value, text);
    assert.equal(match.contains(at(text), 0), value >= 0, text);
  }
});

test('the whole space, its two ends, and an empty table', () => {
  const all = filled('::/0', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', '::', '0.0.0.0/0');
  const expected = {
    '::': 2,
    '::1': 0,
    '255.255.255.255': 3,
    '::1:0:0:0': 0,
    'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff': 1,
  };
  for (const [text, value] of Object.entries(expected)) assert.equal(all.match(at(text), 0), value, text);
  assert.equal(new PrefixMatch().match(at('::'), 0), -1);
});

test('a prefix added after a match counts, and of the same prefix the later value', () => {
  const match = filled('192.0.2.0/24');
  assert.equal(match.match(at('192.0.2.9'), 0), 0);
  match.add(at('192.0.2.77'), 0, 120, 5);
  assert.equal(match.match(at('192.0.2.9'), 0), 5);
});

/** Words of few bits, so that prefixes nest, touch and repeat. */
const word = fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff);
const address = fc.tuple(word, word, word, word).map((words) => Uint32Array.from(words));
const prefix = fc.record({ words: address, bits: fc.integer({ min: 0, max: 128 }) });

test('matches are those of trying every prefix', () => {
  fc.assert(
    fc.property(fc.array(prefix, { maxLength: 12 }), fc.array(address, { maxLength: 12 }), (prefixes, addresses) => {
      const match = new PrefixMatch();
      prefixes.forEach(({ words, bits }, value) => match.add(words, 0, bits, value));
      const edges = prefixes.flatMap(({ words, bits }) => edgesOf(words, bits));
      for (const words of [...addresses, ...edges]) assert.equal(match.match(words, 0), tryAll(prefixes, words));
    }),
    { numRuns: 500 },
  );
});

type Candidate = { readonly words: Uint32Array; readonly bits: number };

function tryAll(prefixes: readonly Candidate[], words: Uint32Array): number {
  let [best, value] = [-1, -1];
  prefixes.forEach((prefix, at) => {
    if (prefix.bits < best || masked(words, prefix.bits).join() !== masked(prefix.words, prefix.bits).join()) return;
    [best, value] = [prefix.bits, at];
  });
  return value;
}

function masked(words: Uint32Array, bits: number): Uint32Array {
  const out = new Uint32Array(4);
  maskTo(words, 0, bits, out, 0);
  return out;
}

/** First and last address of a prefix and their neighbours outside. */
function edgesOf(words: Uint32Array, bits: number): Uint32Array[] {
  const first = toNumber(masked(words, bits));
  const last = first + (1n << BigInt(128 - bits)) - 1n;
  return [first - 1n, first, last, last + 1n].map(toWords);
}

const toNumber = (words: Uint32Array): bigint => words.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);

const toWords = (value: bigint): Uint32Array =>
  Uint32Array.from([96n, 64n, 32n, 0n], (shift) => Number((BigInt.asUintN(128, value) >> shift) & 0xffffffffn));

test('prefixes are read and written', () => {
  const expected: Record<string, string | null> = {
    '203.0.113.0/24': '203.0.113.0/24',
    '203.0.113.77/24': '203.0.113.0/24',
    '203.0.113.77': '203.0.113.77/32',
    '0.0.0.0/0': '0.0.0.0/0',
    '::/0': '::/0',
    '2001:DB8:1:2::3/48': '2001:db8:1::/48',
    '2001:db8::1': '2001:db8::1/128',
    '::ffff:192.0.2.0/120': '192.0.2.0/24',
    '192.0.2.0/33': null,
    '192.0.2.0/': null,
    '192.0.2.0/024': null,
    '192.0.2.0/-1': null,
    '192.0.2.0/24/8': null,
    '2001:db8::/129': null,
    '192.0.2/24': null,
    '/8': null,
    '': null,
  };
  for (const [text, written] of Object.entries(expected)) {
    const prefix = parsePrefix(text);
    assert.equal(prefix && formatPrefix(prefix.words, 0, prefix.bits), written, text);
  }
});
