import { mixSigned } from './hash.ts';

/**
 * How often each number was seen: u32 → count, in a seeded open-addressing table that grows as it fills (load ≤ ½), up
 * to a bound. Past the bound new numbers are counted in `beyond` and not told apart.
 */
export class Counts {
  readonly #seed: number;
  readonly #limit: number;
  /** number, count; in one line of memory, since nobody asks for the one without the other */
  #cells = new Int32Array(16);
  #size = 0;
  /** where the number stands that was counted last: runs of the same number are common */
  #last = 0;
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
    const cells = this.#cells;
    const word = key | 0;
    const last = this.#last;
    const slot = cells[last] === word && cells[last + 1] !== 0 ? last : this.#slot(word);
    if (cells[slot + 1] !== 0) {
      cells[slot + 1] += by;
      this.#last = slot;
      return false;
    }
    if (this.#size >= this.#limit) {
      this.beyond += by;
      return false;
    }
    cells[slot] = word;
    cells[slot + 1] = by;
    this.#size += 1;
    if (4 * this.#size > cells.length) this.#grow();
    return true;
  }

  get(key: number): number {
    return this.#cells[this.#slot(key | 0) + 1] >>> 0;
  }

  /** Reads ahead where a number stands, so that it is near when it is counted. What it returns means nothing. */
  approach(key: number): number {
    const cells = this.#cells;
    return cells[mixSigned(this.#seed, key) & (cells.length - 2)];
  }

  /** All numbers with their counts, the most frequent first, the smaller number first among equals. */
  sorted(): [key: number, count: number][] {
    const all: [number, number][] = [];
    const cells = this.#cells;
    for (let slot = 0; slot < cells.length; slot += 2)
      if (cells[slot + 1] !== 0) all.push([cells[slot] >>> 0, cells[slot + 1] >>> 0]);
    return all.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  }

  /** Whether any number passes a test; in no order that means anything. */
  some(test: (key: number) => boolean): boolean {
    const cells = this.#cells;
    for (let slot = 0; slot < cells.length; slot += 2)
      if (cells[slot + 1] !== 0 && test(cells[slot] >>> 0)) return true;
    return false;
  }

  /** How many numbers pass a test. */
  count(test: (key: number) => boolean): number {
    let passed = 0;
    this.some((key) => {
      if (test(key)) passed += 1;
      return false;
    });
    return passed;
  }

  /** Adds all counts of another. */
  merge(other: Counts): void {
    for (const [key, count] of other.sorted()) this.add(key, count);
    this.beyond += other.beyond;
  }

  /** First cell of the number's place. */
  #slot(word: number): number {
    const cells = this.#cells;
    const mask = cells.length - 2;
    let slot = mixSigned(this.#seed, word) & mask;
    while (cells[slot + 1] !== 0 && cells[slot] !== word) slot = (slot + 2) & mask;
    return slot;
  }

  #grow(): void {
    const cells = this.#cells;
    this.#last = 0;
    this.#cells = new Int32Array(2 * cells.length);
    for (let slot = 0; slot < cells.length; slot += 2) {
      if (cells[slot + 1] === 0) continue;
      const to = this.#slot(cells[slot]);
      this.#cells[to] = cells[slot];
      this.#cells[to + 1] = cells[slot + 1];
    }
  }
}
