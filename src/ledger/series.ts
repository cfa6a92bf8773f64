// Hot: `follows` runs for requests for what is not there under a name that the source has asked for with other numbers.
import { isDigit } from '../record/ascii.ts';
import { blend, FNV_START } from '../record/fnv.ts';
import type { RequestBatch } from '../record/request.ts';

/**
 * Numbers that are counted through: `/item/1`, `/item/2`, `/item/3` … or `?id=1`, `?id=2` …, none of which is there. A
 * program that was told the numbers asks for some of them; one that polls takes its time between two; a page that counts
 * its requests to get past a cache names itself as the referer, or counts from the clock; a load test asks for the same few
 * over and over. Who guesses goes up or down by the same step, at once, and on to where he has not been.
 *
 * Tiles of a map have the numbers of their column and their row (OGC Two Dimensional Tile Matrix Set), and come column by
 * column: the same numbers under another one, from anywhere. Who counts through two numbers begins at the beginning.
 */
const PACE = 2e6;
const BEGINNING = 1;
/** Digits of a number that is no moment. */
const DIGITS = 7;
const ZERO = 48;

export class Series {
  /** by account: hash of the name with all numbers taken for one, */
  readonly #form: Int32Array;
  /** hash of the name without its last number, that number, the step to it and when it was asked for */
  readonly #name: Int32Array;
  readonly #number: Float64Array;
  readonly #step: Float64Array;
  readonly #time: Float64Array;
  /** the least and the greatest number that the name was asked for with, since another name */
  readonly #least: Float64Array;
  readonly #most: Float64Array;

  /** whether the name that was looked at last has the numbers of the one before under another one */
  isGrid = false;

  constructor(accounts: number) {
    this.#form = new Int32Array(accounts);
    this.#name = new Int32Array(accounts);
    this.#number = new Float64Array(accounts);
    this.#step = new Float64Array(accounts);
    this.#time = new Float64Array(accounts);
    this.#least = new Float64Array(accounts);
    this.#most = new Float64Array(accounts);
  }

  forget(account: number): void {
    this.#form[account] = 0;
    this.#name[account] = 0;
  }

  /** Whether the name has the next number in the series that its source is in; it is the last one from now on. */
  follows({ text, name, nameA, nameLength, time, refererLength }: RequestBatch, row: number, account: number): boolean {
    this.isGrid = false;
    const from = name[row];
    let end = from + nameLength[row];
    while (end > from && !isDigit(text[end - 1])) end -= 1;
    let start = end;
    while (start > from && isDigit(text[start - 1])) start -= 1;
    if (start === end || end - start > DIGITS || refererLength[row] > 0) return false;
    let number = 0;
    for (let at = start; at < end; at += 1) number = number * 10 + text[at] - ZERO;
    let hash = FNV_START;
    for (let at = from; at < start; at += 1) hash = blend(hash, text[at]);
    for (let at = end; at < from + nameLength[row]; at += 1) hash = blend(hash, text[at]);
    const isSame = this.#name[account] === hash;
    const step = isSame ? number - this.#number[account] : 0;
    const isNext = step !== 0 && step === this.#step[account];
    const isQuick = time[row] - this.#time[account] <= PACE;
    const isFurther = number < this.#least[account] || number > this.#most[account];
    this.isGrid = !isSame && !isFurther && this.#form[account] === nameA[row] && this.#least[account] > BEGINNING;
    this.#form[account] = nameA[row];
    this.#name[account] = hash;
    if (!isSame || number < this.#least[account]) this.#least[account] = number;
    if (!isSame || number > this.#most[account]) this.#most[account] = number;
    this.#number[account] = number;
    this.#step[account] = step;
    this.#time[account] = time[row];
    return isNext && isFurther && isQuick;
  }
}
