import { Bets } from '../../table/bets.ts';
import { better, NOTHING, type Proof } from './proof.ts';
import type { Note } from './notes.ts';
import type { Series } from './series.ts';

/** Tests of the words of one known list. */

const SHARED = 'sources shared the words of one list out: fewer were asked for twice than by chance';
const IN_TURNS = 'sources took turns in the order of one list';
const STEP = 8;
const RECENT = 8;
const IN_STEP = 0.2;

/** Where the names of a series stand in a list; −1: not in it. */
interface ListPlaces {
  readonly name: string;
  readonly size: number;
  readonly at: Int32Array;
}

/** Words of a list of which nobody asks for the same. */
export function shared(series: Series, { name, size, at: places }: ListPlaces): Proof {
  const { notes, alone, excused } = series;
  const asked = new Map<number, string>();
  const own = new Map<string, number>();
  const bets = new Bets();
  let best = NOTHING;
  for (let at = 0; at < notes.length; at += 1) {
    const place = places[at];
    const { group } = notes[at];
    if (place < 0 || excused[at] === 1 || asked.get(place) === group) continue;
    const free = (size - asked.size) / Math.max(1, size - (own.get(group) ?? 0));
    bets.take(at, !asked.has(place), Math.min(1, free));
    own.set(group, (own.get(group) ?? 0) + 1);
    if (!asked.has(place)) asked.set(place, group);
    best = better(best, SHARED, bets, series, at);
  }
  const mine = placesOf(notes, places, best);
  return {
    ...best,
    isPart: (_, at) => places[at] >= 0 && alone[at] === 1 && excused[at] === 0,
    list: { name, of: size, places: mine },
  };
}

/** Words of a list that follow each other, within a source or from source to source. */
export function step(series: Series, { name, size, at: places }: ListPlaces): Proof {
  const { notes } = series;
  const asked = new Set<number>();
  const last = new Map<string, number>();
  const recent: { readonly place: number; readonly at: number }[] = [];
  const inStep = new Uint8Array(notes.length);
  const chance = Math.max(IN_STEP, (2 * STEP * (RECENT + 1)) / size);
  const bets = new Bets();
  let best = NOTHING;
  for (let at = 0; at < notes.length; at += 1) {
    const place = places[at];
    if (place < 0) continue;
    const before = last.get(notes[at].group);
    last.set(notes[at].group, place);
    if (before === place) continue;
    const follows = (other: number): boolean => place > other && place <= other + STEP;
    const ahead = recent.find((one) => follows(one.place));
    const isNew = !asked.has(place);
    const success = isNew && ((before !== undefined && follows(before)) || ahead !== undefined);
    bets.take(at, success, chance);
    if (success) inStep[at] = 1;
    if (success && ahead) inStep[ahead.at] = 1;
    asked.add(place);
    recent.push({ place, at });
    if (recent.length > RECENT) recent.shift();
    if (bets.bits > best.bits) best = { ...NOTHING, reason: IN_TURNS, bits: bets.bits, from: bets.since, to: at };
  }
  const inside = new Set(
    notes.filter((_, at) => inStep[at] === 1 && at >= best.from && at <= best.to).map(({ who }) => who),
  );
  const mine = placesOf(notes, places, best);
  return {
    ...best,
    isPart: ({ who }, at) => places[at] >= 0 && inside.has(who),
    list: { name, of: size, places: mine },
  };
}

const placesOf = (notes: readonly Note[], places: Int32Array, { from, to }: Proof): number[] =>
  notes.flatMap((_, at) => (at >= from && at <= to && places[at] >= 0 ? [places[at]] : []));
