import { thousandths } from '../../finding/canonical.ts';
import type { Processes } from '../../correlate/process/process.ts';
import { toolOf } from '../../detect/tools.ts';
import type { Finding } from '../../finding/finding.ts';
import { timeText } from '../../finding/time.ts';
import type { Dossier } from '../../ledger/dossier.ts';
import { Flag } from '../../ledger/account.ts';
import { formatAddress } from '../../record/address.ts';
import { Proof } from '../../record/contact.ts';
import { rejectedOf, tryInnocence } from '../../triage/innocent.ts';
import { targetedness } from '../../triage/targeted.ts';
import { accountOf, HABITUAL, STREAMS } from './account-rows.ts';
import { aimOf } from './aim.ts';
import { aimsOf, askingTool, wordlistOf } from './asked.ts';
import { caveatsOf } from './caveats.ts';
import type { ReportContext } from './context.ts';
import { learnedOf } from './facts.ts';
import { best, idOf, methodsOf, orderOf, SERVICES_SHOWN, servicesOf, shapeOf, targetsOf } from './features.ts';
import type { AccountCopy, Verdict } from '../verdict.ts';
import { suspectOf } from './suspected.ts';
import { techniquesOf } from './techniques.ts';

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
  const wordlist = wordlistOf(dossier, context.wordlists);
  const suspect = suspectOf(dossier, { aims, isListed: wordlist !== null && wordlist.from > 0 }, context);
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
    bar: thousandths(dossier.bar),
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
    caveats: caveatsOf(dossier, { proven, own, habit: suspect.habit }, context),
  };
}

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

/** Whether an innocent habit could explain the account: nothing else in it reaches the bar. */
const explainable = ({ bits }: AccountCopy, bar: number, inAnyOrder = false): boolean =>
  bits.every(
    (value, stream) => value < bar || HABITUAL.includes(STREAMS[stream]) || (inAnyOrder && STREAMS[stream] === 'order'),
  );

/** Whether packets show a handshake, or a log of a server tells of one; what a proxy passes on is its word. */
const isProven = ({ account, dossier }: Verdict): boolean =>
  (account.flags & Flag.proven) !== 0 || ((dossier.proof & Proof.handshake) !== 0 && !dossier.isForwarded);
