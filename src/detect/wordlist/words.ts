import { blend, FNV_START } from '../../record/fnv.ts';
import { escaped } from '../../record/percent.ts';
import { mix, mixSigned } from '../../table/hash.ts';

/**
 * Words of wordlists, and the words that a guess may have been made of.
 *
 * A word's hash has 32 bits: the upper 28 are of the word in lower case, the lower 4 say which letters were capitals
 * (0: none). So one number compares both ways: names of hosts and of users come to us without their capitals. By
 * chance a hash equals one of n others with n ÷ 2^28 (capitals ignored): 1 in 1,800 for the 150,000 words of all
 * shipped lists, 1 in 27,000 for one list of 10,000, and a guess has up to twelve. Nothing rests on a single hit.
 */

/** Most candidates of one guess. */
export const CANDIDATES = 12;
/** Most guesses that are kept of one source. */
export const GUESSES = 4096;

export const FOLD_MASK = ~15 >>> 0;
export const CAPITALS_MASK = 15;

const SLASH = 0x2f;
const DOT = 0x2e;
const AT = 0x40;
const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const QUESTION = 0x3f;
const TILDE = 0x7e;

const isCapital = (byte: number): boolean => byte >= 0x41 && byte <= 0x5a;

/**
 * Hash of a word: percent-escapes read once, on both sides (a list's `a b` is asked for as `a%20b`), slashes at the
 * ends left out. @returns u32, 0 for a word of no byte and for nothing else
 */
export function hashOfWord(bytes: Uint8Array, from: number, to: number): number {
  let [start, end] = [from, to];
  while (start < end && bytes[start] === SLASH) start += 1;
  while (start < end && bytes[end - 1] === SLASH) end -= 1;
  if (start === end) return 0;
  let [hash, capitals] = [FNV_START, 0];
  for (let at = start; at < end; at += 1) {
    const code = escaped(bytes, at, end);
    if (code >= 0) at += 2;
    const byte = code >= 0 ? code : bytes[at];
    const capital = isCapital(byte);
    if (capital) capitals = mixSigned(capitals, hash);
    hash = blend(hash, capital ? byte | 0x20 : byte);
  }
  const low = capitals === 0 ? 0 : 1 + ((capitals >>> 0) % 15);
  const folded = mix(0, hash) & FOLD_MASK;
  return ((folded === 0 ? CAPITALS_MASK + 1 : folded) | low) >>> 0;
}

/** Place of a byte in [from, to), `to` where it is not. */
function find(bytes: Uint8Array, byte: number, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== byte) at += 1;
  return at;
}

/** Last place of a byte in [from, to), `from` − 1 where it is not. */
function findLast(bytes: Uint8Array, byte: number, from: number, to: number): number {
  let at = to - 1;
  while (at >= from && bytes[at] !== byte) at -= 1;
  return at;
}

/** Adds the hash of a piece to the candidates unless it stands there. @returns how many they are now */
function put(bytes: Uint8Array, from: number, to: number, out: Uint32Array, count: number): number {
  if (from >= to || count === out.length) return count;
  const hash = hashOfWord(bytes, from, to);
  if (hash === 0) return count;
  for (let at = 0; at < count; at += 1) if (out[at] === hash) return count;
  out[count] = hash;
  return count + 1;
}

/** A path's end as it stands, without `~`, without its last extension, and up to its first dot. */
function putForms(bytes: Uint8Array, from: number, to: number, out: Uint32Array, count: number): number {
  const segment = findLast(bytes, SLASH, from, to) + 1;
  const first = find(bytes, DOT, segment + 1, to);
  const last = findLast(bytes, DOT, segment + 1, to);
  let n = put(bytes, from, to, out, count);
  if (bytes[to - 1] === TILDE) n = put(bytes, from, to - 1, out, n);
  if (last > segment) n = put(bytes, from, last, out, n);
  return first < last ? put(bytes, from, first, out, n) : n;
}

