import type { ContactBatch } from '../record/contact.ts';
import { KeyHash } from '../table/hash.ts';
import { KeyTable } from '../table/keys.ts';

// Hot: one or two look-ups for every contact.

/**
 * What answers have shown of the hosts and services that are contacted, and from it p0: an upper bound on the chance
 * that a benign source misses *this* target, given all that was known before it tried.
 *
 * Hosts are alive once they answered anybody or sent something of their own, dark once somebody got no answer and they
 * never showed life. Services are open or closed by their last answer, and *used* by as many sources as completed a
 * real exchange with them.
 */

/** What was known of a target before a contact. */
export const State = {
  /** nothing is known of the address */
  unknown: 0,
  /** the address was tried before and never showed life */
  dark: 1,
  /** the host lives, this service is unknown */
  alive: 2,
  /** the host lives, this service said no before */
  closed: 3,
  /** the service answered before */
  open: 4,
  /** the service answered before, and now clients that used it fail too: an outage */
  failing: 5,
} as const;

const ALIVE = 1;
const SILENT = 2;
const OPEN = 1;
const CLOSED = 2;

const SEVERAL = -1;

/** Sources that used a service and then failed, until it counts as failing for everybody. */
const FAILING = 2;

export class Knowledge {
  readonly #hash: KeyHash;
  readonly #hosts: KeyTable;
  readonly #host: Uint8Array;
  readonly #services: KeyTable;
  readonly #service: Uint8Array;
  readonly #users: Uint8Array;
  readonly #failures: Uint8Array;
  /** hash of the source that failed last */
  readonly #failedBy: Int32Array;
  /** by service: hash of the one source from outside that it answered, 0: none, `SEVERAL` */
  readonly #answered: Int32Array;
  /** by service: sources from outside that it did not answer when they first came, up to 255, and hash of the last one */
  readonly #turnedDown: Uint8Array;
  readonly #turnedDownBy: Int32Array;
  readonly #serviceHash: KeyHash;
  /** by row of the batch in hand: what `approach` has found */
  readonly #nearHosts: Int32Array;
  readonly #nearServices: Int32Array;
  /** the target in hand, and its rows: −1 unknown */
  #words: Uint32Array = new Uint32Array(4);
  #at = 0;
  #port = 0;
  #protocol = 0;
  #hostRow = -1;
  #serviceRow = -1;

  /**
   * @param capacity hosts, and half of the services, that can be known; past that a new one stays unknown
   * @param rows of the largest batch that is read ahead
   */
  constructor(capacity: number, seed: number, rows = 0) {
    this.#serviceHash = new KeyHash(seed ^ 0x5bd1e995);
    this.#nearHosts = new Int32Array(rows);
    this.#nearServices = new Int32Array(rows);
    this.#hash = new KeyHash(seed);
    this.#hosts = new KeyTable(capacity, seed);
    this.#host = new Uint8Array(capacity);
    this.#services = new KeyTable(2 * capacity, seed ^ 0x5bd1e995);
    this.#service = new Uint8Array(2 * capacity);
    this.#users = new Uint8Array(2 * capacity);
    this.#failures = new Uint8Array(2 * capacity);
    this.#failedBy = new Int32Array(2 * capacity);
    this.#answered = new Int32Array(2 * capacity);
    this.#turnedDown = new Uint8Array(2 * capacity);
    this.#turnedDownBy = new Int32Array(2 * capacity);
  }

  /** Hosts and services that found no room. */
  get refused(): number {
    return this.#hosts.refused + this.#services.refused;
  }

