// Hot: `hear` runs for every login that a log tells.
import { formatAddress } from '../record/address.ts';
import { hashCaseless } from '../record/name.ts';
import { Reply, type RequestBatch, RequestTrait } from '../record/request.ts';
import { TextTable } from '../record/text.ts';
import { type Entry, type Guess, type Host, SECOND, type Weight } from './access.ts';
import { Moments, neighbourhood, Notes } from './notes.ts';

/**
 * Logins, as logs tell them: who failed how often and with how many names, and who was let in with which account.
 *
 * Guessing is told from forgetting by bits: a person mistypes in one of four tries and knows one name, so that each
 * failure is worth 2 bits, and each further name 3. A program with an old password in it fails for weeks with one name
 * and is let in when somebody changes it: failures with one name count only when they come fast. Whoever had been let in
 * before the first failure is no guesser.
 */
const TRIES = 1 << 13;
const LOGINS = 1 << 14;
const TEXTS = 1 << 13;

const FAILURE = 2;
const NAME = 3;
const MOST = 40;
/** Failures with one name are a person's, or a program's with an old password, unless they come faster than this (s). */
const FAST = 5;

export class Logins {
  /** by (source, server, port): what it tried */
  readonly #tries: Notes;
  readonly #failures: Uint32Array;
  readonly #firstFailure: Moments;
  readonly #lastFailure: Moments;
  /** a bit for each name tried, by its hash: 32 in one word, 32 in the other */
  readonly #names: Uint32Array;
  /** 1: had been let in before the first failure */
  readonly #known: Uint8Array;
  /** by (source, server, port, account): when it was let in */
  readonly #logins: Notes;
  readonly #user: Int32Array;
  readonly #site: Int32Array;
  readonly #port: Uint16Array;
  /** failures of the same source there before its first login with this account */
  readonly #failuresBefore: Uint32Array;
  readonly #texts: TextTable;
  readonly #trySite: Int32Array;
  readonly #tryPort: Uint16Array;
  #begin = Number.POSITIVE_INFINITY;
  #end = 0;

  constructor(seed: number) {
    this.#tries = new Notes(TRIES, seed);
    this.#failures = new Uint32Array(TRIES);
    this.#firstFailure = new Moments(TRIES);
    this.#lastFailure = new Moments(TRIES);
    this.#names = new Uint32Array(2 * TRIES);
    this.#known = new Uint8Array(TRIES);
    this.#trySite = new Int32Array(TRIES);
    this.#tryPort = new Uint16Array(TRIES);
    this.#logins = new Notes(LOGINS, seed ^ 1);
    this.#user = new Int32Array(LOGINS);
    this.#site = new Int32Array(LOGINS);
    this.#port = new Uint16Array(LOGINS);
    this.#failuresBefore = new Uint32Array(LOGINS);
    this.#texts = new TextTable(TEXTS, 1 << 18, seed);
  }

