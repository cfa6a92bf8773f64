import { address, type Bytes, bytes, ethernet, ip4, ip6, pcap, u16, u32, udp } from '../../support/packets.ts';

/** Messages of NetFlow, IPFIX and sFlow, built from numbers. */

/** Seconds of every export; flows begin `AGO` ms before. */
export const EXPORTED = 1_795_300_476;
export const AGO = 5000;
const UPTIME = 3_600_000;

export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly ports?: readonly [number, number];
  readonly protocol?: number;
  readonly flags?: number;
  readonly packets?: number;
  readonly bytes?: number;
  /** ms before the export */
  readonly ago?: number;
}

const v5Record = (flow: Flow): Bytes => {
  const { from, to, ports = [0, 0], protocol = 6, flags = 2, packets = 1, bytes: size = 44, ago = AGO } = flow;
  const times = bytes(u32(UPTIME - ago), u32(UPTIME - ago));
  const counts = bytes(u32(packets), u32(size), times, u16(ports[0]), u16(ports[1]));
  return bytes(address(from), address(to), u32(0), u32(0), counts, 0, flags, protocol, 0, u32(0), u32(0));
};

/** NetFlow 5. @param sampling one packet in so many */
export function v5(flows: readonly Flow[], sampling = 0): Bytes {
  const clock = bytes(u32(UPTIME), u32(EXPORTED), u32(0), u32(0));
  return bytes(u16(5), u16(flows.length), clock, u16(0), u16(0x4000 | sampling), ...flows.map(v5Record));
}

/** An element, its length, and the enterprise it belongs to. */
export type Element = readonly [element: number, length: number, enterprise?: number];

const field = ([element, length, enterprise]: Element): Bytes =>
  enterprise === undefined
    ? bytes(u16(element), u16(length))
    : bytes(u16(element | 0x8000), u16(length), u32(enterprise));

export const set = (id: number, ...parts: readonly Bytes[]): Bytes => {
  const body = bytes(...parts);
  return bytes(u16(id), u16(body.length + 4), body);
};

export const template = (id: number, elements: readonly Element[]): Bytes =>
  bytes(u16(id), u16(elements.length), ...elements.map(field));

/** Options of IPFIX: the first elements are the scope. */
export const options = (id: number, scope: number, elements: readonly Element[]): Bytes =>
  bytes(u16(id), u16(elements.length), u16(scope), ...elements.map(field));

/** Options of NetFlow 9, whose scope and options are counted in bytes. */
export const options9 = (id: number, scope: number, elements: readonly Element[]): Bytes =>
  bytes(u16(id), u16(scope * 4), u16((elements.length - scope) * 4), ...elements.map(field));

export const v9 = (sets: readonly Bytes[], source = 1): Bytes =>
  bytes(u16(9), u16(sets.length), u32(UPTIME), u32(EXPORTED), u32(7), u32(source), ...sets);

export function ipfix(sets: readonly Bytes[], domain = 1): Bytes {
  const body = bytes(...sets);
  return bytes(u16(10), u16(body.length + 16), u32(EXPORTED), u32(7), u32(domain), body);
}

/** 8 bytes */
export const u64 = (value: number): Bytes => bytes(u32(Math.floor(value / 2 ** 32)), u32((value % 2 ** 32) >>> 0));

/** Ends, ports, protocol, flags, packets, bytes: what most templates begin with. */
export const COMMON: readonly Element[] = [
  [8, 4],
  [12, 4],
  [7, 2],
  [11, 2],
  [4, 1],
  [6, 1],
  [2, 4],
  [1, 4],
];

export function common(flow: Flow): Bytes {
  const { from, to, ports = [0, 0], protocol = 6, flags = 2, packets = 1, bytes: size = 44 } = flow;
  const ends = bytes(address(from), address(to), u16(ports[0]), u16(ports[1]), protocol, flags);
  return bytes(ends, u32(packets), u32(size));
}

/** An sFlow datagram of samples. */
export const sflow = (...samples: readonly Bytes[]): Bytes =>
  bytes(u32(5), u32(1), address('192.0.2.250'), u32(0), u32(9), u32(UPTIME), u32(samples.length), ...samples);

/** A part of XDR: a format, and a body that fills whole words. */
export function xdr(format: number, ...body: readonly Bytes[]): Bytes {
  const inner = bytes(...body);
  const padded = bytes(inner, new Uint8Array((4 - (inner.length % 4)) % 4));
  return bytes(u32(format), u32(padded.length), padded);
}

/** A flow sample: one packet in `rate`. */
export const sample = (rate: number, ...records: readonly Bytes[]): Bytes =>
  xdr(1, u32(1), u32(2), u32(rate), u32(0), u32(0), u32(1), u32(2), u32(records.length), ...records);

export const EXPORTER = '192.0.2.250';

/** A capture of datagrams, each from an exporter. */
export function captured(...datagrams: readonly (Bytes | readonly [Bytes, string])[]): Bytes {
  const frames = datagrams.map((one) => {
    const [payload, source] = one instanceof Uint8Array ? [one, EXPORTER] : one;
    const segment = udp({ from: 50_000, to: 2055, payload });
    const packet = source.includes(':')
      ? ip6(segment, { source, target: '2001:db8::9' })
      : ip4(segment, { source, target: '192.0.2.9' });
    return { bytes: ethernet(packet), time: EXPORTED * 1e6 };
  });
  return pcap(frames);
}
