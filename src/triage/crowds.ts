import { AGENT, Use, type Habit } from '../record/habit.ts';
import { declaresScan, secondsOf, type Suspect } from './suspect.ts';
import { counted, grouped, guesses, hidden, percent, share, type Trial } from './trial.ts';

/** Many behind one address, or one that is as busy: where nothing of what they say is visible, they look alike. */

const NAT = 'many clients behind one address (NAT)';
/** Where content is not visible and many connections are made, it may be one program, too. */
const NAT_OR_ONE = `${NAT}, or one busy client`;
const NAT_OR_PROGRAM = `${NAT}, a crawler or a load test`;

/** Contacts of more than one person, kinds of TCP stacks of more than one household, contacts a second of a program. */
const CROWD = 400;
const STACKS = 3;
/** Kinds of browsers of more than one person. */
const BROWSERS = 4;
const HASTE = 100;
/** Connections, and how many a second, that nobody makes who reads what he is shown. */
const HURRIED = 60;
const HURRY = 5;

const isShared = ({ stacks }: Habit): boolean => stacks + 1 >= STACKS;

/** Connections but for those that look up names, which come in swarms. */
const connectionsOf = ({ contacts, uses }: Habit): number => contacts - uses[Use.dns];

/** Whether many are behind one address, where nothing of what they say is visible. */
function isCrowd(habit: Habit): boolean {
  const haste = habit.contacts > HASTE * secondsOf(habit);
  return !haste && (habit.contacts >= CROWD || isShared(habit));
}

const isHurried = (habit: Habit): boolean =>
  connectionsOf(habit) >= HURRIED && connectionsOf(habit) >= HURRY * secondsOf(habit);

/** What many connections of one address are called where nothing tells several machines. */
function crowdName(habit: Habit | undefined): string {
  if (habit === undefined || habit.requests > 0 || isShared(habit)) return NAT;
  return isHurried(habit) ? NAT_OR_PROGRAM : NAT_OR_ONE;
}

const browserKinds = (kinds: number): string => `${counted(kinds, 'kind')} of browser`;
const stacksOf = ({ stacks }: Habit): string => `${counted(stacks + 1, 'kind')} of TCP stack`;

/** Many people behind one address use services that answer; they do not miss much. */
export const nat: Trial = (suspect) => {
  const { habit } = suspect;
  const browsers = habit?.agents[AGENT.browser] ?? 0;
  const people = habit !== undefined && browsers >= BROWSERS && habit.namesMissed <= 0.2 * habit.names;
  const many = habit === undefined || habit.requests > 0 || isCrowd(habit);
  const stacks = habit && habit.stacks > 0 ? `, ${stacksOf(habit)}` : '';
  const { exchanged, targets, missed } = usageOf(suspect);
  const usage =
    habit && exchanged === 0 && habit.requests > 0
      ? `${counted(habit.requests, 'request')} for ${counted(habit.names, 'name')}`
      : `${counted(exchanged, 'real exchange')} with ${counted(targets, 'target')}`;
  return {
    name: crowdName(habit),
    needs: '4 kinds of browser, or half of the targets used 3 times each; under 5 % missed',
    holds: (people || (many && uses(suspect))) && !(habit && (declaresScan(habit) || guesses(habit))),
    because: `${usage}, ${browserKinds(browsers)}${stacks}; ${percent(missed)} of its contacts missed`,
  };
};

/** What speaks for several machines behind one address; '' when nothing does. */
export function sharing(habit: Habit): string {
  const browsers = habit.agents[AGENT.browser];
  const told: string[] = [];
  if (browsers >= BROWSERS) told.push(browserKinds(browsers));
  if (habit.stacks + 1 >= STACKS && habit.exchanged > 0) told.push(stacksOf(habit));
  return told.join(', ');
}

const usageOf = ({ exchanged, missed, probes, services, addresses }: Suspect) => ({
  exchanged,
  targets: Math.max(services, addresses),
  missed: share(missed, probes),
});

/** Share of the targets that many clients use, and share of their contacts below which they miss. */
export const USED = 0.5;
export const MISSED = 0.05;

/** Whether it uses services again and again and hardly misses. */
function uses(suspect: Suspect): boolean {
  const { exchanged, targets, missed } = usageOf(suspect);
  return share(exchanged, targets) >= USED && missed < MISSED && suspect.probes >= 3 * targets;
}

const usedAgain = (habit: Habit, suspect: Suspect) => ({
  holds: uses(suspect) && !guesses(habit),
  because: `${counted(suspect.exchanged, 'real exchange')} with ${counted(habit.pairs, 'target')} in ${grouped(Math.round(secondsOf(habit)))} s, ${percent(share(suspect.missed, suspect.probes))} of its contacts missed; what it asked for is not visible`,
});

/** One address in haste, where content is encrypted or not told. */
export const hurried = hidden(
  'crawler, load test or many clients at once',
  'half of the targets used, 60 connections or more at 5 a second, under 5 % missed, what it asks for not visible',
  (habit, suspect) => {
    const { holds, because } = usedAgain(habit, suspect);
    return { holds: holds && isHurried(habit), because };
  },
);

/** The same at leisure: a person, an application and a household look alike. */
export const busy = hidden(
  'visitor or another busy client',
  'half of the targets used, 3 times each, under 5 % missed, what it asks for not visible',
  usedAgain,
);
