// Hot: called for every row when several inputs are read.
import type { RecordReader } from '../../input/input.ts';
import type { ContactBatch } from '../../record/contact.ts';
import { digest } from '../../record/digest.ts';
import type { RequestBatch } from '../../record/request.ts';
import { allocateSheaf } from '../../record/sheaf.ts';
import { hash4Signed, hashWords } from '../../table/hash.ts';
import { type Clocks, FARTHEST, type Skew } from './clocks.ts';

/**
 * One contact that several inputs saw counts once: a request stands in the access log, in the error log and in the
 * capture; a connection in the firewall's log and in the flow records of three exporters. What inputs tell of one source
 * and one target within `APART` of each other, their clocks compared, is the same, as often as that input told it that
 * tells it most often.
 *
 * Until it is known how two clocks compare, what may be the same is taken for the same: evidence that counted twice could
 * bring an innocent source over the bar, and a few requests less bring no scanner below it.
 *
 * Fixed memory: the last ENTRIES runs of alike sightings, in buckets; what was used least lately makes room.
 */
const ENTRIES = 1 << 17;
const BUCKET = 16;
/** Stamps of whole seconds, and a second's delay until a line is written. µs. */
const APART = 2e6;
/** Sightings this near to each other are one run; so many runs of one thing are told apart. */
const GAP = 60e6;
const RUNS = 3;
/** Clocks that nobody sets go wrong by this much; others by whole quarters of an hour, for that is how zones differ. */
const DRIFT = 60e6;
const QUARTER = 900e6;

/** No waiting row (see `Waiting`). */
const NONE = -1;

export class Twice {
  /** rows that another input had told, by input */
  readonly copies: Float64Array;
  readonly clocks: Clocks;
  readonly #seed: number;
  readonly #hash = new Int32Array(ENTRIES);
  readonly #input = new Uint16Array(ENTRIES);
  /** a run of sightings: when it began and ended, and how many it has */
  readonly #from = new Float64Array(ENTRIES);
  readonly #to = new Float64Array(ENTRIES);
  readonly #told = new Uint32Array(ENTRIES);
  /** the last of them that waits */
  readonly #waits = new Float64Array(ENTRIES).fill(NONE);
  /** inputs of which a run was taken for this one on a guess, a bit each (of the number's last five) */
  readonly #guessed = new Uint32Array(ENTRIES);
  readonly #usedAt = new Float64Array(ENTRIES);
  #now = 0;
  /** of the row that was asked about last: its run, and the run of another input that waits */
  #own = 0;
  #waitingAt = NONE;

  constructor(seed: number, clocks: Clocks) {
    this.copies = new Float64Array(clocks.inputs);
    this.clocks = clocks;
    this.#seed = seed;
  }

  /** Whether the contact has been told by another input. Remembers it. */
  isCopyOfContact(batch: ContactBatch, row: number): boolean {
    return this.#isCopy(hashOfContact(this.#seed, batch, row), batch.time[row], batch.input[row]);
  }

  /** Whether the request, of a batch that has been digested, has been told by another input. Remembers it. */
  isCopyOfRequest(batch: RequestBatch, row: number): boolean {
    return this.#isCopy(hashOfRequest(this.#seed, batch, row), batch.time[row], batch.input[row]);
  }

  /** Number of the waiting row that tells the same as the copy that was asked about last; −1: none waits. */
  get waiting(): number {
    return this.#waitingAt === NONE ? NONE : this.#waits[this.#waitingAt];
  }

  /** The copy that was asked about last counts in place of the row of input `lesser` that waits. */
  replaces(lesser: number, input: number): void {
    this.#waits[this.#waitingAt] = NONE;
    this.copies[lesser] += 1;
    this.copies[input] -= 1;
  }

  /** The row that was asked about last waits under this number. */
  waits(number: number): void {
    this.#waits[this.#own] = number;
  }

  /** Skews of a second and more, for the summary. */
  skews(): Skew[] {
    return this.clocks.skews();
  }

  #isCopy(hash: number, time: number, input: number): boolean {
    this.clocks.hear(hash, input, time);
    const start = (hash & (ENTRIES / BUCKET - 1)) * BUCKET;
    this.#waitingAt = NONE;
    this.#now += 1;
    const own = this.#ownOf(start, hash, time, input);
    this.#own = own;
    const most = this.#mostOfOthers(start, own, time, input);
    this.#extend(own, time);
    if (this.#told[own] > most) return false;
    this.copies[input] += 1;
    return true;
  }

