/*
 * Frames for tests, built from the inside out: `ethernet(ip4(tcp({ flags: SYN })))`. Checksums are right unless one is
 * given; everything has a default.
 */
export type Bytes = Uint8Array<ArrayBuffer>;

/** What IP carries: built when the addresses are known, since they are part of its checksum. */
export interface Segment {
  readonly protocol: number;
  /** @param addresses source and target, one after the other */
  build(addresses: Bytes): Bytes;
}

export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const PSH = 8;
export const ACK = 16;
export const URG = 32;

export const SOURCE = '192.0.2.7';
export const TARGET = '203.0.113.9';
export const SOURCE6 = '2001:db8:1::7';
export const TARGET6 = '2001:db8:2::9';

/** Bytes of numbers, hex text or bytes, one after the other. */
export function bytes(...parts: readonly (number | string | ArrayLike<number>)[]): Bytes {
  const all: number[] = [];
  for (const part of parts) {
    if (typeof part === 'number') all.push(part);
    else if (typeof part === 'string') all.push(...Buffer.from(part.replaceAll(/[\s:]/g, ''), 'hex'));
    else for (let at = 0; at < part.length; at += 1) all.push(part[at]);
  }
  return Uint8Array.from(all);
}

export const u16 = (value: number): Bytes => bytes((value >>> 8) & 255, value & 255);
export const u32 = (value: number): Bytes => bytes(u16(value >>> 16), u16(value & 0xffff));
export const text = (value: string): Bytes => Uint8Array.from(Buffer.from(value));

/** The bytes of an IPv4 or IPv6 address. */
export function address(name: string): Bytes {
  if (!name.includes(':')) return bytes(name.split('.').map(Number));
  const [left, right] = name.split('::').map((side) => (side === '' ? [] : side.split(':')));
  const middle = right === undefined ? [] : Array<string>(8 - left.length - right.length).fill('0');
  return bytes(...[...left, ...middle, ...(right ?? [])].map((word) => u16(Number.parseInt(word, 16))));
}

