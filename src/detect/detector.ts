import type { ContactBatch } from '../record/contact.ts';
import type { RequestBatch } from '../record/request.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Seat, StreamSpec } from '../ledger/account.ts';

/**
 * A detector is one mechanism: it looks at contacts and charges bits to the accounts of their sources. Noticing is not
 * deciding: it neither opens findings nor calls another detector. Its state is its own, bounded, and by account row.
 */
export interface Detector extends StreamSpec {
  /** One sentence: what it sees. */
  readonly about: string;
  /** @param seed u32; unknown to those who choose what is read */
  create(seat: Seat, accounts: number, seed: number): Observer;
}

/** A detector at work. */
export interface Observer {
  /** Looks at rows `from` … `to` − 1, which the ledger has admitted (`ledger.admission`). */
  observe(batch: ContactBatch, from: number, to: number, ledger: Ledger): void;
  /** The same for requests (`ledger.asking.admission`); absent: it has nothing to say of them. */
  ask?(batch: RequestBatch, from: number, to: number, ledger: Ledger): void;
}
