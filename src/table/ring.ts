// Hot: a push for every row that is worth remembering.

/**
 * The last `length` numbers of every row, `count` rings in one array. A full ring forgets its oldest number;
 * `pushed` tells how many there have been in all.
 */
export class Rings {
  readonly count: number;
  readonly length: number;
  /** Numbers ever pushed, by row. */
  readonly pushed: Uint32Array;

  readonly #values: Float64Array;

  constructor(count: number, length: number) {
    this.count = count;
    this.length = length;
    this.pushed = new Uint32Array(count);
    this.#values = new Float64Array(count * length);
  }

  /**
   * Puts in the number that stands at `at` of a column (as an argument it would become an object on the heap).
   *
   * @returns its place, 0 … count × length − 1, for columns that the caller keeps beside it
   */
  push(row: number, values: Float64Array, at: number): number {
    const place = row * this.length + (this.pushed[row] % this.length);
    this.#values[place] = values[at];
    this.pushed[row] += 1;
    return place;
  }

  /** Numbers that the row's ring holds now. */
  size(row: number): number {
    return Math.min(this.pushed[row], this.length);
  }

  /** The number pushed `back` pushes ago, 0 the newest; `back` < `size(row)`. */
  at(row: number, back: number): number {
    return this.#values[this.place(row, back)];
  }

  /** Its place, as `push` gave it. */
  place(row: number, back: number): number {
    return row * this.length + ((this.pushed[row] - 1 - back) % this.length);
  }

  clear(row: number): void {
    this.pushed[row] = 0;
  }
}
