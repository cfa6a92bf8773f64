// Hot: once a request; numbers only.
import { isAlphanumeric, isDigit } from '../../record/ascii.ts';
import { blend, FNV_START } from '../../record/fnv.ts';
import { HEX } from './plain.ts';

/**
 * What of a path is the site's and what is a value: an application that polls /api/item/123 and /api/item/124 asks for
 * one thing. The template of a path is the path, without query and fragment, in which
 *
 *     N   stands for a run of digits
 *     H   for a run of at least eight hexadecimal digits with a digit among them, and for a UUID (RFC 9562 §4)
 *
 * and slashes at the end are left out.
 */

const DASH = 0x2d;
const SLASH = 0x2f;
const NUMBER = 0x4e;
const HEXADECIMAL = 0x48;
/** Digits from which a run of hexadecimal ones is a value and not a word. */
const LONG = 8;

const isHex = (byte: number): boolean => HEX[byte] < 16;
const endsPath = (byte: number): boolean => byte === 0x3f || byte === 0x23;

/** Where the path of a target ends: at the query or fragment, or at `to`. */
export function pathEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && !endsPath(bytes[at])) at += 1;
  return at;
}

/** Where the path ends, slashes at its end left out. */
function templateEnd(bytes: Uint8Array, from: number, to: number): number {
  let end = pathEnd(bytes, from, to);
  while (end - from > 1 && bytes[end - 1] === SLASH) end -= 1;
  return end;
}

/** Hash of the template of bytes[from … to), i32. The letters N and H of a path are hashed apart from those of runs. */
export function templateHash(bytes: Uint8Array, from: number, to: number): number {
  const end = templateEnd(bytes, from, to);
  let hash = FNV_START;
  for (let at = from; at < end; ) {
    const run = runEnd(bytes, from, at, end);
    if (run === at) {
      hash = blend(hash, bytes[at]);
      at += 1;
      continue;
    }
    // 0x100 and above: no byte
    hash = blend(hash, 0x100 | (isNumber(bytes, at, run) ? NUMBER : HEXADECIMAL));
    at = run;
  }
  return hash;
}

/** The template as text, for a person to read. Cold. */
export function templateOf(bytes: Uint8Array, from: number, to: number): string {
  const end = templateEnd(bytes, from, to);
  let text = '';
  for (let at = from; at < end; ) {
    const run = runEnd(bytes, from, at, end);
    text += run === at ? String.fromCharCode(bytes[at]) : isNumber(bytes, at, run) ? 'N' : 'H';
    at = run === at ? at + 1 : run;
  }
  return text;
}

/**
 * The word that was guessed, when it was: the last segment of the path that is not empty. In
 * `/files/backup.zip?x=1` that is `backup.zip`, and its stem `backup`.
 *
 * @param out where it begins, where its stem ends, where it ends. Without a segment all three are the end of the path.
 */
export function wordBounds(bytes: Uint8Array, from: number, to: number, out: Int32Array): void {
  let end = pathEnd(bytes, from, to);
  while (end > from && bytes[end - 1] === SLASH) end -= 1;
  let start = end;
  while (start > from && bytes[start - 1] !== SLASH) start -= 1;
  let stem = end;
  // an ending is what follows the last dot, unless the word begins with it
  for (let at = end - 1; at > start; at -= 1)
    if (bytes[at] === 0x2e) {
      stem = at;
      break;
    }
  out[0] = start;
  out[1] = stem;
  out[2] = end;
}

/** Where the run of digits that begins at `at` ends; `at` when none does. */
function runEnd(bytes: Uint8Array, from: number, at: number, end: number): number {
  const byte = bytes[at];
  if (!isHex(byte)) return at;
  // a run of hexadecimal digits does not begin inside a word
  if (at === from || !isAlphanumeric(bytes[at - 1])) {
    let stop = at;
    let digits = 0;
    for (; stop < end && isHex(bytes[stop]); stop += 1) if (isDigit(bytes[stop])) digits += 1;
    if (stop < end && isAlphanumeric(bytes[stop])) stop = at;
    if (stop - at === LONG && isUuidTail(bytes, stop, end)) return at + 36;
    if (stop - at >= LONG && digits > 0) return stop;
  }
  let stop = at;
  while (stop < end && isDigit(bytes[stop])) stop += 1;
  return stop;
}

/** "-" 4HEX "-" 4HEX "-" 4HEX "-" 12HEX at `at`. */
function isUuidTail(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + 28 > end) return false;
  for (let n = 0; n < 28; n += 1) {
    const isDash = n === 0 || n === 5 || n === 10 || n === 15;
    if (isDash ? bytes[at + n] !== DASH : !isHex(bytes[at + n])) return false;
  }
  return at + 28 === end || !isAlphanumeric(bytes[at + 28]);
}

function isNumber(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (!isDigit(bytes[at])) return false;
  return true;
}
