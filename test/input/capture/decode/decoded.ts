import { decode } from '../../../../src/input/capture/decode/index.ts';
import { allocatePackets, type PacketBatch, packetBytes, packetSchema } from '../../../../src/record/packet.ts';
import { WEIRDS, WeirdCounts } from '../../../../src/record/weird.ts';
import type { Bytes, Frame } from '../../../support/packets.ts';

const SEED = 0x5eed;

/** A batch that holds these frames, `gap` bytes of `filler` before and behind each. */
export function batchOf(frames: readonly (Frame | Bytes)[], linkType = 1, gap = 0, filler = 0): PacketBatch {
  const whole = frames.map((frame): Frame => (frame instanceof Uint8Array ? { bytes: frame } : frame));
  const block = whole.reduce((sum, frame) => sum + frame.bytes.length + gap, gap) + 64;
  const rows = Math.max(frames.length, 1);
  const batch = allocatePackets(new ArrayBuffer(packetBytes(rows, block)), 0, rows, block);
  batch.bytes.fill(filler);
  let at = gap;
  whole.forEach((frame, row) => {
    batch.bytes.set(frame.bytes, at);
    batch.offset[row] = at;
    batch.captured[row] = frame.bytes.length;
    batch.length[row] = frame.length ?? frame.bytes.length;
    batch.linkType[row] = frame.linkType ?? linkType;
    at += frame.bytes.length + gap;
  });
  batch.count = frames.length;
  batch.firstRecord = 1;
  return batch;
}

/** Decodes frames; the batch and what was counted, by name. */
export function decoded(
  frames: readonly (Frame | Bytes)[],
  linkType = 1,
): { batch: PacketBatch; weird: Record<string, number>; counts: WeirdCounts } {
  const batch = batchOf(frames, linkType);
  const counts = new WeirdCounts();
  decode(batch, counts, SEED);
  return { batch, weird: named(counts), counts };
}

/** The counts that are not 0. */
export function named(counts: WeirdCounts): Record<string, number> {
  const found = WEIRDS.map(([name], at) => [name, counts.counts[at]] as const);
  return Object.fromEntries(found.filter(([, count]) => count > 0));
}

type Columns = Exclude<keyof typeof packetSchema, 'address' | 'order'>;
export type Row = Record<Columns, number> & { source: string; target: string; weird: Record<string, number> };

const name4 = (word: number): string => [24, 16, 8, 0].map((shift) => (word >>> shift) & 255).join('.');

/** Four words as text: dotted when IPv4, else eight groups. */
function name(address: Uint32Array, at: number): string {
  const words = [...address.subarray(at, at + 4)];
  if (words[0] === 0 && words[1] === 0 && words[2] === 0xffff) return name4(words[3]);
  return words.flatMap((word) => [word >>> 16, word & 0xffff].map((half) => half.toString(16))).join(':');
}

/** Columns of one row, with its addresses as text. */
export function rowOf(batch: PacketBatch, row: number, weird: Record<string, number> = {}): Row {
  const names = Object.keys(packetSchema).filter((column) => column !== 'address' && column !== 'order') as Columns[];
  const columns = Object.fromEntries(names.map((column) => [column, batch[column][row]])) as Record<Columns, number>;
  const { address } = batch;
  return { ...columns, source: name(address, row * 8), target: name(address, row * 8 + 4), weird };
}

/** Decodes one frame. */
export function one(frame: Frame | Bytes, linkType = 1): Row {
  const { batch, weird } = decoded([frame], linkType);
  return rowOf(batch, 0, weird);
}
