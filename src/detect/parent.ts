import { FirstContact } from '../ledger/first-contact.ts';
import { Flag } from '../ledger/account.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { isLinkQuestion } from '../ledger/probe.ts';
import { isV4, maskTo } from '../record/address.ts';
import type { ContactBatch } from '../record/contact.ts';
import { KeyTable } from '../table/keys.ts';
import { compound, MISS_FACTORS, missFactors } from './misses.ts';

// Hot: `observe`; sources that are found by themselves leave at once.

/**
 * Parents: a scan spread over the addresses of one prefix (IPv4 /24; IPv6 /64 and /48), where each address does too
 * little. The misses of all its addresses are charged to the prefix, each target once. A prefix is blamed only when it
 * must be, and never the own network's, where neighbours ask for each other all day: when it explains more than its best child by log2(children) bits, and clears the bar with them taken off.
 */
export interface Parent {
  readonly prefix: Uint32Array;
  readonly prefixBits: number;
  readonly bits: number;
  readonly bar: number;
  readonly contacts: number;
  readonly misses: number;
  readonly members: readonly { readonly source: Uint32Array; readonly probes: number }[];
  readonly samples: readonly Sample[];
  readonly first: number;
  readonly last: number;
}

interface Sample {
  readonly time: number;
  readonly input: number;
  readonly record: number;
}

/** Prefix lengths of the 128 bits, by family, the narrow ones first. */
const V4_PREFIXES = [120];
const V6_PREFIXES = [64, 48];
const CAPACITY = 1 << 13;
const MEMBERS = 512;
/** Prefixes that are looked at when one must make room. */
const LOOKED_AT = 16;
const SAMPLES = 20;

class Family {
  readonly prefix: Uint32Array;
  readonly prefixBits: number;
  readonly members = new Map<string, { readonly source: Uint32Array; probes: number }>();
  readonly samples: Sample[] = [];
  first = Number.POSITIVE_INFINITY;
  last = 0;
  bar = Number.NaN;

  constructor(prefix: Uint32Array, prefixBits: number) {
    this.prefix = prefix;
    this.prefixBits = prefixBits;
  }
}

export class Parents {
  readonly #keys: KeyTable;
  readonly #pairs: FirstContact;
  readonly #value: Float64Array;
  readonly #bits: Float64Array;
  readonly #misses: Uint32Array;
  readonly #contacts: Uint32Array;
  /** bits of the child with the most */
  readonly #bestChild: Float64Array;
  readonly #families: (Family | undefined)[];
  readonly #pair = new Uint32Array(8);
  #hand = 0;
  readonly #factors = new Float64Array(MISS_FACTORS);

  constructor(seed: number) {
    this.#keys = new KeyTable(CAPACITY, seed);
    this.#pairs = new FirstContact(20, seed ^ 0x51ed270b);
    this.#value = new Float64Array(CAPACITY * MISS_FACTORS);
    this.#bits = new Float64Array(CAPACITY);
    this.#misses = new Uint32Array(CAPACITY);
    this.#contacts = new Uint32Array(CAPACITY);
    this.#bestChild = new Float64Array(CAPACITY);
    this.#families = new Array<Family | undefined>(CAPACITY);
  }

  observe(batch: ContactBatch, from: number, to: number, ledger: Ledger): void {
    const { account, first, p0 } = ledger.admission;
    const { address } = batch;
    for (let row = from; row < to; row += 1) {
      const mine = account[row];
      if (mine < 0 || first[row] === 0 || p0[row] >= 1) continue;
      if ((ledger.accounts.flags[mine] & (Flag.found | Flag.own)) !== 0 || isLinkQuestion(batch, row)) continue;
      const child = ledger.accounts.balance(mine);
      const prefixes = isV4(address, row * 8) ? V4_PREFIXES : V6_PREFIXES;
      for (const bits of prefixes) this.#charge(batch, row, bits, child, ledger);
    }
  }

