import { RotatingBloom } from '../table/bloom.ts';
import { KeyHash } from '../table/hash.ts';

// Hot: for every contact of a source without an account, once accounts are scarce.

/**
 * The doorkeeper: once half of the accounts are taken, a source gets one only at its second target. A flood of forged
 * sources, each seen once, then costs two bits of a Bloom filter a source and no account. The filter is generous (32 bits
 * a key, about one false "seen before" in 2,000), for every false one lets a forged source in and may push a slow
 * scanner out; a source is remembered for at least the next million new ones.
 */
export class Doorkeeper {
  readonly #sources: RotatingBloom;
  readonly #first: KeyHash;
  readonly #second: KeyHash;

  constructor(seed: number) {
    this.#sources = new RotatingBloom(25, 2 ** 20);
    this.#first = new KeyHash(seed ^ 0x1b56c4e9);
    this.#second = new KeyHash(seed ^ 0x7f4a7c15);
  }

  /** Whether the source was here before; remembers it. */
  knows(words: Uint32Array, at: number): boolean {
    return this.#sources.testAndSet(this.#first.at(words, at), this.#second.at(words, at));
  }
}