  /** The target that the other questions are about; looked up once for all of them. */
  at(words: Uint32Array, at: number, port: number, protocol: number): void {
    this.atHashed(this.#hash.at(words, at), words, at, port, protocol);
  }

  /** As `at`. @param hash what a `KeyHash` with this seed says of the address */
  atHashed(hash: number, words: Uint32Array, at: number, port: number, protocol: number): void {
    this.#words = words;
    this.#at = at;
    this.#port = port;
    this.#protocol = protocol;
    this.#hostRow = this.#hosts.findHashed(hash, words, at);
    this.#serviceRow = this.#hostRow < 0 ? -1 : this.#services.find(this.#hostRow, port, protocol, 0);
  }

  /**
   * Reads ahead the targets of rows `from` … `to` − 1.
   *
   * @param hashes by row, as in `atHashed`
   * @returns nothing of meaning
   */
  approach(hashes: Int32Array, batch: ContactBatch, from: number, to: number): number {
    const { targetPort, protocol } = batch;
    const hosts = this.#nearHosts;
    const services = this.#nearServices;
    let sum = this.#hosts.approach(hashes, from, to, hosts);
    for (let row = from; row < to; row += 1) {
      if (hosts[row] >= 0) sum ^= this.#host[hosts[row]];
      services[row] = this.#serviceHash.of(hosts[row], targetPort[row], protocol[row], 0);
    }
    return sum ^ this.#services.approach(services, from, to, services);
  }

  /** State of the target as far as it is known by now. */
  state(): number {
    if (this.#hostRow < 0) return State.unknown;
    const flags = this.#host[this.#hostRow];
    if ((flags & ALIVE) === 0) return (flags & SILENT) === 0 ? State.unknown : State.dark;
    const service = this.#serviceRow;
    if (service < 0) return State.alive;
    if ((this.#service[service] & OPEN) === 0) return this.#service[service] === 0 ? State.alive : State.closed;
    return this.#failures[service] >= FAILING ? State.failing : State.open;
  }

  /** How many sources completed a real exchange with the target, up to 255. */
  users(): number {
    return this.#serviceRow < 0 ? 0 : this.#users[this.#serviceRow];
  }

  /** The address sent something that only a living host sends. */
  alive(words: Uint32Array, at: number): void {
    this.at(words, at, 0, 0);
    const host = this.#knownHost();
    if (host >= 0) this.#host[host] |= ALIVE;
  }

  answered(): void {
    const service = this.#known();
    if (service < 0) return;
    this.#service[service] = OPEN;
    this.#failures[service] = 0;
  }

  /** The service answered a source from outside. @param source hash of its address */
  answeredOutside(source: number): void {
    const service = this.#serviceRow;
    if (service < 0) return;
    const mine = source || 1;
    if (this.#answered[service] === 0) this.#answered[service] = mine;
    else if (this.#answered[service] !== mine) this.#answered[service] = SEVERAL;
  }

  /** A source from outside that came for the first time got no answer of a service that there is. */
  turnedDown(source: number): void {
    const service = this.#serviceRow;
    if (service < 0 || this.#turnedDownBy[service] === source) return;
    this.#turnedDownBy[service] = source;
    if (this.#turnedDown[service] < 255) this.#turnedDown[service] += 1;
  }

  /** Whether the service answered one source from outside alone. */
  isExclusive(): boolean {
    return (
      this.#serviceRow >= 0 && this.#answered[this.#serviceRow] !== 0 && this.#answered[this.#serviceRow] !== SEVERAL
    );
  }

  /** How many others it let go without an answer. */
  others(): number {
    return this.#serviceRow < 0 ? 0 : this.#turnedDown[this.#serviceRow];
  }

  closed(): void {
    const service = this.#known();
    if (service >= 0 && this.#users[service] === 0) this.#service[service] = CLOSED;
  }

  silent(): void {
    const host = this.#knownHost();
    if (host >= 0) this.#host[host] |= SILENT;
  }

  /** A source, for the first time, completed a real exchange with the service. */
  used(): void {
    const service = this.#known();
    if (service < 0) return;
    // Who missed it before it was there says nothing of how it is now.
    if (this.#service[service] !== OPEN) this.#failures[service] = 0;
    this.#service[service] = OPEN;
    if (this.#users[service] < 255) this.#users[service] += 1;
  }

  /**
   * A source that had completed a real exchange with something here missed the service. Who misses it again and again
   * is one user: nobody makes a service fail for all by himself.
   *
   * @param source hash of its address
   */
  failed(source: number): void {
    const service = this.#serviceRow;
    if (service >= 0 && this.#users[service] > 0) this.#fail(service, source);
  }

  /** As `failed`, of a source that may be believed, and of services that nobody ever found as well. */
  soughtInVain(source: number): void {
    const service = this.#row();
    if (service < 0 || (this.#service[service] === OPEN && this.#users[service] === 0)) return;
    this.#fail(service, source);
  }

  /** How many sources missed the service since it answered last, as far as `failed` and `soughtInVain` were told. */
  missers(): number {
    return this.#serviceRow < 0 ? 0 : this.#failures[this.#serviceRow];
  }

  #fail(service: number, source: number): void {
    if (this.#failures[service] > 0 && this.#failedBy[service] === source) return;
    this.#failedBy[service] = source;
    if (this.#failures[service] < 255) this.#failures[service] += 1;
  }

  #knownHost(): number {
    if (this.#hostRow >= 0) return this.#hostRow;
    const host = this.#hosts.insertAt(this.#words, this.#at);
    if (host >= 0) this.#host[host] = 0;
    this.#hostRow = host;
    return host;
  }

  #known(): number {
    const host = this.#knownHost();
    if (host < 0) return -1;
    this.#host[host] |= ALIVE;
    return this.#row();
  }

  /** The row of the service in hand, whether its host lives or not; −1: no room. */
  #row(): number {
    const host = this.#knownHost();
    if (host < 0) return -1;
    if (this.#serviceRow >= 0) return this.#serviceRow;
    const service = this.#services.insert(host, this.#port, this.#protocol, 0);
    if (service >= 0) {
      this.#service[service] = 0;
      this.#users[service] = 0;
      this.#failures[service] = 0;
      this.#answered[service] = 0;
      this.#turnedDown[service] = 0;
      this.#turnedDownBy[service] = 0;
    }
    this.#serviceRow = service;
    return service;
  }
}
