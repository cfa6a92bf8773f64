/**
 * Copies of a capture in which one thing differs: the wrapping, the pace, who seems to have sent it, what the tap missed.
 * What a case says about the plain capture can then be asked of the copy.
 */
interface Packet {
  /** µs since 1970 */
  time: number;
  frame: Buffer;
  /** bytes on the wire; more than `frame` holds if it was cut */
  wire: number;
}

/** A capture → a changed copy. */
export type Rewrite = (packets: readonly Packet[]) => Packet[];

const HEADER = 24;
const RECORD = 16;
const MAGIC = 0xa1b2c3d4;

/** Applies a rewrite to a pcap file of Ethernet frames, little-endian, in microseconds. */
export function rewritten(capture: Uint8Array, rewrite: Rewrite): Uint8Array {
  const bytes = Buffer.from(capture.buffer, capture.byteOffset, capture.byteLength);
  if (bytes.readUInt32LE(0) !== MAGIC) throw new Error('not a little-endian pcap file in microseconds');
  const packets: Packet[] = [];
  for (let at = HEADER; at < bytes.length; ) {
    const kept = bytes.readUInt32LE(at + 8);
    const time = bytes.readUInt32LE(at) * 1e6 + bytes.readUInt32LE(at + 4);
    const frame = bytes.subarray(at + RECORD, at + RECORD + kept);
    packets.push({ time, frame, wire: bytes.readUInt32LE(at + 12) });
    at += RECORD + kept;
  }
  const records = rewrite(packets).map(({ time, frame, wire }) => {
    const record = Buffer.alloc(RECORD);
    record.writeUInt32LE(Math.floor(time / 1e6), 0);
    record.writeUInt32LE(time % 1e6, 4);
    record.writeUInt32LE(frame.length, 8);
    record.writeUInt32LE(wire, 12);
    return Buffer.concat([record, frame]);
  });
  return Buffer.concat([bytes.subarray(0, HEADER), ...records]);
}

const ETHERNET = 14;
const IP4 = 0x0800;
const IP6 = 0x86dd;
const typeOf = (frame: Buffer): number => frame.readUInt16BE(12);

