import { maskTo, parseAddress, V4_BITS } from '../record/address.ts';

// Hot: `match` and `contains` for every row; the rest runs when the table is built.

/** The addresses that begin with the first `bits` bits (0 … 128) of `words`; an IPv4 /24 has 120. */
export interface Prefix {
  readonly words: Uint32Array;
  readonly bits: number;
}

/**
 * Reads `203.0.113.0/24`, `2001:db8::/32`, or an address without a length, which is a prefix of its own.
 * Bits beyond the length are cleared. Returns null when the text is anything else.
 */
export function parsePrefix(text: string): Prefix | null {
  const slash = text.indexOf('/');
  const words = parseAddress(slash < 0 ? text : text.slice(0, slash));
  if (words === null) return null;
  const offset = text.includes(':') ? 0 : V4_BITS;
  const bits = slash < 0 ? 128 : parseLength(text.slice(slash + 1)) + offset;
  if (!(bits <= 128)) return null;
  maskTo(words, 0, bits, words, 0);
  return { words, bits };
}

function parseLength(text: string): number {
  return /^(?:0|[1-9][0-9]{0,2})$/.test(text) ? Number(text) : Number.NaN;
}

interface Entry extends Prefix {
  readonly value: number;
}

/**
 * Longest-prefix match: the value of the longest of the added prefixes that an address lies in. Filled once, read often.
 *
 * Prefixes either nest or are disjoint, so they cut the addresses into at most 2n + 1 ranges that have one value each.
 * The ranges' first addresses stand sorted in one array; a match is a binary search in it.
 * They are laid out at the first `match` after an `add`, in O(n log n).
 */
export class PrefixMatch {
  readonly #entries: Entry[] = [];
  /** 4 words a range: its first address. Range 0 starts at ::. */
  #starts = new Uint32Array(4);
  #values = Int32Array.of(-1);
  #ranges = 1;
  #laidOut = true;

  /** @param value 0 … 2^31 − 1; of the same prefix added twice the later value counts */
  add(words: Uint32Array, at: number, bits: number, value: number): void {
    const start = new Uint32Array(4);
    maskTo(words, at, bits, start, 0);
    this.#entries.push({ words: start, bits, value });
    this.#laidOut = false;
  }

  /** Value of the longest prefix that the address lies in, or −1. */
  match(words: Uint32Array, at: number): number {
    if (!this.#laidOut) this.#layOut();
    const starts = this.#starts;
    let low = 0;
    for (let high = this.#ranges; high - low > 1; ) {
      const middle = (low + high) >>> 1;
      if (compare(starts, 4 * middle, words, at) <= 0) low = middle;
      else high = middle;
    }
    return this.#values[low];
  }

  /** Whether the address lies in any of the prefixes. */
  contains(words: Uint32Array, at: number): boolean {
    return this.match(words, at) >= 0;
  }

  /** Walks the prefixes in address order, the outer before the inner, with those that are open on a stack. */
  #layOut(): void {
    // The sort is stable: of equal prefixes the one added last comes last and is the innermost.
    const entries = this.#entries.toSorted((a, b) => compare(a.words, 0, b.words, 0) || a.bits - b.bits);
    this.#starts = new Uint32Array(4 * (2 * entries.length + 1));
    this.#values = new Int32Array(2 * entries.length + 1).fill(-1);
    this.#ranges = 1;
    const open: Entry[] = [];
    for (const entry of entries) {
      this.#closeBefore(open, entry);
      this.#startRange(entry.words, entry.value);
      open.push(entry);
    }
    this.#closeBefore(open, null);
    this.#laidOut = true;
  }

  /** Ends the open prefixes that `next` does not lie in; after each its outer one goes on. */
  #closeBefore(open: Entry[], next: Entry | null): void {
    for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
      if (next !== null && covers(last, next)) return;
      open.pop();
      const after = firstAfter(last);
      if (after !== null) this.#startRange(after, open.at(-1)?.value ?? -1);
    }
  }

  /** From this address on, the value; a range that would be empty is overwritten. */
  #startRange(words: Uint32Array, value: number): void {
    const last = 4 * (this.#ranges - 1);
    const range = compare(this.#starts, last, words, 0) === 0 ? this.#ranges - 1 : this.#ranges;
    this.#starts.set(words, 4 * range);
    this.#values[range] = value;
    this.#ranges = range + 1;
  }
}

/** Order of two addresses: negative, 0 or positive. */
function compare(a: Uint32Array, aAt: number, b: Uint32Array, bAt: number): number {
  for (let word = 0; word < 4; word += 1) {
    if (a[aAt + word] !== b[bAt + word]) return a[aAt + word] < b[bAt + word] ? -1 : 1;
  }
  return 0;
}

function covers(outer: Prefix, inner: Prefix): boolean {
  const start = new Uint32Array(4);
  maskTo(inner.words, 0, outer.bits, start, 0);
  return compare(start, 0, outer.words, 0) === 0;
}

/** First address after a prefix, or null when it reaches to the end. */
function firstAfter(prefix: Prefix): Uint32Array | null {
  const after = prefix.words.slice();
  let carry = prefix.bits > 0 ? 2 ** (31 - ((prefix.bits - 1) & 31)) : 0;
  for (let word = (prefix.bits - 1) >> 5; word >= 0 && carry !== 0; word -= 1) {
    const sum = after[word] + carry;
    after[word] = sum;
    carry = sum >= 2 ** 32 ? 1 : 0;
  }
  return carry === 0 && prefix.bits > 0 ? after : null;
}
