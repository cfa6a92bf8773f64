import { Use, type Habit } from '../record/habit.ts';
import { browsersOf, rhythmOf, type Suspect } from './suspect.ts';

/** What makes a source look like a scanner to whoever only counts, by threshold. */
const NOTABLE = {
  contacts: 100,
  traced: 8,
  pairsMissed: 15,
  missed: 10,
  targets: 15,
  pinged: 8,
  namesMissed: 20,
  names: 15,
  requests: 100,
  shells: 3,
};

/** Whether a source would look like a scanner to simple counters, or comes and goes like a machine. */
export function isNotable(habit: Habit): boolean {
  const { pairsMissed, missed, addresses, services, pinged, namesMissed, names, requests, uses, admitted, refused } =
    habit;
  return (
    habit.tries >= NOTABLE.contacts ||
    habit.traced >= NOTABLE.traced ||
    pairsMissed >= NOTABLE.pairsMissed ||
    missed >= NOTABLE.missed ||
    addresses >= NOTABLE.targets ||
    services >= NOTABLE.targets ||
    pinged >= NOTABLE.pinged ||
    namesMissed >= NOTABLE.namesMissed ||
    names >= NOTABLE.names ||
    requests >= NOTABLE.requests ||
    uses[Use.shell] >= NOTABLE.shells ||
    admitted + refused >= NOTABLE.shells ||
    (browsersOf(habit) === 0 && isMachine(habit))
  );
}

/** Seconds between rounds from which on a rhythm is a machine's, and not that of a page that loads. */
const SLOW = 2;
/** Where content is not visible people and machines look alike: longer pauses, or more of them. */
const SLOW_VEILED = 30;
const PACED_VEILED = 5;
const ROUNDS_VEILED = 6;

function isMachine(habit: Habit): boolean {
  const { every = 0, rounds = 0 } = rhythmOf(habit) ?? {};
  if (habit.requests > 0) return every >= SLOW;
  return every >= SLOW_VEILED || (every >= PACED_VEILED && rounds >= ROUNDS_VEILED);
}

/**
 * A source without a finding, as triage reads it.
 *
 * @param alike how many come for its one path in a rhythm
 * @param kin how many of its network come to the same targets in a rhythm
 */
export function suspectOfHabit(habit: Habit, alike = 1, kin = 1): Suspect {
  const { contacts, requests, answered, missed, requestsAnswered, requestsMissed, first, last } = habit;
  const hears = contacts > 0;
  return {
    addresses: habit.addresses,
    services: habit.services,
    probes: hears ? contacts : requests,
    asked: hears ? habit.tries : requests,
    answered: hears ? answered : requestsAnswered,
    missed: hears ? missed : requestsMissed,
    traced: habit.traced,
    exchanged: habit.exchanged,
    cameBack: false,
    lasted: last - first,
    names: habit.names,
    namesMissed: habit.namesMissed,
    pointed: 0,
    crawler: '',
    habit,
    alike,
    kin,
  };
}
