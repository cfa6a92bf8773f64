import { Kind, type PacketBatch, SHARDS, Trait } from '../../../record/packet.ts';
import { mixSigned } from '../../../table/hash.ts';
import { COMMON, COMMON_HASH, COMMON_HEADER, inspectTcp, MOST_PAYLOAD as MOST_TCP } from './tcp.ts';
import { inspectUdp, MOST_PAYLOAD as MOST_UDP } from './udp.ts';
import type { Walk } from './walk.ts';

// Hot: nearly all packets of nearly all captures pass here and nowhere else.

/*
 * The ordinary packet: Ethernet, IPv4 without options, fragments or anything odd, TCP or UDP. It is what the layers
 * of `index.ts` would make of it (a test holds the two together), in one loop that calls nothing and writes all
 * columns through three arrays, so that the engine keeps those in registers (measured: twice as fast as the
 * layers). Offsets from the frame: 12 EtherType, 14 IPv4, 34 transport.
 * Rows that need a closer look at their transport are listed, and looked at when the run of ordinary rows has ended.
 */
const IP = 14;
const TRANSPORT = 34;

// names of other modules cost a check each time they are read
const TCP_KIND: number = Kind.tcp;
const UDP_KIND: number = Kind.udp;
const DONT_FRAGMENT: number = Trait.dontFragment;
const BROADCAST: number = Trait.broadcast;
const CUT: number = Trait.cut;
const TIMESTAMPS: number = Trait.timestamps;
const LAST_SHARD = SHARDS - 1;
const OPTIONS: number = COMMON;
const OPTIONS_HASH: number = COMMON_HASH;
const OPTIONS_HEADER: number = COMMON_HEADER;
/** most payload that still gets a closer look */
const TCP_LOOK: number = MOST_TCP;
const UDP_LOOK: number = MOST_UDP + 8;

/** Where each column starts in the batch's `octets`, `halves` or `words`. */
const starts = new Int32Array(24);

/** Finds the columns of a batch; once a batch. */
export function locate(batch: PacketBatch): void {
  const from = batch.octets.byteOffset;
  starts[0] = (batch.offset.byteOffset - from) >>> 2;
  starts[1] = (batch.captured.byteOffset - from) >>> 2;
  starts[2] = (batch.length.byteOffset - from) >>> 2;
  starts[3] = (batch.linkType.byteOffset - from) >>> 1;
  starts[4] = batch.kind.byteOffset - from;
  starts[5] = batch.protocol.byteOffset - from;
  starts[6] = (batch.address.byteOffset - from) >>> 2;
  starts[7] = (batch.sourcePort.byteOffset - from) >>> 1;
  starts[8] = (batch.targetPort.byteOffset - from) >>> 1;
  starts[9] = (batch.flags.byteOffset - from) >>> 1;
  starts[10] = (batch.seq.byteOffset - from) >>> 2;
  starts[11] = (batch.ack.byteOffset - from) >>> 2;
  starts[12] = (batch.window.byteOffset - from) >>> 1;
  starts[13] = (batch.urgent.byteOffset - from) >>> 1;
  starts[14] = (batch.ipId.byteOffset - from) >>> 1;
  starts[15] = batch.ttl.byteOffset - from;
  starts[16] = (batch.options.byteOffset - from) >>> 2;
  starts[17] = (batch.mss.byteOffset - from) >>> 1;
  starts[18] = (batch.payload.byteOffset - from) >>> 2;
  starts[19] = (batch.payloadCaptured.byteOffset - from) >>> 2;
  starts[20] = (batch.payloadLength.byteOffset - from) >>> 2;
  starts[21] = (batch.traits.byteOffset - from) >>> 2;
  starts[22] = (batch.link.byteOffset - from) >>> 2;
  starts[23] = batch.shard.byteOffset - from;
}

