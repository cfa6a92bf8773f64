// Hot: `hear` runs for every DNS name that was asked for, and looks at few.
import { formatAddress } from '../../record/address.ts';
import { isAlphanumeric, isLetter } from '../../record/ascii.ts';
import { hashCaseless } from '../../record/name.ts';
import type { RequestBatch } from '../../record/request.ts';
import { RotatingBloom } from '../../table/bloom.ts';
import { hash4Signed } from '../../table/hash.ts';
import { KeyTable } from '../../table/keys.ts';
import { SECOND } from './access.ts';
import { endsOf, type Success } from './calls.ts';
import { Moments } from './notes.ts';

/**
 * Names of hosts that stood in an attack and that somebody of ours then asked for: the server did what it was sent
 * (`${jndi:ldap://name/}`, `;curl http://name/`), whether or not the call itself is seen. A name that had been asked for
 * before says nothing, nor does the name of the site; a name beneath it counts where it has three labels itself, for what
 * a command put in front of it (`$(whoami).name`).
 */
const HOSTS = 512;
/** Seconds after the attack in which it is asked for. */
const SOON = 600;
/** Bits: who reads logs looks such names up, too. */
const NAMED = 20;
/** Labels of a name beneath which others count. */
const LABELS = 3;
/**
 * Names that were new lately, each with those that it stands beneath, and seconds for which they are looked back at: servers
 * log a request when it is done.
 */
const RECENT = 1024;
const BACK = 60;
const SHORTEST = 6;
const LONGEST = 253;

const PERCENT = 0x25;
const DOT = 0x2e;
const HYPHEN = 0x2d;

