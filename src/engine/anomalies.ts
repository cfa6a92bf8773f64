import { blamedBy } from '../finding/blamed.ts';
import type { Finding } from '../finding/finding.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { formatAddress } from '../record/address.ts';
import { anomalyOf, wrongPortOf } from './account/anomaly.ts';
import type { ReportContext } from './account/context.ts';
import { rareOf, rareText, sightingOf } from './account/odd.ts';
import type { Judge } from './judge.ts';

/** µs since 1970. */
export interface Period {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/**
 * What is odd and no scan, of those that no finding blames: packets whose syntax nobody sends, services at ports of others,
 * processes, uncommon flows.
 */
export function anomaliesOf(
  judge: Judge,
  ledger: Ledger,
  context: ReportContext,
  { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY }: Period,
  efforts: readonly Finding[],
): Finding[] {
  const bar = ledger.bar.bits;
  const blaming = new Map(efforts.flatMap((finding) => blamedBy(finding).map((address) => [address, finding])));
  const malformed = judge.syntax
    .found()
    .map((anomaly) => anomalyOf(anomaly, context))
    .filter(({ source }) => source && !blaming.has(source.address));
  const misplaced = judge.wrongPorts
    .found()
    .filter(({ time }) => time >= since && time <= until)
    .map((port) => wrongPortOf(port, bar, context));
  const acts = judge.processes
    .found()
    .filter(({ first, last }) => last >= since && first <= until)
    .map((sighting) => sightingOf(sighting, bar, context))
    .filter(({ source, techniques }) => techniques.length === 0 || !blaming.has(source?.address ?? ''));
  for (const finding of acts) if (finding.kind === 'scan') blaming.set(finding.source?.address ?? '', finding);
  return [...malformed, ...misplaced, ...acts, ...uncommon(judge, bar, context, blaming)];
}

/** Uncommon flows that a finding lists. */
const RARE_SHOWN = 3;

/** Uncommon flows of whom no finding blames; those of the others support theirs. */
function uncommon(judge: Judge, bar: number, context: ReportContext, blaming: ReadonlyMap<string, Finding>): Finding[] {
  const flows = Map.groupBy(judge.rare.found(), ({ source }) => formatAddress(source, 0));
  const rare: Finding[] = [];
  for (const [address, its] of flows) {
    const finding = blaming.get(address);
    if (finding === undefined) rare.push(rareOf(its, bar, context));
    else finding.caveats.push(...its.slice(0, RARE_SHOWN).map((flow) => `Uncommon, too: ${rareText(flow)}.`));
  }
  return rare;
}
