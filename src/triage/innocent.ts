import { Client, declaresScan, type Habit, rhythmOf, type Suspect, Use } from './suspect.ts';

/** An innocent explanation that was tried on a source. */
export interface Explanation {
  readonly name: string;
  readonly holds: boolean;
  /** what was looked at, with the figures */
  readonly because: string;
}

/** One explanation: what it is called, whether it holds, and what was looked at. */
type Trial = (suspect: Suspect) => Explanation;

/**
 * Explanations that go by how a source behaves. Whoever calls himself a scanner, and whose habits are not known, gets
 * none of them.
 */
type Habitual = (habit: Habit, suspect: Suspect) => Omit<Explanation, 'name'>;

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const percent = (value: number): string => `${Math.round(100 * value)} %`;
const grouped = (value: number): string => value.toLocaleString('en-US');
const counted = (value: number, one: string, several = `${one}s`): string =>
  `${grouped(value)} ${value === 1 ? one : several}`;

function habitual(name: string, judge: Habitual): Trial {
  return (suspect) => {
    const { habit } = suspect;
    if (habit === undefined) return { name, holds: false, because: 'its habits are not known' };
    const { holds, because } = judge(habit, suspect);
    return { name, holds: holds && !declaresScan(habit), because };
  };
}

const browsersOf = ({ agents }: Habit): number => agents[Client.browser] + agents[Client.headless];

/** What is done again and again at a pace, in words. */
function paceText(habit: Habit): string {
  const rhythm = rhythmOf(habit);
  if (!rhythm) return 'in no rhythm';
  const every = rhythm.every >= 90 ? `${(rhythm.every / 60).toFixed(1)} min` : `${rhythm.every.toFixed(1)} s`;
  return `every ${every}, ${rhythm.rounds} times or more`;
}

/** A service that its users lost: they come back to what answered them before. */
const outage = habitual('outage', ({ failing, missed }) => ({
  holds: failing >= 3 && failing >= 0.5 * missed,
  because: `${grouped(failing)} of its ${grouped(missed)} misses were at a service that fails for other users too`,
}));

/** Answers do not pass here: who goes on was answered. */
const asymmetric = habitual('asymmetric capture', ({ continued, contacts }) => ({
  holds: continued >= 5 && continued >= 0.8 * contacts,
  because: `${grouped(continued)} of ${counted(contacts, 'contact')} went on as only those do that were answered`,
}));

/** Somebody traces the way to a few hosts. */
const traceroute: Trial = ({ traced, probes, addresses, habit }) => ({
  name: 'traceroute',
  holds: addresses <= 4 && (traced > 0.9 * probes || (traced >= 0.4 * probes && (habit?.pairs ?? Infinity) <= 12)),
  because: `${percent(share(traced, probes))} of its probes trace a path, to ${counted(addresses, 'address', 'addresses')}`,
});

/** Clocks ask the same few servers for the time, all day long. */
const time = habitual('time service (NTP)', ({ uses, contacts, addresses, pairsMissed }) => ({
  holds: uses[Use.time] >= 3 && uses[Use.time] >= 0.9 * contacts && addresses <= 16 && pairsMissed <= 0.5 * addresses,
  because: `${grouped(uses[Use.time])} of ${counted(contacts, 'contact')} asked for the time, ${counted(addresses, 'server')}`,
}));

/** A resolver asks whatever servers names lead to; some are gone. Or it is one by the names that it looks up. */
const resolver = habitual('DNS resolver', (habit) => {
  const { uses, contacts, outward, addresses, answered, lookups, requests, requestsAnswered, names, namesMissed } =
    habit;
  const asks = outward >= 0.9 * contacts && uses[Use.dns] >= 0.9 * contacts && answered >= 0.3 * contacts;
  const looks =
    contacts === 0 && lookups >= 0.9 * requests && requestsAnswered >= 0.4 * requests && namesMissed <= 0.3 * names;
  return {
    holds: (contacts > 0 && asks) || (requests > 0 && looks),
    because:
      contacts > 0
        ? `${percent(share(uses[Use.dns], contacts))} of ${counted(contacts, 'contact')} ask name servers, ${percent(share(outward, contacts))} of them elsewhere: ${counted(addresses, 'server')}, ${percent(share(answered, contacts))} answered`
        : `${percent(share(lookups, requests))} of ${counted(requests, 'request')} look up names: ${grouped(names)} of them, ${grouped(namesMissed)} not there`,
  };
});

