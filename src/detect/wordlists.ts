import { evidenceBits, longestIncreasing, orderLog2P } from '../table/order.ts';
import { KEPT_WORDS, type Wordlist } from './wordlist/format.ts';
import { LISTS, Lookup } from './wordlist/lookup.ts';
import { type Places, placesIn } from './wordlist/places.ts';
import { type Reading, readingsOf } from './wordlist/reading.ts';
import { rowsOf } from './wordlist/rows.ts';
import type { Guesses } from './wordlist/words.ts';

/**
 * Which public wordlist a source reads from, and how far it has come.
 *
 * A list is a code for the guesses: what it takes to write them down, in bits, given that list. Words that stand close
 * together and come in order are cheap, a word that is not in the list is dear:
 *
 *   cost  = log2(w! ÷ (w − k)!) + log2 P(order)     k words of the w between the first and the last one reached
 *         + 24 a miss, 16 a hit outside that window, what a word costs on average, at least 3, for one again
 *           (another extension), 2 a word with something around it, 3 a word with other capitals (not in names),
 *           log2 n for a window that does not begin at the front
 *
 * P(order) is that of the longest increasing subsequence, so threads that overtake each other cost a little and not
 * all. A scan that skips or loses words still finds its list; a list with words between that nobody asked for costs
 * more. A list is named when it says the guesses with 16 bits less than somebody without a list would need (a visitor
 * of a site also asks for `images` and `contact`: a vocabulary of 256 words, and of 32 times as many words as were
 * said), four fifths of all guesses are in it, and the second-best list costs 12 bits more. Lists that begin alike
 * stay undecided until they part.
 *
 * It cannot name a list it does not have, one that is read in random order with few words yet, or words with something
 * around them on both sides (`/dev-WORD-old/`).
 */

const MISS_BITS = 24;
const OUTSIDE_BITS = 16;
const AGAIN_BITS = 3;
/** What a word costs somebody who has no list: of so many common ones, and of so many times those already said. */
const COMMON_BITS = 8;
const VOCABULARY_BITS = 5;
const GAIN_BITS = 16;
const MARGIN_BITS = 12;
/**
 * A list that is read to its end, and not beyond: a longer one with the same front would have had to stop right
 * there.
 */
const END_BITS = 14;
const END_COVERAGE = 0.9;
const LEAST_WORDS = 8;
const LEAST_SHARE = 0.8;
/**
 * Share of the guesses that a list must have before their order in it says anything: `cust1`, `cust2` … come in order
 * too.
 */
const ORDER_SHARE = 0.5;
const NEXT_WORDS = 5;
export const UNDECIDED = 'undecided';

/** What the guesses say. */
export interface WordlistMatch {
  /** Name of a list, or UNDECIDED. */
  readonly name: string;
  /** Lists that explain the guesses about equally well, the best first; none when no list does. */
  readonly candidates: readonly string[];
  /** First and last word reached, counted from 1, of so many; 0 when no list explains the guesses. */
  readonly from: number;
  readonly to: number;
  readonly of: number;
  /** The words after the last one, when the best list is of the operator's own. */
  readonly next: readonly string[];
  /**
   * Order evidence: e-value in bits that the guesses, of which at least half are in a list, follow it; paid for the
   * number of lists, at least 0. It is against an arbitrary order: who reads names from a sorted directory has an
   * order as well.
   */
  readonly bits: number;
}

const NOTHING: WordlistMatch = { name: UNDECIDED, candidates: [], from: 0, to: 0, of: 0, next: [], bits: 0 };

/** How a list explains its reading. */
interface Account {
  readonly reading: Reading;
  readonly cost: number;
  readonly gain: number;
  readonly words: number;
  readonly first: number;
  readonly last: number;
}

export class WordlistMatcher {
  readonly #lists: readonly Wordlist[];
  readonly #complete: readonly boolean[];
  #built: Lookup | undefined;
  #factorials: Float64Array | undefined;

  /** The table of all words is built at the first match. @param lists at most LISTS */
  constructor(lists: readonly Wordlist[]) {
    this.#lists = lists.slice(0, LISTS);
    this.#complete = this.#lists.map(({ words, hashes }) => words <= hashes.length);
  }

