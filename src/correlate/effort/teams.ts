import { Bets } from '../../table/bets.ts';

/**
 * Scans by single sources that are one effort. Two signs, each a bet against a stated chance:
 *
 *  shared    they share the targets of a range out (a set cover, after Gates 2009): the next target of any is one that
 *            none of the others came to. Scanners who choose on their own meet as often as the room left tells.
 *  lockstep  they come to the same targets at the same moments: decoys, forged beside the one real source. Of two who
 *            go over the same targets in orders of their own, one target in ten comes to both within a fiftieth of the
 *            time that a scan lasts, at most.
 *
 * Who belongs is chosen by looking (greedily: whoever has hardly anything in common with those chosen before, or nearly
 * everything), so each candidate is paid for by one bit; a range of ports, by the number of ranges there are.
 *
 * Who scans on another day has another effort, mostly: of a longer run each 24 hours, each 7 days and all of it are
 * looked at by themselves, the first two in steps of half their length. Their number is paid for, too.
 *
 * Teams with unlike tools that leave to each other what they take are one. Words of a list are shared out as ports are;
 * nobody forges who asks for them, so that none of them keeps step.
 */
export interface Team {
  readonly kind: 'shared' | 'decoys';
  /** places among the candidates */
  readonly members: readonly number[];
  /** targets of each that were looked at, in the order of `members` */
  readonly targets: readonly number[];
  readonly bits: number;
  readonly price: number;
  readonly done: number;
  readonly of: number;
  readonly what: What;
  /** when new targets were come to, µs, in order */
  readonly visits: readonly number[];
}

/** What its targets are. */
export type What = 'addresses' | 'ports' | 'words';

/** A scan that may belong to a team: its key is what all of a team have in common. */
export interface Candidate {
  readonly key: string;
  /** the key without the tool: what teams must have in common to be one */
  readonly wide?: string;
  /** µs: when it began */
  readonly first: number;
  /** addresses that it came to, kept one by one or not */
  readonly hosts: number;
  /** its targets are places in a list */
  readonly isWords?: boolean;
  /** first contacts with a target in order of time; a target is address × 65,536 + port, or + place */
  readonly visits: readonly { readonly at: number; readonly target: number }[];
}

const LEAST = 3;
/** Candidates of one window that are compared each with each. */
const COMPARED = 128;
/** Share of its targets that a member may have in common with the others; and must have, as a decoy. */
const COMMON = 0.1;
const SAME = 0.9;
const AT_ONCE = 1 / 50;
const BY_CHANCE = 0.1;
/** log2 of the ranges of ports there are. */
const RANGES = 31;
const BLOCK = 256;
/** Addresses up to which ports are what varies. */
export const FEW = 2;

type Visit = Candidate['visits'][number];

/** Lengths of the windows that are looked at, µs. */
const WINDOWS = [86_400e6, 7 * 86_400e6];
/** Teams of one key that are looked for. */
const MOST_TEAMS = 16;

/** What candidates of one key did within a time, those first who began first. */
interface Window {
  readonly places: readonly number[];
  readonly visits: readonly (readonly Visit[])[];
}

/** Bits over those of two teams by themselves at which they are one. */
const TOGETHER = 8;

/** Teams among candidates, most bits first; no candidate is in two. */
export function teamsOf(candidates: readonly Candidate[], bar: number): Team[] {
  const groups = [...Map.groupBy(candidates.keys(), (at) => candidates[at].key).values()].filter(
    (group) => group.length >= LEAST,
  );
  const windows = groups.map((group) => windowsOf(group, candidates));
  const price = Math.log2(1 + windows.reduce((sum, its) => sum + its.length, 0));
  const teams = windows.flatMap((its) => teamsIn(its, candidates, price, bar));
  const sorted = teams.sort((a, b) => b.bits - a.bits);
  return merged(sorted, candidates).sort((a, b) => b.bits - a.bits);
}

/** Teams that leave to each other what they take, as one. */
function merged(teams: readonly Team[], candidates: readonly Candidate[]): Team[] {
  const found: Team[] = [];
  for (const team of teams) {
    let union: Team | undefined;
    let at = 0;
    for (; at < found.length && union === undefined; at += 1) union = unionOf(found[at], team, candidates);
    if (union) found[at - 1] = union;
    else found.push(team);
  }
  return found;
}

