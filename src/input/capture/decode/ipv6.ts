import { Trait } from '../../../record/packet.ts';
import { Weird } from '../../../record/weird.ts';
import { fragmented } from './fragment.ts';
import { fail, impossible, note, shard6, type Walk } from './walk.ts';

// Hot: per packet.

/*
 * IPv6 header (RFC 8200 3)
 *  0  version 4, traffic class 8, flow label 20
 *  4  payload length 16, next header 8, hop limit 8
 *  8  source 128, target 128
 *
 * Extension headers (RFC 8200 4; RFC 7045 lists them)
 *   hop-by-hop 0, routing 43, destination options 60, mobility 135, HIP 139, shim6 140:
 *     next header 8, length in 8 bytes not counting the first 8, …      routing: type at 2, segments left at 3
 *   authentication header 51 (RFC 4302 2): next header 8, length in 4 bytes minus 2, …
 *   fragment 44 (RFC 8200 4.5): see fragment.ts
 */
const MOST_EXTENSIONS = 8;
/** What a frame on Ethernet is padded with at most behind an IPv6 header: 60 − 14 − 40. */
const PADDING = 6;

/** Reads an IPv6 header; returns the next header's number. */
export function ip6(walk: Walk): number {
  const { view, bytes, row, at } = walk;
  if (walk.end - at < 40) return fail(walk, Weird['ip-header-cut']);
  if (bytes[at] >>> 4 !== 6) return fail(walk, Weird['ip-version-wrong']);
  let length = view.getUint16(at + 4);
  // 0: a jumbogram (RFC 2675), or a segment that the network card will cut up; or truly nothing but padding
  if (length === 0 && walk.wire - at - 40 > PADDING) length = walk.wire - at - 40;
  if (length > walk.wire - at - 40) return fail(walk, Weird['ip-length-impossible']);
  walk.wire = at + 40 + length;
  if (walk.end > walk.wire) walk.end = walk.wire;
  else if (walk.end < walk.wire) walk.found |= Trait.cut;
  walk.found |= Trait.v6;
  walk.ip = at;

  const { address } = walk;
  let sum = 0;
  for (let word = 0; word < 8; word += 1) {
    const value = view.getInt32(at + 8 + (word << 2));
    address[(row << 3) + word] = value;
    sum += (value >>> 16) + (value & 0xffff);
  }
  walk.pseudo = sum;
  shard6(walk, at + 8, at + 24);
  if (bytes[at + 24] === 0xff) walk.found |= Trait.broadcast;
  const zeros = view.getInt32(at + 8) === 0 || view.getInt32(at + 24) === 0;
  const alike = view.getInt32(at + 20) === view.getInt32(at + 36);
  if (zeros || alike || bytes[at + 8] === 0xff) judge(walk, at + 8, at + 24);
  walk.ipId[row] = view.getUint16(at + 2);
  walk.ttl[row] = bytes[at + 7];
  walk.extensions = 0;
  walk.at = at + 40;
  return bytes[at + 6];
}

/** Notes addresses that no host on a network can have (RFC 4291 2.5.2, 2.5.3, 2.5.5.2, 2.7). */
function judge(walk: Walk, source: number, target: number): void {
  const { view, bytes } = walk;
  const own = low(view, source);
  const loopback = own === 1 && low(view, target) === 1;
  // :: → a group: a host that has no address yet (duplicate address detection, MLD)
  const nobody = (own === 0 && bytes[target] !== 0xff) || (own === 1 && !loopback) || own === 0xffff;
  if (nobody || bytes[source] === 0xff) impossible(walk, Weird['ip-source-impossible']);
  if (low(view, target) === 0) impossible(walk, Weird['ip-target-impossible']);
  else if (!loopback && same(view, source, target)) impossible(walk, Weird['ip-source-is-target']);
}

/** 0 for ::, 1 for ::1, 0xffff for a mapped IPv4 address (never on a wire), −1 for all others. */
function low(view: DataView, at: number): number {
  if (view.getInt32(at) !== 0 || view.getInt32(at + 4) !== 0) return -1;
  const third = view.getInt32(at + 8);
  if (third === 0xffff) return third;
  const last = view.getInt32(at + 12);
  return third === 0 && (last === 0 || last === 1) ? last : -1;
}

function same(view: DataView, a: number, b: number): boolean {
  for (let at = 0; at < 16; at += 4) if (view.getInt32(a + at) !== view.getInt32(b + at)) return false;
  return true;
}

/** Reads one extension header of this kind; returns the next header's number. */
export function extension(walk: Walk, kind: number): number {
  const { bytes, at } = walk;
  if (walk.extensions >= MOST_EXTENSIONS) return fail(walk, Weird['ip6-extension-too-deep']);
  if (walk.end - at < 8) return fail(walk, Weird['ip6-extension-cut']);
  if (kind === 0 && walk.extensions > 0) hides(walk, Weird['ip6-extension-order']);
  walk.extensions += 1;
  if (kind === 44) return fragmentHeader(walk);
  const length = kind === 51 ? (bytes[at + 1] + 2) << 2 : (bytes[at + 1] + 1) << 3;
  if (length > walk.end - at) return fail(walk, Weird['ip6-extension-cut']);
  walk.found |= Trait.extension;
  if (kind === 43) routing(walk);
  walk.at = at + length;
  return bytes[at];
}

/** With segments left, the target in the header is not the last one, which the pseudo-header has (RFC 8200 8.1). */
function routing(walk: Walk): void {
  const { bytes, at } = walk;
  if (bytes[at + 3] !== 0) walk.pseudo = -1;
  if (bytes[at + 2] === 0) hides(walk, Weird['ip6-routing-type-zero']);
}

function hides(walk: Walk, weird: number): void {
  walk.found |= Trait.hiding;
  note(walk, weird);
}

/** A fragment header on a packet that is whole is skipped ("atomic fragment", RFC 6946). */
function fragmentHeader(walk: Walk): number {
  const { view, bytes, at } = walk;
  const part = view.getUint16(at + 2);
  walk.at = at + 8;
  if ((part & 0xfff9) === 0) return bytes[at];
  return fragmented(walk, bytes[at], part & 0xfff8, (part & 1) !== 0);
}
