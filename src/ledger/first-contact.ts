import { RotatingBloom } from '../table/bloom.ts';
import { hash4Signed } from '../table/hash.ts';

// Hot: for every contact.

/**
 * One bounded memory of (source, target) pairs decides what is a *first* contact: only those are evidence.
 * Two rotating Bloom filters: a false "seen before" costs bits, never a false alarm; a client that retries one dead
 * service for a month is one contact. The same memory, under other salts, tells whether a source was seen at all
 * (the doorkeeper) and whether it has missed a host before.
 */
export class FirstContact {
  readonly #pairs: RotatingBloom;
  readonly #seed: number;

  /** @param bitsLog2 size of one of the two filters, in bits; an eighth as many pairs are remembered in each */
  constructor(bitsLog2: number, seed: number) {
    this.#pairs = new RotatingBloom(bitsLog2, 2 ** (bitsLog2 - 3));
    this.#seed = seed | 0;
  }

  /** Whether the source never tried this target before; remembers it. `what`: port, protocol and manner in one word. */
  isFirst(words: Uint32Array, at: number, what: number): boolean {
    const source = hash4Signed(this.#seed, words[at], words[at + 1], words[at + 2], words[at + 3]);
    const target = hash4Signed(this.#seed ^ 0x2545f491, words[at + 4], words[at + 5], words[at + 6], words[at + 7]);
    return !this.#pairs.testAndSet(
      hash4Signed(this.#seed, source, target, what, 1),
      hash4Signed(this.#seed ^ 0x68e31da4, source, target, what, 2),
    );
  }

  /** Whether anything of this source was remembered before; remembers it. */
  isNewSource(words: Uint32Array, at: number): boolean {
    const h1 = hash4Signed(this.#seed ^ 0x1b56c4e9, words[at], words[at + 1], words[at + 2], words[at + 3]);
    const h2 = hash4Signed(this.#seed ^ 0x7f4a7c15, words[at], words[at + 1], words[at + 2], words[at + 3]);
    return !this.#pairs.testAndSet(h1, h2);
  }

  merge(other: FirstContact): void {
    this.#pairs.merge(other.#pairs);
  }
}
