import { type ContactBatch, Outcome, Proof } from '../record/contact.ts';
import { SYSTEM_PORTS } from '../record/ports.ts';
import { TCP, UDP } from '../record/protocols.ts';
import type { RequestBatch } from '../record/request.ts';
import { HyperLogLogs } from '../table/hyperloglog.ts';
import { KeyHash, mixSigned } from '../table/hash.ts';
import { Accounts, Flag, type StreamSpec } from './account.ts';
import { Acquaintances } from './acquaintances.ts';
import { Asking, type Seats } from './names/asking.ts';
import { Bar } from './bar.ts';
import { FirstContact } from './first-contact.ts';
import type { Dossier } from './dossier.ts';
import { Dossiers } from './dossiers.ts';
import { Episodes } from './episodes.ts';
import type { Home } from './home.ts';
import { Knowledge, State } from './knowledge.ts';
import { Lessors } from './lessors.ts';
import { isLinkQuestion, isProbe, isTrace, matter } from './probe.ts';
import { Rates, Way } from './rates.ts';
import { Routers } from './routers.ts';
import type { Visibility } from './visibility.ts';

// Hot: `admit` runs for every contact.

/** What the ledger says of each row of a batch; detectors read it beside the contact's own columns. */
export interface Admission {
  /** row of the source's account; −1: none (first seen under pressure, or not a probe) */
  readonly account: Int32Array;
  /** 1: the source never tried this target before */
  readonly first: Uint8Array;
  /** one of Way */
  readonly way: Uint8Array;
  /** one of State: what was known of the target before this contact */
  readonly state: Uint8Array;
  /** upper bound on the chance that a benign source misses this target; 1: the contact proves nothing */
  readonly p0: Float64Array;
  /** 1: missed, 0: hit, 2: cannot be told */
  readonly missed: Uint8Array;
  /** how many sources had completed a real exchange with the target, up to 255 */
  readonly users: Uint8Array;
  /** 1: a step of a traceroute: what varies is the path, not the target */
  readonly trace: Uint8Array;
  /** 1: inward, at a port that programs choose, and the two hosts had completed a real exchange before this first contact */
  readonly talked: Uint8Array;
  /** how-manieth target of its source this is, from 1; 0: not a first contact */
  readonly nth: Uint32Array;
  /** hashes of the two addresses under the run's seed, as `KeyTable` and `KeyHash` have them */
  readonly source: Int32Array;
  readonly target: Int32Array;
}

/** What the ledger is opened with. */
export interface LedgerOptions {
  readonly seed: number;
  readonly home: Home;
  /** for which transports answers are visible here */
  readonly visibility: Visibility;
  readonly falsePerDay: number;
  readonly bar?: number | undefined;
  readonly streams: readonly StreamSpec[];
  /** called when an episode has ended, before its account starts anew */
  readonly onSilence: (dossier: Dossier) => void;
}

/** Accounts of single sources that are kept at a time. */
export const ACCOUNTS = 1 << 13;
const DOSSIERS = 1 << 12;
const HOSTS = 1 << 16;
const LINKS = 1 << 12;
/** First contacts of one engaged client that may move p0. */
const LESSONS = 4;
/**
 * p0 within the own network: of what one other host of it has missed, of what several have (as what leads outwards), and
 * of a closed port of a host that the source uses.
 */
const SOUGHT_ONCE = 0.5;
const SOUGHT = 0.7;
const OF_SERVER = 0.3;

/**
 * The ledger: who is the source, was this its first contact with the target, what was known of the target, what would
 * a benign source do; and the accounts that the detectors charge.
 */
export class Ledger implements Seats {
  readonly accounts: Accounts;
  /** the same for requests */
  readonly asking: Asking;
  readonly dossiers: Dossiers;
  readonly bar: Bar;
  readonly home: Home;
  readonly knowledge: Knowledge;
  readonly rates = new Rates();
  readonly admission: Admission;
  /** distinct sources, estimated */
  readonly sources = new HyperLogLogs(1, 12);
  contacts = 0;
  readonly #firstContact: FirstContact;
  readonly #routers: Routers;
  readonly lessors: Lessors;
  readonly #acquaintances: Acquaintances;
  readonly episodes: Episodes;
  readonly #visibility: Visibility;
  /** number of the stream that p0 is for */
  readonly #misses: number;
  readonly #seed: number;
  readonly #hash: KeyHash;
  /** two hashes a row: of its pair of source and target, as `FirstContact` has them */
  readonly #pairs: Int32Array;
  /** what was read ahead: it means nothing, and is kept so that the reads are not left out */
  readAhead = 0;

