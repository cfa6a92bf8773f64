import { rhythmOf } from './suspect.ts';
import { asking, counted, grouped, habitual, paceText, percent, share, type Trial } from './trial.ts';

/** What goes wrong without anybody meaning harm: something is gone, or not seen. */

/** A service that its users lost: they come back to what answered them before. Names that are not there are no outage. */
export const outage = habitual('outage', '3 or more of them, and half', ({ failing, missed, requestsMissed }) => ({
  holds: failing >= 3 && failing >= 0.5 * (missed + requestsMissed),
  because: `${grouped(failing)} of its ${grouped(missed + requestsMissed)} misses were at a service that fails for other users too`,
}));

/** Answers do not pass here: who goes on was answered. */
export const asymmetric = habitual('asymmetric capture', '5 or more, and 80 %', ({ continued, contacts }) => ({
  holds: continued >= 5 && continued >= 0.8 * contacts,
  because: `${grouped(continued)} of ${counted(contacts, 'contact')} went on as only those do that were answered`,
}));

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

/** A client that keeps trying a few things that are gone. */
export const retries = habitual(
  'retrying client',
  'at most 8 targets of 2 services, 4 times each, 90 % in vain',
  ({ contacts, missed, pairs, addresses, services, requests }) => ({
    holds:
      requests === 0 &&
      pairs <= 8 &&
      addresses <= 8 &&
      services <= 2 &&
      contacts >= 4 * pairs &&
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
