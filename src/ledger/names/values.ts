// Hot: `follows` runs for requests for a page under a name that the source has asked for before.
import { isDigit } from '../../record/ascii.ts';
import { hashBytes } from '../../record/fnv.ts';
import { latinBytes } from '../../record/latin.ts';
import { BYTES_UNKNOWN, type RequestBatch } from '../../record/request.ts';
import { isToken } from './told.ts';
import { signatureOf } from './sites.ts';

/**
 * Words that are tried as the value of one parameter, each with the very same answer: `?file=console`, `?file=portal` ….
 * Pages of a site call its other pages with a referer; counters, checks of availability and the like are called by
 * programs that say so, or with numbers and identifiers, or with few words; who types is shown a longer word each time; who
 * polls takes its time. So only words count that none of this explains, once so many in a row have got one answer.
 */
const ALIKE = 8;
const PACE = 2e6;
/** Bytes of a word, its letters, and its digits. */
const LONGEST = 24;
const LETTERS = 3;
const DIGITS = 2;

const QUESTION = 63;
const EQUALS = 61;
const AMPERSAND = 38;

/** How browsers begin to tell what they are; programs of one's own say so. */
const BROWSER = latinBytes('Mozilla/');

export class Values {
  /** by account: hash of the target up to its last value, of that value, of it without its last byte; the answer, when, how many were alike */
  readonly #name: Int32Array;
  readonly #value: Int32Array;
  readonly #stem: Int32Array;
  readonly #length: Uint8Array;
  readonly #answer: Int32Array;
  readonly #time: Float64Array;
  readonly #alike: Uint8Array;

  constructor(accounts: number) {
    this.#name = new Int32Array(accounts);
    this.#value = new Int32Array(accounts);
    this.#stem = new Int32Array(accounts);
    this.#length = new Uint8Array(accounts);
    this.#answer = new Int32Array(accounts);
    this.#time = new Float64Array(accounts);
    this.#alike = new Uint8Array(accounts);
  }

  forget(account: number): void {
    this.#name[account] = 0;
    this.#alike[account] = 0;
  }

  /** Of the row that was looked at last: hash of the page and the parameter, and of the value. */
  place = 0;
  guess = 0;

  /** Whether the value is one more word in a row of guesses, all of which got this answer. */
  follows(batch: RequestBatch, row: number, account: number): boolean {
    const { text, name, nameLength, status, bytes, time } = batch;
    const to = name[row] + nameLength[row];
    const from = lastValue(text, name[row], to);
    if (from < 0) return false;
    const place = hashBytes(text, name[row], from);
    const value = hashBytes(text, from, to);
    const answer = signatureOf(status[row], bytes[row]);
    const isKnown = bytes[row] !== 0 && bytes[row] !== BYTES_UNKNOWN;
    const isSame = isKnown && this.#name[account] === place && this.#answer[account] === answer;
    const isQuick = time[row] - this.#time[account] <= PACE;
    const goesOn = isSame && isQuick && isUnbidden(batch, row) && isGuess(text, from, to);
    const isTyped = goesOn && this.#isTyped(text, from, to, value, account);
    if (!goesOn) this.#alike[account] = 0;
    else if (!isTyped && this.#alike[account] < ALIKE) this.#alike[account] += 1;
    this.#name[account] = place;
    this.#answer[account] = answer;
    this.#time[account] = time[row];
    this.#value[account] = value;
    this.#stem[account] = hashBytes(text, from, to - 1);
    this.#length[account] = Math.min(to - from, 255);
    this.place = place;
    this.guess = value;
    return goesOn && !isTyped && this.#alike[account] >= ALIKE;
  }

  /** Whether it is the word before with something more at its end, or one letter less, or the same. */
  #isTyped(text: Uint8Array, from: number, to: number, value: number, account: number): boolean {
    const before = from + this.#length[account];
    return (before <= to && hashBytes(text, from, before) === this.#value[account]) || value === this.#stem[account];
  }
}

/** Where the value of the last parameter begins; −1: there is none, or it is empty. */
function lastValue(text: Uint8Array, from: number, to: number): number {
  let value = -1;
  let inQuery = false;
  for (let at = from; at < to; at += 1) {
    if (text[at] === QUESTION) inQuery = true;
    else if (text[at] === AMPERSAND) value = -1;
    else if (inQuery && value < 0 && text[at] === EQUALS) value = at + 1;
  }
  return value < to ? value : -1;
}

/** Asked for by a browser, as it says, and no page of ours led there. */
function isUnbidden({ text, agent, agentLength, refererLength }: RequestBatch, row: number): boolean {
  if (refererLength[row] > 1 || agentLength[row] < BROWSER.length) return false;
  for (let at = 0; at < BROWSER.length; at += 1) if (text[agent[row] + at] !== BROWSER[at]) return false;
  return true;
}

/** A word as lists have them: small letters, a few digits, and what stands between them. */
function isGuess(text: Uint8Array, from: number, to: number): boolean {
  if (to - from > LONGEST || isToken(text, from, to - from)) return false;
  let letters = 0;
  let digits = 0;
  for (let at = from; at < to; at += 1) {
    const byte = text[at];
    if (byte >= 97 && byte <= 122) letters += 1;
    else if (isDigit(byte)) digits += 1;
    // - . / _
    else if ((byte < 45 || byte > 47) && byte !== 95) return false;
  }
  return letters >= LETTERS && digits <= DIGITS;
}
