import { type Arrival, herdsOf, PRIOR } from '../../correlate/effort/herds.ts';
import { type Candidate, FEW, teamsOf } from '../../correlate/effort/teams.ts';
import type { Finding } from '../../finding/finding.ts';
import { timeOf } from '../../finding/time.ts';
import { type Dossier, inTime } from '../../ledger/dossier.ts';
import type { ReportContext } from '../account/context.ts';
import type { Tally } from '../account/tally.ts';
import { type Reading, readersIn } from './readers.ts';
import { type Join, joinOfHerd, joinOfTeam, type Part, teamCampaign } from './team-campaign.ts';

/** Scans by single sources that are one effort → a campaign that takes their place. */

/** The campaigns, and the scans that are not part of one. */
export function joinTeams(
  scans: readonly Finding[],
  bar: number,
  context: ReportContext,
): { readonly campaigns: Finding[]; readonly alone: Finding[] } {
  const parts = scans.flatMap((finding) => {
    const dossier = context.dossiers.get(finding.id);
    return dossier && isWhole(finding, dossier) ? [{ finding, dossier }] : [];
  });
  const joined = new Set<Finding>();
  const campaigns: Finding[] = [];
  const add = (members: readonly Part[], join: Join): void => {
    for (const { finding } of members) joined.add(finding);
    const campaign = teamCampaign(join, members, bar, context);
    context.tallies.set(campaign.id, sumOf(members.flatMap(({ finding }) => context.tallies.get(finding.id) ?? [])));
    campaigns.push(campaign);
  };
  const shareOut = (readings: readonly Reading[]): void => {
    const candidates = readings.map(({ candidate }) => candidate);
    for (const team of teamsOf(candidates, bar)) {
      const members = team.members.map((at) => readings[at].part);
      add(members, joinOfTeam(team, members));
    }
  };
  shareOut(parts.map((part) => ({ part, candidate: candidateOf(part) })));
  shareOut(readersIn(scans, context));
  const left = parts.filter(({ finding }) => !joined.has(finding) && finding.tool !== null);
  const begins = scans.map(({ firstSeen }) => timeOf(firstSeen));
  const end = scans.reduce((last, { lastSeen }) => Math.max(last, timeOf(lastSeen)), 0);
  const setting = { begins, end, prior: PRIOR, mayBePopular: true };
  for (const herd of herdsOf(left.map(arrivalOf), setting, bar)) {
    const members = herd.members.map((at) => left[at]);
    add(members, joinOfHerd(herd, members));
  }
  return { campaigns, alone: scans.filter((scan) => !joined.has(scan)) };
}

/** The program with its marks, and the service that it tried most. */
function arrivalOf({ finding: { source, tool, services, methods, probes }, dossier: { first, last } }: Part): Arrival {
  const [most] = services;
  const marks = tool?.marks.join() ?? '';
  return {
    key: `${tool?.name} ${marks} ${methods[0]} ${most?.protocol}/${most?.port}`,
    source: source?.address ?? '',
    at: first,
    pace: (last - first) / Math.max(1, probes - 1),
  };
}

function candidateOf(part: Part): Candidate {
  const { first, addresses, visits } = part.dossier;
  const kept = inTime(visits).map((at) => ({
    at: visits.time[at],
    target: visits.address[at] * 65_536 + visits.port[at],
  }));
  return { key: keyOf(part), wide: wideOf(part), first, hosts: addresses.size, visits: kept };
}

function sumOf(tallies: readonly Tally[]): Tally {
  const sum = (key: Exclude<keyof Tally, 'transports'>): number => tallies.reduce((all, each) => all + each[key], 0);
  return {
    probes: sum('probes'),
    answered: sum('answered'),
    refused: sum('refused'),
    unanswered: sum('unanswered'),
    untold: sum('untold'),
    transports: [...new Set(tallies.flatMap(({ transports }) => transports))],
  };
}

/** Scans of addresses and ports of IPv4, by others, that ask for nothing else. */
const isWhole = ({ techniques }: Finding, { visits, quest }: Dossier): boolean =>
  techniques.length === 1 &&
  techniques[0] === 'T1595.001' &&
  !quest &&
  visits.upper.length === 0 &&
  visits.time.length > 0;

const MANY_PORTS = 32;

/** The way, the tool, and what does not vary. */
const keyOf = (part: Part): string => `${part.finding.tool?.name ?? ''} ${wideOf(part)}`;

/** The way, and what does not vary: the ports, or else the hosts. */
function wideOf({ finding: { methods, services }, dossier: { addresses, visits } }: Part): string {
  const isWide = addresses.size > FEW && services.length <= MANY_PORTS;
  const same = isWide
    ? services.map(({ protocol, port }) => `${protocol}/${port}`).sort()
    : [...new Set(visits.address)].sort((a, b) => a - b).slice(0, FEW);
  return [methods[0] ?? '', ...same].join(' ');
}
