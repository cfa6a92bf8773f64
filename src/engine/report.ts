import { toolOf } from '../detect/tools.ts';
import type { Crowd, CrowdRow } from '../detect/crowd.ts';
import { detectors } from '../detect/index.ts';
import type { AccountRow, Finding, Learned } from '../finding/finding.ts';
import { timeText } from '../finding/time.ts';
import { adviceOn } from '../learn/advice.ts';
import type { Banners } from '../learn/banners.ts';
import type { Dossier, Lesson, Visit } from '../ledger/dossier.ts';
import type { Home } from '../ledger/home.ts';
import { Flag } from '../ledger/ledger.ts';
import { METHODS, Outcome, Proof } from '../record/contact.ts';
import { formatAddress } from '../record/address.ts';
import { HINTS } from '../record/hint.ts';
import { hash4 } from '../table/hash.ts';
import { longestIncreasing, orderLog2P } from '../table/order.ts';
import { tryInnocence } from '../triage/innocent.ts';
import { targetedness } from '../triage/targeted.ts';
import type { AccountCopy, CrowdVerdict, Verdict } from './judge.ts';

/** What findings are written with. */
export interface ReportContext {
  readonly inputs: readonly string[];
  readonly home: Home;
  readonly banners: Banners;
  /** what earlier findings of this run learned already: `address protocol port` */
  readonly known: Set<string>;
  readonly caveats: readonly string[];
}

const STREAMS = detectors.map(({ name }) => name as Finding['decidedBy']);
const REASONS = detectors.flatMap(({ name, reasons }) => reasons.map((reason) => ({ stream: name as Finding['decidedBy'], reason })));
const SERVICES_SHOWN = 100;

const PROTOCOLS: Readonly<Record<number, string>> = { 0: 'arp', 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'icmp6', 132: 'sctp' };
const protocolName = (number: number): string => PROTOCOLS[number] ?? `ip-${number}`;
/** Protocols whose "port" is one, and not an ICMP type or a protocol number. */
const hasPorts = (protocol: number): boolean => protocol === 6 || protocol === 17 || protocol === 132;

/** The id of a finding: the same for the same source and first probe, whatever else is in the data. */
function idOf(kind: string, words: ArrayLike<number>, time: number): string {
  const high = Math.floor(time / 2 ** 32);
  const low = time % 2 ** 32 >>> 0;
  const a = hash4(kind.charCodeAt(0), words[0], words[1], words[2], words[3]);
  const b = hash4(kind.charCodeAt(1), high, low, a, words[3]);
  const c = hash4(kind.charCodeAt(2), b, a, low, high);
  return `${kind}-${b.toString(16).padStart(8, '0')}${c.toString(16).padStart(8, '0')}`;
}

/** One source's episode → a finding. */
export function findingOf(verdict: Verdict, context: ReportContext): Finding {
  const { dossier, account } = verdict;
  const own = (account.flags & Flag.own) !== 0;
  const seconds = (dossier.last - dossier.first) / 1e6;
  const proven = (account.flags & Flag.proven) !== 0;
  const learned = learnedOf(dossier, context);
  const { rows, bits, decidedBy } = accountOf(account, context.inputs);
  const trials = tryInnocence(dossier, account.flags);
  const innocent = explainable(account, dossier.bar) ? trials.find(({ holds }) => holds) : undefined;
  const aim = targetedness(dossier, addressesIn(context.home));
  const services = servicesOf(dossier);
  return {
    id: idOf('scan', dossier.source, dossier.first),
    kind: 'scan',
    techniques: techniquesOf(account, own),
    source: { address: formatAddress(dossier.source, 0), proven },
    firstSeen: timeText(dossier.first),
    lastSeen: timeText(dossier.last),
    status: verdict.closed ? 'closed' : 'open',
    bits,
    bar: round(dossier.bar),
    decidedBy,
    account: rows,
    shape: shapeOf(dossier),
    methods: methodsOf(dossier),
    probes: dossier.probes,
    targets: { addresses: dossier.addresses.size, ports: services.length, paths: 0, names: 0 },
    services: services.slice(0, SERVICES_SHOWN),
    order: orderOf(dossier.visits, dossier.addresses.size),
    rate: seconds > 0 ? dossier.probes / seconds : 0,
    tool: toolOf(account.marks, dossier, account.hint),
    wordlist: null,
    learned,
    advice: own ? [] : adviceOn(learned),
    followedBy: [],
    related: [],
    triage: {
      class: innocent ? 'innocent' : aim.class,
      targetedness: innocent ? 0 : Math.min(100, aim.points),
      priority: innocent ? 0 : priorityOf(aim.points, learned.length),
      reasons: innocent ? [`${innocent.name}: ${innocent.because}`] : [...aim.reasons],
      rejected: trials.filter(({ holds }) => !holds).map(({ name, because }) => `${name}: ${because}`),
    },
    inputs: [...dossier.inputs].sort((a, b) => a - b).map((input) => context.inputs[input]),
    caveats: caveatsOf(dossier, proven, own, context),
  };
}