  /** The run of this input that a sighting belongs to: one that is near, or any once there are several, or a new one. */
  #ownOf(start: number, hash: number, time: number, input: number): number {
    let least = start;
    let nearest = NONE;
    let runs = 0;
    for (let at = start; at < start + BUCKET; at += 1) {
      if (this.#usedAt[at] < this.#usedAt[least]) least = at;
      if (this.#hash[at] !== hash || this.#input[at] !== input || this.#told[at] === 0) continue;
      runs += 1;
      if (nearest === NONE || this.#away(at, time) < this.#away(nearest, time)) nearest = at;
    }
    if (nearest !== NONE && (runs >= RUNS || this.#away(nearest, time) <= GAP)) return nearest;
    this.#begin(least, hash, time, input);
    return least;
  }

  /** How often another input has told what this sighting tells. */
  #mostOfOthers(start: number, own: number, time: number, input: number): number {
    const hash = this.#hash[own];
    const isBegun = this.#told[own] === 0;
    let most = 0;
    for (let at = start; at < start + BUCKET; at += 1) {
      if (this.#hash[at] !== hash || this.#input[at] === input || this.#told[at] === 0) continue;
      if (!this.#isAlike(at, time, input, isBegun)) continue;
      this.#usedAt[at] = this.#now;
      if (this.#told[at] > most) most = this.#told[at];
      if (this.#waits[at] !== NONE) this.#waitingAt = at;
    }
    return most;
  }

  #begin(at: number, hash: number, time: number, input: number): void {
    this.#hash[at] = hash;
    this.#input[at] = input;
    this.#from[at] = time;
    this.#to[at] = time;
    this.#told[at] = 0;
    this.#waits[at] = NONE;
    this.#guessed[at] = 0;
  }

  #extend(at: number, time: number): void {
    if (time < this.#from[at]) this.#from[at] = time;
    if (time > this.#to[at]) this.#to[at] = time;
    this.#told[at] += 1;
    this.#usedAt[at] = this.#now;
  }

  /** µs between a time and a run. */
  #away(at: number, time: number): number {
    if (time < this.#from[at]) return this.#from[at] - time;
    return time > this.#to[at] ? time - this.#to[at] : 0;
  }

  /** Whether a run of another input is what this one tells at this time, in a run that is new or not. */
  #isAlike(at: number, time: number, input: number, isBegun: boolean): boolean {
    const other = this.#input[at];
    const away = this.#away(at, time - this.clocks.ahead(other, input));
    if (away <= APART) return true;
    if (this.clocks.isDecided(other, input) || !mayBeSkew(away)) return false;
    // One that comes again and again is not guessed to be the same again and again.
    const bit = 1 << (input & 31);
    if (!isBegun) return (this.#guessed[at] & bit) !== 0;
    if ((this.#guessed[at] & bit) !== 0) return false;
    this.#guessed[at] |= bit;
    return true;
  }
}

/** Whether clocks are found as far apart (µs) as this. */
function mayBeSkew(away: number): boolean {
  if (away > FARTHEST) return false;
  const rest = away % QUARTER;
  return rest <= DRIFT || QUARTER - rest <= DRIFT;
}

/** Lets clocks hear the first records of a log. */
export async function hearFirst(clocks: Clocks, seed: number, reader: RecordReader): Promise<void> {
  const sheaf = allocateSheaf();
  if (!(await reader.fill(sheaf))) return;
  const { contacts, requests } = sheaf;
  digest(requests);
  for (let row = 0; row < contacts.count; row += 1)
    clocks.hear(hashOfContact(seed, contacts, row), contacts.input[row], contacts.time[row]);
  for (let row = 0; row < requests.count; row += 1)
    clocks.hear(hashOfRequest(seed, requests, row), requests.input[row], requests.time[row]);
}

/** Hash of who reached what. */
function hashOfContact(
  seed: number,
  { address, targetPort, protocol }: Pick<ContactBatch, 'address' | 'targetPort' | 'protocol'>,
  row: number,
): number {
  const at = row * 8;
  const target = hashWords(hashWords(seed, address, at), address, at + 4);
  return hash4Signed(target, targetPort[row], protocol[row], 1, 0);
}

/** Hash of who asked for what. */
function hashOfRequest(
  seed: number,
  { address, nameA, nameB, asked }: Pick<RequestBatch, 'address' | 'nameA' | 'nameB' | 'asked'>,
  row: number,
): number {
  return hash4Signed(hashWords(seed, address, row * 8), nameA[row], nameB[row], asked[row], 2);
}
