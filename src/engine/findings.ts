import { blamedBy } from '../finding/blamed.ts';
import type { Finding, Summary } from '../finding/finding.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Explained } from '../triage/strays.ts';
import { keep, type ReportContext } from './account/context.ts';
import { findingOf } from './account/report.ts';
import { clear, Policy } from './allowed.ts';
import { anomaliesOf, type Period } from './anomalies.ts';
import { tellBeside } from './campaign/beside.ts';
import { campaignOf } from './campaign/campaign.ts';
import { isAskerOf, isMemberOf, isPartOf } from './campaign/parts.ts';
import { joinTeams } from './campaign/teams.ts';
import { explainedOf, MOST_EXPLAINED } from './explained.ts';
import type { Judge } from './judge.ts';
import { policyUse } from './policy-use.ts';
import { intrusionsAfter } from './story/followed.ts';
import { scansOfGuessers } from './story/guessers.ts';
import { weigh } from './worth.ts';

/** What a run found, not yet in any order of worth, and what only looked like it. */
export interface Found {
  readonly findings: Finding[];
  readonly explained: Explained[];
  /** the operator's entries, and what each did */
  readonly policy: Summary['policy'];
}

/** Writes everything that the judge holds. @param last µs since 1970: the last moment of the data */
export function found(judge: Judge, ledger: Ledger, context: ReportContext, period: Period, last = 0): Found {
  const told = tellSources(judge, context);
  const innocents = told.filter(isInnocent);
  const guilty = told.filter((scan) => !isInnocent(scan));
  const { alone, campaigns } = joinEfforts(guilty, tellCrowds(judge, ledger, context), ledger.bar.bits, context);
  const after = judge.followUps.after();
  const blamed = new Set([...alone, ...campaigns].flatMap(blamedBy));
  const scans = [...alone, ...scansOfGuessers(judge, ledger, after.deeds, blamed, context)];
  tellBeside(campaigns, scans);
  const efforts = [...scans, ...campaigns];
  const anomalies = anomaliesOf(judge, ledger, context, period, efforts);
  const followed = efforts.map((finding) => ({ finding, dossier: context.dossiers.get(finding.id) }));
  const intrusions = intrusionsAfter(after, followed, context);
  const policy = new Policy(context.lists?.own ?? []);
  const all = [...efforts, ...intrusions, ...anomalies];
  const use = policyUse(all, policy, { usual: context.lists?.policy ?? 'label', last });
  const cleared = clear(all, policy);
  const { findings, allowed } = weigh(cleared.findings, context);
  for (const address of [...scans, ...intrusions].flatMap(blamedBy)) blamed.add(address);
  for (const { followedBy } of findings) for (const { source } of followedBy) blamed.add(source);
  const explained = [...cleared.allowed, ...allowed, ...explainedOf(judge, ledger, innocents, blamed)];
  return { findings, explained: explained.slice(0, MOST_EXPLAINED), policy: use };
}

const isInnocent = ({ triage }: Finding): boolean => triage.class === 'innocent';

/** Scans of single sources, in the order in which they began. */
function tellSources(judge: Judge, context: ReportContext): Finding[] {
  const episodes = judge.verdicts.toSorted(
    (a, b) => a.dossier.first - b.dossier.first || a.dossier.firstRecord - b.dossier.firstRecord,
  );
  return episodes.map((verdict) => keep(findingOf(verdict, context), verdict.dossier, judge.visibility, context));
}

/** Sources that share one effort, none of which need be over the bar by itself. */
function tellCrowds(judge: Judge, ledger: Ledger, context: ReportContext): Finding[] {
  judge.judgeNames(ledger, context.wordlists);
  return judge.campaigns.map((verdict) =>
    keep(campaignOf(verdict, context), verdict.dossier, judge.visibility, context),
  );
}

/** Scans that are parts of an effort are told by its campaign. */
function joinEfforts(
  scans: readonly Finding[],
  crowds: readonly Finding[],
  bar: number,
  context: ReportContext,
): { alone: Finding[]; campaigns: Finding[] } {
  const isAsker = isAskerOf(crowds);
  const isMember = isMemberOf(crowds);
  const { campaigns: teams, alone } = joinTeams(
    scans.filter((scan) => !isAsker(scan)),
    bar,
    context,
  );
  return {
    alone: alone.filter((scan) => !isMember(scan)),
    campaigns: [...crowds.filter((crowd) => !teams.some((team) => isPartOf(crowd, team))), ...teams],
  };
}
