import { KeyHash } from './hash.ts';

// Hot: a find for every row.

/** In `next`: this row holds a key. Any other value is a link of the list of free rows, −1 its end. */
const LIVE = -2;

/**
 * Keys of four u32 words → rows 0 … capacity − 1. A row stays the same while its key is in the table, so
 * callers keep their own columns by row. Memory is fixed at construction; nothing is allocated afterwards.
 *
 * Open addressing with linear probing at a load of at most one half. A slot holds row + 1 in its low bits and
 * hash bits above them, so that a probe of a foreign key seldom touches the keys: a find costs about one
 * cache line of slots and one of keys. Removal shifts the followers back; there are no tombstones.
 *
 * When full, a new key gets −1 and is counted in `refused`; who must go is for the caller to say (`remove`).
 * Which row a key gets depends on the order of insertions and removals only, never on the seed.
 */
export class KeyTable {
  readonly capacity: number;
  /** 4 words per row, interleaved; those of free rows mean nothing */
  readonly keys: Uint32Array;
  /** Keys in the table. To tell a new key from an old one, compare before and after `insert`. */
  size = 0;
  /** Rows 0 … extent − 1 have been used at some time; `has` says which hold a key now. */
  extent = 0;
  /** New keys that found the table full. */
  refused = 0;

  readonly #hash: KeyHash;
  readonly #slots: Int32Array;
  /** slots − 1. The low bits of a hash say where a key stands; in its slot they make room for the row. */
  readonly #mask: number;
  /** the same memory as `keys`, signed: comparisons stay within small integers */
  readonly #words: Int32Array;
  readonly #next: Int32Array;
  #free = -1;

  /** @param seed u32; unknown to those who choose the keys */
  constructor(capacity: number, seed: number) {
    if (!(capacity >= 1 && capacity <= 1 << 28)) throw new RangeError(`capacity ${capacity} is not in 1 … 2^28`);
    const slots = 2 ** Math.ceil(Math.log2(Math.max(8, 2 * capacity)));
    this.capacity = capacity;
    this.#hash = new KeyHash(seed);
    this.#slots = new Int32Array(slots);
    this.#mask = slots - 1;
    this.keys = new Uint32Array(4 * capacity);
    this.#words = new Int32Array(this.keys.buffer);
    this.#next = new Int32Array(capacity);
  }

  /**
   * Row of the key, or −1. The words are u32 or i32, whose bits count; hot callers use `findAt` and `insertAt`, or
   * give i32 (`| 0`), since a u32 of 2^31 or more becomes an object on the heap where the call is not inlined.
   */
  find(a: number, b: number, c: number, d: number): number {
    const hash = this.#hash.of(a | 0, b | 0, c | 0, d | 0);
    return this.#rowAt(this.#probe(hash, a | 0, b | 0, c | 0, d | 0));
  }

  /**
   * As `find`, of the key that stands in four words from `at` and whose hash is at hand.
   *
   * @param hash what a `KeyHash` with this table's seed says of the key
   */
  findHashed(hash: number, words: Uint32Array, at: number): number {
    return this.#rowAt(this.#probe(hash, words[at] | 0, words[at + 1] | 0, words[at + 2] | 0, words[at + 3] | 0));
  }

  /**
   * Reads slots and keys of many hashes ahead, in loops so short that a processor waits for many of them at once, where
   * a find waits for one after the other.
   *
   * @param rows written for from … to − 1: the row whose key has this hash, as far as the slots tell; −1: none
   * @returns nothing of meaning, so that the reads are not left out
   */
  approach(hashes: Int32Array, from: number, to: number, rows: Int32Array): number {
    const slots = this.#slots;
    const words = this.#words;
    const mask = this.#mask;
    let sum = 0;
    for (let at = from; at < to; at += 1) sum ^= slots[hashes[at] & mask];
    for (let at = from; at < to; at += 1) {
      const slot = slots[hashes[at] & mask];
      const row = ((slot ^ hashes[at]) & ~mask) === 0 ? (slot & mask) - 1 : -1;
      rows[at] = row;
      if (row >= 0) sum ^= words[4 * row + 3];
    }
    return sum;
  }

