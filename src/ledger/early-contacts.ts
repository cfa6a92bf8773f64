import { allocate } from '../record/batch.ts';
import { contactSchema } from '../record/contact.ts';
import type { Contacts } from './dossier.ts';

// Hot: `keep` runs for the first few contacts of every source.

/** Contacts of an account that are remembered, and from which on only first contacts are. */
const KEPT = 16;
const ANY = 6;

const { time, input, record, address, targetPort, protocol, method, outcome, proof } = contactSchema;
const OF_CONTACTS = { time, input, record, address, targetPort, protocol, method, outcome, proof };
const schema = { ...OF_CONTACTS, first: ['u8', 1], trace: ['u8', 1] } as const;

/** Who takes contacts over: a dossier. */
interface Taker {
  observe(batch: Contacts, row: number, isFirst: boolean, isTrace: boolean): void;
}

/**
 * The first contacts of accounts that have no dossier yet. The first ones of all accounts stand together, then all the
 * second ones, and so on: of a flood of sources with one contact each only a sixteenth of the room is ever touched.
 */
export class EarlyContacts {
  readonly #accounts: number;
  readonly #kept;
  /** by account, how many are remembered */
  readonly #count: Uint8Array;

  constructor(accounts: number) {
    this.#accounts = accounts;
    this.#kept = allocate(schema, accounts * KEPT);
    this.#count = new Uint8Array(accounts);
  }

  /** Forgets what an account's row remembered of the one before. */
  forget(account: number): void {
    this.#count[account] = 0;
  }

  count(account: number): number {
    return this.#count[account];
  }

  /** Remembers a contact; false: there is no room for it. */
  keep(batch: Contacts, row: number, account: number, isFirst: boolean, isTrace: boolean): boolean {
    const count = this.#count[account];
    if (count >= (isFirst ? KEPT : ANY)) return false;
    const kept = this.#kept;
    const place = count * this.#accounts + account;
    this.#count[account] = count + 1;
    kept.time[place] = batch.time[row];
    kept.input[place] = batch.input[row];
    kept.record[place] = batch.record[row];
    for (let word = 0; word < 8; word += 1) kept.address[place * 8 + word] = batch.address[row * 8 + word];
    kept.targetPort[place] = batch.targetPort[row];
    kept.protocol[place] = batch.protocol[row];
    kept.method[place] = batch.method[row];
    kept.outcome[place] = batch.outcome[row];
    kept.proof[place] = batch.proof[row];
    kept.first[place] = isFirst ? 1 : 0;
    kept.trace[place] = isTrace ? 1 : 0;
    return true;
  }

  /** Gives those of an account to a dossier, in the order in which they came. */
  give(account: number, into: Taker): void {
    const kept = this.#kept;
    for (let nth = 0; nth < this.#count[account]; nth += 1) {
      const place = nth * this.#accounts + account;
      into.observe(kept, place, kept.first[place] === 1, kept.trace[place] === 1);
    }
  }
}
