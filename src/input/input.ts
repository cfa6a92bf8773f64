import type { PacketBatch } from '../record/packet.ts';
import type { WeirdCounts, WeirdName } from '../record/weird.ts';

/** Bytes on their way in: a file, a pipe, or the output of a decompressor. Pulled, so back-pressure is free. */
export interface ByteSource {
  /** What the operator called it: a path, or `-`. */
  readonly name: string;
  /** Size in bytes where it is known before reading (of the file as it lies on disk), for the progress bar. */
  readonly size: number | undefined;
  /** Bytes of it that have been read so far, counted as in `size`. */
  readonly consumed: number;
  /** Why the bytes ended before their time; known once `read` has returned 0. */
  readonly trouble: WeirdName | undefined;
  /** Writes at least one byte into `into` and returns how many; 0 at the end. A number, not a promise, where the bytes are at hand. */
  read(into: Uint8Array): number | Promise<number>;
  close(): void;
}

/** What a reader may use besides its bytes. */
export interface ReaderContext {
  /** number of the input in this run, for the `input` column */
  readonly input: number;
  readonly weird: WeirdCounts;
}

/** One open input. */
export interface Reader {
  /** Records read so far, whatever became of them. */
  readonly records: number;
  /** Fills the batch with the next records; false when there are no more (the batch is then empty). */
  fill(batch: PacketBatch): Promise<boolean>;
  close(): void;
}

/** A format that can be read. Formats are recognised by content. */
export interface Input {
  readonly name: string;
  /** One sentence for `vedette formats` and the docs. */
  readonly about: string;
  /** How sure the first bytes make us, 0 (no) … 1 (certainly). `head` holds up to 64 KB, less for shorter files. */
  recognise(head: Uint8Array, name: string): number;
  open(bytes: ByteSource, context: ReaderContext): Reader;
}
