import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { run } from '../../src/engine/run.ts';
import { TCP, UDP } from '../../src/flow/answers/index.ts';
import { tlsFlight } from '../../src/flow/answers/tls.ts';
import { Found } from '../../src/flow/answers/writer.ts';
import { decode } from '../../src/input/capture/decode/index.ts';
import { pcap } from '../../src/input/capture/pcap.ts';
import { pcapng } from '../../src/input/capture/pcapng.ts';
import { decompress } from '../../src/input/carry/decompress.ts';
import type { Input } from '../../src/input/input.ts';
import { allocatePackets, BLOCK_BYTES, type PacketBatch } from '../../src/record/packet.ts';
import { WeirdCounts } from '../../src/record/weird.ts';
import { generator, mutated } from '../../test/fuzz/mutate.ts';
import { type Frame, pcapFile, pcapngFile, sourceOf } from '../../test/input/captures.ts';
import { cases } from '../../test/support/replay.ts';
import { few, grouped, inScratch, type Promised } from './promise.ts';

/** Damaged inputs for everything that reads bytes from outside, made from the captures of the cases. */

const SLOW_MS = 50;
const USUAL = 20_000;
const FULL = 1_000_000;
/** Frames of one damaged capture. */
const FRAMES = 20;
/** Making an engine costs far more than reading a frame: so many times fewer inputs. */
const UNPACKED = 50;
const WHOLE = 200;

type Below = (below: number) => number;

/** One thing that reads: how many inputs it gets, and what it does with the nth. */
interface Target {
  readonly name: string;
  readonly inputs: number;
  readonly feed: (nth: number, random: Below) => void | Promise<void>;
}

/** Frames as the cases hold them: a little of every capture. */
function frames(bytes: Buffer, most: number): Frame[] {
  const list: Frame[] = [];
  for (let at = 24; at + 16 <= bytes.length && list.length < most; ) {
    const size = bytes.readUInt32LE(at + 8);
    const data = new Uint8Array(bytes.subarray(at + 16, at + 16 + size));
    list.push({ seconds: bytes.readUInt32LE(at), fraction: bytes.readUInt32LE(at + 4), data });
    at += 16 + size;
  }
  return list;
}

async function drain(input: Input, bytes: Uint8Array, batch: PacketBatch, decoded: boolean): Promise<void> {
  const weird = new WeirdCounts();
  const reader = input.open(sourceOf(bytes), { input: 0, weird });
  while (await reader.fill(batch)) if (decoded) decode(batch, weird, 1);
  reader.close();
}

async function unpack(bytes: Uint8Array, into: Uint8Array): Promise<void> {
  const source = decompress(sourceOf(bytes), bytes, {});
  if (source === undefined) return;
  for (let got = await source.read(into); got > 0; got = await source.read(into));
  source.close();
}

function targets(full: boolean, folder: string): Target[] {
  const inputs = full ? FULL : USUAL;
  const captures = cases().map(({ input }) => gunzipSync(readFileSync(input)));
  const samples = captures.map((bytes) => frames(bytes, FRAMES));
  const batch = allocatePackets(undefined, 0, 512, BLOCK_BYTES);
  const into = new Uint8Array(1 << 19);
  const found = new Found();
  const payloads = captures.flatMap((bytes) => frames(bytes, 2000)).filter(({ data }) => data.length > 70);
  const plain = samples.map((list) => pcapFile(list));
  const blocks = samples.map((list, nth) => pcapngFile(list, nth % 2 === 0));
  const packed = { gzip: plain.map((bytes) => gzipSync(bytes)), zstd: plain.map((bytes) => zstdCompressSync(bytes)) };
  const pick = <T>(list: readonly T[], nth: number): T => list[nth % list.length];
  /** what stands behind the headers of a frame, damaged */
  const payload = (nth: number, random: Below): Uint8Array => {
    const { data } = pick(payloads, nth * 7);
    return mutated(data.subarray(54 + random(16)), random);
  };
  const path = join(folder, 'damaged.pcap');
  return [
    { name: 'pcap', inputs, feed: (nth, random) => drain(pcap, mutated(pick(plain, nth), random), batch, false) },
    { name: 'pcapng', inputs, feed: (nth, random) => drain(pcapng, mutated(pick(blocks, nth), random), batch, false) },
    {
      name: 'frames',
      inputs,
      feed: (nth, random) => {
        const damaged = pick(samples, nth).map((frame) => ({ ...frame, data: mutated(frame.data, random) }));
        return drain(pcap, pcapFile(damaged), batch, true);
      },
    },
    ...[...new Set([...TCP, ...UDP])].map(({ name, read }) => ({
      name: `${name} answers`,
      inputs,
      feed: (nth: number, random: Below): void => {
        const bytes = payload(nth, random);
        read(bytes, 0, bytes.length, found, nth & 1023);
      },
    })),
    {
      name: 'tls answers',
      inputs,
      feed: (nth, random) => {
        const bytes = payload(nth, random);
        tlsFlight(bytes, 0, bytes.length, found);
      },
    },
    ...Object.entries(packed).map(([name, list]) => ({
      name,
      inputs: Math.ceil(inputs / UNPACKED),
      feed: (nth: number, random: Below) => unpack(mutated(pick(list, nth), random), into),
    })),
    {
      name: 'whole runs',
      inputs: Math.ceil(inputs / WHOLE),
      feed: async (nth, random) => {
        const damaged = frames(pick(captures, nth), 400).map((frame) => ({ ...frame, data: mutated(frame.data, random) }));
        writeFileSync(path, pcapFile(damaged));
        await run({ paths: [path], workers: 1, home: [], falsePerDay: 1 });
      },
    },
  ];
}

interface Tally {
  readonly faults: string[];
  slowest: number;
}

async function tried(target: Target, seed: number): Promise<Tally> {
  const random = generator(seed);
  const tally: Tally = { faults: [], slowest: 0 };
  for (let nth = 0; nth < target.inputs; nth++) {
    try {
      const started = performance.now();
      await target.feed(nth, random);
      tally.slowest = Math.max(tally.slowest, performance.now() - started);
    } catch (error) {
      tally.faults.push(`${target.name} ${nth}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return tally;
}

export const fuzz: Promised = {
  id: 8,
  promised: 'damaged inputs for everything that reads bytes: 0 uncaught',
  keep: (full) =>
    inScratch(async (folder) => {
      const faults: string[] = [];
      const slowest: string[] = [];
      const said: string[] = [];
      for (const [nth, target] of targets(full, folder).entries()) {
        const tally = await tried(target, 20_261_000 + nth);
        faults.push(...tally.faults);
        said.push(`${target.name} ${grouped(target.inputs)}`);
        slowest.push(`${target.name} ${tally.slowest.toFixed(1)}`);
      }
      return {
        got: `inputs: ${said.join(', ')}; ${faults.length} uncaught${few(faults)}`,
        pass: faults.length === 0,
        measured: `slowest, in ms (over ${SLOW_MS} is judged by the tests): ${slowest.join(', ')}`,
      };
    }),
};
