// Hot: every byte of a JSON record goes through here once.
import { isHex } from '../record/ascii.ts';
import { Weird } from '../record/weird.ts';
import type { Json, JsonObject } from './json-value.ts';

/*
 * Of a JSON record (RFC 8259) hardly a tenth is ever read. The rest is looked at only so far as to know that it is JSON,
 * and no value is made of it:
 *
 *   value   = object | array | string | number | "true" | "false" | "null"
 *   object  = "{" [string ":" value *("," string ":" value)] "}"        array = "[" [value *("," value)] "]"
 *   string  = DQUOTE *(any byte from 0x20 on but DQUOTE and "\" | "\" escape) DQUOTE
 *   escape  = DQUOTE | "\" | "/" | "b" | "f" | "n" | "r" | "t" | "u" 4HEXDIG
 *   number  = ["-"] ("0" | 1*DIGIT not beginning with 0) ["." 1*DIGIT] [("e" | "E") ["+" | "-"] 1*DIGIT]
 *
 * Every byte is looked at once, and nesting is bounded.
 */

type Path = readonly string[];

interface Entry {
  readonly name: string;
  readonly letters: Uint8Array;
  /** which members of an object that stands here are wanted; undefined: all of it */
  readonly within: Wanted | undefined;
}

/** Which members of an object are wanted, and which of theirs. */
export class Wanted {
  readonly #byName = new Map<string, Entry>();
  /** by a hash of the name's bytes, with free places between */
  readonly #entries: (Entry | undefined)[];
  readonly #mask: number;

