import type { Dossier } from '../ledger/dossier.ts';
import { Flag } from '../ledger/ledger.ts';
import { Outcome } from '../record/contact.ts';

/** An innocent explanation that was tried on a source. */
export interface Explanation {
  readonly name: string;
  readonly holds: boolean;
  /** what was looked at, with the figures */
  readonly because: string;
}

type Trial = (dossier: Dossier, flags: number) => Explanation;

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const percent = (value: number): string => `${Math.round(100 * value)} %`;
const missesOf = ({ outcomes }: Dossier): number => outcomes[Outcome.refused] + outcomes[Outcome.unanswered];

/** A monitor asks few fixed targets, again and again, and most of them answer. */
const monitor: Trial = (dossier) => {
  const targets = Math.max(dossier.addresses.size, dossier.services.size);
  const again = share(dossier.probes, targets);
  const answered = share(dossier.outcomes[Outcome.answered], dossier.probes);
  return {
    name: 'monitor',
    holds: targets <= 32 && again >= 5 && answered >= 0.8,
    because: `${targets} targets asked ${again.toFixed(1)} times each, ${percent(answered)} answered`,
  };
};

/** Many people behind one address use services that answer; they do not miss much. */
const nat: Trial = (dossier, flags) => {
  const missed = share(missesOf(dossier), dossier.probes);
  return {
    name: 'many clients behind one address',
    holds: (flags & Flag.engaged) !== 0 && missed < 0.05,
    because: `${(flags & Flag.engaged) !== 0 ? 'used' : 'never used'} a service here; ${percent(missed)} of its contacts missed`,
  };
};

/** A client that keeps trying one thing that is gone. */
const stale: Trial = (dossier) => ({
  name: 'stale name or dead service',
  holds: dossier.addresses.size === 1 && dossier.services.size <= 2,
  because: `${dossier.addresses.size} addresses and ${dossier.services.size} services were tried`,
});

/** Somebody traces the way to a few hosts. */
const traceroute: Trial = (dossier) => ({
  name: 'traceroute',
  holds: dossier.traced > 0.9 * dossier.probes && dossier.addresses.size <= 4,
  because: `${percent(share(dossier.traced, dossier.probes))} of its probes trace a path, to ${dossier.addresses.size} addresses`,
});

/** Every innocent explanation, in the order they are tried. Add one: a line here. */
const TRIALS: readonly Trial[] = [stale, monitor, nat, traceroute];

/** Tries them all. */
export function tryInnocence(dossier: Dossier, flags: number): Explanation[] {
  return TRIALS.map((trial) => trial(dossier, flags));
}
