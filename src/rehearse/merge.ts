import { type Carrier, firstClock } from './cut.ts';

/** Packets of ours as records of somebody else's capture, in its byte order and resolution. */

/** A frame and its time in µs since 1970. */
export interface Frame {
  readonly time: number;
  readonly bytes: Uint8Array;
}

/** The frames of a capture that `Frames` made: little-endian, µs. */
export function framesOf(capture: Uint8Array): Frame[] {
  const view = new DataView(capture.buffer, capture.byteOffset, capture.length);
  const frames: Frame[] = [];
  for (let at = 24; at + 16 <= capture.length; ) {
    const size = view.getUint32(at + 8, true);
    const time = view.getUint32(at, true) * 1e6 + view.getUint32(at + 4, true);
    frames.push({ time, bytes: capture.subarray(at + 16, at + 16 + size) });
    at += 16 + size;
  }
  return frames;
}

/** Link types (tcpdump.org/linktypes.html) that a frame of ours can be written as, and how; null: it cannot. */
const LINKS: ReadonlyMap<number, (frame: Uint8Array) => Uint8Array | null> = new Map([
  [1, (frame) => frame],
  [12, bare],
  [101, bare],
  [113, cooked],
  [276, cooked2],
]);

const ETHERNET_HEADER = 14;
const ARP_LOW = 6;

/** The packet without its Ethernet header; ARP has no meaning there. */
function bare(frame: Uint8Array): Uint8Array | null {
  return frame[12] === 8 && frame[13] === ARP_LOW ? null : frame.subarray(ETHERNET_HEADER);
}

/** LINUX_SLL: type(2) hardware(2) length(2) address(8) protocol(2) packet. */
function cooked(frame: Uint8Array): Uint8Array {
  const packet = new Uint8Array(frame.length + 2);
  packet.set([0, 0, 0, 1, 0, 6]);
  packet.set(frame.subarray(6, 12), 6);
  packet.set(frame.subarray(12), 14);
  return packet;
}

/** LINUX_SLL2: protocol(2) reserved(2) interface(4) hardware(2) type(1) length(1) address(8) packet. */
function cooked2(frame: Uint8Array): Uint8Array {
  const packet = new Uint8Array(frame.length + 6);
  packet.set([frame[12], frame[13], 0, 0, 0, 0, 0, 1, 0, 1, 0, 6]);
  packet.set(frame.subarray(6, 12), 12);
  packet.set(frame.subarray(14), 20);
  return packet;
}

const PATCHED = 0xa1b2cd34;
const NANOSECONDS = 0xa1b23c4d;

/** Makes a record of a frame; null of one that the link type of the capture has no form for. */
export type RecordMaker = (frame: Frame) => Uint8Array | null;

/** @returns null: no frame of ours can stand in this capture */
export function recordMaker(carrier: Carrier, head: Uint8Array): RecordMaker | null {
  return carrier === 'pcapng' ? blockMaker(head) : pcapMaker(head);
}

function pcapMaker(head: Uint8Array): RecordMaker | null {
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const little = head[0] === 0xd4 || head[0] === 0x4d || head[0] === 0x34;
  const linked = LINKS.get(view.getUint32(20, little) & 0xffff);
  if (linked === undefined) return null;
  const magic = view.getUint32(0, little);
  const header = magic === PATCHED ? 24 : 16;
  return ({ time, bytes: frame }) => {
    const bytes = linked(frame);
    if (bytes === null) return null;
    const record = new Uint8Array(header + bytes.length);
    const out = new DataView(record.buffer);
    const seconds = Math.floor(time / 1e6);
    out.setUint32(0, seconds, little);
    out.setUint32(4, (time - seconds * 1e6) * (magic === NANOSECONDS ? 1000 : 1), little);
    out.setUint32(8, bytes.length, little);
    out.setUint32(12, bytes.length, little);
    record.set(bytes, header);
    return record;
  };
}

/** Enhanced packet blocks of the first interface (draft-ietf-opsawg-pcapng section 4.3). */
function blockMaker(head: Uint8Array): RecordMaker | null {
  const clock = firstClock(head);
  const linked = LINKS.get(clock?.linkType ?? -1);
  if (clock === null || linked === undefined) return null;
  const { little, perSecond, offset } = clock;
  return ({ time, bytes: frame }) => {
    const bytes = linked(frame);
    if (bytes === null) return null;
    const padded = (bytes.length + 3) & ~3;
    const block = new Uint8Array(32 + padded);
    const out = new DataView(block.buffer);
    const ticks = ((BigInt(Math.round(time)) - offset * 1_000_000n) * perSecond) / 1_000_000n;
    out.setUint32(0, 6, little);
    out.setUint32(4, block.length, little);
    out.setUint32(12, Number((ticks >> 32n) & 0xffffffffn), little);
    out.setUint32(16, Number(ticks & 0xffffffffn), little);
    out.setUint32(20, bytes.length, little);
    out.setUint32(24, bytes.length, little);
    block.set(bytes, 28);
    out.setUint32(28 + padded, block.length, little);
    return block;
  };
}