  constructor(options: LedgerOptions, rows: number) {
    this.accounts = new Accounts(ACCOUNTS, options.seed, options.streams);
    this.dossiers = new Dossiers(this.accounts, DOSSIERS, options.seed, (dossier) => this.episodes.conclude(dossier));
    this.bar = new Bar(options.falsePerDay, options.bar);
    this.home = options.home;
    this.episodes = new Episodes(this.accounts, this.dossiers, options.home, options.seed, options.onSilence);
    this.knowledge = new Knowledge(HOSTS, options.seed, rows);
    this.#routers = new Routers(LINKS, options.seed);
    this.lessors = new Lessors(options.seed);
    this.#firstContact = new FirstContact(23, options.seed);
    this.#acquaintances = new Acquaintances(this.#firstContact);
    this.#visibility = options.visibility;
    this.#misses = options.streams.findIndex(({ name }) => name === 'misses');
    this.#seed = options.seed | 0;
    this.#hash = new KeyHash(options.seed);
    this.#pairs = new Int32Array(2 * rows);
    this.asking = new Asking(this, rows, options.seed);
    this.admission = {
      account: new Int32Array(rows),
      first: new Uint8Array(rows),
      way: new Uint8Array(rows),
      state: new Uint8Array(rows),
      p0: new Float64Array(rows),
      missed: new Uint8Array(rows),
      users: new Uint8Array(rows),
      trace: new Uint8Array(rows),
      talked: new Uint8Array(rows),
      nth: new Uint32Array(rows),
      source: new Int32Array(rows),
      target: new Int32Array(rows),
    };
  }

  /**
   * Fills `admission` for rows `from` … of a batch, and learns from them. Stops before a row that begins a new episode
   * of its source: what the rows before it are charged with belongs to the old one.
   *
   * @returns the row it stopped at; `to` when all were admitted
   */
  admit(batch: ContactBatch, from: number, to: number): number {
    const { outcome } = batch;
    const { account, first, missed, nth, source } = this.admission;
    this.#approach(batch, from, to);
    this.accounts.range = (this.accounts.range + 1) >>> 0;
    let firsts = 0;
    let row = from;
    for (; row < to; row += 1) {
      account[row] = -1;
      first[row] = 0;
      nth[row] = 0;
      missed[row] = 2;
      if (outcome[row] >= Outcome.exchanged) this.#followed(batch, row);
      else if (!isProbe(batch, row) || this.#isLease(batch, row)) {
        this.lessors.observe(batch, row);
        this.#showsLife(batch.address, row * 8);
      } else {
        const mine = this.accounts.keys.findHashed(source[row], batch.address, row * 8);
        if (mine >= 0 && row > from && this.episodes.mustStop(mine, batch.time[row])) break;
        firsts += this.#admitContact(batch, row, mine);
      }
    }
    if (row > from) this.bar.observe(firsts, batch.time[row - 1]);
    return row;
  }

