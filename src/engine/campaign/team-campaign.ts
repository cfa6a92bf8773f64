import { durationOf } from '../../correlate/after/access.ts';
import type { Herd } from '../../correlate/effort/herds.ts';
import type { Team } from '../../correlate/effort/teams.ts';
import type { AccountRow, Finding } from '../../finding/finding.ts';
import { timeOf, timeText } from '../../finding/time.ts';
import { type Dossier, VISITS } from '../../ledger/dossier.ts';
import { Proof } from '../../record/contact.ts';
import { progressOf, progressText } from './progress.ts';
import { learnedOf } from '../account/facts.ts';
import { blocksText, idOf, SERVICES_SHOWN } from '../account/features.ts';
import { CLAIMED } from '../account/caveats.ts';
import type { ReportContext } from '../account/context.ts';

/** Scans that are one effort → the campaign that takes their place. */

/** A scan with what it is told from. */
export interface Part {
  readonly finding: Finding;
  readonly dossier: Dossier;
}

/** Why scans are one effort, and what is said of it. */
export interface Join {
  readonly bits: number;
  readonly price: number;
  /** contacts that were looked at */
  readonly contacts: number;
  /** what the bits are for, and why some were paid */
  readonly row: string;
  readonly paid: string;
  readonly reasons: readonly string[];
  readonly rejected: readonly string[];
  /** most telling first */
  readonly order: readonly Part[];
  /** each member has a part of the targets for itself */
  readonly isShared: boolean;
  readonly byPort: boolean;
  /** nobody forges who does it */
  readonly areProven?: boolean;
  readonly progress?: Finding['progress'];
}

const CHOSEN = 'who belongs to it was chosen by looking';

/** Scans that share targets out, or keep step. */
export function joinOfTeam(team: Team, parts: readonly Part[]): Join {
  const isShared = team.kind === 'shared';
  const areWords = team.what === 'words';
  const progress = isShared ? progressIn(team, parts) : undefined;
  const ranked = isShared ? [] : ranks(parts);
  const base = {
    bits: team.bits,
    price: team.price,
    contacts: team.targets.reduce((sum, count) => sum + count, 0),
    paid: CHOSEN,
    isShared,
    byPort: isShared && team.what === 'ports',
    areProven: areWords,
    ...(progress && { progress }),
  };
  if (isShared)
    return {
      ...base,
      row: `scanners shared the ${areWords ? 'words of one list' : 'targets'} out: fewer were come to twice than by chance`,
      reasons: [
        `${parts.length} sources share one effort, each over the bar by itself${toolsText(parts)}`,
        ...progressText(progress),
      ],
      rejected: [`unrelated scanners with the same ${areWords ? 'list' : 'tool'}: they would have met`],
      order: byProbes(parts),
    };
  return {
    ...base,
    row: 'sources came to the same targets at the same moments',
    reasons: [
      `${parts.length} sources did the same at once: forged ones beside a real one, and none is proven to be it`,
      ...ranked.slice(0, 3).map(({ part, why }, at) => `${at + 1}. ${part.finding.source?.address}: ${why}`),
    ],
    rejected: ['unrelated scanners with the same tool: each would keep its own time'],
    order: ranked.map(({ part }) => part),
  };
}

/** Scans with the same marks at the same service that began together. */
export function joinOfHerd({ bits, price, within, expected }: Herd, parts: readonly Part[]): Join {
  const [{ finding: one }] = parts;
  const service = `${one.services[0]?.protocol}/${one.services[0]?.port}`;
  const marks = one.tool?.marks.join('; ') ?? '';
  const many = expected < 10 ? expected.toFixed(1) : expected.toFixed(0);
  const seconds = durationOf(within / 1e6);
  return {
    bits,
    price,
    contacts: parts.reduce((sum, { finding }) => sum + finding.probes, 0),
    row: `${parts.length} sources with the same mark (${marks}) began with ${service} within ${seconds}; ${many} were to be expected`,
    paid: 'which of them, and within what time, was chosen by looking',
    reasons: [`${parts.length} sources with one program (${one.tool?.name}) at ${service} began within ${seconds}`],
    rejected: [`unrelated scanners with the same program: ${many} were to be expected at ${service} within ${seconds}`],
    order: byProbes(parts),
    isShared: false,
    byPort: false,
  };
}

/** The tools, where there are several. */
function toolsText(parts: readonly Part[]): string {
  const tools = Map.groupBy(parts, ({ finding }) => finding.tool?.name ?? 'no known tool');
  if (tools.size === 1) return '';
  return `: ${[...tools].map(([name, its]) => `${its.length} with ${name}`).join(', ')}`;
}