/** The Internet checksum (RFC 1071), before it is written into the field. */
export function checksum(...parts: readonly Bytes[]): number {
  const all = bytes(...parts);
  let sum = 0;
  for (let at = 0; at < all.length; at += 2) sum += (all[at] << 8) | (all[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function summed(protocol: number, empty: Bytes, at: number, addresses: Bytes, given: number | undefined): Bytes {
  const segment = empty.slice();
  const sum = checksum(addresses, u32(segment.length), u32(protocol), segment);
  segment.set(u16(given ?? (sum === 0 && protocol === 17 ? 0xffff : sum)), at);
  return segment;
}

export interface TcpFields {
  from?: number;
  to?: number;
  seq?: number;
  ack?: number;
  flags?: number;
  reserved?: number;
  window?: number;
  urgent?: number;
  options?: Bytes;
  payload?: Bytes;
  checksum?: number;
  /** header length in words, when it is to be a lie */
  words?: number;
}

export function tcp(fields: TcpFields = {}): Segment {
  const { from = 40000, to = 80, seq = 1, ack = 0, flags = SYN, window = 1024, urgent = 0, reserved = 0 } = fields;
  const { options = bytes(), payload = bytes() } = fields;
  const words = fields.words ?? 5 + options.length / 4;
  const high = (words << 4) | (reserved << 1) | (flags >>> 8);
  const header = bytes(u16(from), u16(to), u32(seq), u32(ack), high, flags & 255, u16(window), u16(0), u16(urgent));
  const whole = bytes(header, options, payload);
  return { protocol: 6, build: (addresses) => summed(6, whole, 16, addresses, fields.checksum) };
}

export function udp(
  fields: { from?: number; to?: number; payload?: Bytes; checksum?: number; length?: number } = {},
): Segment {
  const { from = 40000, to = 53, payload = bytes() } = fields;
  const whole = bytes(u16(from), u16(to), u16(fields.length ?? payload.length + 8), u16(0), payload);
  return { protocol: 17, build: (addresses) => summed(17, whole, 6, addresses, fields.checksum) };
}

export function icmp(type: number, code: number, rest: Bytes, given?: number): Segment {
  const whole = bytes(type, code, u16(0), rest);
  whole.set(u16(given ?? checksum(whole)), 2);
  return { protocol: 1, build: () => whole };
}

export function icmp6(type: number, code: number, rest: Bytes, given?: number): Segment {
  const whole = bytes(type, code, u16(0), rest);
  return { protocol: 58, build: (addresses) => summed(58, whole, 2, addresses, given) };
}

/** An SCTP packet whose checksum is not computed. */
export function sctp(fields: { from?: number; to?: number; tag?: number; chunks?: Bytes } = {}): Segment {
  const { from = 40000, to = 36412, tag = 0, chunks = bytes() } = fields;
  return raw(132, bytes(u16(from), u16(to), u32(tag), u32(0), chunks));
}

/** An INIT chunk (RFC 9260 3.3.2). */
export const sctpInit = (tag: number): Bytes => bytes(1, 0, u16(20), u32(tag), u32(65535), u16(10), u16(10), u32(1));

/** Any IP protocol with any payload. */
export function raw(protocol: number, payload: Bytes = bytes()): Segment {
  return { protocol, build: () => payload };
}

export interface Ip4Fields {
  source?: string;
  target?: string;
  ttl?: number;
  id?: number;
  /** flags and fragment offset, as the field stands in the header */
  part?: number;
  options?: Bytes;
  /** total length, when it is to be a lie */
  total?: number;
  checksum?: number;
  version?: number;
  words?: number;
  /** cuts the segment to these bytes, for fragments */
  from?: number;
  to?: number;
}

export function ip4(segment: Segment, fields: Ip4Fields = {}): Bytes {
  const { source = SOURCE, target = TARGET, ttl = 64, id = 1, part = 0, options = bytes(), version = 4 } = fields;
  const addresses = bytes(address(source), address(target));
  const payload = segment.build(addresses).slice(fields.from, fields.to);
  const words = fields.words ?? 5 + options.length / 4;
  const total = fields.total ?? 20 + options.length + payload.length;
  const header = bytes((version << 4) | words, 0, u16(total), u16(id), u16(part), ttl, segment.protocol, 0, 0);
  const whole = bytes(header, addresses, options);
  whole.set(u16(fields.checksum ?? checksum(whole)), 10);
  return bytes(whole, payload);
}

export interface Ip6Fields {
  source?: string;
  target?: string;
  hops?: number;
  flow?: number;
  length?: number;
  version?: number;
  /** extension headers before the segment: kind, and its bytes without the next-header byte */
  extensions?: readonly (readonly [number, Bytes])[];
  from?: number;
  to?: number;
}

export function ip6(segment: Segment, fields: Ip6Fields = {}): Bytes {
  const { source = SOURCE6, target = TARGET6, hops = 64, flow = 0, version = 6, extensions = [] } = fields;
  const addresses = bytes(address(source), address(target));
  const kinds = [...extensions.map(([kind]) => kind), segment.protocol];
  const headers = bytes(...extensions.map(([, body], at) => bytes(kinds[at + 1], body)));
  const payload = bytes(headers, segment.build(addresses).slice(fields.from, fields.to));
  const first = u32(((version << 28) | flow) >>> 0);
  return bytes(first, u16(fields.length ?? payload.length), kinds[0], hops, addresses, payload);
}

/** An IPv6 fragment header for `extensions`: offset in bytes, more, identification. */
export const fragment6 = (offset: number, more: boolean, id = 7): readonly [number, Bytes] => [
  44,
  bytes(0, u16(offset | Number(more)), u32(id)),
];

export interface EthernetFields {
  from?: string;
  to?: string;
  type?: number;
  /** pads to the 60 bytes that a frame has at least (IEEE 802.3 4A.2.3.2.4) */
  pad?: boolean;
}

const isIp6 = (packet: Bytes): boolean => packet[0] >>> 4 === 6;

/** An Ethernet frame; the EtherType is that of the IP version inside unless given. */
export function ethernet(packet: Bytes, fields: EthernetFields = {}): Bytes {
  const { from = '020000000001', to = '020000000002', type = isIp6(packet) ? 0x86dd : 0x0800 } = fields;
  const frame = bytes(to, from, u16(type), packet);
  return fields.pad === true && frame.length < 60 ? bytes(frame, new Uint8Array(60 - frame.length).fill(0xee)) : frame;
}

/** A VLAN tag and what it holds, to be put in an Ethernet frame of type 0x8100. */
export const vlan = (packet: Bytes, id = 5, type = isIp6(packet) ? 0x86dd : 0x0800): Bytes =>
  bytes(u16(id), u16(type), packet);

/** An ARP packet (operation 1: request, 2: reply). */
export function arp(operation: number, source = SOURCE, target = TARGET): Bytes {
  const head = bytes(u16(1), u16(0x0800), 6, 4, u16(operation));
  return bytes(head, '020000000001', address(source), '000000000000', address(target));
}

/** GRE with the fields that its flags announce (RFC 2890). */
export const gre = (packet: Bytes, type = 0x0800, flags = 0, fields = bytes()): Segment =>
  raw(47, bytes(u16(flags), u16(type), fields, packet));

export const vxlan = (frame: Bytes, to = 4789): Segment =>
  udp({ to, payload: bytes(8, 0, 0, 0, 0, 0, 5, 0, frame), checksum: 0 });

/** One frame of a capture file. */
export interface Frame {
  readonly bytes: Bytes;
  /** µs since 1970 */
  readonly time?: number;
  /** bytes on the wire, when more than were captured */
  readonly length?: number;
  readonly linkType?: number;
}

/** A capture file in the classic format, µs, little-endian (draft-ietf-opsawg-pcap), one frame a millisecond. */
export function pcap(frames: readonly (Frame | Bytes)[], linkType = 1): Bytes {
  const file = Buffer.alloc(24 + frames.reduce((sum, frame) => sum + 16 + octets(frame).length, 0));
  file.writeUInt32LE(0xa1b2c3d4, 0);
  file.writeUInt16LE(2, 4);
  file.writeUInt16LE(4, 6);
  file.writeUInt32LE(262144, 16);
  file.writeUInt32LE(linkType, 20);
  let at = 24;
  frames.forEach((frame, number) => {
    const whole = octets(frame);
    const { time, length = whole.length } = frame instanceof Uint8Array ? ({} as Partial<Frame>) : frame;
    const when = time ?? 1_700_000_000_000_000 + number * 1000;
    file.writeUInt32LE(Math.floor(when / 1e6), at);
    file.writeUInt32LE(when % 1e6, at + 4);
    file.writeUInt32LE(whole.length, at + 8);
    file.writeUInt32LE(length, at + 12);
    file.set(whole, at + 16);
    at += 16 + whole.length;
  });
  return Uint8Array.from(file);
}

const octets = (frame: Frame | Bytes): Bytes => (frame instanceof Uint8Array ? frame : frame.bytes);
