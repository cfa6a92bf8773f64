import type { Finding, Summary } from '../finding/finding.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { explainStray, type Explained } from '../triage/strays.ts';
import { anomalyOf, wrongPortOf } from './anomaly.ts';
import type { Judge } from './judge.ts';
import { campaignOf, findingOf, protocolName, type ReportContext } from './report.ts';

/** What a run found, not yet in any order of worth, and what only looked like it. */
export interface Found {
  readonly findings: Finding[];
  readonly explained: Explained[];
}

/** µs since 1970. */
interface Period {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

const MOST_EXPLAINED = 100;

/** Writes everything that the judge holds. */
export function found(judge: Judge, ledger: Ledger, context: ReportContext, period: Period): Found {
  const episodes = judge.verdicts.toSorted(
    (a, b) => a.dossier.first - b.dossier.first || a.dossier.firstRecord - b.dossier.firstRecord,
  );
  const told = episodes.map((verdict) => findingOf(verdict, context));
  const scans = told.filter(({ triage }) => triage.class !== 'innocent');
  const campaigns = judge.campaigns.map((verdict) => campaignOf(verdict, context));
  const blamed = new Set([...scans, ...campaigns].flatMap(addressesOf));
  const innocents = told.filter(({ triage }) => triage.class === 'innocent').map(innocence);
  const sight = { oneSided: judge.visibility?.tcp === false, bothWays: judge.strays.bothWays };
  const strays = judge.strays.found().map((stray) => explainStray(stray, sight));
  const explained = [...innocents, ...strays.filter((line) => line !== undefined)]
    .filter(({ source }) => !blamed.has(source))
    .sort((a, b) => b.probes - a.probes);
  const odd = judge.syntax.found().map((anomaly) => anomalyOf(anomaly, context));
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = period;
  const wrong = judge.wrongPorts
    .found()
    .filter(({ time }) => time >= since && time <= until)
    .map((port) => wrongPortOf(port, ledger.bar.bits, context));
  const anomalies = [...odd.filter(({ source }) => source && !blamed.has(source.address)), ...wrong];
  return { findings: [...scans, ...campaigns, ...anomalies], explained: explained.slice(0, MOST_EXPLAINED) };
}

/** Whom a finding speaks of. */
export const addressesOf = ({ source, members = [] }: Finding): string[] =>
  source ? [source.address] : members.map(({ address }) => address);

/** A source over the bar that an innocent habit explains. */
function innocence({ source, triage, probes }: Finding): Explained {
  const [reason] = triage.reasons;
  const colon = reason.indexOf(': ');
  return { source: source?.address ?? '', what: reason.slice(0, colon), because: reason.slice(colon + 2), probes };
}

const SERVICES_SHOWN = 10;

/** Background radiation, for the summary. */
export function noiseOf({ noise }: Judge): Summary['noise'] {
  const services = noise.services(SERVICES_SHOWN);
  return {
    sources: noise.sources,
    probes: noise.probes,
    topServices: services.map(([key, probes]) => ({ protocol: protocolName(key >>> 16), port: key & 0xffff, probes })),
  };
}
