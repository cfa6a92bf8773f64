import { countBelow } from '../../table/order.ts';

/**
 * Herds: scans by single sources with one program, told by its marks, at one service, that began together. Each goes its
 * own way (bots draw their targets at random, with repeats), so that neither order nor what they share out tells; only
 * that so many came at once. Scanners who have nothing to do with one another come, too, and of a program that anybody
 * can have at a service that everybody looks for, many. So the count within a time is held against what is to be
 * expected then, the largest of
 *
 *  a stated prior    one in two minutes of one program at one service,
 *  the others        as many as all other scans, those of that time or as they come on average: one program at one
 *                    service is at most half of what comes,
 *  the same          twice as many as came in the rest of the run, and as many as come on average in all of it,
 *
 * and a few more where most were under way when the data began, for then it is the data that began at once.
 *
 * The bound is that of Chernoff on a Poisson count. Which of the times is looked at is chosen by looking, and paid for.
 */
export interface Arrival {
  /** the program, its marks and the service */
  readonly key: string;
  readonly source: string;
  /** µs: when its scan began */
  readonly at: number;
  /** µs between two of its probes */
  readonly pace: number;
}

export interface Herd {
  /** places among the arrivals, in order of time */
  readonly members: readonly number[];
  readonly bits: number;
  readonly price: number;
  /** µs from the first arrival to the last */
  readonly within: number;
  /** how many were to be expected */
  readonly expected: number;
}

/** Of fewer nothing is said: a person with a few machines. */
const LEAST = 5;
/** Arrivals of one key that are looked at, and beginnings of times among them. */
const MOST = 2048;
const BEGINNINGS = 128;
const SECOND = 1e6;
/** µs between two unrelated scans of one program at one service. */
export const PRIOR = 120 * SECOND;
const UNEVEN = 2;
/** Unrelated scans of one program at one service that are under way at any time. */
const BUSY = 3;
/** Probes of its own pace after the data began, by which a scan that was under way has shown itself. */
const SHOWN = 5;

/** What arrivals are held against. */
export interface Setting {
  /** µs, when each scan of the run began */
  readonly begins: readonly number[];
  /** µs, when the last of them ended */
  readonly end: number;
  /** µs between two unrelated arrivals of one key */
  readonly prior: number;
  /** whether a key may come as often as it does for being popular: else only the prior and the others count */
  readonly mayBePopular: boolean;
}

interface Background extends Setting {
  /** µs from the first to the last */
  readonly lasted: number;
  /** log2 of the keys that are looked at */
  readonly price: number;
}

/** Herds among arrivals, most bits first; no arrival is in two. */
export function herdsOf(arrivals: readonly Arrival[], setting: Setting, bar: number): Herd[] {
  const groups = [...Map.groupBy(arrivals.keys(), (at) => arrivals[at].key).values()];
  const large = groups.map((group) => firstOf(group, arrivals)).filter(({ length }) => length >= LEAST);
  const begins = setting.begins.toSorted((a, b) => a - b);
  const lasted = begins.length === 0 ? 0 : setting.end - begins[0];
  const background = { ...setting, begins, lasted, price: Math.log2(1 + large.length) };
  const found = large.flatMap((group) => herdsIn(group, arrivals, background, bar));
  return found.sort((a, b) => b.bits - a.bits || a.members[0] - b.members[0]);
}

/** Each source once, in order of time. */
function firstOf(group: readonly number[], arrivals: readonly Arrival[]): number[] {
  const seen = new Set<string>();
  const sorted = group.toSorted((a, b) => arrivals[a].at - arrivals[b].at || a - b);
  return sorted.filter((at) => !seen.has(arrivals[at].source) && seen.add(arrivals[at].source)).slice(0, MOST);
}

/** The herds of one key: the best first, then of those that are left. */
function herdsIn(group: readonly number[], arrivals: readonly Arrival[], background: Background, bar: number): Herd[] {
  const herds: Herd[] = [];
  let left = group;
  while (left.length >= LEAST) {
    const best = bestOf(left, arrivals, background);
    if (!best || best.bits < bar) break;
    herds.push(best);
    const taken = new Set(best.members);
    left = left.filter((at) => !taken.has(at));
  }
  return herds;
}

/** The time in which most came more than was to be expected: of all that begin and end with an arrival. */
function bestOf(group: readonly number[], arrivals: readonly Arrival[], background: Background): Herd | undefined {
  const price = background.price + Math.log2((group.length * group.length) / 2);
  const running = runningIn(group, arrivals, background);
  const step = Math.ceil(group.length / BEGINNINGS);
  let best: Herd | undefined;
  let place = 0;
  const look = (from: number): void => {
    for (let count = LEAST; from + count <= group.length; count += 1) {
      const [first, last] = [arrivals[group[from]].at, arrivals[group[from + count - 1]].at];
      const within = Math.max(SECOND, last - first);
      const isCut = running[from + count] - running[from] > count / 2;
      const expected = expectedIn(first, last, group.length, count, background) + (isCut ? BUSY : 0);
      // the first of them only says when to begin
      const bits = tailBits(count - 1, expected) - price;
      if (best !== undefined && bits <= best.bits) continue;
      best = { members: group.slice(from, from + count), bits, price, within, expected };
      place = from;
    }
  };
  for (let from = 0; from + LEAST <= group.length; from += step) look(from);
  // Between the beginnings that were looked at.
  const [least, most] = [Math.max(0, place - step + 1), place + step];
  for (let from = least; from < most; from += 1) look(from);
  return best;
}

/** By place: how many of those before it may have been under way when the data began. */
function runningIn(group: readonly number[], arrivals: readonly Arrival[], { begins }: Background): number[] {
  const sums = [0];
  for (const at of group) {
    const isRunning = arrivals[at].at - begins[0] <= SHOWN * arrivals[at].pace;
    sums.push(sums[sums.length - 1] + (isRunning ? 1 : 0));
  }
  return sums;
}

/** How many scans of one key are to be expected from `first` to `last`, of which `count` of `all` came then. */
function expectedIn(first: number, last: number, all: number, count: number, background: Background): number {
  const { begins, lasted, prior, mayBePopular } = background;
  const within = Math.max(SECOND, last - first);
  const others = Math.max(0, countBelow(begins, last + 1) - countBelow(begins, first) - count);
  const onAverage = (within * Math.max(0, begins.length - all)) / Math.max(SECOND, lasted);
  const least = Math.max(within / prior, others, onAverage);
  if (!mayBePopular) return least;
  const rest = (within * UNEVEN * (all - count)) / Math.max(SECOND, lasted - within);
  return Math.max(least, rest, (within * all) / Math.max(SECOND, lasted));
}

/** −log2 of a bound on P(Poisson(expected) ≥ count). */
function tailBits(count: number, expected: number): number {
  if (count <= expected) return 0;
  return (count * Math.log(count / expected) - count + expected) / Math.LN2;
}
