import { type Accounts, Flag } from './account.ts';
import { Doorkeeper } from './admission.ts';
import type { Dossier } from './dossier.ts';
import type { Dossiers } from './dossiers.ts';
import type { Home } from './home.ts';

// Hot: `seat` runs for every contact and request.

/** An episode is over after so long a silence (µs), at least. */
const QUIET = 15 * 60e6;

/** Who has an account, from when on, and when its episode is over. */
export class Episodes {
  /** contacts of sources that the doorkeeper held back */
  heldBack = 0;
  readonly #accounts: Accounts;
  readonly #dossiers: Dossiers;
  readonly #home: Home;
  readonly #doorkeeper: Doorkeeper;
  readonly #onSilence: (dossier: Dossier) => void;

  /** @param onSilence called when an episode has ended, before its account starts anew */
  constructor(accounts: Accounts, dossiers: Dossiers, home: Home, seed: number, onSilence: (dossier: Dossier) => void) {
    this.#accounts = accounts;
    this.#dossiers = dossiers;
    this.#home = home;
    this.#doorkeeper = new Doorkeeper(seed);
    this.#onSilence = onSilence;
  }

  /**
   * Row of the source's account; the doorkeeper lets a source in at its second target once half of the room is taken.
   * −1: it has none.
   *
   * @param known row of its account if it has one, else −1
   */
  seat(address: Uint32Array, at: number, time: Float64Array, row: number, isFirst: boolean, known: number): number {
    const accounts = this.#accounts;
    let mine = known;
    if (mine < 0) {
      const crowded = 2 * accounts.keys.size >= accounts.keys.capacity;
      if (crowded && (!isFirst || !this.#doorkeeper.knows(address, at))) {
        this.heldBack += 1;
        return -1;
      }
      mine = accounts.open(address, at, time, row);
      if (mine < 0) return -1;
      if (this.#home.match.contains(address, at)) accounts.flags[mine] |= Flag.own;
    }
    accounts.stays(mine);
    this.#touch(mine, time, row);
    return mine;
  }

  /**
   * Whether the account's rows in hand must be charged before a new episode begins at this time: rows of the range that
   * is being admitted are the account's and are not charged yet.
   */
  mustStop(account: number, time: number): boolean {
    return this.#accounts.usedIn[account] === this.#accounts.range && this.#isSilent(account, time);
  }

  /** The episode is over; the account starts with nothing. */
  conclude(dossier: Dossier): void {
    const accounts = this.#accounts;
    const { account } = dossier;
    this.#onSilence(dossier);
    accounts.clear(account);
    accounts.flags[account] &= ~Flag.found;
    accounts.gap[account] = 0;
    accounts.contacts[account] = 0;
    accounts.misses[account] = 0;
    accounts.exchanges[account] = 0;
    accounts.requests[account] = 0;
    accounts.names[account] = 0;
    accounts.targets[account] = 0;
  }

  /** An episode ends when the source was silent for three times its own longest gap, and at least a quarter of an hour. */
  #isSilent(account: number, time: number): boolean {
    const silence = time - this.#accounts.last[account];
    return silence > QUIET && silence > 3 * this.#accounts.gap[account];
  }

  #touch(account: number, times: Float64Array, row: number): void {
    const accounts = this.#accounts;
    const time = times[row];
    const silence = time - accounts.last[account];
    if ((accounts.flags[account] & Flag.found) !== 0 && this.#isSilent(account, time)) this.#restart(account, time);
    else if (silence > accounts.gap[account]) accounts.gap[account] = silence;
    if (silence > 0) accounts.last[account] = time;
    if (time < accounts.first[account]) accounts.first[account] = time;
  }

  /** After a finding's episode a new one begins with nothing; a source under the bar keeps what it has. */
  #restart(account: number, time: number): void {
    const dossier = this.#dossiers.of(account);
    if (!dossier) return;
    this.conclude(dossier);
    this.#dossiers.close(dossier);
    this.#accounts.first[account] = time;
  }
}
