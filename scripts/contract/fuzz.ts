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
import { inputs as formats } from '../../src/input/index.ts';
import type { PacketInput, RecordInput } from '../../src/input/input.ts';
import { trialContext } from '../../src/input/trial.ts';
import { dialects } from '../../src/input/syslog/index.ts';
import { syslog } from '../../src/input/syslog/syslog.ts';
import { allocatePackets, BLOCK_BYTES, type PacketBatch } from '../../src/record/packet.ts';
import { allocateSheaf, type Sheaf } from '../../src/record/sheaf.ts';
import { generator, mutated } from '../../test/fuzz/mutate.ts';
import { type Frame, pcapFile, pcapngFile, sourceOf } from '../../test/input/captures.ts';
import { cases } from '../../test/support/replay.ts';
import { inParallel } from '../parallel.ts';
import { few, grouped, inScratch, type Promised } from './promise.ts';

/** Damaged inputs for everything that reads bytes from outside, made from the captures of the cases. */

const SLOW_MS = 50;
const USUAL = 2000;
const FULL = 1_000_000;
/** Frames of one damaged capture. */
const FRAMES = 20;
/** Making an engine costs far more than reading a frame: so many times fewer inputs. */
const UNPACKED = 20;
const WHOLE = 40;
/** Lines that are read at one go. */
const LINES = 100;

type Below = (below: number) => number;

