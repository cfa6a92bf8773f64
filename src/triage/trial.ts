import { Use, type Habit } from '../record/habit.ts';
import { declaresScan, rhythmOf, type Suspect } from './suspect.ts';

/** An innocent explanation that was tried on a source. */
export interface Explanation {
  readonly name: string;
  readonly holds: boolean;
  /** whatever order its targets came in */
  readonly inAnyOrder?: true | undefined;
  /** what it would take, in short */
  readonly needs: string;
  /** what was looked at, with the figures */
  readonly because: string;
}

/** One explanation: what it is called, whether it holds, and what was looked at. */
export type Trial = (suspect: Suspect) => Explanation;

/**
 * Explanations that go by how a source behaves. Whoever calls himself a scanner, and whose habits are not known, gets
 * none of them.
 */
export type Habitual = (
  habit: Habit,
  suspect: Suspect,
) => Pick<Explanation, 'holds' | 'because'> & { readonly inAnyOrder?: boolean };

export const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
export const percent = (value: number): string => `${Math.round(100 * value)} %`;
/** 1,234,567, of a whole number. (Intl would do it, for 30 ms at every start.) */
export const grouped = (value: number): string => String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
export const counted = (value: number, one: string, several = `${one}s`): string =>
  `${grouped(value)} ${value === 1 ? one : several}`;

export function habitual(name: string, needs: string, judge: Habitual): Trial {
  return (suspect) => {
    const { habit } = suspect;
    if (habit === undefined) return { name, needs, holds: false, because: 'its habits are not known' };
    const { holds, because, inAnyOrder } = judge(habit, suspect);
    return { name, needs, holds: holds && !declaresScan(habit), because, ...(inAnyOrder && { inAnyOrder }) };
  };
}

/** What is said of explanations that there is nothing to try on. */
export const NOTHING = {
  requested: 'no request of it is visible',
  contacted: 'only requests of it are visible',
  hidden: 'what it asked for is visible',
  leaves: 'none of its contacts leaves our network',
  lookedUp: 'it looks up no name',
  loggedIn: 'no login of it is visible',
  mailed: 'no mail of it is visible',
} as const;

/** Targets in vain that a client of web and name servers may try beside what it asks for: a port or two, a fifth. */
const ASTRAY = 2;
const ASTRAY_SHARE = 0.2;
const isAstray = ({ pairs, pairsMissed }: Habit): boolean => pairsMissed > Math.max(ASTRAY, ASTRAY_SHARE * pairs);

/** Explanations that go by what it asked for: they excuse nobody who knocks at other doors in vain. */
export const asking = (name: string, needs: string, judge: Habitual): Trial =>
  habitual(name, needs, (habit, suspect) => {
    if (habit.requests === 0) return { holds: false, because: NOTHING.requested };
    if (isAstray(habit))
      return { holds: false, because: `${counted(habit.pairsMissed, 'target')} tried in vain beside` };
    return judge(habit, suspect);
  });

/** Explanations that go by how it came to hosts and ports, and not by what it asked for. */
export const contacting = (name: string, needs: string, judge: Habitual): Trial =>
  habitual(name, needs, (habit, suspect) =>
    habit.contacts === 0 ? { holds: false, because: NOTHING.contacted } : judge(habit, suspect),
  );

/** Explanations of clients of which nothing is seen but that they talk: encrypted, or not told. */
export const hidden = (name: string, needs: string, judge: Habitual): Trial =>
  contacting(name, needs, (habit, suspect) =>
    habit.requests > 0 ? { holds: false, because: NOTHING.hidden } : judge(habit, suspect),
  );

/** Explanations that go by what leaves our network, or else, without any contact, by the names that it looks up. */
export const leaving = (name: string, needs: string, judge: Habitual): Trial =>
  habitual(name, needs, (habit, suspect) => {
    if (habit.contacts === 0 && habit.lookups === 0) return { holds: false, because: NOTHING.lookedUp };
    if (habit.contacts > 0 && habit.outward === 0) return { holds: false, because: NOTHING.leaves };
    return judge(habit, suspect);
  });

/** Explanations that go by how it came to hosts and ports elsewhere. */
export const going = (name: string, needs: string, judge: Habitual): Trial =>
  contacting(name, needs, (habit, suspect) =>
    habit.outward === 0 ? { holds: false, because: NOTHING.leaves } : judge(habit, suspect),
  );

/** What is done again and again at a pace, in words. */
export function paceText(habit: Habit): string {
  const rhythm = rhythmOf(habit);
  if (!rhythm) return 'in no rhythm';
  const every = rhythm.every >= 90 ? `${(rhythm.every / 60).toFixed(1)} min` : `${rhythm.every.toFixed(1)} s`;
  return `every ${every}, ${rhythm.rounds} times or more`;
}

/** Whether it is not told of any of its contacts how it ended, as in the log of a firewall that notes what begins. */
export const isUntold = ({ contacts, answered, missed, requests, exchanged, continued }: Habit): boolean =>
  contacts > 0 && answered + missed + requests + exchanged + continued === 0;
export const UNTOLD = 'how they ended is not told';

/** Contacts that became a real exchange, as far as that can be seen. */
export const usedOf = ({ exchanged, continued }: Habit): number => exchanged + continued;

/** Refused logins of who goes on all the same, and how many of its logins or requests they are. */
const TURNED_AWAY = 12;
const MOSTLY = 0.6;
/** Whether it tries to log in again and again, mostly in vain. People mistype, but then they are let in, and stay. */
export const isTurnedAway = ({ turnedAway, logins, requests }: Habit): boolean =>
  turnedAway >= TURNED_AWAY && turnedAway >= MOSTLY * Math.max(logins, requests);

/** Whether it talks with shells, which a monitor does not (it looks whether they are there), or is mostly refused. */
export const guesses = (habit: Habit): boolean => {
  const { uses, contacts, exchanged, admitted, refused } = habit;
  const isShells = uses[Use.shell] > 0 && uses[Use.shell] >= 0.5 * contacts && exchanged >= 0.5 * uses[Use.shell];
  return refused > admitted || isTurnedAway(habit) || isShells;
};
