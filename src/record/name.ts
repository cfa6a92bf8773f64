// Hot: once a request.
import { blend, FNV_START } from './fnv.ts';

/** Two 32-bit hashes of a name, written by `hashName`. */
export interface NameHash {
  a: number;
  b: number;
}

const ZERO = 48;
const QUESTION = 63;
const HASH = 35;
const SLASH = 47;
const SEMICOLON = 59;
const V = 118;

/**
 * Hashes what was asked for as one target: a run of digits counts as one digit, for a program that polls items by their
 * numbers asks one thing; of a web target the query is left out, and of its segments their parameters (`;jsessionid=…`, RFC
 * 3986 section 3.3), which anybody may append. The version of an interface (`/v2/`) is no number of an item.
 *
 * @returns where the name ends: at the query, or at the end of the text
 */
export function hashName(bytes: Uint8Array, from: number, length: number, out: NameHash): number {
  let a = FNV_START;
  let b = 0x2545f491;
  const to = from + length;
  let at = from;
  let digits = false;
  for (; at < to; at += 1) {
    const byte = bytes[at];
    if (byte === QUESTION || byte === HASH) break;
    if (byte === SEMICOLON) {
      at = segmentEnd(bytes, at, to) - 1;
      continue;
    }
    const isDigit = byte >= ZERO && byte <= 57;
    if (isDigit && digits) continue;
    const isVersion = isDigit && bytes[at - 1] === V && bytes[at - 2] === SLASH && at - 2 >= from;
    digits = isDigit && !isVersion;
    const letter = digits ? ZERO : byte;
    a = blend(a, letter);
    b = Math.imul(b ^ letter, 0x85ebca6b);
    b ^= b >>> 15;
  }
  out.a = a;
  out.b = b;
  return at;
}

/** Where the segment of a path that `at` is in ends, or the path. */
export function segmentEnd(bytes: Uint8Array, at: number, to: number): number {
  let end = at;
  while (end < to && bytes[end] !== SLASH && bytes[end] !== QUESTION && bytes[end] !== HASH) end += 1;
  return end;
}

/** Hash of a host name or other text in which case does not count. i32. */
export function hashCaseless(bytes: Uint8Array, from: number, length: number): number {
  let hash = FNV_START;
  for (let at = from; at < from + length; at += 1) {
    const byte = bytes[at];
    hash = blend(hash, byte >= 65 && byte <= 90 ? byte | 32 : byte);
  }
  return hash;
}

const DOT = 46;
/** Labels that registries put between a name and a country: `co.uk`, `com.au`; the name before them counts to the zone. */
const SECOND_LEVEL: ReadonlySet<string> = new Set([
  'co',
  'com',
  'org',
  'net',
  'ac',
  'gov',
  'edu',
  'or',
  'ne',
  'in-addr',
  'ip6',
]);

/** Where the zone of a DNS name begins: its last two labels, or three where the last two belong to a registry. */
export function zoneOf(bytes: Uint8Array, from: number, length: number): number {
  let end = from + length;
  if (end > from && bytes[end - 1] === DOT) end -= 1;
  let labels = 0;
  let secondEnd = end;
  for (let at = end - 1; at >= from; at -= 1) {
    if (bytes[at] !== DOT) continue;
    labels += 1;
    if (labels === 1) secondEnd = at;
    if (labels === 2 && !isSecondLevel(bytes, at + 1, secondEnd)) return at + 1;
    if (labels === 3) return at + 1;
  }
  return from;
}

function isSecondLevel(bytes: Uint8Array, from: number, to: number): boolean {
  let label = '';
  for (let at = from; at < to && at < from + 8; at += 1) label += String.fromCharCode(bytes[at] | 32);
  return SECOND_LEVEL.has(label);
}

const ARPA = Uint8Array.from('.arpa', (letter) => letter.charCodeAt(0));

/** Whether a DNS name lies under `arpa`, where names are made of addresses (RFC 3172). */
export function isUnderArpa(text: Uint8Array, from: number, length: number): boolean {
  let end = from + length;
  if (end > from && text[end - 1] === DOT) end -= 1;
  const start = end - ARPA.length;
  if (start < from) return false;
  for (let n = 0; n < ARPA.length; n += 1)
    if (text[start + n] !== ARPA[n] && (text[start + n] | 32) !== ARPA[n]) return false;
  return true;
}

const HYPHEN = 45;
const ESCAPE = 92;

/**
 * Whether the first label is one that no host can have and that stands right after another name in the order of names
 * (RFC 4034 section 6.1): it ends in a byte 0, or is one, or ends in a hyphen (RFC 952).
 */
export function isSuccessor(text: Uint8Array, from: number, length: number): boolean {
  let end = from;
  while (end < from + length && text[end] !== DOT) end += 1;
  if (end === from || end === from + length) return false;
  if (text[end - 1] === HYPHEN) return end - from > 1;
  return (
    end - from >= 4 &&
    text[end - 4] === ESCAPE &&
    text[end - 3] === ZERO &&
    text[end - 2] === ZERO &&
    text[end - 1] === ZERO
  );
}