  /** Hash of the key that stands in four words from `at`, under this table's seed. i32. */
  hashAt(words: Uint32Array, at: number): number {
    return this.#hash.at(words, at);
  }

  /** Row of the key that stands in four words from `at`, or −1. */
  findAt(words: Uint32Array, at: number): number {
    return this.find(words[at] | 0, words[at + 1] | 0, words[at + 2] | 0, words[at + 3] | 0);
  }

  /** Row of the key, which is put in if it is new; −1 if it is new and the table is full. */
  insert(a: number, b: number, c: number, d: number): number {
    const hash = this.#hash.of(a | 0, b | 0, c | 0, d | 0);
    const slot = this.#probe(hash, a | 0, b | 0, c | 0, d | 0);
    const found = this.#rowAt(slot);
    if (found >= 0) return found;
    const row = this.#takeRow();
    if (row < 0) return -1;
    const words = this.#words;
    words[4 * row] = a;
    words[4 * row + 1] = b;
    words[4 * row + 2] = c;
    words[4 * row + 3] = d;
    this.#slots[slot] = (hash & ~this.#mask) | (row + 1);
    return row;
  }

  /** As `insert`, of the key that stands in four words from `at`. */
  insertAt(words: Uint32Array, at: number): number {
    return this.insert(words[at] | 0, words[at + 1] | 0, words[at + 2] | 0, words[at + 3] | 0);
  }

  /** Takes the row's key out and frees the row, which the next new key gets. Nothing happens to a free row. */
  remove(row: number): void {
    if (!this.has(row)) return;
    const slots = this.#slots;
    const mask = this.#mask;
    let hole = this.#slotOf(row);
    for (let at = (hole + 1) & mask; slots[at] !== 0; at = (at + 1) & mask) {
      const home = this.#hashOf(this.#rowAt(at)) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      slots[hole] = slots[at];
      hole = at;
    }
    slots[hole] = 0;
    this.#next[row] = this.#free;
    this.#free = row;
    this.size -= 1;
  }

  /** Whether the row holds a key. */
  has(row: number): boolean {
    return row >= 0 && row < this.extent && this.#next[row] === LIVE;
  }

  /** Seeded hash of the row's key, u32. */
  hashOf(row: number): number {
    return this.#hashOf(row) >>> 0;
  }

  /** Slots that a find of the row's key looks at: 1 when it stands where its hash says. */
  probesOf(row: number): number {
    return ((this.#slotOf(row) - this.hashOf(row)) & this.#mask) + 1;
  }

  /** Takes all keys out; rows are given from 0 again. `refused` goes on counting. */
  clear(): void {
    this.#slots.fill(0);
    this.#free = -1;
    this.extent = 0;
    this.size = 0;
  }

  #hashOf(row: number): number {
    const words = this.#words;
    return this.#hash.of(words[4 * row], words[4 * row + 1], words[4 * row + 2], words[4 * row + 3]);
  }

  /** Where the key stands, or else the empty slot where it would be put. */
  #probe(hash: number, a: number, b: number, c: number, d: number): number {
    const slots = this.#slots;
    const words = this.#words;
    const mask = this.#mask;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = slots[at];
      if (slot === 0) return at;
      if (((slot ^ hash) & ~mask) !== 0) continue;
      const key = 4 * ((slot & mask) - 1);
      if (words[key + 3] === d && words[key + 2] === c && words[key + 1] === b && words[key] === a) return at;
    }
  }

  /** Row in a slot, −1 for an empty one. */
  #rowAt(slot: number): number {
    return (this.#slots[slot] & this.#mask) - 1;
  }

  #slotOf(row: number): number {
    let at = this.#hashOf(row) & this.#mask;
    while ((this.#slots[at] & this.#mask) !== row + 1) at = (at + 1) & this.#mask;
    return at;
  }

  #takeRow(): number {
    let row = this.#free;
    if (row >= 0) this.#free = this.#next[row];
    else if (this.extent < this.capacity) {
      row = this.extent;
      this.extent += 1;
    } else {
      this.refused += 1;
      return -1;
    }
    this.#next[row] = LIVE;
    this.size += 1;
    return row;
  }
}
