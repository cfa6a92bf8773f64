// Hot: for every byte of a name that is read.

const PERCENT = 0x25;

/** Value of a hexadecimal digit, −1 for another byte. */
function digit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const low = byte | 0x20;
  return low >= 0x61 && low <= 0x66 ? low - 0x57 : -1;
}

/** What `%xy` at a place stands for (RFC 3986 section 2.1), −1 where that is none. */
export function escaped(bytes: Uint8Array, at: number, to: number): number {
  if (bytes[at] !== PERCENT || at + 2 >= to) return -1;
  const [high, low] = [digit(bytes[at + 1]), digit(bytes[at + 2])];
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/** The byte that stands at a place, as itself or as `%xy`. */
export function byteAt(bytes: Uint8Array, at: number, to: number): number {
  const code = escaped(bytes, at, to);
  return code < 0 ? bytes[at] : code;
}

/** Where the byte that stands at a place, as itself or as `%xy`, ends. */
export const byteEnd = (bytes: Uint8Array, at: number, to: number): number =>
  escaped(bytes, at, to) < 0 ? at + 1 : at + 3;
