import { Asked } from '../record/request.ts';
import { AGENT, type Habit } from '../record/habit.ts';
import { latinBytes } from '../record/latin.ts';
import { Bets } from '../table/bets.ts';
import { evidenceBits, increasingPlaces, orderLog2P } from '../table/order.ts';
import type { CrowdRow } from './crowd-tests.ts';
import { type Note, PER_SOURCE, type Watch } from './name-crowd.ts';
import { AGENTS, agentOf } from './web/agents.ts';
import { FAMILIES, familyOfRequest } from './web/families.ts';
import type { WordlistMatcher } from './wordlists.ts';

/**
 * Whether many sources share one list of names out, each asking for too few to be found. Many innocent sources miss
 * names, too: a dead link on a popular page, a site that moved, an application that is broken at all its clients, a
 * crawler. So nothing is held against their number, and these are the bets, each against a stated chance:
 *
 *  shared     the next name in a known list is one that nobody has asked for yet. Sources that choose on their own, all
 *             alike, repeat each other at least as often as if all words of the list were equally likely (the birthday
 *             problem: any other odds repeat more).
 *  in step    the next name stands up to STEP words behind the last of the same source, or one of the last few of all.
 *             Chance for names that were not read from the list: .2, or the room these words take, whichever is more.
 *  alone      a source misses all but a quarter of what it asks for, two names or more, and is let in nowhere. At most
 *             one benign source in four that misses a name does so.
 *  apart      the next name is one that no other source asked for. Strangers who guess, and clients who come by the
 *             same links, have at least three in ten in common.
 *  in turn    the first names of sources that got nothing come in the order of the alphabet: longest increasing
 *             subsequence, against any order. Who does not know of the others comes with a name of any place in it.
 *  prefix     the addresses of one prefix (IPv4 /24; IPv6 /64 and /48), as if they were one source: each new name that
 *             is missed, and each that is not, against what the ledger says of such names.
 *  alike      the next source that asks for a weakness calls itself as this one did. Chance: as often as sources that
 *             asked for none do, at least .1; .4 for libraries and tools, .5 for nothing.
 *
 * "shared" and "apart" count only as far as "alone" does, for people who each ask for a page of their own repeat nobody
 * either; and neither they nor "prefix" count those who say that they are a crawler, for its machines share the pages of
 * a site that moved out as well; nor clients that keep to the one user they were set up with, who may be gone with his
 * company's others. Who lies about that is left to the other tests. Which list, which test and which site it was is paid
 * for. Blind to lists that are shared out one name to a source, in random order, unless they come from one prefix.
 */
export interface NameCrowd {
  readonly kind: 'names' | 'users' | 'weaknesses';
  readonly bits: number;
  readonly rows: readonly CrowdRow[];
  readonly notes: readonly Note[];
  readonly watch: Watch | undefined;
  /** share of the known list that was asked for, if it is one */
  readonly list: { readonly name: string; readonly of: number; readonly places: readonly number[] } | undefined;
}

/** What is known beside the notes. */
export interface Beside {
  readonly matcher: () => WordlistMatcher;
  readonly habitOf: (source: Uint32Array) => Habit | undefined;
  /** sources that came with a user agent first, and all sources */
  readonly agentSources: (agent: string) => number;
  readonly sources: number;
}

/** Sources, and names (engine/counterfactual.ts), from which on a site, or a user agent, is looked at. */
const SOURCES = 6;
const ENOUGH = 16;
const STEP = 8;
const RECENT = 8;
const IN_STEP = 0.2;
const ALONE = 0.25;
const ALONE_SHARE = 0.75;
const APART = 0.7;
/** Logins with the same user, until it is the one of a client. */
const AGAIN = 3;
const SAMPLES = 20;

const REASONS = {
  shared: 'sources shared the words of one list out: fewer were asked for twice than by chance',
  step: 'sources took turns in the order of one list',
  apart: 'sources that got nothing never asked for the same',
  turn: 'sources that got nothing came in the order of the alphabet',
  prefix: 'the addresses of one prefix asked for what is not there, each for something else',
  alike: 'sources that asked for weaknesses call themselves alike',
} as const;

/** A part of the notes that speaks for a crowd, and who belongs to it. */
interface Proof {
  readonly reason: string;
  readonly bits: number;
  readonly from: number;
  readonly to: number;
  /** of the notes between */
  readonly isPart: (note: Note, at: number) => boolean;
  readonly list?: NameCrowd['list'];
}

const NOTHING: Proof = { reason: '', bits: 0, from: 0, to: -1, isPart: () => false };

