// Hot: `place` and `touch` for every login and every session.
import { hashCaseless } from '../../record/name.ts';
import type { RequestBatch } from '../../record/request.ts';
import { hashWords } from '../../table/hash.ts';
import { KeyTable } from '../../table/keys.ts';
import type { Cited } from './access.ts';

/** The server by its address, or else by its name, or else by the input. */
export function placeHash({ address, site, siteLength, text, input }: RequestBatch, at: number): number {
  const s = at * 8;
  if (address[s + 6] !== 0 || address[s + 4] !== 0) return hashWords(0, address, s + 4) | 0;
  if (siteLength[at] > 0) return hashCaseless(text, site[at], siteLength[at]);
  return Math.imul(input[at] + 1, 0x9e3779b1);
}

/** Rows among which the one to give up is looked for. */
const CANDIDATES = 16;

/** Columns of the batches that notes are taken from. */
export interface Source {
  readonly time: Float64Array;
  readonly input: Uint16Array;
  readonly record: Uint32Array;
  readonly address: Uint32Array;
}

/** The last rows that were kept, each in the place of the one kept longest ago. */
export class Recent implements Source {
  readonly time: Float64Array;
  readonly input: Uint16Array;
  readonly record: Uint32Array;
  readonly address: Uint32Array;
  #next = 0;

  constructor(rows: number) {
    this.time = new Float64Array(rows);
    this.input = new Uint16Array(rows);
    this.record = new Uint32Array(rows);
    this.address = new Uint32Array(8 * rows);
  }

  /** @returns the row it is kept in */
  keep({ time, input, record, address }: Source, at: number): number {
    const row = this.#next;
    this.time[row] = time[at];
    this.input[row] = input[at];
    this.record[row] = record[at];
    for (let n = 0; n < 8; n += 1) this.address[row * 8 + n] = address[at * 8 + n];
    this.#next = row + 1 === this.time.length ? 0 : row + 1;
    return row;
  }
}

/** A moment of each row: when, and in which record. */
export class Moments {
  readonly #time: Float64Array;
  readonly #input: Uint16Array;
  readonly #record: Uint32Array;

  constructor(rows: number) {
    this.#time = new Float64Array(rows);
    this.#input = new Uint16Array(rows);
    this.#record = new Uint32Array(rows);
  }

  set(row: number, { time, input, record }: Source, at: number): void {
    this.#time[row] = time[at];
    this.#input[row] = input[at];
    this.#record[row] = record[at];
  }

  /** Forgets it: its time is 0. */
  clear(row: number): void {
    this.#time[row] = 0;
  }

  copy(row: number, from: Moments, at: number = row): void {
    this.#time[row] = from.#time[at];
    this.#input[row] = from.#input[at];
    this.#record[row] = from.#record[at];
  }

  time(row: number): number {
    return this.#time[row];
  }

  of(row: number): Cited {
    return { time: this.#time[row], input: this.#input[row], record: this.#record[row] };
  }
}

/**
 * Notes by (source, three words of what it did where), in fixed memory. When the room is full, the one silent longest of
 * the next few makes room.
 */
export class Notes {
  readonly keys: KeyTable;
  /** 8 words a row: source and target as in the batches */
  readonly address: Uint32Array;
  readonly first: Moments;
  readonly last: Moments;
  readonly times: Uint32Array;
  readonly #seed: number;
  #hand = 0;

  constructor(capacity: number, seed: number) {
    this.keys = new KeyTable(capacity, seed);
    this.address = new Uint32Array(8 * capacity);
    this.first = new Moments(capacity);
    this.last = new Moments(capacity);
    this.times = new Uint32Array(capacity);
    this.#seed = seed | 0;
  }

  /** Row of what the source of row `at` does, counted once more; a new one has `times` 1 and its columns are the caller's to clear. */
  touch(batch: Source, at: number, b: number, c: number, d: number): number {
    const { keys, address } = this;
    const words = batch.address;
    const s = at * 8;
    const a = hashWords(this.#seed, words, s);
    let row = keys.find(a, b, c, d);
    if (row < 0) {
      if (keys.size === keys.capacity) this.#makeRoom();
      row = keys.insert(a, b, c, d);
      for (let n = 0; n < 8; n += 1) address[row * 8 + n] = words[s + n];
      this.times[row] = 0;
      this.first.set(row, batch, at);
    }
    this.times[row] += 1;
    this.last.set(row, batch, at);
    return row;
  }

  /** Row of what the source of row `at` does; −1: none. */
  find(batch: Source, at: number, b: number, c: number, d: number): number {
    return this.keys.find(hashWords(this.#seed, batch.address, at * 8), b, c, d);
  }

  /** Rows in use, in the order of their first moments. */
  rows(): number[] {
    const { keys, first } = this;
    const rows: number[] = [];
    for (let row = 0; row < keys.extent; row += 1) if (keys.has(row)) rows.push(row);
    return rows.sort((one, other) => {
      const a = first.of(one);
      const b = first.of(other);
      return a.time - b.time || a.input - b.input || a.record - b.record || one - other;
    });
  }

  #makeRoom(): void {
    const { keys, last } = this;
    let leaving = this.#hand;
    for (let looked = 0; looked < CANDIDATES; looked += 1) {
      if (last.time(this.#hand) < last.time(leaving)) leaving = this.#hand;
      this.#hand = this.#hand + 1 === keys.capacity ? 0 : this.#hand + 1;
    }
    keys.remove(leaving);
  }
}
