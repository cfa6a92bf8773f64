import { Accounts, type StreamSpec } from '../ledger/account.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { Way } from '../ledger/rates.ts';
import { type ContactBatch, Method, Outcome } from '../record/contact.ts';
import { Trait } from '../record/packet.ts';
import { TCP, UDP } from '../record/protocols.ts';
import { FIN, RST, SYN } from '../record/tcp-flags.ts';
import { hashWords } from '../table/hash.ts';
import { KeyTable } from '../table/keys.ts';

// Hot: `observe`; nothing but a look at two columns as long as no source is odd.

/**
 * Syntax: first packets that no stack builds. One such packet may be a broken cable; a source that sends them to one
 * host after another is broken itself, or means it.
 *
 * Every name is an e-process of its own, as in marks.ts: of a benign source's first contacts with services at most `p0`
 * look so; the factor is ½ ÷ p0 for one that does and ½ ÷ (1 − p0) for one that does not. A host counts once a source
 * and name, so that whatever happens between two hosts stays far below the bar. A source whose account reached it is an
 * anomaly, unless others are odd in the same way: then it is the capture that was altered (addresses rewritten and
 * checksums left, say).
 *
 * Blind to a source that is odd towards a few hosts only.
 */
export interface Anomaly {
  readonly source: Uint32Array;
  /** odd contacts that were charged, and different hosts that they went to */
  readonly contacts: number;
  readonly hosts: number;
  readonly first: number;
  readonly last: number;
  readonly bits: number;
  readonly bar: number;
  readonly rows: readonly AnomalyRow[];
}

export interface AnomalyRow {
  readonly reason: string;
  readonly bits: number;
  readonly contacts: number;
  readonly samples: readonly { readonly time: number; readonly input: number; readonly record: number }[];
}

interface Oddity {
  readonly reason: string;
  readonly p0: number;
}

const Name = { options: 0, reserved: 1, address: 2, checksum: 3, flags: 4, port: 5, hiding: 6 } as const;

/**
 * In the order of `Name`. Met among 2,210 first contacts of 1,740 public captures without a scan, many of them test
 * material with broken packets: 2, 2, 12, 22, 3, 1, 5; the bounds are 2.7 to 22 times those shares.
 */
const ODDITIES: readonly Oddity[] = [
  { reason: 'IP or TCP options that cannot be read', p0: 0.01 },
  { reason: 'reserved bits are set in the IP or TCP header', p0: 0.01 },
  { reason: 'an address that no host can have, or the same at both ends', p0: 0.02 },
  { reason: 'a wrong checksum that no offload leaves behind', p0: 0.1 },
  { reason: 'flags that exclude each other', p0: 0.004 },
  { reason: 'port 0', p0: 0.01 },
  { reason: 'tiny fragments or extension headers that hide what they carry', p0: 0.01 },
];
const USUAL = ODDITIES.length;

const SPEC: StreamSpec = {
  name: 'syntax',
  components: ODDITIES.length,
  reasons: [...ODDITIES.map(({ reason }) => reason), 'an ordinary packet'],
};

const HIT = Float64Array.from(ODDITIES, ({ p0 }) => 0.5 / p0);
const MISS = Float64Array.from(ODDITIES, ({ p0 }) => 0.5 / (1 - p0));

/** Odd sources, and pairs of an odd source and a host, that are kept. A new pair that finds no room is not charged. */
const SOURCES = 1 << 10;
const PAIRS = 1 << 13;
const ODD_TRAITS = Trait.badOptions | Trait.reservedBits | Trait.impossible | Trait.badChecksum | Trait.hiding;
/** Share of the others' contacts that may be odd in the same way. */
const COMMON = 0.02;

