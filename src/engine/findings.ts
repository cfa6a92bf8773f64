import type { Finding, Summary } from '../finding/finding.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { formatAddress } from '../record/address.ts';
import { protocolName } from '../record/protocols.ts';
import { COMMON } from '../triage/silence.ts';
import type { Explained } from '../triage/strays.ts';
import { clear, Policy } from './allowed.ts';
import { tellBeside } from './campaign/beside.ts';
import { policyUse } from './policy-use.ts';
import { anomalyOf, wrongPortOf } from './account/anomaly.ts';
import { explainedOf, MOST_EXPLAINED } from './explained.ts';
import { intrusionsAfter } from './story/followed.ts';
import { scansOfGuessers } from './story/guessers.ts';
import type { Judge } from './judge.ts';
import { joinTeams } from './campaign/teams.ts';
import { weigh } from './worth.ts';
import { rareOf, rareText, sightingOf } from './account/odd.ts';
import { campaignOf } from './campaign/campaign.ts';
import type { ReportContext } from './account/context.ts';
import { findingOf } from './account/report.ts';
import { tallyOf } from './account/tally.ts';

/** What a run found, not yet in any order of worth, and what only looked like it. */
export interface Found {
  readonly findings: Finding[];
  readonly explained: Explained[];
  /** the operator's entries, and what each did */
  readonly policy: Summary['policy'];
}

/** µs since 1970. */
interface Period {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** µs: the last moment of the data */
  readonly last?: number | undefined;
}

/** Writes everything that the judge holds. */
export function found(judge: Judge, ledger: Ledger, context: ReportContext, period: Period): Found {
  const episodes = judge.verdicts.toSorted(
    (a, b) => a.dossier.first - b.dossier.first || a.dossier.firstRecord - b.dossier.firstRecord,
  );
  const told = episodes.map((verdict) => findingOf(verdict, context));
  judge.judgeNames(ledger, context.wordlists);
  const crowds = judge.campaigns.map((verdict) => campaignOf(verdict, context));
  const folded = partsOf(crowds);
  episodes.forEach(({ dossier }, at) => context.tallies.set(told[at].id, tallyOf(dossier, judge.visibility)));
  judge.campaigns.forEach(({ dossier }, at) => context.tallies.set(crowds[at].id, tallyOf(dossier, judge.visibility)));
  episodes.forEach(({ dossier }, at) => context.dossiers.set(told[at].id, dossier));
  judge.campaigns.forEach(({ dossier }, at) => context.dossiers.set(crowds[at].id, dossier));
  const single = told.filter((scan) => scan.triage.class !== 'innocent' && !folded(scan));
  const { campaigns: teams, alone: apart } = joinTeams(single, ledger.bar.bits, context);
  const campaigns = [...crowds.filter((crowd) => !teams.some((team) => isPartOf(crowd, team))), ...teams];
  const isPart = membersOf(crowds);
  const alone = apart.filter((scan) => !isPart(scan));
  const after = judge.followUps.after();
  const blamed = new Set([...alone, ...campaigns].flatMap(addressesOf));
  const scans = [...alone, ...scansOfGuessers(judge, ledger, after.deeds, blamed, context)];
  tellBeside(campaigns, scans);
  for (const scan of scans) for (const address of addressesOf(scan)) blamed.add(address);
  const innocents = told.filter(({ triage }) => triage.class === 'innocent');
  const odd = judge.syntax.found().map((anomaly) => anomalyOf(anomaly, context));
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = period;
  const wrong = judge.wrongPorts
    .found()
    .filter(({ time }) => time >= since && time <= until)
    .map((port) => wrongPortOf(port, ledger.bar.bits, context));
  const { told: acts, rare } = oddities(judge, ledger, context, [since, until], [...scans, ...campaigns]);
  const anomalies = [...odd.filter(({ source }) => source && !blamed.has(source.address)), ...wrong, ...acts, ...rare];
  const followed = [...scans, ...campaigns].map((finding) => ({ finding, dossier: context.dossiers.get(finding.id) }));
  const intrusions = intrusionsAfter(after, followed, context);
  const policy = new Policy(context.lists?.own ?? []);
  const all = [...scans, ...campaigns, ...intrusions, ...anomalies];
  const use = policyUse(all, policy, { usual: context.lists?.policy ?? 'label', last: period.last ?? 0 });
  const cleared = clear(all, policy);
  const { findings, allowed } = weigh(cleared.findings, context);
  for (const { followedBy } of findings) for (const { source } of followedBy) blamed.add(source);
  for (const finding of intrusions) for (const address of addressesOf(finding)) blamed.add(address);
  const explained = explainedOf(judge, ledger, innocents, blamed);
  const lines = [...cleared.allowed, ...allowed, ...explained].slice(0, MOST_EXPLAINED);
  return { findings, explained: lines, policy: use };
}

/** Share of its members that another campaign must have to tell of it, too. */
const NEARLY_ALL = 0.9;

