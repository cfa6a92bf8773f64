import type { Suspect } from './suspect.ts';

/** An innocent explanation that was tried on a source. */
export interface Explanation {
  readonly name: string;
  readonly holds: boolean;
  /** what was looked at, with the figures */
  readonly because: string;
}

type Trial = (suspect: Suspect) => Explanation;

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const percent = (value: number): string => `${Math.round(100 * value)} %`;

/** A monitor asks few fixed targets, again and again, and most of them answer. */
const monitor: Trial = (suspect) => {
  const targets = Math.max(suspect.addresses, suspect.services, suspect.names);
  const again = share(suspect.probes, targets);
  const answered = share(suspect.answered, suspect.probes);
  return {
    name: 'monitor',
    holds: targets <= 32 && again >= 5 && answered >= 0.8,
    because: `${targets} targets asked ${again.toFixed(1)} times each, ${percent(answered)} answered`,
  };
};

/** Many people behind one address use services that answer; they do not miss much. */
const nat: Trial = ({ exchanged, missed: misses, probes, services, addresses }) => {
  const missed = share(misses, probes);
  const used = share(exchanged, Math.max(services, addresses));
  return {
    name: 'many clients behind one address',
    holds: used >= 0.5 && missed < 0.05,
    because: `${exchanged} real exchanges with ${Math.max(services, addresses)} targets; ${percent(missed)} of its contacts missed`,
  };
};

/** A client that keeps trying one thing that is gone. */
const stale: Trial = ({ addresses, services, answered, names }) => ({
  name: 'stale name or dead service',
  holds: addresses === 1 && services <= 2 && names <= 2 && answered === 0,
  because: `${addresses} addresses, ${services} services and ${names} names were tried`,
});

/** Somebody traces the way to a few hosts. */
const traceroute: Trial = ({ traced, probes, addresses }) => ({
  name: 'traceroute',
  holds: traced > 0.9 * probes && addresses <= 4,
  because: `${percent(share(traced, probes))} of its probes trace a path, to ${addresses} addresses`,
});

/** A crawler follows links: some are dead, most are not, and none leads to a weakness. That it is one, it only says. */
const crawler: Trial = ({ crawler: said, names, namesMissed, pointed }) => ({
  name: 'crawler',
  holds: said !== '' && namesMissed <= 0.6 * names && pointed === 0,
  because:
    said === ''
      ? `none of its ${names} names was asked for as one`
      : `calls itself ${said}; ${percent(share(namesMissed, names))} of ${names} names were not there, ${pointed} look for weaknesses`,
});

/** Every innocent explanation, in the order they are tried. Add one: a line here. */
const TRIALS: readonly Trial[] = [stale, monitor, nat, traceroute, crawler];

/** Tries them all. */
export function tryInnocence(suspect: Suspect): Explanation[] {
  return TRIALS.map((trial) => trial(suspect));
}
