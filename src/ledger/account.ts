import { KeyTable } from '../table/keys.ts';
import { type Cited, Samples } from './samples.ts';

// Hot: `charge` runs for every contact of every source that has an account.

/**
 * A **stream** is one mechanism's evidence against a source: a few e-processes (components) that are averaged.
 * Under "this source is benign" every factor that a mechanism multiplies in has expectation ≤ 1, so the average does
 * too, and P(it ever reaches 2^b) ≤ 2^−b (Ville 1939). Components are kept at ≥ 1 before each step, so that good
 * behaviour in the past hides nothing; the guarantee is then one a contact: mean contacts to a false alarm ≥ 2^b
 * (Shin, Ramdas, Rinaldo 2022, "E-detectors").
 *
 * An **account** is the best of a source's streams, less log2(number of streams) for having chosen it.
 * **Rows** are what the streams were charged with, by reason: within a stream they add up to its bits exactly.
 */
export interface StreamSpec {
  readonly name: string;
  /** how many e-processes are averaged */
  readonly components: number;
  /** the kinds of row this mechanism writes, each a short sentence */
  readonly reasons: readonly string[];
}

/** Where a mechanism's numbers stand in the columns of an account. */
export interface Seat {
  readonly stream: number;
  readonly firstReason: number;
}

/** Gives each stream its place. */
export function seatsOf(streams: readonly StreamSpec[]): Seat[] {
  let firstReason = 0;
  return streams.map(({ reasons }, stream) => {
    const seat = { stream, firstReason };
    firstReason += reasons.length;
    return seat;
  });
}

/** Bits of `Accounts.flags`. */
export const Flag = {
  /** completed a real exchange here */
  engaged: 1,
  /** completed a handshake, so its address is its own */
  proven: 2,
  /** lies in the own network */
  own: 4,
  /** has a finding that is open */
  found: 8,
} as const;

/** Bits beyond which a stream is charged no more: past 2^256 a figure says nothing new. */
export const CAP = 256;

/** Contacts that an account remembers as evidence under one reason. */
const ALIKE = 4;

/** Accounts of one kind of key, as columns by row. */
export class Accounts {
  readonly keys: KeyTable;
  readonly streams: readonly StreamSpec[];
  readonly seats: readonly Seat[];
  readonly reasonCount: number;
  /** log2(number of streams): what choosing the best of them costs */
  readonly price: number;
  /** µs of the first and the last contact; `gap`: the longest silence between two */
  readonly first: Float64Array;
  readonly last: Float64Array;
  readonly gap: Float64Array;
  /** contacts, how many missed and how many became real exchanges, their distinct targets; requests, their distinct names */
  readonly contacts: Uint32Array;
  readonly misses: Uint32Array;
  readonly exchanges: Uint32Array;
  readonly requests: Uint32Array;
  readonly names: Uint32Array;
  readonly targets: Uint32Array;
  readonly flags: Uint8Array;
  /** the range of rows that is being admitted, from 1, and by account the last one that used it: such an account must stay */
  range = 1;
  readonly usedIn: Uint32Array;
  /** by account the last range in which it was charged: only then can it have come to anything */
  readonly chargedIn: Uint32Array;
  /** bits of each stream */
  readonly bits: Float64Array;
  /** rows: bits and how many contacts, by reason */
  readonly rowBits: Float64Array;
  readonly rowCount: Uint32Array;
  /** the first contacts that were charged, at most `ALIKE` a reason */
  readonly samples: Samples;
  /** number of the dossier, −1 none */
  readonly dossier: Int32Array;
  /** accounts let go to make room */
  evicted = 0;

  readonly #value: Float64Array;
  readonly #valueStart: readonly number[];
  readonly #components: number;
  #hand = 0;

  constructor(capacity: number, seed: number, streams: readonly StreamSpec[]) {
    this.keys = new KeyTable(capacity, seed);
    this.streams = streams;
    const starts: number[] = [];
    let components = 0;
    for (const spec of streams) {
      starts.push(components);
      components += spec.components;
    }
    const reasons = streams.reduce((sum, spec) => sum + spec.reasons.length, 0);
    this.seats = seatsOf(streams);
    this.price = Math.log2(streams.length);
    this.reasonCount = reasons;
    this.#valueStart = starts;
    this.#components = components;
    this.first = new Float64Array(capacity);
    this.last = new Float64Array(capacity);
    this.gap = new Float64Array(capacity);
    this.contacts = new Uint32Array(capacity);
    this.misses = new Uint32Array(capacity);
    this.exchanges = new Uint32Array(capacity);
    this.requests = new Uint32Array(capacity);
    this.names = new Uint32Array(capacity);
    this.targets = new Uint32Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.usedIn = new Uint32Array(capacity);
    this.chargedIn = new Uint32Array(capacity);
    this.bits = new Float64Array(capacity * streams.length);
    this.rowBits = new Float64Array(capacity * reasons);
    this.rowCount = new Uint32Array(capacity * reasons);
    this.samples = new Samples(capacity);
    this.dossier = new Int32Array(capacity).fill(-1);
    this.#value = new Float64Array(capacity * components);
  }

