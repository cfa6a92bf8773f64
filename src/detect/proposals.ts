import { type ContactBatch, Outcome } from '../record/contact.ts';
import { isOfKind, KINDS } from '../record/kinds.ts';
import { FirstContact } from '../ledger/first-contact.ts';

// Hot: once a contact by IKE, and once for each further proposal of it.

/**
 * Proposals: which ways to encrypt a client of IKE offers a gateway. A client is set up once and proposes the same each
 * time; who wants to know what a gateway would take proposes one way after the other (ike-scan with transforms,
 * iker, ikeforce). As of TLS hellos (offers.ts), of further proposals of a benign source to a gateway at most `P0` are
 * new there: people behind one address have a few kinds of clients, and come back. They are told apart by 64 kinds of
 * hashes: two of one kind are taken for the same, which costs bits, but not within one flow: ike-scan keeps its port. Who
 * takes another one each time is not found by this.
 */
const P0 = 0.5;
const P1 = 0.8;
const NEW = P1 / P0;
const SAME = (1 - P1) / (1 - P0);

const FRESH = 0;
const AGAIN = 1;
export const PROPOSAL_REASONS = [
  'a proposal of IKE that none before made to this gateway',
  'a proposal of IKE that was made before',
];
/** The largest factor of a contact: all kinds but the first. */
export const mostProposals = (reason: number): number => (reason === AGAIN ? 1 : NEW ** (KINDS - 1));

/** What is remembered: that a source proposed anything to a gateway, and proposals of which kind. */
const PROPOSED = 0x71 << 24;
const OF_KIND = 0x72 << 24;

/** Whether one bit is set in the two words. */
const isOne = (low: number, high: number): boolean =>
  low === 0 || high === 0 ? ((low | high) & ((low | high) - 1)) === 0 : false;

export class Proposals {
  readonly #seen: FirstContact;
  /** What the last contact that was read multiplies. */
  factor = 1;

  constructor(seed: number) {
    this.#seen = new FirstContact(20, seed ^ 0x3b9aca07);
  }

  /** Reads what a contact proposed. @returns number of the reason; −1: nothing to charge */
  read(batch: ContactBatch, row: number): number {
    const { address, outcome, seq, ack, trySeq } = batch;
    const words = row * 8;
    let factor = 1;
    // Of one that came alone all is known, and not only its kind.
    if (outcome[row] !== Outcome.guessed && trySeq[row] !== 0 && isOne(seq[row], ack[row])) {
      const isNew = this.#seen.isFirst(address, words, trySeq[row] | 0);
      factor = !isNew ? SAME : this.#seen.isFirst(address, words, PROPOSED) ? 1 : NEW;
      for (let kind = 0; kind < KINDS; kind += 1)
        if (isOfKind(batch, row, kind)) this.#seen.isFirst(address, words, OF_KIND | kind);
      this.factor = factor;
      return factor === 1 ? -1 : factor > 1 ? FRESH : AGAIN;
    }
    for (let kind = 0; kind < KINDS; kind += 1) {
      if (!isOfKind(batch, row, kind)) continue;
      if (this.#seen.isFirst(address, words, OF_KIND | kind)) {
        if (!this.#seen.isFirst(address, words, PROPOSED)) factor *= NEW;
      } else if (outcome[row] !== Outcome.guessed) factor *= SAME;
    }
    this.factor = factor;
    return factor === 1 ? -1 : factor > 1 ? FRESH : AGAIN;
  }
}
