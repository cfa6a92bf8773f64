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

/** Sources that used a service and then failed, until it counts as failing for everybody. */
const FAILING = 2;

export class Knowledge {
  readonly #hosts: KeyTable;
  readonly #host: Uint8Array;
  readonly #services: KeyTable;
  readonly #service: Uint8Array;
  readonly #users: Uint8Array;
  readonly #failures: Uint8Array;

  /** @param capacity hosts, and half of the services, that can be known; past that a new one stays unknown */
  constructor(capacity: number, seed: number) {
    this.#hosts = new KeyTable(capacity, seed);
    this.#host = new Uint8Array(capacity);
    this.#services = new KeyTable(2 * capacity, seed ^ 0x5bd1e995);
    this.#service = new Uint8Array(2 * capacity);
    this.#users = new Uint8Array(2 * capacity);
    this.#failures = new Uint8Array(2 * capacity);
  }

  /** Hosts and services that found no room. */
  get refused(): number {
    return this.#hosts.refused + this.#services.refused;
  }

  /** State of a target as far as it is known by now. */
  state(words: Uint32Array, at: number, port: number, protocol: number): number {
    const host = this.#hosts.findAt(words, at);
    if (host < 0) return State.unknown;
    const flags = this.#host[host];
    if ((flags & ALIVE) === 0) return (flags & SILENT) === 0 ? State.unknown : State.dark;
    const service = this.#services.find(host, port, protocol, 0);
    if (service < 0) return State.alive;
    if ((this.#service[service] & OPEN) === 0) return State.closed;
    return this.#failures[service] >= FAILING ? State.failing : State.open;
  }

  /** How many sources completed a real exchange with a service, up to 255. */
  users(words: Uint32Array, at: number, port: number, protocol: number): number {
    const host = this.#hosts.findAt(words, at);
    const service = host < 0 ? -1 : this.#services.find(host, port, protocol, 0);
    return service < 0 ? 0 : this.#users[service];
  }

  /** The address sent something that only a living host sends. */
  alive(words: Uint32Array, at: number): void {
    const host = this.#row(words, at);
    if (host >= 0) this.#host[host] |= ALIVE;
  }

  answered(words: Uint32Array, at: number, port: number, protocol: number): void {
    const service = this.#known(words, at, port, protocol);
    if (service < 0) return;
    this.#service[service] = OPEN;
    this.#failures[service] = 0;
  }

  closed(words: Uint32Array, at: number, port: number, protocol: number): void {
    const service = this.#known(words, at, port, protocol);
    if (service >= 0 && this.#users[service] === 0) this.#service[service] = CLOSED;
  }

  silent(words: Uint32Array, at: number): void {
    const host = this.#row(words, at);
    if (host >= 0) this.#host[host] |= SILENT;
  }

  /** A source, for the first time, completed a real exchange with the service. */
  used(words: Uint32Array, at: number, port: number, protocol: number): void {
    const service = this.#known(words, at, port, protocol);
    if (service < 0) return;
    this.#service[service] = OPEN;
    if (this.#users[service] < 255) this.#users[service] += 1;
  }

  /** A source that had completed a real exchange with something here missed the service. */
  failed(words: Uint32Array, at: number, port: number, protocol: number): void {
    const host = this.#hosts.findAt(words, at);
    const service = host < 0 ? -1 : this.#services.find(host, port, protocol, 0);
    if (service >= 0 && this.#users[service] > 0 && this.#failures[service] < 255) this.#failures[service] += 1;
  }

  #row(words: Uint32Array, at: number): number {
    const before = this.#hosts.size;
    const host = this.#hosts.insertAt(words, at);
    if (this.#hosts.size !== before) this.#host[host] = 0;
    return host;
  }

  #known(words: Uint32Array, at: number, port: number, protocol: number): number {
    const host = this.#row(words, at);
    if (host < 0) return -1;
    this.#host[host] |= ALIVE;
    const before = this.#services.size;
    const service = this.#services.insert(host, port, protocol, 0);
    if (this.#services.size !== before) {
      this.#service[service] = 0;
      this.#users[service] = 0;
      this.#failures[service] = 0;
    }
    return service;
  }
}
