import { TextDecoder } from 'node:util';
import type { ByteSource } from '../input.ts';
import { Passing } from './passing.ts';

/*
 * Texts with a byte order mark (Unicode 16, section 23.8), as Windows writes them: PowerShell, SQL Server and Event Viewer in
 * UTF-16. They become UTF-8 without a mark.
 *
 *   text = [EF BB BF] UTF-8 | FF FE UTF-16LE | FE FF UTF-16BE
 */

/** Bytes that are taken at a time, an even number; each two may become three. */
const BLOCK = 1 << 15;

const isMark8 = (head: Uint8Array): boolean => head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
const isLittle = (head: Uint8Array): boolean => head[0] === 0xff && head[1] === 0xfe;
const isBig = (head: Uint8Array): boolean => head[0] === 0xfe && head[1] === 0xff;

class Decoded extends Passing {
  readonly #decoder: TextDecoder;
  readonly #block = new Uint8Array(BLOCK);
  /** UTF-8 that was not taken yet: #made[#taken …) */
  #made: Uint8Array = new Uint8Array(0);
  #taken = 0;
  #ended = false;

  constructor(source: ByteSource, label: string) {
    super(source);
    this.#decoder = new TextDecoder(label);
  }

  async read(into: Uint8Array): Promise<number> {
    while (this.#taken === this.#made.length) {
      if (this.#ended) return 0;
      const bytes = await this.source.read(this.#block);
      this.#ended = bytes === 0;
      const text = this.#decoder.decode(this.#block.subarray(0, bytes), { stream: !this.#ended });
      this.#made = new TextEncoder().encode(text);
      this.#taken = 0;
    }
    const bytes = Math.min(into.length, this.#made.length - this.#taken);
    into.set(this.#made.subarray(this.#taken, this.#taken + bytes));
    this.#taken += bytes;
    return bytes;
  }
}

/** The source as UTF-8 without a mark; nothing where its first bytes hold none. */
export function unmarked(source: ByteSource, head: Uint8Array): ByteSource | undefined {
  if (isMark8(head)) return new Decoded(source, 'utf-8');
  if (isLittle(head)) return new Decoded(source, 'utf-16le');
  return isBig(head) ? new Decoded(source, 'utf-16be') : undefined;
}