/** One thing that reads: how many inputs it gets, how the nth is damaged, and what reads it. */
interface Target {
  readonly name: string;
  /** what it is one of many of */
  readonly kind?: string;
  readonly inputs: number;
  readonly make: (nth: number, random: Below) => Uint8Array;
  readonly read: (bytes: Uint8Array, nth: number) => unknown;
  /** a whole run may take its time */
  readonly unhurried?: boolean;
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

async function drain(input: PacketInput, bytes: Uint8Array, batch: PacketBatch, decoded: boolean): Promise<void> {
  const context = trialContext();
  const reader = input.open(sourceOf(bytes), context);
  while (await reader.fill(batch)) if (decoded) decode(batch, context.weird, 1);
  reader.close();
}

async function drainRecords(input: RecordInput, bytes: Uint8Array, sheaf: Sheaf): Promise<void> {
  const reader = input.open(sourceOf(bytes), { ...trialContext(), logFormats: ['%h %l %u %t "%r" %>s %b'] });
  while (await reader.fill(sheaf));
  reader.close();
}

/** Formats of records and dialects of syslog, each with a sample of it. */
const samplesOfRecords = (): readonly { name: string; kind: string; input: RecordInput; sample: string }[] => [
  ...formats.flatMap((input) =>
    input.carries === 'records' && input.sample !== undefined
      ? [{ name: input.name, kind: 'formats of records', input, sample: input.sample }]
      : [],
  ),
  ...dialects.map(({ name, sample }) => ({
    name: `${name} in syslog`,
    kind: 'dialects of syslog',
    input: syslog,
    sample,
  })),
];

async function unpack(bytes: Uint8Array, into: Uint8Array): Promise<void> {
  const source = decompress(sourceOf(bytes), bytes, {});
  if (source === undefined) return;
  for (let got = await source.read(into); got > 0; got = await source.read(into));
  source.close();
}

function targets(full: boolean): Target[] {
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
  const damaged = (list: readonly Frame[], random: Below): Uint8Array =>
    pcapFile(list.map((frame) => ({ ...frame, data: mutated(frame.data, random) })));
  /** what stands behind the headers of a frame */
  const payload = (nth: number, random: Below): Uint8Array =>
    mutated(pick(payloads, nth * 7).data.subarray(54 + random(16)), random);
  const answers = (over: string, parsers: typeof TCP): Target[] =>
    parsers.map(({ name, read }) => ({
      name: `${name} over ${over}`,
      kind: `answers over ${over}`,
      inputs,
      make: payload,
      read: (bytes, nth) => read(bytes, 0, bytes.length, found, nth & 1023),
    }));
  const sheaf = allocateSheaf();
  const lines = samplesOfRecords().map(({ name, kind, input, sample }): Target => {
    const bytes = new TextEncoder().encode(`${sample}\n`);
    return {
      name,
      kind: `${kind} (${LINES} lines at a time)`,
      inputs: Math.ceil(inputs / LINES),
      make: (_, random) => new Uint8Array(Buffer.concat(Array.from({ length: LINES }, () => mutated(bytes, random)))),
      read: (damage) => drainRecords(input, damage, sheaf),
    };
  });
  return [
    {
      name: 'pcap',
      inputs,
      make: (nth, random) => mutated(pick(plain, nth), random),
      read: (bytes) => drain(pcap, bytes, batch, false),
    },
    {
      name: 'pcapng',
      inputs,
      make: (nth, random) => mutated(pick(blocks, nth), random),
      read: (bytes) => drain(pcapng, bytes, batch, false),
    },
    {
      name: `frames (${FRAMES} at a time)`,
      inputs,
      make: (nth, random) => damaged(pick(samples, nth), random),
      read: (bytes) => drain(pcap, bytes, batch, true),
    },
    ...answers('TCP', TCP),
    ...answers('UDP', UDP),
    ...lines,
    { name: 'tls', inputs, make: payload, read: (bytes) => tlsFlight(bytes, 0, bytes.length, found) },
    ...Object.entries(packed).map(([name, list]) => ({
      name,
      inputs: Math.ceil(inputs / UNPACKED),
      make: (nth: number, random: Below) => mutated(pick(list, nth), random),
      read: (bytes: Uint8Array) => unpack(bytes, into),
    })),
    {
      name: 'whole runs',
      inputs: Math.ceil(inputs / WHOLE),
      make: (nth, random) => damaged(frames(pick(captures, nth), 400), random),
      read: (bytes) =>
        inScratch((folder) => {
          const path = join(folder, 'damaged.pcap');
          writeFileSync(path, bytes);
          return run({ paths: [path], workers: 1, home: [], falsePerDay: 1 });
        }),
      unhurried: true,
    },
  ];
}

interface Tally {
  readonly faults: string[];
  slow: number;
  slowest: number;
}

/** Milliseconds of processor that this thread spent on one input; an input that took long is read again before it counts. */
async function spent({ read }: Target, bytes: Uint8Array, nth: number): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let times = 0; times < 3 && least > SLOW_MS; times++) {
    const before = process.threadCpuUsage();
    await read(bytes, nth);
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/** Made once a thread: all samples are behind them. */
let made: readonly Target[] | undefined;

/** Tries one target, by its place among all. */
export async function triedAt({ nth, full }: { readonly nth: number; readonly full: boolean }): Promise<Tally> {
  made ??= targets(full);
  return tried(made[nth], 20_261_000 + nth);
}

async function tried(target: Target, seed: number): Promise<Tally> {
  const random = generator(seed);
  const tally: Tally = { faults: [], slow: 0, slowest: 0 };
  for (let nth = 0; nth < target.inputs; nth++) {
    const bytes = target.make(nth, random);
    try {
      const ms = await spent(target, bytes, nth);
      tally.slowest = Math.max(tally.slowest, ms);
      if (ms > SLOW_MS && !target.unhurried) tally.slow += 1;
    } catch (error) {
      tally.faults.push(`${target.name} ${nth}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return tally;
}

export const fuzz: Promised = {
  id: 8,
  promised: `damaged inputs for everything that reads bytes: 0 uncaught, 0 over ${SLOW_MS} ms`,
  keep: async (full) => {
    const all = targets(full);
    const calls = all.map((_, nth) => ({ nth, full })).toReversed(); // whole runs take longest and go first
    const tallies = (await inParallel(import.meta.url, triedAt, calls)).toReversed();
    const faults = tallies.flatMap((tally) => tally.faults);
    const slow = tallies.reduce((sum, tally) => sum + tally.slow, 0);
    const counts = [...new Set(all.map(({ inputs }) => inputs))];
    const said = counts.map((inputs) => {
      const kinds = Map.groupBy(
        all.filter((target) => target.inputs === inputs),
        ({ kind, name }) => kind ?? name,
      );
      const counted = [...kinds].map(([kind, { length }]) => (length > 1 ? `${length} ${kind}` : kind));
      return `${grouped(inputs)} inputs each for ${counted.join(', ')}`;
    });
    return {
      got: `${said.join('; ')}: ${faults.length} uncaught${few(faults)}, ${slow} over ${SLOW_MS} ms`,
      pass: faults.length === 0 && slow === 0,
      measured: `slowest, ms of processor: ${all.map(({ name }, nth) => `${name} ${tallies[nth].slowest.toFixed(1)}`).join(', ')}`,
    };
  },
};
