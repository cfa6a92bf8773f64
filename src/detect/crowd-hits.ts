import { isV4 } from '../record/address.ts';
import type { ContactBatch } from '../record/contact.ts';

// Hot: `add`.

/** Hits of one service that are kept. */
export const HITS = 512;

/** The first hits of one service, in columns and in the order they came. A place is an index into the columns. */
export class Hits {
  size = 0;
  /** µs */
  readonly time = new Float64Array(HITS);
  readonly record = new Float64Array(HITS);
  readonly input = new Uint32Array(HITS);
  /** last word of the address */
  readonly target = new Uint32Array(HITS);
  readonly isV4 = new Uint8Array(HITS);
  readonly source = new Uint32Array(HITS);
  /** how-manieth hit of its source */
  readonly nth = new Uint8Array(HITS);
  /** the service, and how its packet looks (record/look.ts); 0: not told */
  readonly look = new Int32Array(HITS);

  /** There must be room. */
  add(batch: ContactBatch, row: number, source: number, nth: number, look: number): void {
    const place = this.size;
    this.time[place] = batch.time[row];
    this.record[place] = batch.record[row];
    this.input[place] = batch.input[row];
    this.target[place] = batch.address[row * 8 + 7];
    this.isV4[place] = isV4(batch.address, row * 8 + 4) ? 1 : 0;
    this.source[place] = source;
    this.nth[place] = nth;
    this.look[place] = look;
    this.size += 1;
  }

  /** The first so many places in order of time. */
  inOrder(size: number): Uint16Array {
    const { time, record } = this;
    const places = new Uint16Array(size);
    let late = false;
    for (let place = 1; place < size; place += 1) {
      places[place] = place;
      late ||= time[place] < time[place - 1] || (time[place] === time[place - 1] && record[place] < record[place - 1]);
    }
    return late ? places.sort((a, b) => time[a] - time[b] || record[a] - record[b]) : places;
  }
}

/** Sources of one service as they first came, up to a bound. */
export class Members {
  size = 0;
  /** four words each */
  #address = new Uint32Array(4 * 16);
  #hash = new Uint32Array(16);
  /** µs */
  #first = new Float64Array(16);

  add(batch: ContactBatch, row: number, hash: number): void {
    const place = this.size;
    if (place === this.#hash.length) this.#grow();
    for (let word = 0; word < 4; word += 1) this.#address[place * 4 + word] = batch.address[row * 8 + word];
    this.#hash[place] = hash;
    this.#first[place] = batch.time[row];
    this.size += 1;
  }

  /** Addresses and hashes of those that first came at a time or later. */
  since(time: number): { readonly source: Uint32Array; readonly hash: number }[] {
    return Array.from({ length: this.size }, (_, place) => place)
      .filter((place) => this.#first[place] >= time)
      .map((place) => ({ source: this.#address.slice(place * 4, place * 4 + 4), hash: this.#hash[place] }));
  }

  #grow(): void {
    const [address, hash, first] = [this.#address, this.#hash, this.#first];
    this.#address = new Uint32Array(2 * address.length);
    this.#hash = new Uint32Array(2 * hash.length);
    this.#first = new Float64Array(2 * first.length);
    this.#address.set(address);
    this.#hash.set(hash);
    this.#first.set(first);
  }
}
