import type { ContactBatch } from '../record/contact.ts';
import { Reply, type RequestBatch, RequestTrait } from '../record/request.ts';
import { mix } from '../table/hash.ts';
import type { Accounts } from './account.ts';
import type { RequestAdmission } from './names/asking.ts';
import { Dossier } from './dossier.ts';
import { EarlyContacts } from './early-contacts.ts';
import { EARLY_REQUESTS, EarlyRequests } from './early-requests.ts';

// Hot: `observe` runs for every contact of a source with an account.

/** Bits of the best stream at which a dossier is opened, and those at which one is that asks for names. */
const SUSPECT = 6;
const ASKING = 4;
/** Contacts from which on a source that was not served gets one, whatever its bits. */
const SEVERAL = 6;

/** The dossiers of all accounts: bounded, the poorest makes room. */
export class Dossiers {
  readonly all: (Dossier | undefined)[] = [];
  readonly #free: number[] = [];
  readonly #limit: number;
  readonly #accounts: Accounts;
  readonly #seed: number;
  readonly #early: EarlyContacts;
  readonly #earlyRequests: EarlyRequests;
  readonly #onLeave: (dossier: Dossier) => void;
  /** dossiers given up for room; none of them had a finding */
  dropped = 0;
  #hand = 0;

  /** @param onLeave called with a dossier that has a finding and must make room: its episode ends here */
  constructor(accounts: Accounts, limit: number, seed: number, onLeave: (dossier: Dossier) => void) {
    this.#onLeave = onLeave;
    this.#accounts = accounts;
    this.#limit = limit;
    this.#seed = seed;
    this.#early = new EarlyContacts(accounts.keys.capacity);
    this.#earlyRequests = new EarlyRequests(accounts.keys.capacity);
  }

