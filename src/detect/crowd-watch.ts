import type { ContactBatch } from '../record/contact.ts';
import { Counts } from '../table/counts.ts';
import { Hits, Members } from './crowd-hits.ts';
import { REASONS } from './crowd-tests.ts';

const SOURCES = 1 << 16;
/** Hits at which a service is tested. */
export const CHECKPOINTS = [16, 32, 64, 128, 256, 512];

/** What is kept of one service that several sources missed, or of those of them that look alike (crowd.ts). */
export class Watch {
  readonly key: number;
  readonly protocol: number;
  readonly port: number;
  /** the service, and how its packets look (record/look.ts); 0: in any way */
  readonly look: number;
  readonly hits: Hits;
  /** from 1; a round ends after the last test */
  round = 1;
  bySource: Counts;
  members = new Members();
  /** µs: where the window begins that tells most */
  since = Number.NEGATIVE_INFINITY;
  /** e-values so far: one a test and checkpoint */
  readonly evidence = new Float64Array(REASONS.length * CHECKPOINTS.length);
  /** hits that the last test was over */
  tested = 0;
  bits = 0;
  first = Number.POSITIVE_INFINITY;
  last = 0;
  total = 0;
  /** hits, halved whenever it is looked at for whether it may go */
  worth = 0;
  opened = Number.NaN;
  bar = 0;

  readonly #seed: number;

  /** @param hits are overwritten */
  constructor(key: number, protocol: number, port: number, look: number, seed: number, hits: Hits) {
    this.key = key;
    this.protocol = protocol;
    this.port = port;
    this.look = look;
    this.#seed = seed;
    this.bySource = new Counts(seed, SOURCES);
    this.hits = hits;
    hits.size = 0;
  }

  /** Nothing came of this round: the next one begins with nothing. */
  again(): void {
    this.round += 1;
    this.hits.size = 0;
    this.members = new Members();
    this.bySource = new Counts(this.#seed, SOURCES);
    this.evidence.fill(0);
    this.tested = 0;
    this.bits = 0;
    this.first = Number.POSITIVE_INFINITY;
    this.since = Number.NEGATIVE_INFINITY;
    this.total = 0;
  }
}

/** Different sources that miss one thing until it is looked at. */
const ENOUGH = 6;
/** Watches that are looked at when one must make room. */
const LOOKED_AT = 16;

/**
 * Watches all things that several sources missed, so many at a time; of a few the one that was hit least makes room,
 * and takes as many sources as before to be watched again. So a flood over many things pushes out what is hit less often
 * than one in a few hundred of those that it takes up.
 */
export class Watches {
  readonly all: Watch[] = [];
  /** by key: different sources in a row that missed, the last of them, and how they looked */
  readonly #sources: Uint8Array;
  readonly #lastSource: Int32Array;
  readonly #look: Int32Array;
  /** by key: 1 + place in `all`, 0 none */
  readonly #place: Uint16Array;
  readonly #most: number;
  readonly #seed: number;
  /** watches ever begun */
  begun = 0;
  #hand = 0;

  /** @param keys keys are under this @param most watches at a time */
  constructor(keys: number, most: number, seed: number) {
    this.#sources = new Uint8Array(keys);
    this.#lastSource = new Int32Array(keys);
    this.#look = new Int32Array(keys);
    this.#place = new Uint16Array(keys);
    this.#most = most;
    this.#seed = seed | 0;
  }

  /** The watch of a key that a source missed; undefined: too few have, and it is counted. */
  of(key: number, source: number, batch: ContactBatch, row: number, look: number): Watch | undefined {
    const place = this.#place[key];
    // Another look may have the same place.
    if (place !== 0) return this.all[place - 1].look === look ? this.all[place - 1] : undefined;
    if (look !== this.#look[key]) {
      this.#look[key] = look;
      this.#sources[key] = 0;
    } else if (source === this.#lastSource[key]) return undefined;
    this.#lastSource[key] = source;
    this.#sources[key] += 1;
    if (this.#sources[key] >= ENOUGH) this.#begin(key, batch.protocol[row], batch.targetPort[row], look);
    return undefined;
  }

  /** Begins to watch, if one that is watched may go. */
  #begin(key: number, protocol: number, port: number, look: number): void {
    const place = this.all.length < this.#most ? this.all.length : this.#leave();
    if (place < 0) return;
    const hits = this.all[place]?.hits ?? new Hits();
    this.all[place] = new Watch(key, protocol, port, look, this.#seed ^ key, hits);
    this.#place[key] = place + 1;
    this.begun += 1;
  }

  /** Lets the watch go that was hit least, of a few that have not opened; of equals the one that was hit last longest ago. */
  #leave(): number {
    let least = -1;
    for (let looked = 0; looked < LOOKED_AT; looked += 1) {
      this.#hand = (this.#hand + 1) % this.#most;
      const watch = this.all[this.#hand];
      if (!Number.isNaN(watch.opened)) continue;
      watch.worth /= 2;
      if (least < 0 || isLess(watch, this.all[least])) least = this.#hand;
    }
    if (least < 0) return -1;
    const { key } = this.all[least];
    this.#place[key] = 0;
    this.#sources[key] = 0;
    return least;
  }
}

/** Whether a watch came to less of late than another. */
const isLess = (one: Watch, other: Watch): boolean =>
  one.worth < other.worth || (one.worth === other.worth && one.last < other.last);
