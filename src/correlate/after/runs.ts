import { Moments, type Source } from './notes.ts';

/** Sessions that follow one another and carry about the same, by row. */

/** Sessions are alike within this share of the first of them. */
export const ALIKE = 0.2;

export class Runs {
  /** how many sessions; 0: none */
  readonly times: Uint32Array;
  readonly first: Moments;
  readonly last: Moments;
  /** bytes from the server in the session that carried most */
  readonly mostIn: Uint32Array;
  /** what the first of them carried, to the server and from it */
  readonly #out: Uint32Array;
  readonly #in: Uint32Array;

  constructor(capacity: number) {
    this.times = new Uint32Array(capacity);
    this.first = new Moments(capacity);
    this.last = new Moments(capacity);
    this.mostIn = new Uint32Array(capacity);
    this.#out = new Uint32Array(capacity);
    this.#in = new Uint32Array(capacity);
  }

  clear(row: number): void {
    this.times[row] = 0;
  }

  isAlike(row: number, out: number, back: number): boolean {
    return this.times[row] > 0 && near(out, this.#out[row]) && near(back, this.#in[row]);
  }

  /** Whether a session carried less to the server than the first of the run. */
  isLess(row: number, out: number): boolean {
    return out < this.#out[row];
  }

  /** Takes a session that began at `start`, of row `at` of a batch; one that is not like the others begins the run anew. */
  add(row: number, start: Moments, batch: Source, at: number, out: number, back: number): void {
    if (!this.isAlike(row, out, back)) {
      this.times[row] = 0;
      this.mostIn[row] = 0;
      this.#out[row] = out;
      this.#in[row] = back;
      this.first.copy(row, start);
    }
    this.times[row] += 1;
    if (back > this.mostIn[row]) this.mostIn[row] = back;
    this.last.set(row, batch, at);
  }

  /** Becomes what the other is, which is none any more. */
  take(row: number, other: Runs): void {
    this.times[row] = other.times[row];
    this.mostIn[row] = other.mostIn[row];
    this.#out[row] = other.#out[row];
    this.#in[row] = other.#in[row];
    this.first.copy(row, other.first);
    this.last.copy(row, other.last);
    other.clear(row);
  }
}

const near = (one: number, other: number): boolean => Math.abs(one - other) <= ALIKE * other;
