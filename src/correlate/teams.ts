import { Bets } from '../table/bets.ts';

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
  readonly what: 'addresses' | 'ports';
  /** when new targets were come to, µs, in order */
  readonly visits: readonly number[];
}

/** A scan that may belong to a team: its key is what all of a team have in common. */
export interface Candidate {
  readonly key: string;
  /** µs: when it began */
  readonly first: number;
  /** addresses that it came to, kept one by one or not */
  readonly hosts: number;
  /** first contacts with a target in order of time; a target is address × 65,536 + port */
  readonly visits: readonly { readonly at: number; readonly target: number }[];
}

const LEAST = 3;
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

/** Teams among candidates, most bits first; no candidate is in two. */
export function teamsOf(candidates: readonly Candidate[], bar: number): Team[] {
  const groups = [...Map.groupBy(candidates.keys(), (at) => candidates[at].key).values()].filter(
    (group) => group.length >= LEAST,
  );
  const price = Math.log2(1 + groups.length);
  const teams = groups.flatMap((group) => {
    const sorted = group.toSorted((a, b) => candidates[a].first - candidates[b].first || a - b);
    const visits = sorted.map((at) => candidates[at].visits);
    const byPort = candidates[group[0]].hosts <= FEW;
    const paid = price + group.length;
    const found = [lockstep(visits, paid), shared(visits, byPort, paid)];
    const [best] = found.filter((team) => team !== undefined).sort((a, b) => b.bits - a.bits);
    return best && best.bits >= bar ? [{ ...best, members: best.members.map((member) => sorted[member]) }] : [];
  });
  return teams.sort((a, b) => b.bits - a.bits);
}

/** Those who share the targets of a range out. */
function shared(visits: readonly (readonly Visit[])[], byPort: boolean, price: number): Team | undefined {
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
    what: byPort ? 'ports' : 'addresses',
    visits: times,
  };
}

/** Those who have hardly any target in common with the ones before them. */
function apart(visits: readonly (readonly Visit[])[]): number[] {
  const seen = new Set<number>();
  return [...visits.keys()].filter((member) => {
    const its = new Set(visits[member].map(({ target }) => target));
    const common = [...its].filter((target) => seen.has(target)).length;
    if (its.size === 0 || common > COMMON * its.size) return false;
    for (const target of its) seen.add(target);
    return true;
  });
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
