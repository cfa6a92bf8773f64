import { type ContactBatch, Outcome, Proof } from '../record/contact.ts';

/** Share of TCP contacts that went on without a visible answer, among those that were answered at all. */
const UNSEEN = 0.5;
const ENOUGH = 5;

/**
 * Whether the answers to what is asked are invisible here (one direction of an asymmetric path). It is measured: a
 * source that acknowledges and sends data has been answered, so where most sources do that without any answer in
 * sight, answers do not pass here. A dark network is told apart by nobody ever going on.
 */
export function isOneSided(contacts: ContactBatch): boolean {
  const { proof, outcome } = contacts;
  let unseen = 0;
  let answered = 0;
  for (let row = 0; row < contacts.count; row += 1) {
    if (outcome[row] === Outcome.exchanged) continue;
    if ((proof[row] & Proof.continued) !== 0) unseen += 1;
    else if (outcome[row] === Outcome.answered) answered += 1;
  }
  return unseen >= ENOUGH && unseen > UNSEEN * (unseen + answered);
}
