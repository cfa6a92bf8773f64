import { GUESSING, type Deed } from '../../correlate/after/access.ts';
import type { Finding } from '../../finding/finding.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { parseAddress } from '../../record/address.ts';
import { BAR } from './intrusion.ts';
import type { Judge } from '../judge.ts';
import { keep, type ReportContext } from '../account/context.ts';
import { findingOf } from '../account/report.ts';

/**
 * Scans by who guessed its way in afterwards. The usual bar is for a source of which nothing is known: it bounds how often
 * one of all the innocent ones is blamed. Guessing that led to an access, over the bar of intrusions, has been told from
 * forgetting by then, and is evidence of its own against the same source; what it looked at before needs to be beyond
 * chance only for the few of whom that is known. So their accounts are held against the bar of intrusions.
 */
export function scansOfGuessers(
  judge: Judge,
  ledger: Ledger,
  deeds: readonly Deed[],
  blamed: ReadonlySet<string>,
  context: ReportContext,
): Finding[] {
  return guessersOf(deeds)
    .filter((source) => !blamed.has(source))
    .flatMap((source) => {
      const words = parseAddress(source);
      if (words === null || ledger.home.match.contains(words, 0)) return [];
      const verdict = judge.suspect(ledger, words, BAR);
      if (verdict === undefined) return [];
      const finding = keep(findingOf(verdict, context), verdict.dossier, judge.visibility, context);
      finding.caveats.push(`Held against ${BAR} bits only: the source guessed its way in afterwards.`);
      return finding.triage.class === 'innocent' ? [] : [finding];
    });
}

/** Who guessed, where somebody was let in by it. */
function guessersOf(deeds: readonly Deed[]): string[] {
  const steps = deeds
    .filter(({ achieved, needsScan }) => achieved && !needsScan)
    .flatMap(({ before }) => before)
    .filter(({ technique, bits }) => technique.startsWith('T1110') && bits >= GUESSING);
  return [...new Set(steps.map(({ source }) => source))];
}
