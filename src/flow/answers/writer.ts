import { type AnswerBatch, TEXT_BYTES } from '../../record/answer.ts';
import { Streams } from './streams.ts';

// Hot: bound once a call; a row is written for every answer recognised.

/** Longest text of an answer. */
export const TEXT_MAX = 255;

/** What a parser found. One object, overwritten for every answer. */
export class Found {
  /** one of Told; 0: nothing */
  told = 0;
  /** one of SERVICES */
  service = 0;
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  length = 0;
  /** a later packet may tell something better */
  more = false;

  /** Always true, so that a parser can end with it. */
  set(told: number, service: number, bytes: Uint8Array, start: number, end: number): boolean {
    this.told = told;
    this.more = false;
    this.service = service;
    this.bytes = bytes;
    this.start = start;
    this.length = Math.max(0, Math.min(TEXT_MAX, end - start));
    return true;
  }
}

/**
 * Appends answers to the batch of a call. Rows and text are shared out by the rows that a shard has in the packet
 * batch, so that what finds room does not depend on who else writes there.
 */
export class AnswerWriter {
  readonly streams = new Streams();
  /** Answers that found no room. */
  unheard = 0;
  #batch: AnswerBatch | null = null;
  #rows = 0;
  #text = 0;

  /** @param rows of the shard, out of `count` of the packet batch */
  bind(batch: AnswerBatch, rows: number, count: number): void {
    this.#batch = batch;
    this.#rows = rows;
    this.#text = Math.floor((TEXT_BYTES * rows) / Math.max(1, count));
  }

  /** Place of a new row whose text has been copied, or −1: no room. */
  append(found: Found): number {
    const batch = this.#batch;
    if (batch === null || this.#rows === 0 || this.#text < found.length) {
      this.unheard += 1;
      return -1;
    }
    const { bytes, start, length } = found;
    const used = batch.textUsed;
    const { text } = batch;
    const at = batch.count;
    if (at >= batch.capacity || used + length > text.length) {
      this.unheard += 1;
      return -1;
    }
    for (let k = 0; k < length; k += 1) text[used + k] = bytes[start + k];
    batch.told[at] = found.told;
    batch.service[at] = found.service;
    batch.start[at] = used;
    batch.length[at] = length;
    batch.textUsed = used + length;
    batch.count = at + 1;
    this.#rows -= 1;
    this.#text -= length;
    return at;
  }

  get batch(): AnswerBatch | null {
    return this.#batch;
  }
}
