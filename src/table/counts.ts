import { mix } from './hash.ts';

/**
 * How often each number was seen: u32 → count, in a seeded open-addressing table that grows as it fills (load ≤ ½), up
 * to a bound. Past the bound new numbers are counted in `beyond` and not told apart.
 */
export class Counts {
  readonly #seed: number;
  readonly #limit: number;
  #keys = new Uint32Array(16);
  #counts = new Uint32Array(16);
  #size = 0;
  /** the number counted last, and where it stands: runs of the same number are common */
  #last = -1;
  #lastSlot = 0;
  /** times that a new number found no room */
  beyond = 0;

  constructor(seed: number, limit: number) {
    this.#seed = seed;
    this.#limit = limit;
  }

  /** Distinct numbers held. */
  get size(): number {
    return this.#size;
  }

  /** Adds to a number's count; true when the number is new. */
  add(key: number, by = 1): boolean {
    if (key === this.#last) {
      this.#counts[this.#lastSlot] += by;
      return false;
    }
    const slot = this.#slot(key);
    if (this.#counts[slot] > 0) {
      this.#counts[slot] += by;
      this.#last = key;
      this.#lastSlot = slot;
      return false;
    }
    if (this.#size >= this.#limit) {
      this.beyond += by;
      return false;
    }
    this.#keys[slot] = key;
    this.#counts[slot] = by;
    this.#size += 1;
    if (2 * this.#size > this.#keys.length) this.#grow();
    return true;
  }

  get(key: number): number {
    return this.#counts[this.#slot(key)];
  }

  /** All numbers with their counts, the most frequent first, the smaller number first among equals. */
  sorted(): [key: number, count: number][] {
    const all: [number, number][] = [];
    for (let slot = 0; slot < this.#keys.length; slot += 1)
      if (this.#counts[slot] > 0) all.push([this.#keys[slot], this.#counts[slot]]);
    return all.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  }

  /** Adds all counts of another. */
  merge(other: Counts): void {
    for (const [key, count] of other.sorted()) this.add(key, count);
    this.beyond += other.beyond;
  }

  #slot(key: number): number {
    const mask = this.#keys.length - 1;
    let slot = mix(this.#seed, key) & mask;
    while (this.#counts[slot] > 0 && this.#keys[slot] !== key) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const keys = this.#keys;
    const counts = this.#counts;
    this.#last = -1;
    this.#keys = new Uint32Array(2 * keys.length);
    this.#counts = new Uint32Array(2 * keys.length);
    for (let slot = 0; slot < keys.length; slot += 1) {
      if (counts[slot] === 0) continue;
      const to = this.#slot(keys[slot]);
      this.#keys[to] = keys[slot];
      this.#counts[to] = counts[slot];
    }
  }
}
