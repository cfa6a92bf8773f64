// Hot: `split` runs once a line.
import { latinText } from '../../record/latin.ts';
import { addressInto, numberIn } from '../field.ts';

const QUOTE = 34;

/** The columns of a line of separated values. A value may stand in double quotes, a quote in it doubled (RFC 4180). */
export class Columns {
  bytes: Uint8Array = new Uint8Array(0);
  count = 0;
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;

  /** @param most columns that are looked at; later ones are left out */
  constructor(most: number) {
    this.#starts = new Uint32Array(most);
    this.#ends = new Uint32Array(most);
  }

  /** Splits bytes[from … to) and returns how many columns there are, at most as many as are looked at. */
  split(bytes: Uint8Array, from: number, to: number, separator: number): number {
    const most = this.#starts.length;
    this.bytes = bytes;
    let column = 0;
    for (let at = from; column < most; at += 1) {
      const quoted = bytes[at] === QUOTE && at < to;
      const start = quoted ? at + 1 : at;
      at = start;
      if (quoted) while (at < to && (bytes[at] !== QUOTE || bytes[at + 1] === QUOTE)) at += bytes[at] === QUOTE ? 2 : 1;
      const end = Math.min(at, to);
      while (at < to && bytes[at] !== separator) at += 1;
      this.#starts[column] = start;
      this.#ends[column] = quoted ? end : at;
      column += 1;
      if (at >= to) break;
    }
    this.count = column;
    return column;
  }

  has(column: number): boolean {
    return column >= 0 && column < this.count;
  }

  start(column: number): number {
    return this.has(column) ? this.#starts[column] : 0;
  }

  end(column: number): number {
    return this.has(column) ? this.#ends[column] : 0;
  }

  /** Bytes of a column; 0 when it is not there. */
  length(column: number): number {
    return this.has(column) ? this.#ends[column] - this.#starts[column] : 0;
  }

  /** The number in a column; −1: none. */
  number(column: number): number {
    return numberIn(this.bytes, this.start(column), this.end(column));
  }

  /** Whether an address stands in the column; writes it. */
  address(column: number, words: Uint32Array, at: number): boolean {
    return addressInto(this.bytes, this.start(column), this.end(column), words, at);
  }

  /** For short columns. Cold. */
  text(column: number): string {
    return latinText(this.bytes, this.start(column), this.end(column));
  }
}
