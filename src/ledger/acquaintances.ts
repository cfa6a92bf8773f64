import type { FirstContact } from './first-contact.ts';

// Hot: for contacts that miss within the own network, for those at ports that programs choose, and for every exchange.

/** What `FirstContact` remembers two hosts under that completed a real exchange. */
const TALKED = 0xfd000000 | 0;

/** Which two hosts have completed a real exchange with each other, on whatever port, whichever of them asked. */
export class Acquaintances {
  readonly #memory: FirstContact;
  /** two hosts in an order of their own */
  readonly #pair = new Uint32Array(8);

  constructor(memory: FirstContact) {
    this.#memory = memory;
  }

  /** Whether the two hosts have talked. @param at where their addresses stand in `address` */
  has(address: Uint32Array, at: number): boolean {
    return this.#memory.knows(this.#ordered(address, at), 0, TALKED);
  }

  add(address: Uint32Array, at: number): void {
    this.#memory.isFirst(this.#ordered(address, at), 0, TALKED);
  }

  /** The pair of two hosts, whichever of them asks: the other end may open ports too (FTP in active mode). */
  #ordered(address: Uint32Array, at: number): Uint32Array {
    const pair = this.#pair;
    let word = 3;
    while (word > 0 && address[at + word] === address[at + 4 + word]) word -= 1;
    const turn = address[at + word] > address[at + 4 + word] ? 4 : 0;
    for (let n = 0; n < 8; n += 1) pair[n] = address[at + (n ^ turn)];
    return pair;
  }
}
