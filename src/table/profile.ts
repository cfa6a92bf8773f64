import { KeyTable } from './keys.ts';

// Hot: `see` for every contact.

/** Half-life of what was seen, µs: a habit given up is forgotten within some weeks. */
const HALF_LIFE = 14 * 86_400e6;
/** Within this time (µs) nothing decays: the age goes on to be counted from before. */
const SOON = 60e6;
/** Of so many of the last keys it is known how many were new. */
const MEMORY = 4096;
/** Keys that are looked at when one has to go. */
const LOOK = 8;
/** Keys seen less often than this (decayed) count as hardly ever seen. */
const HARDLY = 0.75;

/**
 * What is usual: how often each key was seen, decayed, and how often a key turned up that was new. The chance that the
 * next key is new is what that share has been of late, so the rarity of a new key needs no assumption: where new keys
 * are common, they are worth nothing, and a forgotten key that returns makes them common again.
 *
 * Fixed memory. Of eight keys in turn the one seen least goes when the table is full.
 */
export class Profile {
  /** µs since 1970 of the first key; NaN before */
  first = Number.NaN;
  /** keys seen in all */
  total = 0;
  readonly #keys: KeyTable;
  readonly #count: Float64Array;
  readonly #last: Float64Array;
  #hand = 0;
  /** decayed by keys: those seen, and those that were new */
  #seen = 0;
  #born = 0;

  constructor(capacity: number, seed: number) {
    this.#keys = new KeyTable(capacity, seed);
    this.#count = new Float64Array(capacity);
    this.#last = new Float64Array(capacity);
  }

  /**
   * Counts a key, given as i32, that was seen at time `times[row]`.
   *
   * @returns bits of its rarity before that: log2 of 1 ÷ the chance that a key is new; 0: it is not new
   */
  see(a: number, b: number, c: number, d: number, times: Float64Array, row: number): number {
    const time = times[row];
    if (!(this.first <= time)) this.first = Number.isNaN(this.first) ? time : Math.min(this.first, time);
    this.total += 1;
    const decay = 1 - 1 / MEMORY;
    const rarity = (this.#seen + 1) / (this.#born + 1);
    this.#seen = this.#seen * decay + 1;
    this.#born *= decay;
    let key = this.#keys.find(a, b, c, d);
    if (key < 0) key = this.#insert(a, b, c, d, time);
    let known = this.#count[key];
    const age = time - this.#last[key];
    if (age > SOON) {
      known *= 2 ** (-age / HALF_LIFE);
      this.#last[key] = time;
    }
    this.#count[key] = known + 1;
    if (known >= HARDLY) return 0;
    this.#born += 1;
    return Math.log2(rarity);
  }

  /** µs that it has been learning until `time`. */
  age(time: number): number {
    return time > this.first ? time - this.first : 0;
  }

  /** New keys among the last ones, as text. */
  get odds(): string {
    return `${Math.round(this.#born)} of the last ${Math.round(this.#seen)}`;
  }

  #insert(a: number, b: number, c: number, d: number, time: number): number {
    const keys = this.#keys;
    if (keys.size === keys.capacity) this.#makeRoom();
    const key = keys.insert(a, b, c, d);
    this.#count[key] = 0;
    this.#last[key] = time;
    return key;
  }

  #makeRoom(): void {
    let least = this.#hand;
    for (let n = 1; n < LOOK; n += 1) {
      const other = (this.#hand + n) % this.#keys.capacity;
      if (this.#count[other] < this.#count[least]) least = other;
    }
    this.#hand = (this.#hand + LOOK) % this.#keys.capacity;
    this.#keys.remove(least);
  }
}
