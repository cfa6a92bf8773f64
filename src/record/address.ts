/**
 * Addresses are four u32 words in host order, most significant first, standing anywhere in a column `(words, at)`.
 * An IPv4 address is its IPv4-mapped IPv6 address: 0, 0, 0xffff, address (RFC 4291 section 2.5.5.2).
 * Prefix lengths are those of the 128 bits: an IPv4 /24 is 120.
 */

/** Bits that the mapping puts before an IPv4 address. */
export const V4_BITS = 96;

const MAPPED = 0xffff;

/**
 * Reads an address. IPv4: four decimal numbers without leading zeros. IPv6: RFC 4291 section 2.2, all three forms,
 * without a zone.
 *
 * @returns the four words, or null when the text is anything else
 */
export function parseAddress(text: string): Uint32Array | null {
  if (text.length > 45) return null;
  if (text.includes(':')) return parseV6(text);
  const v4 = parseV4(text);
  return v4 < 0 ? null : Uint32Array.of(0, 0, MAPPED, v4);
}

/** dotted = number "." number "." number "." number; −1: it is not one */
function parseV4(text: string): number {
  let value = 0;
  let number = -1;
  let dots = 0;
  for (let at = 0; at < text.length; at += 1) {
    const digit = text.charCodeAt(at) - 48;
    if (digit >= 0 && digit <= 9) {
      // no digit may follow a zero that a number begins with
      if (number === 0) return -1;
      number = number < 0 ? digit : number * 10 + digit;
      if (number > 255) return -1;
    } else {
      if (digit !== -2 || number < 0 || dots === 3) return -1;
      value = value * 256 + number;
      number = -1;
      dots += 1;
    }
  }
  return dots === 3 && number >= 0 ? value * 256 + number : -1;
}

/**
 *     address = groups | [groups] "::" [groups]     8 groups in all; "::" stands for at least one group of zeros
 *     groups  = group *(":" group)                  the last two groups of an address may be written dotted
 *     group   = 1*4 hex digits
 */
function parseV6(text: string): Uint32Array | null {
  const gap = text.indexOf('::');
  const left = parseGroups(gap < 0 ? text : text.slice(0, gap), gap < 0);
  const right = gap < 0 ? [] : parseGroups(text.slice(gap + 2), true);
  if (left === null || right === null) return null;
  const zeros = 8 - left.length - right.length;
  if (gap < 0 ? zeros !== 0 : zeros < 1) return null;
  const groups = [...left, ...Array.from({ length: zeros }, () => 0), ...right];
  return Uint32Array.from({ length: 4 }, (_, word) => groups[2 * word] * 0x10000 + groups[2 * word + 1]);
}

