import { type Candidate, FEW, type Team, teamsOf } from '../correlate/teams.ts';
import type { AccountRow, Finding } from '../finding/finding.ts';
import { timeOf, timeText } from '../finding/time.ts';
import { type Dossier, inTime } from '../ledger/dossier.ts';
import { Proof } from '../record/contact.ts';
import { progressOf, progressText } from './progress.ts';
import type { Tally } from './tally.ts';
import { learnedOf } from './facts.ts';
import { idOf } from './features.ts';
import type { ReportContext } from './report.ts';

/** Scans by single sources that are one effort → a campaign that takes their place. */

/** A scan with what it is told from. */
interface Part {
  readonly finding: Finding;
  readonly dossier: Dossier;
}

const CHOSEN = 'who belongs to it was chosen by looking';

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
  const candidates = parts.map(candidateOf);
  const joined = new Set<Finding>();
  const campaigns = teamsOf(candidates, bar).map((team) => {
    const members = team.members.map((at) => parts[at]);
    for (const { finding } of members) joined.add(finding);
    const campaign = campaignOf(team, members, bar, context);
    context.tallies.set(campaign.id, sumOf(members.flatMap(({ finding }) => context.tallies.get(finding.id) ?? [])));
    return campaign;
  });
  return { campaigns, alone: scans.filter((scan) => !joined.has(scan)) };
}

