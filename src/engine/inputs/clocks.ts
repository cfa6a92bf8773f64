// Hot: `hear` runs for every row when several inputs are read.

/**
 * How the clocks of several inputs compare, by what two of them tell, and each but once: when most of it lies the same
 * time apart, that is how far one clock is ahead (a slow clock, a wrong zone, summer time forgotten).
 *
 * Fixed memory: of what is told a share is remembered, which halves whenever there is no room left. The share goes by
 * what is told, so that all inputs remember the same.
 */
const ENTRIES = 1 << 15;
/** No two clocks are further apart: zones reach from −12 to +14 hours. */
export const FARTHEST = 27 * 3600e6;
/** Pairs that were alike, and share of them that agree, until their distance is believed to be skew. */
export const ENOUGH = 20;
const AGREE = 0.6;
/** So many that do not agree, and the two inputs tell different stories. */
const UNRELATED = 5 * ENOUGH;
/** Distances that are told apart, a pair of inputs; and how finely, for stamps are of whole seconds. */
const VOTES = 512;
const STEP = 1e6;
/** What counts as no skew, µs. */
const SAME = 1e6;
/** Told by one input more than once: no measure of distance. */
const NOBODY = 0xffff;

/** What two inputs' clocks have to do with each other. */
export interface Skew {
  readonly one: number;
  readonly other: number;
  /** µs that the clock of `other` is ahead */
  readonly ahead: number;
  readonly pairs: number;
}

interface Pair {
  total: number;
  /** distance in units of STEP → how often, and the sum of the distances */
  readonly votes: Map<number, { count: number; sum: number }>;
  ahead: number;
  isDecided: boolean;
}

export class Clocks {
  /** inputs whose clocks are compared */
  readonly inputs: number;
  readonly #hash = new Int32Array(ENTRIES);
  readonly #time = new Float64Array(ENTRIES);
  readonly #input = new Uint16Array(ENTRIES).fill(NOBODY);
  readonly #pairs: (Pair | undefined)[] = [];
  #mask = 0;
  #crowded = 0;

  constructor(inputs: number) {
    this.inputs = inputs;
  }

  /** Takes what an input told at a time. */
  hear(hash: number, input: number, time: number): void {
    if (((hash >>> 15) & this.#mask) !== 0) return;
    const at = hash & (ENTRIES - 1);
    const age = time - this.#time[at];
    if (this.#hash[at] !== hash) {
      const isTaken = this.#time[at] !== 0 && ((this.#hash[at] >>> 15) & this.#mask) === 0;
      if (isTaken && age < FARTHEST) this.#halve();
      else this.#take(at, hash, input, time);
    } else if (Math.abs(age) > FARTHEST) this.#take(at, hash, input, time);
    else if (this.#input[at] === input) this.#input[at] = NOBODY;
    else if (this.#input[at] !== NOBODY) this.#vote(this.#input[at], input, age);
  }

  /** µs that the clock of `other` is ahead of that of `one`; 0 while that cannot be told. */
  ahead(one: number, other: number): number {
    if (one > other) return -this.ahead(other, one);
    return this.#pairs[one * this.inputs + other]?.ahead ?? 0;
  }

  /** Whether enough is known of two inputs: how far their clocks are apart, or that they tell different stories. */
  isDecided(one: number, other: number): boolean {
    const pair = this.#pairs[one < other ? one * this.inputs + other : other * this.inputs + one];
    return pair !== undefined && (pair.isDecided || pair.total >= UNRELATED);
  }

  /** µs that the clock of an input is ahead of the first that it can be compared with, and that one's of its first. */
  aheadOfAll(input: number): number {
    for (let one = 0; one < input; one += 1)
      if (this.#pairs[one * this.inputs + input]?.isDecided) return this.aheadOfAll(one) + this.ahead(one, input);
    return 0;
  }

  /** Skews of a second and more, for the summary. */
  skews(): Skew[] {
    const found: Skew[] = [];
    for (const [key, pair] of this.#pairs.entries()) {
      if (!pair?.isDecided || Math.abs(pair.ahead) < SAME) continue;
      const { ahead, total: pairs } = pair;
      found.push({ one: Math.floor(key / this.inputs), other: key % this.inputs, ahead, pairs });
    }
    return found;
  }

  #take(at: number, hash: number, input: number, time: number): void {
    this.#hash[at] = hash;
    this.#time[at] = time;
    this.#input[at] = input;
  }

  #halve(): void {
    this.#crowded += 1;
    if (this.#crowded <= ENTRIES || this.#mask === 0xffff) return;
    this.#crowded = 0;
    this.#mask = 2 * this.#mask + 1;
  }

  #vote(first: number, second: number, apart: number): void {
    const isTurned = first > second;
    const pair = this.#pair(isTurned ? second : first, isTurned ? first : second);
    const distance = isTurned ? -apart : apart;
    const step = Math.round(distance / STEP);
    let votes = pair.votes.get(step);
    if (!votes && pair.votes.size < VOTES) {
      votes = { count: 0, sum: 0 };
      pair.votes.set(step, votes);
    }
    pair.total += 1;
    if (!votes) return;
    votes.count += 1;
    votes.sum += distance;
    if (pair.total >= ENOUGH) decide(pair, step);
  }

  #pair(one: number, other: number): Pair {
    const key = one * this.inputs + other;
    this.#pairs[key] ??= { total: 0, votes: new Map(), ahead: 0, isDecided: false };
    return this.#pairs[key];
  }
}

/** Whether most distances lie about this one. */
function decide(pair: Pair, step: number): void {
  let count = 0;
  let sum = 0;
  for (let near = step - 1; near <= step + 1; near += 1) {
    const votes = pair.votes.get(near);
    count += votes?.count ?? 0;
    sum += votes?.sum ?? 0;
  }
  if (count < AGREE * pair.total) return;
  pair.isDecided = true;
  const ahead = sum / count;
  // less than what whole seconds leave open
  pair.ahead = Math.abs(ahead) < SAME ? 0 : ahead;
}