export class Lookups {
  readonly #keys: KeyTable;
  readonly #by = new Uint32Array(8 * HOSTS);
  readonly #tried = new Moments(HOSTS);
  readonly #asked = new Moments(HOSTS);
  readonly #asker = new Uint32Array(4 * HOSTS);
  readonly #port = new Uint16Array(HOSTS);
  readonly #host: string[] = [];
  readonly #seen = new RotatingBloom(18, 2 ** 15);
  readonly #recent = new Moments(RECENT);
  readonly #recentName = new Int32Array(2 * RECENT);
  readonly #recentAsker = new Uint32Array(4 * RECENT);
  #next = 0;
  #hand = 0;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed | 0;
    this.#keys = new KeyTable(HOSTS, seed ^ 0x6c6b);
  }

  /** Takes bytes[from … from + length) of a request that attacks: notes the hosts in it. */
  attack(batch: RequestBatch, at: number, from: number, length: number): void {
    const { text } = batch;
    const to = from + length;
    let start = from;
    for (let place = from; place <= to; place += 1) {
      if (place < to && isOfHost(text[place])) continue;
      this.#note(batch, at, start, place);
      // "%2F" is a slash, and no letters.
      if (place < to && text[place] === PERCENT) place += 2;
      start = place + 1;
    }
  }

  #note(batch: RequestBatch, at: number, from: number, to: number): void {
    const { text, port, siteHash } = batch;
    let start = from;
    while (start < to && text[start] === DOT) start += 1;
    if (!isHost(text, start, to)) return;
    const hash = hashCaseless(text, start, to - start);
    if (hash === siteHash[at]) return;
    const recent = this.#recall(hash, to - start, batch.time[at] - BACK * SECOND);
    if (recent < 0 && this.#seen.test(hash, this.#second(hash, to - start))) return;
    if (this.#keys.find(hash, to - start, 0, 0) >= 0) return;
    if (this.#keys.size === this.#keys.capacity) this.#makeRoom();
    const row = this.#keys.insert(hash, to - start, 0, 0);
    this.#asked.clear(row);
    for (let n = 0; n < 8; n += 1) this.#by[row * 8 + n] = batch.address[at * 8 + n];
    this.#tried.set(row, batch, at);
    this.#port[row] = port[at];
    this.#host[row] = String.fromCharCode(...text.subarray(start, to));
    if (recent < 0 || this.#isBy(row, this.#recentAsker, recent * 4)) return;
    this.#asked.copy(row, this.#recent, recent);
    for (let n = 0; n < 4; n += 1) this.#asker[row * 4 + n] = this.#recentAsker[recent * 4 + n];
  }

  /** A name that nobody asked for goes, in its turn. */
  #makeRoom(): void {
    for (let looked = 0; looked < HOSTS && this.#asked.time(this.#hand) > 0; looked += 1) this.#turn();
    this.#keys.remove(this.#hand);
    this.#turn();
  }

  #turn(): void {
    this.#hand = this.#hand + 1 === HOSTS ? 0 : this.#hand + 1;
  }

  /** A name that was new since a time, or one beneath it; −1: none. */
  #recall(hash: number, length: number, since: number): number {
    for (let row = 0; row < RECENT; row += 1)
      if (
        this.#recentName[2 * row] === hash &&
        this.#recentName[2 * row + 1] === length &&
        this.#recent.time(row) >= since
      )
        return row;
    return -1;
  }

  #remember(batch: RequestBatch, at: number, hash: number, length: number): void {
    const row = this.#next;
    this.#next = row + 1 === RECENT ? 0 : row + 1;
    this.#recent.set(row, batch, at);
    this.#recentName[2 * row] = hash;
    this.#recentName[2 * row + 1] = length;
    for (let n = 0; n < 4; n += 1) this.#recentAsker[row * 4 + n] = batch.address[at * 8 + n];
  }

  /** Takes a request for a DNS name. */
  hear(batch: RequestBatch, at: number): void {
    const { text, name, nameLength } = batch;
    const from = name[at];
    let to = from + nameLength[at];
    if (to > from && text[to - 1] === DOT) to -= 1;
    if (to - from > LONGEST) return;
    const whole = hashCaseless(text, from, to - from);
    if (this.#seen.testAndSet(whole, this.#second(whole, to - from))) return;
    for (let start = from; start < to; start += 1) {
      if (start > from && text[start - 1] !== DOT) continue;
      if (start > from && labelsOf(text, start, to) < LABELS) return;
      const hash = start === from ? whole : hashCaseless(text, start, to - start);
      this.#remember(batch, at, hash, to - start);
      const row = this.#keys.find(hash, to - start, 0, 0);
      if (row < 0 || this.#asked.time(row) > 0 || this.#isBy(row, batch.address, at * 8)) continue;
      if (batch.time[at] - this.#tried.time(row) > SOON * SECOND) continue;
      this.#asked.set(row, batch, at);
      for (let n = 0; n < 4; n += 1) this.#asker[row * 4 + n] = batch.address[at * 8 + n];
    }
  }

  /** Whether the attacker asks himself. */
  #isBy(row: number, words: Uint32Array, at: number): boolean {
    for (let n = 0; n < 4; n += 1) if (this.#by[row * 8 + n] !== words[at + n]) return false;
    return true;
  }

  #second(hash: number, length: number): number {
    return hash4Signed(this.#seed, hash, length, 0, 0);
  }

  /** What worked. */
  successes(): Success[] {
    const rows = Array.from({ length: this.#keys.extent }, (_, row) => row);
    return rows
      .filter((row) => this.#asked.time(row) > 0)
      .map((row) => ({
        ...endsOf(this.#by, row),
        port: this.#port[row],
        path: '',
        tried: this.#tried.of(row),
        times: 1,
        worked: this.#asked.of(row),
        called: this.#host[row],
        weight: {
          bits: NAMED,
          why: `${formatAddress(this.#asker, row * 4)} looked up ${this.#host[row]}, which the request had named and nobody had asked for before: stated bound ${NAMED} bits`,
        },
      }));
  }
}

const isOfHost = (byte: number): boolean => isAlphanumeric(byte) || byte === HYPHEN || byte === DOT;

/** Whether it may be the name of a host: labels of which the last has letters only (RFC 3696 section 2) or is encoded (RFC 5891). */
function isHost(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < SHORTEST || to - from > LONGEST) return false;
  let at = to - 1;
  let isWord = true;
  while (at > from && bytes[at] !== DOT) {
    isWord &&= isLetter(bytes[at]);
    at -= 1;
  }
  return at > from && to - at > 2 && (isWord || isEncoded(bytes, at + 1));
}

/** Whether a label begins with "xn--". */
const isEncoded = (bytes: Uint8Array, at: number): boolean =>
  (bytes[at] | 32) === 120 && (bytes[at + 1] | 32) === 110 && bytes[at + 2] === HYPHEN && bytes[at + 3] === HYPHEN;

function labelsOf(bytes: Uint8Array, from: number, to: number): number {
  let labels = 1;
  for (let at = from; at < to; at += 1) if (bytes[at] === DOT) labels += 1;
  return labels;
}
