// Hot: heads that do not fit into one segment.

/** Heads that one shard puts together at a time, and the bytes of each that are kept. */
const PIECES = 16;
const PIECE_BYTES = 4096;

/** Heads of messages that come in pieces. Handles are 1 … PIECES, 0: none. */
export class Pieces {
  readonly bytes = new Uint8Array(PIECES * PIECE_BYTES);
  /** bytes in each, from `start` of its handle */
  readonly used = new Uint16Array(PIECES + 1);
  readonly #taken = new Uint8Array(PIECES + 1);

  start(handle: number): number {
    return (handle - 1) * PIECE_BYTES;
  }

  /** An empty one, or 0: all are taken. */
  take(): number {
    for (let handle = 1; handle <= PIECES; handle += 1) {
      if (this.#taken[handle] !== 0) continue;
      this.#taken[handle] = 1;
      this.used[handle] = 0;
      return handle;
    }
    return 0;
  }

  release(handle: number): void {
    this.#taken[handle] = 0;
  }

  /** Appends bytes[at … end) as far as there is room; false: there was not for all of them. */
  append(handle: number, bytes: Uint8Array, at: number, end: number): boolean {
    const used = this.used[handle];
    const size = Math.min(end - at, PIECE_BYTES - used);
    const to = this.start(handle) + used;
    for (let k = 0; k < size; k += 1) this.bytes[to + k] = bytes[at + k];
    this.used[handle] = used + size;
    return size === end - at;
  }
}