/** Value and name of the last parameter of a query that begins at `from`. */
function putParameter(bytes: Uint8Array, from: number, to: number, out: Uint32Array, count: number): number {
  const name = Math.max(from, findLast(bytes, AMPERSAND, from, to) + 1);
  const equals = find(bytes, EQUALS, name, to);
  return put(bytes, name, equals, out, put(bytes, equals + 1, to, out, count));
}

/**
 * The words that a request path, with or without its query, may have been made of: all of it first, then the value and
 * the name of the last parameter, the path, the path below its first folder, its last and its first segment; each with
 * and without extension. @param out at least CANDIDATES long @returns how many hashes were written, no two equal
 */
export function candidates(bytes: Uint8Array, from: number, to: number, out: Uint32Array): number {
  const query = find(bytes, QUESTION, from, to);
  let n = put(bytes, from, to, out, 0);
  if (query < to) n = putParameter(bytes, query + 1, to, out, n);
  let [start, end] = [from, query];
  while (start < end && bytes[start] === SLASH) start += 1;
  while (start < end && bytes[end - 1] === SLASH) end -= 1;
  const firstSlash = find(bytes, SLASH, start, end);
  const lastSlash = findLast(bytes, SLASH, start, end);
  n = putForms(bytes, start, end, out, n);
  if (firstSlash === end) return n;
  n = putForms(bytes, lastSlash + 1, end, out, n);
  n = putForms(bytes, firstSlash + 1, end, out, n);
  return put(bytes, start, firstSlash, out, n);
}

/**
 * The words that a name of a host or a user may have been made of: all of it, then what stands before its first,
 * second, third and fourth dot or at-sign (`ns1.mail` in `ns1.mail.example.org`). @returns as `candidates`
 */
export function nameCandidates(bytes: Uint8Array, from: number, to: number, out: Uint32Array): number {
  let n = put(bytes, from, to, out, 0);
  for (let [at, cuts] = [from, 0]; at < to && cuts < 4; at += 1) {
    if (bytes[at] !== DOT && bytes[at] !== AT) continue;
    n = put(bytes, from, at, out, n);
    cuts += 1;
  }
  return n;
}

/**
 * The guesses of one source at one site in order of time, as candidates. Of more than GUESSES the first half is kept,
 * which tells the list, and the last ones, which tell how far it has come.
 */
export class Guesses {
  /** Candidates of guess after guess, each guess closed by a 0. */
  words = new Uint32Array(256);
  /** Words in use. */
  length = 0;
  count = 0;
  /** A name has no capitals of its own: whether it was one that a list writes with some is not known. */
  names = false;

  readonly #scratch = new Uint32Array(CANDIDATES);

  /** Takes a request path, with its query. A guess without a word (`/`) is none. */
  addPath(bytes: Uint8Array, from: number, to: number): void {
    this.#add(candidates(bytes, from, to, this.#scratch));
  }

  /** Takes the name of a host or a user. */
  addName(bytes: Uint8Array, from: number, to: number): void {
    this.names = true;
    this.#add(nameCandidates(bytes, from, to, this.#scratch));
  }

  #add(n: number): void {
    if (n === 0) return;
    if (this.count === GUESSES) this.#forget();
    if (this.length + n + 1 > this.words.length) {
      const wider = new Uint32Array(this.words.length * 2);
      wider.set(this.words);
      this.words = wider;
    }
    for (let at = 0; at < n; at += 1) this.words[this.length + at] = this.#scratch[at];
    this.words[this.length + n] = 0;
    this.length += n + 1;
    this.count += 1;
  }

  /** Makes room: takes out the guesses of the third quarter, the oldest after the first half. */
  #forget(): void {
    const from = this.#startOf(GUESSES / 2);
    const to = this.#startOf((GUESSES / 4) * 3);
    this.words.copyWithin(from, to, this.length);
    this.length -= to - from;
    this.count -= GUESSES / 4;
  }

  #startOf(nth: number): number {
    let at = 0;
    for (let closed = 0; closed < nth; at += 1) if (this.words[at] === 0) closed += 1;
    return at;
  }
}