  /**
   * Hashes the addresses of rows `from` … `to` − 1, and reads ahead what admitting them will touch: one row's memory
   * would be waited for piece by piece, that of many is fetched at once. No decision is taken here.
   */
  #approach(batch: ContactBatch, from: number, to: number): void {
    const { address } = batch;
    const { source, target, trace, account } = this.admission;
    for (let row = from; row < to; row += 1) {
      const at = row * 8;
      source[row] = this.#hash.at(address, at);
      target[row] = this.#hash.at(address, at + 4);
      trace[row] = isTrace(batch, row) ? 1 : 0;
      this.#firstContact.hashTo(this.#pairs, row, source[row], address, at, matter(batch, row, trace[row]));
    }
    this.readAhead ^=
      this.#firstContact.approach(this.#pairs, from, to) ^
      this.accounts.keys.approach(source, from, to, account) ^
      this.knowledge.approach(target, batch, from, to) ^
      this.dossiers.approach(batch, account, from, to);
  }

  #admitContact(batch: ContactBatch, row: number, known: number): number {
    const { address, targetPort, protocol } = batch;
    const at = row * 8;
    const { account, first, way, state, missed, users, trace, talked, nth, source, target } = this.admission;
    this.contacts += 1;
    this.#seen(source[row], address, at);
    way[row] = this.#way(address, at);
    this.#routers.observe(batch.link[row], address, at, way[row] === Way.inward);
    const isFirst = this.#firstContact.isFirstPair(this.#pairs, row);
    first[row] = isFirst ? 1 : 0;
    this.knowledge.atHashed(target[row], address, at + 4, targetPort[row], protocol[row]);
    state[row] = this.knowledge.state();
    users[row] = this.knowledge.users();
    missed[row] = this.#missed(batch, row);
    const mine = this.#account(batch, row, isFirst, known);
    account[row] = mine;
    if (mine >= 0 && isFirst) nth[row] = this.accounts.targets[mine];
    // Now, for this contact becomes an exchange of its own.
    talked[row] = isFirst && missed[row] === 0 && this.#isFamiliar(batch, row) ? 1 : 0;
    this.#bound(batch, row, mine);
    if (mine >= 0 && missed[row] === 1) this.accounts.misses[mine] += 1;
    if (mine >= 0) this.dossiers.observe(batch, row, mine, isFirst, trace[row] === 1, way[row] === Way.inward);
    this.#learn(batch, row, mine);
    // A flow record tells the exchange with the contact; packets tell it later.
    if (missed[row] === 0 && (batch.proof[row] & Proof.exchange) !== 0) this.#exchanged(batch, row, mine);
    return isFirst ? 1 : 0;
  }

  mustStop(account: number, time: number): boolean {
    return this.episodes.mustStop(account, time);
  }

  counted(firsts: number, clock: number): void {
    this.bar.observe(firsts, clock);
  }

  enter({ address, time }: RequestBatch, row: number, source: number, isFirst: boolean, known: number): number {
    const at = row * 8;
    this.contacts += 1;
    this.#seen(source, address, at);
    const mine = this.episodes.seat(address, at, time, row, isFirst, known);
    if (mine < 0) return -1;
    this.accounts.requests[mine] += 1;
    if (isFirst) this.accounts.names[mine] += 1;
    return mine;
  }

  #seen(source: number, address: Uint32Array, at: number): void {
    this.sources.add(0, source, mixSigned(this.#seed ^ 0x3c6ef372, source ^ address[at + 3]));
  }

  #way(address: Uint32Array, at: number): number {
    if (!this.home.match.contains(address, at)) return Way.inward;
    return this.home.match.contains(address, at + 4) ? Way.within : Way.outward;
  }

  /** Whether one of ours asks whether an address is free that it is about to give away. */
  #isLease(batch: ContactBatch, row: number): boolean {
    return this.lessors.asks(batch, row) && this.#way(batch.address, row * 8) === Way.within;
  }

  /** 1 missed, 0 hit, 2 cannot be told. */
  #missed(batch: ContactBatch, row: number): number {
    const outcome = batch.outcome[row];
    if (outcome === Outcome.answered && (batch.proof[row] & Proof.continued) === 0) return 0;
    if (outcome === Outcome.refused) return 1;
    if (outcome === Outcome.unknown) return 2;
    if ((batch.proof[row] & Proof.continued) !== 0) return this.#visibility.tcp ? 1 : 0;
    const protocol = batch.protocol[row];
    if (protocol === TCP || (protocol === UDP ? this.#visibility.udp : this.#visibility.icmp)) return 1;
    return 2;
  }

  #account(batch: ContactBatch, row: number, isFirst: boolean, known: number): number {
    const mine = this.episodes.seat(batch.address, row * 8, batch.time, row, isFirst, known);
    if (mine < 0) return -1;
    this.accounts.contacts[mine] += 1;
    if (isFirst) this.accounts.targets[mine] += 1;
    if ((batch.proof[row] & Proof.handshake) !== 0) this.accounts.flags[mine] |= Flag.proven;
    return mine;
  }

  /**
   * p0 of this contact. That a host is dead is one thing to find out, however many of its ports are tried: the second
   * miss on one dark host by one source proves much less. Where replies cannot be seen, nothing is proven.
   */
  #bound(batch: ContactBatch, row: number, account: number): void {
    const { p0, way, state, missed, trace } = this.admission;
    const { outcome, protocol, proof } = batch;
    const known = state[row];
    p0[row] = 1;
    // What a full stream is charged further changes nothing.
    if (account < 0 || missed[row] === 2 || this.accounts.isFull(account, this.#misses)) return;
    if (isLinkQuestion(batch, row) && this.#routers.isRouter(batch.link[row])) return;
    p0[row] = this.rates.p0(way[row], known);
    if (trace[row] === 1) this.#atLeast(row, 0.5);
    if (known <= State.dark && missed[row] === 1) {
      const again = !this.#firstContact.isFirst(batch.address, row * 8, 0xff000000 | 0);
      const isDead = outcome[row] === Outcome.unanswered || (proof[row] & Proof.byRouter) !== 0;
      if (again && isDead) this.#atLeast(row, 0.3);
    }
    if (way[row] === Way.within && missed[row] === 1) this.#boundWithin(batch, row);
    // A living host that does not speak this UDP or ICMP service may well stay silent.
    if (known >= State.alive && outcome[row] === Outcome.unanswered && protocol[row] !== TCP) this.#atLeast(row, 0.2);
  }

  /**
   * Hosts of one network run the same programs and read the same lists: what some of them have looked for in vain is
   * looked for by the next one, too. Of several that scan together the first ones are charged in full. And programs try
   * the other ports of their servers.
   */
  #boundWithin(batch: ContactBatch, row: number): void {
    const missers = this.knowledge.missers();
    if (missers > 0) this.#atLeast(row, missers === 1 ? SOUGHT_ONCE : SOUGHT);
    else if ((batch.proof[row] & Proof.closed) !== 0 && this.#acquaintances.has(batch.address, row * 8))
      this.#atLeast(row, OF_SERVER);
  }

  #atLeast(row: number, bound: number): void {
    const { p0 } = this.admission;
    if (p0[row] < bound) p0[row] = bound;
  }

  /** Of the target that `knowledge` has in hand. Strangers are not kept: only what is ours can be known well. */
  #learn(batch: ContactBatch, row: number, account: number): void {
    const { outcome, proof } = batch;
    const { knowledge } = this;
    const { missed, first, way, state, source } = this.admission;
    if (way[row] !== Way.outward) {
      if (outcome[row] === Outcome.answered) {
        knowledge.answered();
        if (way[row] === Way.inward) knowledge.answeredOutside(source[row]);
      } else if ((proof[row] & Proof.closed) !== 0) knowledge.closed();
      else if (outcome[row] === Outcome.unanswered || (proof[row] & Proof.byRouter) !== 0) knowledge.silent();
    }
    const isKeptOut = outcome[row] === Outcome.unanswered || (proof[row] & (Proof.filtered | Proof.byRouter)) !== 0;
    if (isKeptOut && first[row] === 1 && way[row] === Way.inward) knowledge.turnedDown(source[row]);
    if (account < 0) return;
    const flags = this.accounts.flags[account];
    // Who scans teaches nothing of what is looked for.
    if (missed[row] === 1 && way[row] === Way.within && first[row] === 1 && (flags & Flag.found) === 0)
      knowledge.soughtInVain(source[row]);
    if ((flags & Flag.engaged) === 0) return;
    if (missed[row] === 1) knowledge.failed(source[row]);
    if (first[row] === 1 && missed[row] !== 2 && this.accounts.targets[account] <= LESSONS)
      this.rates.learn(way[row], state[row], missed[row] === 1);
  }

  /** A packet that only a living host sends. */
  #showsLife(address: Uint32Array, at: number): void {
    if (this.home.networks.length === 0 || this.home.match.contains(address, at)) this.knowledge.alive(address, at);
  }

  /** An earlier contact went on: an exchange, or broken off. Detectors see the row with its account, not as a first contact. */
  #followed(batch: ContactBatch, row: number): void {
    const { address, outcome } = batch;
    const { account, first, missed, p0, source } = this.admission;
    const mine = this.accounts.keys.findHashed(source[row], address, row * 8);
    account[row] = mine;
    if (mine >= 0) this.accounts.stays(mine);
    first[row] = 0;
    missed[row] = 2;
    p0[row] = 1;
    if (outcome[row] === Outcome.exchanged) this.#exchanged(batch, row, mine);
    else if (outcome[row] === Outcome.brokenOff && mine >= 0) this.dossiers.brokenOff(mine);
  }

  /** Whether a contact is one that `Admission.talked` may tell of, and it does. */
  #isFamiliar(batch: ContactBatch, row: number): boolean {
    const isChosen = batch.targetPort[row] >= SYSTEM_PORTS && this.admission.way[row] === Way.inward;
    return isChosen && this.#acquaintances.has(batch.address, row * 8);
  }

  /** The source really talked with the target. */
  #exchanged(batch: ContactBatch, row: number, mine: number): void {
    const { address, targetPort, protocol } = batch;
    const at = row * 8;
    this.#routers.observe(batch.link[row], address, at + 4, !this.home.match.contains(address, at + 4));
    if (mine >= 0) {
      this.accounts.flags[mine] |= Flag.engaged;
      this.accounts.exchanges[mine] += 1;
      this.dossiers.exchanged(mine);
    }
    const what = (0xfe << 24) | (protocol[row] << 16) | targetPort[row];
    this.#acquaintances.add(address, at);
    if (this.#firstContact.isFirst(address, at, what) && this.#way(address, at) !== Way.outward) {
      this.knowledge.atHashed(this.admission.target[row], address, at + 4, targetPort[row], protocol[row]);
      this.knowledge.used();
    }
    this.#showsLife(address, at);
  }
}