  /**
   * Opens an account for the address at `words[at]` … +3, which came at `times[from]` (a number handed over might become
   * an object on the heap); makes room by letting the poorest of a few go. −1: no room.
   */
  open(words: Uint32Array, at: number, times: Float64Array, from: number): number {
    if (this.keys.size === this.keys.capacity && !this.#evict()) return -1;
    const row = this.keys.insertAt(words, at);
    this.first[row] = times[from];
    this.last[row] = times[from];
    this.gap[row] = 0;
    this.contacts[row] = 0;
    this.misses[row] = 0;
    this.exchanges[row] = 0;
    this.requests[row] = 0;
    this.names[row] = 0;
    this.targets[row] = 0;
    this.flags[row] = 0;
    this.dossier[row] = -1;
    this.clear(row);
    return row;
  }

  /** All streams back to nothing: the start of an account or of a new episode. */
  clear(row: number): void {
    const streams = this.streams.length;
    this.bits.fill(0, row * streams, (row + 1) * streams);
    this.rowBits.fill(0, row * this.reasonCount, (row + 1) * this.reasonCount);
    this.rowCount.fill(0, row * this.reasonCount, (row + 1) * this.reasonCount);
    this.samples.clear(row);
    this.#value.fill(1, row * this.#components, (row + 1) * this.#components);
  }

  /**
   * Multiplies one stream's components by the factors of a contact and books the change under a reason.
   *
   * @param factors one a component, each with expectation ≤ 1 for a benign source
   * @param reason number of the reason within its mechanism
   * @param at row of the contact within `batch`, kept as evidence
   */
  charge(row: number, stream: number, factors: Float64Array, reason: number, batch: Cited, at: number): void {
    const cell = row * this.streams.length + stream;
    const kind = this.seats[stream].firstReason + reason;
    const book = row * this.reasonCount + kind;
    let before = this.bits[cell];
    if (before >= CAP) return;
    if (before <= 0) {
      if (before < 0) this.#forget(row, stream);
      before = 0;
    }
    const value = this.#value;
    const components = this.streams[stream].components;
    const start = row * this.#components + this.#valueStart[stream];
    let sum = 0;
    for (let j = 0; j < components; j += 1) {
      const old = value[start + j];
      const now = (old < 1 ? 1 : old) * factors[j];
      value[start + j] = now;
      sum += now;
    }
    const after = Math.log2(sum / components);
    this.chargedIn[row] = this.range;
    this.bits[cell] = after;
    this.rowBits[book] += after - before;
    this.rowCount[book] += 1;
    if (this.rowCount[book] <= ALIKE) this.samples.add(row, kind, batch, at, this.bits, cell);
  }

  /** A row of the range that is being admitted is the account's: it is not let go before the row is charged. */
  stays(row: number): void {
    this.usedIn[row] = this.range;
  }

  /** Whether a stream has all the bits it will get: what is charged to it further changes nothing and is not counted. */
  isFull(row: number, stream: number): boolean {
    return this.bits[row * this.streams.length + stream] >= CAP;
  }

  /** The account: its best stream less the price of choosing among them. */
  balance(row: number): number {
    return this.most(row) - this.price;
  }

  /** Bits of the best stream. */
  most(row: number): number {
    return this.bits[row * this.streams.length + this.best(row)];
  }

  /** The stream with the most bits. */
  best(row: number): number {
    const start = row * this.streams.length;
    let best = 0;
    for (let stream = 1; stream < this.streams.length; stream += 1)
      if (this.bits[start + stream] > this.bits[start + best]) best = stream;
    return best;
  }

  /** What a stream has fallen below nothing by is forgiven, and with it go the rows that led there. */
  #forget(row: number, stream: number): void {
    const from = row * this.reasonCount + this.seats[stream].firstReason;
    const to = from + this.streams[stream].reasons.length;
    this.rowBits.fill(0, from, to);
    this.rowCount.fill(0, from, to);
    this.samples.drop(row, from - row * this.reasonCount, to - row * this.reasonCount);
  }

  /**
   * Lets go one account among the next few that have no dossier: the oldest of those that had one target only, whatever
   * its bits (a forged packet can look as wicked as its sender likes), or else the one with the fewest bits. So a source
   * that comes back in time outlasts any number that do not.
   */
  #evict(): boolean {
    const capacity = this.keys.capacity;
    let poorest = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let seen = 0, looked = 0; looked < 16 && seen < 1024; seen += 1) {
      const row = this.#hand;
      this.#hand = this.#hand + 1 === capacity ? 0 : this.#hand + 1;
      if (this.dossier[row] >= 0 || this.usedIn[row] === this.range) continue;
      looked += 1;
      const worth = this.#worth(row);
      if (worth < least) {
        least = worth;
        poorest = row;
      }
    }
    if (poorest < 0) return false;
    this.keys.remove(poorest);
    this.evicted += 1;
    return true;
  }

  /** What eviction orders by: with one target the time of the first contact, below all bits. */
  #worth(row: number): number {
    if (this.targets[row] + this.names[row] <= 1) return this.first[row] - Number.MAX_SAFE_INTEGER;
    return this.most(row);
  }
}
