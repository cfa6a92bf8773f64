// Hot: `read` runs for every DNS name that is asked for; what is no reverse name costs a look at its last letters.
import { blend, FNV_START } from '../record/fnv.ts';

/**
 * Names that are made of an address, its parts in reverse:
 *
 *     reverse = 4(octet ".") "in-addr.arpa"          RFC 1035 section 3.5
 *             / 1*32(nibble ".") "ip6.arpa"          RFC 3596 section 2.5; fewer than 32 stand for a block of addresses
 */
export const Named = { nothing: 0, address: 1, block: 2 } as const;

const TAILS = ['.in-addr.arpa', '.ip6.arpa'].map((tail) =>
  Array.from(tail, (letter) => letter.charCodeAt(0)).reverse(),
);
const [IN_ADDR, IP6] = TAILS;
const DOT = 46;
const NIBBLES = 32;
/** Nibbles of an IPv6 address that are taken for a number. */
const LOW = 8;

/** A reverse name that has been read. */
export class ReverseName {
  /** of an address the last 32 bits; of a block its last nibble */
  low = 0;
  /** hash of what stands before `low` in the address; of a block that is the block it lies in */
  upper = 0;
  /** hash of a block as a whole, as `upper` of those in it has it */
  whole = 0;

  /** Reads bytes[from … from + length). @returns one of Named */
  read(bytes: Uint8Array, from: number, length: number): number {
    const end = from + length;
    if (endsIn(bytes, from, end, IN_ADDR)) return this.#octets(bytes, from, end - IN_ADDR.length - 1);
    return endsIn(bytes, from, end, IP6) ? this.#nibbles(bytes, from, end - IP6.length - 1) : Named.nothing;
  }

  /** @param last place of the last byte before the tail */
  #octets(bytes: Uint8Array, from: number, last: number): number {
    let at = last;
    let address = 0;
    for (let octet = 0; octet < 4; octet += 1) {
      let value = 0;
      let scale = 1;
      for (; at >= from && bytes[at] !== DOT; at -= 1, scale *= 10) {
        const digit = bytes[at] - 48;
        if (digit < 0 || digit > 9 || scale > 100) return Named.nothing;
        value += digit * scale;
      }
      if (scale === 1 || value > 255 || octet < 3 !== at >= from) return Named.nothing;
      at -= 1;
      address = address * 256 + value;
    }
    this.low = address;
    this.upper = 0;
    return Named.address;
  }

  #nibbles(bytes: Uint8Array, from: number, last: number): number {
    const count = (last - from + 2) >> 1;
    if (((last - from) & 1) !== 0 || count < 1 || count > NIBBLES) return Named.nothing;
    const high = count === NIBBLES ? NIBBLES - LOW : count - 1;
    let upper = FNV_START;
    let low = 0;
    for (let n = 0; n < count; n += 1) {
      const at = last - 2 * n;
      const value = nibbleOf(bytes[at]);
      if (value < 0 || (n + 1 < count && bytes[at - 1] !== DOT)) return Named.nothing;
      if (n < high) upper = blend(upper, value);
      else low = low * 16 + value;
    }
    this.low = low;
    this.upper = upper;
    this.whole = blend(upper, low & 15);
    return count === NIBBLES ? Named.address : Named.block;
  }
}

function endsIn(bytes: Uint8Array, from: number, end: number, tail: readonly number[]): boolean {
  if (end - from <= tail.length) return false;
  for (let n = 0; n < tail.length; n += 1) {
    const byte = bytes[end - 1 - n];
    if (byte !== tail[n] && (byte | 32) !== tail[n]) return false;
  }
  return true;
}

function nibbleOf(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const small = byte | 32;
  return small >= 97 && small <= 102 ? small - 87 : -1;
}
