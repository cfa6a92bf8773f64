// Hot: `run` goes through the samples of a datagram.
import type { ContactBatch } from '../../record/contact.ts';
import { allocatePackets, Kind, type PacketBatch } from '../../record/packet.ts';
import { ICMP, ICMP6, TCP } from '../../record/protocols.ts';
import { Weird, type WeirdCounts } from '../../record/weird.ts';
import { decode } from '../capture/decode/index.ts';
import type { Counter } from './counter.ts';
import { UNTOLD } from './decide.ts';
import type { FlowRecord, Pairs } from './pairs.ts';

/*
 * sFlow version 5 (sflow.org, "sFlow Version 5", July 2004), XDR: all numbers in 4 bytes, network byte order.
 *
 *   datagram = 5 agent-type agent(4 | 16) sub-agent sequence uptime count count*sample
 *   sample   = format length data                            format: enterprise in 20 bits, number in 12
 *   flow (1)          = sequence source rate pool drops input output count count*record
 *   flow expanded (3) = sequence source(8) rate pool drops input(8) output(8) count count*record
 *   record   = format length data
 *   header (1) = protocol frame-length stripped length bytes pad       protocol: 1 Ethernet, 11 IPv4, 12 IPv6
 *   ipv4 (3)   = length protocol source(4) target(4) source-port target-port flags tos
 *   ipv6 (4)   = length protocol source(16) target(16) source-port target-port flags priority
 *
 * Counter samples and all other records are passed over. A sampled packet is a flow record of one packet.
 */
const VERSION = 5;
const FLOW = 1;
const FLOW_EXPANDED = 3;
const HEADER = 1;
const IPV4 = 3;
const IPV6 = 4;
/** Samples, and records of a sample, at most. */
const COUNT_MAX = 4096;

/** Header protocol → link type (tcpdump.org/linktypes.html). */
const LINK: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [11, 228],
  [12, 229],
]);

/** Sampled headers that are decoded at a time, and their bytes: a datagram of 64 KB holds no more bytes. */
const ROWS = 512;
const BLOCK = 1 << 17;
/** Rows that one record may come to. */
const ROOM = 8;

/** Whether a datagram is of sFlow 5, by version, agent and count of samples. */
export function isSflow(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + 28 > end) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const kind = view.getUint32(at + 4);
  if (view.getUint32(at) !== VERSION || (kind !== 1 && kind !== 2)) return false;
  const count = at + (kind === 1 ? 24 : 36);
  return count + 4 <= end && view.getUint32(count) <= (end - count) / 8;
}

/** Reads datagrams of sFlow into flow records. */
export class Sflow {
  readonly #counter: Counter;
  readonly #pairs: Pairs;
  readonly #weird: WeirdCounts;
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** the samples that are left, and where they stand */
  #left = 0;
  #at = 0;
  #end = 0;
  /** µs since 1970 when the datagram came: it tells no time itself */
  #time = 0;
  /** the packet headers of the datagram */
  #headers: PacketBatch | undefined;
  #row = 0;
  #used = 0;

  constructor(counter: Counter, pairs: Pairs, weird: WeirdCounts) {
    this.#counter = counter;
    this.#pairs = pairs;
    this.#weird = weird;
  }

