import { Bets } from '../../table/bets.ts';
import { evidenceBits, increasingPlaces, orderLog2P } from '../../table/order.ts';
import { better, ENOUGH, NOTHING, type Proof } from './proof.ts';
import type { Series } from './series.ts';

/** Tests of sources that got nothing, whatever they asked for. */

const NEVER_THE_SAME = 'sources that got nothing never asked for the same';
const BY_ALPHABET = 'sources that got nothing came in the order of the alphabet';
const APART = 0.7;

/** Sources that got nothing and never repeat each other, whatever they ask for. */
export function apart(series: Series): Proof {
  const { notes, names, alone, excused } = series;
  const askers = new Map<string, string>();
  const isNew = new Uint8Array(notes.length);
  const bets = new Bets();
  let best = NOTHING;
  for (let at = 0; at < notes.length; at += 1) {
    if (excused[at] === 1) continue;
    const { group } = notes[at];
    const asker = askers.get(names[at]);
    if (asker === group) continue;
    if (asker === undefined) askers.set(names[at], group);
    isNew[at] = asker === undefined ? 1 : 0;
    bets.take(at, asker === undefined, APART);
    best = better(best, NEVER_THE_SAME, bets, series, at);
  }
  return { ...best, isPart: (_, at) => alone[at] === 1 && excused[at] === 0 };
}

/** What is no identifier: those of links that are sent out one after the other may grow with the time. */
const WORDS_ONLY = /^[a-z./_~-]+$/;

/** The first names of sources that got nothing, in the order in which a list may have them. */
export function inTurn({ notes, names, lost, excused }: Series): Proof {
  const groups = new Set<string>();
  const asked = new Set<string>();
  const places: number[] = [];
  for (const [at, { group }] of notes.entries()) {
    if (lost[at] === 0 || excused[at] === 1 || groups.has(group)) continue;
    groups.add(group);
    if (!asked.has(names[at]) && WORDS_ONLY.test(names[at])) places.push(at);
    asked.add(names[at]);
  }
  if (places.length < ENOUGH) return NOTHING;
  const sorted = places.map((at) => names[at]).sort();
  const rank = new Map(sorted.map((name, place) => [name, place]));
  const turns = increasingPlaces(places.map((at) => rank.get(names[at]) ?? 0));
  const bits = evidenceBits(orderLog2P(places.length, turns.length));
  const members = new Set(turns.map((turn) => notes[places[turn]].group));
  return { reason: BY_ALPHABET, bits, from: 0, to: notes.length - 1, isPart: ({ group }) => members.has(group) };
}