const byProbes = (parts: readonly Part[]): Part[] =>
  parts.toSorted((a, b) => b.finding.probes - a.finding.probes || compare(a, b));

export function teamCampaign(join: Join, parts: readonly Part[], bar: number, context: ReportContext): Finding {
  const [{ finding: one, dossier }] = parts;
  const first = Math.min(...parts.map(({ finding }) => timeOf(finding.firstSeen)));
  const last = Math.max(...parts.map(({ finding }) => timeOf(finding.lastSeen)));
  const probes = parts.reduce((sum, { finding }) => sum + finding.probes, 0);
  const services = servicesOf(parts);
  const evidence = parts.slice(0, 10).flatMap(({ finding }) => finding.account[0].evidence.slice(0, 2));
  const rows: AccountRow[] = [
    { stream: 'crowd', bits: join.bits + join.price, reason: join.row, contacts: join.contacts, evidence },
    { stream: 'crowd', bits: -join.price, reason: join.paid, contacts: 0, evidence: [] },
  ];
  const share = (part: Part): number => part.finding.probes / probes;
  return {
    ...one,
    id: idOf('team', dossier.source, first),
    kind: 'campaign',
    source: null,
    members: join.order.map((part) => ({
      address: part.finding.source?.address ?? '',
      probes: part.finding.probes,
      bits: part.finding.bits,
      ...(join.isShared && { share: share(part) }),
    })),
    memberCount: parts.length,
    firstSeen: timeText(first),
    lastSeen: timeText(last),
    status: parts.some(({ finding }) => finding.status === 'open') ? 'open' : 'closed',
    bits: join.bits,
    bar,
    decidedBy: 'crowd',
    account: rows,
    shape: join.byPort ? 'port-scan' : one.shape,
    tool: parts.every(({ finding }) => finding.tool?.name === one.tool?.name) ? one.tool : null,
    probes,
    targets: {
      addresses: Math.max(hostsOf(parts), ...parts.map(({ finding }) => finding.targets.addresses)),
      ports: services.length,
      paths: new Set(parts.flatMap((part) => part.dossier.quest?.pathsAsked.all() ?? [])).size,
      names: 0,
    },
    wordlist: wordlistOf(parts),
    services: services.slice(0, SERVICES_SHOWN),
    rate: last > first ? (probes * 1e6) / (last - first) : 0,
    learned: relearned(parts, context),
    followedBy: [],
    related: [],
    triage: {
      ...one.triage,
      targetedness: Math.max(...parts.map(({ finding }) => finding.triage.targetedness)),
      reasons: [...join.reasons, ...one.triage.reasons],
      rejected: [...join.rejected],
    },
    ...(join.progress && { progress: join.progress }),
    inputs: [...new Set(parts.flatMap(({ finding }) => finding.inputs))],
    caveats: [
      ...new Set(parts.flatMap(({ finding }) => finding.caveats).filter((caveat) => caveat !== CLAIMED)),
      ...(join.areProven ? [] : ['Members are claimed addresses: a forged one costs its sender nothing.']),
    ],
  };
}

/** What all of them have done of the list that the first reads; none, where it reads none. */
function wordlistOf(parts: readonly Part[]): Finding['wordlist'] {
  const [{ finding: one }] = parts;
  const lists = parts.flatMap(({ finding: { wordlist } }) =>
    wordlist?.name === one.wordlist?.name ? (wordlist ?? []) : [],
  );
  const furthest = lists.toSorted((a, b) => b.to - a.to)[0];
  return furthest ? { ...furthest, from: Math.min(...lists.map(({ from }) => from)) } : null;
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

const factOf = ({ address, protocol, port, service, path }: Finding['learned'][number]): string =>
  `${address} ${protocol} ${port} ${port === undefined ? service : ''} ${path ?? ''}`;

/** How much of its range it has done; told only where all targets were kept one by one. */
function progressIn({ what, done, of, visits, targets }: Team, parts: readonly Part[]): Finding['progress'] {
  if (targets.some((count) => count >= VISITS)) return undefined;
  const { wordlist } = parts[0].finding;
  if (what === 'words')
    return wordlist ? progressOf({ what, within: wordlist.name, done, of: wordlist.of, times: visits }) : undefined;
  if (what === 'ports') return progressOf({ what, within: 'the range that was seen', done, of, times: visits });
  const within = blocksText(parts.flatMap(({ dossier }) => dossier.visits.address));
  const services = servicesOf(parts).length;
  // With several ports it is not addresses that are shared out, but each address with each port.
  return services === 1
    ? progressOf({ what, within, done, of, times: visits })
    : progressOf({ what: 'targets', within: `${within} at ${services} ports`, done, of, times: visits });
}

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
