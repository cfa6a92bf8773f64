import { CodedError } from '../../config/errors.ts';
import { datingOf } from '../../input/carry/dating.ts';
import { type Expanded, type OpenInput, openInput } from '../../input/index.ts';
import { type Assumed, type ByteSource, nothingAssumed, type ReaderContext } from '../../input/input.ts';
import { allocatePackets, type PacketBatch } from '../../record/packet.ts';
import { allocateSheaf, type Sheaf } from '../../record/sheaf.ts';
import { WeirdCounts } from '../../record/weird.ts';
import { hash4 } from '../../table/hash.ts';
import type { RunOptions } from '../options.ts';
import { matchOf } from '../prefixes.ts';
import { ReadAhead } from '../threads/reading.ts';
import { Clocks } from './clocks.ts';
import { copiesOf } from './copies.ts';
import { type Course, courseBeside, courseOf, type Hearers } from './course.ts';
import { hearFirst } from './twice.ts';

/** Bytes of a log (as it lies on disk) that are worth starting a thread for. */
const WORTH_A_THREAD = 1 << 23;

/** Inputs of which the first records are compared. */
const MOST_COMPARED = 32;

/** An input that has been read. */
export interface Opened {
  readonly input: number;
  readonly name: string;
  readonly format: string;
  readonly weird: WeirdCounts;
  readonly records: number;
  /** records not used, for they are those of an earlier input */
  readonly duplicate: number;
  /** what it left out */
  readonly assumed: Assumed;
}

/** What readers need to know of the run. */
export function contextOf({ zone = 0, proxies = [], logFormats = [] }: RunOptions): ReaderContext {
  return {
    input: 0,
    weird: new WeirdCounts(),
    dating: { anchor: Number.MAX_SAFE_INTEGER, zone, assumed: nothingAssumed() },
    proxies: matchOf(proxies),
    logFormats,
  };
}

/** The inputs of a run, by number: each is opened when its time has come, and tells at its end what came of it. */
export class Inputs {
  readonly count: number;
  /** bad data of each, by name */
  readonly weirds: readonly WeirdCounts[];
  readonly #options: RunOptions;
  readonly #expanded: Expanded;
  readonly #copies: ReadonlySet<string>;
  readonly #context: ReaderContext;
  #seed: number | undefined;
  /** threads that read logs */
  #readers = 0;

  constructor(options: RunOptions, expanded: Expanded) {
    const { paths } = expanded;
    this.count = paths.length;
    this.weirds = paths.map(() => new WeirdCounts());
    this.#options = options;
    this.#expanded = expanded;
    this.#copies = copiesOf(paths);
    this.#context = contextOf(options);
    this.#seed = options.seed;
  }

  /** Of all tables: drawn from the first bytes that are read. */
  get seed(): number {
    return this.#seed ?? 0;
  }

  /** µs since 1970: its first record, by its own clock; 0: not known. */
  startOf(input: number): number {
    return this.#expanded.times[input];
  }

  /** Whether its file holds the very bytes of an earlier one. */
  isCopy(input: number): boolean {
    return this.#copies.has(this.#expanded.paths[input]);
  }

  /**
   * Logs often begin with the same events: their first records tell how their clocks compare, before what both of them
   * tell lies so far apart that it cannot be brought together any more.
   */
  async compareClocks(): Promise<Clocks> {
    const clocks = new Clocks(this.count);
    for (let input = 0; input < Math.min(this.count, MOST_COMPARED); input += 1) {
      if (this.startOf(input) === 0 || this.isCopy(input)) continue;
      const open = await this.#open(input, { ...this.#contextFor(input), weird: new WeirdCounts() });
      if (open.carries === 'records') await hearFirst(clocks, this.seed, open.reader);
      open.reader.close();
    }
    return clocks;
  }

  async begin(input: number, hearers: Hearers): Promise<Course> {
    const context = this.#contextFor(input);
    const open = await this.#open(input, context);
    const { format, source } = open;
    if (this.#mayReadBeside(open)) {
      open.reader.close();
      return this.#beside(input, format, source.size, hearers);
    }
    const { assumed } = context.dating;
    return courseOf({ input, format, source, assumed }, open, this.startOf(input), hearers);
  }

  /** @param duplicates rows of it that other inputs told: asked for at the end of all data, for a row may wait for a better one */
  async end(course: Course, duplicates: () => number): Promise<Opened> {
    const { input, format, records, assumed, isLog } = course;
    await course.close();
    this.#mustBeRight(input, records);
    return {
      input,
      name: this.#expanded.paths[input],
      format,
      weird: this.weirds[input],
      records,
      get duplicate(): number {
        return isLog ? Math.min(records, duplicates()) : 0;
      },
      assumed,
    };
  }

  /** Counts the records of a copy of an earlier input. They are not used a second time. */
  async skip(input: number, progress: (source: ByteSource, records: number) => void): Promise<Opened> {
    const context = { ...this.#context, input, weird: new WeirdCounts() };
    const { format, reader, carries, source } = await this.#open(input, context);
    try {
      const batch = carries === 'packets' ? allocatePackets() : allocateSheaf();
      while (await reader.fill(batch as PacketBatch & Sheaf)) progress(source, reader.records);
      const { records } = reader;
      const { weird, dating } = context;
      const name = this.#expanded.paths[input];
      return { input, name, format, weird, records, duplicate: records, assumed: dating.assumed };
    } finally {
      reader.close();
    }
  }

  async #open(input: number, context: ReaderContext): Promise<OpenInput> {
    const { paths, formats } = this.#expanded;
    const open = await openInput(paths[input], context, {}, formats[input]);
    this.#seed ??= seedOf(open.source.head);
    return open;
  }

  #contextFor(input: number): ReaderContext {
    const dating = datingOf(this.#expanded.paths[input], this.#context.dating.zone);
    return { ...this.#context, input, weird: this.weirds[input], dating };
  }

  /** A large log is read by a thread of its own, where there are threads to spare. */
  #mayReadBeside({ carries, source }: OpenInput): boolean {
    const threads = this.#options.workers - 1 - this.#readers;
    return carries === 'records' && threads > 0 && (source.size ?? 0) >= WORTH_A_THREAD && source.name !== '-';
  }

  #beside(input: number, format: string, size: number | undefined, hearers: Hearers): Course {
    const { zone = 0, proxies = [], logFormats = [] } = this.#options;
    const path = this.#expanded.paths[input];
    const ahead = new ReadAhead({ path, format, input, zone, proxies, logFormats }, this.weirds[input]);
    this.#readers += 1;
    const source = {
      name: path,
      size,
      get consumed(): number {
        return ahead.consumed;
      },
    };
    const base = {
      input,
      source,
      format,
      get assumed(): Assumed {
        return ahead.assumed;
      },
    };
    return courseBeside(base, ahead, this.startOf(input), hearers);
  }

  /** A file that the operator put in a format, and of which nothing is in it, was not meant so. Folders hold what they hold. */
  #mustBeRight(input: number, records: number): void {
    const path = this.#expanded.paths[input];
    const format = this.#expanded.formats[input];
    const malformed = this.weirds[input].total('malformed');
    if (format === undefined || malformed === 0 || malformed < records) return;
    if (this.#options.paths.includes(`${format}:${path}`)) throw new CodedError('FORMAT_WRONG', { path, format });
  }
}

function seedOf(bytes: Uint8Array): number {
  let hash = 0;
  for (let at = 0; at + 16 <= 4096 && at + 16 <= bytes.length; at += 4)
    hash = hash4(hash, bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
  return hash;
}
