// Hot: called for the fields of every line.
import { parseAddress } from '../record/address.ts';

const DOT = 46;
const ZERO = 48;
const COLON = 58;
/** a blank, counted from the digit 0 */
const BLANK = 32 - ZERO;

/**
 * Reads the address bytes[from … to) (IPv4 dotted, IPv6, IPv6 in brackets, with or without a zone) into four words.
 *
 * @returns false, and writes nothing, when it is none
 */
export function addressInto(bytes: Uint8Array, from: number, to: number, words: Uint32Array, at: number): boolean {
  const word = v4Of(bytes, from, to);
  if (word < 0) return v6Into(bytes, from, to, words, at);
  words[at] = 0;
  words[at + 1] = 0;
  words[at + 2] = 0xffff;
  words[at + 3] = word;
  return true;
}

/** Reads the dotted address that begins at `from` and that a blank ends; returns where that stands, −1 when there is no such. */
export function v4Before(bytes: Uint8Array, from: number, to: number, words: Uint32Array, place: number): number {
  let word = 0;
  let octet = 0;
  let dots = 0;
  let start = from;
  for (let at = from; at < to; at += 1) {
    const digit = bytes[at] - ZERO;
    if (digit >= 0 && digit <= 9) {
      octet = octet * 10 + digit;
      if (octet > 255) return -1;
      continue;
    }
    if (at === start) return -1;
    word = (word << 8) | octet;
    if (digit === BLANK) {
      if (dots !== 3) return -1;
      words[place] = 0;
      words[place + 1] = 0;
      words[place + 2] = 0xffff;
      words[place + 3] = word;
      return at;
    }
    if (digit !== DOT - ZERO || dots === 3) return -1;
    octet = 0;
    dots += 1;
    start = at + 1;
  }
  return -1;
}

/** The 32 bits of a dotted address; −1: it is none. */
function v4Of(bytes: Uint8Array, from: number, to: number): number {
  let word = 0;
  let octet = -1;
  let dots = 0;
  for (let at = from; at < to; at += 1) {
    const digit = bytes[at] - ZERO;
    if (digit >= 0 && digit <= 9) {
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return -1;
    } else {
      if (bytes[at] !== DOT || octet < 0 || dots === 3) return -1;
      word = word * 256 + octet;
      octet = -1;
      dots += 1;
    }
  }
  return dots === 3 && octet >= 0 ? word * 256 + octet : -1;
}

function v6Into(bytes: Uint8Array, from: number, to: number, words: Uint32Array, at: number): boolean {
  let start = from;
  let end = to;
  if (bytes[start] === 91 && bytes[end - 1] === 93) {
    start += 1;
    end -= 1;
  }
  if (end - start < 2 || end - start > 64) return false;
  let text = '';
  let colons = 0;
  for (let n = start; n < end && bytes[n] !== 37; n += 1) {
    if (bytes[n] === COLON) colons += 1;
    text += String.fromCharCode(bytes[n]);
  }
  if (colons < 2) return false;
  const parsed = parseAddress(text);
  if (parsed === null) return false;
  words.set(parsed, at);
  return true;
}

/** The decimal number bytes[from … to), at most 15 digits; −1: it is none. */
export function numberIn(bytes: Uint8Array, from: number, to: number): number {
  if (to <= from || to - from > 15) return -1;
  let value = 0;
  for (let at = from; at < to; at += 1) {
    const digit = bytes[at] - ZERO;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** First place of `byte` in bytes[from … to); `to` when it is not there. */
export function find(bytes: Uint8Array, byte: number, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== byte) at += 1;
  return at;
}

/** Whether `text` (ASCII) stands at `at` and ends before `to`. */
export function standsAt(bytes: Uint8Array, at: number, to: number, text: string): boolean {
  if (at + text.length > to) return false;
  for (let n = 0; n < text.length; n += 1) if (bytes[at + n] !== text.charCodeAt(n)) return false;
  return true;
}

/** First place of `text` (ASCII, not empty) in bytes[from … to); −1 when it is not there. */
export function findText(bytes: Uint8Array, text: string, from: number, to: number): number {
  const first = text.charCodeAt(0);
  const last = to - text.length;
  for (let at = from; at <= last; at += 1) if (bytes[at] === first && standsAt(bytes, at, to, text)) return at;
  return -1;
}
