// Hot: `plainOf` for every request whose text is new; no allocation.
import { isAlphanumeric } from '../../record/ascii.ts';

/**
 * A request target or header as the program behind it will read it: percent-encoding undone however often it was done,
 * the log's own escapes too, runs of white space as one space.
 *
 *     "%" HEXDIG HEXDIG          RFC 3986 §2.1; again on what comes out ("%252e", "%%32%65")
 *     "%u" 4HEXDIG               IIS and JavaScript's escape()
 *     C0-C1 80-BF                overlong UTF-8 of an ASCII character, forbidden by RFC 3629 §3
 *     "\x" HEXDIG HEXDIG, "\\"   how nginx and Apache write bytes into their logs
 *
 * Every byte that is written may close an escape that ends with it, so one pass undoes any number of layers: an escape
 * gets shorter each time, and the work is linear. The result stands in `Plain.bytes` until the next call.
 */
export interface Plain {
  readonly bytes: Uint8Array;
  /** bytes that are valid */
  length: number;
  /** where the query's "?" stands; `length` when there is none */
  pathEnd: number;
  /** what was met on the way: bits of `Odd` */
  odd: number;
}

export const Odd = {
  /** a letter or digit of the path was percent-encoded, which RFC 3986 §2.3 says not to do */
  needless: 1,
  /** "." or "/" of the path, or a backslash, was encoded */
  encodedStep: 2,
  /** an escape was made of what came out of another, or is broken */
  layered: 4,
  overlong: 8,
  /** a zero byte */
  zero: 16,
  /** CR or LF */
  newline: 32,
  backslash: 64,
  /** "//" in the path */
  doubleSlash: 128,
} as const;

/** Bytes of a text that are looked at: longer ones are made to waste time, and nothing behind this is needed. */
export const LONGEST = 4096;

const PERCENT = 0x25;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const QUESTION = 0x3f;

/** byte → value of the hexadecimal digit, 16: none */
export const HEX = new Uint8Array(256).fill(16);
for (let digit = 0; digit < 16; digit += 1) {
  HEX[digit.toString(16).charCodeAt(0)] = digit;
  HEX[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

export function plainBuffer(): Plain {
  return { bytes: new Uint8Array(LONGEST + 8), length: 0, pathEnd: 0, odd: 0 };
}

/** @param isTarget a request target: "?" ends its path, "+" is a space. Otherwise a header's value. */
export function plainOf(bytes: Uint8Array, from: number, to: number, isTarget: boolean, into: Plain): void {
  const out = into.bytes;
  const end = to - from > LONGEST ? from + LONGEST : to;
  let odd = 0;
  let size = 0;
  let inPath = isTarget;
  /** first place of `out` that a decoded byte stands at and everything after it: an escape that holds it is layered */
  let decodedAt = -1;
  into.pathEnd = -1;
  for (let at = from; at < end; at += 1) {
    let byte = bytes[at];
    if (byte === QUESTION && inPath) {
      inPath = false;
      into.pathEnd = size;
      out[size++] = byte;
      continue;
    }
    if (byte === 0x2b && isTarget) byte = SPACE;
    else if (byte === BACKSLASH && at + 1 < end) {
      const after = bytes[at + 1];
      if (after === BACKSLASH || after === 0x22) {
        byte = after;
        at += 1;
      } else if (after === 0x78 && at + 3 < end && HEX[bytes[at + 2]] < 16 && HEX[bytes[at + 3]] < 16) {
        byte = (HEX[bytes[at + 2]] << 4) | HEX[bytes[at + 3]];
        at += 3;
      }
    }
    out[size++] = byte;
    // does an escape end here? what comes out of it may end another
    for (;;) {
      if (size < 3 || HEX[out[size - 1]] === 16) break;
      const low = HEX[out[size - 1]];
      const high = HEX[out[size - 2]];
      let start = 0;
      let value = 0;
      if (high < 16 && out[size - 3] === PERCENT) {
        start = size - 3;
        value = (high << 4) | low;
      } else if (size >= 6 && high < 16 && isWide(out, size)) {
        start = size - 6;
        value = (HEX[out[size - 4]] << 12) | (HEX[out[size - 3]] << 8) | (high << 4) | low;
        odd |= Odd.layered;
        // full-width forms (U+FF01 …) stand for their ASCII letters on IIS
        if (value >= 0xff01 && value <= 0xff5e) value -= 0xfee0;
        value = value > 255 ? 0x3f : value;
      } else break;
      if (decodedAt >= start) odd |= Odd.layered;
      if (inPath) {
        if (isAlphanumeric(value)) odd |= Odd.needless;
        else if (value === 0x2e || value === SLASH || value === BACKSLASH) odd |= Odd.encodedStep;
      }
      size = start;
      out[size++] = value;
      decodedAt = start;
    }
    let last = out[size - 1];
    if (last >= 0x80 && last < 0xc0 && size > 1 && (out[size - 2] & 0xfe) === 0xc0) {
      last = ((out[size - 2] & 1) << 6) | (last & 0x3f);
      size -= 1;
      out[size - 1] = last;
      odd |= Odd.overlong;
    }
    if (last > 0x5c) continue;
    if (last === BACKSLASH) odd |= inPath ? Odd.backslash : 0;
    else if (last === SLASH) {
      if (inPath && size > 1 && out[size - 2] === SLASH) {
        odd |= Odd.doubleSlash;
        size -= 1;
      } else if (!inPath && size > 1 && out[size - 2] === 0x2a) size = blank(out, size - 2);
    } else if (last === 0x2a) {
      if (!inPath && isTarget && size > 1 && out[size - 2] === SLASH) size = blank(out, size - 2);
    } else if (last === 0) odd |= Odd.zero;
    else if (last === SPACE || (last >= 9 && last <= 13)) {
      if (last === 10 || last === 13) odd |= Odd.newline;
      if (isTarget && size > 1 && out[size - 2] === SPACE) size -= 1;
      else out[size - 1] = SPACE;
    }
  }
  if (into.pathEnd < 0) into.pathEnd = size;
  into.length = size;
  into.odd = odd;
}

/** A comment's mark is a space, unless one stands there. */
function blank(out: Uint8Array, size: number): number {
  if (size > 0 && out[size - 1] === SPACE) return size;
  out[size] = SPACE;
  return size + 1;
}

/** Whether "%uXXXX" ends at `size`; the last two digits were looked at. */
function isWide(out: Uint8Array, size: number): boolean {
  return (
    (out[size - 5] | 0x20) === 0x75 && out[size - 6] === PERCENT && HEX[out[size - 3]] < 16 && HEX[out[size - 4]] < 16
  );
}