/** Puts bytes between the Ethernet addresses and the network header. */
function inserted(packet: Packet, middle: Buffer, tail = packet.frame.subarray(ETHERNET)): Packet {
  const frame = Buffer.concat([packet.frame.subarray(0, 12), middle, tail]);
  return { ...packet, frame, wire: packet.wire + frame.length - packet.frame.length };
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const word = (value: number): Buffer => Buffer.of(value >>> 8, value & 255);

/** A tag within a tag (IEEE 802.1ad): service VLAN 100, customer VLAN 20. */
export const qinq: Rewrite = (packets) =>
  packets.map((packet) => inserted(packet, Buffer.concat([hex('88a8 0064 8100 0014'), word(typeOf(packet.frame))])));

/** PPPoE session (RFC 2516 section 4), as on the line of an access provider. */
export const pppoe: Rewrite = (packets) =>
  packets.map((packet) => {
    const protocol = typeOf(packet.frame) === IP6 ? 0x0057 : 0x0021;
    return inserted(packet, Buffer.concat([hex('8864 1100 0007'), word(packet.wire - ETHERNET + 2), word(protocol)]));
  });

/** Outer IPv4 header between the ends of a tunnel. */
function outer(protocol: number, payload: number): Buffer {
  const header = Buffer.concat([
    hex('4500'),
    word(20 + payload),
    hex('0000 4000 40'),
    Buffer.of(protocol),
    hex('0000'),
  ]);
  const whole = Buffer.concat([header, hex('0a00 0001'), hex('0a00 0002')]);
  whole.writeUInt16BE(checksum(whole), 10);
  return whole;
}

/** GRE (RFC 2784 section 2), as a mirror port sends it over the network. */
export const gre: Rewrite = (packets) =>
  packets.map((packet) => {
    const header = Buffer.concat([hex('0000'), word(typeOf(packet.frame))]);
    const payload = header.length + packet.wire - ETHERNET;
    return inserted(packet, Buffer.concat([word(IP4), outer(47, payload), header]));
  });

/** IPv4 or IPv6 within IPv4 (RFC 2003, RFC 4213). */
export const ipip: Rewrite = (packets) =>
  packets.map((packet) => {
    const protocol = typeOf(packet.frame) === IP6 ? 41 : 4;
    return inserted(packet, Buffer.concat([word(IP4), outer(protocol, packet.wire - ETHERNET)]));
  });

/** VXLAN (RFC 7348 section 5), network 77; the checksum of the outer UDP header is not used. */
export const vxlan: Rewrite = (packets) =>
  packets.map((packet) => {
    const udp = Buffer.concat([word(49152), word(4789), word(16 + packet.wire), word(0)]);
    const header = Buffer.concat([udp, hex('0800 0000 0000 4d00')]);
    const outside = Buffer.concat([packet.frame.subarray(0, 12), word(IP4), outer(17, header.length + packet.wire)]);
    const frame = Buffer.concat([outside, header, packet.frame]);
    return { ...packet, frame, wire: packet.wire + frame.length - packet.frame.length };
  });

/** Destination options with padding before the transport header (RFC 8200 sections 4.6, 4.2). */
export const extended: Rewrite = (packets) =>
  packets.map((packet) => {
    if (typeOf(packet.frame) !== IP6) return packet;
    const header = Buffer.from(packet.frame.subarray(ETHERNET, ETHERNET + 40));
    const extension = Buffer.concat([Buffer.of(header[6], 0), hex('0104 0000 0000')]);
    header[6] = 60;
    header.writeUInt16BE(header.readUInt16BE(4) + extension.length, 4);
    return inserted(packet, Buffer.concat([word(IP6), header, extension]), packet.frame.subarray(ETHERNET + 40));
  });

/** As `tcpdump -s length` would have kept it. */
export const cut =
  (length: number): Rewrite =>
  (packets) =>
    packets.map((packet) => ({ ...packet, frame: packet.frame.subarray(0, length) }));

/** Only what went towards these networks, given by the first bytes of their addresses: replies take another way. */
export const inboundOnly =
  (network: string): Rewrite =>
  (packets) =>
    packets.filter(({ frame }) => target(frame).startsWith(network));

/** Every segment that comes from these networks gets an empty checksum, as a tap on the sending host sees it. */
export const offloaded =
  (network: string): Rewrite =>
  (packets) =>
    packets.map((packet) => {
      const { frame } = packet;
      if (!source(frame).startsWith(network) || frame[ETHERNET + 9] !== 6) return packet;
      const changed = Buffer.from(frame);
      changed.writeUInt16BE(0x1d0f, ETHERNET + (frame[ETHERNET] & 15) * 4 + 16);
      return { ...packet, frame: changed };
    });

/**
 * Lets flows begin `seconds` after one another on average; within a flow passes the time that passed.
 */
export const paced =
  (seconds: number): Rewrite =>
  (packets) => {
    const first = new Map<string, number>();
    for (const { frame, time } of packets) if (!first.has(flowOf(frame))) first.set(flowOf(frame), time);
    const starts = [...first.values()];
    const began = starts[0] ?? 0;
    const factor = (seconds * 1e6 * (starts.length - 1)) / ((starts.at(-1) ?? 0) - began);
    const moved = packets.map((packet) => {
      const start = first.get(flowOf(packet.frame)) ?? packet.time;
      return { ...packet, time: Math.round(began + (start - began) * factor + packet.time - start) };
    });
    return moved.sort((a, b) => a.time - b.time);
  };

/**
 * Gives every target a source of its own: the packets of one scanner seem to come from as many hosts.
 *
 * @param scanner hex of its IPv4 address
 * @param alias nth target, by first appearance → hex of the address that seems to have sent it
 */
export const dispersed =
  (scanner: string, alias: (nth: number) => string): Rewrite =>
  (packets) => {
    const sources = new Map<string, string>();
    return packets.map((packet) => {
      const there = source(packet.frame) === scanner;
      if (!there && target(packet.frame) !== scanner) return packet;
      const other = there ? target(packet.frame) : source(packet.frame);
      const mine = sources.get(other) ?? alias(sources.size);
      sources.set(other, mine);
      return { ...packet, frame: renamed(packet.frame, there ? 12 : 16, mine) };
    });
  };

const source = (frame: Buffer): string => address(frame, 12, 8);
const target = (frame: Buffer): string => address(frame, 16, 24);

function address(frame: Buffer, four: number, six: number): string {
  const type = typeOf(frame);
  if (type === IP4) return frame.toString('hex', ETHERNET + four, ETHERNET + four + 4);
  return type === IP6 ? frame.toString('hex', ETHERNET + six, ETHERNET + six + 16) : '';
}

/** Both directions of one conversation have the same name. */
function flowOf(frame: Buffer): string {
  const [one, other] = [source(frame), target(frame)];
  if (typeOf(frame) !== IP4) return [one, other].sort().join();
  const at = ETHERNET + (frame[ETHERNET] & 15) * 4;
  const protocol = frame[ETHERNET + 9];
  if (protocol !== 6 && protocol !== 17) return [one, other].sort().join();
  return [`${one}:${frame.readUInt16BE(at)}`, `${other}:${frame.readUInt16BE(at + 2)}`].sort().join();
}

/** Changes an IPv4 address and what follows from it: the header's checksum and that of TCP or UDP. */
function renamed(frame: Buffer, field: number, name: string): Buffer {
  const changed = Buffer.from(frame);
  changed.write(name, ETHERNET + field, 'hex');
  changed.writeUInt16BE(0, ETHERNET + 10);
  const at = ETHERNET + (frame[ETHERNET] & 15) * 4;
  changed.writeUInt16BE(checksum(changed.subarray(ETHERNET, at)), ETHERNET + 10);
  const protocol = frame[ETHERNET + 9];
  if (protocol !== 6 && protocol !== 17) return changed;
  const end = ETHERNET + frame.readUInt16BE(ETHERNET + 2);
  const slot = at + (protocol === 6 ? 16 : 6);
  changed.writeUInt16BE(0, slot);
  const pseudo = Buffer.concat([
    changed.subarray(ETHERNET + 12, ETHERNET + 20),
    Buffer.of(0, protocol),
    word(end - at),
  ]);
  changed.writeUInt16BE(checksum(Buffer.concat([pseudo, changed.subarray(at, end)])), slot);
  return changed;
}

/** RFC 1071. */
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += (bytes[at] << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
