import type { Wordlist } from './format.ts';
import { capitalsOf, listOf, type Lookup, positionOf } from './lookup.ts';
import type { Rows } from './rows.ts';
import { CAPITALS_MASK } from './words.ts';

/** Bits for a word with something around it. */
const FORM_BITS = 2;
/** Bits for other capitals. */
const FOLD_BITS = 3;
/** What a word already asked for costs when a guess may be one of several: more than a step within any list. */
const AGAIN_BITS = 16;
/** Lists that are looked at closely: those with this share of the most hits, at most so many. */
const CLOSE_SHARE = 0.6;
const CLOSE_LISTS = 64;

/** One list's reading of the guesses. */
export interface Reading {
  readonly list: number;
  /** Positions in order of time, each once. */
  readonly visits: number[];
  /** The same as they were met without regard to those before: for evidence that must not choose. */
  readonly plain: number[];
  /** Guesses that are a word already asked for. */
  again: number;
  /** Bits for forms and capitals. */
  extra: number;
}

/** A reading that is being made: what is the best word for the guess at hand, and what was asked for before. */
interface Draft extends Reading {
  row: number;
  position: number;
  cost: number;
  /** Bits for the form and the capitals of the best word. */
  dress: number;
  readonly seen: Uint8Array;
  readonly met: Uint8Array;
}

/** The lists that have the most guesses among their words. */
function closeLists(rows: Rows, lookup: Lookup, lists: number): number[] {
  const hits = new Uint32Array(lists);
  const last = new Int32Array(lists).fill(-1);
  eachHit(rows, lookup, (row, _dressed, _hash, posting) => {
    const list = listOf(posting);
    if (last[list] !== row) hits[list] += 1;
    last[list] = row;
  });
  const least = Math.max(1, Math.max(...hits) * CLOSE_SHARE);
  const close = Array.from(hits.keys()).filter((list) => hits[list] >= least);
  return close.sort((a, b) => hits[b] - hits[a] || a - b).slice(0, CLOSE_LISTS);
}

/** Every place of every candidate, guess by guess. */
function eachHit(
  rows: Rows,
  lookup: Lookup,
  hit: (row: number, dressed: boolean, hash: number, posting: number) => void,
): void {
  const { words, starts, common } = rows;
  for (let row = 0; row < starts.length; row += 1)
    for (let at = starts[row]; words[at] !== 0; at += 1) {
      const word = lookup.numberOf(words[at]);
      if (word < 0 || common.includes(words[at])) continue;
      const end = lookup.starts[word + 1];
      for (let p = lookup.starts[word]; p < end; p += 1) hit(row, at > starts[row], words[at], lookup.postings[p]);
    }
}

const draftOf = (list: number, size: number): Draft => ({
  list,
  visits: [],
  plain: [],
  again: 0,
  extra: 0,
  row: -1,
  position: 0,
  cost: 0,
  dress: 0,
  seen: new Uint8Array(size),
  met: new Uint8Array(size),
});

/** Takes a word for the guess at hand unless a better one is known. */
function consider(draft: Draft, row: number, position: number, dress: number): void {
  if (draft.row !== row) {
    book(draft);
    if (draft.met[position] === 0) draft.plain.push(position);
    draft.met[position] = 1;
  }
  const before = draft.visits.length === 0 ? 0 : draft.visits[draft.visits.length - 1];
  const cost = dress + (draft.seen[position] === 1 ? AGAIN_BITS : Math.log2(1 + Math.abs(position - before)));
  if (draft.row === row && draft.cost <= cost) return;
  draft.row = row;
  draft.position = position;
  draft.cost = cost;
  draft.dress = dress;
}

/** Books the best word of the guess before. */
function book(draft: Draft): void {
  if (draft.row < 0) return;
  draft.extra += draft.dress;
  if (draft.seen[draft.position] === 1) draft.again += 1;
  else draft.visits.push(draft.position);
  draft.seen[draft.position] = 1;
}

/**
 * Reads the guesses by each of the lists that have most of them: where a guess may be several words of a list, by the
 * new one next to the last.
 */
export function readingsOf(rows: Rows, lookup: Lookup, lists: readonly Wordlist[]): Reading[] {
  const drafts: (Draft | undefined)[] = lists.map(() => undefined);
  const close = closeLists(rows, lookup, lists.length);
  for (const list of close) drafts[list] = draftOf(list, lists[list].hashes.length);
  const fold = rows.capitals ? FOLD_BITS : 0;
  eachHit(rows, lookup, (row, dressed, hash, posting) => {
    const draft = drafts[listOf(posting)];
    if (draft === undefined) return;
    const dress = (dressed ? FORM_BITS : 0) + (capitalsOf(posting) === (hash & CAPITALS_MASK) ? 0 : fold);
    consider(draft, row, positionOf(posting), dress);
  });
  return drafts
    .filter((draft) => draft !== undefined)
    .map((draft) => {
      book(draft);
      return draft;
    });
}
