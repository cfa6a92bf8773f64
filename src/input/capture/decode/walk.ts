import type { PacketBatch } from '../../../record/packet.ts';
import { SHARDS, Trait } from '../../../record/packet.ts';
import { Weird, WeirdCounts } from '../../../record/weird.ts';
import { hash4Signed, mixSigned } from '../../../table/hash.ts';

// Hot: one walk a thread, overwritten for every frame.

/**
 * What comes next in a frame. A layer's function reads its own header, moves the walk behind it and returns the
 * number of what follows: below 256 an IP protocol number (IANA protocol-numbers), from 0x600 an EtherType (IEEE 802),
 * and these few. So the layers know each other by number only.
 */
export const Layer = {
  /** the row is finished: used, or counted by name */
  done: -1,
  /** IPv4 or IPv6, told by the first nibble */
  ip: -2,
  /** IEEE 802.2 header */
  llc: -3,
  /** a tunnel that was not opened: the packet stays what it is on the outside */
  outside: -4,
  /** Ethernet header; the EtherType of transparent Ethernet bridging (RFC 1701) */
  ethernet: 0x6558,
  /** PPP protocol field; the EtherType of PPP (RFC 7042) */
  ppp: 0x880b,
  ip4: 0x0800,
  ip6: 0x86dd,
} as const;

/** Where a frame's decoding stands: the columns of its batch, the row, and the bounds of the layer to read. */
export class Walk {
  batch: PacketBatch | undefined;
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(this.bytes.buffer);
  weird = new WeirdCounts();
  seed = 0;
  firstRecord = 0;

  row = 0;
  /** where the layer starts in `bytes` */
  at = 0;
  /** where the captured bytes of the layer end; at ≤ end ≤ wire */
  end = 0;
  /** where the layer ended on the wire */
  wire = 0;
  /** bits of Trait of the innermost packet */
  found = 0;
  /** where the innermost IP header starts */
  ip = 0;
  /** sum of the 16-bit words of the innermost addresses, for the pseudo-header; −1: the target in it is another one */
  pseudo = 0;
  /** tunnels entered */
  depth = 0;
  /** IPv6 extension headers read */
  extensions = 0;

  kind: Uint8Array = this.bytes;
  protocol = this.kind;
  address: Uint32Array = new Uint32Array(0);
  sourcePort: Uint16Array = new Uint16Array(0);
  targetPort = this.sourcePort;
  flags = this.sourcePort;
  seq = this.address;
  ack = this.address;
  window = this.sourcePort;
  urgent = this.sourcePort;
  ipId = this.sourcePort;
  ttl = this.kind;
  options = this.address;
  mss = this.sourcePort;
  payload = this.address;
  payloadCaptured = this.address;
  payloadLength = this.address;
  traits = this.address;
  link = this.address;
  shard = this.kind;
  order = this.sourcePort;
  octets = this.kind;
  halves = this.sourcePort;
  words = this.address;
}

/** Points the walk at the columns of a batch. */
export function bind(walk: Walk, batch: PacketBatch): void {
  walk.batch = batch;
  walk.kind = batch.kind;
  walk.protocol = batch.protocol;
  walk.address = batch.address;
  walk.sourcePort = batch.sourcePort;
  walk.targetPort = batch.targetPort;
  walk.flags = batch.flags;
  walk.seq = batch.seq;
  walk.ack = batch.ack;
  walk.window = batch.window;
  walk.urgent = batch.urgent;
  walk.ipId = batch.ipId;
  walk.ttl = batch.ttl;
  walk.options = batch.options;
  walk.mss = batch.mss;
  walk.payload = batch.payload;
  walk.payloadCaptured = batch.payloadCaptured;
  walk.payloadLength = batch.payloadLength;
  walk.traits = batch.traits;
  walk.link = batch.link;
  walk.shard = batch.shard;
  walk.order = batch.order;
  walk.octets = batch.octets;
  walk.halves = batch.halves;
  walk.words = batch.words;
}

/** Counts something odd about a row that is used all the same. */
export function note(walk: Walk, weird: number): void {
  walk.weird.count(weird, walk.firstRecord + walk.row);
}

/** Counts what no host sends (a source that is a group, say), and marks the packet. */
export function impossible(walk: Walk, weird: number): void {
  walk.found |= Trait.impossible;
  note(walk, weird);
}

/**
 * The row cannot be used: counts why and empties it. A row put together from fragments had its fate when its fragments
 * were read, so that a broken one is only noted.
 */
export function fail(walk: Walk, weird: number): number {
  const { row, address } = walk;
  note(walk, (walk.found & Trait.reassembled) === 0 ? weird : Weird['fragment-transport-malformed']);
  walk.kind[row] = 0;
  walk.protocol[row] = 0;
  for (let at = row << 3; at < (row + 1) << 3; at += 1) address[at] = 0;
  withoutTransport(walk);
  walk.ipId[row] = 0;
  walk.ttl[row] = 0;
  walk.payload[row] = 0;
  walk.payloadCaptured[row] = 0;
  walk.payloadLength[row] = 0;
  walk.traits[row] = 0;
  walk.link[row] = 0;
  walk.shard[row] = 0;
  return Layer.done;
}

/** Empties the columns that only TCP fills completely. */
export function withoutTransport(walk: Walk): void {
  const { row } = walk;
  walk.sourcePort[row] = 0;
  walk.targetPort[row] = 0;
  walk.flags[row] = 0;
  walk.seq[row] = 0;
  walk.ack[row] = 0;
  walk.window[row] = 0;
  walk.urgent[row] = 0;
  walk.options[row] = 0;
  walk.mss[row] = 0;
}

/** The row is used: its kind, its payload (from `at` to the end of the layer) and its traits. */
export function finish(walk: Walk, kind: number, at: number): number {
  const { row, end, wire } = walk;
  walk.kind[row] = kind;
  walk.payload[row] = at;
  walk.payloadCaptured[row] = end > at ? end - at : 0;
  walk.payloadLength[row] = wire > at ? wire - at : 0;
  walk.traits[row] = walk.found;
  return Layer.done;
}

/** Shard of two IPv4 addresses, whichever way round. */
export function shard4(walk: Walk, a: number, b: number): void {
  walk.shard[walk.row] = (mixSigned(walk.seed, a) + mixSigned(walk.seed, b)) & (SHARDS - 1);
}

/** Shard of the two IPv6 addresses that stand at these offsets, whichever way round. */
export function shard6(walk: Walk, a: number, b: number): void {
  const { view, seed } = walk;
  const one = hash4Signed(seed, view.getInt32(a), view.getInt32(a + 4), view.getInt32(a + 8), view.getInt32(a + 12));
  const two = hash4Signed(seed, view.getInt32(b), view.getInt32(b + 4), view.getInt32(b + 8), view.getInt32(b + 12));
  walk.shard[walk.row] = (one + two) & (SHARDS - 1);
}
