import { FirstContact } from '../ledger/first-contact.ts';
import { Flag } from '../ledger/account.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { Way } from '../ledger/rates.ts';
import { type ContactBatch, Method } from '../record/contact.ts';
import { SYSTEM_PORTS } from '../record/ports.ts';
import { hashWords } from '../table/hash.ts';
import { KeyTable } from '../table/keys.ts';
import type { Crowd } from './crowd.ts';
import { compound, MISS_FACTORS, missFactors } from './misses.ts';

// Hot: `observe`; sources that never missed cost two look-ups.

/**
 * Packs: a scan spread over many sources, each of which draws its targets by itself, so that neither order nor the lack
 * of overlap tells (`crowd.ts`), and tries too few to be found alone. Each source that missed a service and then tries
 * it at a second address of ours, or missed a host and then tries a second port of it, is charged to the service, or to
 * the host: a benign source misses again with a chance of p0 at most, whatever other sources do. Each target is charged
 * once, so that what many clients miss together (a moved server, a port that was closed) adds up to no pack; and
 * sources that completed a real exchange with us are left out. That several scanners are none of them innocent does not
 * make them one effort: who is found alone is taken out at the end, with all that it had added, so that a pack has to
 * stand by those whom nothing else would tell of.
 *
 * The bound is that of the ledger's accounts, for services and hosts; choosing among them costs log2 of their number.
 */
const CAPACITY = 1 << 12;
/** Sources and targets that it takes at the least, whatever the evidence. */
const FEWEST = 5;
const FEWEST_TARGETS = 8;
const TARGETS = 512;
const MEMBERS = 4096;
const SAMPLES = 20;

const asks = (method: number): boolean =>
  method === Method.tcpSyn || method === Method.tcpConnect || method === Method.udp;

/** What a source has missed before; words that no address has. */
const HOST = 0xfb000000 | 0;
const SERVICE = 0xfa000000 | 0;

interface Member {
  readonly source: Uint32Array;
  probes: number;
  /** µs: when it was charged first */
  readonly first: number;
  /** its factors, multiplied */
  readonly value: Float64Array;
  /** misses that were charged */
  targets: number;
}

class Pack {
  readonly protocol: number;
  readonly port: number;
  readonly value = new Float64Array(MISS_FACTORS).fill(1);
  readonly members = new Map<string, Member>();
  /** factors of those who are no members, multiplied */
  readonly others = new Float64Array(MISS_FACTORS).fill(1);
  /** by target, when it was come to */
  readonly targets = new Map<number, number>();
  readonly samples: { readonly time: number; readonly input: number; readonly record: number }[] = [];
  readonly bits = new Float64Array(1);
  hits = 0;
  first = Number.POSITIVE_INFINITY;
  last = 0;
  bar = Number.NaN;

  constructor(protocol: number, port: number) {
    this.protocol = protocol;
    this.port = port;
  }
}