/** Whether the members of a crowd are those of a team, at the same service: the team tells more of them. */
function isPartOf(crowd: Finding, team: Finding): boolean {
  const members = new Set(addressesOf(team));
  const its = addressesOf(crowd);
  const [most] = crowd.services;
  const isSame = team.services.some(({ protocol, port }) => protocol === most?.protocol && port === most.port);
  return isSame && its.filter((address) => members.has(address)).length >= NEARLY_ALL * its.length;
}

/**
 * Scans of addresses that are no more than a member's part of a crowd or a prefix, which explains more than any of them
 * and than which of them it is: it tells of them as its members.
 */
function membersOf(campaigns: readonly Finding[]): (scan: Finding) => boolean {
  const efforts = campaigns
    .filter(({ techniques }) => techniques[0] === 'T1595.001')
    .map(({ members = [], services, bits, tool }) => ({
      tool: tool?.name,
      parts: new Map(members.map(({ address, probes }) => [address, probes])),
      services: new Set(services.map(serviceKey)),
      bits: bits - Math.log2(Math.max(1, members.length)),
    }));
  return ({ source, techniques, services, bits, probes, tool }) =>
    techniques.length === 1 &&
    techniques[0] === 'T1595.001' &&
    efforts.some(
      (effort) =>
        probes <= 2 * (effort.parts.get(source?.address ?? '') ?? Number.NEGATIVE_INFINITY) + PART &&
        effort.bits >= bits &&
        (tool === null || tool.name === effort.tool) &&
        services.every((service) => effort.services.has(serviceKey(service))),
    );
}

const serviceKey = ({ protocol, port }: Finding['services'][number]): string => `${protocol}/${port}`;

/** Scans for names that are no more than a member's part of a campaign: it tells of them. */
function partsOf(campaigns: readonly Finding[]): (scan: Finding) => boolean {
  const asking = campaigns.filter(({ techniques }) => techniques[0] !== 'T1595.001');
  const probes = new Map(
    asking.flatMap(({ members = [] }) => members.map((member) => [member.address, member.probes])),
  );
  return ({ techniques, source, targets }) => {
    const part = probes.get(source?.address ?? '');
    return part !== undefined && techniques[0] !== 'T1595.001' && targets.paths + targets.names <= 2 * part + PART;
  };
}

/** Names that a member may have got, or asked for besides. */
const PART = 4;

/** Uncommon flows that a finding lists. */
const RARE_SHOWN = 3;

/** Odd processes and uncommon flows of those that no finding blames yet; uncommon flows of the others support theirs. */
function oddities(
  judge: Judge,
  ledger: Ledger,
  context: ReportContext,
  [since, until]: readonly [number, number],
  findings: readonly Finding[],
): { told: Finding[]; rare: Finding[] } {
  const bar = ledger.bar.bits;
  const blaming = new Map(findings.flatMap((finding) => addressesOf(finding).map((address) => [address, finding])));
  const told = judge.processes
    .found()
    .filter(({ first, last }) => last >= since && first <= until)
    .map((sighting) => sightingOf(sighting, bar, context))
    .filter(({ source, techniques }) => techniques.length === 0 || !blaming.has(source?.address ?? ''));
  for (const finding of told) if (finding.kind === 'scan') blaming.set(finding.source?.address ?? '', finding);
  const flows = Map.groupBy(judge.rare.found(), ({ source }) => formatAddress(source, 0));
  const rare: Finding[] = [];
  for (const [address, its] of flows) {
    const finding = blaming.get(address);
    if (finding === undefined) rare.push(rareOf(its, bar, context));
    else finding.caveats.push(...its.slice(0, RARE_SHOWN).map((flow) => `Uncommon, too: ${rareText(flow)}.`));
  }
  return { told, rare };
}

/** Whom a finding speaks of. */
export const addressesOf = ({ source, members = [] }: Finding): string[] =>
  source ? [source.address] : members.map(({ address }) => address);

const SERVICES_SHOWN = 10;

/** Probes that a service must have got to be called new. */
const NEW = 3;
const TOOLS_SHOWN = 10;

/** Background radiation, for the summary: what stayed under the bar, and what of it did not. */
export function noiseOf({ noise }: Judge, findings: readonly Finding[]): Summary['noise'] {
  const common = findings.filter(({ kind, triage }) => kind !== 'anomaly' && COMMON.includes(triage.class));
  const known = common.filter(({ triage }) => triage.class === 'known-scanner').length;
  const byTool = Map.groupBy(
    common.filter(({ tool }) => tool !== null),
    ({ tool }) => tool?.name ?? '',
  );
  const tools = [...byTool].map(([name, its]) => ({ name, findings: its.length }));
  return {
    sources: noise.sources,
    probes: noise.probes,
    topServices: noise.services(SERVICES_SHOWN).map(serviceOf),
    newServices: noise.newServices(SERVICES_SHOWN, NEW).map(serviceOf),
    tools: tools.sort((a, b) => b.findings - a.findings || (a.name < b.name ? -1 : 1)).slice(0, TOOLS_SHOWN),
    knownScanners: { findings: known, share: common.length > 0 ? known / common.length : 0 },
  };
}

const serviceOf = ([key, probes]: readonly [number, number]): Summary['noise']['topServices'][number] => ({
  protocol: protocolName(key >>> 16),
  port: key & 0xffff,
  probes,
});
