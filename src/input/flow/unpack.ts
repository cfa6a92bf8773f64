// Hot: runs once a byte of a compressed block.

/*
 * Blocks compressed by LZ4 and by LZO1X.
 *
 * LZ4 ("LZ4 Block Format Description"):
 *   block    = *sequence                 sequence = token [more] literals [offset(2, little-endian) [more]]
 *   token    = literals in the upper 4 bits, length − 4 of the match in the lower; 15: *ff and another byte are added
 *   The last sequence ends behind its literals.
 *
 * LZO1X ("LZO stream format as understood by Linux' LZO decompressor"), by the first byte of an instruction:
 *   0 … 15      after no literals: 3 + L literals
 *               after 1 … 3 of them: 2 bytes from H << 2 | D, + 1; after more: 3 bytes from H << 2 | D, + 2049
 *   16 … 31     2 + L bytes from 16384 + (H << 14 | D); the end where that is 16384
 *   32 … 63     2 + L bytes from D + 1
 *   64 … 127    3 + L bytes from H << 3 | D, + 1        128 … 255    5 + L bytes, likewise
 *   and after a match as many literals as the two lowest bits say. A first byte from 18 is 17 more than so many literals.
 */

/** Writes what an LZ4 block says into `out`; returns how many bytes, or −1 when it is damaged or does not fit. */
export function unpackLz4(bytes: Uint8Array, from: number, to: number, out: Uint8Array): number {
  let at = from;
  let end = 0;
  while (at < to) {
    const token = bytes[at];
    at += 1;
    let literals = token >>> 4;
    if (literals === 15) {
      let more = 255;
      while (more === 255 && at < to) {
        more = bytes[at];
        literals += more;
        at += 1;
      }
    }
    if (at + literals > to || end + literals > out.length) return -1;
    for (const stop = at + literals; at < stop; at += 1, end += 1) out[end] = bytes[at];
    if (at === to) return end;
    if (at + 2 > to) return -1;
    const distance = bytes[at] | (bytes[at + 1] << 8);
    at += 2;
    let length = (token & 15) + 4;
    if ((token & 15) === 15) {
      let more = 255;
      while (more === 255 && at < to) {
        more = bytes[at];
        length += more;
        at += 1;
      }
    }
    if (distance === 0 || distance > end || end + length > out.length) return -1;
    for (const stop = end + length; end < stop; end += 1) out[end] = out[end - distance];
  }
  return -1;
}

/** As `unpackLz4`, of an LZO1X block. */
export function unpackLzo(bytes: Uint8Array, from: number, to: number, out: Uint8Array): number {
  let at = from;
  let end = 0;
  /** literals that were copied last: 0 … 3, 4 for more */
  let state = 0;
  let literals = 0;
  if (at < to && bytes[at] > 17) {
    literals = bytes[at] - 17;
    state = Math.min(4, literals);
    at += 1;
  }
  for (;;) {
    if (at + literals > to || end + literals > out.length) return -1;
    for (const stop = at + literals; at < stop; at += 1, end += 1) out[end] = bytes[at];
    if (at + 2 > to) return -1;
    const code = bytes[at];
    at += 1;
    let length = 0;
    let distance = 0;
    let rest = code;
    if (code < 64 && (code >= 16 || state === 0)) {
      // the lengths that may go on: in 4, 3 and 5 bits
      const mask = code < 16 ? 15 : code < 32 ? 7 : 31;
      length = code & mask;
      if (length === 0) {
        length = mask;
        while (at < to && bytes[at] === 0) {
          length += 255;
          at += 1;
        }
        if (at >= to) return -1;
        length += bytes[at];
        at += 1;
      }
    }
    if (code < 16 && state === 0) {
      literals = length + 3;
      state = 4;
      continue;
    }
    if (code >= 16 && code < 64) {
      if (at + 2 > to) return -1;
      rest = bytes[at] | (bytes[at + 1] << 8);
      at += 2;
      length += 2;
      distance = rest >>> 2;
      if (code >= 32) distance += 1;
      else distance += 16_384 + ((code & 8) << 11);
      if (code < 32 && distance === 16_384) return end;
    } else {
      const high = bytes[at];
      at += 1;
      if (code >= 64) {
        length = code < 128 ? 3 + ((code >>> 5) & 1) : 5 + ((code >>> 5) & 3);
        distance = (high << 3) + ((code >>> 2) & 7) + 1;
      } else {
        length = state === 4 ? 3 : 2;
        distance = (high << 2) + ((code >>> 2) & 3) + (state === 4 ? 2049 : 1);
      }
    }
    if (distance > end || end + length > out.length) return -1;
    for (const stop = end + length; end < stop; end += 1) out[end] = out[end - distance];
    literals = rest & 3;
    state = literals;
  }
}
