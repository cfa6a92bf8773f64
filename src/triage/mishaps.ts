import type { Habit } from '../record/habit.ts';
import { rhythmOf, roundsOf } from './suspect.ts';
import {
  asking,
  contacting,
  counted,
  grouped,
  habitual,
  paceText,
  percent,
  share,
  type Trial,
  NOTHING,
} from './trial.ts';

/** What goes wrong without anybody meaning harm: something is gone, or not seen. */

/** Things that nobody uses any more, and that somebody still has in his list. */
const STALE = 4;

/**
 * A service that its users lost: they come back to what answered them before, or to what others use before and after. Names
 * that are not there are no outage; and of a network where nearly every address serves somebody, who goes through it and is
 * kept out meets the rest, too: users of what is gone have a stale name or two.
 */
export const outage = habitual(
  'outage',
  '3 or more of them, and half; or 80 % of what it missed used by others, and at most 4 by nobody',
  ({ failing, missed, requestsMissed }, { inVain }) => {
    const all = missed + requestsMissed;
    const fails = failing >= 3 && failing >= 0.5 * all;
    const isUsed =
      requestsMissed <= missed &&
      inVain !== undefined &&
      inVain.used >= 3 &&
      inVain.used >= 0.8 * inVain.targets &&
      inVain.dead <= STALE;
    return {
      holds: fails || isUsed,
      because:
        isUsed && !fails
          ? `${grouped(inVain.used)} of the ${counted(inVain.targets, 'target')} that it missed are services that others use`
          : `${grouped(failing)} of its ${counted(all, 'miss', 'misses')} were at a service that fails for other users too`,
    };
  },
);

/** Answers do not pass here: who goes on was answered. */
export const asymmetric = contacting('asymmetric capture', '5 or more, and 80 %', ({ continued, contacts }) => ({
  holds: continued >= 5 && continued >= 0.8 * contacts,
  because: `${grouped(continued)} of ${counted(contacts, 'contact')} went on as only those do that were answered`,
}));

/**
 * Answers of a service under attack to questions forged in our name: each goes to the port that was forged, so that
 * hardly one comes twice, and none lies among those of services. Whoever looks for services tries a port on many hosts,
 * or many ports of one; whoever draws from all ports draws one in 64 below 1024. What protocols say is an answer is told
 * apart before (flow/udp.ts).
 */
export const backscatter = contacting(
  'backscatter (answers to forged questions)',
  'datagrams alone, or TCP from ports of services where no flags are told, to 8 addresses, nine in ten of at least 20 to a port of its own, none below 1024 or answered; or all from ports of services that answer, half of them to ports from 1024 on',
  (habit, { addresses, services, probes, datagrams }) => ({
    holds:
      isReflected(habit, datagrams === probes) ||
      (isToDrawnPorts(habit, datagrams === probes) && addresses >= 8 && services >= 0.9 * habit.pairs),
    because: `${counted(habit.pairs, 'target')} at ${counted(services, 'port')} of ${counted(addresses, 'address', 'addresses')}, ${grouped(habit.highPorts)} of them from port 1024 on`,
  }),
);

const isToDrawnPorts = (
  { outward, answered, pairs, highPorts, contacts, fromServices }: Habit,
  byDatagrams: boolean,
): boolean =>
  (byDatagrams || (contacts > 0 && fromServices >= 0.5 * contacts)) &&
  outward === 0 &&
  answered === 0 &&
  pairs >= 20 &&
  highPorts === pairs;

/** Whether it sends from one end of a service to ports where mostly none is: a flood may be meant for a few that are. */
const isReflected = (
  { outward, answered, pairs, highPorts, contacts, fromServices }: Habit,
  byDatagrams: boolean,
): boolean =>
  byDatagrams &&
  outward === 0 &&
  answered === 0 &&
  contacts > 0 &&
  fromServices >= 0.9 * contacts &&
  2 * highPorts >= pairs;

/** Hosts that one effort to overload goes to, ports of theirs, and contacts a second. */
const VICTIMS = 4;
const LOADED_PORTS = 16;
const DRAWN = 4096;
const FLOOD = 100;
const PORTS = 65_535;

/**
 * Whether so many contacts with one host went to ports that were drawn anew each time: then so many come twice as have to
 * (the birthday problem, within four standard deviations). Whoever looks through the ports takes none twice, or all.
 */
function isDrawn({ contacts, pairs, addresses, first, last }: Habit): boolean {
  const different = PORTS * (1 - Math.exp(-contacts / PORTS));
  const often = contacts >= DRAWN && contacts >= FLOOD * Math.max(1, (last - first) / 1e6);
  return addresses === 1 && often && Math.abs(pairs - different) <= 4 * Math.sqrt(contacts - different);
}

/**
 * One host is given more than it can take, or the sound of a call that is over: nobody who wants to know whether a port is
 * open sends it that much, or draws ports by lot until he has tried them all.
 */
export const flood = contacting(
  'flood (denial of service) or media without a listener',
  'nine in ten of at least 16 ports of at most 4 hosts got 150 bytes or more by datagram and gave nothing back; or ports of one host drawn at random, at 100 a second',
  (habit) => {
    const { loaded, pairs, addresses, outward, contacts } = habit;
    const isLoaded = addresses <= VICTIMS && pairs >= LOADED_PORTS * Math.max(1, addresses) && loaded >= 0.9 * pairs;
    return {
      holds: outward === 0 && (isLoaded || isDrawn(habit)),
      inAnyOrder: true,
      because: `${counted(pairs, 'target')} of ${counted(addresses, 'host')} in ${counted(contacts, 'contact')}, ${grouped(loaded)} of them sent 150 bytes or more in vain`,
    };
  },
);

