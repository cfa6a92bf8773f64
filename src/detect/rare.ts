import type { Ledger } from '../ledger/ledger.ts';
import { Way } from '../ledger/rates.ts';
import { isV4 } from '../record/address.ts';
import { type ContactBatch, Method, Outcome } from '../record/contact.ts';
import { Trait } from '../record/packet.ts';
import { hash4Signed } from '../table/hash.ts';
import { Profile } from '../table/profile.ts';

// Hot: `observe`, two look-ups for every contact that counts.

/**
 * Uncommon flows (DS0029): a host of ours uses or serves what it, and its neighbours, hardly ever did.
 *
 * Two profiles learn (host, direction, service) and (/24 or /64, direction, service). A contact that the second does not
 * know either is as rare as such have been of late in the network; one that only its host never made is as rare as such
 * have been among hosts. Both are measured, so a network where everybody always does something new gets no bits. What the
 * profile is, its age and its odds are told with it. Nothing is told before it is a day old.
 *
 * No alarm: `Profile` never gives more than 12 bits. Blind to what was usual before the data begins, and what a slow
 * intruder made usual. Contacts from outside count when they were answered, so that scanners do not teach it.
 */
export interface RareFlow {
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  /** one of Way; of contacts within our network both ends count, each as itself */
  readonly outward: boolean;
  readonly protocol: number;
  readonly port: number;
  readonly bits: number;
  /** nobody in the host's /24 (/64) either */
  readonly byNetwork: boolean;
  /** of the profile: µs, contacts, share of new ones */
  readonly age: number;
  readonly total: number;
  readonly odds: string;
  readonly time: number;
  readonly input: number;
  readonly record: number;
}

const HOSTS = 1 << 15;
const NETWORKS = 1 << 14;
/** Age (µs) and contacts of a profile that is believed. */
const GROWN = 86_400e6;
const ENOUGH = 4096;
/** Bits that are told: fewer than one contact in 256 is so rare. */
const LEAST = 8;
/** Flows that are kept; a rarer one takes the place of the least rare. */
const KEPT = 64;
/** Ports from which on clients are given theirs (Linux; IANA's begin at 49152) count as one service. */
const DYNAMIC = 32_768;

export class Rare {
  readonly #hosts: Profile;
  readonly #networks: Profile;
  readonly #seed: number;
  #kept: RareFlow[] = [];

  constructor(seed: number) {
    this.#seed = seed | 0;
    this.#hosts = new Profile(HOSTS, seed);
    this.#networks = new Profile(NETWORKS, seed ^ 0x1f83d9ab);
  }

  /** Looks at rows that the ledger has admitted. */
  observe(batch: ContactBatch, from: number, to: number, ledger: Ledger): void {
    const { way, missed, account } = ledger.admission;
    const { outcome, method, traits } = batch;
    for (let row = from; row < to; row += 1) {
      if (outcome[row] >= Outcome.exchanged || account[row] < 0 || (traits[row] & Trait.broadcast) !== 0) continue;
      if (method[row] === Method.arp || method[row] === Method.nd) continue;
      const inward = way[row] === Way.inward;
      if (inward && (missed[row] === 1 || outcome[row] === Outcome.unanswered)) continue;
      if (!inward) this.#look(batch, row, row * 8, 1);
      if (way[row] !== Way.outward && missed[row] !== 1) this.#look(batch, row, row * 8 + 4, 0);
    }
  }

  /** The rarest flows, in the order in which they came. */
  found(): RareFlow[] {
    return this.#kept.toSorted((a, b) => a.time - b.time || a.input - b.input || a.record - b.record);
  }

  /** Learns and judges what the own host at word `at` does: uses a service (1), serves it (0). */
  #look(batch: ContactBatch, row: number, at: number, outward: number): void {
    const { address, targetPort, protocol, time } = batch;
    const port = targetPort[row] >= DYNAMIC ? 0xffff : targetPort[row];
    const service = (protocol[row] << 17) | (outward << 16) | port;
    const v4 = isV4(address, at);
    const a = address[at] | 0;
    const b = address[at + 1] | 0;
    const c = address[at + 2] | 0;
    const d = address[at + 3] | 0;
    const host = hash4Signed(this.#seed, a, b, c, d);
    const network = v4 ? hash4Signed(this.#seed, 0, 0, 0xffff, d >>> 8) : hash4Signed(this.#seed, a, b, 0, 0);
    const grown = this.#hosts.total >= ENOUGH && this.#hosts.age(time[row]) >= GROWN;
    const ofHost = this.#hosts.see(host, d, service, 0, time, row);
    const ofNetwork = this.#networks.see(network, v4 ? d >>> 8 : b, service, 0, time, row);
    const bits = ofNetwork > 0 ? ofNetwork : ofHost;
    if (grown && bits >= LEAST) this.#keep(batch, row, outward === 1, bits, ofNetwork > 0);
  }

  #keep(batch: ContactBatch, row: number, outward: boolean, bits: number, byNetwork: boolean): void {
    const kept = this.#kept;
    if (kept.length >= KEPT) {
      let least = 0;
      for (let n = 1; n < kept.length; n += 1) if (kept[n].bits < kept[least].bits) least = n;
      if (kept[least].bits >= bits) return;
      kept.splice(least, 1);
    }
    const { address, targetPort, protocol, time, input, record } = batch;
    const profile = byNetwork ? this.#networks : this.#hosts;
    kept.push({
      source: address.slice(row * 8, row * 8 + 4),
      target: address.slice(row * 8 + 4, row * 8 + 8),
      outward,
      protocol: protocol[row],
      port: targetPort[row],
      bits,
      byNetwork,
      age: profile.age(time[row]),
      total: profile.total,
      odds: profile.odds,
      time: time[row],
      input: input[row],
      record: record[row],
    });
  }
}
