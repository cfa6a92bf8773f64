import type { ContactBatch } from '../record/contact.ts';
import { KeyTable } from '../table/keys.ts';

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

/** What evidence is kept of: where and when it was read. */
export type Cited = Pick<ContactBatch, 'input' | 'record' | 'time'>;

/** Bits beyond which a stream is charged no more: past 2^256 a figure says nothing new. */
export const CAP = 256;

/** Contacts that an account remembers as evidence, in all and under one reason. */
export const SAMPLES = 20;
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
  /** the range of rows that is being admitted, and by account the last one that used it: such an account must stay */
  range = 0;
  readonly usedIn: Uint32Array;
  /** by account the last range in which it was charged: only then can it have come to anything */
  readonly chargedIn: Uint32Array;
  /** bits of each stream */
  readonly bits: Float64Array;
  /** rows: bits and how many contacts, by reason */
  readonly rowBits: Float64Array;
  readonly rowCount: Uint32Array;
  /** the first contacts that were charged: reason, input, record, time; `SAMPLES` an account, at most `ALIKE` a reason */
  readonly sampleReason: Uint8Array;
  readonly sampleInput: Uint16Array;
  readonly sampleRecord: Uint32Array;
  readonly sampleTime: Float64Array;
  /** what the stream held after it */
  readonly sampleBits: Float32Array;
  readonly sampleCount: Uint8Array;
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
    this.sampleReason = new Uint8Array(capacity * SAMPLES);
    this.sampleInput = new Uint16Array(capacity * SAMPLES);
    this.sampleRecord = new Uint32Array(capacity * SAMPLES);
    this.sampleTime = new Float64Array(capacity * SAMPLES);
    this.sampleBits = new Float32Array(capacity * SAMPLES);
    this.sampleCount = new Uint8Array(capacity);
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
    this.sampleCount[row] = 0;
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
    if (this.rowCount[book] <= ALIKE) this.#sample(row, kind, batch, at, cell);
  }

  /**
   * Keeps a contact as evidence, with the bits of its stream. When there is no room, the first contact of a reason takes
   * the place of a spare one of another.
   */
  #sample(row: number, kind: number, batch: Cited, at: number, cell: number): void {
    const isFull = this.sampleCount[row] === SAMPLES;
    const place = isFull ? this.#spare(row, kind) : row * SAMPLES + this.sampleCount[row];
    if (place < 0) return;
    this.sampleReason[place] = kind;
    this.sampleInput[place] = batch.input[at];
    this.sampleRecord[place] = batch.record[at];
    this.sampleTime[place] = batch.time[at];
    this.sampleBits[place] = this.bits[cell];
    if (!isFull) this.sampleCount[row] += 1;
  }

  /** Place of a sample that is not the only one of its reason, where `kind` has none yet; −1: none. */
  #spare(row: number, kind: number): number {
    const start = row * SAMPLES;
    let spare = -1;
    for (let at = start; at < start + SAMPLES; at += 1) {
      if (this.sampleReason[at] === kind) return -1;
      for (let other = start; other < at; other += 1)
        if (this.sampleReason[other] === this.sampleReason[at]) spare = at;
    }
    return spare;
  }

  /** The contacts kept as evidence; `reason` counts through all streams. */
  samples(row: number): { reason: number; input: number; record: number; time: number; bits: number }[] {
    return Array.from({ length: this.sampleCount[row] }, (_, at) => ({
      reason: this.sampleReason[row * SAMPLES + at],
      input: this.sampleInput[row * SAMPLES + at],
      record: this.sampleRecord[row * SAMPLES + at],
      time: this.sampleTime[row * SAMPLES + at],
      bits: this.sampleBits[row * SAMPLES + at],
    }));
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
    this.#dropSamples(row, from - row * this.reasonCount, to - row * this.reasonCount);
  }

  /** Drops the samples of reasons `from` … `to` − 1. */
  #dropSamples(row: number, from: number, to: number): void {
    const start = row * SAMPLES;
    let kept = start;
    for (let at = start; at < start + this.sampleCount[row]; at += 1) {
      const reason = this.sampleReason[at];
      if (reason >= from && reason < to) continue;
      this.sampleReason[kept] = reason;
      this.sampleInput[kept] = this.sampleInput[at];
      this.sampleRecord[kept] = this.sampleRecord[at];
      this.sampleTime[kept] = this.sampleTime[at];
      this.sampleBits[kept] = this.sampleBits[at];
      kept += 1;
    }
    this.sampleCount[row] = kept - start;
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
