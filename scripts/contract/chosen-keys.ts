import { join } from 'node:path';
import { SYN } from '../../src/record/tcp-flags.ts';
import { fileSink } from '../../bench/file-sink.ts';
import { type Address, type Ends, Frames, stacks } from '../../src/rehearse/frames.ts';
import { Random } from '../../src/rehearse/random.ts';
import { run } from '../../src/engine/run.ts';
import { mixSigned } from '../../src/table/hash.ts';
import { KeyTable } from '../../src/table/keys.ts';
import { inParallel } from '../parallel.ts';
import { inScratch, type Outcome, type Promised } from './promise.ts';

/**
 * Addresses chosen so that they fall on one place of a table whose seed is known. The tables of a run have another
 * seed, drawn from its first bytes; there the same addresses must behave as random ones do.
 */

const COUNT = 65_000;
/** the seed that the attacker believes in */
const KNOWN = 0x5eed;
const SEEDS = 64;
const START = 1_767_225_600e6;
const TARGET = 0xcb007100;
const TARGET6 = [0x20010db8, 7, 0];

/** Inverse of an odd number modulo 2^32, by Newton's iteration. */
function inverse(odd: number): number {
  let x = odd;
  for (let step = 0; step < 5; step++) x = Math.imul(x, 2 - Math.imul(odd, x));
  return x;
}

const FIRST = inverse(0x85ebca6b);
const SECOND = inverse(0xc2b2ae35);

/** The word that `mixSigned` takes to this hash under this seed: its steps undone. */
function unmixed(seed: number, hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, SECOND);
  h ^= (h >>> 13) ^ (h >>> 26);
  h = Math.imul(h, FIRST);
  h ^= h >>> 16;
  return (h ^ seed) >>> 0;
}

const isUnicast = (word: number): boolean => {
  const top = word >>> 24;
  return top !== 0 && top !== 10 && top !== 127 && top < 224;
};

type Words = readonly [number, number, number, number];

/** Addresses whose hashes under the known seed agree in their low 16 bits. */
function chosen(six: boolean): Words[] {
  const random = new Random(3);
  const keys: Words[] = [];
  const mapped = mixSigned(mixSigned(mixSigned(KNOWN, 0), 0), 0xffff);
  for (let nth = 0; keys.length < COUNT; nth++) {
    const hash = (nth << 16) | (0x1234 + (nth >>> 16));
    if (!six) {
      const word = unmixed(mapped, hash);
      if (isUnicast(word)) keys.push([0, 0, 0xffff, word]);
      continue;
    }
    const [a, b, c] = [(0x2a000000 | random.below(0x10000)) >>> 0, random.word(), random.word()];
    keys.push([a, b, c, unmixed(mixSigned(mixSigned(mixSigned(KNOWN, a), b), c), hash)]);
  }
  return keys;
}

function random(six: boolean): Words[] {
  const source = new Random(4);
  const keys: Words[] = [];
  while (keys.length < COUNT) {
    const word = source.word();
    if (six) keys.push([(0x2a000000 | source.below(0x10000)) >>> 0, source.word(), source.word(), word]);
    else if (isUnicast(word)) keys.push([0, 0, 0xffff, word]);
  }
  return keys;
}

/** Mean number of slots that a find looks at. */
function probes(keys: readonly Words[], seed: number): number {
  const table = new KeyTable(COUNT, seed);
  let sum = 0;
  for (const key of keys) table.insert(...key);
  for (let row = 0; row < table.extent; row++) sum += table.probesOf(row);
  return sum / table.extent;
}

/** The worst of many seeds. */
function worst(keys: readonly Words[]): number {
  const seeds = new Random(5);
  return Math.max(...Array.from({ length: SEEDS }, () => probes(keys, seeds.word())));
}

/** Enough colliding addresses that walking past all of them would show. */
const KNOWN_SAMPLE = 4000;

/** Two SYNs from each: a source gets a row at its second target. */
function capture(path: string, keys: readonly Words[], six: boolean): void {
  const random = new Random(6);
  const out = new Frames(fileSink(path), random, START);
  for (let round = 0; round < 2; round++) {
    for (const key of keys) {
      out.time += 20;
      const source: Address = six ? Uint32Array.from(key) : key[3];
      const target: Address = six ? Uint32Array.of(...TARGET6, 0x50 + round) : TARGET + 10 + round;
      const ends: Ends = { source, target, sourcePort: random.port(), targetPort: 443 };
      out.tcp(ends, SYN, random.word(), 0, stacks.linux);
    }
  }
  out.close();
}

/** Seconds of processor that a run over the capture takes. */
async function cost(path: string): Promise<number> {
  const before = process.threadCpuUsage();
  await run({ paths: [path], workers: 1, home: [], falsePerDay: 1 });
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1e6;
}

interface Family {
  readonly name: string;
  readonly six: boolean;
}

/** One family of addresses. */
export const compared = ({ name, six }: Family): Promise<Outcome> =>
  inScratch((folder) => comparedIn(folder, name, six));

async function comparedIn(folder: string, name: string, six: boolean): Promise<Outcome> {
  const [made, ordinary] = [chosen(six), random(six)];
  const known = probes(made.slice(0, KNOWN_SAMPLE), KNOWN) / probes(ordinary.slice(0, KNOWN_SAMPLE), KNOWN);
  const ratio = worst(made) / worst(ordinary);
  const paths = [join(folder, 'chosen.pcap'), join(folder, 'random.pcap')];
  capture(paths[0], made, six);
  capture(paths[1], ordinary, six);
  const [bad, plain] = [await cost(paths[0]), await cost(paths[1])];
  return {
    pass: ratio <= 2 && known > 100,
    got: `${name}: ${ratio.toFixed(2)} × the probes of random ones (${known.toFixed(0)} × if the seed were known)`,
    measured: `${name}: ${(bad / plain).toFixed(2)} × the processor time of a run`,
  };
}

export const chosenKeys: Promised = {
  id: 3,
  promised: `${COUNT.toLocaleString('en')} addresses made to collide cost at most 2 × random ones, worst of ${SEEDS} seeds`,
  keep: async () => {
    const both = await inParallel(import.meta.url, compared, [
      { name: 'IPv4', six: false },
      { name: 'IPv6', six: true },
    ]);
    return {
      got: both.map(({ got }) => got).join('; '),
      pass: both.every(({ pass }) => pass),
      measured: both.map(({ measured }) => measured).join('; '),
    };
  },
};