  /**
   * Takes a contact into its source's dossier, or remembers it until there is one.
   *
   * @param isInward whether it is for us, and from elsewhere
   */
  observe(
    batch: ContactBatch,
    row: number,
    account: number,
    isFirst: boolean,
    isTrace: boolean,
    isInward: boolean,
  ): void {
    const { dossier, contacts, exchanges, misses } = this.#accounts;
    if (contacts[account] === 1) this.#early.forget(account);
    if (dossier[account] >= 0) {
      this.all[dossier[account]]?.observe(batch, row, isFirst, isTrace);
      return;
    }
    const isKept = this.#early.keep(batch, row, account, isFirst, isTrace);
    // Of whoever is served and misses nothing no book is kept, until he comes to more than can be remembered.
    const isLost = isFirst && isInward && !isKept;
    const isInnocent = contacts[account] < SEVERAL || (exchanges[account] > 0 && misses[account] === 0 && !isLost);
    if (isInnocent && this.#accounts.most(account) < SUSPECT) return;
    const fresh = this.begin(batch, row, account);
    if (!fresh || isKept) return;
    fresh.observe(batch, row, isFirst, isTrace);
    // It is among those that were counted, too.
    fresh.probes -= 1;
  }

  /** Takes a request into its source's dossier, which is opened when the account begins to fill. */
  ask(batch: RequestBatch, row: number, account: number, admission: RequestAdmission): void {
    const { first, missed, request } = admission;
    const isCopy = (batch.traits[row] & RequestTrait.copy) !== 0;
    if (request[row] === 1 && !isCopy) this.#earlyRequests.forget(account);
    const open = this.of(account);
    if (open) return open.ask(batch, row, first[row] === 1, missed[row]);
    const { chargedIn, range } = this.#accounts;
    if (chargedIn[account] === range && this.#accounts.most(account) >= ASKING)
      this.#openAsking(batch, row, account, admission);
    else if (!isCopy) {
      const isKept = request[row] <= EARLY_REQUESTS || batch.reply[row] === Reply.accepted;
      // To be let in says more than to be refused once more: it takes the last place.
      const nth = Math.min(request[row], EARLY_REQUESTS);
      if (isKept) this.#earlyRequests.keep(batch, row, account, nth, first[row] === 1, missed[row]);
    }
  }

  #openAsking(batch: RequestBatch, row: number, account: number, admission: RequestAdmission): void {
    const fresh = this.#fresh(batch, row, account);
    if (!fresh) return;
    const isCopy = (batch.traits[row] & RequestTrait.copy) !== 0;
    const before = admission.request[row] - (isCopy ? 0 : 1);
    this.#replayFirst(account, this.#accounts.contacts[account], before, fresh);
    fresh.ask(batch, row, admission.first[row] === 1, admission.missed[row]);
  }

  /**
   * Reads ahead what `observe` will touch for rows `from` … `to` − 1.
   *
   * @param accounts by row, −1: none
   * @returns nothing of meaning
   */
  approach(batch: ContactBatch, accounts: Int32Array, from: number, to: number): number {
    const { dossier } = this.#accounts;
    let sum = 0;
    for (let row = from; row < to; row += 1) {
      const number = accounts[row] < 0 ? -1 : dossier[accounts[row]];
      if (number >= 0) sum ^= this.all[number]?.approach(batch, row) ?? 0;
    }
    return sum;
  }

  /** A dossier for an account that reached the bar within its first few contacts; undefined: no room. */
  begin(batch: Pick<ContactBatch, 'address'>, row: number, account: number): Dossier | undefined {
    const fresh = this.#fresh(batch, row, account);
    if (fresh) this.replay(account, fresh);
    return fresh;
  }

  /** The dossier of an account, if it has one. */
  of(account: number): Dossier | undefined {
    const number = this.#accounts.dossier[account];
    return number < 0 ? undefined : this.all[number];
  }

  /** A proven connection of this source was broken off before it had sent anything. */
  brokenOff(account: number): void {
    const open = this.of(account);
    if (open) open.brokenOff += 1;
  }

  /** A contact of this source became a real exchange. */
  exchanged(account: number): void {
    const open = this.of(account);
    if (open) open.exchanged += 1;
  }

  /** Gives the remembered first contacts of an account to another dossier, such as that of a crowd it belongs to. */
  replay(account: number, into: Dossier): void {
    const { contacts, requests } = this.#accounts;
    this.#replayFirst(account, contacts[account], requests[account], into);
  }

  /** Gives those that are remembered of an account's first contacts and requests to a dossier, and counts the others. */
  #replayFirst(account: number, contacts: number, requests: number, into: Dossier): void {
    if (contacts > 0) this.#early.give(account, into);
    const early = contacts === 0 ? 0 : this.#early.count(account);
    const earlyRequests = this.#earlyRequests.give(account, requests, into);
    into.probes += contacts - early + requests - earlyRequests;
    into.exchanged += this.#accounts.exchanges[account];
  }

  /** Ends a dossier: its number may be given to another. */
  close(dossier: Dossier): void {
    const number = this.#accounts.dossier[dossier.account];
    this.#accounts.dossier[dossier.account] = -1;
    this.all[number] = undefined;
    this.#free.push(number);
  }

  #fresh(batch: Pick<ContactBatch, 'address'>, row: number, account: number): Dossier | undefined {
    const number = this.#number();
    if (number < 0) return undefined;
    const fresh = new Dossier(account, batch.address.slice(row * 8, row * 8 + 4), mix(this.#seed, account));
    this.all[number] = fresh;
    this.#accounts.dossier[account] = number;
    return fresh;
  }

  /** A free number. When all are taken the poorest of a few dossiers goes, or of findings the one silent longest. */
  #number(): number {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.all.length < this.#limit) return this.all.push(undefined) - 1;
    let leaving: Dossier | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (let looked = 0; looked < 32; looked += 1) {
      const dossier = this.all[this.#hand];
      this.#hand = (this.#hand + 1) % this.all.length;
      if (!dossier || this.#accounts.usedIn[dossier.account] === this.#accounts.range) continue;
      const isOpen = !Number.isNaN(dossier.opened);
      const worth = isOpen ? dossier.last : this.#accounts.balance(dossier.account) - Number.MAX_SAFE_INTEGER;
      if (worth < least) {
        least = worth;
        leaving = dossier;
      }
    }
    if (!leaving) return -1;
    if (Number.isNaN(leaving.opened)) this.dropped += 1;
    else this.#onLeave(leaving);
    this.close(leaving);
    return this.#free.pop() ?? -1;
  }
}
