import { distinct, evidenceBits, longestIncreasing, orderLog2P, reversedBytes } from '../table/order.ts';
import { HITS, type Hits } from './crowd-hits.ts';

/** Tests of crowd.ts over the hits of one service: what unrelated sources cannot do together. */

/** What one test tells of a crowd. */
export interface CrowdRow {
  readonly reason: string;
  readonly bits: number;
  readonly contacts: number;
  readonly samples: readonly { readonly time: number; readonly input: number; readonly record: number }[];
}

/** In which order a crowd goes through its targets; null: in none. */
export type CrowdOrder = 'sequential' | 'descending' | 'reverse-byte' | null;

/** Times before the last hit, µs, that are looked at by themselves. */
const WINDOWS = [86_400e6, 7 * 86_400e6, Number.POSITIVE_INFINITY];

export const REASONS = [
  'new sources came to targets in ascending order',
  'new sources came to targets in descending order',
  'new sources came to targets in order of reversed bytes',
  'sources shared the targets out: fewer were hit twice than by chance',
];

/** Bits that it costs to look at a service for the nth time: weights 1/(n(n+1)) add up to 1. */
export const roundPrice = (round: number): number => Math.log2(round * (round + 1));

/**
 * e-value of each test, the mean of those of the windows, and where the window begins that tells most.
 *
 * @param places of hits, in order of time
 */
export function evidenceIn(hits: Hits, places: Uint16Array): { readonly values: number[]; readonly since: number } {
  const parts = windowsOf(hits, places);
  const tests: number[][] = [];
  // A window that holds no more than the shorter one says the same.
  for (const [at, part] of parts.entries())
    tests.push(at > 0 && part.length === parts[at - 1].length ? tests[at - 1] : testsOf(hits, part));
  const sums = tests.map((values) => values.reduce((sum, value) => sum + value, 0));
  const longest = sums.lastIndexOf(Math.max(...sums));
  return {
    values: REASONS.map((_, test) => tests.reduce((sum, values) => sum + values[test], 0) / WINDOWS.length),
    since: longest === WINDOWS.length - 1 ? Number.NEGATIVE_INFINITY : lastOf(hits, places) - WINDOWS[longest],
  };
}

/** Bits of the best test and window, without a price, of places in order of time: to compare readings of the same hits. */
export const strengthOf = (hits: Hits, places: Uint16Array): number =>
  Math.max(...windowsOf(hits, places).flatMap((part) => hitBits(hits, part)));

const lastOf = ({ time }: Hits, places: Uint16Array): number => time[places[places.length - 1]];

/** The places of each window: all from one on. */
function windowsOf(hits: Hits, places: Uint16Array): Uint16Array[] {
  const last = lastOf(hits, places);
  return WINDOWS.map((window) => places.subarray(places.findIndex((place) => last - hits.time[place] < window)));
}

/** e-value of each test over places in order of time. */
const testsOf = (hits: Hits, places: Uint16Array): number[] =>
  hitBits(hits, places).map((bits) => 2 ** Math.min(900, bits));

function hitBits(hits: Hits, places: Uint16Array): number[] {
  const first: number[] = [];
  for (const place of places) if (hits.nth[place] === 1) first.push(hits.target[place]);
  const targets = distinct(first);
  const orders = [targets, targets.map((target) => -target), targets.map(reversedBytes)];
  const log2Ps = orders.map((values) => orderLog2P(values.length, longestIncreasing(values)));
  return [...log2Ps, overlapOf(hits, places)].map(evidenceBits);
}

/** Addresses of an IPv4 /24, within which targets are compared. */
const BLOCK = 256;

/** What was drawn of one /24. */
interface Block {
  /** how many addresses, all different, of each source */
  readonly draws: number[];
  /** 1 for each address that was drawn */
  readonly drawn: Uint8Array;
  /** the source whose draws were counted last */
  source: number;
}

/**
 * log2 of a bound on P(so few repeats) when each source draws its targets, all different, at random: within a /24, for
 * whatever made unrelated sources come to a /24, there they choose on their own. The number of different targets is a
 * function of independent draws, each of which changes it by at most as many targets as it has (McDiarmid 1989),
 * sharpened by the exact probability of no repeat at all. IPv6 has too much room for repeats to tell anything.
 */
function overlapOf(hits: Hits, places: Uint16Array): number {
  for (const place of places) if (hits.isV4[place] === 0) return 0;
  const blocks = blocksOf(hits, places);
  const different = blocks.reduce((sum, { drawn }) => drawn.reduce((count, one) => count + one, sum), 0);
  if (different === places.length) return blocks.reduce((sum, { draws }) => sum + noRepeatLog2P(draws), 0);
  return fewRepeatsLog2P(blocks, different);
}

/** The blocks of IPv4 targets. */
function blocksOf({ target, source }: Hits, places: Uint16Array): Block[] {
  const bySource = new Float64Array(places.length);
  for (let at = 0; at < places.length; at += 1) bySource[at] = source[places[at]] * HITS + places[at];
  bySource.sort();
  const blocks = new Map<number, Block>();
  for (const key of bySource) {
    const place = key % HITS;
    const prefix = target[place] >>> 8;
    const block = blocks.get(prefix) ?? { draws: [], drawn: new Uint8Array(BLOCK), source: -1 };
    if (block.draws.length === 0) blocks.set(prefix, block);
    if (block.source === source[place]) block.draws[block.draws.length - 1] += 1;
    else block.draws.push(1);
    block.source = source[place];
    block.drawn[target[place] & (BLOCK - 1)] = 1;
  }
  return [...blocks.values()];
}

function noRepeatLog2P(draws: readonly number[]): number {
  let log = 0;
  let used = 0;
  for (const size of draws) {
    for (let i = 0; i < size; i += 1) log += Math.log2((BLOCK - used - i) / (BLOCK - i));
    used += size;
  }
  return log;
}

function fewRepeatsLog2P(blocks: readonly Block[], different: number): number {
  let expected = 0;
  let squares = 0;
  for (const { draws } of blocks) {
    let missed = 1;
    for (const size of draws) {
      missed *= 1 - size / BLOCK;
      squares += size * size;
    }
    expected += BLOCK * (1 - missed);
  }
  const surplus = different - expected;
  return surplus <= 0 ? 0 : (-2 * surplus * surplus) / squares / Math.LN2;
}