export class Syntax {
  readonly #accounts: Accounts;
  /** (source, host) → names it was charged for */
  readonly #pairs: KeyTable;
  readonly #charged: Uint8Array;
  readonly #bar = new Float64Array(SOURCES);
  readonly #factors = new Float64Array(ODDITIES.length);
  /** first contacts of everybody: in all, and odd by name */
  #firsts = 0;
  readonly #odd = new Float64Array(ODDITIES.length);
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed | 0;
    this.#accounts = new Accounts(SOURCES, seed, [SPEC]);
    this.#pairs = new KeyTable(PAIRS, seed);
    this.#charged = new Uint8Array(PAIRS);
  }

  /** Looks at rows that the ledger has admitted. */
  observe(batch: ContactBatch, from: number, to: number, ledger: Ledger): void {
    const { account, first } = ledger.admission;
    const { outcome, traits } = batch;
    const { keys } = this.#accounts;
    for (let row = from; row < to; row += 1) {
      if (account[row] < 0 || first[row] === 0 || outcome[row] >= Outcome.exchanged) continue;
      if ((traits[row] & Trait.broadcast) !== 0) continue;
      this.#firsts += 1;
      const name = oddityOf(batch, row, ledger.admission.way[row]);
      if (name < 0 && keys.size === 0) continue;
      if (name >= 0) this.#odd[name] += 1;
      this.#weigh(batch, row, name, ledger);
    }
  }

  /** Anomalies over the bar, in the order of their first packets. */
  found(): Anomaly[] {
    const { keys, dossier } = this.#accounts;
    const rows = Array.from({ length: keys.extent }, (_, row) => row).filter(
      (row) => keys.has(row) && dossier[row] === 0,
    );
    const found = rows.filter((row) => !this.#isCommon(row)).map((row) => this.#anomaly(row));
    return found.sort((a, b) => a.first - b.first || a.source[3] - b.source[3]);
  }

  #weigh(batch: ContactBatch, row: number, name: number, ledger: Ledger): void {
    const accounts = this.#accounts;
    const { address, time } = batch;
    let mine = accounts.keys.findAt(address, row * 8);
    if (mine < 0 && name < 0) return;
    if (mine < 0) mine = accounts.open(address, row * 8, time, row);
    if (mine < 0) return;
    accounts.contacts[mine] += 1;
    if (time[row] > accounts.last[mine]) accounts.last[mine] = time[row];
    this.#fill(mine, batch, row, name);
    accounts.charge(mine, 0, this.#factors, name < 0 || this.#factors[name] === 1 ? USUAL : name, batch, row);
    const bar = ledger.bar.bits;
    if (accounts.dossier[mine] >= 0 || accounts.balance(mine) < bar) return;
    // marks the account as one that is not let go
    accounts.dossier[mine] = 0;
    this.#bar[mine] = bar;
  }

  /** The factors of a contact. Names that the source was charged for at this host are not asked again. */
  #fill(mine: number, { address }: ContactBatch, row: number, name: number): void {
    const at = row * 8 + 4;
    const host = hashWords(this.#seed, address, at);
    const source = this.#accounts.keys.hashOf(mine) | 0;
    let pair = this.#pairs.find(source, host, address[at + 3] | 0, mine);
    const before = pair < 0 ? 0 : this.#charged[pair];
    let asked = name >= 0;
    if (asked && pair < 0) {
      pair = this.#pairs.insert(source, host, address[at + 3] | 0, mine);
      if (pair >= 0) {
        this.#charged[pair] = 0;
        this.#accounts.targets[mine] += 1;
      } else asked = false;
    }
    if (asked) this.#charged[pair] |= 1 << name;
    for (let other = 0; other < ODDITIES.length; other += 1) {
      const again = (before & (1 << other)) !== 0 || (other === name && !asked);
      this.#factors[other] = again ? 1 : other === name ? HIT[other] : MISS[other];
    }
  }

  /** Whether other sources are as odd as this one in what weighs most with it. */
  #isCommon(row: number): boolean {
    const { rowBits, rowCount, reasonCount, contacts } = this.#accounts;
    let most = 0;
    for (let name = 1; name < USUAL; name += 1)
      if (rowBits[row * reasonCount + name] > rowBits[row * reasonCount + most]) most = name;
    const others = this.#firsts - contacts[row];
    return others > 0 && this.#odd[most] - rowCount[row * reasonCount + most] > COMMON * others;
  }

  #anomaly(row: number): Anomaly {
    const { keys, targets, first, last, bits, rowBits, rowCount, reasonCount } = this.#accounts;
    const samples = this.#accounts.samples.of(row);
    const rows = SPEC.reasons.map((reason, at) => ({
      reason,
      bits: rowBits[row * reasonCount + at],
      contacts: rowCount[row * reasonCount + at],
      samples: samples.filter((sample) => sample.reason === at),
    }));
    return {
      source: keys.keys.slice(row * 4, row * 4 + 4),
      contacts: rows.slice(0, USUAL).reduce((sum, { contacts }) => sum + contacts, 0),
      hosts: targets[row],
      first: first[row],
      last: last[row],
      bits: bits[row],
      bar: this.#bar[row],
      rows: rows.filter(({ contacts }) => contacts > 0),
    };
  }
}

/** What is odd about a contact's first packet; −1: nothing. The rarest first. */
function oddityOf(batch: ContactBatch, row: number, way: number): number {
  const traits = batch.traits[row];
  const protocol = batch.protocol[row];
  if (protocol === TCP) {
    const exclusive = batch.flags[row] & (FIN | SYN | RST);
    if (exclusive !== 0 && (exclusive & (exclusive - 1)) !== 0) return Name.flags;
    if (batch.sourcePort[row] === 0 || batch.targetPort[row] === 0) return Name.port;
  } else if (protocol === UDP && batch.targetPort[row] === 0) return Name.port;
  if ((traits & ODD_TRAITS) === 0) return -1;
  if ((traits & Trait.badOptions) !== 0) return Name.options;
  if ((traits & Trait.reservedBits) !== 0) return Name.reserved;
  if ((traits & Trait.hiding) !== 0) return Name.hiding;
  if ((traits & Trait.impossible) !== 0) return batch.method[row] === Method.arp ? -1 : Name.address;
  // what our own hosts send may not have passed their network cards yet
  return way === Way.inward ? Name.checksum : -1;
}