const inOrder = (notes: readonly Note[]): Note[] =>
  notes.toSorted((a, b) => a.time - b.time || a.input - b.input || a.record - b.record);

/** Crowds that asked for names; of those with mostly the same members the one with most bits. @param bar bits under which none is told */
export function nameCrowds(watches: readonly Watch[], weak: readonly Note[], beside: Beside, bar: number): NameCrowd[] {
  const price = Math.log2(1 + watches.length);
  const found = watches.flatMap((watch) => ofWatch(watch, beside, price, bar));
  const crowds = [...found, ...alike(weak, beside, bar)].sort((a, b) => b.bits - a.bits);
  const known = new Set<string>();
  return crowds.filter(({ notes }) => {
    const members = new Set(notes.map(({ who }) => who));
    const isNews = 2 * [...members].filter((who) => known.has(who)).length <= members.size;
    if (isNews) for (const who of members) known.add(who);
    return isNews;
  });
}

function ofWatch(watch: Watch, beside: Beside, price: number, bar: number): NameCrowd[] {
  if (watch.notes.length < ENOUGH || watch.bySource.size < SOURCES) return [];
  const sources = Map.groupBy(inOrder(watch.notes), ({ who }) => who);
  const quiet = [...sources.values()].filter(
    (its) => its.length < PER_SOURCE && its.every(({ admitted }) => !admitted),
  );
  const notes = inOrder(quiet.flat());
  if (notes.length < ENOUGH || quiet.length < SOURCES) return [];
  const arePaths = watch.asked === Asked.path;
  const series = new Series(notes, arePaths, beside);
  const lists = beside.matcher();
  const places = lists.places(
    notes.map(({ name }) => name),
    arePaths,
    ENOUGH,
  );
  const listed = places.flatMap((each) => [shared(series, each), step(series, each)]);
  const proofs = [...listed, apart(series), inTurn(series), ...prefixes(series)];
  const best = proofs.reduce((most, each) => (each.bits > most.bits ? each : most), NOTHING);
  const choice = Math.log2(2 * (lists.count + 2)) + price;
  const bits = best.bits - choice;
  if (bits < bar) return [];
  const part = notes.filter((note, at) => at >= best.from && at <= best.to && best.isPart(note, at));
  if (part.length < ENOUGH || new Set(part.map(({ who }) => who)).size < SOURCES) return [];
  const sites = Math.round(2 ** price) - 1;
  const why = `it could have been any of ${lists.count} lists, at any of ${sites} sites`;
  return [crowdOf(arePaths ? 'names' : 'users', part, best, choice, why, watch)];
}

function crowdOf(
  kind: NameCrowd['kind'],
  notes: readonly Note[],
  { bits, reason, list }: Proof,
  price: number,
  why: string,
  watch: Watch | undefined,
): NameCrowd {
  const row: CrowdRow = { reason, bits, contacts: notes.length, samples: notes.slice(0, SAMPLES) };
  const paid: CrowdRow = { reason: why, bits: -price, contacts: 0, samples: [] };
  return { kind, bits: bits - price, rows: [row, paid], notes, watch, list };
}

/** The notes with what each says of its source, once. */
class Series {
  readonly notes: readonly Note[];
  /** by note: 1 when its source misses nearly all it asks for */
  readonly alone: Uint8Array;
  /** by note: 1 when its source got nothing, however little it asked for */
  readonly lost: Uint8Array;
  /** by note: bits of "alone" up to it, and where they began */
  readonly aloneBits: Float64Array;
  readonly aloneSince: Int32Array;
  /** by note: names that the source did not miss, spread over its notes */
  readonly got: Uint16Array;
  /** by note: 1 when its source calls itself a crawler, or keeps to one user */
  readonly excused: Uint8Array;
  /** names without what varies from client to client */
  readonly names: readonly string[];