/** A mail server delivers; what it finds at the other end is not its fault. */
const mail = habitual('mail delivery', ({ uses, contacts, outward, addresses, answered, pairsMissed }) => ({
  holds:
    outward >= 0.9 * contacts &&
    uses[Use.mail] + uses[Use.dns] >= 0.9 * contacts &&
    uses[Use.mail] >= 3 &&
    answered > 0,
  because: `${percent(share(uses[Use.mail], contacts))} of ${counted(contacts, 'contact')} go out to mail servers: ${grouped(addresses)} of them, ${grouped(pairsMissed)} dead or shut`,
}));

/** Peers are many hosts, each at a port of its own, and most have left. */
const peers = habitual('peer-to-peer (P2P)', (habit) => {
  const { outward, contacts, pairs, highPorts, addresses, services, answered, pairsMissed } = habit;
  const scattered = services >= 0.5 * pairs && highPorts >= 0.8 * pairs && pairs <= 4 * addresses;
  return {
    holds: outward >= 0.9 * contacts && addresses >= 8 && scattered && answered >= 0.05 * contacts,
    because: `${counted(addresses, 'peer')} elsewhere at ${counted(services, 'port')}, ${percent(share(pairsMissed, pairs))} of them dead`,
  };
});

/** One request again and again, thousands of times, all served. */
const load = habitual('load test', ({ requests, requestsAnswered, names, first, last }) => {
  const seconds = Math.max(0.1, (last - first) / 1e6);
  return {
    holds: requests >= 500 && names <= 16 && requestsAnswered >= 0.95 * requests && requests >= 50 * seconds,
    because: `${counted(requests, 'request')} for ${counted(names, 'name')} in ${seconds.toFixed(1)} s, ${percent(share(requestsAnswered, requests))} served`,
  };
});

/** A program that does not take no for an answer. */
const broken = habitual('broken client', ({ requests, requestsMissed, names }) => ({
  holds: requests >= 50 && names <= 4 && requests >= 12 * names && requestsMissed >= 0.8 * requests,
  because: `asked ${grouped(requests)} times for ${counted(names, 'name')} that ${names === 1 ? 'is' : 'are'} not there`,
}));

/** Readers come back to one document, at their own pace. */
const feeds = habitual('feed reader (RSS)', (habit) => {
  const { feeds: asked, names, namesMissed, requests, unmodified } = habit;
  const returns = rhythmOf(habit) !== undefined || unmodified >= 0.3 * requests || requests >= 5 * names;
  return {
    holds: asked > 0 && 2 * asked >= names && namesMissed === 0 && requests >= 3 && returns,
    because: `${counted(requests, 'request')} for ${counted(asked, 'feed')}, ${paceText(habit)}; ${grouped(unmodified)} told "not modified"`,
  };
});

/** Whether it uses what it reaches, at no pace that a program keeps: people do. */
const isBusy = (habit: Habit): boolean =>
  habit.exchanged >= 0.3 * habit.contacts && habit.contacts > 0 && rhythmOf(habit) === undefined;

/** Whether it only asks whether the same few things are there, in a rhythm or very often, and they are. */
function watches(habit: Habit): boolean {
  const { pairs, contacts, answered, requests, requestsAnswered, names } = habit;
  const targets = Math.max(pairs, names);
  const again = share(Math.max(contacts, requests), targets);
  const served = contacts > 0 ? share(answered, contacts) : share(requestsAnswered, requests);
  const rhythm = rhythmOf(habit);
  return (
    targets <= 32 &&
    ((rhythm !== undefined && again >= 3 && served >= 0.5) || (again >= 5 && served >= 0.8 && !isBusy(habit)))
  );
}

