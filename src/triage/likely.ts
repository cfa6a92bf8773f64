import { AGENT, Use, type Habit } from '../record/habit.ts';
import { browsersOf, declaresScan, rhythmOf, type Suspect } from './suspect.ts';
import { counted, type Explanation, grouped, isTurnedAway, paceText, percent, share } from './trial.ts';
import { loginsText } from './caretakers.ts';

/**
 * What sources without a finding probably are, where no explanation of `innocent.ts` holds. Their evidence is under the
 * bar anyway; a name that is broad, and said to be likely, spares a person the look. These clear nobody: a source with a
 * finding is never tried on them.
 */
interface Guess {
  readonly what: string;
  readonly fits: (habit: Habit) => boolean;
  readonly because: (habit: Habit) => string;
}

const told = ({ requests, requestsAnswered, requestsMissed }: Habit): string =>
  requestsAnswered + requestsMissed === 0
    ? 'the answers are not told'
    : `${percent(share(requestsAnswered, requests))} served`;

const askedText = (habit: Habit): string =>
  `${counted(habit.requests, 'request')} for ${counted(habit.names, 'name')}, ${paceText(habit)}; ${told(habit)}`;

const reachedText = ({ contacts, addresses, services, answered }: Habit): string =>
  `${counted(contacts, 'contact')} with ${counted(addresses, 'host')} at ${counted(services, 'service')}, ${percent(share(answered, contacts))} answered`;

const turnedAwayText = ({ turnedAway, addresses }: Habit): string =>
  `${counted(turnedAway, 'login')} refused by ${counted(addresses, 'host')}`;

const usersText = (habit: Habit): string => `${counted(habit.names, 'name')} of a user; ${loginsText(habit)}`;

/** Hosts that a person traces the way to at a sitting. */
const TRACED = 12;
/** Seconds between two logins of a program that keeps an old password. */
const PATIENT = 30;
/** The same where the name is not told. */
const PATIENT_UNNAMED = 10;
/** Names that an application has of its own. */
const OWN = 16;

const leaves = ({ outward, contacts, addresses }: Habit): boolean => outward >= 0.9 * contacts && addresses >= 8;
const isProgram = (habit: Habit): boolean => browsersOf(habit) === 0 || habit.heads >= 0.9 * habit.requests;
const isServed = ({ requests, requestsAnswered }: Habit, part: number): boolean => requestsAnswered >= part * requests;
const returns = (habit: Habit): boolean => habit.requests >= 5 * habit.names || rhythmOf(habit) !== undefined;

/** Who shows secrets that do not do: told before all others, of connections and of requests alike. */
const TURNED_AWAY: readonly Guess[] = [
  {
    what: 'likely client with an old password',
    fits: (habit) => isTurnedAway(habit) && habit.addresses <= 1 && (rhythmOf(habit)?.every ?? 0) >= PATIENT_UNNAMED,
    because: (habit) => `${turnedAwayText(habit)}, ${paceText(habit)}`,
  },
  {
    what: 'likely guessing of passwords (T1110), which is no scan',
    fits: isTurnedAway,
    because: (habit) => turnedAwayText(habit),
  },
];

/** The particular before the general. */
const OF_CONTACTS: readonly Guess[] = [
  {
    what: 'likely traceroute',
    fits: ({ traced, tracePorts, contacts, addresses }) => traced + tracePorts >= 0.4 * contacts && addresses <= TRACED,
    because: ({ traced, tracePorts, addresses }) =>
      `${grouped(traced + tracePorts)} of its contacts trace a path, to ${counted(addresses, 'address', 'addresses')}`,
  },
  {
    what: 'likely negotiated ports (file transfer, telephony or media)',
    fits: ({ addresses, services, highPorts, pairs, missed, own }) =>
      !own && addresses <= 2 && services >= 8 && highPorts >= 0.9 * pairs && missed === 0,
    because: reachedText,
  },
  {
    what: 'likely peer-to-peer, game or call',
    fits: (habit) => leaves(habit) && 2 * habit.highPorts >= habit.pairs && habit.answered >= 0.1 * habit.contacts,
    because: reachedText,
  },
  {
    what: 'likely outbound use',
    fits: (habit) => leaves(habit) && 2 * habit.answered >= habit.contacts && habit.uses[Use.shell] === 0,
    because: reachedText,
  },
];

const OF_REQUESTS: readonly Guess[] = [
  {
    what: 'likely DNS resolver or client',
    fits: ({ lookups, requests, names, namesMissed }) => lookups >= 0.9 * requests && 2 * namesMissed <= names,
    because: ({ lookups, names }) => `${counted(lookups, 'look-up')} of ${counted(names, 'name')}`,
  },
  {
    what: 'likely user who mistyped a password',
    fits: ({ admitted, refused, names }) => admitted > 0 && refused <= 5 * admitted && names <= 2,
    because: usersText,
  },
  {
    what: 'likely client with an old password',
    fits: (habit) =>
      habit.refused > 0 && habit.admitted === 0 && habit.names === 1 && (rhythmOf(habit)?.every ?? 0) >= PATIENT,
    because: (habit) => `${usersText(habit)}, ${paceText(habit)}`,
  },
  {
    what: 'likely crawler',
    fits: ({ agents }) => agents[AGENT.crawler] > 0,
    because: (habit) => `says that it is ${habit.agent}; ${askedText(habit)}`,
  },
  {
    what: 'likely monitor or another service that somebody subscribed to',
    fits: (habit) => habit.agents[AGENT.service] > 0 && browsersOf(habit) === 0 && returns(habit),
    because: (habit) => `says that it is ${habit.agent}; ${askedText(habit)}`,
  },
  {
    what: 'likely application or device',
    fits: (habit) => browsersOf(habit) === 0 && habit.names <= OWN && habit.refused === 0 && returns(habit),
    because: askedText,
  },
  {
    what: 'likely crawler, mirror or link checker',
    fits: (habit) => isProgram(habit) && isServed(habit, 0.75),
    because: askedText,
  },
  {
    what: 'likely visitor',
    fits: (habit) => browsersOf(habit) > 0 && (isServed(habit, 0.5) || 2 * habit.referred >= habit.requests),
    because: askedText,
  },
];

/** What a source without a finding probably is; undefined: nothing fits, or it calls itself a scanner. */
export function likelyOf({ habit }: Suspect): Explanation | undefined {
  if (habit === undefined || declaresScan(habit)) return undefined;
  const guesses = [
    ...TURNED_AWAY,
    ...(habit.requests > 0 ? OF_REQUESTS : []),
    ...(habit.contacts > 0 ? OF_CONTACTS : []),
  ];
  const guess = guesses.find(({ fits }) => fits(habit));
  return guess && { name: guess.what, holds: true, needs: '', because: guess.because(habit) };
}
