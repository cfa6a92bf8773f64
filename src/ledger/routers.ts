import { KeyTable } from '../table/keys.ts';

/**
 * Link-layer addresses of routers: those that stand before several network addresses. A router asks by ARP or neighbour
 * discovery for whomever others want to reach; that it asks for addresses where nobody is, is not its doing.
 */
export class Routers {
  readonly #links: KeyTable;
  /** different addresses seen one after the other behind a link address, at most 255 */
  readonly #addresses: Uint8Array;
  readonly #last: Uint32Array;

  /** @param capacity link addresses that can be known; past it a new one is no router */
  constructor(capacity: number, seed: number) {
    this.#links = new KeyTable(capacity, seed);
    this.#addresses = new Uint8Array(capacity);
    this.#last = new Uint32Array(capacity);
  }

  /** A packet from this network address came with this link address. */
  observe(link: number, words: Uint32Array, at: number): void {
    if (link === 0) return;
    const size = this.#links.size;
    const row = this.#links.insert(link, 0, 0, 0);
    if (row < 0) return;
    const address = words[at + 3];
    if (this.#links.size === size && this.#last[row] === address) return;
    this.#last[row] = address;
    if (this.#addresses[row] < 255) this.#addresses[row] += 1;
  }

  isRouter(link: number): boolean {
    const row = link === 0 ? -1 : this.#links.find(link, 0, 0, 0);
    return row >= 0 && this.#addresses[row] >= SEVERAL;
  }
}

/** A host may have a few addresses of its own. */
const SEVERAL = 4;
