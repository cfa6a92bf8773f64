import { rhythmOf } from './suspect.ts';
import { asking, counted, grouped, habitual, paceText, percent, share, type Trial } from './trial.ts';

/** What goes wrong without anybody meaning harm: something is gone, or not seen. */

/**
 * A service that its users lost: they come back to what answered them before, or to what others use before and after. Names
 * that are not there are no outage.
 */
export const outage = habitual(
  'outage',
  '3 or more of them, and half; or 80 % of what it missed used by others',
  ({ failing, missed, requestsMissed }, { inVain }) => {
    const all = missed + requestsMissed;
    const fails = failing >= 3 && failing >= 0.5 * all;
    const isUsed =
      requestsMissed <= missed && inVain !== undefined && inVain.used >= 3 && inVain.used >= 0.8 * inVain.targets;
    return {
      holds: fails || isUsed,
      because:
        isUsed && !fails
          ? `${grouped(inVain.used)} of the ${counted(inVain.targets, 'target')} that it missed are services that others use`
          : `${grouped(failing)} of its ${grouped(all)} misses were at a service that fails for other users too`,
    };
  },
);

/** Answers do not pass here: who goes on was answered. */
export const asymmetric = habitual('asymmetric capture', '5 or more, and 80 %', ({ continued, contacts }) => ({
  holds: continued >= 5 && continued >= 0.8 * contacts,
  because: `${grouped(continued)} of ${counted(contacts, 'contact')} went on as only those do that were answered`,
}));

/**
 * Answers of a service under attack to questions forged in our name: each goes to the port that was forged, so that
 * hardly one comes twice, and none lies among those of services. Whoever looks for services tries a port on many hosts,
 * or many ports of one; whoever draws from all ports draws one in 64 below 1024. What protocols say is an answer is told
 * apart before (flow/udp.ts).
 */
export const backscatter = habitual(
  'backscatter (answers to forged questions)',
  'datagrams alone to 8 addresses, nine in ten of at least 20 to a port of its own, none below 1024 or answered',
  ({ outward, answered, pairs, highPorts }, { addresses, services, probes, datagrams }) => ({
    holds:
      datagrams === probes &&
      outward === 0 &&
      answered === 0 &&
      addresses >= 8 &&
      pairs >= 20 &&
      highPorts === pairs &&
      services >= 0.9 * pairs,
    because: `${counted(pairs, 'target')} at ${counted(services, 'port')} of ${counted(addresses, 'address', 'addresses')}, ${grouped(highPorts)} of them from port 1024 on`,
  }),
);

/** Somebody traces the way to a few hosts. */
export const traceroute: Trial = ({ traced, probes, addresses, habit }) => {
  const ports = habit?.tracePorts ?? 0;
  const steps = traced + ports;
  const few = (habit?.pairs ?? Infinity) - ports <= 12;
  return {
    name: 'traceroute',
    needs: '40 % or more, to at most 4 addresses',
    holds: addresses <= 4 && (traced > 0.9 * probes || (steps >= 0.4 * probes && few)),
    because: `${percent(share(steps, probes))} of its probes trace a path, to ${counted(addresses, 'address', 'addresses')}`,
  };
};

/** A program that does not take no for an answer: very often, or at a pace that nobody types at. */
export const broken = asking(
  'broken client',
  'at most 4 names, asked for 12 times each or at a steady pace and not by one number after the other, 80 % not there',
  (habit, { namesMissed }) => {
    const { requests, requestsMissed, names } = habit;
    const often = requests >= 50 && requests >= 12 * names;
    const paced = requests >= 5 * names && (rhythmOf(habit)?.rounds ?? 0) >= 5;
    // Numbers that are counted through are names of their own, though they are written as one.
    const counts = namesMissed > Math.max(4, names);
    return {
      holds: names <= 4 && !counts && requestsMissed >= 0.8 * requests && (often || paced),
      because: `asked ${grouped(requests)} times for ${counted(names, 'name')} that ${names === 1 ? 'is' : 'are'} not there, ${paceText(habit)}`,
    };
  },
);

/** A client, or a monitor, that keeps trying a few things that are gone; the more of them, the longer it has to insist. */
export const retries = habitual(
  'retrying client',
  'at most 8 targets of 2 services, 4 times each, or 32 targets, 16 times each; 90 % in vain',
  ({ contacts, missed, pairs, addresses, services, requests }) => ({
    holds:
      requests === 0 &&
      services <= 2 &&
      ((pairs <= 8 && addresses <= 8 && contacts >= 4 * pairs) || (pairs <= 32 && contacts >= 16 * pairs)) &&
      missed >= 0.9 * contacts,
    because: `${counted(pairs, 'target')} tried ${share(contacts, pairs).toFixed(1)} times each, ${percent(share(missed, contacts))} in vain`,
  }),
);

/** A client that tried one thing that is gone. */
export const stale: Trial = ({ addresses, services, answered, missed, names, habit }) => ({
  name: 'stale name or dead service',
  needs: 'one address, at most 2 services, none answered',
  holds: addresses === 1 && services <= 2 && names <= 2 && answered === 0 && missed > 0 && (habit?.requests ?? 0) < 50,
  because: `${counted(addresses, 'address', 'addresses')}, ${counted(services, 'service')} and ${counted(names, 'name')} were tried, ${grouped(answered)} times with an answer`,
});
