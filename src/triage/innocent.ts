import { account, administrator, caretaker, partner } from './caretakers.ts';
import { busy, hurried, nat } from './crowds.ts';
import { mail, outbound, passing, peers, resolver, searching, time } from './errands.ts';
import {
  asymmetric,
  backscatter,
  broken,
  flood,
  leases,
  outage,
  retries,
  stale,
  traceroute,
  transfers,
} from './mishaps.ts';
import { crowd, keeper, parts, rounds, sites, together } from './readers.ts';
import type { Suspect } from './suspect.ts';
import { type Explanation, NOTHING, type Trial } from './trial.ts';
import { application, channels, crawler, load, mailbox, packages, sender, visitor } from './visitors.ts';
import { feeds, health, monitor, polling, regular } from './watchers.ts';

/** Every innocent explanation, in the order they are tried: the particular before the general. Add one: a line here. */
const TRIALS: readonly Trial[] = [
  outage,
  asymmetric,
  backscatter,
  flood,
  transfers,
  leases,
  retries,
  stale,
  traceroute,
  time,
  mail,
  resolver,
  passing,
  searching,
  peers,
  load,
  broken,
  rounds,
  sites,
  together,
  feeds,
  administrator,
  caretaker,
  partner,
  account,
  sender,
  mailbox,
  channels,
  health,
  crawler,
  packages,
  application,
  polling,
  monitor,
  regular,
  visitor,
  parts,
  keeper,
  crowd,
  outbound,
  nat,
  hurried,
  busy,
];

/** Tries them all. */
export function tryInnocence(suspect: Suspect): Explanation[] {
  return TRIALS.map((trial) => trial(suspect));
}

/** Those that failed, for a person: what was seen, and what it would have taken. Those with nothing to try on are one line. */
export function rejectedOf(trials: readonly Explanation[]): string[] {
  const failed = trials.filter(({ holds }) => !holds);
  const lines = failed.filter(({ because }) => !UNTRIED.includes(because));
  return [
    ...lines.map(({ name, because, needs }) => `${name}: ${because} (it would take ${needs})`),
    ...UNTRIED.flatMap((nothing) => {
      const names = failed.filter(({ because }) => because === nothing).map(({ name }) => name);
      return names.length > 0 ? [`${nothing}, so not: ${names.join('; ')}`] : [];
    }),
  ];
}

const UNTRIED: readonly string[] = Object.values(NOTHING);