export class Packs {
  readonly #keys: KeyTable;
  readonly #packs: (Pack | undefined)[] = new Array<Pack | undefined>(CAPACITY);
  readonly #missed: FirstContact;
  readonly #factors = new Float64Array(MISS_FACTORS);
  /** source, and a target that stands for its service */
  readonly #pair = new Uint32Array(8);
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed | 0;
    this.#keys = new KeyTable(CAPACITY, seed ^ 0x1b873593);
    this.#missed = new FirstContact(20, seed ^ 0x3c2b1a09);
  }

  observe(batch: ContactBatch, from: number, to: number, ledger: Ledger): void {
    const { account, first, way, missed, p0 } = ledger.admission;
    const { flags } = ledger.accounts;
    const { method, sourcePort, targetPort } = batch;
    for (let row = from; row < to; row += 1) {
      const mine = account[row];
      if (mine < 0 || first[row] === 0 || missed[row] === 2 || p0[row] >= 1 || way[row] !== Way.inward) continue;
      if (!asks(method[row]) || (flags[mine] & (Flag.found | Flag.engaged)) !== 0) continue;
      // the last words of services to clients that are gone, and answers to what was forged in our name
      const serves = sourcePort[row] !== 0 && sourcePort[row] < SYSTEM_PORTS;
      if (serves && (targetPort[row] >= SYSTEM_PORTS || method[row] === Method.udp)) continue;
      if (this.#isAgain(batch.address, row * 8, HOST, missed[row] === 1)) this.#charge(batch, row, true, ledger);
      this.#service(batch, row);
      if (this.#isAgain(this.#pair, 0, SERVICE, missed[row] === 1)) this.#charge(batch, row, false, ledger);
    }
  }

  /** Packs over the bar, in the form of crowds. @param alone sources, as `join()` writes their words, found by themselves */
  found(alone: ReadonlySet<string> = new Set()): Crowd[] {
    const price = Math.log2(1 + this.#keys.size);
    const open = this.#packs.filter((pack) => pack !== undefined && !Number.isNaN(pack.bar)) as Pack[];
    return open.flatMap((pack) => {
      const members = [...pack.members].flatMap(([name, member]) => (alone.has(name) ? [] : [member]));
      const bits = members.length === pack.members.size ? pack.bits[0] : bitsOf(pack, members);
      const targets = members.reduce((sum, member) => sum + member.targets, 0);
      if (members.length < FEWEST || targets < FEWEST_TARGETS || bits - price < pack.bar) return [];
      return [
        {
          kind: 'pack' as const,
          protocol: pack.protocol,
          port: pack.port,
          bits: bits - price,
          bar: pack.bar,
          rows: [
            { reason: REASON, bits, contacts: pack.hits, samples: pack.samples },
            { reason: `one of ${1 + this.#keys.size} services and hosts`, bits: -price, contacts: 0, samples: [] },
          ],
          members: members.map(({ source, probes, first }) => ({ source, probes, first })),
          first: pack.first,
          last: pack.last,
          hits: members.reduce((sum, { probes }) => sum + probes, 0),
          targets: pack.targets.size,
          visits: [...pack.targets.values()].sort((a, b) => a - b),
          order: null,
          look: 0,
        },
      ];
    });
  }

  /** µs: when each source was first charged to any service or host, by its words as `join()` writes them. */
  begins(): Map<string, number> {
    const begins = new Map<string, number>();
    for (const pack of this.#packs)
      for (const [name, { first }] of pack?.members ?? [])
        begins.set(name, Math.min(first, begins.get(name) ?? Number.POSITIVE_INFINITY));
    return begins;
  }

  /** Whether the source missed the host, or the service, before; remembers a miss. */
  #isAgain(words: Uint32Array, at: number, what: number, isMiss: boolean): boolean {
    return isMiss ? !this.#missed.isFirst(words, at, what) : this.#missed.knows(words, at, what);
  }

  #service({ address, protocol, targetPort }: ContactBatch, row: number): void {
    const pair = this.#pair;
    for (let word = 0; word < 4; word += 1) pair[word] = address[row * 8 + word];
    pair[4] = SERVICE;
    pair[5] = protocol[row];
    pair[6] = targetPort[row];
    pair[7] = 0;
  }

  #charge(batch: ContactBatch, row: number, isHost: boolean, ledger: Ledger): void {
    const { missed, p0 } = ledger.admission;
    const key = isHost ? this.#keys.insertAt(batch.address, row * 8 + 4) : this.#keys.insertAt(this.#pair, 4);
    if (key < 0) return;
    let pack = this.#packs[key];
    if (!pack) {
      pack = new Pack(batch.protocol[row], batch.targetPort[row]);
      this.#packs[key] = pack;
    }
    const isMiss = missed[row] === 1;
    const name = batch.address.subarray(row * 8, row * 8 + 4).join();
    if (isMiss && !this.#isNew(pack, name, batch, row, isHost)) return;
    missFactors(this.#factors, p0, row, isMiss);
    const member = pack.members.get(name);
    if (member && isMiss) member.targets += 1;
    const own = member ? member.value : pack.others;
    for (let j = 0; j < MISS_FACTORS; j += 1) own[j] = Math.min(2 ** 256, own[j] * this.#factors[j]);
    compound(pack.value, pack.bits, 0, this.#factors);
    const isPack = pack.members.size >= FEWEST && pack.targets.size >= FEWEST_TARGETS;
    const bar = ledger.bar.bits + Math.log2(1 + this.#keys.size);
    if (isPack && Number.isNaN(pack.bar) && pack.bits[0] >= bar) pack.bar = ledger.bar.bits;
  }

  /** Notes a miss; whether nobody of the pack had missed this target. */
  #isNew(pack: Pack, name: string, batch: ContactBatch, row: number, isHost: boolean): boolean {
    const at = row * 8;
    const time = batch.time[row];
    const member = pack.members.get(name);
    pack.hits += 1;
    if (member) member.probes += 1;
    else if (pack.members.size < MEMBERS)
      pack.members.set(name, {
        source: batch.address.slice(at, at + 4),
        probes: 2,
        first: time,
        value: new Float64Array(MISS_FACTORS).fill(1),
        targets: 0,
      });
    if (time < pack.first) pack.first = time;
    if (time > pack.last) pack.last = time;
    // Peers are told one number, and try it by both protocols.
    const target = isHost ? batch.targetPort[row] : hashWords(this.#seed, batch.address, at + 4);
    if (pack.targets.size >= TARGETS || pack.targets.has(target)) return false;
    pack.targets.set(target, time);
    if (pack.samples.length < SAMPLES) pack.samples.push({ time, input: batch.input[row], record: batch.record[row] });
    return true;
  }
}

/** Bits of some members, and of those who are none. */
function bitsOf({ others }: Pack, members: readonly Member[]): number {
  let sum = 0;
  for (let j = 0; j < MISS_FACTORS; j += 1)
    sum += Math.min(
      2 ** 256,
      members.reduce((product, { value }) => product * value[j], Math.min(1, others[j])),
    );
  return Math.log2(sum / MISS_FACTORS);
}

const REASON = 'sources that had missed a service or a host each went on to miss it at another address or port';
