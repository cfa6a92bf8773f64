import { hash4Signed, mix } from '../table/hash.ts';
import { KeyTable } from '../table/keys.ts';
import { HEAD32, Key, LINE8, LINE32, LINE64, Line8, Line32, Queue, TIMEOUT, TOUCHED } from './layout.ts';

// Hot: one find and one touch for every packet.

const NONE = 0xffff;
const QUEUES = 5;

/** Bit of the `queue` cell: a packet came since the flow was put there (it is moved when its turn comes, not before). */
const AGAIN = 128;

/**
 * The flows of one shard: keys, columns and the queues they wait in. Fixed memory, 112 bytes a flow.
 *
 * A key is two addresses, two ports and a protocol, the lower end first. An IPv4 address is its word; IPv6 addresses
 * are dense ids that live as long as a flow refers to them (at most a quarter as many as flows).
 *
 * Open addressing with linear probing at a load of at most one half, as `table/keys.ts` has it; but keys stand in one
 * line with the columns, and a whole batch can be looked up ahead (`approach`): a packet costs one slot and one line,
 * and both are on their way from memory before its turn comes. That is most of the time here: 2^18 flows fit in no cache.
 */
export class Flows {
  readonly capacity: number;
  size = 0;
  /** The time that it is, µs: of the packet in hand, or the data's clock. In a cell, since a number with a fraction handed on is garbage. */
  readonly now = new Float64Array(1);
  readonly line8: Uint8Array;
  readonly line32: Uint32Array;
  readonly line64: Float64Array;
  readonly head8: Uint8Array;
  readonly head16: Uint16Array;
  readonly head32: Uint32Array;
  readonly head64: Float64Array;

  /** hash bits, row + 1 in the low ones; 0: empty */
  readonly #slots: Int32Array;
  readonly #mask: number;
  readonly #seed: number;
  /** neighbours in the queue, the one before and the one behind; apart from the lines, so that they stay near */
  readonly #links: Uint16Array;
  /** as `line32`, signed: comparisons stay within small integers */
  readonly #words: Int32Array;
  /** rows never used yet begin here; rows freed are linked from `#free` */
  #extent = 0;
  #free = NONE;
  readonly #head = new Int32Array(QUEUES).fill(NONE);
  readonly #tail = new Int32Array(QUEUES).fill(NONE);
  readonly #ids: KeyTable;
  readonly #references: Uint32Array;

  constructor(capacity: number, seed: number) {
    if (!(capacity >= 4 && capacity < NONE)) throw new RangeError(`capacity ${capacity} is not in 4 … 65534`);
    const slots = 2 ** Math.ceil(Math.log2(2 * capacity));
    const lines = new ArrayBuffer(capacity * LINE8);
    const heads = new ArrayBuffer(capacity * HEAD32 * 4);
    this.capacity = capacity;
    this.#seed = seed | 0;
    this.#slots = new Int32Array(slots);
    this.#mask = slots - 1;
    this.line8 = new Uint8Array(lines);
    this.#links = new Uint16Array(2 * capacity);
    this.line32 = new Uint32Array(lines);
    this.#words = new Int32Array(lines);
    this.line64 = new Float64Array(lines);
    this.head8 = new Uint8Array(heads);
    this.head16 = new Uint16Array(heads);
    this.head32 = new Uint32Array(heads);
    this.head64 = new Float64Array(heads);
    this.#ids = new KeyTable(Math.max(4, capacity >> 2), mix(seed, 6));
    this.#references = new Uint32Array(this.#ids.capacity);
  }

  /** Seeded hash of a key, signed. */
  hash(low: number, high: number, ports: number, last: number): number {
    return hash4Signed(this.#seed, low, high, ports, last);
  }

  /** Row of the key, or −1. Words are signed. */
  find(hash: number, low: number, high: number, ports: number, last: number): number {
    return (this.#slots[this.#probe(hash, low, high, ports, last)] & this.#mask) - 1;
  }

  /**
   * Reads slots and lines of many keys at once, so that they are near when each is looked up.
   *
   * @param rows which cells of `hashes` to read: rows[from … to)
   * @returns nothing of meaning, so that the reads are not left out
   */
  approach(hashes: Int32Array, rows: Uint16Array, from: number, to: number): number {
    const slots = this.#slots;
    const words = this.#words;
    const mask = this.#mask;
    let sum = 0;
    for (let at = from; at < to; at += 1) sum ^= slots[hashes[rows[at]] & mask];
    for (let at = from; at < to; at += 1) {
      const row = (slots[hashes[rows[at]] & mask] & mask) - 1;
      if (row >= 0) sum ^= words[LINE32 * row] ^ words[LINE32 * row + LINE32 - 1];
    }
    return sum;
  }

  /** A row for a new key, zeroed but for the key, in no queue yet; −1: full. */
  open(hash: number, low: number, high: number, ports: number, last: number): number {
    const row = this.#takeRow();
    if (row < 0) return -1;
    const words = this.#words;
    const { head32 } = this;
    const line = LINE32 * row;
    words[line] = low;
    words[line + 1] = high;
    words[line + 2] = ports;
    words[line + 3] = last;
    for (let at = line + 4; at < line + LINE32; at += 1) words[at] = 0;
    for (let at = HEAD32 * row; at < HEAD32 * row + HEAD32; at += 1) head32[at] = 0;
    if ((last & Key.v6) !== 0) {
      this.#references[low] += 1;
      this.#references[high] += 1;
    }
    this.#slots[this.#probe(hash, low, high, ports, last)] = (hash & ~this.#mask) | (row + 1);
    return row;
  }

  /** Takes the flow out of its queue and of the table. */
  close(row: number): void {
    const words = this.#words;
    const line = LINE32 * row;
    this.#unlink(row);
    this.#removeSlot(row);
    if ((words[line + Line32.last] & Key.v6) !== 0) {
      this.#release(words[line]);
      this.#release(words[line + 1]);
    }
    this.#links[2 * row + 1] = this.#free;
    this.#free = row;
    this.size -= 1;
  }

  #takeRow(): number {
    let row = this.#free;
    if (row !== NONE) this.#free = this.#links[2 * row + 1];
    else if (this.#extent < this.capacity) row = this.#extent++;
    else return -1;
    this.size += 1;
    return row;
  }

  /** Where the key stands in the slots, or else the empty slot where it would be put. */
  #probe(hash: number, low: number, high: number, ports: number, last: number): number {
    const slots = this.#slots;
    const words = this.#words;
    const mask = this.#mask;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const slot = slots[at];
      if (slot === 0) return at;
      if (((slot ^ hash) & ~mask) !== 0) continue;
      const line = LINE32 * ((slot & mask) - 1);
      if (words[line] !== low || words[line + 1] !== high) continue;
      if (words[line + 2] === ports && words[line + 3] === last) return at;
    }
  }

