// Hot: `hear` runs for every request that was answered.
import { formatAddress, neighbourhood } from '../../record/address.ts';
import { Asked, BYTES_UNKNOWN, Reply, type RequestBatch, RequestTrait } from '../../record/request.ts';
import { RotatingBloom } from '../../table/bloom.ts';
import { hash4Signed } from '../../table/hash.ts';
import { KeyTable } from '../../table/keys.ts';
import type { Cited } from './access.ts';
import { Moments } from './notes.ts';

/**
 * Who was given what first, and who came for the same after: of each name that a site served, the first source and the
 * few others that got it. What a scanner was told first, and hardly anybody asks for afterwards, is what it found.
 *
 * Of a name that a second filter has seen before nothing is noted anew: it may have been everybody's before it was
 * forgotten here.
 */
const NAMES = 1 << 14;
/** Others of each name; one more, and the name is popular. */
const OTHERS = 3;
const AGENTS = 1 << 12;
/** Bytes of a name that are kept. */
const LONGEST = 120;
/** After this long (µs) the same source comes back for it. */
const RETURN = 60e6;

/** Somebody came for what another had been told. */
export interface Taking {
  readonly name: string;
  readonly site: string;
  readonly server: string;
  readonly port: number;
  /** who was told first */
  readonly finder: string;
  readonly found: Cited;
  readonly taker: string;
  readonly near: string;
  readonly taken: Cited;
  readonly status: number;
  /** −1: not told */
  readonly bytes: number;
  /** it was the first thing that the taker ever asked for, or by its own account had no page that led there */
  readonly isDirect: boolean;
  readonly sameAgent: boolean;
  /** sources that call themselves so, and all sources */
  readonly agentSources: number;
  readonly sources: number;
  /** how many others came for it */
  readonly takers: number;
}

export class Takings {
  readonly #names: KeyTable;
  readonly #seen = new RotatingBloom(21, 2 ** 17);
  readonly #address: Uint32Array;
  readonly #found: Moments;
  readonly #agent: Int32Array;
  readonly #others: Uint8Array;
  /** name and site, LONGEST bytes each, and how many of them are used */
  readonly #text = new Uint8Array(2 * LONGEST * NAMES);
  readonly #length = new Uint8Array(2 * NAMES);
  readonly #port: Uint16Array;
  /** OTHERS a name */
  readonly #taker: Uint32Array;
  readonly #taken: Moments;
  readonly #status: Uint16Array;
  readonly #bytes: Uint32Array;
  readonly #direct: Uint8Array;
  readonly #takerAgent: Int32Array;
  readonly #agents: KeyTable;
  readonly #agentSources = new Uint32Array(AGENTS);
  readonly #seed: number;
  #sources = 0;
  #hand = 0;

  constructor(seed: number) {
    this.#seed = seed | 0;
    this.#names = new KeyTable(NAMES, seed);
    this.#address = new Uint32Array(8 * NAMES);
    this.#found = new Moments(NAMES);
    this.#agent = new Int32Array(NAMES);
    this.#others = new Uint8Array(NAMES);
    this.#port = new Uint16Array(NAMES);
    this.#taker = new Uint32Array(4 * OTHERS * NAMES);
    this.#taken = new Moments(OTHERS * NAMES);
    this.#status = new Uint16Array(OTHERS * NAMES);
    this.#bytes = new Uint32Array(OTHERS * NAMES);
    this.#direct = new Uint8Array(OTHERS * NAMES);
    this.#takerAgent = new Int32Array(OTHERS * NAMES);
    this.#agents = new KeyTable(AGENTS, seed ^ 5);
  }

