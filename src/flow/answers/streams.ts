// Hot: a segment of a TLS server's first flight.

/** Byte streams that one shard puts together at a time, and the bytes of each that are kept. */
const STREAMS = 16;
export const STREAM_BYTES = 8192;

/**
 * The first bytes of what a target sends, in order, for answers that are longer than a segment. A few buffers; when
 * all are taken, the one that was taken first goes to the new stream. Handles are 1 … STREAMS, 0: none.
 */
export class Streams {
  readonly bytes = new Uint8Array(STREAMS * STREAM_BYTES);
  /** bytes in each, from `start` of its handle */
  readonly used = new Uint32Array(STREAMS + 1);
  /** sequence number of the next byte, signed */
  readonly #next = new Int32Array(STREAMS + 1);
  /** the flow whose stream it is, −1: free */
  readonly #owner = new Int32Array(STREAMS + 1).fill(-1);
  readonly #taken = new Float64Array(STREAMS + 1);
  #count = 0;

  start(handle: number): number {
    return (handle - 1) * STREAM_BYTES;
  }

  /** The handle that the next `take` will give; whose it is now (−1: nobody's) is told by `owner`. */
  candidate(): number {
    let best = 1;
    for (let handle = 1; handle <= STREAMS; handle += 1) {
      if (this.#owner[handle] < 0) return handle;
      if (this.#taken[handle] < this.#taken[best]) best = handle;
    }
    return best;
  }

  owner(handle: number): number {
    return this.#owner[handle];
  }

  take(handle: number, flow: number, seq: number): void {
    this.#owner[handle] = flow;
    this.#next[handle] = seq;
    this.used[handle] = 0;
    this.#count += 1;
    this.#taken[handle] = this.#count;
  }

  release(handle: number): void {
    this.#owner[handle] = -1;
  }

  /**
   * Appends a segment's bytes as far as they are new and there is room.
   *
   * @returns false when there is a gap, bytes were not captured, or the buffer is full: nothing more will come of it
   */
  append(handle: number, seq: number, bytes: Uint8Array, at: number, captured: number, length: number): boolean {
    const known = (this.#next[handle] - seq) | 0;
    if (known < 0) return false;
    if (known >= length) return true;
    const start = this.start(handle);
    const used = this.used[handle];
    const size = Math.min(captured - known, STREAM_BYTES - used);
    for (let k = 0; k < size; k += 1) this.bytes[start + used + k] = bytes[at + known + k];
    if (size > 0) this.used[handle] = used + size;
    this.#next[handle] = seq + length;
    return captured >= length && used + size < STREAM_BYTES;
  }
}
