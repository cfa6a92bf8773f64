// Hot: inside the parsers of SNMP, LDAP and X.509.

/*
 * ASN.1 in BER or DER (X.690 section 8.1): tag 8, length, content.
 *   length = 8 bits below 128 | (128 + n) 8, n bytes
 * Tags of more than one byte and indefinite lengths are not read.
 */

/** Where the element's content ends; set by `enter` and `skip`. */
export const Element = { tag: 0, end: 0 };

/**
 * Reads tag and length of the element at `at`.
 *
 * @returns where its content starts, or −1: it does not fit before `end`
 */
export function enter(bytes: Uint8Array, at: number, end: number): number {
  if (at < 0 || at + 2 > end) return -1;
  let size = bytes[at + 1];
  let start = at + 2;
  if (size >= 128) {
    const width = size & 127;
    if (width === 0 || width > 3 || start + width > end) return -1;
    size = 0;
    for (let k = 0; k < width; k += 1) size = (size << 8) | bytes[start + k];
    start += width;
  }
  if (size > end - start) return -1;
  Element.tag = bytes[at];
  Element.end = start + size;
  return start;
}

/** As `enter`, but the element must have this tag. */
export function enterTag(bytes: Uint8Array, at: number, end: number, tag: number): number {
  const start = enter(bytes, at, end);
  return start >= 0 && Element.tag === tag ? start : -1;
}

/** Where the element behind the one at `at` starts, or −1. */
export function skip(bytes: Uint8Array, at: number, end: number): number {
  return enter(bytes, at, end) < 0 ? -1 : Element.end;
}

/** As `skip`, but the element must have this tag. */
export function skipTag(bytes: Uint8Array, at: number, end: number, tag: number): number {
  return enterTag(bytes, at, end, tag) < 0 ? -1 : Element.end;
}

export const Tag = { integer: 2, octets: 4, oid: 6, sequence: 0x30, set: 0x31 } as const;