const CONTENT = STREAMS.indexOf('content');
/** Streams whose evidence is what was tried, not how: innocent habits can bring it about. */
const HABITUAL = ['misses', 'novelty'].map((name) => STREAMS.indexOf(name as Finding['decidedBy']));

/** Whether an innocent habit could explain the account: nothing else in it reaches the bar. */
const explainable = ({ bits }: AccountCopy, bar: number): boolean =>
  bits.every((value, stream) => HABITUAL.includes(stream) || value < bar);

/** Streams that tell that addresses and ports were looked over; a mark only tells with what. */
const LOOKING = ['misses', 'novelty', 'stray'].map((name) => STREAMS.indexOf(name as Finding['decidedBy']));

/** T1595.001 for looking who answers; T1595.002 for requests that look for versions or weaknesses; most bits first. */
function techniquesOf(account: AccountCopy, own: boolean): string[] {
  if (own) return ['T1046'];
  const { vulnerability = false } = HINTS[account.hint];
  if (!vulnerability) return ['T1595.001'];
  const looking = Math.max(...LOOKING.map((stream) => account.bits[stream]));
  return looking > account.bits[CONTENT] ? ['T1595.001', 'T1595.002'] : ['T1595.002', 'T1595.001'];
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

/** Targetedness, raised by what was learned: priority never counts packets. */
const priorityOf = (points: number, learned: number): number => Math.min(100, Math.round(10 + 0.6 * points + 10 * Math.min(3, Math.log2(1 + learned))));

function addressesIn(home: Home): number {
  let sum = 0;
  for (const network of home.networks) if (!network.includes(':')) sum += 2 ** (32 - Number(network.split('/')[1]));
  return sum;
}

/** Rows of all streams, the deciding one first, and its total. */
function accountOf(account: AccountCopy, inputs: readonly string[]): { rows: AccountRow[]; bits: number; decidedBy: Finding['decidedBy'] } {
  const best = account.bits.indexOf(Math.max(...account.bits));
  const decidedBy = STREAMS[best];
  const rows: AccountRow[] = [];
  REASONS.forEach(({ stream, reason }, at) => {
    if (account.rowCount[at] === 0) return;
    const samples = account.samples.filter((sample) => sample.reason === at);
    const evidence = samples.map(({ input, record, time }) => ({ input: inputs[input], record, time: timeText(time) }));
    rows.push({ stream, bits: account.rowBits[at], reason, contacts: account.rowCount[at], evidence });
  });
  rows.push({ stream: decidedBy, bits: -Math.log2(STREAMS.length), reason: `best of ${STREAMS.length} streams`, contacts: 0, evidence: [] });
  const decides = (row: AccountRow): number => (row.stream === decidedBy ? 0 : 1);
  const sorted = rows.sort((a, b) => decides(a) - decides(b));
  const bits = sorted.reduce((sum, row) => (row.stream === decidedBy ? sum + row.bits : sum), 0);
  return { rows: sorted, bits, decidedBy };
}

function shapeOf({ addresses, services }: Dossier): Finding['shape'] {
  if (addresses.size >= 4 && services.size >= 4) return 'block-scan';
  if (addresses.size > services.size) return 'address-scan';
  return services.size > 1 ? 'port-scan' : 'single-service';
}

function methodsOf({ methods }: Dossier): string[] {
  const used = METHODS.map((name, method) => ({ name, count: methods[method] })).filter(({ name, count }) => name !== null && count > 0);
  return used.sort((a, b) => b.count - a.count).map(({ name }) => name as string);
}

function servicesOf({ services }: Dossier): Finding['services'] {
  return services.sorted().map(([key, probes]) => ({ protocol: protocolName(key >>> 16), port: key & 0xffff, probes }));
}

/** Bits of order below which a sequence counts as random. */
const ORDERED = -20;
const ENOUGH_VISITS = 12;

function orderOf(visits: readonly Visit[], addresses: number): Finding['order'] {
  const inTime = visits.toSorted((a, b) => a.time - b.time || a.record - b.record);
  const seen = new Set<number>();
  const byAddress = addresses >= ENOUGH_VISITS;
  const values: number[] = [];
  for (const { address, port } of inTime) {
    const value = byAddress ? address : port;
    if (seen.has(value)) continue;
    seen.add(value);
    values.push(value);
  }
  if (values.length < ENOUGH_VISITS) return null;
  const isOrdered = (list: number[]): boolean => orderLog2P(list.length, longestIncreasing(list)) < ORDERED;
  if (isOrdered(values)) return 'sequential';
  if (isOrdered(values.map((value) => -value))) return 'descending';
  return byAddress && isOrdered(values.map(reversed)) ? 'reverse-byte' : 'permuted';
}

const reversed = (word: number): number =>
  (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;

function learnedOf(dossier: Dossier, { banners, known }: ReportContext): Learned[] {
  const seen = new Set<string>();
  const facts: Learned[] = [];
  for (const lesson of dossier.learned) {
    const fact = factOf(dossier, lesson, banners, known);
    const key = `${fact.address} ${fact.protocol} ${fact.port ?? ''}`;
    if (seen.has(key)) continue;
    seen.add(key);
    facts.push(fact);
  }
  for (const key of seen) known.add(key);
  return facts.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : (a.port ?? 0) - (b.port ?? 0)));
}