/** The edges of a delivery network, or a load balancer, ask one host for one path in a rhythm, and nothing else. */
const health = habitual('health check (load balancer or CDN)', (habit, { alike = 1 }) => {
  const { names, addresses, heads, requests, requestsAnswered } = habit;
  const single = names === 1 && addresses <= 1 && requests >= 3 && requestsAnswered >= 0.5 * requests;
  const holds = single && alike >= 2 && rhythmOf(habit) !== undefined && watches(habit) && 2 * heads < requests;
  return {
    holds: holds && browsersOf(habit) === 0,
    because: `${counted(requests, 'request')} for ${counted(names, 'name')} of ${counted(Math.max(1, addresses), 'host')}, ${paceText(habit)}, ${percent(share(requestsAnswered, requests))} answered; ${counted(alike, 'source')} come for it in a rhythm`,
  };
});

/** Whether it talks with shells, which a monitor does not (it looks whether they are there), or is mostly refused. */
const guesses = ({ uses, contacts, exchanged, admitted, refused }: Habit): boolean =>
  refused > admitted ||
  (uses[Use.shell] > 0 && uses[Use.shell] >= 0.5 * contacts && exchanged >= 0.5 * uses[Use.shell]);

/** A monitor asks few fixed targets, again and again, and most of them answer. */
const monitor: Trial = (suspect) => {
  const { habit } = suspect;
  const targets = Math.max(suspect.addresses, suspect.services, suspect.names);
  const again = share(suspect.probes, targets);
  const answered = share(suspect.answered, suspect.probes);
  const strict = targets <= 32 && again >= 5 && answered >= 0.8;
  const people = habit ? browsersOf(habit) + habit.referred : 0;
  const other = habit !== undefined && (declaresScan(habit) || guesses(habit));
  const pace = habit ? `, ${paceText(habit)}` : '';
  return {
    name: 'monitor',
    holds: (habit === undefined ? strict : (strict && !isBusy(habit)) || watches(habit)) && people === 0 && !other,
    because: `${counted(targets, 'target')} asked ${again.toFixed(1)} times each, ${percent(answered)} answered${pace}`,
  };
};

/** Administrators open a few sessions with hosts that they know, and they are let in. */
const administrator = habitual('administrator (remote sessions)', (habit) => {
  const { uses, contacts, exchanged, missed, pairs, addresses, admitted, refused } = habit;
  const shells = contacts > 0 && uses[Use.shell] >= 0.8 * contacts && missed === 0 && addresses <= 8;
  const told = admitted + refused > 0;
  const letIn = told ? admitted >= 1 && admitted >= refused : exchanged >= 0.8 * contacts && contacts <= 3 * pairs;
  const because = `${counted(uses[Use.shell], 'session')} with ${counted(addresses, 'host')}, ${grouped(missed)} failed`;
  return {
    holds: (shells || (contacts === 0 && told)) && letIn,
    because: told ? `${because}; ${grouped(admitted)} logins accepted, ${grouped(refused)} refused` : because,
  };
});

const NAT = 'many clients behind one address (NAT)';

/** Many people behind one address use services that answer; they do not miss much. */
const nat: Trial = ({ exchanged, missed: misses, probes, services, addresses, habit }) => {
  const missed = share(misses, probes);
  const targets = Math.max(services, addresses);
  const browsers = habit?.agents[Client.browser] ?? 0;
  const people = habit !== undefined && browsers >= 4 && habit.namesMissed <= 0.2 * habit.names;
  const many = share(exchanged, targets) >= 0.5 && missed < 0.05;
  return {
    name: NAT,
    holds: (people || (many && probes >= 3 * targets)) && !(habit && (declaresScan(habit) || guesses(habit))),
    because: `${counted(exchanged, 'real exchange')} with ${counted(targets, 'target')}, ${counted(browsers, 'kind')} of browser; ${percent(missed)} of its contacts missed`,
  };
};

