import type { PacketBatch } from '../record/packet.ts';
import type { Sheaf } from '../record/sheaf.ts';
import type { WeirdCounts, WeirdName } from '../record/weird.ts';
import type { PrefixMatch } from '../table/prefix.ts';

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
  /** The first bytes, where they were looked at before; `read` delivers them all the same. */
  readonly head?: Uint8Array;
  /** Writes at least one byte into `into` and returns how many; 0 at the end. A number, not a promise, where the bytes are at hand. */
  read(into: Uint8Array): number | Promise<number>;
  close(): void;
}

/** What a reader may use besides its bytes. */
export interface ReaderContext {
  /** number of the input in this run, for the `input` column */
  readonly input: number;
  readonly weird: WeirdCounts;
  readonly dating: Dating;
  /** proxies that the operator named: what they forward for is believed; none: nobody is */
  readonly proxies: PrefixMatch | undefined;
  /** `log_format` (Nginx) or `LogFormat` (Apache) strings that the operator gave */
  readonly logFormats: readonly string[];
}

/** How stamps that leave something out are completed. */
export interface Dating {
  /** µs since 1970: a stamp without a year is put into the last year in which it does not lie after this */
  readonly anchor: number;
  /** minutes east of Greenwich of stamps without a zone */
  readonly zone: number;
  /** what had to be assumed; set while reading */
  readonly assumed: Assumed;
}

/** What an input left out. */
export interface Assumed {
  year: boolean;
  zone: boolean;
  /** not of stamps: which column of a line is which */
  columns: boolean;
}

/** Nothing was assumed yet. */
export const nothingAssumed = (): Assumed => ({ year: false, zone: false, columns: false });

/** One open input. */
interface OpenReader {
  /** Records read so far, whatever became of them. */
  readonly records: number;
  close(): void;
}

/** An open capture: frames, which become contacts by decoding and following them. */
export interface PacketReader extends OpenReader {
  /** Fills the batch with the next records; false when there are no more (the batch is then empty). */
  fill(batch: PacketBatch): Promise<boolean>;
}

/** An open log or flow export: its records are contacts, requests or executions themselves. */
export interface RecordReader extends OpenReader {
  /** Empties the sheaf and fills it with the next records; false when there are no more. It may stay empty all the same. */
  fill(sheaf: Sheaf): Promise<boolean>;
}

interface Format {
  readonly name: string;
  /** One sentence for `vedette formats` and the docs, from its capital to its full stop. */
  readonly about: string;
  /** A record of it as text, for `vedette formats`; none for binary formats. */
  readonly sample?: string;
  /** How sure the first bytes make us, 0 (no) … 1 (certainly). `head` holds up to 64 KB, less for shorter files. */
  recognise(head: Uint8Array, name: string, context?: ReaderContext): number;
  /** The most that `recognise` ever says; it is not asked where another format is as sure. 1 when absent. */
  readonly atMost?: number;
}

/** A capture format. */
export interface PacketInput extends Format {
  readonly carries: 'packets';
  /** Fills the batch with the whole frames of a file's first bytes, for looking into them. */
  look(head: Uint8Array, batch: PacketBatch): void;
  open(bytes: ByteSource, context: ReaderContext): PacketReader;
}

/** A format of logs, flow records or telemetry. */
export interface RecordInput extends Format {
  readonly carries: 'records';
  open(bytes: ByteSource, context: ReaderContext): RecordReader;
}

/** A format that can be read. Formats are recognised by content. */
export type Input = PacketInput | RecordInput;
