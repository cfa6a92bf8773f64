import type { Habit } from '../../src/record/habit.ts';
import { range } from './contacts.ts';

/** Nobody: has done nothing. */
export const NOBODY: Habit = {
  own: false,
  contacts: 0,
  outward: 0,
  answered: 0,
  missed: 0,
  failing: 0,
  traced: 0,
  continued: 0,
  tries: 0,
  exchanged: 0,
  pairs: 0,
  pairsMissed: 0,
  highPorts: 0,
  tracePorts: 0,
  stacks: 0,
  addresses: 0,
  services: 0,
  pinged: 0,
  uses: [0, 0, 0, 0, 0, 0, 0, 0],
  begins: 0,
  requests: 0,
  requestsAnswered: 0,
  requestsMissed: 0,
  names: 0,
  namesMissed: 0,
  unmodified: 0,
  heads: 0,
  referred: 0,
  admitted: 0,
  refused: 0,
  lookups: 0,
  mailLookups: 0,
  paths: 0,
  feeds: 0,
  checkups: 0,
  loaded: 0,
  fileSessions: 0,
  fromServices: 0,
  letIn: 0,
  turnedAway: 0,
  logins: 0,
  worked: 0,
  path: 0,
  agents: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  agent: '',
  first: 0,
  last: 600e6,
  beacon: 0,
  visits: [],
};

const counts = (width: number, at: number, count: number): number[] =>
  Array.from({ length: width }, (_, place) => (place === at ? count : 0));
export const uses = (use: number, count: number): number[] => counts(8, use, count);
export const agents = (kind: number, count = 1): number[] => counts(12, kind, count);
export const every = (seconds: number, rounds: number): number[] => Array.from(range(rounds), (n) => n * seconds * 1e6);

export const served = (count: number): Partial<Habit> => ({ contacts: count, answered: count, exchanged: count });
export const asked = (requests: number, names: number): Partial<Habit> => ({
  requests,
  requestsAnswered: requests,
  names,
});
export const out = (count: number): Partial<Habit> => ({ contacts: count, outward: count, own: true });
