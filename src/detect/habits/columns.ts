import { AGENT, Use } from '../../record/habit.ts';
import { FirstContact } from '../../ledger/first-contact.ts';
import { mixSigned } from '../../table/hash.ts';
import { Beacons } from './beacons.ts';

// Hot: what is kept of an account's source, written to by every contact and request.

/** Where each count stands among those of its account. */
export const F = {
  outward: 0,
  contacts: 1,
  answered: 2,
  missed: 3,
  failing: 4,
  traced: 5,
  exchanged: 6,
  pairs: 7,
  pairsMissed: 8,
  highPorts: 9,
  addresses: 10,
  services: 11,
  pinged: 12,
  requests: 13,
  requestsAnswered: 14,
  requestsMissed: 15,
  names: 16,
  namesMissed: 17,
  unmodified: 18,
  heads: 19,
  referred: 20,
  admitted: 21,
  refused: 22,
  lookups: 23,
  feeds: 24,
  continued: 25,
  tries: 26,
  tracePorts: 27,
  stacks: 28,
  mailLookups: 29,
  paths: 30,
  checkups: 31,
  loaded: 32,
  fileSessions: 33,
  fromServices: 34,
  letIn: 35,
  logins: 36,
  worked: 37,
  turnedAway: 38,
} as const;
export type Field = keyof typeof F;
export const FIELDS = Object.keys(F) as Field[];
export const WIDTH = FIELDS.length;
export const USES = Object.keys(Use).length;
export const KINDS = Math.max(...Object.values(AGENT)) + 1;

/** What is remembered of pairs, by `what`. */
export const Pair = { address: 0, pinged: 1, service: 2, agent: 3, path: 4, stack: 5, letIn: 6, worked: 7 } as const;
/** Up to which distinct things are counted. */
export const MOST = 1 << 12;

/** By account. */
export class HabitColumns {
  /** which source that is, by its hash */
  readonly owner: Int32Array;
  /** WIDTH each: `F` tells which stands where */
  readonly fields: Uint32Array;
  /** USES each */
  readonly uses: Uint32Array;
  /** KINDS each: different agents of a kind */
  readonly agents: Uint16Array;
  /** place among the agents of the first of them */
  readonly agent: Uint16Array;
  /** hash of the agent that was seen last; 0: none yet */
  readonly calls: Int32Array;
  /** hash of the first path */
  readonly path: Int32Array;
  /** the stack that it was seen with first */
  readonly stack: Int32Array;
  /** µs since 1970 */
  readonly first: Float64Array;
  readonly last: Float64Array;
  /** one of Use: of the first contact */
  readonly begins: Uint8Array;
  readonly beacons: Beacons;
  readonly #seen: FirstContact;
  readonly #key = new Uint32Array(8);

  constructor(accounts: number, seed: number) {
    this.owner = new Int32Array(accounts);
    this.fields = new Uint32Array(accounts * WIDTH);
    this.uses = new Uint32Array(accounts * USES);
    this.agents = new Uint16Array(accounts * KINDS);
    this.agent = new Uint16Array(accounts);
    this.calls = new Int32Array(accounts);
    this.path = new Int32Array(accounts);
    this.first = new Float64Array(accounts);
    this.last = new Float64Array(accounts);
    this.begins = new Uint8Array(accounts);
    this.beacons = new Beacons(accounts);
    this.stack = new Int32Array(accounts);
    this.#seen = new FirstContact(21, seed ^ 0x7f4a7c15);
  }

  /** A source in this account, from now on: nothing is known of it. */
  begin(mine: number, owner: number, times: Float64Array, row: number): void {
    this.owner[mine] = owner;
    for (let at = mine * WIDTH, end = at + WIDTH; at < end; at += 1) this.fields[at] = 0;
    for (let at = mine * USES, end = at + USES; at < end; at += 1) this.uses[at] = 0;
    for (let at = mine * KINDS, end = at + KINDS; at < end; at += 1) this.agents[at] = 0;
    this.agent[mine] = 0;
    this.begins[mine] = 0;
    this.calls[mine] = 0;
    this.path[mine] = 0;
    this.stack[mine] = 0;
    this.beacons.forget(mine);
    this.first[mine] = times[row];
    this.last[mine] = times[row];
  }

  date(mine: number, times: Float64Array, row: number): void {
    if (times[row] < this.first[mine]) this.first[mine] = times[row];
    else if (times[row] > this.last[mine]) this.last[mine] = times[row];
  }

  /** Counts what a source has with a target, once. */
  count(mine: number, field: number, address: Uint32Array, row: number, what: number): void {
    const cell = mine * WIDTH + field;
    if (this.fields[cell] < MOST && this.isFirst(address, row * 8, what)) this.fields[cell] += 1;
  }

  /** Whether the source at `words[at]` … never had to do with the target behind it. */
  isFirst(words: Uint32Array, at: number, what: number): boolean {
    return this.#seen.isFirst(words, at, what);
  }

  /** Whether the source at `words[at]` … never had to do with this. */
  isNew(words: Uint32Array, at: number, what: number, kind: number): boolean {
    const key = this.#key;
    for (let word = 0; word < 4; word += 1) key[word] = words[at + word];
    key[4] = what;
    return this.#seen.isFirst(key, 0, kind);
  }
}

/** Hash of a service at a host. */
export const targetOf = (words: Uint32Array, at: number, port: number): number =>
  mixSigned(words[at + 3] ^ Math.imul(words[at + 2], 0x9e3779b1), words[at + 1] ^ port);
