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
  /**
   * The largest factors, one a component, that a charge booked under a reason can bring; none under 1. What `explain`
   * computes from how few contacts would have been too few.
   */
  most(reason: number): readonly number[];
  /** By component: what it is charged counts once a source; none does when absent. */
  readonly once?: readonly boolean[];
  /** First contacts of a source before which nothing is charged; 0 when absent. */
  readonly grace?: number;
  /** Charges that one request can bring; 1 when absent. A contact brings one. */
  readonly charges?: number;
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