/** A crawler follows links: some are dead, most are not, and none leads to a weakness. That it is one, it only says. */
const crawler: Trial = ({ crawler: called, names, namesMissed, pointed, habit }) => {
  const bots = habit ? habit.agents[Client.crawler] + habit.agents[Client.bot] + habit.agents[Client.service] : 0;
  const people = habit ? browsersOf(habit) : 0;
  const said = called !== '' || (bots > 0 && people === 0) ? called || (habit?.agent ?? '') : '';
  const scans = habit !== undefined && declaresScan(habit);
  return {
    name: 'crawler',
    holds: said !== '' && names >= 8 && namesMissed <= 0.6 * names && pointed === 0 && !scans,
    because:
      said === ''
        ? `none of its ${counted(names, 'name')} was asked for as one`
        : `calls itself ${said}; ${percent(share(namesMissed, names))} of ${counted(names, 'name')} were not there, ${grouped(pointed)} look for weaknesses`,
  };
};

/** One person with a browser: pages, and what belongs to them. */
const visitor = habitual('visitor', (habit, { pointed }) => {
  const { names, namesMissed, requests, referred } = habit;
  return {
    holds:
      browsersOf(habit) > 0 &&
      browsersOf(habit) <= 3 &&
      requests <= 500 &&
      namesMissed <= Math.max(1, 0.2 * names) &&
      referred >= 0.1 * requests &&
      pointed === 0,
    because: `a browser; ${counted(requests, 'request')}, ${grouped(referred)} led there by a page, ${grouped(namesMissed)} of ${counted(names, 'name')} not there`,
  };
});

/** A client that keeps trying a few things that are gone. */
const retries = habitual('retrying client', ({ contacts, missed, pairs, addresses, services, requests }) => ({
  holds:
    requests === 0 &&
    pairs <= 8 &&
    addresses <= 8 &&
    services <= 2 &&
    contacts >= 4 * pairs &&
    missed >= 0.9 * contacts,
  because: `${counted(pairs, 'target')} tried ${share(contacts, pairs).toFixed(1)} times each, ${percent(share(missed, contacts))} in vain`,
}));

/** A client that tried one thing that is gone. */
const stale: Trial = ({ addresses, services, answered, missed, names, habit }) => ({
  name: 'stale name or dead service',
  holds: addresses === 1 && services <= 2 && names <= 2 && answered === 0 && missed > 0 && (habit?.requests ?? 0) < 50,
  because: `${counted(addresses, 'address', 'addresses')}, ${counted(services, 'service')} and ${counted(names, 'name')} were tried`,
});

/** Every innocent explanation, in the order they are tried: the particular before the general. Add one: a line here. */
const TRIALS: readonly Trial[] = [
  outage,
  asymmetric,
  retries,
  stale,
  traceroute,
  time,
  resolver,
  mail,
  peers,
  load,
  broken,
  feeds,
  administrator,
  health,
  crawler,
  monitor,
  visitor,
  nat,
];

/** Tries them all. */
export function tryInnocence(suspect: Suspect): Explanation[] {
  return TRIALS.map((trial) => trial(suspect));
}

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
    habit.contacts >= NOTABLE.contacts ||
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
    (browsersOf(habit) === 0 && (rhythmOf(habit)?.every ?? 0) >= SLOW)
  );
}

/** Seconds between rounds from which on a rhythm is a machine's, and not that of a page that loads. */
const SLOW = 2;

/** A source without a finding, as triage reads it. @param alike how many come for its one path in a rhythm */
export function suspectOfHabit(habit: Habit, alike = 1): Suspect {
  const { contacts, requests, answered, missed, requestsAnswered, requestsMissed, first, last } = habit;
  const hears = contacts > 0;
  return {
    addresses: habit.addresses,
    services: habit.services,
    probes: hears ? contacts : requests,
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
  };
}
