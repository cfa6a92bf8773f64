import { thousandths } from '../../finding/canonical.ts';
import { REASONS } from '../../detect/crowd-tests.ts';
import type { Crowd } from '../../detect/crowd.ts';
import type { CrowdRow } from '../../detect/crowd-tests.ts';
import type { Parent } from '../../detect/parent.ts';
import { toolOf } from '../../detect/tools.ts';
import type { AccountRow, Finding } from '../../finding/finding.ts';
import { timeText } from '../../finding/time.ts';
import { formatAddress, formatPrefix } from '../../record/address.ts';
import { type Aim, targetedness } from '../../triage/targeted.ts';
import { aimOf } from '../account/aim.ts';
import type { Effort } from './effort.ts';
import type { CampaignVerdict } from '../verdict.ts';
import { ofNames } from './name-campaign.ts';
import { type Progress, progressOf, progressText } from './progress.ts';
import {
  best,
  blocksText,
  idOf,
  methodsOf,
  orderOf,
  SERVICES_SHOWN,
  servicesOf,
  shapeOf,
  targetsOf,
} from '../account/features.ts';
import { learnedOf } from '../account/facts.ts';
import type { ReportContext } from '../account/context.ts';

/** Sources that share one effort → a campaign. */
export function campaignOf(verdict: CampaignVerdict, context: ReportContext): Finding {
  const { dossier, marks } = verdict;
  const effort = effortOf(verdict, context);
  const seconds = (effort.last - effort.first) / 1e6;
  const learned = learnedOf([dossier, ...verdict.parts], context);
  const techniques = [...(effort.techniques ?? ['T1595.001'])];
  // Who came to so many addresses sent as many probes, though not each was told of its member.
  const probes = Math.max(effort.probes, sum(effort.members), effort.asked ? 0 : dossier.addresses.size);
  const services = servicesAmong(servicesOf(dossier), probes);
  const order = effort.order ?? orderOf(dossier.visits, dossier.addresses.size);
  const aim = targetedness(aimOfAll(verdict, effort, aimOf(dossier, false, order, context.home)));
  const evidenceOf = (row: CrowdRow): AccountRow['evidence'] =>
    row.samples.map(({ input, record, time }) => ({ input: context.inputs[input], record, time: timeText(time) }));
  return {
    id: effort.id,
    kind: 'campaign',
    techniques,
    source: null,
    members: effort.members,
    memberCount: effort.members.length,
    firstSeen: timeText(effort.first),
    lastSeen: timeText(effort.last),
    status: 'open',
    bits: effort.bits,
    bar: thousandths(effort.bar),
    decidedBy: effort.decidedBy,
    account: effort.rows.map((row) => ({ ...row, stream: effort.decidedBy, evidence: evidenceOf(row) })),
    shape: techniques[0] === 'T1595.002' ? 'vulnerability' : shapeOf(dossier, techniques, undefined),
    methods: [...(effort.methods ?? methodsOf(dossier))],
    probes,
    targets: { ...targetsOf(dossier, services.length), ...effort.asked },
    services: services.slice(0, SERVICES_SHOWN),
    order,
    rate: seconds > 0 ? probes / seconds : 0,
    tool: best(toolOf(marks, dossier, 0), effort.tool ?? null),
    wordlist: effort.wordlist ?? null,
    learned,
    advice: [],
    followedBy: [],
    related: [],
    triage: {
      class: aim.class,
      targetedness: aim.points,
      priority: 0,
      reasons: [effort.reason, ...progressText(effort.progress), ...aim.reasons],
      rejected: [...effort.rejected],
    },
    ...(effort.progress && { progress: effort.progress }),
    inputs: [...context.inputs],
    caveats: [
      ...context.caveats,
      'Members are claimed addresses: a forged one costs its sender nothing.',
      ...(effort.caveats ?? []),
    ],
  };
}

/** Of names that were shared out: it is the campaign that asked one site for all of them. */
function aimOfAll({ names }: CampaignVerdict, { asked }: Effort, aim: Aim): Aim {
  return names?.watch && asked ? { ...aim, names: Math.max(asked.paths, asked.names) } : aim;
}

const sum = (members: readonly { readonly probes: number }[]): number =>
  members.reduce((total, { probes }) => total + probes, 0);

/** What is kept of a campaign's services is of single members, or counts repeats: none took more than all that was sent. */
function servicesAmong(services: Finding['services'], probes: number): Finding['services'] {
  if (services.length === 1) return [{ ...services[0], probes }];
  return services.map((service) => ({ ...service, probes: Math.min(service.probes, probes) }));
}

