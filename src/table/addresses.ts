import { KeyTable } from './keys.ts';

// Hot: an intern for every source and target.

/** Ids among which the one to retire is looked for. */
const CANDIDATES = 16;

/**
 * Addresses → dense ids 0 … capacity − 1, so that state about an address is an array index. Fixed memory.
 *
 * When full, a new address takes the id of an idle one: of the next 16 ids under a hand that goes round, the one idle
 * longest (a flood so retires mostly its own addresses; one that keeps coming back stays). Before that, `onRetire`
 * is called with the id, while `words` still tell whose it was: whoever keeps state by id clears it there.
 * Everything depends on the order of calls only.
 */
export class AddressTable {
  readonly capacity: number;
  /** 4 words per id, interleaved */
  readonly words: Uint32Array;
  /** Latest time that an id was interned or touched, µs on the data's clock. */
  readonly lastSeen: Float64Array;
  /** Ids taken from an address and given to another. */
  retired = 0;

  readonly #table: KeyTable;
  readonly #onRetire: (id: number) => void;
  #hand = 0;

  constructor(capacity: number, seed: number, onRetire: (id: number) => void) {
    this.capacity = capacity;
    this.#table = new KeyTable(capacity, seed);
    this.words = this.#table.keys;
    this.lastSeen = new Float64Array(capacity);
    this.#onRetire = onRetire;
  }

  /** Ids in use: 0 … size − 1, since an id is taken away only to be given to another address. */
  get size(): number {
    return this.#table.size;
  }

  /**
   * Id of the address that stands in four words from `at`; a new address gets a new or a retired id.
   * The time is taken from its column: as an argument it would become an object on the heap.
   */
  intern(words: Uint32Array, at: number, times: Float64Array, row: number): number {
    const table = this.#table;
    const before = table.size;
    if (before === this.capacity) return this.#internFull(words, at, times, row);
    const id = table.insertAt(words, at);
    if (table.size !== before) this.lastSeen[id] = times[row];
    else this.touch(id, times, row);
    return id;
  }

  /** Id of the address, or −1. */
  find(words: Uint32Array, at: number): number {
    return this.#table.findAt(words, at);
  }

  /** The address has been seen at the row's time. A time before the latest changes nothing. */
  touch(id: number, times: Float64Array, row: number): void {
    if (this.lastSeen[id] < times[row]) this.lastSeen[id] = times[row];
  }

  #internFull(words: Uint32Array, at: number, times: Float64Array, row: number): number {
    const known = this.#table.findAt(words, at);
    if (known >= 0) {
      this.touch(known, times, row);
      return known;
    }
    const idle = this.#nextIdle();
    this.#onRetire(idle);
    this.retired += 1;
    this.#table.remove(idle);
    const id = this.#table.insertAt(words, at);
    this.lastSeen[id] = times[row];
    return id;
  }

  #nextIdle(): number {
    let idle = this.#hand;
    for (let step = Math.min(CANDIDATES, this.capacity); step > 0; step -= 1) {
      if (this.lastSeen[this.#hand] < this.lastSeen[idle]) idle = this.#hand;
      this.#hand = this.#hand + 1 < this.capacity ? this.#hand + 1 : 0;
    }
    return idle;
  }
}
