import { allocateRequests, type RequestBatch, requestSchema } from '../record/request.ts';
import type { Dossier } from './dossier.ts';

// Hot: `keep` runs for the first few requests of every source.

/** Bytes that are kept of each text. */
const ROOM = 64;
const TEXTS = ['name', 'site', 'agent', 'referer'] as const;
const NUMBERS = (Object.keys(requestSchema) as (keyof typeof requestSchema)[]).filter(
  (column) => column !== 'address' && !TEXTS.some((text) => column.startsWith(text)),
);

/** The first requests of sources that have no dossier yet, texts cut short. */
export class EarlyRequests {
  readonly #kept: RequestBatch;
  readonly #first: Uint8Array;
  readonly #missed: Uint8Array;

  constructor(places: number) {
    this.#kept = allocateRequests(places);
    this.#first = new Uint8Array(places);
    this.#missed = new Uint8Array(places);
  }

  /** @param missed as in RequestAdmission */
  keep(batch: RequestBatch, row: number, place: number, isFirst: boolean, missed: number): void {
    const kept = this.#kept;
    for (let at = 0; at < NUMBERS.length; at += 1) kept[NUMBERS[at]][place] = batch[NUMBERS[at]][row];
    for (let word = 0; word < 8; word += 1) kept.address[place * 8 + word] = batch.address[row * 8 + word];
    for (let text = 0; text < TEXTS.length; text += 1) this.#text(TEXTS[text], batch, row, place, text);
    this.#first[place] = isFirst ? 1 : 0;
    this.#missed[place] = missed;
  }

  /** Gives one of them to a dossier. */
  give(place: number, into: Dossier): void {
    into.ask(this.#kept, place, this.#first[place] === 1, this.#missed[place]);
  }

  #text(column: (typeof TEXTS)[number], batch: RequestBatch, row: number, place: number, nth: number): void {
    const kept = this.#kept;
    const length = Math.min(batch[`${column}Length`][row], ROOM);
    const start = (place * TEXTS.length + nth) * ROOM;
    const from = batch[column][row];
    for (let at = 0; at < length; at += 1) kept.text[start + at] = batch.text[from + at];
    kept[column][place] = start;
    kept[`${column}Length`][place] = length;
  }
}