function effortOf(verdict: CampaignVerdict, context: ReportContext): Effort {
  if (verdict.parent) return ofPrefix(verdict.parent);
  return verdict.names
    ? { ...ofNames(verdict.names, context), bar: verdict.bar }
    : { ...ofCrowds(verdict.crowds), progress: progressOfCrowds(verdict) };
}

/** That targets were shared out. */
const SHARED = REASONS[REASONS.length - 1];

/** The /24 that the members came to, and how much of them is done; of IPv6 there is no range to speak of. */
function progressOfCrowds({ crowds, dossier }: CampaignVerdict): Progress | undefined {
  if (dossier.visits.upper.length > 0 || dossier.visits.address.length === 0) return undefined;
  const { address } = dossier.visits;
  const of = 256 * new Set(address.map((word) => word >>> 8)).size;
  const times = crowds[0].visits;
  return progressOf({ what: 'addresses', within: blocksText(address), done: dossier.addresses.size, of, times });
}

function ofCrowds(crowds: readonly Crowd[]): Effort {
  const [crowd] = crowds;
  const members = membersOf(crowds);
  return {
    id: idOf('crowd', [crowd.protocol, crowd.port, crowd.look >>> 0, 0], crowd.first),
    decidedBy: 'crowd',
    bits: crowd.bits,
    bar: crowd.bar,
    first: Math.min(...crowds.map(({ first }) => first)),
    last: Math.max(...crowds.map(({ last }) => last)),
    probes: crowds.reduce((sum, { hits }) => sum + hits, 0),
    members,
    rows: crowd.rows,
    order: crowd.order,
    ...(crowd.kind === 'pack' ? ofPack(members.length) : ofOrder(members.length, crowd)),
  };
}

type Said = Pick<Effort, 'reason' | 'rejected' | 'caveats'>;

/** Its members came in an order, or shared targets out: either is held against sources that choose on their own. */
function ofOrder(members: number, { rows, order, look }: Crowd): Said {
  const isShared = rows.some(({ reason }) => reason === SHARED);
  return {
    reason: `${members} sources${look === 0 ? '' : ', whose packets look alike,'} share one effort`,
    rejected: [
      ...(order === null ? [] : ['unrelated sources: their targets would come in no order']),
      ...(isShared ? ['unrelated sources: some would have come to the same targets'] : []),
    ],
  };
}

/** Each of its members looked around by itself; that they belong together is not shown by what they did. */
function ofPack(members: number): Said {
  return {
    reason: `${members} sources looked for the same in vain, each too little to be found alone`,
    rejected: [
      'clients of something that moved, failed or was closed: each target is counted once, whoever else misses it',
      'visitors who mistype: who has missed seldom misses again at another address or port',
    ],
    caveats: [
      'Unrelated scanners that look for the same would look so, too: only what they look for joins the members.',
    ],
  };
}

function ofPrefix(parent: Parent): Effort {
  const { prefix, prefixBits, bits, bar, first, last, contacts, misses, samples } = parent;
  const members = membersOf([parent]);
  const price = Math.log2(members.length);
  const prefixName = formatPrefix(prefix, 0, prefixBits);
  return {
    id: idOf('prefix', prefix, first),
    decidedBy: 'parent',
    bits,
    bar,
    first,
    last,
    probes: contacts,
    members,
    rows: [
      {
        reason: `misses of all addresses of ${prefixName}, each target once`,
        bits: bits + price,
        contacts: misses,
        samples,
      },
      { reason: `one of ${members.length} addresses could have done it`, bits: -price, contacts: 0, samples: [] },
    ],
    order: null,
    reason: `${members.length} addresses of ${prefixName} share one effort; none of them explains it alone`,
    rejected: [
      'one address among innocent neighbours: each of them had too little to be found, and its choice is paid for',
      'neighbours who miss the same (a moved server, a stale name): each target is counted once, whoever misses it',
    ],
  };
}

/** Members of all the crowds, with their probes at all services, most first. */
function membersOf(crowds: readonly Pick<Crowd, 'members'>[]): NonNullable<Finding['members']> {
  const probesOf = new Map<string, number>();
  for (const { members } of crowds)
    for (const { source, probes } of members) {
      const address = formatAddress(source, 0);
      probesOf.set(address, (probesOf.get(address) ?? 0) + probes);
    }
  const members = [...probesOf].map(([address, probes]) => ({ address, probes }));
  return members.sort((a, b) => b.probes - a.probes || (a.address < b.address ? -1 : 1));
}