  /** Empties the row's slot, and shifts back those behind it that would not be found any more. */
  #removeSlot(row: number): void {
    const slots = this.#slots;
    const mask = this.#mask;
    let hole = this.#hashOf(row) & mask;
    while ((slots[hole] & mask) !== row + 1) hole = (hole + 1) & mask;
    for (let at = (hole + 1) & mask; slots[at] !== 0; at = (at + 1) & mask) {
      const home = this.#hashOf((slots[at] & mask) - 1) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      slots[hole] = slots[at];
      hole = at;
    }
    slots[hole] = 0;
  }

  #hashOf(row: number): number {
    const words = this.#words;
    const line = LINE32 * row;
    return this.hash(words[line], words[line + 1], words[line + 2], words[line + 3]);
  }

  /** Dense id of an IPv6 address, or −1: no flow knows it. */
  idOf(words: Uint32Array, at: number): number {
    return this.#ids.findAt(words, at);
  }

  /** Dense id of an IPv6 address, new if need be and then to be referred to by a flow; −1: no room. */
  intern(words: Uint32Array, at: number): number {
    return this.#ids.insertAt(words, at);
  }

  /** Frees an address that was interned but that no flow came to refer to. */
  forgetUnused(id: number): void {
    if (id >= 0 && this.#references[id] === 0) this.#ids.remove(id);
  }

  #release(id: number): void {
    this.#references[id] -= 1;
    if (this.#references[id] === 0) this.#ids.remove(id);
  }

  /** Writes one end's address (0: the lower, 1: the higher) as four words. */
  addressTo(row: number, end: number, out: Uint32Array, at: number): void {
    const word = this.line32[LINE32 * row + end];
    if ((this.line32[LINE32 * row + Line32.last] & Key.v6) === 0) {
      out[at] = 0;
      out[at + 1] = 0;
      out[at + 2] = 0xffff;
      out[at + 3] = word;
      return;
    }
    const addresses = this.#ids.keys;
    for (let k = 0; k < 4; k += 1) out[at + k] = addresses[4 * word + k];
  }

  /**
   * The flow that has waited longest in a queue, or −1. Flows with packets since they were put there go to its end
   * first, at most `patience` of them.
   */
  oldest(queue: number, patience: number): number {
    for (let n = 0; n < patience && this.#head[queue] !== NONE; n += 1) if (!this.again(this.#head[queue])) break;
    return this.#head[queue] === NONE ? -1 : this.#head[queue];
  }

  /** Puts a flow that had packets since it was queued at its queue's end; false: it had none. */
  again(row: number): boolean {
    const queue = this.queueOf(row);
    if (this.line8[LINE8 * row + Line8.queue] === queue) return false;
    this.#unlink(row);
    this.#link(row, queue);
    return true;
  }

  queueOf(row: number): number {
    return this.line8[LINE8 * row + Line8.queue] & (AGAIN - 1);
  }

  /** A packet came. In the half queue the wait is not made longer by that. */
  touch(row: number): void {
    const cell = LINE8 * row + Line8.queue;
    if (this.line8[cell] === Queue.half) return;
    this.line8[cell] |= AGAIN;
    this.line64[LINE64 * row + TOUCHED] = this.now[0];
  }

  /** Whether the flow's time in its queue is up. */
  overdue(row: number): boolean {
    return this.now[0] - this.line64[LINE64 * row + TOUCHED] > TIMEOUT[this.queueOf(row)];
  }

  /** Puts a new flow at the end of a queue. */
  enqueue(row: number, queue: number): void {
    this.line64[LINE64 * row + TOUCHED] = this.now[0];
    this.#link(row, queue);
  }

  /** Moves a flow to the end of a queue. */
  move(row: number, queue: number): void {
    this.#unlink(row);
    this.enqueue(row, queue);
  }

  #link(row: number, queue: number): void {
    const links = this.#links;
    const tail = this.#tail[queue];
    this.line8[LINE8 * row + Line8.queue] = queue;
    links[2 * row] = tail;
    links[2 * row + 1] = NONE;
    if (tail === NONE) this.#head[queue] = row;
    else links[2 * tail + 1] = row;
    this.#tail[queue] = row;
  }

  #unlink(row: number): void {
    const links = this.#links;
    const queue = this.queueOf(row);
    const prev = links[2 * row];
    const next = links[2 * row + 1];
    if (prev === NONE) this.#head[queue] = next;
    else links[2 * prev + 1] = next;
    if (next === NONE) this.#tail[queue] = prev;
    else links[2 * next] = prev;
  }
}
