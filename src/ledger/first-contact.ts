import { RotatingBloom } from '../table/bloom.ts';
import { hash4Signed } from '../table/hash.ts';

// Hot: for every contact.

/**
 * One bounded memory of (source, target) pairs decides what is a *first* contact: only those are evidence.
 * Two rotating Bloom filters: a false "seen before" costs bits, never a false alarm; a client that retries one dead
 * service for a month is one contact. Under another manner the same memory tells whether a source has missed a host.
 */
export class FirstContact {
  readonly #pairs: RotatingBloom;
  readonly #seed: number;

  /** @param bitsLog2 size of one of the two filters, in bits; each remembers a sixteenth as many pairs */
  constructor(bitsLog2: number, seed: number) {
    this.#pairs = new RotatingBloom(bitsLog2, 2 ** (bitsLog2 - 4));
    this.#seed = seed | 0;
  }

  /**
   * Whether the source never tried this target before; remembers it.
   *
   * @param at where source and target stand in `words`, four each
   * @param what manner, protocol and port in one word
   */
  isFirst(words: Uint32Array, at: number, what: number): boolean {
    const source = sourceHash(this.#seed, words, at);
    const target = targetHash(this.#seed, words, at);
    const h1 = hash4Signed(this.#seed, source, target, what, 1);
    return !this.#pairs.testAndSet(h1, hash4Signed(this.#seed ^ 0x68e31da4, source, target, what, 2));
  }

  /** Whether the source tried this target before; remembers nothing. */
  knows(words: Uint32Array, at: number, what: number): boolean {
    const source = sourceHash(this.#seed, words, at);
    const target = targetHash(this.#seed, words, at);
    const h1 = hash4Signed(this.#seed, source, target, what, 1);
    return this.#pairs.test(h1, hash4Signed(this.#seed ^ 0x68e31da4, source, target, what, 2));
  }

  merge(other: FirstContact): void {
    this.#pairs.merge(other.#pairs);
  }
}

const sourceHash = (seed: number, words: Uint32Array, at: number): number =>
  hash4Signed(seed, words[at] | 0, words[at + 1] | 0, words[at + 2] | 0, words[at + 3] | 0);

const targetHash = (seed: number, words: Uint32Array, at: number): number =>
  hash4Signed(seed ^ 0x2545f491, words[at + 4] | 0, words[at + 5] | 0, words[at + 6] | 0, words[at + 7] | 0);
