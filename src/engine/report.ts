import { Meaning, MEANINGS } from '../detect/meaning.ts';
import { toolOf } from '../detect/tools.ts';
import type { WordlistMatcher } from '../detect/wordlists.ts';
import { type Aims, aimsOf, askingTool, crawlerOf, type Fact, movedOf, namesLearned, wordlistOf } from './asked.ts';
import { aimOf } from './aim.ts';
import type { Processes } from '../correlate/process.ts';
import { detectors } from '../detect/index.ts';
import type { AccountRow, Finding, Learned } from '../finding/finding.ts';
import { timeText } from '../finding/time.ts';
import { factKey } from '../learn/exposures.ts';
import type { Banners } from '../learn/banners.ts';
import { type Dossier, inTime, type Lesson, type Visits } from '../ledger/dossier.ts';
import type { Home } from '../ledger/home.ts';
import { Flag } from '../ledger/ledger.ts';
import { Method, METHODS, Outcome, Proof } from '../record/contact.ts';
import { formatAddress } from '../record/address.ts';
import { HINTS } from '../record/hint.ts';
import { hash4 } from '../table/hash.ts';
import { distinct, longestIncreasing, orderLog2P, reversedBytes } from '../table/order.ts';
import { rejectedOf, tryInnocence } from '../triage/innocent.ts';
import type { Suspect } from '../triage/suspect.ts';
import type { Known, KnownPolicy, OwnPrefix } from '../triage/known.ts';
import { targetedness } from '../triage/targeted.ts';
import { sharing } from '../triage/visitors.ts';
import type { AccountCopy, Verdict } from './judge.ts';
import type { Tally } from './tally.ts';

/** What findings are written with. */
export interface ReportContext {
  readonly inputs: readonly string[];
  readonly home: Home;
  readonly banners: Banners;
  /** what earlier findings of this run learned already */
  readonly toldBefore: Set<string>;
  /** by id of a finding: how its probes ended */
  readonly tallies: Map<string, Tally>;
  /** by id of a finding: what it is traced from */
  readonly dossiers: Map<string, Dossier>;
  readonly caveats: readonly string[];
  /** what processes on our own hosts did; absent: no telemetry */
  readonly processes?: Processes;
  /** lists of known scanners, and what the operator makes of them; absent: nobody is known */
  readonly lists?: { readonly known: Known; readonly policy: KnownPolicy; readonly own?: readonly OwnPrefix[] };
  /** how the source of a dossier behaves */
  readonly habitOf?: (dossier: Dossier) => Suspect['habit'];
  /** loaded when the first list is looked for */
  readonly wordlists: () => WordlistMatcher;
}

const STREAMS = detectors.map(({ name }) => name as Finding['decidedBy']);
const REASONS = detectors.flatMap(({ name, reasons }) =>
  reasons.map((reason) => ({ stream: name as Finding['decidedBy'], reason })),
);
export const SERVICES_SHOWN = 100;

const PROTOCOLS: Readonly<Record<number, string>> = {
  0: 'arp',
  1: 'icmp',
  6: 'tcp',
  17: 'udp',
  58: 'icmp6',
  132: 'sctp',
};
export const protocolName = (number: number): string => PROTOCOLS[number] ?? `ip-${number}`;
/** Protocols whose "port" is one, and not an ICMP type or a protocol number. */
const hasPorts = (protocol: number): boolean => protocol === 6 || protocol === 17 || protocol === 132;

/** The id of a finding: the same for the same source and first probe, whatever else is in the data. */
export function idOf(kind: string, words: ArrayLike<number>, time: number): string {
  const high = Math.floor(time / 2 ** 32);
  const low = (time % 2 ** 32) >>> 0;
  const a = hash4(kind.charCodeAt(0), words[0], words[1], words[2], words[3]);
  const b = hash4(kind.charCodeAt(1), high, low, a, words[3]);
  const c = hash4(kind.charCodeAt(2), b, a, low, high);
  return `${kind}-${b.toString(16).padStart(8, '0')}${c.toString(16).padStart(8, '0')}`;
}