  /** @param paths names from the outside in; what stands at the end of one is wanted whole */
  constructor(paths: readonly Path[]) {
    const names = new Set(paths.map(([name]) => name));
    for (const name of names) {
      const inner = paths.filter(([first]) => first === name).map((path) => path.slice(1));
      const within = inner.some((path) => path.length === 0) ? undefined : new Wanted(inner);
      this.#byName.set(name, { name, letters: new TextEncoder().encode(name), within });
    }
    const places = 2 ** Math.ceil(Math.log2(4 * names.size + 4));
    this.#mask = places - 1;
    this.#entries = Array.from({ length: places }, () => undefined);
    for (const entry of this.#byName.values()) {
      let place = hashOf(entry.letters, 0, entry.letters.length) & this.#mask;
      while (this.#entries[place] !== undefined) place = (place + 1) & this.#mask;
      this.#entries[place] = entry;
    }
  }

  /** What is wanted under the name bytes[from … to), which has no escapes. */
  find(bytes: Uint8Array, from: number, to: number): Entry | undefined {
    const entries = this.#entries;
    for (let place = hashOf(bytes, from, to) & this.#mask; ; place = (place + 1) & this.#mask) {
      const entry = entries[place];
      if (entry === undefined || isName(entry.letters, bytes, from, to)) return entry;
    }
  }

  named(name: string): Entry | undefined {
    return this.#byName.get(name);
  }
}

/** Of the length and three bytes: few names are wanted, and all are compared in the end. */
function hashOf(bytes: Uint8Array, from: number, to: number): number {
  if (from === to) return 0;
  const sum = Math.imul(
    bytes[from] + 31 * bytes[to - 1] + 7 * bytes[(from + to) >>> 1] + 127 * (to - from),
    0x9e3779b1,
  );
  return sum ^ (sum >>> 15);
}

function isName(letters: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (letters.length !== to - from) return false;
  for (let n = 0; n < letters.length; n += 1) if (letters[n] !== bytes[from + n]) return false;
  return true;
}

/** Nesting that a record may have. */
export const DEEPEST = 64;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const ZERO = 48;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
/** From an opening bracket or brace to the closing one. */
const CLOSES = 2;
/** Instead of a place: not JSON; too deep. */
const BAD = -1;
const DEEP = -2;

/** By the letter behind a backslash: 1 an escape, 2 the `u` of four digits. */
const ESCAPE = new Uint8Array(256);
for (const letter of '"\\/bfnrt') ESCAPE[letter.charCodeAt(0)] = 1;
ESCAPE[117] = 2;
/** 1: stands for itself in a string, and is ASCII. */
const PLAIN = new Uint8Array(256).fill(1, 32, 128);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

const decoder = new TextDecoder();
let source = new Uint8Array(0);
let slices = Buffer.alloc(0);
/** whether the string that was passed last is ASCII without escapes */
let isPlain = true;
/** the object that was read last */
let made: Record<string, Json> = {};
const open = new Uint8Array(DEEPEST);

/** What is wanted of the object that bytes[from … to) holds; a number: the Weird that it is instead. */
export function select(bytes: Uint8Array, from: number, to: number, wanted: Wanted): JsonObject | number {
  if (bytes !== source) {
    source = bytes as Uint8Array<ArrayBuffer>;
    slices = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
  }
  const start = blanks(bytes, from, to);
  const isObject = start < to && bytes[start] === OPEN_BRACE;
  const end = isObject ? objectEnd(bytes, start, to, 0, wanted) : valueEnd(bytes, start, to, 0);
  if (end === DEEP) return Weird['json-too-deep'];
  return end < 0 || !isObject || blanks(bytes, end, to) !== to ? Weird['json-malformed'] : made;
}

/** Reads the wanted members of the object that begins at `at`, into `made`; returns where it ends. */
function objectEnd(bytes: Uint8Array, begin: number, to: number, depth: number, wanted: Wanted): number {
  if (depth === DEEPEST) return DEEP;
  const value: Record<string, Json> = {};
  let at = blanks(bytes, begin + 1, to);
  if (at < to && bytes[at] === OPEN_BRACE + CLOSES) {
    made = value;
    return at + 1;
  }
  for (;;) {
    const name = at;
    if (at >= to || bytes[at] !== QUOTE) return BAD;
    const nameEnd = stringEnd(bytes, at + 1, to);
    if (nameEnd < 0) return BAD;
    const entry = isPlain ? wanted.find(bytes, name + 1, nameEnd - 1) : wanted.named(textIn(bytes, name, nameEnd));
    at = bytes[nameEnd] === COLON ? nameEnd : blanks(bytes, nameEnd, to);
    if (at >= to || bytes[at] !== COLON) return BAD;
    at += 1;
    if (bytes[at] <= SPACE) at = blanks(bytes, at, to);
    const from = at;
    if (entry?.within !== undefined && at < to && bytes[at] === OPEN_BRACE) {
      at = objectEnd(bytes, at, to, depth + 1, entry.within);
      if (at < 0) return at;
      put(value, entry.name, made);
    } else {
      at = at < to && bytes[at] === QUOTE ? stringEnd(bytes, at + 1, to) : valueEnd(bytes, at, to, depth + 1);
      if (at < 0) return at;
      if (entry !== undefined) put(value, entry.name, valueIn(bytes, from, at));
    }
    if (bytes[at] <= SPACE) at = blanks(bytes, at, to);
    if (at >= to) return BAD;
    if (bytes[at] === OPEN_BRACE + CLOSES) break;
    if (bytes[at] !== COMMA) return BAD;
    at += 1;
    if (bytes[at] <= SPACE) at = blanks(bytes, at, to);
  }
  made = value;
  return at + 1;
}

/** Sets an own member, whatever it is called: to assign to `__proto__` would set what the object inherits from. */
function put(object: Record<string, Json>, name: string, value: Json): void {
  if (name !== '__proto__') object[name] = value;
  else Object.defineProperty(object, name, { value, writable: true, enumerable: true, configurable: true });
}

/** Where the value that begins at `begin` ends. */
function valueEnd(bytes: Uint8Array, begin: number, to: number, outer: number): number {
  let depth = outer;
  let at = begin;
  for (;;) {
    if (at >= to) return BAD;
    const byte = bytes[at];
    if (byte === QUOTE) at = stringEnd(bytes, at + 1, to);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (depth === DEEPEST) return DEEP;
      at = blanks(bytes, at + 1, to);
      if (at < to && bytes[at] === byte + CLOSES) at += 1;
      else {
        open[depth] = byte;
        depth += 1;
        if (byte === OPEN_BRACE) at = nameEnd(bytes, at, to);
        if (at < 0) return BAD;
        continue;
      }
    } else at = scalarEnd(bytes, at, to, byte);
    if (at < 0) return BAD;
    for (;;) {
      if (depth === outer) return at;
      at = blanks(bytes, at, to);
      if (at >= to) return BAD;
      const within = open[depth - 1];
      if (bytes[at] === COMMA) {
        at = blanks(bytes, at + 1, to);
        if (within === OPEN_BRACE) at = nameEnd(bytes, at, to);
        if (at < 0) return BAD;
        break;
      }
      if (bytes[at] !== within + CLOSES) return BAD;
      at += 1;
      depth -= 1;
    }
  }
}

