import type { ContactBatch } from '../record/contact.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Seat, StreamSpec } from '../ledger/account.ts';

/**
 * A detector is one mechanism: it looks at contacts and charges bits to the accounts of their sources. Noticing is not
 * deciding: it neither opens findings nor calls another detector. Its state is its own, bounded, and by account row.
 */
export interface Detector extends StreamSpec {
  /** One sentence: what it sees. */
  readonly about: string;
  create(seat: Seat, accounts: number): Observer;
}

/** A detector at work. */
export interface Observer {
  /** Looks at rows `from` … `to` − 1, which the ledger has admitted (`ledger.admission`). */
  observe(batch: ContactBatch, from: number, to: number, ledger: Ledger): void;
}
