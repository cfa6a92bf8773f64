import type { Processes } from '../../correlate/process/process.ts';
import { toolOf } from '../../detect/tools.ts';
import { packagesOf } from '../../detect/web/packages.ts';
import type { WordlistMatcher } from '../../detect/wordlists.ts';
import type { Finding } from '../../finding/finding.ts';
import { timeText } from '../../finding/time.ts';
import type { Banners } from '../../learn/banners.ts';
import type { Dossier } from '../../ledger/dossier.ts';
import type { Home } from '../../ledger/home.ts';
import type { Knowledge } from '../../ledger/knowledge.ts';
import type { Quest } from '../../ledger/quest.ts';
import { Flag } from '../../ledger/account.ts';
import { formatAddress } from '../../record/address.ts';
import { Method, Outcome, Proof } from '../../record/contact.ts';
import { Asked, Reply } from '../../record/request.ts';
import { rejectedOf, tryInnocence } from '../../triage/innocent.ts';
import type { Known, KnownPolicy, OwnPrefix } from '../../triage/known.ts';
import type { Suspect } from '../../triage/suspect.ts';
import { targetedness } from '../../triage/targeted.ts';
import { share } from '../../triage/trial.ts';
import { sharing } from '../../triage/crowds.ts';
import { accountOf, STREAMS } from './account-rows.ts';
import { aimOf } from './aim.ts';
import { type Aims, aimsOf, askingTool, crawlerOf, movedOf, wordlistOf } from './asked.ts';
import { grantedTo, mailServices, usedByOthers } from './missed-services.ts';
import { learnedOf } from './facts.ts';
import { formsOf } from './forms.ts';
import { labelsOf } from './labels.ts';
import { readsOf } from './reads.ts';
import { best, idOf, methodsOf, orderOf, round, SERVICES_SHOWN, servicesOf, shapeOf, targetsOf } from './features.ts';
import type { AccountCopy, Verdict } from '../verdict.ts';
import type { Tally } from './tally.ts';
import { techniquesOf } from './techniques.ts';

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
  /** whether the source of a dossier gives addresses away (DHCP) */
  readonly givesAddresses?: (dossier: Dossier) => boolean;
  /** what is known of targets at the end of the data */
  readonly knowledge?: Knowledge;
  /** whether others come for a host, by its hash, at the end of the data */
  readonly isVisited?: (host: number) => boolean;
  /** loaded when the first list is looked for */
  readonly wordlists: () => WordlistMatcher;
}

