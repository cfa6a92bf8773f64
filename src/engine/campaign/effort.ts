import type { CrowdRow } from '../../detect/crowd-tests.ts';
import type { Finding } from '../../finding/finding.ts';

/** Where the evidence of a campaign stands, whatever brought it together. */
export interface Effort {
  readonly id: string;
  readonly decidedBy: 'crowd' | 'parent';
  readonly bits: number;
  readonly bar: number;
  readonly first: number;
  readonly last: number;
  readonly probes: number;
  readonly members: NonNullable<Finding['members']>;
  readonly rows: readonly CrowdRow[];
  readonly order: Finding['order'];
  readonly reason: string;
  /** absent: .001 */
  readonly techniques?: readonly string[];
  /** names and hosts that it looked for, when it did */
  readonly asked?: { readonly paths: number; readonly names: number };
  /** absent: as the dossier tells */
  readonly methods?: readonly string[];
  readonly wordlist?: Finding['wordlist'];
  readonly tool?: Finding['tool'];
  /** innocent readings that were tried, and why each failed */
  readonly rejected: readonly string[];
  /** what of it is not sure */
  readonly caveats?: readonly string[];
  /** how far it has come */
  readonly progress?: Finding['progress'] | undefined;
}
