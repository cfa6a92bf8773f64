// Hot: called for every row.

/**
 * One word into a running hash: the finalizer of MurmurHash3 (A. Appleby, public domain), a bijection of
 * the word for a given seed in which every bit of the input reaches every bit of the output.
 *
 * @returns u32
 */
export function mix(seed: number, a: number): number {
  return mixSigned(seed, a) >>> 0;
}

/** Hash of four words, u32. The order of the words matters. */
export function hash4(seed: number, a: number, b: number, c: number, d: number): number {
  return hash4Signed(seed, a, b, c, d) >>> 0;
}

/**
 * The same bits as `mix`, as i32: for loops too large for the compiler to inline the call, where a u32 of 2^31 or more
 * would be returned as an object on the heap.
 */
export function mixSigned(seed: number, a: number): number {
  let h = seed ^ a;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** The same bits as `hash4`, as i32. */
export function hash4Signed(seed: number, a: number, b: number, c: number, d: number): number {
  return mixSigned(mixSigned(mixSigned(mixSigned(seed, a), b), c), d);
}

/** The same of the four words from `at` of a column, as an address is. */
export function hashWords(seed: number, words: Uint32Array, at: number): number {
  return hash4Signed(seed, words[at] | 0, words[at + 1] | 0, words[at + 2] | 0, words[at + 3] | 0);
}

/** `hash4Signed` with one seed for many keys. Of an IPv4 address three quarters of the work are done beforehand. */
export class KeyHash {
  readonly #seed: number;
  /** hash of the three words that stand before every IPv4 address */
  readonly #mapped: number;

  constructor(seed: number) {
    this.#seed = seed | 0;
    this.#mapped = mixSigned(mixSigned(mixSigned(seed, 0), 0), 0xffff);
  }

  /** Hash of a key, i32. */
  of(a: number, b: number, c: number, d: number): number {
    if (c === 0xffff && b === 0 && a === 0) return mixSigned(this.#mapped, d);
    return hash4Signed(this.#seed, a, b, c, d);
  }

  /** Hash of the key that stands in four words from `at`, i32. */
  at(words: Uint32Array, at: number): number {
    return this.of(words[at] | 0, words[at + 1] | 0, words[at + 2] | 0, words[at + 3] | 0);
  }
}
