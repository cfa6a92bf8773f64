import type { ExecutionBatch } from '../../record/execution.ts';
import { mixSigned } from '../../table/hash.ts';
import { KeyTable } from '../../table/keys.ts';

// Hot: `note` for every connection.

const TALKS = 1 << 13;
const WIDTH = 8;
const Column = { owner: 0, place: 1, image: 2, host: 3, process: 4, command: 5, count: 6 } as const;

/** What a process, of an image, did from one own address. Texts are ids in the tables of their owner. */
export interface Talk {
  readonly owner: number;
  readonly image: number;
  readonly host: number;
  readonly process: number;
  readonly command: number;
  readonly connections: number;
}

/** A process that connects. */
export interface Talker {
  /** number of the process, place of its own address (−1: not told), ids of texts */
  readonly owner: number;
  readonly place: number;
  readonly host: number;
  readonly image: number;
  readonly command: number;
}

/**
 * Which processes talked from which own address, when and with which services. The one that began earliest of those kept
 * goes when there is no room.
 */
export class Talks {
  readonly #keys: KeyTable;
  readonly #columns = new Int32Array(WIDTH * TALKS);
  readonly #first = new Float64Array(TALKS);
  readonly #last = new Float64Array(TALKS);
  /** a bit of 64 by the hash of each service */
  readonly #low = new Int32Array(TALKS);
  readonly #high = new Int32Array(TALKS);
  #oldest = 0;

  constructor(seed: number) {
    this.#keys = new KeyTable(TALKS, seed);
  }

  note({ time, process }: ExecutionBatch, row: number, talker: Talker, service: number): void {
    const talk = this.#talk(talker, time[row]);
    const at = WIDTH * talk;
    this.#columns[at + Column.process] = process[row];
    this.#columns[at + Column.command] = talker.command;
    this.#columns[at + Column.count] += 1;
    if (time[row] > this.#last[talk]) this.#last[talk] = time[row];
    if (time[row] < this.#first[talk]) this.#first[talk] = time[row];
    const bit = bitOf(service);
    if (bit < 32) this.#low[talk] |= 1 << bit;
    else this.#high[talk] |= 1 << (bit & 31);
  }

  /**
   * Who talked from an own address between two times (µs), those with most connections first.
   *
   * @param services of which one must have been used; none: any
   */
  of(place: number, from: number, to: number, services: readonly number[]): Talk[] {
    let low = 0;
    let high = 0;
    for (const service of services) {
      const bit = bitOf(service);
      if (bit < 32) low |= 1 << bit;
      else high |= 1 << (bit & 31);
    }
    const found: Talk[] = [];
    for (let talk = 0; talk < this.#keys.extent; talk += 1) {
      if (!this.#keys.has(talk) || this.#columns[WIDTH * talk + Column.place] !== place) continue;
      if (this.#first[talk] > to || this.#last[talk] < from) continue;
      if (services.length === 0 || ((this.#low[talk] & low) | (this.#high[talk] & high)) !== 0)
        found.push(this.#read(talk));
    }
    return found.sort((a, b) => b.connections - a.connections || a.process - b.process);
  }

  /** Place of an own address that a process talked from; −1: none is known. */
  placeOf(owner: number): number {
    for (let talk = 0; talk < this.#keys.extent; talk += 1)
      if (this.#keys.has(talk) && this.#columns[WIDTH * talk + Column.owner] === owner)
        return this.#columns[WIDTH * talk + Column.place];
    return -1;
  }

  #read(talk: number): Talk {
    const at = WIDTH * talk;
    const columns = this.#columns;
    return {
      owner: columns[at + Column.owner],
      image: columns[at + Column.image],
      host: columns[at + Column.host],
      process: columns[at + Column.process] >>> 0,
      command: columns[at + Column.command],
      connections: columns[at + Column.count],
    };
  }

  #talk({ owner, place, image, host }: Talker, time: number): number {
    const keys = this.#keys;
    const known = keys.find(owner, place, image, host);
    if (known >= 0) return known;
    if (keys.size === TALKS) {
      keys.remove(this.#oldest);
      this.#oldest = (this.#oldest + 1) % TALKS;
    }
    const talk = keys.insert(owner, place, image, host);
    const at = WIDTH * talk;
    this.#columns.fill(0, at, at + WIDTH);
    this.#columns[at + Column.owner] = owner;
    this.#columns[at + Column.place] = place;
    this.#columns[at + Column.image] = image;
    this.#columns[at + Column.host] = host;
    this.#first[talk] = time;
    this.#last[talk] = time;
    this.#low[talk] = 0;
    this.#high[talk] = 0;
    return talk;
  }
}

const bitOf = (service: number): number => mixSigned(0x5f, service) & 63;
