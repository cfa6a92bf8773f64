import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { hash4, mix } from '../../src/table/hash.ts';
import { KeyTable } from '../../src/table/keys.ts';

type Key = readonly [number, number, number, number];

const word = fc.constantFrom(0, 1, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff);
const key = fc.tuple(word, fc.constantFrom(0, 5), fc.constantFrom(0, 0xffff), word);
const operation = fc.record({ kind: fc.constantFrom('insert', 'insert', 'remove', 'find', 'clear'), key });

/** What the table is to do, with a Map. */
class Oracle {
  readonly rows = new Map<string, number>();
  free: number[] = [];
  extent = 0;
  refused = 0;
  readonly capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  insert(name: string): number {
    const known = this.rows.get(name);
    if (known !== undefined) return known;
    if (this.rows.size === this.capacity) {
      this.refused += 1;
      return -1;
    }
    const row = this.free.pop() ?? this.extent++;
    this.rows.set(name, row);
    return row;
  }

  remove(name: string): void {
    const row = this.rows.get(name);
    if (row === undefined) return;
    this.rows.delete(name);
    this.free.push(row);
  }

  clear(): void {
    this.rows.clear();
    this.free = [];
    this.extent = 0;
  }
}

test('any sequence of inserts, removals and finds does what a Map does', () => {
  fc.assert(
    fc.property(
      fc.array(operation, { maxLength: 200 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer(),
      (ops, n, seed) => {
        const table = new KeyTable(n, seed);
        const oracle = new Oracle(n);
        for (const { kind, key } of ops) {
          const name = key.join();
          if (kind === 'insert') assert.equal(table.insert(...key), oracle.insert(name));
          else if (kind === 'find') assert.equal(table.find(...key), oracle.rows.get(name) ?? -1);
          else if (kind === 'clear') [table, oracle].forEach((each) => each.clear());
          else {
            table.remove(table.find(...key));
            oracle.remove(name);
          }
        }
        sameAs(table, oracle);
      },
    ),
    { numRuns: 500 },
  );
});

function sameAs(table: KeyTable, oracle: Oracle): void {
  assert.equal(table.size, oracle.rows.size);
  assert.equal(table.refused, oracle.refused);
  const live = new Set(oracle.rows.values());
  for (let row = -1; row <= table.capacity; row += 1) assert.equal(table.has(row), live.has(row), `row ${row}`);
  for (const [name, row] of oracle.rows) {
    assert.equal(Array.from(table.keys.subarray(4 * row, 4 * row + 4)).join(), name);
    assert.equal(table.findAt(table.keys, 4 * row), row);
  }
}

test('thousands of keys come and go and every one is found where it was put', () => {
  const table = new KeyTable(4096, 77);
  const rows = new Map<number, number>();
  for (let step = 0; step < 100_000; step += 1) {
    const name = mix(3, step) % 6000;
    const row = rows.get(name);
    if (row !== undefined) {
      table.remove(row);
      rows.delete(name);
    } else if (rows.size < 4096) rows.set(name, table.insert(0, 0, 0xffff, name));
  }
  assert.equal(table.size, rows.size);
  for (let name = 0; name < 6000; name += 1) assert.equal(table.find(0, 0, 0xffff, name), rows.get(name) ?? -1);
});

test('a key is found from a column as from its words', () => {
  const table = new KeyTable(4, 1);
  const column = Uint32Array.of(9, 0xfe800000, 0, 0x80000001, 0xffffffff, 9);
  const row = table.insertAt(column, 1);
  assert.equal(table.find(0xfe800000, 0, 0x80000001, 0xffffffff), row);
  assert.equal(table.insert(0xfe800000 | 0, 0, 0x80000001 | 0, -1), row, 'signed words are the same words');
  assert.equal(table.findAt(column, 0), -1);
});

test('rows do not depend on the seed, hashes do', () => {
  const [one, other] = [new KeyTable(64, 1), new KeyTable(64, 2)];
  for (let n = 0; n < 64; n += 1) assert.equal(one.insert(n, 0, 0, n), other.insert(n, 0, 0, n));
  assert.notEqual(one.hashOf(5), other.hashOf(5));
});

test('the short way for IPv4 gives the hash of all four words', () => {
  const table = new KeyTable(8, 0xdeadbeef);
  for (const key of [
    [0, 0, 0xffff, 0xc0000201],
    [0, 0, 0, 1],
    [1, 2, 3, 4],
  ] as Key[])
    assert.equal(table.hashOf(table.insert(...key)), hash4(0xdeadbeef, ...key));
});

test('a capacity that cannot be is refused', () => {
  for (const capacity of [0, -1, Number.NaN, 2 ** 29]) assert.throws(() => new KeyTable(capacity, 0), RangeError);
});

// ── keys that an attacker chose ──

const COUNT = 65_000;
const SEED = 0x5eed;

/** Slots that are looked at to find every key once. */
function probes(keys: Iterable<Key>, seed: number): number {
  const table = new KeyTable(COUNT, seed);
  for (const key of keys) table.insert(...key);
  let sum = 0;
  for (let row = 0; row < table.extent; row += 1) sum += table.probesOf(row);
  return sum / table.size;
}

function* pattern(key: (n: number) => Key, count = COUNT): Generator<Key> {
  for (let n = 0; n < count; n += 1) yield key(n);
}

/** Undoes `mix`: xor-shifts and odd multiplications can be inverted. */
function unmix(seed: number, hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, inverse(0xc2b2ae35));
  h ^= (h >>> 13) ^ (h >>> 26);
  h = Math.imul(h, inverse(0x85ebca6b));
  return (h ^ (h >>> 16) ^ seed) >>> 0;
}

/** The number that multiplies with an odd one to 1 mod 2^32, by Newton's iteration. */
function inverse(odd: number): number {
  let x = odd;
  for (let n = 0; n < 5; n += 1) x = Math.imul(x, 2 - Math.imul(odd, x));
  return x;
}

/** Keys that all hash to the same low 17 bits, those that say where a key stands, under a seed the attacker believes in. */
const chosen = (believed: number): ((n: number) => Key) => {
  return (n) => {
    const c = n >>> 15;
    const prefix = mix(mix(mix(believed, 0x20010db8), 0), c);
    return [0x20010db8, 0, c, unmix(prefix, ((n & 0x7fff) << 17) | 0x1234)];
  };
};

test('65,000 keys that collide under another seed cost no more than twice what random ones cost', () => {
  const random = probes(
    pattern((n) => [mix(11, n), mix(12, n), mix(13, n), mix(14, n)]),
    SEED,
  );
  assert.ok(random < 2, `${random} probes at a load of one half`);
  const keysFor: Record<string, (n: number) => Key> = {
    'chosen for another seed': chosen(0xbad),
    'chosen for seed 0': chosen(0),
    'IPv4 in sequence': (n) => [0, 0, 0xffff, 0x0a000000 + n],
    'IPv4, multiples of 2^16': (n) => [0, 0, 0xffff, (n << 16) >>> 0],
    'IPv6, multiples of 2^k in every word': (n) => [(n << 8) >>> 0, (n << 12) >>> 0, (n << 16) >>> 0, (n << 20) >>> 0],
    'IPv6, one /64 each, same host': (n) => [0x20010db8, n, 0, 1],
    'same low bits in all words': (n) => [0x20010000, (n & 0xff) << 24, 0, (n >>> 8) << 24],
  };
  for (const [name, key] of Object.entries(keysFor)) {
    const cost = probes(pattern(key), SEED);
    assert.ok(cost <= 2 * random, `${name}: ${cost} probes, random ${random}`);
  }
});

test('the chosen keys do collide under the seed they were chosen for', () => {
  assert.ok(probes(pattern(chosen(SEED), 2000), SEED) > 900);
});
