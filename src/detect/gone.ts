import { type ContactBatch, Method, Outcome } from '../record/contact.ts';
import type { Gone } from '../record/gone.ts';
import { State } from '../ledger/knowledge.ts';
import { Flag } from '../ledger/account.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { Way } from '../ledger/rates.ts';
import { FirstContact } from '../ledger/first-contact.ts';
import { KeyTable } from '../table/keys.ts';

// Hot: `observe`.

const TARGETS = 1 << 11;
const FIRST = 8;
/** Rows that are looked at for one to give up. */
const LOOKED = 16;

/**
 * Targets of ours that many sources miss, each source once: a server that died, a name that leads to where nothing is
 * any more, a peer that left. Seen from each source there is next to nothing to see; seen from the target it looks like
 * a scan by many. Kept by target, in fixed memory: when it is full the one that fewest have missed makes room.
 */
export class GoneTargets {
  readonly #keys: KeyTable;
  readonly #service = new Uint32Array(TARGETS);
  readonly #sources = new Uint32Array(TARGETS);
  readonly #tries = new Uint32Array(TARGETS);
  readonly #wasOpen = new Uint8Array(TARGETS);
  readonly #first = new Uint32Array(TARGETS * FIRST * 4);
  readonly #pairs: FirstContact;
  #hand = 0;

  constructor(seed: number) {
    this.#pairs = new FirstContact(20, seed ^ 0x1c0d3b7f);
    this.#keys = new KeyTable(TARGETS, seed ^ 0x3c2b1a09);
  }

  /** Looks at contacts that have been admitted. */
  observe(batch: ContactBatch, from: number, to: number, ledger: Ledger): void {
    const { missed, way, state, account } = ledger.admission;
    const { flags } = ledger.accounts;
    const { outcome, method, protocol, targetPort, tries, address } = batch;
    for (let row = from; row < to; row += 1) {
      if (missed[row] !== 1 || way[row] !== Way.inward || account[row] < 0) continue;
      if (outcome[row] >= Outcome.exchanged || (method[row] !== Method.tcpSyn && method[row] !== Method.udp)) continue;
      // Whoever scans is no client, and misses more than there is room for.
      if ((flags[account[row]] & Flag.found) !== 0) continue;
      const service = (protocol[row] << 16) | targetPort[row];
      // A client that comes back to what it used is no first contact; here it counts when it misses for the first time.
      const isFirst = this.#pairs.isFirst(address, row * 8, service);
      const mine = this.#rowOf(address, row * 8 + 4, service, isFirst);
      if (mine < 0) continue;
      this.#tries[mine] += tries[row] > 1 ? tries[row] : 1;
      if (isFirst) this.#miss(mine, address, row * 8, state[row] >= State.open);
    }
  }

  /** Targets that at least so many sources missed, most missed first. */
  found(least: number, ledger: Ledger): Gone[] {
    const rows: number[] = [];
    const byService = new Map<number, number>();
    for (let row = 0; row < this.#keys.extent; row += 1) {
      if (!this.#keys.has(row)) continue;
      const service = this.#service[row];
      byService.set(service, (byService.get(service) ?? 0) + this.#sources[row]);
      if (this.#sources[row] >= least) rows.push(row);
    }
    rows.sort((a, b) => this.#sources[b] - this.#sources[a] || a - b);
    return rows.map((row) => this.#goneOf(row, byService.get(this.#service[row]) as number, ledger));
  }

  #goneOf(row: number, all: number, { accounts }: Ledger): Gone {
    const service = this.#service[row];
    const words = this.#keys.keys.slice(4 * row, 4 * row + 4);
    words[0] = (words[0] ^ service) >>> 0;
    const kept = Math.min(FIRST, this.#sources[row]);
    const start = row * FIRST * 4;
    const first = Array.from({ length: kept }, (_, nth) => this.#first.slice(start + nth * 4, start + nth * 4 + 4));
    const engaged = first.filter((source) => {
      const mine = accounts.keys.findAt(source, 0);
      return mine >= 0 && (accounts.flags[mine] & Flag.engaged) !== 0;
    });
    return {
      target: words,
      protocol: service >>> 16,
      port: service & 0xffff,
      sources: this.#sources[row],
      engaged: Math.round((engaged.length / kept) * this.#sources[row]),
      wasOpen: this.#wasOpen[row] === 1,
      first,
      tries: this.#tries[row],
      share: this.#sources[row] / all,
    };
  }

  /** The row of a target, which is begun if it `mayBegin`; −1: it has none. */
  #rowOf(address: Uint32Array, at: number, service: number, mayBegin: boolean): number {
    const a = address[at] ^ service;
    const found = this.#keys.find(a, address[at + 1] | 0, address[at + 2] | 0, address[at + 3] | 0);
    if (found >= 0 || !mayBegin) return found;
    if (this.#keys.size === TARGETS) this.#giveUp();
    const mine = this.#keys.insert(a, address[at + 1] | 0, address[at + 2] | 0, address[at + 3] | 0);
    this.#service[mine] = service;
    this.#sources[mine] = 0;
    this.#tries[mine] = 0;
    this.#wasOpen[mine] = 0;
    return mine;
  }

  #miss(mine: number, address: Uint32Array, source: number, wasOpen: boolean): void {
    const nth = this.#sources[mine];
    if (nth < FIRST)
      for (let word = 0; word < 4; word += 1) this.#first[(mine * FIRST + nth) * 4 + word] = address[source + word];
    this.#sources[mine] = nth + 1;
    if (wasOpen) this.#wasOpen[mine] = 1;
  }

  #giveUp(): void {
    let least = -1;
    for (let looked = 0; looked < LOOKED; looked += 1) {
      if (least < 0 || this.#sources[this.#hand] < this.#sources[least]) least = this.#hand;
      this.#hand = this.#hand + 1 === TARGETS ? 0 : this.#hand + 1;
    }
    this.#keys.remove(least);
  }
}