/** @param ends the text ends the address, so that its last part may be dotted */
function parseGroups(text: string, ends: boolean): number[] | null {
  const groups: number[] = [];
  if (text === '') return groups;
  const parts = text.split(':');
  for (const [at, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else {
      const v4 = ends && at === parts.length - 1 ? parseV4(part) : -1;
      if (v4 < 0) return null;
      groups.push(v4 >>> 16, v4 & 0xffff);
    }
  }
  return groups;
}

/** Text of an address: dotted for IPv4, else the canonical form of RFC 5952 section 4. */
export function formatAddress(words: Uint32Array, at: number): string {
  if (isV4(words, at)) return formatV4(words[at + 3]);
  const groups = Array.from({ length: 8 }, (_, group) => groupOf(words, at, group));
  const [start, length] = longestZeros(groups);
  const text = (from: number, to: number): string =>
    groups
      .slice(from, to)
      .map((group) => group.toString(16))
      .join(':');
  return length < 2 ? text(0, 8) : `${text(0, start)}::${text(start + length, 8)}`;
}

function formatV4(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

function groupOf(words: Uint32Array, at: number, group: number): number {
  const word = words[at + (group >> 1)];
  return group & 1 ? word & 0xffff : word >>> 16;
}

/** First of the longest runs of zero groups, as [start, length] (RFC 5952 section 4.2.3). */
function longestZeros(groups: readonly number[]): readonly [number, number] {
  let start = 0;
  let length = 0;
  for (let from = 0, at = 0; at < groups.length; at += 1) {
    if (groups[at] !== 0) from = at + 1;
    else if (at + 1 - from > length) {
      start = from;
      length = at + 1 - from;
    }
  }
  return [start, length];
}

/** Text of the prefix of `bits` bits that the address lies in: `203.0.113.0/24`, `2001:db8::/32`. */
export function formatPrefix(words: Uint32Array, at: number, bits: number): string {
  const start = new Uint32Array(4);
  maskTo(words, at, bits, start, 0);
  const length = isV4(start, 0) && bits >= V4_BITS ? bits - V4_BITS : bits;
  return `${formatAddress(start, 0)}/${length}`;
}

/** Bits of the prefix of neighbours that an address lies in: a /24 of IPv4 (mapped), or a /64. */
export const nearBits = (words: Uint32Array, at: number): number => (isV4(words, at) ? V4_BITS + 24 : 64);

/** The prefix of neighbours that an address lies in. */
export const neighbourhood = (words: Uint32Array, at: number): string => formatPrefix(words, at, nearBits(words, at));

/** Writes the address with all but its first `bits` bits (0 … 128) cleared. In place is allowed. */
export function maskTo(words: Uint32Array, at: number, bits: number, out: Uint32Array, outAt: number): void {
  for (let word = 0; word < 4; word += 1) {
    const kept = Math.min(32, Math.max(0, bits - 32 * word));
    out[outAt + word] = kept === 0 ? 0 : words[at + word] & (-1 << (32 - kept));
  }
}

export function isV4(words: Uint32Array, at: number): boolean {
  return words[at + 2] === MAPPED && words[at + 1] === 0 && words[at] === 0;
}

/**
 * Addresses that mean something only within a network or a host: 10/8, 172.16/12, 192.168/16 (RFC 1918), 169.254/16
 * (RFC 3927), 127/8 (RFC 1122 section 3.2.1.3), fc00::/7 (RFC 4193), fe80::/10 and ::1 (RFC 4291).
 * Not the address space shared by carriers, 100.64/10 (RFC 6598), nor the documentation ranges.
 */
export function isPrivate(words: Uint32Array, at: number): boolean {
  if (isV4(words, at)) return isPrivateV4(words[at + 3] | 0);
  const first = words[at];
  if (first >>> 25 === 0xfc >>> 1 || first >>> 22 === 0xfe80 >>> 6) return true;
  return first === 0 && words[at + 1] === 0 && words[at + 2] === 0 && words[at + 3] === 1;
}

/** @param word as i32, which is never an object on the heap */
function isPrivateV4(word: number): boolean {
  const top = word >>> 24;
  const half = word >>> 16;
  return top === 10 || top === 127 || word >>> 20 === 0xac1 || half === 0xc0a8 || half === 0xa9fe;
}

/** 224/4 (RFC 5771), ff00::/8 (RFC 4291 section 2.7). */
export function isMulticast(words: Uint32Array, at: number): boolean {
  return isV4(words, at) ? words[at + 3] >>> 28 === 0xe : words[at] >>> 24 === 0xff;
}

/** 0.0.0.0 or ::, "no address yet". */
export function isUnspecified(words: Uint32Array, at: number): boolean {
  if (words[at] !== 0 || words[at + 1] !== 0 || words[at + 3] !== 0) return false;
  return words[at + 2] === 0 || words[at + 2] === MAPPED;
}

/** 255.255.255.255, the limited broadcast address (RFC 919). That of a subnet cannot be told from the address. */
export function isBroadcast(words: Uint32Array, at: number): boolean {
  return isV4(words, at) && words[at + 3] === 0xffffffff;
}

/** Whether the address is that of a group of hosts. */
export const isGroup = (words: Uint32Array, at: number): boolean => isMulticast(words, at) || isBroadcast(words, at);
