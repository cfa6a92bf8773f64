import { type ContactBatch, Method, Outcome } from '../record/contact.ts';
import { Counts } from '../table/counts.ts';
import { mixSigned } from '../table/hash.ts';
import { HyperLogLogs } from '../table/hyperloglog.ts';
import type { Accounts } from './account.ts';
import { State } from './knowledge.ts';
import type { Ledger } from './ledger.ts';
import { Way } from './rates.ts';

// Hot: `observe`.

/**
 * Background radiation: what nobody asked for and what meant nobody in particular. Contacts from outside that missed,
 * and stray answers, of sources under the bar. What a source was counted with is taken back when its finding opens.
 */
export class Noise {
  readonly #sources = new HyperLogLogs(1, 12);
  /** protocol << 16 | port → contacts, and how many of them were taken back; of stray answers the port says nothing */
  readonly #services: Counts;
  readonly #back: Counts;
  /** services in the order in which they came, and when */
  readonly #came = new Int32Array(SERVICES);
  readonly #since = new Float64Array(SERVICES);
  #known = 0;
  #first = Number.POSITIVE_INFINITY;
  #last = 0;
  /** by account: what its source was counted with, and which source that is */
  readonly #counted: Uint32Array;
  readonly #owner: Uint32Array;
  readonly #seed: number;
  #probes = 0;
  #sourcesBack = 0;

  constructor(accounts: number, seed: number) {
    this.#services = new Counts(seed, SERVICES);
    this.#back = new Counts(seed, SERVICES);
    this.#counted = new Uint32Array(accounts);
    this.#owner = new Uint32Array(accounts);
    this.#seed = seed | 0;
  }

  /** Looks at rows that have been admitted and charged. */
  observe(batch: ContactBatch, from: number, to: number, ledger: Ledger): void {
    const { account, missed, way, state, source } = ledger.admission;
    const { outcome, method, protocol, targetPort, time } = batch;
    for (let row = from; row < to; row += 1) {
      if (outcome[row] >= Outcome.exchanged) continue;
      if (method[row] === Method.strayAnswer) {
        if (!ledger.home.match.contains(batch.address, row * 8)) this.#count(batch, row, source[row]);
        continue;
      }
      if (missed[row] !== 1 || way[row] !== Way.inward || state[row] === State.failing) continue;
      const mine = account[row];
      if (mine >= 0) {
        const dossier = ledger.dossiers.of(mine);
        if (dossier && !Number.isNaN(dossier.opened)) continue;
        this.#remember(mine, ledger.accounts);
      }
      this.#count(batch, row, source[row]);
      const service = (protocol[row] << 16) | targetPort[row];
      if (this.#services.add(service) && this.#known < SERVICES) {
        this.#came[this.#known] = service;
        this.#since[this.#known] = time[row];
        this.#known += 1;
      }
      if (time[row] < this.#first) this.#first = time[row];
      if (time[row] > this.#last) this.#last = time[row];
    }
  }

  /**
   * A finding has opened on this account.
   *
   * @param services what its source tried, with contacts, most first
   */
  takeBack(account: number, accounts: Accounts, services: Iterable<readonly [key: number, count: number]>): void {
    if (this.#owner[account] !== accounts.keys.hashOf(account)) return;
    let left = this.#counted[account];
    if (left === 0) return;
    this.#counted[account] = 0;
    this.#probes -= left;
    this.#sourcesBack += 1;
    let most = -1;
    for (const [key, count] of services) {
      if (most < 0) most = key;
      const part = Math.min(left, count);
      if (part > 0) this.#back.add(key, part);
      left -= part;
    }
    // what the dossier was opened too late to know
    if (left > 0 && most >= 0) this.#back.add(most, left);
  }

  get probes(): number {
    return this.#probes;
  }

  /** Estimated: within about 2 %. */
  get sources(): number {
    if (this.#probes === 0) return 0;
    return Math.max(1, Math.round(this.#sources.estimate(0)) - this.#sourcesBack);
  }

  /** Services that were tried most, as protocol << 16 | port. */
  services(most: number): [key: number, count: number][] {
    const left = this.#services.sorted().map(([key, count]): [number, number] => [key, count - this.#back.get(key)]);
    const real = left
      .map(([key, count]): [number, number] => [key, Math.min(count, this.#probes)])
      .filter(([, count]) => count > 0);
    return real.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, most);
  }

  /** Services that nobody tried in the first half of the time, most probes first. */
  newServices(most: number, least: number): [key: number, count: number][] {
    const half = (this.#first + this.#last) / 2;
    const late = new Set<number>();
    for (let at = 0; at < this.#known; at += 1) if (this.#since[at] > half) late.add(this.#came[at] >>> 0);
    return this.services(SERVICES)
      .filter(([key, count]) => late.has(key >>> 0) && count >= least)
      .slice(0, most);
  }

  #count({ address }: ContactBatch, row: number, source: number): void {
    this.#sources.add(0, source, mixSigned(this.#seed ^ 0x3c6ef372, source ^ address[row * 8 + 3]));
    this.#probes += 1;
  }

  #remember(mine: number, { keys }: Accounts): void {
    const owner = keys.hashOf(mine);
    if (this.#owner[mine] !== owner) {
      this.#owner[mine] = owner;
      this.#counted[mine] = 0;
    }
    this.#counted[mine] += 1;
  }
}

/** Services that are told apart. */
const SERVICES = 1 << 13;
