import { packagesOf } from '../../detect/web/packages.ts';
import type { Dossier } from '../../ledger/dossier.ts';
import type { Quest } from '../../ledger/quest.ts';
import { Method, Outcome, Proof } from '../../record/contact.ts';
import { Reply } from '../../record/request.ts';
import type { Suspect } from '../../triage/suspect.ts';
import { share } from '../../triage/trial.ts';
import { type Aims, crawlerOf, movedOf } from './asked.ts';
import { formsOf } from './forms.ts';
import { labelsOf } from './labels.ts';
import { grantedTo, mailServices, usedByOthers } from './missed-services.ts';
import { readsOf } from './reads.ts';
import type { ReportContext } from './context.ts';

/** What is said of the requests of a dossier elsewhere in its finding. */
interface Asked {
  readonly aims: Aims | undefined;
  /** whether a public list of words explains them */
  readonly isListed: boolean;
}

/** A dossier as the innocent explanations look at it. */
export function suspectOf(dossier: Dossier, { aims, isListed }: Asked, context: ReportContext): Suspect {
  const { knowledge, isVisited } = context;
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
    listed: isListed,
    reads: quest && readsOf(quest, context.wordlists),
    givesAddresses: context.givesAddresses?.(dossier) ?? false,
    habit: context.habitOf?.(dossier),
  };
}

/** Share of the requests that were answered. */
const servedOf = ({ replies }: Quest): number =>
  share(
    replies[Reply.answered],
    replies.reduce((sum, count) => sum + count, 0),
  );
