import { tryInnocence } from '../../src/triage/innocent.ts';
import type { Habit } from '../../src/record/habit.ts';
import type { Suspect } from '../../src/triage/suspect.ts';
import { NOBODY } from './habits.ts';

/** A source that asked a hundred addresses for one service, all of which answered. */
export const CALM: Suspect = {
  addresses: 100,
  services: 1,
  probes: 100,
  answered: 100,
  missed: 0,
  traced: 0,
  exchanged: 0,
  cameBack: false,
  names: 0,
  namesMissed: 0,
  pointed: 0,
  crawler: '',
  lasted: 3600e6,
};

/** Whose figures no explanation fits by itself. */
export const GUEST: Habit = { ...NOBODY, contacts: 100, missed: 50, pairs: 100, addresses: 100, services: 9 };

/** Names of the explanations that hold. */
export const holding = (over: Partial<Suspect>): string[] =>
  tryInnocence({ ...CALM, ...over })
    .filter(({ holds }) => holds)
    .map(({ name }) => name);
