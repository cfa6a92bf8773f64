import { Kind, Trait } from '../../../record/packet.ts';
import { TCP } from '../../../record/protocols.ts';
import { Weird } from '../../../record/weird.ts';
import { fail, finish, Layer, note, type Walk, withoutTransport } from './walk.ts';

// Hot: per packet.

/*
 * Fragments: IPv4 (RFC 791 3.2), IPv6 (RFC 8200 4.5). The IPv6 fragment header:
 *   0 next header 8, reserved 8, offset / 8  13, reserved 2, more 1, identification 32
 * A row of kind `fragment` keeps where the IP header starts (`payload`) and the length of that IP packet
 * (`payloadCaptured`, `payloadLength`); what put it together reads the rest with the functions below.
 */

/** Bytes of the transport header that a first fragment must hold for a filter to judge it (RFC 1858 3, RFC 791). */
const LEAST = 8;

/**
 * Makes the row a fragment. The walk stands behind the header that tells the offset.
 *
 * @param offset of its data in the whole packet's, in bytes
 */
export function fragmented(walk: Walk, protocol: number, offset: number, more: boolean): number {
  const length = walk.wire - walk.at;
  // a fragment in what was put together from fragments: nobody sends that
  if (offset + length > 0xffff || (walk.found & Trait.reassembled) !== 0)
    return fail(walk, Weird['fragment-beyond-end']);
  if ((offset === 0 && length < (protocol === TCP ? 20 : LEAST)) || (offset === 8 && protocol === TCP) || length === 0)
    tiny(walk);
  else if (more && length < LEAST) tiny(walk);
  walk.protocol[walk.row] = protocol;
  withoutTransport(walk);
  finish(walk, Kind.fragment, walk.ip);
  return Layer.done;
}

function tiny(walk: Walk): void {
  walk.found |= Trait.hiding;
  note(walk, Weird['fragment-tiny']);
}

const word = (bytes: Uint8Array, at: number): number => (bytes[at] << 8) | bytes[at + 1];

/**
 * Where the fragment header of an IPv6 packet starts. Only for rows of kind `fragment`, in which the decoder has
 * already walked the same way.
 */
function fragmentHeader(bytes: Uint8Array, ip: number): number {
  let next = bytes[ip + 6];
  let at = ip + 40;
  // as many steps as ipv6.ts takes; fragment headers of whole packets ("atomic") are passed over as there
  for (let step = 0; step < 8 && (next !== 44 || (word(bytes, at + 2) & 0xfff9) === 0); step += 1) {
    const length = next === 44 ? 8 : next === 51 ? (bytes[at + 1] + 2) << 2 : (bytes[at + 1] + 1) << 3;
    next = bytes[at];
    at += length;
  }
  return at;
}

const isV6 = (bytes: Uint8Array, ip: number): boolean => bytes[ip] >>> 4 === 6;

/** Offset of the fragment's data in the whole packet's data, in bytes. `ip`: the row's `payload`. */
export function fragmentOffset(bytes: Uint8Array, ip: number): number {
  return isV6(bytes, ip) ? word(bytes, fragmentHeader(bytes, ip) + 2) & 0xfff8 : (word(bytes, ip + 6) & 0x1fff) << 3;
}

/** Whether more fragments follow. */
export function fragmentMore(bytes: Uint8Array, ip: number): boolean {
  return isV6(bytes, ip) ? (bytes[fragmentHeader(bytes, ip) + 3] & 1) !== 0 : (bytes[ip + 6] & 0x20) !== 0;
}

/** Identification: 16 bits in IPv4, 32 bits in IPv6 (as a signed word). */
export function fragmentId(bytes: Uint8Array, ip: number): number {
  if (!isV6(bytes, ip)) return word(bytes, ip + 4);
  const at = fragmentHeader(bytes, ip) + 4;
  return (word(bytes, at) << 16) | word(bytes, at + 2);
}

/** Where the fragment's data starts in `bytes`; it ends at payload + payloadCaptured (on the wire: + payloadLength). */
export function fragmentData(bytes: Uint8Array, ip: number): number {
  return isV6(bytes, ip) ? fragmentHeader(bytes, ip) + 8 : ip + ((bytes[ip] & 15) << 2);
}