  constructor(notes: readonly Note[], arePaths: boolean, { habitOf }: Beside) {
    this.notes = notes;
    this.alone = new Uint8Array(notes.length);
    this.lost = new Uint8Array(notes.length);
    this.excused = new Uint8Array(notes.length);
    this.got = new Uint16Array(notes.length);
    this.aloneBits = new Float64Array(notes.length);
    this.aloneSince = new Int32Array(notes.length);
    this.names = notes.map(({ name }) => (arePaths ? templateOf(name) : userOf(name)));
    const places = Map.groupBy(notes.keys(), (at) => notes[at].group);
    const ends = new Map<number, boolean>();
    for (const its of places.values()) {
      const distinct = new Set(its.map((at) => this.names[at])).size;
      const members = new Map(its.map((at) => [notes[at].who, notes[at].source]));
      const habits = [...members.values()].map(habitOf);
      const names = habits.reduce((sum, habit) => sum + (habit?.names ?? 0), 0);
      const missed = habits.reduce((sum, habit) => sum + (habit?.namesMissed ?? 0), 0);
      const isAlone = distinct >= 2 && (!arePaths || missed >= ALONE_SHARE * names);
      const kind = arePaths ? kindOf(notes[its[0]].agent) : AGENT.none;
      const requests = habits.reduce((sum, habit) => sum + (habit?.requests ?? 0), 0);
      const keepsToOne = !arePaths && distinct <= members.size && requests >= AGAIN * names;
      for (const at of its) {
        this.alone[at] = isAlone ? 1 : 0;
        this.lost[at] = !arePaths || missed >= names ? 1 : 0;
        this.excused[at] = keepsToOne || kind === AGENT.crawler || kind === AGENT.service ? 1 : 0;
      }
      const got = Math.max(0, arePaths ? names - missed : 0);
      for (const [nth, at] of its.entries())
        this.got[at] = Math.floor(((nth + 1) * got) / its.length) - Math.floor((nth * got) / its.length);
      ends.set(its[its.length - 1], isAlone);
    }
    const bets = new Bets();
    for (let at = 0; at < notes.length; at += 1) {
      const isAlone = ends.get(at);
      if (isAlone !== undefined) bets.take(at, isAlone, ALONE);
      this.aloneBits[at] = bets.bits;
      this.aloneSince[at] = bets.since;
    }
  }
}

/** Sources that got nothing and never repeat each other, whatever they ask for. */
function apart(series: Series): Proof {
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
    best = better(best, REASONS.apart, bets, series, at);
  }
  return { ...best, isPart: (_, at) => alone[at] === 1 && excused[at] === 0 };
}

/** What is no identifier: those of links that are sent out one after the other may grow with the time. */
const WORDS_ONLY = /^[a-z./_~-]+$/;

/** The first names of sources that got nothing, in the order in which a list may have them. */
function inTurn({ notes, names, lost, excused }: Series): Proof {
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
  return { reason: REASONS.turn, bits, from: 0, to: notes.length - 1, isPart: ({ group }) => members.has(group) };
}

/** The lesser of a bet and "alone" up to here, if that is more than ever before. */
function better(best: Proof, reason: string, bets: Bets, { aloneBits, aloneSince }: Series, at: number): Proof {
  const bits = Math.min(bets.bits, aloneBits[at]);
  return bits > best.bits ? { ...NOTHING, reason, bits, from: Math.min(bets.since, aloneSince[at]), to: at } : best;
}

interface ListPlaces {
  readonly name: string;
  readonly size: number;
  readonly at: Int32Array;
}

/** Words of a list of which nobody asks for the same. */
function shared(series: Series, { name, size, at: places }: ListPlaces): Proof {
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
    best = better(best, REASONS.shared, bets, series, at);
  }
  const mine = placesOf(notes, places, best);
  return {
    ...best,
    isPart: (_, at) => places[at] >= 0 && alone[at] === 1 && excused[at] === 0,
    list: { name, of: size, places: mine },
  };
}

