import { KeyTable } from '../table/keys.ts';

// Hot: `client` and `used` run for every exchange and every request that was answered.

/**
 * Who really used what: for each thing of ours the sources that completed an exchange with it, each with the last time.
 * Which of them are scanners is known only when all findings are, so sources are kept one by one and taken out then.
 * What finds no room makes the figure of its thing an "at least": nothing is ever called unused for lack of room.
 */

/** Clients of one thing that are kept: past that it is well used, whoever is taken out. */
const MOST = 250;
/** Requests that were answered, until their source counts as a client and not as one that tries a name or two. */
const SERVED = 3;

/** How much a thing is used by those who count. */
export interface Use {
  readonly clients: number;
  /** of these, in the last 30 days of the data */
  readonly last30Days: number;
  /** not all could be kept */
  readonly atLeast: boolean;
  /** µs since 1970; 0: never */
  readonly last: number;
}

const RECENT = 30 * 86_400e6;

export class Uses {
  readonly #clients: KeyTable;
  readonly #answered: Uint16Array;
  readonly #missed: Uint16Array;
  readonly #pairs: KeyTable;
  readonly #last: Float64Array;
  /** by thing */
  readonly #count: Uint8Array;
  readonly #more: Uint8Array;

  /** @param things numbers of things are below this */
  constructor(things: number, clients: number, pairs: number, seed: number) {
    this.#clients = new KeyTable(clients, seed ^ 0x1f123bb5);
    this.#answered = new Uint16Array(clients);
    this.#missed = new Uint16Array(clients);
    this.#pairs = new KeyTable(pairs, seed ^ 0x6a09e667);
    this.#last = new Float64Array(pairs);
    this.#count = new Uint8Array(things);
    this.#more = new Uint8Array(things);
  }

  /** Row of a source; −1: no room. */
  client(words: Uint32Array, at: number): number {
    const { size } = this.#clients;
    const row = this.#clients.insertAt(words, at);
    if (row >= 0 && this.#clients.size > size) {
      this.#answered[row] = 0;
      this.#missed[row] = 0;
    }
    return row;
  }

  /** A request of this source was answered, or was for something that is not there. */
  asked(client: number, missed: boolean): void {
    if (client < 0) return;
    const column = missed ? this.#missed : this.#answered;
    if (column[client] < 0xffff) column[client] += 1;
  }

  /** The source used the thing at `times[row]`. */
  used(thing: number, client: number, times: Float64Array, row: number): void {
    if (thing < 0) return;
    let pair = client < 0 ? -1 : this.#pairs.find(thing, client, 0, 0);
    if (pair < 0) {
      if (client >= 0 && this.#count[thing] < MOST) pair = this.#pairs.insert(thing, client, 0, 0);
      if (pair < 0) {
        this.#more[thing] = 1;
        return;
      }
      this.#count[thing] += 1;
      this.#last[pair] = 0;
    }
    if (times[row] > this.#last[pair]) this.#last[pair] = times[row];
  }

  /**
   * The use of every thing that was used, without these sources. Things from `names` on are asked for by name: there only
   * a source counts that was served a few times and missed little.
   *
   * @param end of the data, µs since 1970
   */
  without(sources: readonly Uint32Array[], names: number, end: number): ReadonlyMap<number, Use> {
    const out = new Set(sources.map((words) => this.#clients.findAt(words, 0)));
    const uses = new Map<number, Use>();
    const pairs = this.#pairs;
    for (let pair = 0; pair < pairs.extent; pair += 1) {
      const thing = pairs.keys[4 * pair];
      const client = pairs.keys[4 * pair + 1];
      const before = uses.get(thing) ?? { clients: 0, last30Days: 0, atLeast: this.#more[thing] !== 0, last: 0 };
      const counts = !out.has(client) && (thing < names || this.#isServed(client));
      const last = this.#last[pair];
      uses.set(thing, {
        clients: before.clients + (counts ? 1 : 0),
        last30Days: before.last30Days + (counts && last >= end - RECENT ? 1 : 0),
        atLeast: before.atLeast,
        last: counts ? Math.max(before.last, last) : before.last,
      });
    }
    this.#more.forEach((more, thing) => {
      if (more !== 0 && !uses.has(thing)) uses.set(thing, { clients: 0, last30Days: 0, atLeast: true, last: 0 });
    });
    return uses;
  }

  #isServed(client: number): boolean {
    return this.#answered[client] >= SERVED && this.#answered[client] >= 2 * this.#missed[client];
  }
}
