import type { Habit } from '../record/habit.ts';
import type { Finding } from '../finding/finding.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { formatAddress, isV4 } from '../record/address.ts';
import { tryInnocence } from '../triage/innocent.ts';
import { likelyOf } from '../triage/likely.ts';
import { isNotable, suspectOfHabit } from '../triage/notable.ts';
import { explainGone } from '../triage/gone.ts';
import { explainStrays, type Explained } from '../triage/strays.ts';
import { rhythmOf } from '../triage/suspect.ts';
import type { Judge } from './judge.ts';

/** What only looked like a scanner: for the summary. */

export const MOST_EXPLAINED = 100;
/** Sources that miss one target, until that is worth a line. */
const MANY = 12;

/** Lines for everybody who looks like a scanner to simple counters and is none, machines before people, most probes first. */
export function explainedOf(
  judge: Judge,
  ledger: Ledger,
  innocents: readonly Finding[],
  blamed: ReadonlySet<string>,
): Explained[] {
  const sight = { oneSided: judge.visibility?.tcp === false, bothWays: judge.strays.bothWays };
  const strays = explainStrays(judge.strays.found(), sight);
  const gone = judge.gone.found(MANY, ledger).map((one) => explainGone(one));
  const over = innocents.map(innocence);
  const known = new Set([...over.map(({ source }) => source), ...blamed]);
  const lines = [...over, ...strays, ...notable(judge, ledger, known), ...gone];
  return lines
    .filter((line) => line !== undefined)
    .filter(({ source }) => !blamed.has(source))
    .sort((a, b) => rankOf(a) - rankOf(b) || b.probes - a.probes)
    .slice(0, MOST_EXPLAINED);
}

/** People with browsers are many and of little interest: they come last. */
const rankOf = ({ what }: Explained): number => (what.endsWith('visitor') ? 1 : 0);

/** Sources under the bar that behave so that somebody might ask, and the explanation that holds. */
function notable(judge: Judge, ledger: Ledger, known: ReadonlySet<string>): Explained[] {
  const { keys } = ledger.accounts;
  const lines: Explained[] = [];
  const habits = habitsOf(judge, ledger);
  const paths = checkersByPath(habits);
  const networks = checkersByNetwork(habits, keys.keys);
  for (const [row, habit] of habits) {
    if (!isNotable(habit)) continue;
    const source = formatAddress(keys.keys, 4 * row);
    if (known.has(source)) continue;
    const kin = networks.get(kinOf(habit, keys.keys, 4 * row));
    const suspect = suspectOfHabit(habit, paths.get(habit.path), kin);
    const explanation = tryInnocence(suspect).find(({ holds }) => holds) ?? likelyOf(suspect);
    if (explanation === undefined) continue;
    const probes = Math.max(habit.contacts, habit.requests);
    lines.push({ source, what: explanation.name, because: explanation.because, probes });
  }
  return lines;
}

/** What is known of every source that has an account: row → habit. */
function habitsOf(judge: Judge, ledger: Ledger): Map<number, Habit> {
  const habits = new Map<number, Habit>();
  for (let row = 0; row < ledger.accounts.keys.extent; row += 1) {
    const habit = judge.habits.of(row, ledger);
    if (habit !== undefined) habits.set(row, habit);
  }
  return habits;
}

/** How many sources come for one path, and nothing else, in a rhythm: by the hash of the path. */
function checkersByPath(habits: ReadonlyMap<number, Habit>): Map<number, number> {
  const byPath = new Map<number, number>();
  for (const habit of habits.values()) {
    if (habit.path === 0 || habit.names > 2 || rhythmOf(habit) === undefined) continue;
    byPath.set(habit.path, (byPath.get(habit.path) ?? 0) + 1);
  }
  return byPath;
}

/**
 * A /24 or /64 and what one of its sources looks after: neighbours that look after the same share it. Which of several
 * targets it came to first is chance, so of those only the numbers count.
 */
function kinOf({ beacon, pairs, addresses, services }: Habit, words: Uint32Array, at: number): string {
  const network = isV4(words, at) ? words[at + 3] >>> 8 : `${words[at]} ${words[at + 1]}`;
  return `${network} ${pairs} ${addresses} ${services} ${pairs > 1 ? '' : beacon}`;
}

/** How many sources of one network come to the same targets in a rhythm. @param words addresses, four a row */
function checkersByNetwork(habits: ReadonlyMap<number, Habit>, words: Uint32Array): Map<string, number> {
  const byNetwork = new Map<string, number>();
  for (const [row, habit] of habits) {
    if (habit.visits.length === 0 || rhythmOf(habit) === undefined) continue;
    const kin = kinOf(habit, words, 4 * row);
    byNetwork.set(kin, (byNetwork.get(kin) ?? 0) + 1);
  }
  return byNetwork;
}

/** A source over the bar that an innocent habit explains. */
function innocence({ source, triage, probes }: Finding): Explained {
  const [reason] = triage.reasons;
  const colon = reason.indexOf(': ');
  return { source: source?.address ?? '', what: reason.slice(0, colon), because: reason.slice(colon + 2), probes };
}
