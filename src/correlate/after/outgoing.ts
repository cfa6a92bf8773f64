// Hot: `awaits` for calls of servers that were attacked.
import { KeyTable } from '../../table/keys.ts';
import type { Cited } from './access.ts';
import { Moments, type Source } from './notes.ts';

/** µs after an attempt in which a first connection of the server to the outside may be its effect. */
export const SOON = 600e6;

/** Addresses, by a key: who attacked there, when, and what then came of it. */
export class Outgoing {
  readonly keys: KeyTable;
  readonly by: Uint32Array;
  /** the last attack, and the first that its source made with no long pause between them */
  readonly tried: Moments;
  readonly begun: Moments;
  readonly happened: Uint8Array;
  readonly at: Moments;
  /** the other end of what happened */
  readonly end: Uint32Array;
  #hand = 0;

  constructor(rows: number, seed: number) {
    this.keys = new KeyTable(rows, seed);
    this.by = new Uint32Array(8 * rows);
    this.tried = new Moments(rows);
    this.begun = new Moments(rows);
    this.happened = new Uint8Array(rows);
    this.at = new Moments(rows);
    this.end = new Uint32Array(4 * rows);
  }

  /** Row of the address at words[at] …, a new one where it has none; then one of which nothing came goes in its turn. */
  begin(words: Uint32Array, at: number): number {
    const { keys } = this;
    const known = keys.findAt(words, at);
    if (known >= 0) return known;
    if (keys.size === keys.capacity) this.#makeRoom();
    const row = keys.insertAt(words, at);
    this.tried.clear(row);
    return row;
  }

  #makeRoom(): void {
    const { keys, happened } = this;
    for (let looked = 0; looked < keys.capacity && happened[this.#hand] === 1; looked += 1) this.#turn();
    keys.remove(this.#hand);
    happened[this.#hand] = 0;
    this.#turn();
  }

  #turn(): void {
    this.#hand = this.#hand + 1 === this.keys.capacity ? 0 : this.#hand + 1;
  }

  /** Whether something at a time may come of the attacks: a call that nobody answers is told long after it was made. */
  awaits(row: number, time: number): boolean {
    return this.happened[row] === 0 && time >= this.begun.time(row);
  }

  /** The attack that what happened is held against: the last, or the first where it happened between them. */
  causeOf(row: number): Cited {
    return (this.at.time(row) >= this.tried.time(row) ? this.tried : this.begun).of(row);
  }

  /** Notes who attacked. */
  attack(row: number, batch: Source, at: number): void {
    let isOther = false;
    for (let n = 0; n < 8; n += 1) {
      if (this.by[row * 8 + n] !== batch.address[at * 8 + n]) isOther = true;
      this.by[row * 8 + n] = batch.address[at * 8 + n];
    }
    if (isOther || batch.time[at] - this.tried.time(row) > SOON) this.begun.set(row, batch, at);
    this.tried.set(row, batch, at);
  }

  /** Notes what came of it. @param word where the other end's address stands */
  happen(row: number, batch: Source, at: number, word: number): void {
    this.happened[row] = 1;
    this.at.set(row, batch, at);
    for (let n = 0; n < 4; n += 1) this.end[row * 4 + n] = batch.address[word + n];
  }

  rows(): number[] {
    return Array.from({ length: this.keys.extent }, (_, row) => row).filter((row) => this.happened[row] === 1);
  }
}