/** Passes a name and its colon. */
function nameEnd(bytes: Uint8Array, at: number, to: number): number {
  if (at >= to || bytes[at] !== QUOTE) return BAD;
  const end = stringEnd(bytes, at + 1, to);
  const colon = end < 0 ? to : blanks(bytes, end, to);
  return colon < to && bytes[colon] === COLON ? blanks(bytes, colon + 1, to) : BAD;
}

/** Where the string whose first byte is at `from` ends, behind its quote. Says in `isPlain` what it is. */
function stringEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && PLAIN[bytes[at]] === 1) at += 1;
  isPlain = at < to && bytes[at] === QUOTE;
  return isPlain ? at + 1 : oddEnd(bytes, at, to);
}

/** The same of the rest of a string that has escapes, or is not ASCII, or has no end. */
function oddEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at];
    if (PLAIN[byte] === 1) continue;
    if (byte === QUOTE) return at + 1;
    if (byte < SPACE) return BAD;
    if (byte !== BACKSLASH) continue;
    at += 1;
    const kind = at < to ? ESCAPE[bytes[at]] : 0;
    if (kind === 0) return BAD;
    if (kind === 2) {
      for (let n = 1; n <= 4; n += 1) if (at + n >= to || !isHex(bytes[at + n])) return BAD;
      at += 4;
    }
  }
  return BAD;
}

/** Where a number or one of the three words ends. */
function scalarEnd(bytes: Uint8Array, from: number, to: number, first: number): number {
  if (first === 116) return wordEnd(bytes, from, to, 'true');
  if (first === 102) return wordEnd(bytes, from, to, 'false');
  if (first === 110) return wordEnd(bytes, from, to, 'null');
  let at = first === MINUS ? from + 1 : from;
  const whole = at;
  at = digitsEnd(bytes, at, to);
  if (at === whole || (bytes[whole] === ZERO && at > whole + 1)) return BAD;
  if (at < to && bytes[at] === DOT) {
    const end = digitsEnd(bytes, at + 1, to);
    if (end === at + 1) return BAD;
    at = end;
  }
  if (at < to && (bytes[at] | 32) === 101) {
    at += 1;
    if (at < to && (bytes[at] === 43 || bytes[at] === MINUS)) at += 1;
    const end = digitsEnd(bytes, at, to);
    if (end === at) return BAD;
    at = end;
  }
  return at;
}

function digitsEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] >= ZERO && bytes[at] <= 57) at += 1;
  return at;
}

function wordEnd(bytes: Uint8Array, from: number, to: number, word: string): number {
  if (from + word.length > to) return BAD;
  for (let n = 1; n < word.length; n += 1) if (bytes[from + n] !== word.charCodeAt(n)) return BAD;
  return from + word.length;
}

function blanks(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] === 32 || bytes[at] === 9 || bytes[at] === 10 || bytes[at] === 13)) at += 1;
  return at;
}

/** The value that bytes[from … to) are known to be; `isPlain` is of the string, if it is one. */
function valueIn(bytes: Uint8Array, from: number, to: number): Json {
  const first = bytes[from];
  if (first === QUOTE) return isPlain ? slices.toString('latin1', from + 1, to - 1) : textIn(bytes, from, to);
  if (first >= ZERO && first <= 57 && to - from <= 15) {
    let value = 0;
    let at = from;
    for (; at < to && bytes[at] >= ZERO && bytes[at] <= 57; at += 1) value = value * 10 + bytes[at] - ZERO;
    if (at === to) return value;
  }
  return JSON.parse(decoder.decode(bytes.subarray(from, to))) as Json;
}

const textIn = (bytes: Uint8Array, from: number, to: number): string =>
  JSON.parse(decoder.decode(bytes.subarray(from, to))) as string;
