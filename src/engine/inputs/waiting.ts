// Hot: called for every contact when several inputs are read.
import { append } from '../../record/batch.ts';
import { Clock } from '../../record/clock.ts';
import { type ContactBatch, Outcome, allocateContacts, contactSchema } from '../../record/contact.ts';

/** Who hears the rows that have waited: rows `from` … `to` − 1. */
type Hears = (batch: ContactBatch, from: number, to: number) => void;

/** Rows that can wait; more, and the first goes on before its time. */
const ROWS = 1 << 14;
/** Rows that are handed on at once. */
const CHUNK = 1 << 12;
/** So long (µs) a row waits: until flows without packets are exported, and questions without answers are told. */
const PATIENCE = 90e6;

/**
 * A firewall writes down that somebody came, and not how it ended; a flow record tells how it ended, and not what the
 * packets looked like; a capture tells all. Where several inputs are read, a contact of which little is told waits
 * for one that tells more of the same. Comes none, it goes on, in the order in which it came.
 */
export class Waiting {
  readonly #batch = allocateContacts(ROWS);
  /** 1: something better has come */
  readonly #isGone = new Uint8Array(ROWS);
  readonly #clock = new Clock();
  readonly #hears: Hears;
  #first = 0;
  #end = 0;

  constructor(hears: Hears) {
    this.#hears = hears;
  }

  /** Lets a row wait; returns the number under which it does. */
  wait(batch: ContactBatch, row: number): number {
    if (this.#end - this.#first === ROWS) this.#goOn(this.#first + 1);
    const number = this.#end;
    const place = number % ROWS;
    this.#batch.count = place;
    append(contactSchema, this.#batch, batch, row, row + 1);
    this.#isGone[place] = 0;
    this.#end = number + 1;
    return number;
  }

  /** Takes a row away for which one has come that tells more, and returns its input; −1: it waits no more, or tells as much. */
  takeLesser(number: number, much: number): number {
    const place = number % ROWS;
    if (number < this.#first || this.#isGone[place] === 1 || tells(this.#batch, place) >= much) return -1;
    this.#isGone[place] = 1;
    return this.#batch.input[place];
  }

  /** Time has gone on by what these rows tell. */
  heard({ time }: Pick<ContactBatch, 'time'>, from: number, to: number): void {
    for (let row = from; row < to; row += 1) {
      ONE[0] = time[row];
      this.#clock.observe(ONE, 1);
    }
    const until = this.#clock.now - PATIENCE;
    let end = this.#first;
    while (end < this.#end && (this.#isGone[end % ROWS] === 1 || this.#batch.time[end % ROWS] < until)) end += 1;
    this.#goOn(end);
  }

  /** Nothing more will come. */
  finish(): void {
    this.#goOn(this.#end);
  }

  /** Hands on what still waits of the rows before `end`. */
  #goOn(end: number): void {
    let from = this.#first;
    while (from < end) {
      const place = from % ROWS;
      let to = from;
      while (to < end && to - from < CHUNK && place + to - from < ROWS && this.#isGone[to % ROWS] === 0) to += 1;
      if (to > from) this.#hears(this.#batch, place, place + to - from);
      from = to > from ? to : to + 1;
    }
    this.#first = end;
  }
}

const ONE = new Float64Array(1);

/** How much a row tells: 3 and the rest, of which nothing better comes. */
export const TELLS_ALL = 3;

/** 2: how it ended; 1: what its packets looked like. */
export function tells({ outcome, ttl, window, options, seq }: ContactBatch, row: number): number {
  const isLooked = ttl[row] !== 0 || window[row] !== 0 || options[row] !== 0 || seq[row] !== 0;
  return (outcome[row] === Outcome.unknown ? 0 : 2) + (isLooked ? 1 : 0);
}