  /** Takes a request that named a user. */
  hear(batch: RequestBatch, at: number): void {
    const { reply, traits, time } = batch;
    if ((traits[at] & RequestTrait.copy) !== 0) return;
    if (time[at] < this.#begin) this.#begin = time[at];
    if (time[at] > this.#end) this.#end = time[at];
    const isIn = reply[at] === Reply.accepted;
    const isOut =
      reply[at] === Reply.missed || reply[at] === Reply.denied || (traits[at] & RequestTrait.secretGuessed) !== 0;
    if (!isIn && !isOut) return;
    const place = placeHash(batch, at);
    const row = this.#tries.touch(batch, at, place, batch.port[at], 0);
    if (this.#tries.times[row] === 1) this.#clear(row, batch, at);
    if (isIn) this.#accepted(batch, at, place, row);
    else this.#failed(batch, at, row);
  }

  #clear(row: number, batch: RequestBatch, at: number): void {
    this.#failures[row] = 0;
    this.#names[2 * row] = 0;
    this.#names[2 * row + 1] = 0;
    this.#known[row] = 0;
    this.#trySite[row] = this.#texts.intern(batch.text, batch.site[at], batch.siteLength[at]);
    this.#tryPort[row] = batch.port[at];
  }

  #failed(batch: RequestBatch, at: number, row: number): void {
    if (this.#failures[row] === 0) this.#firstFailure.set(row, batch, at);
    this.#failures[row] += 1;
    this.#lastFailure.set(row, batch, at);
    const bit = hashCaseless(batch.text, batch.name[at], batch.nameLength[at]) & 63;
    this.#names[2 * row + (bit >>> 5)] |= 1 << (bit & 31);
  }

  #accepted(batch: RequestBatch, at: number, place: number, row: number): void {
    if (this.#failures[row] === 0) this.#known[row] = 1;
    const account = hashCaseless(batch.text, batch.name[at], batch.nameLength[at]);
    const login = this.#logins.touch(batch, at, place, batch.port[at], account);
    if (this.#logins.times[login] !== 1) return;
    this.#user[login] = this.#texts.intern(batch.text, batch.name[at], batch.nameLength[at]);
    this.#site[login] = this.#texts.intern(batch.text, batch.site[at], batch.siteLength[at]);
    this.#port[login] = batch.port[at];
    this.#failuresBefore[login] = this.#known[row] === 1 ? 0 : this.#failures[row];
  }

  #namesOf(row: number): number {
    return ones(this.#names[2 * row]) + ones(this.#names[2 * row + 1]);
  }

  /** What the failures of a source say: guessing, or forgetting. */
  #weigh(row: number, failures: number, names: number): Weight {
    const seconds = (this.#lastFailure.time(row) - this.#firstFailure.time(row)) / SECOND;
    const pace = failures > 1 ? seconds / (failures - 1) : Number.POSITIVE_INFINITY;
    if (failures === 0 || (names < 2 && pace > FAST)) return { bits: 0, why: 'one name, and no haste' };
    const bits = Math.min(MOST, FAILURE * failures + NAME * (names - 1));
    return { bits, why: `${failures} failures × ${FAILURE} + ${names - 1} further names × ${NAME}, at most ${MOST}` };
  }

  /** Everybody who failed without having been let in before. */
  guesses(): Guess[] {
    return this.#tries
      .rows()
      .filter((row) => this.#failures[row] > 0 && this.#known[row] === 0)
      .map((row) => {
        const { address } = this.#tries;
        const names = this.#namesOf(row);
        return {
          source: formatAddress(address, row * 8),
          near: neighbourhood(address, row * 8),
          place: this.#place(this.#tries, row, this.#trySite[row], this.#tryPort[row]),
          first: this.#firstFailure.of(row),
          last: this.#lastFailure.of(row),
          times: this.#failures[row],
          weight: this.#weigh(row, this.#failures[row], names),
          isTold: true,
        };
      });
  }

  /** Everybody who was let in, with each account. */
  entries(): Entry[] {
    const logins = this.#logins;
    return logins.rows().map((row) => ({
      source: formatAddress(logins.address, row * 8),
      near: neighbourhood(logins.address, row * 8),
      place: this.#place(logins, row, this.#site[row], this.#port[row]),
      user: this.#texts.get(this.#user[row]),
      at: logins.first.of(row),
      times: logins.times[row],
      failures: this.#failuresBefore[row],
      isTold: true,
    }));
  }

  /** Seconds of data. */
  get span(): number {
    return Math.max(0, this.#end - this.#begin) / SECOND;
  }

  #place(notes: Notes, row: number, site: number, port: number): Host {
    const at = row * 8 + 4;
    const { address } = notes;
    const isTold = address[at + 2] !== 0 || address[at] !== 0;
    return { host: isTold ? formatAddress(address, at) : this.#texts.get(site), isName: !isTold, port };
  }
}

/** The server by its address, or else by its name, or else by the input. */
function placeHash({ address, site, siteLength, text, input }: RequestBatch, at: number): number {
  const s = at * 8;
  if (address[s + 6] !== 0 || address[s + 4] !== 0)
    return (address[s + 4] ^ Math.imul(address[s + 5], 31) ^ Math.imul(address[s + 6], 37) ^ address[s + 7]) | 0;
  if (siteLength[at] > 0) return hashCaseless(text, site[at], siteLength[at]);
  return Math.imul(input[at] + 1, 0x9e3779b1);
}

function ones(word: number): number {
  let count = 0;
  for (let left = word; left !== 0; left &= left - 1) count += 1;
  return count;
}
