// Hot: called for the first packets of every target that answers.
import { lower } from '../../record/ascii.ts';

/** Whether the ASCII text stands in bytes[at … end). */
export function startsWith(bytes: Uint8Array, at: number, end: number, text: Uint8Array): boolean {
  if (end - at < text.length) return false;
  for (let k = 0; k < text.length; k += 1) if (bytes[at + k] !== text[k]) return false;
  return true;
}

/** As `startsWith`, letters of either case; `text` is in lower case. */
export function startsWithAnyCase(bytes: Uint8Array, at: number, end: number, text: Uint8Array): boolean {
  if (end - at < text.length) return false;
  for (let k = 0; k < text.length; k += 1) if (lower(bytes[at + k]) !== text[k]) return false;
  return true;
}

/** Where the text stands first, or −1. */
export function indexOf(bytes: Uint8Array, at: number, end: number, text: Uint8Array): number {
  for (let k = at; k <= end - text.length; k += 1) if (startsWith(bytes, k, end, text)) return k;
  return -1;
}

/** Where the text stands first, letters of either case, or −1; `text` is in lower case. */
export function indexOfAnyCase(bytes: Uint8Array, at: number, end: number, text: Uint8Array): number {
  for (let k = at; k <= end - text.length; k += 1) if (startsWithAnyCase(bytes, k, end, text)) return k;
  return -1;
}

/** Where the line that begins at `at` ends: before CR, LF, or at `end`. */
export function lineEnd(bytes: Uint8Array, at: number, end: number): number {
  let k = at;
  while (k < end && bytes[k] !== 13 && bytes[k] !== 10) k += 1;
  return k;
}

/** Where the text that begins at `at` ends: before this byte, or −1: it is not there. */
export function before(bytes: Uint8Array, at: number, end: number, byte: number): number {
  for (let k = at; k < end; k += 1) if (bytes[k] === byte) return k;
  return -1;
}

/** Printable ASCII. */
export function isPrintable(byte: number): boolean {
  return byte >= 32 && byte < 127;
}

export function word16(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

export function word32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
}

/** Little-endian. */
export function little16(bytes: Uint8Array, at: number): number {
  return bytes[at] | (bytes[at + 1] << 8);
}

/** Little-endian. */
export function little32(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0;
}

/** The bytes of an ASCII text; for constants, at module load. */
export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** A text that is put together because the wire has it in numbers. One buffer, overwritten. */
export class Composed {
  readonly bytes = new Uint8Array(256);
  used = 0;

  /** Begins anew. */
  begin(text: Uint8Array): this {
    this.used = 0;
    return this.add(text, 0, text.length);
  }

  add(from: Uint8Array, at: number, end: number): this {
    for (let k = at; k < end && this.used < this.bytes.length; k += 1) {
      this.bytes[this.used] = from[k];
      this.used += 1;
    }
    return this;
  }

  /** A number, 0 … 2^32 − 1, in decimal. */
  decimal(value: number): this {
    let unit = 1;
    while (Math.floor(value / unit) > 9) unit *= 10;
    for (; unit >= 1; unit = Math.floor(unit / 10)) {
      if (this.used === this.bytes.length) return this;
      this.bytes[this.used] = 48 + (Math.floor(value / unit) % 10);
      this.used += 1;
    }
    return this;
  }
}