  /** Which list the guesses are read from. The order of the guesses is that of time. */
  match(guesses: Guesses): WordlistMatch {
    const rows = rowsOf(guesses);
    const { length } = rows.starts;
    if (length < LEAST_WORDS) return NOTHING;
    const accounts = readingsOf(rows, this.#lookup, this.#lists).map((reading) => this.#account(reading, length));
    if (accounts.length === 0) return NOTHING;
    accounts.sort((a, b) => a.cost - b.cost || this.#own(b) - this.#own(a) || a.reading.list - b.reading.list);
    return this.#verdict(accounts, length);
  }

  /** How many lists there are. */
  get count(): number {
    return this.#lists.length;
  }

  /** Where names stand in the lists that hold most of them, and at least `least`. */
  places(names: readonly string[], arePaths: boolean, least: number): Places[] {
    return placesIn(names, arePaths, this.#lookup, this.#lists, least);
  }

  get #lookup(): Lookup {
    this.#built ??= new Lookup(this.#lists);
    return this.#built;
  }

  /** log2(w! ÷ (w − k)!): ways to say k different ones of w words in some order, in bits. */
  #arrangements(w: number, k: number): number {
    this.#factorials ??= logFactorials();
    return this.#factorials[w] - this.#factorials[w - k];
  }

  /** The window of positions that costs least: how far the list is read, and from where. */
  #window(sorted: Int32Array, n: number): { low: number; high: number; start: number } {
    const cost = (low: number, high: number): number => {
      const k = high - low + 1;
      return this.#arrangements(sorted[high] - sorted[low] + 1, k) + (sorted.length - k) * OUTSIDE_BITS;
    };
    const front = (high: number): number =>
      this.#arrangements(sorted[high] + 1, high + 1) + (sorted.length - high - 1) * OUTSIDE_BITS;
    const late = Math.log2(n);
    let [low, high, least, start] = [0, sorted.length - 1, Infinity, 0];
    for (let at = 0; at < sorted.length; at += 1) if (front(at) < least) [high, least] = [at, front(at)];
    for (let at = 0; at <= high; at += 1)
      if (cost(at, high) + late < least) [low, least, start] = [at, cost(at, high) + late, late];
    if (start > 0)
      for (let at = low; at < sorted.length; at += 1)
        if (cost(low, at) + late < least) [high, least] = [at, cost(low, at) + late];
    return { low, high, start };
  }

  #account(reading: Reading, rows: number): Account {
    const { list, visits, again, extra } = reading;
    const n = this.#lists[list].hashes.length;
    const sorted = Int32Array.from(visits).sort();
    const { low, high, start } = this.#window(sorted, n);
    const [lowest, last] = [sorted[low], sorted[high]];
    const inside = visits.filter((position) => position >= lowest && position <= last);
    const words = inside.length;
    const first = start === 0 ? 0 : lowest;
    const order = orderLog2P(words, longestIncreasing(inside));
    const said = this.#arrangements(last - first + 1, words) + order + start;
    const each = Math.max(AGAIN_BITS, said / words);
    const missed = rows - visits.length - again;
    const complete = this.#complete[list];
    // of a list that is not kept whole, what comes after its kept end is taken for more of it
    const miss = !complete && visits.length > n * END_COVERAGE ? each : MISS_BITS;
    const ended = complete && last === n - 1 && words > n * END_COVERAGE;
    const cost =
      said + (visits.length - words) * OUTSIDE_BITS + missed * miss + again * each + extra - (ended ? END_BITS : 0);
    return { reading, cost, gain: withoutList(words) - said - extra, words, first: lowest, last };
  }

  /** 1 for a list of the operator's own: it comes before one that came with the program and says the same. */
  #own({ reading }: Account): number {
    return this.#lists[reading.list].texts === undefined ? 0 : 1;
  }

  #verdict(accounts: readonly Account[], rows: number): WordlistMatch {
    const paid = Math.log2(this.#lists.length + 1);
    const ordered = accounts.filter(({ reading }) => (reading.visits.length + reading.again) / rows >= ORDER_SHARE);
    const bits = Math.max(0, ...ordered.map(({ reading }) => orderBits(reading.plain) - paid));
    const [best] = accounts;
    const share = (best.words + best.reading.again) / rows;
    const explained = best.words >= LEAST_WORDS && share >= LEAST_SHARE && best.gain - paid >= GAIN_BITS;
    if (!explained) return { ...NOTHING, bits };
    const list = this.#lists[best.reading.list];
    const near = accounts
      .filter(({ cost }) => cost - best.cost < MARGIN_BITS)
      .map((one) => this.#lists[one.reading.list]);
    const names = [list, ...near.filter((one) => !same(one, list))].map(({ name }) => name);
    const candidates = [...new Set(names)];
    const { words, texts } = list;
    return {
      name: candidates.length === 1 ? list.name : UNDECIDED,
      candidates,
      from: best.first + 1,
      to: best.last + 1,
      of: words,
      next: (texts ?? []).slice(best.last + 1, best.last + 1 + NEXT_WORDS),
      bits,
    };
  }
}

const same = (one: Wordlist, other: Wordlist): boolean =>
  one.words === other.words && one.hashes.every((hash, at) => hash === other.hashes[at]);

/** Bits of k different words for somebody who has no list. */
function withoutList(k: number): number {
  let bits = 0;
  for (let word = 1; word <= k; word += 1) bits += Math.max(COMMON_BITS, VOCABULARY_BITS + Math.log2(word));
  return bits;
}

const orderBits = (visits: readonly number[]): number =>
  evidenceBits(orderLog2P(visits.length, longestIncreasing(visits)));

function logFactorials(): Float64Array {
  const logs = new Float64Array(KEPT_WORDS + 1);
  for (let n = 1; n < logs.length; n += 1) logs[n] = logs[n - 1] + Math.log2(n);
  return logs;
}
