import type { Processes } from '../../correlate/process/process.ts';
import type { WordlistMatcher } from '../../detect/wordlists.ts';
import type { Banners } from '../../learn/banners.ts';
import type { Finding } from '../../finding/finding.ts';
import type { Dossier } from '../../ledger/dossier.ts';
import type { Home } from '../../ledger/home.ts';
import type { Knowledge } from '../../ledger/knowledge.ts';
import type { Visibility } from '../../ledger/visibility.ts';
import type { Known, KnownPolicy, OwnPrefix } from '../../triage/known.ts';
import type { Suspect } from '../../triage/suspect.ts';
import { type Tally, tallyOf } from './tally.ts';

/** What findings are written with. */
export interface ReportContext {
  readonly inputs: readonly string[];
  readonly home: Home;
  readonly banners: Banners;
  /** what earlier findings of this run learned already */
  readonly toldBefore: Set<string>;
  /** by id of a finding: how its probes ended */
  readonly tallies: Map<string, Tally>;
  /** by id of a finding: what it is traced from */
  readonly dossiers: Map<string, Dossier>;
  readonly caveats: readonly string[];
  /** what processes on our own hosts did; absent: no telemetry */
  readonly processes?: Processes;
  /** lists of known scanners, and what the operator makes of them; absent: nobody is known */
  readonly lists?: { readonly known: Known; readonly policy: KnownPolicy; readonly own?: readonly OwnPrefix[] };
  /** how the source of a dossier behaves */
  readonly habitOf?: (dossier: Dossier) => Suspect['habit'];
  /** whether the source of a dossier gives addresses away (DHCP) */
  readonly givesAddresses?: (dossier: Dossier) => boolean;
  /** what is known of targets at the end of the data */
  readonly knowledge?: Knowledge;
  /** whether others come for a host, by its hash, at the end of the data */
  readonly isVisited?: (host: number) => boolean;
  /** loaded when the first list is looked for */
  readonly wordlists: () => WordlistMatcher;
}

/** Remembers what a finding is traced from, and how its probes ended. @returns the finding */
export function keep(
  finding: Finding,
  dossier: Dossier,
  visibility: Visibility | undefined,
  { tallies, dossiers }: ReportContext,
): Finding {
  tallies.set(finding.id, tallyOf(dossier, visibility));
  dossiers.set(finding.id, dossier);
  return finding;
}