  /** @param nth how-manieth request of its source this is, from 1 */
  hear(batch: RequestBatch, at: number, nth: number): void {
    const { asked, reply, traits, text, name, nameLength } = batch;
    if (asked[at] !== Asked.path || (traits[at] & RequestTrait.copy) !== 0) return;
    if (nth === 1) this.#newSource(callsOf(batch, at));
    if (reply[at] !== Reply.answered || nameLength[at] <= 1) return;
    const a = wordOf(batch.nameHash[at] ^ nameLength[at]);
    const b = hash4Signed(this.#seed, a, nameLength[at], text[name[at] + nameLength[at] - 1], 0);
    const row = this.#names.find(a, b, 0, 0);
    if (row < 0 && !this.#seen.testAndSet(a, b)) this.#begin(batch, at, a, b, callsOf(batch, at));
    // Most of what is asked for is popular.
    if (row >= 0 && this.#others[row] <= OTHERS) this.#again(batch, at, row, callsOf(batch, at), nth);
  }

  #newSource(calls: number): void {
    this.#sources += 1;
    const row = this.#agents.insert(calls, 0, 0, 0);
    if (row >= 0) this.#agentSources[row] += 1;
  }

  #begin(batch: RequestBatch, at: number, a: number, b: number, calls: number): void {
    const names = this.#names;
    if (names.size === names.capacity) {
      names.remove(this.#hand);
      this.#hand = (this.#hand + 1) % names.capacity;
    }
    const row = names.insert(a, b, 0, 0);
    const { address, text, name, nameLength, site, siteLength } = batch;
    for (let n = 0; n < 8; n += 1) this.#address[row * 8 + n] = address[at * 8 + n];
    this.#found.set(row, batch, at);
    this.#agent[row] = calls;
    this.#others[row] = 0;
    this.#port[row] = batch.port[at];
    this.#keep(2 * row, text, name[at], nameLength[at]);
    this.#keep(2 * row + 1, text, site[at], siteLength[at]);
  }

  #keep(place: number, bytes: Uint8Array, from: number, length: number): void {
    const kept = Math.min(length, LONGEST);
    for (let n = 0; n < kept; n += 1) this.#text[place * LONGEST + n] = bytes[from + n];
    this.#length[place] = kept;
  }

  #textAt(place: number): string {
    return String.fromCharCode(...this.#text.subarray(place * LONGEST, place * LONGEST + this.#length[place]));
  }

  #again(batch: RequestBatch, at: number, row: number, calls: number, nth: number): void {
    const { address, time, status, bytes, refererLength } = batch;
    const others = this.#others[row];
    const isFinder = sameSource(address, at * 8, this.#address, row * 8);
    if (isFinder && time[at] - this.#found.time(row) < RETURN && calls === this.#agent[row]) return;
    for (let place = row * OTHERS; place < row * OTHERS + others && place < (row + 1) * OTHERS; place += 1)
      if (sameSource(address, at * 8, this.#taker, place * 4)) return;
    this.#others[row] = others + 1;
    if (others === OTHERS) return;
    const place = row * OTHERS + others;
    for (let n = 0; n < 4; n += 1) this.#taker[place * 4 + n] = address[at * 8 + n];
    this.#taken.set(place, batch, at);
    this.#status[place] = status[at];
    this.#bytes[place] = bytes[at];
    this.#direct[place] = nth <= 1 && refererLength[at] === 0 ? 1 : 0;
    this.#takerAgent[place] = calls;
  }

  /** What few came for after another had been told of it, first told first. */
  taken(): Taking[] {
    const found: Taking[] = [];
    for (let row = 0; row < this.#names.extent; row += 1) {
      if (!this.#names.has(row) || this.#others[row] === 0 || this.#others[row] > OTHERS) continue;
      for (let other = 0; other < this.#others[row]; other += 1) found.push(this.#taking(row, row * OTHERS + other));
    }
    return found.sort((a, b) => a.taken.time - b.taken.time || a.taken.record - b.taken.record);
  }

  #taking(row: number, place: number): Taking {
    const at = row * 8 + 4;
    const isTold = this.#address[at + 2] !== 0 || this.#address[at] !== 0;
    const bytes = this.#bytes[place];
    const calls = this.#agents.find(this.#takerAgent[place], 0, 0, 0);
    return {
      name: this.#textAt(2 * row),
      site: this.#textAt(2 * row + 1),
      server: isTold ? formatAddress(this.#address, at) : '',
      port: this.#port[row],
      finder: formatAddress(this.#address, row * 8),
      found: this.#found.of(row),
      taker: formatAddress(this.#taker, place * 4),
      near: neighbourhood(this.#taker, place * 4),
      taken: this.#taken.of(place),
      status: this.#status[place],
      bytes: bytes === BYTES_UNKNOWN ? -1 : bytes,
      isDirect: this.#direct[place] === 1,
      sameAgent: this.#takerAgent[place] === this.#agent[row],
      agentSources: calls < 0 ? this.#sources : this.#agentSources[calls],
      sources: this.#sources,
      takers: this.#others[row],
    };
  }
}

function sameSource(one: Uint32Array, a: number, other: Uint32Array, b: number): boolean {
  return (
    one[a + 3] === other[b + 3] && one[a + 2] === other[b + 2] && one[a + 1] === other[b + 1] && one[a] === other[b]
  );
}

/** How the client calls itself, as one number. */
const callsOf = ({ agentHash, agentLength }: RequestBatch, at: number): number =>
  wordOf(agentHash[at] ^ agentLength[at]);

const wordOf = (hash: number): number => hash ^ (hash >>> 15);
