import { latinBytes } from '../../record/latin.ts';
import type { Wordlist } from './format.ts';
import { listOf, type Lookup, positionOf } from './lookup.ts';
import { CANDIDATES, candidates, nameCandidates } from './words.ts';

/** Where names stand in a list. */
export interface Places {
  readonly list: number;
  readonly name: string;
  /** words of the list that can be found */
  readonly size: number;
  /** by name: its position, −1: not in the list */
  readonly at: Int32Array;
}

/** Lists with at least this share of the names that the list with most of them has, and so many lists, are looked at. */
const CLOSE = 0.6;
const MOST = 16;

/** The lists that hold most of the names, at least `least` of them, and where. @param arePaths or else names of hosts or users */
export function placesIn(
  names: readonly string[],
  arePaths: boolean,
  lookup: Lookup,
  lists: readonly Wordlist[],
  least: number,
): Places[] {
  const words = names.map((name) => wordsIn(name, arePaths, lookup));
  const hits = new Uint32Array(lists.length);
  const last = new Int32Array(lists.length).fill(-1);
  each(words, lookup, (name, list) => {
    if (last[list] !== name) hits[list] += 1;
    last[list] = name;
  });
  const enough = Math.max(least, CLOSE * Math.max(0, ...hits));
  const close = [...hits.keys()].filter((list) => hits[list] >= enough);
  const found = new Map<number, Int32Array>();
  for (const list of close.sort((a, b) => hits[b] - hits[a] || a - b).slice(0, MOST))
    found.set(list, new Int32Array(names.length).fill(-1));
  each(words, lookup, (name, list, position) => {
    const at = found.get(list);
    if (at && at[name] < 0) at[name] = position;
  });
  return [...found].map(([list, at]) => ({ list, name: lists[list].name, size: lists[list].hashes.length, at }));
}

function wordsIn(name: string, arePaths: boolean, lookup: Lookup): number[] {
  const bytes = latinBytes(name);
  const out = new Uint32Array(CANDIDATES);
  const count = (arePaths ? candidates : nameCandidates)(bytes, 0, bytes.length, out);
  return [...out.subarray(0, count)].map((hash) => lookup.numberOf(hash)).filter((word) => word >= 0);
}

function each(
  words: readonly (readonly number[])[],
  { starts, postings }: Lookup,
  hit: (name: number, list: number, position: number) => void,
): void {
  for (const [name, its] of words.entries())
    for (const word of its)
      for (let at = starts[word]; at < starts[word + 1]; at += 1)
        hit(name, listOf(postings[at]), positionOf(postings[at]));
}