/** One source's episode → a finding. */
export function findingOf(verdict: Verdict, context: ReportContext): Finding {
  const { dossier, account } = verdict;
  const { processes } = context;
  const own = (account.flags & Flag.own) !== 0 || processes?.isHost(dossier.source) === true;
  const seconds = (dossier.last - dossier.first) / 1e6;
  const proven = isProven(verdict);
  const learned = learnedOf([dossier], context);
  const { rows, bits, decidedBy } = accountOf(account, context.inputs);
  const aims = dossier.quest && aimsOf(dossier.quest);
  const habit = context.habitOf?.(dossier);
  const givesAddresses = context.givesAddresses?.(dossier) ?? false;
  const wordlist = wordlistOf(dossier, context.wordlists);
  const isListed = wordlist !== null && wordlist.from > 0;
  const suspect = {
    ...suspectOf(dossier, aims, habit, context),
    givesAddresses,
    listed: isListed,
    reads: dossier.quest && readsOf(dossier.quest, context.wordlists),
  };
  const trials = tryInnocence(suspect);
  const innocent = trials.find(({ holds, inAnyOrder }) => holds && explainable(account, dossier.bar, inAnyOrder));
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
    wordlist,
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

/** Said of one source; of many, each is one. */
export const CLAIMED = 'The address is claimed, not proven: no handshake was completed, so it could be forged.';

/** Services by which the processes are looked up that made the contacts of an own source. */
const SERVICES_JOINED = 64;

/** The processes that made an own source's contacts. */
function makersOf(dossier: Dossier, processes: Processes | undefined): Finding['related'] {
  if (!processes) return [];
  const services = dossier.services.sorted().slice(0, SERVICES_JOINED);
  const makers = processes.of(
    dossier.source,
    dossier.first,
    dossier.last,
    services.map(([key]) => key),
  );
  return makers.map((why) => ({ technique: 'T1046', why }));
}

function suspectOf(
  dossier: Dossier,
  aims: Aims | undefined,
  habit: Suspect['habit'],
  { knowledge, isVisited }: ReportContext,
): Suspect {
  const { addresses, services, probes, methods, outcomes, traced, exchanged, proof, first, last, quest } = dossier;
  const returned = Proof.handshake | Proof.exchange;
  return {
    addresses: addresses.size,
    services: services.size,
    probes,
    answered: outcomes[Outcome.answered],
    missed: outcomes[Outcome.refused] + outcomes[Outcome.unanswered],
    traced,
    datagrams: methods[Method.udp],
    inVain: knowledge && usedByOthers(dossier, knowledge),
    granted: knowledge && grantedTo(dossier, knowledge),
    hosts: quest && isVisited && { asked: quest.hosts.size, visited: quest.hosts.count(isVisited) },
    mailServices: mailServices(dossier),
    exchanged,
    cameBack: (proof & returned) === returned,
    lasted: last - first,
    names: quest ? Math.max(quest.paths.size, quest.hosts.size) + quest.names.size : 0,
    namesMissed: quest?.missed ?? 0,
    pointed: aims?.counts.vulnerability ?? 0,
    crawler: quest ? crawlerOf(quest) : '',
    moved: quest ? movedOf(quest) : 0,
    forms: quest && formsOf(quest),
    labels: quest && labelsOf(quest),
    packages: quest ? packagesOf(quest.agents, quest.pathsAsked.all(), servedOf(quest)) : '',
    habit,
  };
}

/** Share of the requests that were answered. */
const servedOf = ({ replies }: Quest): number =>
  share(
    replies[Reply.answered],
    replies.reduce((sum, count) => sum + count, 0),
  );

/** Streams whose evidence is what was tried, not how: innocent habits can bring it about. */
const HABITUAL = ['misses', 'novelty'].map((name) => STREAMS.indexOf(name as Finding['decidedBy']));

const ORDER = STREAMS.indexOf('order');

/** Whether an innocent habit could explain the account: nothing else in it reaches the bar. */
const explainable = ({ bits }: AccountCopy, bar: number, inAnyOrder = false): boolean =>
  bits.every((value, stream) => HABITUAL.includes(stream) || (inAnyOrder && stream === ORDER) || value < bar);

/** Whether packets show a handshake, or a log of a server tells of one; what a proxy passes on is its word. */
const isProven = ({ account, dossier }: Verdict): boolean =>
  (account.flags & Flag.proven) !== 0 || ((dossier.proof & Proof.handshake) !== 0 && !dossier.isForwarded);

/** What is known of a source beside its dossier. */
interface Beside {
  readonly proven: boolean;
  readonly own: boolean;
  readonly habit: Suspect['habit'];
}

/** Share of its requests in which a source names other clients, until it may be a proxy. */
const NEARLY_ALL = 0.9;

function caveatsOf(dossier: Dossier, { proven, own, habit }: Beside, context: ReportContext): string[] {
  const caveats = [...context.caveats];
  if (!proven) caveats.push(CLAIMED);
  if (own && context.home.inferred) caveats.push('Own network inferred: this source counts as ours.');
  if (dossier.unkept > 0) caveats.push(`${dossier.unkept} answers were too many to list.`);
  const unseen = dossier.outcomes[Outcome.unknown];
  if (unseen > 0) caveats.push(`How ${unseen === 1 ? 'one contact' : `${unseen} contacts`} ended could not be seen.`);
  if ((dossier.proof & Proof.continued) !== 0)
    caveats.push('Answers were not visible; that they came is told by the source going on.');
  if (dossier.isForwarded) caveats.push('The address is what a proxy told (Forwarded, X-Forwarded-For).');
  const { quest } = dossier;
  if (quest && quest.hearsay > 0 && quest.hearsay >= NEARLY_ALL * quest.asked[Asked.path])
    caveats.push(
      'Its requests name other clients (Forwarded, X-Forwarded-For), which anybody can write; of a proxy of your own --proxy says that they are to be believed.',
    );
  const many = habit ? sharing(habit) : '';
  if (many !== '')
    caveats.push(`Several machines may share the address (NAT, proxy), or one pretends to be many: ${many}.`);
  return caveats;
}