/** One source's episode → a finding. */
export function findingOf(verdict: Verdict, context: ReportContext): Finding {
  const { dossier, account } = verdict;
  const { processes } = context;
  const own = (account.flags & Flag.own) !== 0 || processes?.isHost(dossier.source) === true;
  const seconds = (dossier.last - dossier.first) / 1e6;
  const proven = (account.flags & Flag.proven) !== 0;
  const learned = learnedOf([dossier], context);
  const { rows, bits, decidedBy } = accountOf(account, context.inputs);
  const aims = dossier.quest && aimsOf(dossier.quest);
  const habit = context.habitOf?.(dossier);
  const suspect = suspectOf(dossier, aims, habit);
  const trials = tryInnocence(suspect);
  const innocent = explainable(account, dossier.bar) ? trials.find(({ holds }) => holds) : undefined;
  const order = orderOf(dossier.visits, dossier.addresses.size);
  const aim = targetedness(aimOf(dossier, own, order, context.home, aims));
  const services = servicesOf(dossier);
  const techniques = techniquesOf(account, dossier, aims, own);
  return {
    id: idOf('scan', dossier.source, dossier.first),
    kind: 'scan',
    techniques,
    source: { address: formatAddress(dossier.source, 0), proven },
    firstSeen: timeText(dossier.first),
    lastSeen: timeText(dossier.last),
    status: verdict.closed ? 'closed' : 'open',
    bits,
    bar: round(dossier.bar),
    decidedBy,
    account: rows,
    shape: shapeOf(dossier, techniques, aims),
    methods: methodsOf(dossier),
    probes: dossier.probes,
    targets: targetsOf(dossier, services.length),
    services: services.slice(0, SERVICES_SHOWN),
    order,
    rate: seconds > 0 ? dossier.probes / seconds : 0,
    tool: best(
      toolOf(account.marks, dossier, account.hint),
      dossier.quest ? askingTool(dossier.quest, techniques[0] === 'T1595.003') : null,
    ),
    wordlist: wordlistOf(dossier, context.wordlists),
    learned,
    advice: [],
    followedBy: [],
    related: own ? makersOf(dossier, processes) : [],
    triage: {
      class: innocent ? 'innocent' : aim.class,
      targetedness: innocent ? 0 : aim.points,
      priority: 0,
      reasons: innocent ? [`${innocent.name}: ${innocent.because}`] : [...aim.reasons],
      rejected: rejectedOf(trials),
    },
    inputs: [...dossier.inputs].sort((a, b) => a - b).map((input) => context.inputs[input]),
    caveats: caveatsOf(dossier, { proven, own, habit }, context),
  };
}

/** Services by which the processes are looked up that made the contacts of an own source. */
const SERVICES_JOINED = 64;

/** The processes that made an own source's contacts. */
function makersOf(dossier: Dossier, processes: Processes | undefined): Finding['related'] {
  const services = dossier.services.sorted().slice(0, SERVICES_JOINED);
  const makers =
    processes?.of(
      dossier.source,
      dossier.first,
      dossier.last,
      services.map(([key]) => key),
    ) ?? [];
  return makers.map((why) => ({ technique: 'T1046', why }));
}

const CONTENT = STREAMS.indexOf('content');
function suspectOf(dossier: Dossier, aims: Aims | undefined, habit: Suspect['habit']): Suspect {
  const { addresses, services, probes, outcomes, traced, exchanged, proof, first, last, quest } = dossier;
  const returned = Proof.handshake | Proof.exchange;
  return {
    addresses: addresses.size,
    services: services.size,
    probes,
    answered: outcomes[Outcome.answered],
    missed: outcomes[Outcome.refused] + outcomes[Outcome.unanswered],
    traced,
    exchanged,
    cameBack: (proof & returned) === returned,
    lasted: last - first,
    names: quest ? quest.paths.size + quest.names.size : 0,
    namesMissed: quest?.missed ?? 0,
    pointed: aims?.counts.vulnerability ?? 0,
    crawler: quest ? crawlerOf(quest) : '',
    moved: quest ? movedOf(quest) : 0,
    habit,
  };
}

/** Streams whose evidence is what was tried, not how: innocent habits can bring it about. */
const HABITUAL = ['misses', 'novelty'].map((name) => STREAMS.indexOf(name as Finding['decidedBy']));

/** Whether an innocent habit could explain the account: nothing else in it reaches the bar. */
const explainable = ({ bits }: AccountCopy, bar: number): boolean =>
  bits.every((value, stream) => HABITUAL.includes(stream) || value < bar);

/** Streams that tell that addresses and ports were looked over; a mark only tells with what. */
const LOOKING = ['misses', 'novelty', 'stray'].map((name) => STREAMS.indexOf(name as Finding['decidedBy']));

/** Rows of misses and of order that are about names, and not about addresses and ports. */
const NAMES_ASKED = REASONS.map(
  ({ stream, reason }) => (stream === 'misses' || stream === 'order') && reason.startsWith('asked for '),
);
/** The row of content that is about names, too. */
const NEXT_ASKED = REASONS.findIndex(({ reason }) => reason === MEANINGS[Meaning.next]);

