import { isPrivate, isUnspecified } from '../record/address.ts';
import { KeyTable } from '../table/keys.ts';

/**
 * Link-layer addresses of routers: those that stand before several network addresses. A router asks by ARP or neighbour
 * discovery for whomever others want to reach; that it asks for addresses where nobody is, is not its doing.
 */
export class Routers {
  readonly #links: KeyTable;
  /** the first different addresses seen behind a link address, `SEVERAL` a row */
  readonly #addresses: Uint32Array;
  readonly #count: Uint8Array;
  /** bits of Side: on which side of the border those addresses are */
  readonly #sides: Uint8Array;
  /** a link address of which enough is known */
  #lastRouter = 0;

  /** @param capacity link addresses that can be known; past it a new one is no router */
  constructor(capacity: number, seed: number) {
    this.#links = new KeyTable(capacity, seed);
    this.#addresses = new Uint32Array(capacity * SEVERAL);
    this.#count = new Uint8Array(capacity);
    this.#sides = new Uint8Array(capacity);
  }

  /** A packet from this network address, outside the own network or not, came with this link address. */
  observe(link: number, words: Uint32Array, at: number, isOutside: boolean): void {
    // Nearly all packets at a border come from the one router of the other side, which soon is known as such.
    if (link === this.#lastRouter || link === 0 || isUnspecified(words, at)) return;
    const row = this.#links.insert(link | 0, 0, 0, 0);
    if (row < 0) return;
    if (!isOutside) this.#sides[row] |= Side.own;
    else if (!isPrivate(words, at)) this.#sides[row] |= Side.outside;
    if (this.#count[row] === SEVERAL) {
      this.#lastRouter = link;
      return;
    }
    const address = words[at + 3];
    const start = row * SEVERAL;
    for (let known = start; known < start + this.#count[row]; known += 1)
      if (this.#addresses[known] === address) return;
    this.#addresses[start + this.#count[row]] = address;
    this.#count[row] += 1;
    if (this.#count[row] === SEVERAL) this.#lastRouter = link;
  }

  /** Several addresses stand behind it, or one of ours and one of the outside. */
  isRouter(link: number): boolean {
    const row = link === 0 ? -1 : this.#links.find(link | 0, 0, 0, 0);
    return row >= 0 && (this.#count[row] === SEVERAL || this.#sides[row] === (Side.own | Side.outside));
  }
}

const Side = { own: 1, outside: 2 } as const;

/** A host may have a few addresses of its own. */
const SEVERAL = 4;
