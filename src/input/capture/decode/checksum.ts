import { Trait } from '../../../record/packet.ts';
import { note, type Walk } from './walk.ts';

// Hot: per packet.

/*
 * The Internet checksum (RFC 1071): the 16-bit one's complement sum of the words; over a correct packet, checksum
 * included, the sum is 0xffff. TCP, UDP and ICMPv6 add a pseudo-header: addresses, protocol, length (RFC 9293 3.1,
 * RFC 768, RFC 8200 8.1).
 *
 * Transport checksums are verified where the whole segment was captured and a wrong one could deceive detection:
 *   TCP      SYN, FIN, RST up to 1500 bytes, and all segments with at most 64 bytes of payload
 *   UDP      datagrams of at most 128 bytes of payload
 *   ICMP     messages of at most 136 bytes (ICMPv6 alike)
 * Bigger segments are part of conversations that smaller ones opened; summing them would cost more than all the rest.
 */

/** Sum of the 16-bit words from `at` to `end`, not folded. At most 64 KiB, so that it stays below 2^31. */
export function sumOf(view: DataView, at: number, end: number): number {
  let sum = 0;
  let here = at;
  for (; here <= end - 4; here = (here + 4) | 0) {
    const word = view.getInt32(here);
    sum = (sum + (word >>> 16) + (word & 0xffff)) | 0;
  }
  if (here + 1 < end) {
    sum += view.getUint16(here);
    here += 2;
  }
  if (here < end) sum += view.getUint8(here) << 8;
  return sum;
}

/** Carries added back in: one's complement, 16 bits. */
export function fold(sum: number): number {
  const once = (sum & 0xffff) + (sum >>> 16);
  return (once + (once >>> 16)) & 0xffff;
}

const swap = (word: number): number => ((word & 0xff) << 8) | (word >>> 8);

/**
 * Verifies the checksum of a segment that was captured to its end.
 *
 * A sender that leaves the sum to its network card fills the field with the pseudo-header's sum alone (Linux
 * CHECKSUM_PARTIAL; Windows large send leaves the length out) or not at all: seen there, such a packet is not wrong.
 *
 * @param field where the checksum stands in the segment
 */
export function verify(walk: Walk, protocol: number, field: number, wrong: number, offload: number): void {
  const { view, at, end, pseudo } = walk;
  if (pseudo < 0) return;
  if (fold(pseudo + protocol + (end - at) + sumOf(view, at, end)) === 0xffff) return;
  const found = view.getUint16(at + field);
  const partial = fold(pseudo + protocol + (end - at));
  const bare = fold(pseudo + protocol);
  const sum = found === partial || found === swap(partial) || found === bare || found === swap(bare);
  const left = sum || found === 0;
  walk.found |= left ? Trait.offload : Trait.badChecksum;
  note(walk, left ? offload : wrong);
}
