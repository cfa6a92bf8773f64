import type { ContactBatch } from '../record/contact.ts';

// Hot: `add` runs for the first few charges of every account.

/** What evidence is kept of: where and when it was read. */
export type Cited = Pick<ContactBatch, 'input' | 'record' | 'time'>;

/** A contact kept as evidence; `reason` counts through all streams, `bits` is what the stream held after it. */
export interface Sample {
  readonly reason: number;
  readonly input: number;
  readonly record: number;
  readonly time: number;
  readonly bits: number;
}

/** Contacts that an account remembers as evidence. */
export const SAMPLES = 20;

/**
 * The first contacts that each account was charged for. The first ones of all accounts stand together, then the second
 * ones, and so on, as in `EarlyContacts`.
 */
export class Samples {
  readonly #accounts: number;
  readonly #reason: Uint8Array;
  readonly #input: Uint16Array;
  readonly #record: Uint32Array;
  readonly #time: Float64Array;
  readonly #bits: Float32Array;
  /** by account, how many are kept */
  readonly #count: Uint8Array;

  constructor(accounts: number) {
    const places = accounts * SAMPLES;
    this.#accounts = accounts;
    this.#reason = new Uint8Array(places);
    this.#input = new Uint16Array(places);
    this.#record = new Uint32Array(places);
    this.#time = new Float64Array(places);
    this.#bits = new Float32Array(places);
    this.#count = new Uint8Array(accounts);
  }

  clear(account: number): void {
    this.#count[account] = 0;
  }

  /**
   * Keeps a contact. When there is no room, the first one of a reason takes the place of a spare one of another.
   *
   * @param cell where in `bits` stands what the stream holds now: a number given as such would be one on the heap
   */
  add(account: number, reason: number, batch: Cited, row: number, bits: Float64Array, cell: number): void {
    const isFull = this.#count[account] === SAMPLES;
    const place = isFull ? this.#spare(account, reason) : this.#count[account] * this.#accounts + account;
    if (place < 0) return;
    this.#reason[place] = reason;
    this.#input[place] = batch.input[row];
    this.#record[place] = batch.record[row];
    this.#time[place] = batch.time[row];
    this.#bits[place] = bits[cell];
    if (!isFull) this.#count[account] += 1;
  }

  /** Drops those of reasons `from` … `to` − 1. */
  drop(account: number, from: number, to: number): void {
    const step = this.#accounts;
    const end = account + this.#count[account] * step;
    let kept = account;
    for (let at = account; at < end; at += step) {
      const reason = this.#reason[at];
      if (reason >= from && reason < to) continue;
      this.#reason[kept] = reason;
      this.#input[kept] = this.#input[at];
      this.#record[kept] = this.#record[at];
      this.#time[kept] = this.#time[at];
      this.#bits[kept] = this.#bits[at];
      kept += step;
    }
    this.#count[account] = (kept - account) / step;
  }

  /** Those of an account, in the order in which they were kept. */
  of(account: number): Sample[] {
    return Array.from({ length: this.#count[account] }, (_, nth) => {
      const place = nth * this.#accounts + account;
      return {
        reason: this.#reason[place],
        input: this.#input[place],
        record: this.#record[place],
        time: this.#time[place],
        bits: this.#bits[place],
      };
    });
  }

  /** Place of a sample that is not the only one of its reason, where `wanted` has none yet; −1: none. */
  #spare(account: number, wanted: number): number {
    const step = this.#accounts;
    let spare = -1;
    for (let at = account; at < account + SAMPLES * step; at += step) {
      if (this.#reason[at] === wanted) return -1;
      for (let other = account; other < at; other += step) if (this.#reason[other] === this.#reason[at]) spare = at;
    }
    return spare;
  }
}