function unionOf(one: Team, other: Team, candidates: readonly Candidate[]): Team | undefined {
  const wide = ({ members }: Team): string => candidates[members[0]].wide ?? '';
  if (one.what !== 'addresses' || other.what !== 'addresses' || wide(one) !== wide(other) || wide(one) === '')
    return undefined;
  if (one.kind !== 'shared' || other.kind !== 'shared') return undefined;
  const places = [...one.members, ...other.members].sort((a, b) => a - b);
  const price = one.price + other.price + 1;
  const union = shared(
    places.map((place) => candidates[place].visits),
    'addresses',
    price,
  );
  if (!union || union.members.length < places.length || union.bits < one.bits + other.bits + TOGETHER) return undefined;
  return { ...union, members: union.members.map((member) => places[member]) };
}

/** The teams of one key: the best of all windows, then the best among those who are left. */
function teamsIn(windows: readonly Window[], candidates: readonly Candidate[], price: number, bar: number): Team[] {
  const teams: Team[] = [];
  let left = windows;
  while (teams.length < MOST_TEAMS) {
    const [best] = left.flatMap((window) => bestIn(window, candidates, price)).sort((a, b) => b.bits - a.bits);
    if (!best || best.bits < bar) break;
    teams.push(best);
    const taken = new Set(best.members);
    left = left.map((window) => without(window, taken)).filter(({ places }) => places.length >= LEAST);
  }
  return teams;
}

function bestIn({ places, visits }: Window, candidates: readonly Candidate[], price: number): Team[] {
  const { hosts, isWords = false } = candidates[places[0]];
  const what: What = isWords ? 'words' : hosts <= FEW ? 'ports' : 'addresses';
  const paid = price + places.length;
  const together = isWords ? undefined : lockstep(visits, paid);
  const found = [together, shared(visits, what, paid)].filter((team) => team !== undefined);
  const [best] = found.sort((a, b) => b.bits - a.bits);
  return best ? [{ ...best, members: best.members.map((member) => places[member]) }] : [];
}

function without({ places, visits }: Window, taken: ReadonlySet<number>): Window {
  const kept = [...places.keys()].filter((at) => !taken.has(places[at]));
  return { places: kept.map((at) => places[at]), visits: kept.map((at) => visits[at]) };
}

/** The windows of one key in which there are enough candidates: all of the run first. */
function windowsOf(group: readonly number[], candidates: readonly Candidate[]): Window[] {
  const sorted = group.toSorted((a, b) => candidates[a].first - candidates[b].first || a - b);
  const times = sorted.flatMap((at) => candidates[at].visits.map(({ at: time }) => time)).sort((a, b) => a - b);
  if (times.length === 0) return [];
  const [from] = times;
  const to = times[times.length - 1];
  const found: Window[] = [windowOf(sorted, candidates, from, to + 1)];
  for (const length of WINDOWS.filter((each) => to - from >= each))
    for (const start of startsOf(times, length)) {
      const window = windowOf(sorted, candidates, start, start + length);
      if (window.places.length >= LEAST) found.push(window);
    }
  return found;
}

/** Where windows begin that hold something: multiples of half their length from the first visit on. */
function startsOf(times: readonly number[], length: number): number[] {
  const half = length / 2;
  const halves = new Set(times.map((time) => Math.floor((time - times[0]) / half)));
  const starts = new Set([...halves].flatMap((at) => [Math.max(0, at - 1), at]));
  return [...starts].sort((a, b) => a - b).map((at) => times[0] + at * half);
}

function windowOf(sorted: readonly number[], candidates: readonly Candidate[], from: number, to: number): Window {
  const visits = sorted.map((at) => candidates[at].visits.filter(({ at: time }) => time >= from && time < to));
  const kept = [...sorted.keys()].filter((at) => visits[at].length > 0);
  return { places: kept.map((at) => sorted[at]), visits: kept.map((at) => visits[at]) };
}

