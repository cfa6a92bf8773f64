import { distinct, evidenceBits, longestIncreasing, orderLog2P, reversedBytes } from '../table/order.ts';

/** Tests of crowd.ts over the hits of one service: what unrelated sources cannot do together. */
export interface Hit {
  readonly time: number;
  readonly input: number;
  readonly record: number;
  /** last word of the address */
  readonly target: number;
  readonly isV4: boolean;
  readonly source: number;
  /** how-manieth hit of its source */
  readonly nth: number;
  /** the service, and how its packet looks (record/look.ts); 0: not told */
  readonly look: number;
}

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

/** e-value of each test, the mean of those of the windows, and where the window begins that tells most. */
export function evidenceIn(hits: readonly Hit[]): { readonly values: number[]; readonly since: number } {
  const last = hits[hits.length - 1].time;
  const parts = windowsOf(hits);
  const tests: number[][] = [];
  // A window that holds no more than the shorter one says the same.
  for (const [at, part] of parts.entries())
    tests.push(at > 0 && part.length === parts[at - 1].length ? tests[at - 1] : testsOf(part));
  const sums = tests.map((values) => values.reduce((sum, value) => sum + value, 0));
  const longest = sums.lastIndexOf(Math.max(...sums));
  return {
    values: REASONS.map((_, test) => tests.reduce((sum, values) => sum + values[test], 0) / WINDOWS.length),
    since: longest === WINDOWS.length - 1 ? Number.NEGATIVE_INFINITY : last - WINDOWS[longest],
  };
}

/** Bits of the best test and window, without a price, of hits in order of time: to compare readings of the same hits. */
export const strengthOf = (hits: readonly Hit[]): number => Math.max(...windowsOf(hits).flatMap(hitBits));

function windowsOf(hits: readonly Hit[]): Hit[][] {
  const last = hits[hits.length - 1].time;
  return WINDOWS.map((window) => hits.filter(({ time }) => last - time < window));
}

/** e-value of each test over hits in order of time. */
const testsOf = (hits: readonly Hit[]): number[] => hitBits(hits).map((bits) => 2 ** Math.min(900, bits));

function hitBits(hits: readonly Hit[]): number[] {
  const targets = distinct(hits.filter(({ nth }) => nth === 1).map(({ target }) => target));
  const orders = [targets, targets.map((target) => -target), targets.map(reversedBytes)];
  const log2Ps = orders.map((values) => orderLog2P(values.length, longestIncreasing(values)));
  return [...log2Ps, overlapOf(hits)].map(evidenceBits);
}

/** Addresses of an IPv4 /24, within which targets are compared. */
const BLOCK = 256;

/** What each source drew of one /24, and how many different addresses they were. */
interface Block {
  readonly draws: Map<number, number>;
  readonly targets: Set<number>;
}

/**
 * log2 of a bound on P(so few repeats) when each source draws its targets, all different, at random: within a /24, for
 * whatever made unrelated sources come to a /24, there they choose on their own. The number of different targets is a
 * function of independent draws, each of which changes it by at most as many targets as it has (McDiarmid 1989),
 * sharpened by the exact probability of no repeat at all. IPv6 has too much room for repeats to tell anything.
 */
function overlapOf(hits: readonly Hit[]): number {
  const blocks = new Map<number, Block>();
  for (const { isV4: known, target, source } of hits) {
    if (!known) return 0;
    const block = blocks.get(target >>> 8) ?? { draws: new Map<number, number>(), targets: new Set<number>() };
    blocks.set(target >>> 8, block);
    block.draws.set(source, (block.draws.get(source) ?? 0) + 1);
    block.targets.add(target);
  }
  const all = [...blocks.values()];
  const different = all.reduce((sum, { targets }) => sum + targets.size, 0);
  if (different === hits.length) return all.reduce((sum, { draws }) => sum + noRepeatLog2P(draws.values()), 0);
  return fewRepeatsLog2P(all, different);
}

function noRepeatLog2P(draws: Iterable<number>): number {
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
    for (const size of draws.values()) {
      missed *= 1 - size / BLOCK;
      squares += size * size;
    }
    expected += BLOCK * (1 - missed);
  }
  const surplus = different - expected;
  return surplus <= 0 ? 0 : (-2 * surplus * surplus) / squares / Math.LN2;
}
