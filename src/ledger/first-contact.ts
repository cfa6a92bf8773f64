import { RotatingBloom } from '../table/bloom.ts';
import { hash4Signed, KeyHash } from '../table/hash.ts';

// Hot: for every contact.

/**
 * One bounded memory of (source, target) pairs decides what is a *first* contact: only those are evidence.
 * Two rotating Bloom filters: a false "seen before" costs bits, never a false alarm; a client that retries one dead
 * service for a month is one contact. Under another manner the same memory tells whether a source has missed a host.
 */
export class FirstContact {
  readonly #pairs: RotatingBloom;
  readonly #seed: number;
  readonly #source: KeyHash;
  readonly #target: KeyHash;
  /** hashes of the pair that `isFirst` was asked about */
  readonly #pair = new Int32Array(2);

  /** @param bitsLog2 size of one of the two filters, in bits; each remembers a sixteenth as many pairs */
  constructor(bitsLog2: number, seed: number) {
    this.#pairs = new RotatingBloom(bitsLog2, 2 ** (bitsLog2 - 4));
    this.#seed = seed | 0;
    this.#source = new KeyHash(seed);
    this.#target = new KeyHash(seed ^ 0x2545f491);
  }

  /**
   * Whether the source never tried this target before; remembers it.
   *
   * @param at where source and target stand in `words`, four each
   * @param what manner, protocol and port in one word
   */
  isFirst(words: Uint32Array, at: number, what: number): boolean {
    this.hashTo(this.#pair, 0, this.#source.at(words, at), words, at, what);
    return this.isFirstPair(this.#pair, 0);
  }

  /** Whether the source tried this target before; remembers nothing. */
  knows(words: Uint32Array, at: number, what: number): boolean {
    this.hashTo(this.#pair, 0, this.#source.at(words, at), words, at, what);
    return this.#pairs.test(this.#pair[0], this.#pair[1]);
  }

  /** As `isFirst`, of a pair whose two hashes `hashTo` has written. */
  isFirstPair(hashes: Int32Array, pair: number): boolean {
    return !this.#pairs.testAndSet(hashes[2 * pair], hashes[2 * pair + 1]);
  }

  /**
   * Writes the hashes of a pair, two of them.
   *
   * @param source what a `KeyHash` with this memory's seed says of the source
   */
  hashTo(hashes: Int32Array, pair: number, source: number, words: Uint32Array, at: number, what: number): void {
    const target = this.#target.at(words, at + 4);
    hashes[2 * pair] = hash4Signed(this.#seed, source, target, what, 1);
    hashes[2 * pair + 1] = hash4Signed(this.#seed ^ 0x68e31da4, source, target, what, 2);
  }

  /** Reads ahead what will be asked of pairs `from` … `to` − 1. The number means nothing. */
  approach(hashes: Int32Array, from: number, to: number): number {
    return this.#pairs.approach(hashes, from, to);
  }

  merge(other: FirstContact): void {
    this.#pairs.merge(other.#pairs);
  }
}
