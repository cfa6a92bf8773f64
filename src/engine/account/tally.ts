import type { Dossier } from '../../ledger/dossier.ts';
import type { Visibility } from '../../ledger/visibility.ts';
import { Outcome } from '../../record/contact.ts';

/** How the probes of a finding ended. */
export interface Tally {
  readonly probes: number;
  readonly answered: number;
  readonly refused: number;
  readonly unanswered: number;
  /** how they ended cannot be told */
  readonly untold: number;
  /** transports that were used */
  readonly transports: readonly (keyof Visibility)[];
}

const TRANSPORTS: Readonly<Record<number, keyof Visibility>> = { 6: 'tcp', 17: 'udp' };
const transportOf = (service: number): keyof Visibility => TRANSPORTS[service >>> 16] ?? 'icmp';

/** @param visibility where answers cannot be seen, silence counts as untold */
export function tallyOf({ probes, outcomes, services }: Dossier, visibility: Visibility | undefined): Tally {
  const transports = (['tcp', 'udp', 'icmp'] as const).filter((name) =>
    services.some((key) => transportOf(key) === name),
  );
  const isSeen = transports.every((name) => visibility?.[name] !== false);
  const answered = outcomes[Outcome.answered];
  const refused = outcomes[Outcome.refused];
  const unanswered = isSeen ? outcomes[Outcome.unanswered] : 0;
  return {
    probes,
    answered,
    refused,
    unanswered,
    untold: Math.max(0, probes - answered - refused - unanswered),
    transports,
  };
}