/** Words of a list that follow each other, within a source or from source to source. */
function step(series: Series, { name, size, at: places }: ListPlaces): Proof {
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
    if (bets.bits > best.bits) best = { ...NOTHING, reason: REASONS.step, bits: bets.bits, from: bets.since, to: at };
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

/** Prefixes whose addresses, taken together, would be a source with a finding. */
function prefixes(series: Series): Proof[] {
  const { notes, names, got } = series;
  const keysOf = ({ source }: Note): string[] =>
    source[2] === 0xffff && source[0] === 0
      ? [`4 ${source[3] >>> 8}`]
      : [`6 ${source[0]} ${source[1]}`, `6 ${source[0]} ${source[1] >>> 16}`];
  const groups = new Map<string, number[]>();
  for (const [at, note] of notes.entries())
    for (const key of series.excused[at] === 1 ? [] : keysOf(note)) {
      const its = groups.get(key);
      if (its) its.push(at);
      else groups.set(key, [at]);
    }
  const proofs: Proof[] = [];
  for (const its of groups.values()) {
    const members = new Set(its.map((at) => notes[at].who));
    if (members.size < SOURCES) continue;
    const bets = new Bets();
    const seen = new Set<string>();
    let best = NOTHING;
    for (const at of its) {
      // What one of them got speaks against a scan; what another of them missed before says nothing.
      for (let n = 0; n < got[at]; n += 1) bets.take(at, false, notes[at].p0);
      if (!seen.has(names[at])) bets.take(at, true, notes[at].p0);
      seen.add(names[at]);
      if (bets.bits > best.bits)
        best = { ...NOTHING, reason: REASONS.prefix, bits: bets.bits, from: bets.since, to: at };
    }
    const price = Math.log2(groups.size);
    proofs.push({ ...best, bits: best.bits - price, isPart: ({ who }) => members.has(who) });
  }
  return proofs;
}

/** Bits of a family from which on a request is for a weakness, and from which on it is so though others ask for the same. */
const WEAKNESS = 6;
const TELLING = 8;
/** The same, of a source that calls itself as a crowd does and got nothing. */
const SUSPECT = 3;
const USUAL = 0.1;
const LIBRARIES = 0.4;
const UNNAMED = 0.5;

/** Sources that ask for weaknesses and call themselves alike, more often than others do. */
function alike(weak: readonly Note[], beside: Beside, bar: number): NameCrowd[] {
  const { agentSources, sources } = beside;
  const asks = inOrder(weak).map((note) => ({ note, bits: weaknessOf(note.name) }));
  const told = asks.filter(({ bits }) => bits >= WEAKNESS);
  const first = new Map<string, string>();
  for (const { note } of told) if (!first.has(note.who)) first.set(note.who, note.agent);
  const firsts = told.filter(({ note }, at) => told.findIndex((other) => other.note.who === note.who) === at);
  if (firsts.length < ENOUGH) return [];
  const names = [...new Set(first.values())];
  const price = Math.log2(1 + names.length);
  return names.flatMap((agent) => {
    const own = [...first.values()].filter((other) => other === agent).length;
    if (own < ENOUGH) return [];
    const innocent = Math.max(0, agentSources(agent) - own);
    const others = Math.max(0, sources - first.size);
    const chance = Math.max(floorOf(agent), (innocent + 1) / (others + 10));
    const asked = new Set<string>();
    const bets = new Bets();
    let best = NOTHING;
    for (const [at, { note, bits }] of firsts.entries()) {
      const isAgain = note.agent === agent && asked.has(note.name) && bits < TELLING;
      if (note.agent === agent) asked.add(note.name);
      if (!isAgain) bets.take(at, note.agent === agent, chance);
      if (bets.bits > best.bits)
        best = { ...NOTHING, reason: REASONS.alike, bits: bets.bits, from: bets.since, to: at };
    }
    if (best.bits - price < bar) return [];
    const members = new Set(
      firsts.filter(({ note }, at) => at >= best.from && note.agent === agent).map(({ note }) => note.who),
    );
    if (members.size < SOURCES) return [];
    for (const { note, bits } of asks)
      if (note.agent === agent && bits >= SUSPECT && gotNothing(note, beside)) members.add(note.who);
    const part = asks.filter(({ note, bits }) => bits >= SUSPECT && members.has(note.who)).map(({ note }) => note);
    return [
      crowdOf('weaknesses', part, best, price, `any of ${names.length} user agents could have been theirs`, undefined),
    ];
  });
}

function gotNothing({ source }: Note, { habitOf }: Beside): boolean {
  const habit = habitOf(source);
  return habit !== undefined && habit.requestsAnswered === 0;
}

function weaknessOf(name: string): number {
  const bytes = latinBytes(name);
  const { bits, technique } = FAMILIES[familyOfRequest(1, false, bytes, 0, bytes.length)];
  return technique === 'fingerprinting' ? 0 : bits;
}

function kindOf(agent: string): number {
  const bytes = latinBytes(agent);
  return AGENTS[agentOf(bytes, 0, bytes.length)].kind;
}

function floorOf(agent: string): number {
  const kind = kindOf(agent);
  if (kind === AGENT.none) return UNNAMED;
  return kind === AGENT.browser ? USUAL : LIBRARIES;
}

/** A path without what varies from client to client: numbers, and words with figures in them; and without its query. */
const templateOf = (path: string): string =>
  path
    .replace(/[?#].*$/s, '')
    .replace(/[0-9a-f]{8,}/gi, (word) => (/\d/.test(word) ? 'N' : word))
    .replace(/\d+/g, '0');

/** A user, whether it is written with its domain or not. */
const userOf = (name: string): string => name.replace(/@.*$/s, '').replace(/^.*\\/s, '').toLowerCase();
