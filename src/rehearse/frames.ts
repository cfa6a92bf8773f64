import { ICMP, ICMP6, SCTP, TCP, UDP } from '../record/protocols.ts';
import { SYN } from '../record/tcp-flags.ts';
import type { Random } from './random.ts';

/** Where bytes of a capture go, piece after piece; a piece is only valid during the call. */
export interface FrameSink {
  write(bytes: Uint8Array): void;
  close(): void;
}

/** An IPv4 address as one number, or an IPv6 address as four words. */
export type Address = number | Uint32Array;

/** Between whom a segment or datagram goes. */
export interface Ends {
  source: Address;
  target: Address;
  sourcePort: number;
  targetPort: number;
}

/** How a TCP/IP stack, or a tool that has its own, fills the header fields that nobody asked about. */
export interface Stack {
  readonly ttl: number;
  readonly window: number;
  /** TCP options of a segment with SYN, padded to a multiple of 4 bytes */
  readonly options: Uint8Array;
}

const NONE = new Uint8Array(0);
const MSS = [2, 4, 0x05, 0xb4];
export const stacks = {
  linux: { ttl: 52, window: 64240, options: Uint8Array.of(...MSS, 4, 2, 8, 10, 1, 2, 3, 4, 0, 0, 0, 0, 1, 3, 3, 7) },
  windows: { ttl: 115, window: 65535, options: Uint8Array.of(...MSS, 1, 3, 3, 8, 1, 1, 4, 2) },
  server: { ttl: 64, window: 65160, options: Uint8Array.of(...MSS, 1, 3, 3, 7, 1, 1, 4, 2) },
  closed: { ttl: 64, window: 0, options: NONE },
  device: { ttl: 47, window: 5840, options: Uint8Array.of(...MSS) },
  nmap: { ttl: 44, window: 1024, options: Uint8Array.of(...MSS) },
  bare: { ttl: 241, window: 1024, options: NONE },
  zmap: { ttl: 239, window: 65535, options: NONE },
} as const satisfies Record<string, Stack>;

/** The other direction of the same conversation. */
export function reversed(ends: Ends): Ends {
  return {
    source: ends.target,
    target: ends.source,
    sourcePort: ends.targetPort,
    targetPort: ends.sourcePort,
  };
}

/** small enough to stay in the processor's cache */
const CHUNK = 1 << 18;
/** room that the largest frame needs, with its record header */
const MARGIN = 4096;
const MICROSECONDS_MAGIC = 0xa1b2c3d4;
const ETHERNET = 1;
const FILLER = 0x61;
const IP4 = 0x0800;
const IP6 = 0x86dd;
const ARP = 0x0806;

/**
 * Makes frames of a pcap file (draft-ietf-opsawg-pcap, microseconds, Ethernet), all checksums right:
 *
 *     record: seconds u32 · µs u32 · captured u32 · original u32     then Ethernet · IPv4 or IPv6 · TCP, UDP or ICMP; or ARP
 */
export class Frames {
  /** µs since 1970 of the next frame; never goes back */
  time: number;
  /** Identification of the next IPv4 header; −1: random */
  ipId = -1;
  /** the next IPv4 packets may be fragmented, as those of some tools may */
  mayFragment = false;
  /** last word of the sender's link-layer address: a router's, unless the sender is a neighbour */
  link = 2;
  count = 0;
  bytes = 24;
  readonly #sink: FrameSink;
  readonly #random: Random;
  readonly #chunk = new Uint8Array(CHUNK);
  readonly #view = new DataView(this.#chunk.buffer);
  #at = 24;
  #seconds = 0;
  /** µs at which this second began, and at which the next begins */
  #since = 0;
  #next = 0;

  constructor(sink: FrameSink, random: Random, time: number) {
    this.#sink = sink;
    this.#random = random;
    this.time = time;
    const view = this.#view;
    view.setUint32(0, MICROSECONDS_MAGIC, true);
    view.setUint16(4, 2, true);
    view.setUint16(6, 4, true);
    view.setUint32(16, 65535, true);
    view.setUint32(20, ETHERNET, true);
  }