  /** Begins a datagram; `run` then reads it. The bytes must stay until `run` has said that it is through. */
  begin(bytes: Uint8Array, at: number, end: number, time: number): void {
    if (this.#view.buffer !== bytes.buffer || this.#view.byteOffset !== bytes.byteOffset)
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const count = at + (this.#view.getUint32(at + 4) === 1 ? 24 : 36);
    this.#left = Math.min(COUNT_MAX, this.#view.getUint32(count));
    this.#at = count + 4;
    this.#end = end;
    this.#time = time;
  }

  /** Reads on until the datagram is through (true) or the contacts are full. */
  run(contacts: ContactBatch): boolean {
    for (;;) {
      if (!this.#tellHeaders(contacts)) return false;
      if (this.#left === 0) return true;
      if (contacts.count + ROOM > contacts.capacity) return false;
      this.#left -= 1;
      this.#sample(contacts);
      if (this.#left === 0 || this.#isFull()) this.#decode();
    }
  }

  #sample(contacts: ContactBatch): void {
    const at = this.#at;
    const length = at + 8 <= this.#end ? this.#view.getUint32(at + 4) : 0xffffffff;
    if (at + 8 + length > this.#end) {
      this.#left = 0;
      return this.#counter.lost(Weird['export-sample-malformed']);
    }
    this.#at = at + 8 + length;
    const format = this.#view.getUint32(at);
    if (format === FLOW && length >= 32) this.#records(at + 8 + 28, this.#view.getUint32(at + 16), contacts);
    else if (format === FLOW_EXPANDED && length >= 44)
      this.#records(at + 8 + 40, this.#view.getUint32(at + 20), contacts);
  }

  /** The records of a flow sample, the count of which stands at `from`; the first that tells the packet is taken. */
  #records(from: number, rate: number, contacts: ContactBatch): void {
    const view = this.#view;
    const end = this.#at;
    const count = Math.min(COUNT_MAX, view.getUint32(from));
    let at = from + 4;
    for (let n = 0; n < count; n += 1) {
      const length = at + 8 <= end ? view.getUint32(at + 4) : 0xffffffff;
      if (at + 8 + length > end) return this.#counter.lost(Weird['export-sample-malformed']);
      const format = view.getUint32(at);
      if (format === HEADER && length >= 16) return this.#header(at + 8, length, rate);
      if ((format === IPV4 && length >= 32) || (format === IPV6 && length >= 56))
        return this.#packet(at + 8, format === IPV6, rate, contacts);
      at += 8 + length;
    }
  }

  /** Puts a packet header among those to be decoded. */
  #header(at: number, length: number, rate: number): void {
    this.#headers ??= allocatePackets(undefined, 0, ROWS, BLOCK);
    const batch = this.#headers;
    const view = this.#view;
    const link = LINK.get(view.getUint32(at));
    const size = Math.min(view.getUint32(at + 12), length - 16);
    if (link === undefined) return this.#counter.lost(Weird['link-type-unsupported']);
    const row = batch.count;
    batch.bytes.set(new Uint8Array(view.buffer, view.byteOffset + at + 16, size), this.#used);
    // the time of all is the datagram's; the rate is each one's own
    batch.time[row] = rate;
    batch.offset[row] = this.#used;
    batch.captured[row] = size;
    batch.length[row] = view.getUint32(at + 4);
    batch.linkType[row] = link;
    batch.count = row + 1;
    this.#used += size;
  }

  #isFull(): boolean {
    const { count, bytes } = this.#headers ?? { count: 0, bytes: { length: BLOCK } };
    return count === ROWS || this.#used + 0x10000 > bytes.length;
  }

  #decode(): void {
    const batch = this.#headers;
    if (batch === undefined || batch.count === 0) return;
    batch.firstRecord = this.#counter.records + 1;
    decode(batch, this.#weird, 0);
    this.#row = 0;
  }

  /** Makes flow records of the headers that have been decoded; false: no room for more contacts. */
  #tellHeaders(contacts: ContactBatch): boolean {
    const batch = this.#headers;
    if (batch === undefined || batch.count === 0 || !(this.#left === 0 || this.#isFull())) return true;
    for (; this.#row < batch.count; this.#row += 1) {
      if (contacts.count + ROOM > contacts.capacity) return false;
      this.#counter.records += 1;
      if (batch.kind[this.#row] !== Kind.none) this.#tellHeader(batch, this.#row, contacts);
    }
    batch.count = 0;
    this.#used = 0;
    return true;
  }

  #tellHeader(batch: PacketBatch, row: number, contacts: ContactBatch): void {
    const { kind, address, protocol, sourcePort, targetPort, flags, ttl, length } = batch;
    if (kind[row] === Kind.arp || kind[row] === Kind.nd) return;
    const flow = this.#begin(batch.time[row]);
    for (let word = 0; word < 8; word += 1) flow.address[word] = address[8 * row + word];
    const isIcmp = kind[row] === Kind.icmp || kind[row] === Kind.icmpError;
    flow.protocol = protocol[row];
    flow.sourcePort = isIcmp ? 0 : sourcePort[row];
    flow.targetPort = isIcmp ? (sourcePort[row] << 8) | (targetPort[row] & 255) : targetPort[row];
    flow.flags = kind[row] === Kind.tcp ? flags[row] : UNTOLD;
    flow.bytes = Math.max(0, length[row] - ETHERNET);
    flow.ttl = ttl[row];
    this.#pairs.add(contacts);
  }

  /** A packet told as addresses and ports. */
  #packet(at: number, v6: boolean, rate: number, contacts: ContactBatch): void {
    const view = this.#view;
    this.#counter.records += 1;
    const flow = this.#begin(rate);
    flow.bytes = view.getUint32(at);
    flow.protocol = view.getUint32(at + 4) & 255;
    if (v6) for (let word = 0; word < 8; word += 1) flow.address[word] = view.getUint32(at + 8 + 4 * word);
    else v4Ends(flow, view.getUint32(at + 8), view.getUint32(at + 12));
    const ports = at + (v6 ? 40 : 16);
    const isIcmp = flow.protocol === ICMP || flow.protocol === ICMP6;
    flow.sourcePort = isIcmp ? 0 : view.getUint32(ports) & 0xffff;
    flow.targetPort = isIcmp ? UNTOLD : view.getUint32(ports + 4) & 0xffff;
    flow.flags = flow.protocol === TCP ? view.getUint32(ports + 8) & 0x1ff : UNTOLD;
    this.#pairs.add(contacts);
  }

  #begin(rate: number): FlowRecord {
    const { flow } = this.#pairs;
    flow.clear();
    flow.record = this.#counter.records;
    flow.start = this.#time;
    flow.end = this.#time;
    flow.seen = this.#time;
    flow.packets = 1;
    flow.sampled = rate > 1;
    return flow;
  }
}

/** Bytes of the Ethernet header and check sequence, which a frame's length holds besides the packet's. */
const ETHERNET = 18;

function v4Ends({ address }: FlowRecord, source: number, target: number): void {
  address[2] = 0xffff;
  address[3] = source;
  address[6] = 0xffff;
  address[7] = target;
}
