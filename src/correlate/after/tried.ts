// Hot: `failed` and `letIn` for every login that a log tells.
import { formatAddress, neighbourhood } from '../../record/address.ts';
import type { RequestBatch } from '../../record/request.ts';
import { hashWords } from '../../table/hash.ts';
import { KeyTable } from '../../table/keys.ts';
import type { Tried } from './access.ts';
import { Moments } from './notes.ts';

/**
 * The accounts that were tried in vain, and those that somebody was let in with: by service and name, and by source,
 * service and name, in fixed memory. Where there is no room, those noted first are forgotten.
 */
const NAMES = 1 << 14;
const OWN = 1 << 14;

export class TriedNames {
  readonly #names: KeyTable;
  readonly #own: KeyTable;
  readonly #times = new Uint32Array(NAMES);
  readonly #last = new Moments(NAMES);
  readonly #by = new Uint32Array(4 * NAMES);
  /** µs: when somebody was let in with it for the first time; 0: never */
  readonly #letIn = new Float64Array(NAMES);
  readonly #seed: number;
  #hand = 0;
  #ownHand = 0;

  constructor(seed: number) {
    this.#seed = seed | 0;
    this.#names = new KeyTable(NAMES, seed ^ 0x7472);
    this.#own = new KeyTable(OWN, seed ^ 0x6f77);
  }

  /** Notes that a source failed with an account. @returns whether it is the first time */
  failed(batch: RequestBatch, at: number, place: number, account: number): boolean {
    const row = this.#row(place, batch.port[at], account);
    this.#times[row] += 1;
    this.#last.set(row, batch, at);
    for (let n = 0; n < 4; n += 1) this.#by[row * 4 + n] = batch.address[at * 8 + n];
    const own = this.#own;
    if (this.hasFailed(batch, at, place, account)) return false;
    if (own.size === own.capacity) {
      own.remove(this.#ownHand);
      this.#ownHand = (this.#ownHand + 1) % own.capacity;
    }
    own.insert(hashWords(this.#seed, batch.address, at * 8), place, batch.port[at], account);
    return true;
  }

  /** Whether a source had failed with an account. */
  hasFailed(batch: RequestBatch, at: number, place: number, account: number): boolean {
    return this.#own.find(hashWords(this.#seed, batch.address, at * 8), place, batch.port[at], account) >= 0;
  }

  /** Notes that somebody is let in with an account. @returns µs: when somebody first was; 0: nobody has been before */
  letIn(batch: RequestBatch, at: number, place: number, account: number): number {
    const row = this.#row(place, batch.port[at], account);
    const before = this.#letIn[row];
    if (before === 0) this.#letIn[row] = batch.time[at];
    return before;
  }

  /** Row of an account that was tried in vain; −1: it was not. */
  find(place: number, port: number, account: number): number {
    const row = this.#names.find(place, port, account, 0);
    return row < 0 || this.#times[row] === 0 ? -1 : row;
  }

  /** What is known of such an account now. Cold: once for each source that is let in with it. */
  of(row: number): Tried {
    return {
      source: formatAddress(this.#by, row * 4),
      near: neighbourhood(this.#by, row * 4),
      last: this.#last.of(row),
      times: this.#times[row],
    };
  }

  #row(place: number, port: number, account: number): number {
    const names = this.#names;
    const known = names.find(place, port, account, 0);
    if (known >= 0) return known;
    if (names.size === names.capacity) {
      names.remove(this.#hand);
      this.#hand = (this.#hand + 1) % names.capacity;
    }
    const row = names.insert(place, port, account, 0);
    this.#times[row] = 0;
    this.#letIn[row] = 0;
    return row;
  }
}
