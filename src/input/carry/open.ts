import type { ByteSource } from '../input.ts';
import { type DecompressLimits, decompress } from './decompress.ts';
import { openFile } from './file.ts';
import { Passing } from './passing.ts';
import { openStdin } from './stdin.ts';
import { unmarked } from './unicode.ts';

export type SourceLimits = DecompressLimits;

/** A source whose first bytes have been looked at; `read` still delivers them. */
export interface Opened extends ByteSource {
  /** The first bytes (after decompression), up to 64 KB; less where the source is shorter. */
  readonly head: Uint8Array;
}

const HEAD_BYTES = 1 << 16;
/** Enough to tell how a file is compressed. */
const MAGIC_BYTES = 4;

/** Gives back the bytes that were read ahead, then goes on with the source. */
class Peeked extends Passing implements Opened {
  readonly head: Uint8Array;
  #given = 0;

  constructor(source: ByteSource, head: Uint8Array) {
    super(source);
    this.head = head;
  }

  read(into: Uint8Array): number | Promise<number> {
    const left = this.head.length - this.#given;
    if (left === 0) return this.source.read(into);
    const bytes = Math.min(left, into.length);
    into.set(this.head.subarray(this.#given, this.#given + bytes));
    this.#given += bytes;
    return bytes;
  }
}

/** Reads ahead, so many bytes if there are as many. */
async function peek(source: ByteSource, most: number): Promise<Opened> {
  const head = new Uint8Array(most);
  let end = 0;
  while (end < most) {
    const bytes = await source.read(head.subarray(end));
    if (bytes === 0) break;
    end += bytes;
  }
  return new Peeked(source, head.subarray(0, end));
}

/**
 * Opens a file, a pipe or standard input (`-`), takes off one layer of gzip or zstd and a byte order mark where there is
 * one, and looks at the first bytes.
 */
export async function openSource(path: string, limits: SourceLimits = {}): Promise<Opened> {
  const raw = path === '-' ? openStdin() : openFile(path);
  try {
    const opened = await peek(raw, MAGIC_BYTES);
    const whole = await peek(decompress(opened, opened.head, limits) ?? opened, HEAD_BYTES);
    const text = unmarked(whole, whole.head);
    return text === undefined ? whole : await peek(text, HEAD_BYTES);
  } catch (error) {
    raw.close();
    throw error;
  }
}
