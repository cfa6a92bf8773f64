import { hash4Signed, mixSigned } from '../../table/hash.ts';
import { KeyTable } from '../../table/keys.ts';

// Hot: `add` for every connection.

/**
 * Fan-out: one process that connects to address after address of one /24 (/120) at one service, or to port after port of
 * one address, within an hour. Each block of 256 addresses, and each 256 ports by their hash, is a row of 256 bits.
 *
 * Evidence: that a program which scans nothing takes a new neighbour of the last one is given 0.7, a new port ½ (hosts are
 * set up in rows, services are not), from the fifth on. Who comes back again and again watches, and does not look around.
 */
const BLOCKS = 1 << 12;
const WORDS = 8;
const HOUR = 3600e6;
/** Targets of a block that begin to tell. */
const FREE = 4;
const BY_ADDRESS = Math.log2(1 / 0.7);
const BY_PORT = 1;
/** Targets of a block from which on it is told of. */
export const WIDE = 16;
/** Connections to each target on average that make a watcher. */
const WATCHES = 4;
/** Ports from which on clients and callers of RPC are given theirs: they come and go. */
const DYNAMIC = 32_768;

/** What a block came to. */
export interface Block {
  readonly targets: number;
  readonly byPort: boolean;
  readonly port: number;
  readonly bits: number;
  /** µs since 1970 */
  readonly first: number;
  readonly last: number;
}

export class FanOut {
  readonly #keys: KeyTable;
  readonly #bits = new Uint32Array(BLOCKS * WORDS);
  readonly #targets = new Uint16Array(BLOCKS);
  readonly #connections = new Uint32Array(BLOCKS);
  readonly #begun = new Float64Array(BLOCKS);
  readonly #last = new Float64Array(BLOCKS);
  readonly #owner = new Int32Array(BLOCKS);
  readonly #byPort = new Uint8Array(BLOCKS);
  readonly #port = new Uint16Array(BLOCKS);
  readonly #seed: number;
  #hand = 0;

  constructor(seed: number) {
    this.#seed = seed | 0;
    this.#keys = new KeyTable(BLOCKS, seed);
  }

  /**
   * Counts a connection of `owner` (a number for the process) to the peer at words[at … at + 4).
   *
   * @returns true when a block has just become wide
   */
  add(owner: number, words: Uint32Array, at: number, port: number, protocol: number, time: number): boolean {
    const prefix = hash4Signed(this.#seed, words[at] | 0, words[at + 1] | 0, words[at + 2] | 0, words[at + 3] >>> 8);
    const byAddress = this.#count(owner, prefix, (protocol << 16) | port, words[at + 3] & 255, time, 0, port);
    if (port >= DYNAMIC) return byAddress;
    const address = mixSigned(prefix, words[at + 3] | 0);
    const byPort = this.#count(owner, address, protocol - 256, mixSigned(this.#seed, port) & 255, time, 1, 0);
    return byAddress || byPort;
  }

  /** Wide blocks of a process that only looks around, most bits first. */
  of(owner: number): Block[] {
    const found: Block[] = [];
    for (let row = 0; row < this.#keys.extent; row += 1) {
      if (!this.#keys.has(row) || this.#owner[row] !== owner) continue;
      const targets = this.#targets[row];
      if (targets < WIDE || this.#connections[row] > WATCHES * targets) continue;
      const byPort = this.#byPort[row] === 1;
      const bits = Math.min(64, (targets - FREE) * (byPort ? BY_PORT : BY_ADDRESS));
      const [first, last] = [this.#begun[row], this.#last[row]];
      found.push({ targets, byPort, port: this.#port[row], bits, first, last });
    }
    return found.sort((a, b) => b.bits - a.bits || a.port - b.port);
  }

  #count(owner: number, a: number, b: number, bit: number, time: number, byPort: number, port: number): boolean {
    const row = this.#row(owner, a, b, time, byPort, port);
    // what has become wide stays
    if (time - this.#begun[row] > HOUR && this.#targets[row] < WIDE) this.#clear(row, time);
    this.#connections[row] += 1;
    if (time > this.#last[row]) this.#last[row] = time;
    const word = row * WORDS + (bit >> 5);
    const mask = 1 << (bit & 31);
    if ((this.#bits[word] & mask) !== 0) return false;
    this.#bits[word] |= mask;
    this.#targets[row] += 1;
    return this.#targets[row] === WIDE;
  }

  #row(owner: number, a: number, b: number, time: number, byPort: number, port: number): number {
    const keys = this.#keys;
    const found = keys.find(owner, a, b, byPort);
    if (found >= 0) return found;
    if (keys.size === keys.capacity) this.#makeRoom();
    const row = keys.insert(owner, a, b, byPort);
    this.#owner[row] = owner;
    this.#byPort[row] = byPort;
    this.#port[row] = port;
    this.#clear(row, time);
    return row;
  }

  /** The next block that is not wide goes; of some in turn any, when all are. */
  #makeRoom(): void {
    let goes = this.#hand;
    for (let n = 0; n < 16 && this.#targets[goes] >= WIDE; n += 1) goes = (goes + 1) % BLOCKS;
    this.#hand = (goes + 1) % BLOCKS;
    this.#keys.remove(goes);
  }

  #clear(row: number, time: number): void {
    this.#bits.fill(0, row * WORDS, row * WORDS + WORDS);
    this.#targets[row] = 0;
    this.#connections[row] = 0;
    this.#begun[row] = time;
    this.#last[row] = time;
  }
}