/** A server of files names a port for each file; behind a filter that was not told of them, none can be reached. */
export const transfers = contacting(
  'file transfer (FTP) whose data do not come through',
  'a session with the server of files, one host, and no other port below 1024; 64 ports at most, one a second',
  ({ fileSessions, addresses, pairs, highPorts, first, last }) => ({
    holds:
      fileSessions > 0 &&
      addresses === 1 &&
      pairs - highPorts <= 1 &&
      pairs <= 64 &&
      last - first >= 0.5e6 * Math.min(pairs, 64),
    because: `${counted(fileSessions, 'session')} with ${counted(addresses, 'host')}, ${grouped(highPorts)} of ${counted(pairs, 'port')} from 1024 on`,
  }),
);

/** Whether nothing is known of whom it came to but what it asked for. */
const isSilent = (habit: Habit | undefined): boolean => habit !== undefined && habit.contacts === 0;

/** Before an address is given away its server asks whether somebody has it (ledger/lessors.ts). */
export const leases: Trial = ({ givesAddresses = false, habit }) => {
  const { own = false, pinged = 0, pairs = 0 } = habit ?? {};
  return {
    name: 'server of addresses (DHCP) that looks which are free',
    needs: 'one of ours that gives addresses away, and nine in ten of its targets pinged',
    holds: givesAddresses && own && pinged >= 0.9 * pairs,
    inAnyOrder: true,
    because: isSilent(habit)
      ? NOTHING.contacted
      : `${givesAddresses ? 'gives' : 'does not give'} addresses away; ${grouped(pinged)} of ${counted(pairs, 'target')} pinged`,
  };
};

/** Somebody traces the way to a few hosts. */
export const traceroute: Trial = ({ traced, probes, addresses, habit }) => {
  const ports = habit?.tracePorts ?? 0;
  const steps = traced + ports;
  const few = (habit?.pairs ?? Infinity) - ports <= 12;
  return {
    name: 'traceroute',
    needs: '40 % or more, to at most 4 addresses',
    holds: addresses <= 4 && (traced > 0.9 * probes || (steps >= 0.4 * probes && few)),
    because: isSilent(habit)
      ? NOTHING.contacted
      : `${percent(share(steps, probes))} of its probes trace a path, to ${counted(addresses, 'address', 'addresses')}`,
  };
};

/** A program that does not take no for an answer: very often, or at a pace that nobody types at. */
export const broken = asking(
  'broken client',
  'at most 4 names, asked for 12 times each or at a steady pace and not by one number after the other, 80 % not there',
  (habit, { namesMissed }) => {
    const { requests, requestsMissed, names } = habit;
    const often = requests >= 50 && requests >= 12 * names;
    const paced = requests >= 5 * names && roundsOf(habit) >= 5;
    // Numbers that are counted through are names of their own, though they are written as one.
    const counts = namesMissed > Math.max(4, names);
    return {
      holds: names <= 4 && !counts && requestsMissed >= 0.8 * requests && (often || paced),
      because: `asked ${counted(requests, 'time')} for ${counted(names, 'name')} that ${names === 1 ? 'is' : 'are'} not there, ${paceText(habit)}`,
    };
  },
);

/** Rounds of a device that looks for its service at all the addresses that it knows, and seconds from one to the next. */
const ROUNDS = 5;
const SOONEST = 15;
const LATEST = 600;

/** Whether it comes back to each of the same targets at a pace: who scans tries at once again, or on another day. */
function returns(habit: Habit): boolean {
  const rhythm = rhythmOf(habit);
  if (rhythm === undefined || rhythm.rounds < ROUNDS || habit.contacts < ROUNDS * habit.pairs) return false;
  return rhythm.every >= SOONEST && rhythm.every <= LATEST;
}

/**
 * A client, or a monitor, that keeps trying a few things that are gone; the more of them, the longer it has to insist. A
 * device goes through its list in the order in which it was written.
 */
export const retries = contacting(
  'retrying client',
  'at most 8 targets of 2 services, 4 times each, or 32 targets, 16 times each (of one service 5 times each at a pace of minutes); 90 % in vain',
  (habit) => {
    const { contacts, missed, pairs, addresses, services, requests } = habit;
    const few = pairs <= 8 && addresses <= 8 && contacts >= 4 * pairs;
    const goesRound = services === 1 && returns(habit);
    const more = pairs <= 32 && (contacts >= 16 * pairs || goesRound);
    return {
      holds: requests === 0 && services <= 2 && (few || more) && missed >= 0.9 * contacts,
      inAnyOrder: goesRound,
      because: `${counted(pairs, 'target')} tried ${share(contacts, pairs).toFixed(1)} times each, ${percent(share(missed, contacts))} in vain`,
    };
  },
);

/** A client that tried one thing that is gone. */
export const stale: Trial = ({ addresses, services, answered, missed, names, habit }) => ({
  name: 'stale name or dead service',
  needs: 'one address, at most 2 services, none answered',
  holds: addresses === 1 && services <= 2 && names <= 2 && answered === 0 && missed > 0 && (habit?.requests ?? 0) < 50,
  because: `${counted(addresses, 'address', 'addresses')}, ${counted(services, 'service')} and ${counted(names, 'name')} were tried, ${counted(answered, 'time')} with an answer`,
});