function candidateOf(part: Part): Candidate {
  const { first, addresses, visits } = part.dossier;
  const kept = inTime(visits).map((at) => ({
    at: visits.time[at],
    target: visits.address[at] * 65_536 + visits.port[at],
  }));
  return { key: keyOf(part), first, hosts: addresses.size, visits: kept };
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

/** The way, the tool, and what does not vary: the ports, or else the hosts. */
function keyOf({ finding: { methods, tool, services }, dossier: { addresses, visits } }: Part): string {
  const isWide = addresses.size > FEW && services.length <= MANY_PORTS;
  const same = isWide
    ? services.map(({ protocol, port }) => `${protocol}/${port}`).sort()
    : [...new Set(visits.address)].sort((a, b) => a - b).slice(0, FEW);
  return [methods[0] ?? '', tool?.name ?? '', ...same].join(' ');
}

function campaignOf(team: Team, parts: readonly Part[], bar: number, context: ReportContext): Finding {
  const [{ finding: one, dossier }] = parts;
  const isShared = team.kind === 'shared';
  const first = Math.min(...parts.map(({ finding }) => timeOf(finding.firstSeen)));
  const last = Math.max(...parts.map(({ finding }) => timeOf(finding.lastSeen)));
  const probes = parts.reduce((sum, { finding }) => sum + finding.probes, 0);
  const services = servicesOf(parts);
  const progress = isShared ? progressIn(team, services.length) : undefined;
  const ranked = isShared ? [] : ranks(parts);
  const order = isShared
    ? parts.toSorted((a, b) => b.finding.probes - a.finding.probes || compare(a, b))
    : ranked.map(({ part }) => part);
  const evidence = parts.slice(0, 10).flatMap(({ finding }) => finding.account[0].evidence.slice(0, 2));
  const rows: AccountRow[] = [
    {
      stream: 'crowd',
      bits: team.bits + team.price,
      reason: isShared
        ? 'scanners shared the targets out: fewer were come to twice than by chance'
        : 'sources came to the same targets at the same moments',
      contacts: team.targets.reduce((sum, count) => sum + count, 0),
      evidence,
    },
    { stream: 'crowd', bits: -team.price, reason: CHOSEN, contacts: 0, evidence: [] },
  ];
  const share = (part: Part): number => part.finding.probes / probes;
  return {
    ...one,
    id: idOf('team', dossier.source, first),
    kind: 'campaign',
    source: null,
    members: order.map((part) => ({
      address: part.finding.source?.address ?? '',
      probes: part.finding.probes,
      bits: part.finding.bits,
      ...(isShared && { share: share(part) }),
    })),
    memberCount: parts.length,
    firstSeen: timeText(first),
    lastSeen: timeText(last),
    status: parts.some(({ finding }) => finding.status === 'open') ? 'open' : 'closed',
    bits: team.bits,
    bar,
    decidedBy: 'crowd',
    account: rows,
    shape: isShared && team.what === 'ports' ? 'port-scan' : one.shape,
    probes,
    targets: {
      addresses: Math.max(hostsOf(parts), ...parts.map(({ finding }) => finding.targets.addresses)),
      ports: services.length,
      paths: 0,
      names: 0,
    },
    services: services.slice(0, 100),
    rate: last > first ? (probes * 1e6) / (last - first) : 0,
    learned: relearned(parts, context),
    followedBy: [],
    related: [],
    triage: {
      ...one.triage,
      targetedness: Math.max(...parts.map(({ finding }) => finding.triage.targetedness)),
      reasons: [
        isShared
          ? `${parts.length} sources share one effort, each with a finding of its own`
          : `${parts.length} sources did the same at once: forged ones beside a real one, and none is proven to be it`,
        ...progressText(progress),
        ...ranked.slice(0, 3).map(({ part, why }, at) => `${at + 1}. ${part.finding.source?.address}: ${why}`),
        ...one.triage.reasons,
      ],
      rejected: [
        isShared
          ? 'unrelated scanners with the same tool: they would have met'
          : 'unrelated scanners with the same tool: each would keep its own time',
      ],
    },
    ...(progress && { progress }),
    inputs: [...new Set(parts.flatMap(({ finding }) => finding.inputs))],
    caveats: [
      ...new Set(parts.flatMap(({ finding }) => finding.caveats)),
      'Members are claimed addresses: a forged one costs its sender nothing.',
    ],
  };
}

const compare = (a: Part, b: Part): number =>
  a.finding.firstSeen < b.finding.firstSeen
    ? -1
    : a.finding.firstSeen > b.finding.firstSeen
      ? 1
      : a.finding.id < b.finding.id
        ? -1
        : 1;

function servicesOf(parts: readonly Part[]): Finding['services'] {
  const all = new Map<string, Finding['services'][number]>();
  for (const { finding } of parts)
    for (const service of finding.services) {
      const key = `${service.protocol}/${service.port}`;
      all.set(key, { ...service, probes: service.probes + (all.get(key)?.probes ?? 0) });
    }
  return [...all.values()].sort((a, b) => b.probes - a.probes || a.port - b.port);
}

const hostsOf = (parts: readonly Part[]): number =>
  new Set(parts.flatMap(({ dossier }) => dossier.visits.address)).size;

/** What the members were told, by whom first: what one of them told before another is no news of that one's. */
function relearned(parts: readonly Part[], context: ReportContext): Finding['learned'] {
  const news = new Set(
    parts.flatMap(({ finding }) => finding.learned.filter(({ firstTime }) => firstTime).map(factOf)),
  );
  const facts = learnedOf(
    parts.map(({ dossier }) => dossier),
    { ...context, toldBefore: new Set() },
  );
  return facts.map((fact) => ({ ...fact, firstTime: news.has(factOf(fact)) }));
}

const factOf = ({ address, protocol, port, service }: Finding['learned'][number]): string =>
  `${address} ${protocol} ${port} ${port === undefined ? service : ''}`;

/** How much of its range it has done; told only where all targets were kept one by one. */
function progressIn({ what, done, of, visits, targets }: Team, services: number): Finding['progress'] {
  if (targets.some((count) => count >= KEPT)) return undefined;
  return what === 'ports'
    ? progressOf({ what, within: 'the range that was seen', done, of, times: visits })
    : progressOf({ what, within: `the networks of 256, at ${services} ports`, done, of, times: visits });
}

/** Targets of a source that a dossier keeps one by one. */
const KEPT = 256;

/** Decoys by what only a real source can do: none of it proves anything, for the rest may be asleep. */
function ranks(parts: readonly Part[]): { readonly part: Part; readonly why: string }[] {
  const most = Math.max(...parts.map(({ finding }) => finding.probes));
  const ranked = parts.map((part) => {
    const { proof, exchanged, connected } = part.dossier;
    const signs: [boolean, number, string][] = [
      [exchanged > 0, 8, `${exchanged} real exchanges`],
      [(proof & Proof.handshake) !== 0, 4, `it completed ${connected} handshakes`],
      [(proof & Proof.brokenOff) !== 0, 2, 'it reacted to answers, which forged ones never see'],
      [
        part.finding.probes > COMMON_PROBES * most &&
          parts.some(({ finding }) => finding.probes < COMMON_PROBES * most),
        1,
        'it did more than the others',
      ],
    ];
    const held = signs.filter(([holds]) => holds);
    return { part, points: held.reduce((sum, [, points]) => sum + points, 0), held: held.map(([, , why]) => why) };
  });
  const same = ranked.every(({ points }) => points === ranked[0].points);
  return ranked
    .sort((a, b) => b.points - a.points || compare(a.part, b.part))
    .map(({ part, held }) => ({
      part,
      why: same
        ? `nothing tells it from the others${held.length > 0 ? ` (all: ${held.join(', ')})` : ''}`
        : held.join(', ') || 'nothing speaks for it',
    }));
}

const COMMON_PROBES = 0.9;
