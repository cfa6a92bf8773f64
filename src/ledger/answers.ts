// Hot: once a new name that was answered.
import { BYTES_UNKNOWN, type RequestBatch } from '../record/request.ts';
import { signatureOf } from './sites.ts';

/** New names of a source in a row that got the very same answer, until that says nothing of whether they are there. */
const ALIKE = 8;
const NOT_MODIFIED = 304;

/** By account: what its new names were answered with, as far as it tells whether they were given anything. */
export class Answers {
  /** the last answer to a new name, and how many before it were the same */
  readonly #last: Int32Array;
  readonly #alike: Uint8Array;
  /** the last answer that gave something */
  readonly #given: Int32Array;

  constructor(accounts: number) {
    this.#last = new Int32Array(accounts);
    this.#alike = new Uint8Array(accounts);
    this.#given = new Int32Array(accounts);
  }

  forget(account: number): void {
    this.#last[account] = 0;
    this.#alike[account] = 0;
    this.#given[account] = 0;
  }

  /** Whether the last names of the source have all got this answer. */
  areAlike({ status, bytes }: RequestBatch, row: number, account: number): boolean {
    const answer = signatureOf(status[row], bytes[row]);
    const isSame = answer === this.#last[account] && bytes[row] !== 0 && bytes[row] !== BYTES_UNKNOWN;
    this.#alike[account] = isSame ? Math.min(ALIKE, this.#alike[account] + 1) : 0;
    this.#last[account] = answer;
    return this.#alike[account] >= ALIKE;
  }

  /** Whether the answer gave something: no redirection, and not what the source was given last. */
  isGift({ status, bytes }: RequestBatch, row: number, account: number): boolean {
    if (status[row] >= 300 && status[row] !== NOT_MODIFIED) return false;
    if (bytes[row] === BYTES_UNKNOWN || bytes[row] === 0) return true;
    const answer = signatureOf(status[row], bytes[row]) | 1;
    const isOther = answer !== this.#given[account];
    this.#given[account] = answer;
    return isOther;
  }
}
