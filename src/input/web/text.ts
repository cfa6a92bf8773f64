// Hot: called for the texts of every line.
import { Asked, type RequestBatch, RequestTrait, verbOf } from '../../record/request.ts';
import { find } from '../field.ts';

/** What the texts of web logs have in common: quotes, escapes, request lines. */

const SPACE = 32;
const QUOTE = 34;
const DASH = 45;
const SLASH = 47;
const COLON = 58;
const BACKSLASH = 92;

/** Bytes of a text that a row can tell. */
const LONGEST = 0xffff;

/** Place of the quote that ends a text; a quote after a backslash is part of it. `to` when there is none. */
export function quoteEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return Math.min(at, to);
}

/** Letters that stand for a byte after a backslash (C, JSON). */
const LETTERS: ReadonlyMap<string, number> = new Map([
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['b', 8],
  ['f', 12],
  ['v', 11],
  ['"', QUOTE],
  ["'", 39],
  ['/', SLASH],
  ['\\', BACKSLASH],
]);
const ESCAPES = new Uint8Array(256);
for (const [letter, byte] of LETTERS) ESCAPES[letter.charCodeAt(0)] = byte;

/**
 * Undoes a log's escapes in place, so that the text is what was sent; returns its new end.
 *
 *     escape = "\" ("n" / "r" / "t" / "b" / "f" / "v" / quote / "/" / "\")     Apache, JSON
 *            | "\x" 2HEXDIG                                                   Nginx (`escape=default`), Apache, lighttpd
 *            | "\u00" 2HEXDIG                                                 Nginx (`escape=json`)
 *
 * A backslash before anything else is itself.
 */
export function unescaped(bytes: Uint8Array, from: number, to: number): number {
  let out = find(bytes, BACKSLASH, from, to);
  for (let at = out; at < to; out += 1) {
    let byte = bytes[at];
    let next = at + 1;
    if (byte === BACKSLASH && next < to) {
      const kind = bytes[next];
      const digits =
        kind === 120 ? next + 1 : kind === 117 && bytes[next + 1] === 48 && bytes[next + 2] === 48 ? next + 3 : to;
      const hex = digits + 2 <= to ? hexAt(bytes, digits) : -1;
      if (hex >= 0) {
        byte = hex;
        next = digits + 2;
      } else if (ESCAPES[kind] !== 0) {
        byte = ESCAPES[kind];
        next += 1;
      }
    }
    bytes[out] = byte;
    at = next;
  }
  return out;
}

/** Undoes percent-encoding (RFC 3986 section 2.1) in place; returns the new end. */
export function unpercented(bytes: Uint8Array, from: number, to: number): number {
  let out = from;
  for (let at = from; at < to; out += 1) {
    const hex = bytes[at] === 37 && at + 3 <= to ? hexAt(bytes, at + 1) : -1;
    bytes[out] = hex >= 0 ? hex : bytes[at];
    at += hex >= 0 ? 3 : 1;
  }
  return out;
}

/** Turns every `+` into the blank that it stands for. */
export function unplussed(bytes: Uint8Array, from: number, to: number): void {
  for (let at = from; at < to; at += 1) if (bytes[at] === 43) bytes[at] = SPACE;
}

