import { Trait } from '../../../record/packet.ts';
import { Weird } from '../../../record/weird.ts';
import { fold, sumOf } from './checksum.ts';
import { fragmented } from './fragment.ts';
import { fail, impossible, note, shard4, type Walk } from './walk.ts';

// Hot: per packet.

/*
 * IPv4 header (RFC 791 3.1)
 *
 *  0  version 4 | header length in words 4
 *  1  DSCP, ECN
 *  2  total length 16
 *  4  identification 16
 *  6  reserved 1 (RFC 3514 calls it evil) | don't fragment 1 | more fragments 1 | fragment offset / 8  13
 *  8  TTL 8, protocol 8, header checksum 16
 * 12  source 32, target 32, options
 */
const HEADER_CUT = Weird['ip-header-cut'];
const LENGTH_IMPOSSIBLE = Weird['ip-length-impossible'];

/** Reads an IPv4 header; returns the protocol number. */
export function ip4(walk: Walk): number {
  const { view, bytes, row, at } = walk;
  if (walk.end - at < 20) return fail(walk, HEADER_CUT);
  const first = bytes[at];
  if (first >>> 4 !== 4) return fail(walk, Weird['ip-version-wrong']);
  const header = (first & 15) << 2;
  if (header < 20) return fail(walk, Weird['ip-header-length-impossible']);
  // 0: a segment that the sender's network card will cut up (TSO), captured before it did
  const total = view.getUint16(at + 2) || walk.wire - at;
  if (total < header || total > walk.wire - at) return fail(walk, LENGTH_IMPOSSIBLE);
  if (header > walk.end - at) return fail(walk, HEADER_CUT);
  walk.wire = at + total;
  if (walk.end > walk.wire) walk.end = walk.wire;
  else if (walk.end < walk.wire) walk.found |= Trait.cut;
  walk.ip = at;
  walk.extensions = 0;

  const source = view.getInt32(at + 12);
  const target = view.getInt32(at + 16);
  const { address } = walk;
  const word = row << 3;
  address[word] = 0;
  address[word + 1] = 0;
  address[word + 2] = 0xffff;
  address[word + 3] = source;
  address[word + 4] = 0;
  address[word + 5] = 0;
  address[word + 6] = 0xffff;
  address[word + 7] = target;
  shard4(walk, source, target);
  walk.pseudo = (source >>> 16) + (source & 0xffff) + (target >>> 16) + (target & 0xffff);
  if (target >>> 28 === 14 || target === -1) walk.found |= Trait.broadcast;
  const top = source >>> 24;
  if (top === 0 || top === 127 || top >= 224 || target === 0 || source === target) judge(walk, source, target);

  const sum = sumOf(view, at, at + header);
  if (fold(sum) !== 0xffff) badSum(walk);
  if (header > 20) options(walk, at + 20, at + header);
  walk.ipId[row] = view.getUint16(at + 4);
  walk.ttl[row] = bytes[at + 8];
  const protocol = bytes[at + 9];
  walk.at = at + header;
  const part = view.getUint16(at + 6);
  if (part === 0) return protocol;
  if (part & 0x4000) walk.found |= Trait.dontFragment;
  if (part & 0x8000) {
    walk.found |= Trait.reservedBits;
    note(walk, Weird['ip-reserved-flag']);
  }
  if ((part & 0x3fff) === 0) return protocol;
  return fragmented(walk, protocol, (part & 0x1fff) << 3, (part & 0x2000) !== 0);
}

/** Notes addresses that no host can have (RFC 1122 3.2.1.3, RFC 6890). */
function judge(walk: Walk, source: number, target: number): void {
  const top = source >>> 24;
  const everybody = target >>> 28 === 14 || target === -1;
  const loopback = top === 127 && target >>> 24 === 127;
  // 0.0.0.0 → everybody: a host that has no address yet (DHCP, IGMP)
  const nobody = (source === 0 && !everybody) || (top >= 224 && top < 240) || source === -1;
  if (nobody || (top === 127 && !loopback)) impossible(walk, Weird['ip-source-impossible']);
  if (target === 0) impossible(walk, Weird['ip-target-impossible']);
  else if (source === target && !loopback) impossible(walk, Weird['ip-source-is-target']);
}

/** A header checksum of 0 is what offload leaves behind. */
function badSum(walk: Walk): void {
  const left = walk.view.getUint16(walk.at + 10) === 0;
  walk.found |= left ? Trait.offload : Trait.badChecksum;
  note(walk, Weird[left ? 'ip-checksum-offload' : 'ip-checksum-wrong']);
}

/** Options: 0 ends the list, 1 is padding, all others have their length in the second byte (RFC 791 3.1). */
function options(walk: Walk, from: number, end: number): void {
  const { bytes } = walk;
  walk.found |= Trait.ipOptions;
  let at = from;
  while (at < end && bytes[at] !== 0) {
    const kind = bytes[at];
    const length = kind === 1 ? 1 : at + 1 < end ? bytes[at + 1] : 0;
    if (length === 0 || (kind !== 1 && length < 2) || at + length > end) {
      walk.found |= Trait.badOptions;
      return note(walk, Weird['ip-options-malformed']);
    }
    // loose and strict source route: the target in the header is not the last one, which the pseudo-header has
    if (kind === 131 || kind === 137) walk.pseudo = -1;
    at += length;
  }
}
