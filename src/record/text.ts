// Hot: `intern` for every answer.

/**
 * Byte strings → dense ids from 1; the same bytes have the same id. 0 is the empty text. Fixed memory: `capacity` texts
 * and `bytes` bytes of them. A text is cut to `longest` bytes first, so two that differ only after that are one.
 *
 * When either bound is reached a new text gets 0 and is counted in `refused`; texts in the table stay.
 * Ids depend on the order of the texts only, never on the seed.
 */
export class TextTable {
  readonly capacity: number;
  readonly longest: number;
  /** Texts in the table; the highest id. */
  size = 0;
  /** Texts that found the table full. */
  refused = 0;

  readonly #seed: number;
  /** row of the open addressing: id, 0 for none; load ≤ ½ */
  readonly #slots: Int32Array;
  readonly #hashes: Int32Array;
  /** text `id` stands in `#bytes` from `#ends[id − 1]` to `#ends[id]` */
  readonly #ends: Uint32Array;
  readonly #bytes: Uint8Array;

  /** @param seed u32; unknown to those who choose the texts */
  constructor(capacity: number, bytes: number, seed: number, longest = 256) {
    this.capacity = capacity;
    this.longest = longest;
    this.#seed = seed | 0;
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(8, 2 * capacity))));
    this.#hashes = new Int32Array(capacity + 1);
    this.#ends = new Uint32Array(capacity + 1);
    this.#bytes = new Uint8Array(bytes);
  }

  /** Id of the text of `length` bytes from `at`; 0 if it is empty, or new and the table is full. */
  intern(bytes: Uint8Array, at: number, length: number): number {
    const kept = Math.min(length, this.longest);
    if (kept === 0) return 0;
    const slots = this.#slots;
    const hash = hashBytes(this.#seed, bytes, at, kept);
    let slot = hash & (slots.length - 1);
    for (let id = slots[slot]; id !== 0; id = slots[slot]) {
      if (this.#hashes[id] === hash && this.#equals(id, bytes, at, kept)) return id;
      slot = (slot + 1) & (slots.length - 1);
    }
    const id = this.#append(bytes, at, kept);
    slots[slot] = id;
    this.#hashes[id] = hash;
    return id;
  }

  /** The text as a string: UTF-8 where that is what it is, else a character a byte. Control characters stay. Cold. */
  get(id: number): string {
    if (id === 0) return '';
    const bytes = this.#bytes.subarray(this.#ends[id - 1], this.#ends[id]);
    // Of a text that was cut, half a character at the end does not count.
    const stream = bytes.length === this.longest;
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream });
    } catch {
      return String.fromCharCode(...bytes);
    }
  }

  #equals(id: number, bytes: Uint8Array, at: number, length: number): boolean {
    const own = this.#bytes;
    const start = this.#ends[id - 1];
    if (this.#ends[id] - start !== length) return false;
    for (let n = 0; n < length; n += 1) if (own[start + n] !== bytes[at + n]) return false;
    return true;
  }

  /** Keeps the bytes and returns their id; 0 when there is no room. */
  #append(bytes: Uint8Array, at: number, length: number): number {
    const start = this.#ends[this.size];
    if (this.size === this.capacity || start + length > this.#bytes.length) {
      this.refused += 1;
      return 0;
    }
    for (let n = 0; n < length; n += 1) this.#bytes[start + n] = bytes[at + n];
    this.size += 1;
    this.#ends[this.size] = start + length;
    return this.size;
  }
}

/** i32. Every byte is multiplied in, as in FNV-1a, but through a keyed state that also takes the high bits down. */
function hashBytes(seed: number, bytes: Uint8Array, at: number, length: number): number {
  let h = seed ^ length;
  for (let n = 0; n < length; n += 1) {
    h = Math.imul(h ^ bytes[at + n], 0x85ebca6b);
    h ^= h >>> 15;
  }
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Order of texts, whatever language the machine speaks. */
export const compareTexts = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
