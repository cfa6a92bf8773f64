import { AGENT, type Habit } from '../record/habit.ts';

/**
 * What triage reads of a source: plain figures, whatever kept them. Of a source with a finding they are those of its
 * episode (`dossier`); how it behaves (`habit`) is kept of every source.
 */
export interface Suspect {
  /** distinct addresses and services that it tried */
  readonly addresses: number;
  readonly services: number;
  /** contacts and requests, and how many of them were answered, missed, or steps of a traceroute */
  readonly probes: number;
  /** probes and their repetitions, which flow records tell as one contact; told of sources under the bar only */
  readonly asked?: number;
  readonly answered: number;
  readonly missed: number;
  readonly traced: number;
  /** contacts that were datagrams (UDP), where that is known */
  readonly datagrams?: number | undefined;
  /** of its first contacts, targets that it missed, those of them that others use, and those that nobody ever used */
  readonly inVain?: { readonly targets: number; readonly used: number; readonly dead: number } | undefined;
  /** targets that answered it; those that answered nobody else from outside, and of these those that let others go unanswered */
  readonly granted?: { readonly targets: number; readonly alone: number; readonly denied: number } | undefined;
  /** hosts that it asked for by name, and those of them that others come for */
  readonly hosts?: { readonly asked: number; readonly visited: number } | undefined;
  /** whether it gives addresses away (DHCP) */
  readonly givesAddresses?: boolean | undefined;
  /** ports of mail services that it tried, if it tried nothing else but web pages */
  readonly mailServices?: number | undefined;
  /** contacts that became a real exchange */
  readonly exchanged: number;
  /** came back to what had answered, and exchanged data with it */
  readonly cameBack: boolean;
  /** µs between its first and its last contact */
  readonly lasted: number;
  /** distinct paths, hosts, DNS names and users that it asked for */
  readonly names: number;
  /** of those, how many are not there */
  readonly namesMissed: number;
  /** distinct paths that only somebody asks for who looks for weaknesses */
  readonly pointed: number;
  /** the crawler that it calls itself in nearly all requests, '' none */
  readonly crawler: string;
  /** repositories for whose packages alone it asks, as their client that it says it is; '' none */
  readonly packages?: string | undefined;
  /** share of its names that lie deep in one folder of which nothing was there, if it asked for the rules of the site first */
  readonly moved?: number | undefined;
  /** what the paths that it asks for have in common */
  readonly forms?: { readonly few: number; readonly served: number; readonly bare: number } | undefined;
  /** what the names that it missed are; undefined: not all are known */
  readonly reads?: Reads | undefined;
  /** share of the names of DNS that were drawn by lot, how often names were asked for once more, names made of another zone's */
  readonly labels?: { readonly random: number; readonly again: number; readonly searched: number } | undefined;
  /** whether a public list of words explains what it asks for */
  readonly listed?: boolean | undefined;
  /** undefined: its figures were lost, or never kept */
  readonly habit?: Habit | undefined;
  /** sources that come for the same one path in a rhythm, itself among them */
  readonly alike?: number | undefined;
  /** sources of its network that come to the same targets in a rhythm, itself among them */
  readonly kin?: number | undefined;
}

/** Of the names that a source missed, as far as all are known (engine/account/reads.ts). */
export interface Reads {
  readonly missed: number;
  /** share of them that are titles, or lie in folders of their own */
  readonly told: number;
  /** share of them that are parts of pages, asked for right after one that was there; 0: in the order of the alphabet */
  readonly parts: number;
  /** how many were asked for by clients that miss a fifth of what they ask for */
  readonly strangers: number;
  /** the most in one minute */
  readonly burst: number;
}

/** The first kind of clients that somebody may call himself while he looks for weaknesses. */
const DECLARED = [AGENT.research, AGENT.tool];

/** Whether any of its user agents is that of a scanner. */
export const declaresScan = ({ agents }: Habit): boolean => DECLARED.some((kind) => agents[kind] > 0);

/** Kinds of browsers among its user agents. */
export const browsersOf = ({ agents }: Habit): number => agents[AGENT.browser] + agents[AGENT.headless];

/** Regular returns to one target. */
export interface Rhythm {
  readonly rounds: number;
  /** median seconds between two rounds */
  readonly every: number;
}

/** Rounds until a rhythm is one. */
const ROUNDS = 4;
/** Pauses that are this near to their median are regular, and how many must be. */
const NEAR = 0.25;
const MOST = 0.75;
/** Pauses this much shorter than the longest lie within a round. */
const WITHIN = 0.25;
/** µs: what comes faster has no rhythm that anybody set. */
const PAUSE = 0.2e6;

const rhythms = new WeakMap<readonly number[], Rhythm | undefined>();

/**
 * The rhythm in which it came to its first target; undefined: none. Many explanations ask: it is remembered.
 *
 * @param rounds that it takes
 */
export function rhythmOf({ visits }: Habit, rounds = ROUNDS): Rhythm | undefined {
  if (!rhythms.has(visits)) rhythms.set(visits, rhythmIn(visits));
  const rhythm = rhythms.get(visits);
  return rhythm && rhythm.rounds >= rounds ? rhythm : undefined;
}

/** How often it came back in its rhythm; 0: it has none. */
export const roundsOf = (habit: Habit): number => rhythmOf(habit)?.rounds ?? 0;

/** The pauses between rounds. */
function pausesIn(visits: readonly number[]): number[] {
  const pauses = visits.slice(1).map((time, at) => time - visits[at]);
  const longest = Math.max(0, ...pauses);
  return pauses.filter((pause) => pause >= WITHIN * longest);
}

/** µs from the first to the last of its visits to its first target, as far as they are kept. */
export const spanOf = ({ visits }: Habit): number => (visits.at(-1) ?? 0) - (visits[0] ?? 0);

/** How often it came to its first target, at whatever pace. */
export const turnsOf = ({ visits }: Habit): number => pausesIn(visits).length + 1;

function rhythmIn(visits: readonly number[]): Rhythm | undefined {
  const between = pausesIn(visits).sort((a, b) => a - b);
  const median = between[between.length >> 1] ?? 0;
  if (between.length < 2 || median < PAUSE) return undefined;
  const regular = between.filter((pause) => Math.abs(pause - median) <= NEAR * median).length;
  return regular >= MOST * between.length ? { rounds: between.length + 1, every: median / 1e6 } : undefined;
}

/** Seconds that it was there; at least 1. */
export const secondsOf = ({ first, last }: Habit): number => Math.max(1, (last - first) / 1e6);
