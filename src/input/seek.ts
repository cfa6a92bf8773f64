// Hot: `next` runs a few times a line.

/**
 * Finds one byte by the machine's own search, which is worth its call from some forty bytes on. What was found is
 * remembered: places asked for in rising order cost one pass over the bytes in all, however many there are.
 */
export class Seek {
  readonly #byte: number;
  #bytes: Uint8Array | undefined;
  #view = Buffer.alloc(0);
  /** the byte is not in [from … found) */
  #from = 0;
  #found = -1;

  constructor(byte: number) {
    this.#byte = byte;
  }

  /** Forgets what was found if these bytes may be new: another array, or the same one filled anew and read from the start. */
  follow(bytes: Uint8Array, at: number): void {
    if (bytes === this.#bytes && at > this.#from) return;
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
    }
    this.#from = at;
    this.#found = -1;
  }

  /** First place of the byte at `at` or behind it; the length of the bytes when there is none. `at` must not be before that of `follow`. */
  next(at: number): number {
    if (at <= this.#found && at >= this.#from) return this.#found;
    const found = this.#view.indexOf(this.#byte, at);
    this.#from = at;
    this.#found = found < 0 ? this.#view.length : found;
    return this.#found;
  }
}
