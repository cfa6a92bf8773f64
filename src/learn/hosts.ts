import { KeyTable } from '../table/keys.ts';
import { NOTHING, type Seen, Times } from './seen.ts';

// Hot: `row` runs for every answer.

const ROWS = 1 << 14;

/** Hosts of ours that answered, and what they answered beside services. */
export class Hosts {
  readonly #keys: KeyTable;
  readonly #answers = new Uint8Array(ROWS);
  readonly #times = new Times(ROWS);

  constructor(seed: number) {
    this.#keys = new KeyTable(ROWS, seed ^ 0x3c6ef372);
  }

  /** Answers that found no room. */
  get refused(): number {
    return this.#keys.refused;
  }

  /** Row of a host that answered; −1: no room. */
  row(words: Uint32Array, at: number, times: Float64Array, row: number): number {
    const { size } = this.#keys;
    const host = this.#keys.insertAt(words, at);
    if (host >= 0) this.#times.note(host, times, row, this.#keys.size > size);
    return host;
  }

  /** Row of a host that has answered before; −1: it has not. */
  known(words: Uint32Array, at: number): number {
    return this.#keys.findAt(words, at);
  }

  /** @param answer bit of HOST_ANSWERS */
  answered(host: number, answer: number): void {
    this.#answers[host] |= answer;
  }

  addressOf(host: number): Uint32Array {
    return this.#keys.keys.slice(4 * host, 4 * host + 4);
  }

  seen(): Seen[] {
    const all: Seen[] = [];
    for (let host = 0; host < this.#keys.extent; host += 1) {
      const answers = this.#answers[host];
      if (answers === 0) continue;
      all.push({ ...NOTHING, kind: 'host', address: this.addressOf(host), answers, ...this.#times.of(host) });
    }
    return all;
  }
}
