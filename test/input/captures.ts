import { trialContext } from '../../src/input/trial.ts';
import type { ByteSource, PacketInput } from '../../src/input/input.ts';
import { allocatePackets, BLOCK_BYTES, PACKET_ROWS } from '../../src/record/packet.ts';
import { WEIRDS, WeirdCounts } from '../../src/record/weird.ts';

/** Capture files built from numbers, and what a reader makes of them. */

export interface Frame {
  /** seconds and fraction, as the file holds them */
  readonly seconds: number;
  readonly fraction: number;
  readonly data: Uint8Array;
  /** bytes on the wire; as many as were captured when absent */
  readonly length?: number;
}

export interface PcapShape {
  readonly magic?: number;
  readonly little?: boolean;
  readonly link?: number;
}

export const bytesOf = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);
export const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** 32-bit numbers, one after the other. */
export function words(little: boolean, ...values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  values.forEach((value, at) => {
    view.setUint32(at * 4, value >>> 0, little);
  });
  return new Uint8Array(view.buffer);
}

/** 16-bit numbers, one after the other. */
export function halves(little: boolean, ...values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 2));
  values.forEach((value, at) => {
    view.setUint16(at * 2, value, little);
  });
  return new Uint8Array(view.buffer);
}

export function pcapHeader({ magic = 0xa1b2c3d4, little = true, link = 1 }: PcapShape = {}): Uint8Array {
  return join(words(little, magic), halves(little, 2, 4), words(little, 0, 0, 262_144, link));
}

export function pcapRecord(frame: Frame, { magic = 0xa1b2c3d4, little = true }: PcapShape = {}): Uint8Array {
  const { seconds, fraction, data, length = data.length } = frame;
  const more = magic === 0xa1b2cd34 ? new Uint8Array(8) : new Uint8Array(0);
  return join(words(little, seconds, fraction, data.length, length), more, data);
}

export function pcapFile(frames: readonly Frame[], shape: PcapShape = {}): Uint8Array {
  return join(pcapHeader(shape), ...frames.map((frame) => pcapRecord(frame, shape)));
}

/** So many frames, 10 ms apart, each of another length and filled with its number. */
export function someFrames(count: number, longest = 90): Frame[] {
  return Array.from({ length: count }, (_, at) => ({
    seconds: 1_700_000_000 + Math.floor(at / 100),
    fraction: (at % 100) * 10_000,
    data: new Uint8Array(1 + ((at * 37) % longest)).fill(at),
  }));
}

export const filler = (length: number): Uint8Array => new Uint8Array((4 - (length % 4)) % 4);

/** A pcapng block around a body. */
export function block(little: boolean, type: number, ...body: readonly Uint8Array[]): Uint8Array {
  const inner = join(...body);
  const size = inner.length + filler(inner.length).length + 12;
  return join(words(little, type, size), inner, filler(inner.length), words(little, size));
}

export const section = (little: boolean): Uint8Array =>
  block(little, 0x0a0d0d0a, words(little, 0x1a2b3c4d), halves(little, 1, 0), words(little, 0xffffffff, 0xffffffff));

export const option = (little: boolean, code: number, value: Uint8Array): Uint8Array =>
  join(halves(little, code, value.length), value, filler(value.length));

export const interfaceBlock = (little: boolean, link = 1, snaplen = 0, ...options: readonly Uint8Array[]): Uint8Array =>
  block(little, 1, halves(little, link, 0), words(little, snaplen), ...options);

export const packetBlock = (little: boolean, on: number, ticks: bigint, data: Uint8Array, length = data.length) =>
  block(
    little,
    6,
    words(little, on, Number(ticks >> 32n), Number(ticks & 0xffffffffn), data.length, length),
    data,
    filler(data.length),
  );

/** The frames in one section with one interface. */
export function pcapngFile(frames: readonly Frame[], little = true): Uint8Array {
  const ticks = ({ seconds, fraction }: Frame): bigint => BigInt(seconds) * 1_000_000n + BigInt(fraction);
  const packets = frames.map((frame) => packetBlock(little, 0, ticks(frame), frame.data, frame.length));
  return join(section(little), interfaceBlock(little), ...packets);
}

/** Bytes that come in pieces of the given sizes, over and over. */
export function sourceOf(bytes: Uint8Array, pieces: readonly number[] = [1 << 16], later = false): ByteSource {
  let consumed = 0;
  let turn = 0;
  const read = (into: Uint8Array): number => {
    const piece = pieces[turn % pieces.length];
    turn += 1;
    const part = bytes.subarray(consumed, consumed + Math.min(into.length, piece));
    into.set(part);
    consumed += part.length;
    return part.length;
  };
  return {
    name: 'test',
    size: bytes.length,
    trouble: undefined,
    get consumed() {
      return consumed;
    },
    read: later ? async (into) => read(into) : read,
    close() {},
  };
}

export interface Row {
  readonly number: number;
  readonly time: number;
  readonly captured: number;
  readonly length: number;
  readonly linkType: number;
  readonly data: string;
}

export interface Outcome {
  readonly rows: Row[];
  /** rows in each batch */
  readonly batches: number[];
  readonly records: number;
  readonly weird: Readonly<Record<string, number>>;
  readonly counts: WeirdCounts;
}

export interface ReadShape {
  readonly rows?: number;
  readonly block?: number;
}

/** Reads a source to its end with one format. */
export async function readAll(input: PacketInput, source: ByteSource, shape: ReadShape = {}): Promise<Outcome> {
  const counts = new WeirdCounts();
  const reader = input.open(source, { ...trialContext(), input: 3, weird: counts });
  const batch = allocatePackets(undefined, 0, shape.rows ?? PACKET_ROWS, shape.block ?? BLOCK_BYTES);
  const rows: Row[] = [];
  const batches: number[] = [];
  while (await reader.fill(batch)) {
    batches.push(batch.count);
    for (let row = 0; row < batch.count; row += 1) {
      const [offset, captured] = [batch.offset[row], batch.captured[row]];
      const data = Buffer.from(batch.bytes.subarray(offset, offset + captured)).toString('hex');
      const { [row]: time } = batch.time;
      rows.push({
        number: batch.firstRecord + row,
        time,
        captured,
        length: batch.length[row],
        linkType: batch.linkType[row],
        data,
      });
    }
  }
  reader.close();
  return { rows, batches, records: reader.records, weird: namesOf(counts), counts };
}

function namesOf(counts: WeirdCounts): Record<string, number> {
  return Object.fromEntries(WEIRDS.flatMap(([name], at) => (counts.counts[at] > 0 ? [[name, counts.counts[at]]] : [])));
}

/** Every record is a row or counted as malformed. */
export function isConserved({ rows, records, counts }: Outcome): boolean {
  return records === rows.length + counts.total('malformed');
}