function factOf(dossier: Dossier, lesson: Lesson, banners: Banners, known: ReadonlySet<string>): Learned {
  const { target, port, protocol } = lesson;
  const address = formatAddress(target, 0);
  const name = protocolName(protocol);
  if (!hasPorts(protocol)) return { address, protocol: name, state: 'up', firstTime: !known.has(`${address} ${name} `) };
  const told = banners.find(dossier.source, target, port, protocol);
  return {
    address,
    protocol: name,
    port,
    state: 'open',
    ...(told?.service && { service: told.service }),
    ...(told?.banner && { banner: told.banner }),
    firstTime: !known.has(`${address} ${name} ${port}`),
  };
}

function caveatsOf(dossier: Dossier, proven: boolean, own: boolean, context: ReportContext): string[] {
  const caveats = [...context.caveats];
  if (!proven) caveats.push('The address is claimed, not proven: no handshake was completed, so it could be forged.');
  if (own && context.home.inferred) caveats.push('Own network inferred: this source counts as ours.');
  if (dossier.unkept > 0) caveats.push(`${dossier.unkept} answers were too many to list.`);
  if (dossier.outcomes[Outcome.unknown] > 0)
    caveats.push(`How ${dossier.outcomes[Outcome.unknown]} contacts ended could not be seen.`);
  if ((dossier.proof & Proof.continued) !== 0) caveats.push('Answers were not visible; that they came is told by the source going on.');
  return caveats;
}

/** Crowds of the same members → a campaign. */
export function campaignOf({ crowds, dossier, marks }: CrowdVerdict, context: ReportContext): Finding {
  const [crowd] = crowds;
  const first = Math.min(...crowds.map((one) => one.first));
  const last = Math.max(...crowds.map((one) => one.last));
  const seconds = (last - first) / 1e6;
  const probes = crowds.reduce((sum, { hits }) => sum + hits, 0);
  const members = membersOf(crowds);
  const learned = learnedOf(dossier, context);
  const samplesOf = (row: CrowdRow): AccountRow['evidence'] =>
    row.samples.map(({ input, record, time }) => ({ input: context.inputs[input], record, time: timeText(time) }));
  const rowOf = (row: CrowdRow): AccountRow => ({ ...row, stream: 'crowd', evidence: samplesOf(row) });
  return {
    id: idOf('crowd', [crowd.protocol, crowd.port, 0, 0], crowd.first),
    kind: 'campaign',
    techniques: ['T1595.001'],
    source: null,
    members,
    memberCount: members.length,
    firstSeen: timeText(first),
    lastSeen: timeText(last),
    status: 'open',
    bits: crowd.bits,
    bar: round(crowd.bar),
    decidedBy: 'crowd',
    account: crowd.rows.map(rowOf),
    shape: shapeOf(dossier),
    methods: methodsOf(dossier),
    probes,
    targets: { addresses: dossier.addresses.size, ports: crowds.length, paths: 0, names: 0 },
    services: crowds.map(({ protocol, port, hits }) => ({ protocol: protocolName(protocol), port, probes: hits })),
    order: crowd.order ?? orderOf(dossier.visits, dossier.addresses.size),
    rate: seconds > 0 ? probes / seconds : 0,
    tool: toolOf(marks, dossier, 0),
    wordlist: null,
    learned,
    advice: adviceOn(learned),
    followedBy: [],
    related: [],
    triage: {
      class: 'background',
      targetedness: 0,
      priority: priorityOf(20, learned.length),
      reasons: [`${members.length} sources share one effort`],
      rejected: ['unrelated sources: their targets would neither come in order nor avoid each other'],
    },
    inputs: [...context.inputs],
    caveats: [...context.caveats, 'Members are claimed addresses: a forged one costs its sender nothing.'],
  };
}

/** Members of all the crowds, with their probes at all services, most first. */
function membersOf(crowds: readonly Crowd[]): NonNullable<Finding['members']> {
  const probesOf = new Map<string, number>();
  for (const { members } of crowds)
    for (const { source, probes } of members) {
      const address = formatAddress(source, 0);
      probesOf.set(address, (probesOf.get(address) ?? 0) + probes);
    }
  const members = [...probesOf].map(([address, probes]) => ({ address, probes }));
  return members.sort((a, b) => b.probes - a.probes || (a.address < b.address ? -1 : 1));
}
