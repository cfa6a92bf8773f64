// Hot: once a request that holds a text which an interpreter would carry out.
import { isDigit } from '../../record/ascii.ts';

const HYPHEN = 0x2d;
const DOT = 0x2e;
const EQUALS = 0x3d;
const AMPERSAND = 0x26;
const QUESTION = 0x3f;

/**
 * Whether a value of the query begins as a number or an address and goes on as something else than one, a word or a date: `id=1'`,
 * `id=-1%20UNION…`, `id=1)`, `host=127.0.0.1;id`. Encoded or not; what follows is not looked at.
 */
export function isNumberCarriedOn(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at < to && bytes[at] !== QUESTION) at += 1;
  for (; at < to; at += 1) {
    if (bytes[at] !== EQUALS) continue;
    let place = at + 1;
    if (bytes[place] === HYPHEN) place += 1;
    const start = place;
    while (place < to && (isDigit(bytes[place]) || bytes[place] === DOT)) place += 1;
    if (place > start && place < to && isMark(bytes[place])) return true;
    while (at + 1 < to && bytes[at + 1] !== AMPERSAND) at += 1;
  }
  return false;
}

/** A quotation mark, bracket, separator or blank, as it stands or encoded. */
const isMark = (byte: number): boolean =>
  byte === 0x25 || // %
  byte === 0x2b || // +
  byte === 0x22 || // "
  byte === 0x27 || // '
  byte === 0x28 || // (
  byte === 0x29 || // )
  byte === 0x3b || // ;
  byte === 0x7c || // |
  byte === 0x60; // `
