// Hot: a few swaps a record.

/**
 * Rows 0 … capacity − 1 that wait, the one with the earliest time first; of equal times the one that came first.
 * A binary heap with the place of every row, so that a row's time can be set earlier while it waits.
 */
export class Earliest {
  size = 0;
  readonly #time: Float64Array;
  readonly #came: Float64Array;
  readonly #rows: Int32Array;
  readonly #place: Int32Array;
  #serial = 0;

  constructor(capacity: number) {
    this.#time = new Float64Array(capacity);
    this.#came = new Float64Array(capacity);
    this.#rows = new Int32Array(capacity);
    this.#place = new Int32Array(capacity);
  }

  /** The row whose time is earliest, or −1. */
  get first(): number {
    return this.size === 0 ? -1 : this.#rows[0];
  }

  add(row: number, time: number): void {
    this.#serial += 1;
    this.#came[row] = this.#serial;
    this.#time[row] = time;
    this.size += 1;
    this.#rise(row, this.size - 1);
  }

  /** Sets the time of a row that waits; a later time than it has changes nothing. */
  advance(row: number, time: number): void {
    if (time >= this.#time[row]) return;
    this.#time[row] = time;
    this.#rise(row, this.#place[row]);
  }

  /** Takes out the row whose time is earliest; there must be one. */
  take(): number {
    const first = this.#rows[0];
    this.size -= 1;
    if (this.size > 0) this.#sink(this.#rows[this.size]);
    return first;
  }

  #before(row: number, other: number): boolean {
    const lead = this.#time[other] - this.#time[row];
    return lead > 0 || (lead === 0 && this.#came[row] < this.#came[other]);
  }

  #rise(row: number, from: number): void {
    const rows = this.#rows;
    let at = from;
    for (let above = (at - 1) >> 1; at > 0 && this.#before(row, rows[above]); above = (at - 1) >> 1) {
      this.#put(rows[above], at);
      at = above;
    }
    this.#put(row, at);
  }

  /** Puts a row in at the top and down to where it belongs. */
  #sink(row: number): void {
    const rows = this.#rows;
    let at = 0;
    for (let below = 1; below < this.size; below = 2 * at + 1) {
      if (below + 1 < this.size && this.#before(rows[below + 1], rows[below])) below += 1;
      if (!this.#before(rows[below], row)) break;
      this.#put(rows[below], at);
      at = below;
    }
    this.#put(row, at);
  }

  #put(row: number, at: number): void {
    this.#rows[at] = row;
    this.#place[row] = at;
  }
}