/** Those who share the targets of a range out. */
function shared(visits: readonly (readonly Visit[])[], what: What, price: number): Team | undefined {
  const byPort = what !== 'addresses';
  const members = apart(visits);
  if (members.length < LEAST) return undefined;
  const all = members
    .flatMap((member) => visits[member].map((visit) => ({ ...visit, who: member })))
    .sort((a, b) => a.at - b.at || a.who - b.who);
  const hosts = new Set(all.map(({ target }) => Math.floor(target / 65_536)));
  const ports = new Set(all.map(({ target }) => target % 65_536));
  const blocks = new Set([...hosts].map((host) => host >>> 8));
  const width = Math.max(...ports) - Math.min(...ports) + 1;
  const of = byPort ? hosts.size * width : BLOCK * blocks.size * ports.size;
  const bets = new Bets();
  const seen = new Set<number>();
  const own = new Map<number, number>();
  const times: number[] = [];
  for (const [step, { at, who, target }] of all.entries()) {
    const isNew = !seen.has(target);
    bets.take(step, isNew, Math.min(1, (of - seen.size) / Math.max(1, of - (own.get(who) ?? 0))));
    own.set(who, (own.get(who) ?? 0) + 1);
    if (isNew) times.push(at);
    seen.add(target);
  }
  const paid = price + (byPort ? RANGES : 0);
  return {
    kind: 'shared',
    members,
    targets: members.map((member) => visits[member].length),
    bits: bets.bits - paid,
    price: paid,
    done: seen.size,
    of,
    what,
    visits: times,
  };
}

/** Those who have hardly any target in common with one another: whoever is in the way of fewest others comes first. */
function apart(visits: readonly (readonly Visit[])[]): number[] {
  const targets = visits.map((its) => new Set(its.map(({ target }) => target)));
  const conflicts = conflictsOf(targets);
  const order = [...targets.keys()].sort((a, b) => conflicts[a] - conflicts[b] || a - b);
  const seen = new Set<number>();
  const chosen = order.filter((member) => {
    const its = targets[member];
    const common = [...its].filter((target) => seen.has(target)).length;
    if (its.size === 0 || common > COMMON * its.size) return false;
    for (const target of its) seen.add(target);
    return true;
  });
  return chosen.sort((a, b) => a - b);
}

/** With how many others each has too much in common; of very many nobody is compared, and who came first is chosen. */
function conflictsOf(targets: readonly ReadonlySet<number>[]): Uint32Array {
  const conflicts = new Uint32Array(targets.length);
  if (targets.length > COMPARED) return conflicts;
  const comers = Map.groupBy(
    [...targets.keys()].flatMap((who) => [...targets[who]].map((target) => ({ who, target }))),
    ({ target }) => target,
  );
  for (const [one, its] of targets.entries()) {
    const common = new Uint32Array(targets.length);
    for (const target of its) for (const { who } of comers.get(target) ?? []) common[who] += 1;
    for (let other = 0; other < targets.length; other += 1)
      if (other !== one && common[other] > COMMON * its.size) conflicts[one] += 1;
  }
  return conflicts;
}

/** Those who come to the targets of the first at the same moments as it does. */
function lockstep(visits: readonly (readonly Visit[])[], price: number): Team | undefined {
  const first = momentsOf(visits[0]);
  const lasted = spanOf(visits[0]);
  if (first.size < LEAST || lasted <= 0) return undefined;
  const bets = new Bets();
  const members = [0];
  let step = 0;
  for (let member = 1; member < visits.length; member += 1) {
    if (visits[member].length < SAME * first.size) continue;
    const moments = momentsOf(visits[member]);
    const common = [...moments].filter(([target]) => first.has(target));
    if (common.length < SAME * Math.max(first.size, moments.size)) continue;
    const near = common.map(([target, at]) => Math.abs(at - (first.get(target) as number)) <= AT_ONCE * lasted);
    if (near.filter((isNear) => isNear).length < SAME * near.length) continue;
    members.push(member);
    for (const isNear of near) {
      bets.take(step, isNear, BY_CHANCE);
      step += 1;
    }
  }
  if (members.length < LEAST) return undefined;
  const targets = members.map((member) => visits[member].length);
  const bits = bets.bits - price;
  return {
    kind: 'decoys',
    members,
    targets,
    bits,
    price,
    done: first.size,
    of: first.size,
    what: 'addresses',
    visits: [],
  };
}

/** Target → when it was come to last, µs. */
const momentsOf = (visits: readonly Visit[]): ReadonlyMap<number, number> =>
  new Map(visits.map(({ target, at }) => [target, at]));

const spanOf = (visits: readonly Visit[]): number =>
  visits.length === 0 ? 0 : visits[visits.length - 1].at - visits[0].at;
