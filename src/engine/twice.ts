// Hot: `isCopy` runs for every row when several inputs are read.
import type { ContactBatch } from '../record/contact.ts';
import { hashName, type NameHash } from '../record/name.ts';
import type { RequestBatch } from '../record/request.ts';
import { hash4Signed } from '../table/hash.ts';

/**
 * One contact that two inputs saw counts once: a request stands in the access log, in the log by virtual host and in the
 * capture; a connection in the firewall's log and in the flow records. What two inputs tell of one source and one target
 * within `APART` of each other, their clocks compared, is the same, as often as the first of them told it.
 *
 * Clocks are compared by what both inputs saw: when most of what is alike lies the same time apart, that is the skew.
 *
 * Fixed memory: the last ENTRIES sightings, in buckets; the oldest of a bucket makes room.
 */
const ENTRIES = 1 << 17;
const BUCKET = 8;
/** Stamps of whole seconds, and a second's delay until a line is written. */
const APART = 2e6;
/** Pairs that were alike, and share of them that agree, until their distance is believed to be skew. */
const ENOUGH = 20;
const AGREE = 0.6;
/** Distances that are told apart, a pair of inputs. */
const VOTES = 64;

/** What two inputs' clocks have to do with each other. */
export interface Skew {
  readonly one: number;
  readonly other: number;
  /** µs that the clock of `other` is ahead */
  readonly ahead: number;
  readonly pairs: number;
}

interface Pair {
  total: number;
  /** distance in units of APART → how often */
  readonly votes: Map<number, number>;
  ahead: number;
}

export class Twice {
  /** rows that another input had told, by input */
  readonly copies: Float64Array;
  readonly #seed: number;
  readonly #hash = new Int32Array(ENTRIES);
  readonly #time = new Float64Array(ENTRIES);
  readonly #input = new Uint16Array(ENTRIES);
  /** sightings that no other input has told yet */
  readonly #open = new Uint16Array(ENTRIES);
  readonly #pairs = new Map<number, Pair>();
  readonly #name: NameHash = { a: 0, b: 0 };

  constructor(inputs: number, seed: number) {
    this.copies = new Float64Array(inputs);
    this.#seed = seed;
  }

  /** Whether the contact has been told by another input. Remembers it if not. */
  isCopyOfContact({ address, targetPort, protocol, time, input }: ContactBatch, row: number): boolean {
    const at = row * 8;
    const source = hash4Signed(
      this.#seed,
      address[at] | 0,
      address[at + 1] | 0,
      address[at + 2] | 0,
      address[at + 3] | 0,
    );
    const target = hash4Signed(
      source,
      address[at + 4] | 0,
      address[at + 5] | 0,
      address[at + 6] | 0,
      address[at + 7] | 0,
    );
    return this.#isCopy(hash4Signed(target, targetPort[row], protocol[row], 1, 0), time[row], input[row]);
  }

  /** Whether the request has been told by another input. Remembers it if not. */
  isCopyOfRequest({ address, text, name, nameLength, asked, time, input }: RequestBatch, row: number): boolean {
    const at = row * 8;
    const source = hash4Signed(
      this.#seed,
      address[at] | 0,
      address[at + 1] | 0,
      address[at + 2] | 0,
      address[at + 3] | 0,
    );
    hashName(text, name[row], nameLength[row], this.#name);
    return this.#isCopy(hash4Signed(source, this.#name.a, this.#name.b, asked[row], 2), time[row], input[row]);
  }

  /** Skews of more than a second, for the summary. */
  skews(): Skew[] {
    const found: Skew[] = [];
    for (const [key, { total, ahead }] of this.#pairs)
      if (Math.abs(ahead) > APART / 2) found.push({ one: key >>> 16, other: key & 0xffff, ahead, pairs: total });
    return found.sort((a, b) => a.one - b.one || a.other - b.other);
  }

  #isCopy(hash: number, time: number, input: number): boolean {
    const start = (hash & (ENTRIES / BUCKET - 1)) * BUCKET;
    let own = -1;
    let oldest = start;
    for (let at = start; at < start + BUCKET; at += 1) {
      if (this.#time[at] < this.#time[oldest]) oldest = at;
      if (this.#hash[at] !== hash || this.#time[at] === 0) continue;
      if (this.#input[at] === input) {
        if (Math.abs(time - this.#time[at]) <= APART) own = at;
        continue;
      }
      if (this.#open[at] === 0) continue;
      const ahead = this.#vote(this.#input[at], input, time - this.#time[at]);
      if (Math.abs(time - this.#time[at] - ahead) > APART) continue;
      this.#open[at] -= 1;
      this.copies[input] += 1;
      return true;
    }
    if (own < 0) {
      own = oldest;
      this.#hash[own] = hash;
      this.#input[own] = input;
      this.#open[own] = 0;
    }
    this.#time[own] = time;
    if (this.#open[own] < 0xffff) this.#open[own] += 1;
    return false;
  }

  /** Hears how far apart two inputs have told what may be one thing; returns how much the second clock is ahead, in µs. */
  #vote(one: number, other: number, apart: number): number {
    const turned = one > other;
    const key = turned ? ((other << 16) | one) >>> 0 : ((one << 16) | other) >>> 0;
    let pair = this.#pairs.get(key);
    if (!pair) {
      pair = { total: 0, votes: new Map(), ahead: 0 };
      this.#pairs.set(key, pair);
    }
    const distance = Math.round((turned ? -apart : apart) / APART);
    const votes = pair.votes.get(distance) ?? 0;
    if (votes > 0 || pair.votes.size < VOTES) pair.votes.set(distance, votes + 1);
    pair.total += 1;
    if (pair.total >= ENOUGH && votes + 1 >= AGREE * pair.total) pair.ahead = distance * APART;
    return turned ? -pair.ahead : pair.ahead;
  }
}