/** Bits under which a technique is not named beside others. */
const SHOWN = 8;
/** log2 of how much more often a request is one for a weakness when it is weaknesses that are looked for, and of how much less often a plain guess is made then. */
const POINTED = 2.6;
const PLAIN = 1.2;

/**
 * Each technique with its own bits, most first: .001 for who answers where, .002 for weaknesses and versions, .003 for
 * names. Between the last two the make-up of the requests decides: a wordlist holds a few names of weaknesses, and a
 * scanner for weaknesses makes some plain guesses.
 */
function techniquesOf(account: AccountCopy, dossier: Dossier, aims: Aims | undefined, own: boolean): string[] {
  if (own) return ['T1046'];
  let names = 0;
  let missed = 0;
  account.rowBits.forEach((bits, row) => {
    if (NAMES_ASKED[row]) names += bits;
    else if (REASONS[row].stream === 'misses') missed += bits;
  });
  const { vulnerability = false } = HINTS[account.hint];
  const content = account.bits[CONTENT] - account.rowBits[NEXT_ASKED];
  const pointed = aims ? aims.counts.vulnerability + aims.counts.fingerprinting : 0;
  // Every address may be asked for under one name of its own, the address itself mostly; more names than that are guesses.
  const hosts = Math.max(0, (dossier.quest?.hostsAsked.length ?? 0) - Math.max(1, dossier.addresses.size));
  const plain = dossier.quest ? Math.max(0, dossier.quest.missed + hosts - pointed) : 0;
  const lean = POINTED * pointed - PLAIN * plain;
  const looking = Math.max(missed, ...LOOKING.slice(1).map((stream) => account.bits[stream]));
  const scores: [string, number][] = [
    ['T1595.001', looking],
    ['T1595.002', vulnerability || dossier.quest ? content + Math.max(0, lean) : 0],
    ['T1595.003', names + account.rowBits[NEXT_ASKED] + Math.max(0, -lean)],
  ];
  const shown = scores.filter(([, bits]) => bits >= SHOWN).sort((a, b) => b[1] - a[1]);
  return shown.length > 0 ? shown.map(([id]) => id) : ['T1595.001'];
}

export const best = (one: Finding['tool'], other: Finding['tool']): Finding['tool'] =>
  one && (!other || one.bits > other.bits) ? one : other;

export const targetsOf = ({ addresses, quest }: Dossier, ports: number): Finding['targets'] => ({
  addresses: addresses.size,
  ports,
  paths: quest?.paths.size ?? 0,
  names: (quest?.names.size ?? 0) + (quest?.hosts.size ?? 0),
});

export const round = (value: number): number => Math.round(value * 1000) / 1000;

/** Rows of all streams, the deciding one first, and its total. */
function accountOf(
  account: AccountCopy,
  inputs: readonly string[],
): { rows: AccountRow[]; bits: number; decidedBy: Finding['decidedBy'] } {
  const best = account.bits.indexOf(Math.max(...account.bits));
  const decidedBy = STREAMS[best];
  const rows: AccountRow[] = [];
  REASONS.forEach(({ stream, reason }, at) => {
    if (account.rowCount[at] === 0) return;
    const samples = account.samples.filter((sample) => sample.reason === at);
    const evidence = samples.map(({ input, record, time, bits }) => ({
      input: inputs[input],
      record,
      time: timeText(time),
      bits,
    }));
    rows.push({ stream, bits: account.rowBits[at], reason, contacts: account.rowCount[at], evidence });
  });
  rows.push({
    stream: decidedBy,
    bits: -Math.log2(STREAMS.length),
    reason: `best of ${STREAMS.length} streams`,
    contacts: 0,
    evidence: [],
  });
  const decides = (row: AccountRow): number => (row.stream === decidedBy ? 0 : 1);
  const sorted = rows.sort((a, b) => decides(a) - decides(b));
  const bits = sorted.reduce((sum, row) => (row.stream === decidedBy ? sum + row.bits : sum), 0);
  return { rows: sorted, bits, decidedBy };
}

export function shapeOf({ addresses, services }: Dossier, [first]: readonly string[], aims?: Aims): Finding['shape'] {
  if (first === 'T1595.003') return 'wordlist';
  if (first === 'T1595.002' && aims)
    return aims.counts.fingerprinting > aims.counts.vulnerability ? 'fingerprinting' : 'vulnerability';
  if (addresses.size >= 4 && services.size >= 4) return 'block-scan';
  if (addresses.size > services.size) return 'address-scan';
  return services.size > 1 ? 'port-scan' : 'single-service';
}