/** The byte that two hexadecimal digits are; −1: they are none. */
export function hexAt(bytes: Uint8Array, at: number): number {
  const high = digitOf(bytes[at]);
  const low = digitOf(bytes[at + 1]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function digitOf(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/** Whether a text is `-`, which logs write for nothing, or empty. */
export const isNothing = (bytes: Uint8Array, from: number, to: number): boolean =>
  to <= from || (to - from === 1 && bytes[from] === DASH);

/**
 * Sets what a request line tells (RFC 9112 section 3, in a log):
 *
 *     line    = verb SP target [SP version]       targets in logs can hold blanks: the last one counts
 *     version = "HTTP/" ("1.0" | "1.1" | "2.0" | "2" | "3.0" | "3")
 *
 * A line without a version, or with another one, is a broken one: the target is then all behind the verb. One that does not
 * begin with a verb is told whole, without a verb. An empty one, or `-`, asked for nothing.
 */
export function setRequestLine(batch: RequestBatch, row: number, bytes: Uint8Array, from: number, to: number): void {
  if (isNothing(bytes, from, to)) return;
  let verb = 0;
  let name = from;
  let end = to;
  if (bytes[from] === 71 && bytes[from + 1] === 69 && bytes[from + 2] === 84 && bytes[from + 3] === SPACE) {
    verb = 1;
    name = from + 4;
  } else {
    const verbEnd = tokenEnd(bytes, from, to);
    if (verbEnd > from && verbEnd < to && bytes[verbEnd] === SPACE) {
      verb = verbOf(bytes, from, verbEnd);
      name = verbEnd + 1;
    }
  }
  const version = verb === 0 ? 0 : versionLength(bytes, name, to);
  if (version === 0) batch.traits[row] |= RequestTrait.brokenLine;
  else end = to - version;
  batch.asked[row] = Asked.path;
  batch.verb[row] = verb;
  batch.name[row] = name;
  const length = end - name;
  batch.nameLength[row] = length > LONGEST ? LONGEST : length;
}

/** Bytes of a blank and a version at the end of a request line; 0: there is none that exists. */
function versionLength(bytes: Uint8Array, from: number, to: number): number {
  if (to - 9 > from && bytes[to - 9] === SPACE && bytes[to - 8] === 72 && isHttp(bytes, to - 8)) {
    const minor = bytes[to - 1] - 48;
    const major = bytes[to - 3] - 48;
    return bytes[to - 2] === 46 && (minor === 0 || minor === 1) && (major === 1 || (major <= 3 && minor === 0)) ? 9 : 0;
  }
  if (to - 7 > from && bytes[to - 7] === SPACE && isHttp(bytes, to - 6))
    return bytes[to - 1] === 50 || bytes[to - 1] === 51 ? 7 : 0;
  return 0;
}

const isHttp = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 72 && bytes[at + 1] === 84 && bytes[at + 2] === 84 && bytes[at + 3] === 80 && bytes[at + 4] === SLASH;

/** 1: a byte of a token (RFC 9110 section 5.6.2), of which verbs are made. */
const TOKEN = new Uint8Array(256);
for (const letter of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
  TOKEN[letter.charCodeAt(0)] = 1;

/** Bytes of a verb at most. */
const VERB_MOST = 32;

function tokenEnd(bytes: Uint8Array, from: number, to: number): number {
  const most = Math.min(to, from + VERB_MOST);
  let at = from;
  while (at < most && TOKEN[bytes[at]] === 1) at += 1;
  return at;
}

/** Sets a text of a row, if there is one. */
export function setAgent(batch: RequestBatch, row: number, bytes: Uint8Array, from: number, to: number): void {
  batch.traits[row] |= RequestTrait.agentTold;
  if (isNothing(bytes, from, to)) return;
  batch.agent[row] = from;
  batch.agentLength[row] = to - from > LONGEST ? LONGEST : to - from;
}

export function setReferer(batch: RequestBatch, row: number, bytes: Uint8Array, from: number, to: number): void {
  batch.traits[row] |= RequestTrait.refererTold;
  if (isNothing(bytes, from, to)) return;
  batch.referer[row] = from;
  batch.refererLength[row] = to - from > LONGEST ? LONGEST : to - from;
}

/** Sets the site, and the port where one stands behind it: `www.example.org`, `www.example.org:8080`, `[2001:db8::1]:443`. */
export function setSite(batch: RequestBatch, row: number, bytes: Uint8Array, from: number, to: number): void {
  if (isNothing(bytes, from, to)) return;
  let end = to;
  let port = 0;
  let scale = 1;
  for (let at = to - 1; at > from && to - at < 7; at -= 1) {
    const digit = bytes[at] - 48;
    if (bytes[at] === COLON) {
      // an IPv6 address without brackets has no port
      if (find(bytes, COLON, from, at) === at || bytes[at - 1] === 93) end = at;
      break;
    }
    if (digit < 0 || digit > 9) break;
    port += digit * scale;
    scale *= 10;
  }
  if (end < to && port <= 0xffff) batch.port[row] = port;
  batch.site[row] = from;
  batch.siteLength[row] = end - from > LONGEST ? LONGEST : end - from;
}
