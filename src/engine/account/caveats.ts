import type { Dossier } from '../../ledger/dossier.ts';
import { Outcome, Proof } from '../../record/contact.ts';
import { Asked } from '../../record/request.ts';
import { sharing } from '../../triage/crowds.ts';
import type { Suspect } from '../../triage/suspect.ts';
import type { ReportContext } from './context.ts';

/** Said of one source; of many, each is one. */
export const CLAIMED = 'The address is claimed, not proven: no handshake was completed, so it could be forged.';

/** What is known of a source beside its dossier. */
interface Beside {
  readonly proven: boolean;
  readonly own: boolean;
  readonly habit: Suspect['habit'];
}

/** Share of its requests in which a source names other clients, until it may be a proxy. */
const NEARLY_ALL = 0.9;

/** What a reader of a finding has to keep in mind. */
export function caveatsOf(dossier: Dossier, { proven, own, habit }: Beside, context: ReportContext): string[] {
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