  /** Prefixes that must be blamed; of nested ones the narrow one. */
  found(): Parent[] {
    const found: Parent[] = [];
    for (const [row, family] of this.#families.entries()) {
      if (!family || Number.isNaN(family.bar)) continue;
      found.push({
        prefix: family.prefix,
        prefixBits: family.prefixBits,
        bits: this.#bits[row] - Math.log2(family.members.size),
        bar: family.bar,
        contacts: this.#contacts[row],
        misses: this.#misses[row],
        members: [...family.members.values()],
        samples: family.samples,
        first: family.first,
        last: family.last,
      });
    }
    found.sort((a, b) => b.prefixBits - a.prefixBits || a.first - b.first);
    const taken = new Set<string>();
    return found.filter(({ members }) => {
      const names = members.map(({ source }) => source.join());
      const fresh = names.filter((name) => !taken.has(name)).length;
      for (const name of names) taken.add(name);
      return 2 * fresh > names.length;
    });
  }

  #charge(batch: ContactBatch, row: number, prefixBits: number, child: number, ledger: Ledger): void {
    const { p0, missed } = ledger.admission;
    const isMiss = missed[row] === 1;
    const pair = this.#pair;
    maskTo(batch.address, row * 8, prefixBits, pair, 0);
    pair[3] ^= prefixBits;
    for (let word = 4; word < 8; word += 1) pair[word] = batch.address[row * 8 + word];
    if (!this.#pairs.isFirst(pair, 0, (batch.protocol[row] << 16) | batch.targetPort[row])) return;
    const key = this.#row(pair);
    if (key < 0) return;
    if (child > this.#bestChild[key]) this.#bestChild[key] = child;
    missFactors(this.#factors, p0, row, isMiss);
    compound(this.#value, this.#bits, key, this.#factors);
    this.#contacts[key] += 1;
    if (isMiss) this.#misses[key] += 1;
    if (isMiss && this.#misses[key] >= 2) this.#note(batch, row, key, prefixBits, ledger);
  }

  /** Row of a prefix; when all are taken, of a few the one with the fewest bits makes room. −1: none may go. */
  #row(pair: Uint32Array): number {
    const known = this.#keys.findAt(pair, 0);
    if (known >= 0) return known;
    if (this.#keys.size === CAPACITY) this.#makeRoom();
    const row = this.#keys.insertAt(pair, 0);
    if (row < 0) return -1;
    this.#value.fill(1, row * MISS_FACTORS, (row + 1) * MISS_FACTORS);
    this.#bits[row] = 0;
    this.#misses[row] = 0;
    this.#contacts[row] = 0;
    this.#bestChild[row] = 0;
    this.#families[row] = undefined;
    return row;
  }

  #makeRoom(): void {
    let poorest = -1;
    for (let looked = 0; looked < LOOKED_AT; looked += 1) {
      this.#hand = (this.#hand + 1) % CAPACITY;
      if (!Number.isNaN(this.#families[this.#hand]?.bar ?? Number.NaN)) continue;
      if (poorest < 0 || this.#bits[this.#hand] < this.#bits[poorest]) poorest = this.#hand;
    }
    if (poorest >= 0) this.#keys.remove(poorest);
  }

  #note(batch: ContactBatch, row: number, key: number, prefixBits: number, ledger: Ledger): void {
    let family = this.#families[key];
    if (!family) {
      family = new Family(this.#pair.slice(0, 4), prefixBits);
      family.prefix[3] ^= prefixBits;
      this.#families[key] = family;
    }
    const source = batch.address.slice(row * 8, row * 8 + 4);
    const member = family.members.get(source.join());
    if (member) member.probes += 1;
    else if (family.members.size < MEMBERS) family.members.set(source.join(), { source, probes: 1 });
    if (family.samples.length < SAMPLES)
      family.samples.push({ time: batch.time[row], input: batch.input[row], record: batch.record[row] });
    family.first = Math.min(family.first, batch.time[row]);
    family.last = Math.max(family.last, batch.time[row]);
    const children = Math.log2(family.members.size);
    const bits = this.#bits[key] - children;
    if (family.members.size < 2 || bits < ledger.bar.bits || this.#bits[key] <= this.#bestChild[key] + children) return;
    if (Number.isNaN(family.bar)) family.bar = ledger.bar.bits;
  }
}
