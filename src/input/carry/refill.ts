import { Weird, type WeirdCounts } from '../../record/weird.ts';
import type { ByteSource } from '../input.ts';

/**
 * Fills block after block from a source. A block is always filled completely unless the source ends, and begins with
 * what the reader left over of the one before; so what a block holds does not depend on how the bytes came in.
 */
export class Refill {
  /** The source has ended: no block after this one holds anything new. */
  ended = false;
  readonly #source: ByteSource;
  readonly #weird: WeirdCounts;
  #left = new Uint8Array(0);
  #leftBytes = 0;
  /** How much of a block to fill. Less than all of it where small frames use up the rows first: then the rest would be copied again and again. */
  #want = Number.POSITIVE_INFINITY;

  constructor(source: ByteSource, weird: WeirdCounts) {
    this.#source = source;
    this.#weird = weird;
  }

  /** Nothing is left, neither here nor in the source. */
  get drained(): boolean {
    return this.ended && this.#leftBytes === 0;
  }

  /** Writes what was left and then new bytes into the block; returns how many bytes of it are valid. */
  async into(block: Uint8Array): Promise<number> {
    block.set(this.#left.subarray(0, this.#leftBytes));
    let end = this.#leftBytes;
    this.#leftBytes = 0;
    const want = Math.min(this.#want, block.length);
    while (end < want && !this.ended) {
      const got = this.#source.read(end === 0 && want === block.length ? block : block.subarray(end, want));
      const bytes = typeof got === 'number' ? got : await got;
      if (bytes === 0) this.#sourceEnds();
      end += bytes;
    }
    return end;
  }

  /**
   * Keeps block[at … end) for the next block.
   *
   * @param full whether the reader stopped because its rows were full, and not because it needs more bytes
   */
  keep(block: Uint8Array, at: number, end: number, full: boolean): void {
    this.#leftBytes = end - at;
    if (this.#left.length < this.#leftBytes) this.#left = new Uint8Array(Math.min(block.length, 2 * this.#leftBytes));
    this.#left.set(block.subarray(at, end));
    if (at === 0) this.#want = block.length;
    else if (full) this.#want = Math.min(block.length, at + (at >> 2));
    else this.#want = Math.min(block.length, this.#want + (this.#want >> 2));
  }

  close(): void {
    this.ended = true;
    this.#leftBytes = 0;
    this.#source.close();
  }

  #sourceEnds(): void {
    this.ended = true;
    if (this.#source.trouble !== undefined) this.#weird.count(Weird[this.#source.trouble], 0);
  }
}