/** Decodes rows from `from` on while they are ordinary; returns the first that is not. */
export function ordinary(walk: Walk, from: number, count: number): number {
  const { view, seed, octets, halves, words, order } = walk;
  const offset = starts[0];
  const captured = starts[1];
  const length = starts[2];
  const linkType = starts[3];
  const kind = starts[4];
  const protocol = starts[5];
  const address = starts[6];
  const sourcePort = starts[7];
  const targetPort = starts[8];
  const flags = starts[9];
  const seq = starts[10];
  const ack = starts[11];
  const window = starts[12];
  const urgent = starts[13];
  const ipId = starts[14];
  const ttl = starts[15];
  const options = starts[16];
  const mss = starts[17];
  const payload = starts[18];
  const payloadCaptured = starts[19];
  const payloadLength = starts[20];
  const traits = starts[21];
  const link = starts[22];
  const shard = starts[23];
  let listed = 0;
  let row = from | 0;
  for (; row < count; row = (row + 1) | 0) {
    if (halves[(linkType + row) | 0] !== 1) break;
    const at = words[(offset + row) | 0] | 0;
    const size = words[(captured + row) | 0] | 0;
    const whole = words[(length + row) | 0] | 0;
    if (size < 42 || whole < size || view.getUint16((at + 12) | 0) !== 0x0800) break;

    const first = view.getInt32((at + IP) | 0);
    const second = view.getInt32((at + 18) | 0);
    const third = view.getInt32((at + 22) | 0);
    const source = view.getInt32((at + 26) | 0);
    const target = view.getInt32((at + 30) | 0);
    const total = first & 0xffff;
    if (first >>> 24 !== 0x45 || total > ((whole - IP) | 0) || (second & 0xbfff) !== 0) break;
    const top = source >>> 24;
    if (top === 0 || top === 127 || top >= 224 || target === 0 || source === target) break;
    const high = ((first >>> 16) + (second >>> 16) + (third >>> 16) + (source >>> 16) + (target >>> 16)) | 0;
    const low = (total + (second & 0xffff) + (third & 0xffff) + (source & 0xffff) + (target & 0xffff)) | 0;
    const sum = (high + low) | 0;
    if ((((sum & 0xffff) + (sum >>> 16)) | 0) !== 0xffff) break;

    const start = (at + TRANSPORT) | 0;
    const last = (at + size) | 0;
    let wire = (at + IP + total) | 0;
    let data = (start + 8) | 0;
    let found = (second & 0x4000) === 0 ? 0 : DONT_FRAGMENT;
    if ((view.getUint8(at) & 1) !== 0 || target >>> 28 === 14 || target === -1) found |= BROADCAST;
    if (wire > last) found |= CUT;
    const ports = view.getInt32(start);
    const what = (third >>> 16) & 0xff;
    let look = ports >>> 16 === 0 || (ports & 0xffff) === 0;
    if (what === 6) {
      if (total < 40 || size < 54) break;
      const word = view.getInt32((start + 12) | 0);
      const tail = view.getInt32((start + 16) | 0);
      const header = (word >>> 28) << 2;
      data = (start + header) | 0;
      if (header < 20 || data > wire) break;
      const common = header === OPTIONS_HEADER && data <= last && view.getInt32((start + 20) | 0) === OPTIONS;
      if (common) found |= TIMESTAMPS;
      else if (header !== 20) look = true;
      // anything but ACK without SYN, FIN, RST; reserved bits; an urgent pointer; little payload
      if ((word & 0x0e170000) !== 0x00100000 || (tail & 0xffff) !== 0 || ((wire - data) | 0) <= TCP_LOOK) look = true;
      octets[(kind + row) | 0] = TCP_KIND;
      halves[(flags + row) | 0] = (word >>> 16) & 0x1ff;
      words[(seq + row) | 0] = view.getInt32((start + 4) | 0);
      words[(ack + row) | 0] = view.getInt32((start + 8) | 0);
      halves[(window + row) | 0] = word;
      halves[(urgent + row) | 0] = tail;
      words[(options + row) | 0] = common ? OPTIONS_HASH : 0;
    } else if (what === 17) {
      const long = view.getUint16((start + 4) | 0);
      const port = ports & 0xffff;
      if (long < 8 || long > ((total - 20) | 0) || port === 4789 || port === 8472 || port === 6081) break;
      wire = (start + long) | 0;
      if (long <= UDP_LOOK) look = true;
      octets[(kind + row) | 0] = UDP_KIND;
      halves[(flags + row) | 0] = 0;
      words[(seq + row) | 0] = 0;
      words[(ack + row) | 0] = 0;
      halves[(window + row) | 0] = 0;
      halves[(urgent + row) | 0] = 0;
      words[(options + row) | 0] = 0;
    } else break;

    const end = wire < last ? wire : last;
    octets[(protocol + row) | 0] = what;
    halves[(sourcePort + row) | 0] = ports >>> 16;
    halves[(targetPort + row) | 0] = ports;
    halves[(mss + row) | 0] = 0;
    halves[(ipId + row) | 0] = second >>> 16;
    octets[(ttl + row) | 0] = third >>> 24;
    words[(payload + row) | 0] = data;
    words[(payloadCaptured + row) | 0] = end > data ? (end - data) | 0 : 0;
    words[(payloadLength + row) | 0] = (wire - data) | 0;
    words[(traits + row) | 0] = found;
    const cell = (address + (row << 3)) | 0;
    words[cell] = 0;
    words[(cell + 1) | 0] = 0;
    words[(cell + 2) | 0] = 0xffff;
    words[(cell + 3) | 0] = source;
    words[(cell + 4) | 0] = 0;
    words[(cell + 5) | 0] = 0;
    words[(cell + 6) | 0] = 0xffff;
    words[(cell + 7) | 0] = target;
    octets[(shard + row) | 0] = (mixSigned(seed, source) + mixSigned(seed, target)) & LAST_SHARD;
    const maker = view.getInt32((at + 6) | 0);
    const serial = view.getUint16((at + 10) | 0);
    words[(link + row) | 0] = (maker | serial) === 0 ? 0 : mixSigned(mixSigned(seed, maker), serial) || 1;
    if (look) {
      order[listed] = row;
      listed = (listed + 1) | 0;
    }
  }
  inspect(walk, listed);
  return row;
}

/** The closer look at the rows that stand at the start of `order`. */
function inspect(walk: Walk, listed: number): void {
  const { view, words, octets, order } = walk;
  const offset = starts[0];
  const captured = starts[1];
  const protocol = starts[5];
  const traits = starts[21];
  for (let place = 0; place < listed; place += 1) {
    const row = order[place];
    const at = words[offset + row] | 0;
    const end = (at + words[captured + row]) | 0;
    const start = (at + TRANSPORT) | 0;
    const isTcp = octets[protocol + row] === 6;
    const source = view.getInt32(at + IP + 12);
    const target = view.getInt32(at + IP + 16);
    const wire = isTcp ? at + IP + view.getUint16(at + IP + 2) : start + view.getUint16(start + 4);
    walk.row = row;
    walk.at = start;
    walk.wire = wire;
    walk.end = end < wire ? end : wire;
    walk.pseudo = (source >>> 16) + (source & 0xffff) + (target >>> 16) + (target & 0xffff);
    walk.found = words[traits + row] | 0;
    if (isTcp) inspectTcp(walk);
    else inspectUdp(walk);
    words[traits + row] = walk.found;
  }
}