export function methodsOf({ methods }: Dossier): string[] {
  const used = METHODS.map((name, method) => ({ name, count: methods[method] })).filter(
    ({ name, count }) => name !== null && count > 0,
  );
  return used.sort((a, b) => b.count - a.count).map(({ name }) => name as string);
}

export function servicesOf({ services }: Dossier): Finding['services'] {
  return services.sorted().map(([key, probes]) => ({ protocol: protocolName(key >>> 16), port: key & 0xffff, probes }));
}

/** Bits of order below which a sequence counts as random. */
const ORDERED = -20;
const ENOUGH_VISITS = 12;

export function orderOf(visits: Visits, addresses: number): Finding['order'] {
  const byAddress = addresses >= ENOUGH_VISITS;
  const column = byAddress ? visits.address : visits.port;
  const values = distinct(inTime(visits).map((at) => column[at]));
  if (values.length < ENOUGH_VISITS) return null;
  const isOrdered = (list: number[]): boolean => orderLog2P(list.length, longestIncreasing(list)) < ORDERED;
  if (isOrdered(values)) return 'sequential';
  if (isOrdered(values.map((value) => -value))) return 'descending';
  return byAddress && isOrdered(values.map(reversedBytes)) ? 'reverse-byte' : 'permuted';
}

export function learnedOf(dossiers: readonly Dossier[], { banners, toldBefore }: ReportContext): Learned[] {
  const facts = new Map<string, Learned>();
  const all = dossiers.flatMap((dossier) => [
    ...dossier.learned.map((lesson) => factOf(dossier, lesson, banners)),
    ...namesLearned(dossier),
  ]);
  if (dossiers.length > 1) all.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  for (const fact of all) {
    const key = `${fact.state === 'up' ? `${fact.protocol} ${fact.service}` : ''} ${factKey(fact)}`;
    if (!facts.has(key)) facts.set(key, { ...fact, firstTime: !toldBefore.has(key) });
  }
  for (const key of facts.keys()) toldBefore.add(key);
  const order = (a: Learned, b: Learned): number =>
    a.address < b.address ? -1 : a.address > b.address ? 1 : (a.port ?? 0) - (b.port ?? 0);
  return [...facts.values()].sort(order);
}

/** What kind of ICMP message a host answered. */
const ICMP_SERVICES: Readonly<Record<number, string>> = {
  [Method.icmpEcho]: 'echo',
  [Method.icmpTimestamp]: 'timestamp',
  [Method.icmpMask]: 'address mask',
};

function factOf(dossier: Dossier, lesson: Lesson, banners: Banners): Fact {
  const { target, port, protocol, method } = lesson;
  const address = formatAddress(target, 0);
  const name = protocolName(protocol);
  const at = timeText(lesson.time);
  const kind = ICMP_SERVICES[method];
  if (!hasPorts(protocol)) return { address, protocol: name, state: 'up', ...(kind && { service: kind }), at };
  const told = banners.find(dossier.source, target, port, protocol);
  return {
    address,
    protocol: name,
    port,
    state: 'open',
    ...(told?.service && { service: told.service }),
    ...(told?.banner && { banner: told.banner }),
    at,
  };
}

/** What is known of a source beside its dossier. */
interface Beside {
  readonly proven: boolean;
  readonly own: boolean;
  readonly habit: Suspect['habit'];
}

function caveatsOf(dossier: Dossier, { proven, own, habit }: Beside, context: ReportContext): string[] {
  const caveats = [...context.caveats];
  if (!proven) caveats.push('The address is claimed, not proven: no handshake was completed, so it could be forged.');
  if (own && context.home.inferred) caveats.push('Own network inferred: this source counts as ours.');
  if (dossier.unkept > 0) caveats.push(`${dossier.unkept} answers were too many to list.`);
  const unseen = dossier.outcomes[Outcome.unknown];
  if (unseen > 0) caveats.push(`How ${unseen === 1 ? 'one contact' : `${unseen} contacts`} ended could not be seen.`);
  if ((dossier.proof & Proof.continued) !== 0)
    caveats.push('Answers were not visible; that they came is told by the source going on.');
  if (dossier.isForwarded) caveats.push('The address is what a proxy told (Forwarded, X-Forwarded-For).');
  const many = habit ? sharing(habit) : '';
  if (many !== '')
    caveats.push(`Several machines may share the address (NAT, proxy), or one pretends to be many: ${many}.`);
  return caveats;
}
