import { exposureKey } from '../finding/exposure-key.ts';
import type { Exposure, LearnedSummary } from '../finding/exposure.ts';
import type { Finding } from '../finding/finding.ts';
import { type Told, adviceOn } from '../learn/advice.ts';
import { exposuresOf, factKey, isScan } from '../learn/exposures.ts';
import { grouped } from '../triage/trial.ts';
import type { Visibility } from '../ledger/visibility.ts';
import { protocolName } from '../record/protocols.ts';
import type { Judge } from './judge.ts';
import type { Tally } from './account/tally.ts';

/** What scanners learned over a whole run: the exposures, the figures that prove that nothing was, and advice. */
export interface LearnedResult {
  /** told ones first */
  readonly exposures: readonly Exposure[];
  /** by id of a finding */
  readonly tallies: ReadonlyMap<string, Tally>;
  /** answers that found no room */
  readonly unkept: number;
  /** answers that anybody got, by transport: where there are none, it is not shown that they would be seen */
  readonly answers: Readonly<Record<keyof Visibility, number>>;
  /** how long the data lasts */
  readonly seconds: number;
}

/** µs since 1970 of the first and the last record. */
interface Times {
  readonly first: number;
  readonly last: number;
}

/** Joins the exposure ledger with what findings learned, and gives the findings their advice. */
export function learnedFrom(
  { surface }: Judge,
  findings: readonly Finding[],
  tallies: ReadonlyMap<string, Tally>,
  { first, last }: Times,
): LearnedResult {
  const exposures = exposuresOf(surface, findings, last, protocolName);
  const seconds = last > first ? (last - first) / 1e6 : 0;
  const byKey = new Map(exposures.map((exposure) => [exposureKey(exposure), exposure]));
  for (const finding of findings.filter(isScan)) {
    if (finding.techniques[0] === 'T1046') continue;
    const told = finding.learned.map((fact): Told => {
      const exposure = byKey.get(factKey(fact));
      return { ...exposure, ...fact, use: exposure?.use ?? null, targeted: exposure?.targeted ?? false };
    });
    finding.advice = adviceOn(told, seconds);
  }
  return { exposures, tallies, unkept: surface.unkept, answers: surface.answers, seconds };
}

/** The figures of some findings, and whether anything was learned. @param exposures what they were told */
export function learnedSummary(
  { tallies, unkept, answers, seconds, exposures: all }: LearnedResult,
  findings: readonly Finding[],
  exposures: readonly Exposure[],
): LearnedSummary {
  const mine = findings.flatMap(({ id }) => tallies.get(id) ?? []);
  const sum = (of: (tally: Tally) => number): number => mine.reduce((total, tally) => total + of(tally), 0);
  const figures = {
    findings: findings.length,
    probes: sum(({ probes }) => probes),
    answered: sum(({ answered }) => answered),
    refused: sum(({ refused }) => refused),
    unanswered: sum(({ unanswered }) => unanswered),
    untold: sum(({ untold }) => untold),
  };
  const toldOf = (what: Exposure['what']): number =>
    exposures.filter((one) => one.what === what && one.scanners > 0).length;
  const mute = [...new Set(mine.flatMap(({ transports }) => transports))].filter((name) => answers[name] === 0);
  return {
    kind: 'learned',
    ...verdictOf(figures, mute),
    ...figures,
    told: {
      services: toldOf('service'),
      paths: toldOf('path'),
      names: toldOf('name'),
      users: toldOf('user'),
      hosts: toldOf('host'),
    },
    exposed: all.length,
    unkept,
    advice: adviceOn(
      exposures.filter(({ scanners }) => scanners > 0),
      seconds,
    ),
  };
}

type Figures = Pick<LearnedSummary, 'findings' | 'probes' | 'answered' | 'refused' | 'unanswered' | 'untold'>;

/** @param mute transports on which nobody at all was seen to be answered */
function verdictOf(figures: Figures, mute: readonly string[]): Pick<LearnedSummary, 'verdict' | 'because'> {
  const { findings, probes, answered, refused, untold } = figures;
  if (findings === 0) return { verdict: 'none', because: 'there is no finding of a scan' };
  if (answered + refused > 0)
    return {
      verdict: 'learned',
      because: `${grouped(probes)} probes, ${grouped(answered)} answered, ${grouped(refused)} refused or not there${answered === 0 ? ': only that somebody is there to refuse' : ''}`,
    };
  if (untold > 0)
    return {
      verdict: 'untold',
      because: `${grouped(probes)} probes; how ${grouped(untold)} of them ended is not visible in these inputs`,
    };
  if (mute.length > 0)
    return {
      verdict: 'untold',
      because: `${grouped(probes)} probes, 0 answers; but these inputs show no ${mute.join(' or ')} answer to anybody, so it is not known that one would be seen`,
    };
  return {
    verdict: 'nothing',
    because: `${grouped(probes)} probes, 0 answers; answers to others are visible in these inputs`,
  };
}
