import { blend, FNV_START } from '../../../record/fnv.ts';
import { Kind, Trait } from '../../../record/packet.ts';
import { ACK, FIN, RST, SYN, URG } from '../../../record/tcp-flags.ts';
import { Weird } from '../../../record/weird.ts';
import { verify } from './checksum.ts';
import { fail, finish, note, type Walk } from './walk.ts';

// Hot: per packet.

/*
 * TCP header (RFC 9293 3.1)
 *  0  source port 16, target port 16
 *  4  sequence number 32
 *  8  acknowledgement number 32
 * 12  header length in words 4, reserved 3, AE CWR ECE URG ACK PSH RST SYN FIN (AE: RFC 9768)
 * 14  window 16
 * 16  checksum 16, urgent pointer 16
 * 20  options: kind 8 [length 8, data]; 0 ends the list, 1 is padding
 *
 * `options` is FNV-1a (32 bits) over: the kinds in order (0 last, once), then the MSS (2 bytes, 0 when absent), then
 * the window scale (1 byte, 255 when absent). It tells stacks and tools apart. 0: no options, or they were cut off.
 */
const CHECKSUM_WRONG = Weird['tcp-checksum-wrong'];
const CHECKSUM_OFFLOAD = Weird['tcp-checksum-offload'];

/** the flags that count for what a segment means: without ECE, CWR, AE */
const CONTROL = 0x3f;

/** no MSS, no window scale */
const closed = (hash: number): number => blend(blend(blend(hash, 0), 0), 255);

/** Nearly all segments of a running connection carry these 12 bytes of options: padding, padding, timestamps. */
export const COMMON_HEADER = 32;
export const COMMON = 0x0101080a;
export const COMMON_HASH = closed(blend(blend(blend(FNV_START, 1), 1), 8));

/** Up to how much payload the checksum is verified, and how long a SYN, FIN or RST (see checksum.ts). */
export const MOST_PAYLOAD = 64;
const MOST_LENGTH = 1500;

/** Reads a TCP segment. */
export function tcp(walk: Walk): number {
  const { view, bytes, row, at } = walk;
  if (walk.end - at < 20) return fail(walk, Weird['tcp-header-cut']);
  const high = bytes[at + 12];
  const header = (high >>> 4) << 2;
  if (header < 20 || header > walk.wire - at) return fail(walk, Weird['tcp-header-length-impossible']);
  walk.sourcePort[row] = view.getUint16(at);
  walk.targetPort[row] = view.getUint16(at + 2);
  walk.flags[row] = ((high & 1) << 8) | bytes[at + 13];
  walk.seq[row] = view.getInt32(at + 4);
  walk.ack[row] = view.getInt32(at + 8);
  walk.window[row] = view.getUint16(at + 14);
  walk.urgent[row] = view.getUint16(at + 18);
  walk.options[row] = 0;
  walk.mss[row] = 0;
  inspectTcp(walk);
  return finish(walk, Kind.tcp, at + header);
}

/** Reads the options, notes what is odd, verifies the checksum. */
export function inspectTcp(walk: Walk): void {
  const { view, bytes, at } = walk;
  const high = bytes[at + 12];
  const flags = bytes[at + 13];
  const header = (high >>> 4) << 2;
  const payload = walk.wire - at - header;
  if (header > 20) options(walk, at + 20, at + header);
  if ((flags & ACK) === 0 || (flags & SYN) !== 0) oddFlags(walk, flags, payload);
  if ((high & 0x0e) !== 0) {
    walk.found |= Trait.reservedBits;
    note(walk, Weird['tcp-reserved-bits']);
  }
  if (view.getUint16(at) === 0 || view.getUint16(at + 2) === 0) note(walk, Weird['tcp-port-zero']);
  if ((flags & URG) === 0 && view.getUint16(at + 18) !== 0) note(walk, Weird['tcp-urgent-without-flag']);
  if (walk.end < walk.wire) return;
  const opening = (flags & (SYN | FIN | RST)) !== 0 && walk.wire - at <= MOST_LENGTH;
  if (opening || payload <= MOST_PAYLOAD) verify(walk, 6, 16, CHECKSUM_WRONG, CHECKSUM_OFFLOAD);
}

/** Combinations that no stack sends: without ACK only a SYN or a RST alone is usual. */
function oddFlags(walk: Walk, flags: number, payload: number): void {
  const control = flags & CONTROL;
  if (control === CONTROL) note(walk, Weird['tcp-all-flags']);
  else {
    if ((control & (SYN | FIN)) === (SYN | FIN)) note(walk, Weird['tcp-syn-fin']);
    if ((control & (SYN | RST)) === (SYN | RST)) note(walk, Weird['tcp-syn-rst']);
  }
  if (control === 0) note(walk, Weird['tcp-no-flags']);
  if ((control & (FIN | SYN | RST | ACK)) === FIN) note(walk, Weird['tcp-fin-without-ack']);
  if ((control & (SYN | RST)) === SYN && payload > 0) note(walk, Weird['tcp-syn-with-data']);
}

/** Options (RFC 9293 3.1; MSS 3.7.1; window scale and timestamps RFC 7323; SACK RFC 2018). */
function options(walk: Walk, from: number, end: number): void {
  const { bytes, row } = walk;
  const whole = end <= walk.end;
  if (whole && end - from === COMMON_HEADER - 20 && walk.view.getInt32(from) === COMMON) {
    walk.found |= Trait.timestamps;
    walk.options[row] = COMMON_HASH;
    return;
  }
  const last = whole ? end : walk.end;
  let hash = FNV_START;
  let mss = 0;
  let scale = 255;
  let at = from;
  while (at < last) {
    const kind = bytes[at];
    hash = blend(hash, kind);
    if (kind === 0) break;
    const length = kind === 1 ? 1 : at + 1 < last ? bytes[at + 1] : 0;
    if (length === 0 || at + length > last || !fits(kind, length)) {
      if (whole) malformed(walk);
      break;
    }
    if (kind === 2) mss = (bytes[at + 2] << 8) | bytes[at + 3];
    else if (kind === 3) scale = bytes[at + 2];
    else if (kind === 8) walk.found |= Trait.timestamps;
    at += length;
  }
  walk.mss[row] = mss;
  walk.options[row] = whole ? blend(blend(blend(hash, mss >>> 8), mss & 255), scale) : 0;
}

/** Whether an option of this kind can have this length. */
function fits(kind: number, length: number): boolean {
  if (kind === 2) return length === 4;
  if (kind === 3) return length === 3;
  if (kind === 4) return length === 2;
  if (kind === 8) return length === 10;
  return kind === 1 || length >= 2;
}

function malformed(walk: Walk): void {
  walk.found |= Trait.badOptions;
  note(walk, Weird['tcp-options-malformed']);
}