  /**
   * One TCP segment.
   *
   * @param payload the bytes, or how many bytes of filler
   */
  tcp(ends: Ends, flags: number, seq: number, ack: number, stack: Stack, payload: Uint8Array | number = 0): void {
    const options = flags & SYN ? stack.options : NONE;
    const size = typeof payload === 'number' ? payload : payload.length;
    const length = 20 + options.length + size;
    const at = this.#network(ends.source, ends.target, TCP, length, stack.ttl);
    const view = this.#view;
    view.setUint16(at, ends.sourcePort);
    view.setUint16(at + 2, ends.targetPort);
    view.setUint32(at + 4, seq);
    view.setUint32(at + 8, ack);
    this.#chunk[at + 12] = (20 + options.length) << 2;
    this.#chunk[at + 13] = flags;
    view.setUint16(at + 14, stack.window);
    view.setUint32(at + 16, 0);
    if (options.length > 0) this.#chunk.set(options, at + 20);
    const tail = this.#payload(at + 20 + options.length, payload);
    view.setUint16(at + 16, folded(this.#sum(at, 20 + options.length) + tail + pseudo(ends, TCP, length)));
    this.#done(at + length);
  }

  /** One UDP datagram. */
  udp(ends: Ends, ttl: number, payload: Uint8Array | number): void {
    const size = typeof payload === 'number' ? payload : payload.length;
    const at = this.#network(ends.source, ends.target, UDP, 8 + size, ttl);
    const view = this.#view;
    view.setUint16(at, ends.sourcePort);
    view.setUint16(at + 2, ends.targetPort);
    view.setUint16(at + 4, 8 + size);
    view.setUint16(at + 6, 0);
    const tail = this.#payload(at + 8, payload);
    view.setUint16(at + 6, folded(this.#sum(at, 8) + tail + pseudo(ends, UDP, 8 + size)) || 0xffff);
    this.#done(at + 8 + size);
  }

  /**
   * One ICMP message, or ICMPv6 where the ends are IPv6.
   *
   * @param rest the second word of the header: identifier and sequence number, or zero
   */
  icmp(ends: Ends, type: number, code: number, rest: number, ttl: number, payload: Uint8Array | number): void {
    const six = typeof ends.source !== 'number';
    const size = typeof payload === 'number' ? payload : payload.length;
    const at = this.#network(ends.source, ends.target, six ? ICMP6 : ICMP, 8 + size, ttl);
    const view = this.#view;
    this.#chunk[at] = type;
    this.#chunk[at + 1] = code;
    view.setUint16(at + 2, 0);
    view.setUint32(at + 4, rest);
    const tail = this.#payload(at + 8, payload);
    view.setUint16(at + 2, folded(this.#sum(at, 8) + tail + (six ? pseudo(ends, ICMP6, 8 + size) : 0)));
    this.#done(at + 8 + size);
  }

  /** One SCTP packet with one chunk (RFC 9260 section 3); its checksum, which capture programs do not check, is zero. */
  sctp(ends: Ends, tag: number, ttl: number, chunk: Uint8Array): void {
    const at = this.#network(ends.source, ends.target, SCTP, 12 + chunk.length, ttl);
    const view = this.#view;
    view.setUint16(at, ends.sourcePort);
    view.setUint16(at + 2, ends.targetPort);
    view.setUint32(at + 4, tag);
    view.setUint32(at + 8, 0);
    this.#chunk.set(chunk, at + 12);
    this.#done(at + 12 + chunk.length);
  }

  /** One packet of a bare IP protocol. */
  ip(source: Address, target: Address, protocol: number, ttl: number, payload: Uint8Array): void {
    const at = this.#network(source, target, protocol, payload.length, ttl);
    this.#chunk.set(payload, at);
    this.#done(at + payload.length);
  }

  /** One ARP request (operation 1) or reply (2) for IPv4 over Ethernet (RFC 826). */
  arp(operation: number, source: number, target: number): void {
    const at = this.#link(ARP, 28);
    const view = this.#view;
    view.setUint32(at, 0x00010800);
    view.setUint32(at + 4, 0x06040000 | operation);
    view.setUint16(at + 8, 0x0200);
    view.setUint32(at + 10, this.link);
    view.setUint32(at + 14, source);
    view.setUint32(at + 18, 0);
    view.setUint16(at + 22, 0);
    view.setUint32(at + 24, target);
    this.#done(at + 28);
  }

  close(): void {
    this.#flush();
    this.#sink.close();
  }

  /** Writes record, Ethernet and IP headers, the lengths included; returns where the payload of IP begins. */
  #network(source: Address, target: Address, protocol: number, length: number, ttl: number): number {
    if (typeof source !== 'number') {
      const at = this.#link(IP6, 40 + length);
      return this.#ip6(at, source, target as Uint32Array, protocol, length, ttl);
    }
    return this.#ip4(this.#link(IP4, 20 + length), source, target as number, protocol, length, ttl);
  }

  /** Writes the record and Ethernet headers of a frame with a payload of so many bytes; returns where that begins. */
  #link(type: number, length: number): number {
    if (this.#at + MARGIN > CHUNK) this.#flush();
    const total = 14 + length;
    const view = this.#view;
    const at = this.#at;
    if (this.time >= this.#next) this.#clock();
    view.setUint32(at, this.#seconds, true);
    view.setUint32(at + 4, (this.time - this.#since) | 0, true);
    view.setUint32(at + 8, total, true);
    view.setUint32(at + 12, total, true);
    view.setUint32(at + 16, 0x02000000);
    view.setUint32(at + 20, 0x00010200);
    view.setUint32(at + 24, this.link);
    view.setUint16(at + 28, type);
    return at + 30;
  }

  #ip4(at: number, source: number, target: number, protocol: number, length: number, ttl: number): number {
    const view = this.#view;
    view.setUint16(at, 0x4500);
    view.setUint16(at + 2, 20 + length);
    view.setUint16(at + 4, this.ipId < 0 ? this.#random.word() >>> 16 : this.ipId);
    view.setUint16(at + 6, this.ipId < 0 && !this.mayFragment ? 0x4000 : 0);
    view.setUint16(at + 8, (ttl << 8) | protocol);
    view.setUint16(at + 10, 0);
    view.setUint32(at + 12, source);
    view.setUint32(at + 16, target);
    view.setUint16(at + 10, folded(this.#sum(at, 20)));
    return at + 20;
  }

  #ip6(at: number, source: Uint32Array, target: Uint32Array, protocol: number, length: number, ttl: number): number {
    const view = this.#view;
    view.setUint32(at, 0x60000000);
    view.setUint16(at + 4, length);
    view.setUint16(at + 6, (protocol << 8) | ttl);
    for (let word = 0; word < 4; word++) {
      view.setUint32(at + 8 + word * 4, source[word]);
      view.setUint32(at + 24 + word * 4, target[word]);
    }
    return at + 40;
  }

  /** Puts the payload down; returns its share of the checksum. */
  #payload(at: number, payload: Uint8Array | number): number {
    if (typeof payload !== 'number') {
      this.#chunk.set(payload, at);
      return this.#sum(at, payload.length);
    }
    if (payload === 0) return 0;
    this.#chunk.fill(FILLER, at, at + payload);
    return (payload >>> 1) * (FILLER * 257) + (payload & 1) * (FILLER << 8);
  }

  #sum(at: number, length: number): number {
    const view = this.#view;
    const even = at + (length & ~1);
    let sum = 0;
    for (let i = at; i < even; i += 2) sum += view.getUint16(i);
    return length & 1 ? sum + (this.#chunk[even] << 8) : sum;
  }

  #done(end: number): void {
    this.bytes += end - this.#at;
    this.#at = end;
    this.count++;
  }

  /** Moves on to another second; within one, time takes a subtraction. */
  #clock(): void {
    this.#seconds = Math.floor(this.time / 1e6);
    this.#since = this.#seconds * 1e6;
    this.#next = this.#since + 1e6;
  }

  #flush(): void {
    if (this.#at > 0) this.#sink.write(this.#chunk.subarray(0, this.#at));
    this.#at = 0;
  }
}

/** The sum over the pseudo-header (RFC 9293 section 3.1, RFC 8200 section 8.1). */
function pseudo(ends: Ends, protocol: number, length: number): number {
  return words(ends.source) + words(ends.target) + protocol + length;
}

function words(address: Address): number {
  if (typeof address === 'number') return (address >>> 16) + (address & 0xffff);
  let sum = 0;
  for (let word = 0; word < 4; word++) sum += (address[word] >>> 16) + (address[word] & 0xffff);
  return sum;
}

/** The ones' complement checksum (RFC 1071) of a sum of 16-bit words. */
function folded(sum: number): number {
  const once = (sum & 0xffff) + Math.floor(sum / 0x10000);
  const twice = (once & 0xffff) + (once >>> 16);
  return ~((twice & 0xffff) + (twice >>> 16)) & 0xffff;
}

/** An IPv4 address as it is written. */
export function written(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
}
