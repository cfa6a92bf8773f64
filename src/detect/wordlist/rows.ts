import { GUESSES, type Guesses } from './words.ts';

/**
 * A piece that so many guesses and this share of them have in common is not what varies (`/search` of
 * `/search?q=WORD`).
 */
const COMMON_GUESSES = 16;
const COMMON_SHARE = 0.05;

/** Guesses without repeats. */
export interface Rows {
  /** Candidates, each guess closed by a 0. */
  readonly words: Uint32Array;
  /** Where each guess begins, in order of time. */
  readonly starts: readonly number[];
  /** Candidates that too many guesses have. */
  readonly common: readonly number[];
  /** Whether the capitals of the guesses are those of the words they were made of. */
  readonly capitals: boolean;
}

function rowStarts({ words, length }: Guesses): number[] {
  const starts: number[] = [];
  for (let at = 0; at < length; at += 1) {
    starts.push(at);
    while (words[at] !== 0) at += 1;
  }
  return starts;
}

/** The rows whose whole guess is new, by sorting: the words are the attacker's choice, so no `Set` of them. */
function newRows(words: Uint32Array, starts: readonly number[]): number[] {
  const keyed = Float64Array.from(starts, (start, row) => words[start] * GUESSES + row).sort();
  const kept = Array.from(keyed)
    .filter((key, at) => at === 0 || Math.floor(key / GUESSES) !== Math.floor(keyed[at - 1] / GUESSES))
    .map((key) => key % GUESSES);
  return kept.sort((a, b) => a - b).map((row) => starts[row]);
}

function commonPieces(words: Uint32Array, length: number, rows: number): number[] {
  const sorted = words.slice(0, length).sort();
  const limit = Math.max(COMMON_GUESSES, rows * COMMON_SHARE);
  const common: number[] = [];
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to] === sorted[from]) to += 1;
    if (to - from > limit && sorted[from] !== 0) common.push(sorted[from]);
    from = to;
  }
  return common;
}

/** The guesses, each once. */
export function rowsOf(guesses: Guesses): Rows {
  const { words, length, names } = guesses;
  const starts = newRows(words, rowStarts(guesses));
  return { words, starts, common: commonPieces(words, length, starts.length), capitals: !names };
}
