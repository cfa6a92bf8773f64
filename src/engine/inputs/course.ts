import { type OpenInput, startOf } from '../../input/index.ts';
import type { Assumed, ByteSource } from '../../input/input.ts';
import type { PacketBatch } from '../../record/packet.ts';
import { rowsOf, type Sheaf } from '../../record/sheaf.ts';
import { OwnSheaves, type Sheaves } from '../threads/sheaves.ts';

/** Logs carry whole seconds, and lines of one second stand in any order: inputs are brought together no finer. */
const SLACK = 1e6;

/** From which row on each batch of a sheaf has not been heard yet. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a course hands on. */
export interface Hearers {
  /** the batch to fill next, and what becomes of it */
  readonly next: () => Promise<PacketBatch>;
  readonly framed: (packets: PacketBatch) => void;
  /** a failure elsewhere ends the wait */
  readonly orFailure: <T>(promise: Promise<T>) => Promise<T>;
  /** rows of one kind of a sheaf, in the order in which they are to be heard */
  readonly heard: (sheaf: Sheaf, kind: keyof Sheaf, span: Span) => Promise<void>;
}

/** One input on its way: read in steps, so that several inputs go through time together. */
export interface Course {
  readonly input: number;
  readonly source: Pick<ByteSource, 'name' | 'size' | 'consumed'>;
  readonly format: string;
  /** what its stamps left out */
  readonly assumed: Assumed;
  /** its records are contacts and requests themselves, and not packets */
  readonly isLog: boolean;
  /** records read so far */
  readonly records: number;
  /** µs since 1970: about when its next record is dated */
  readonly head: number;
  /** Goes on to about `limit` (µs); false when the input has ended. */
  step(limit: number): Promise<boolean>;
  close(): Promise<void>;
}

/** Begins to read an input whose first record is dated `head`. */
export function courseOf(base: Base, open: OpenInput, head: number, hearers: Hearers): Course {
  return open.carries === 'packets'
    ? new PacketCourse(base, open.reader, head, hearers)
    : new RecordCourse(base, new OwnSheaves(open.reader), head, hearers);
}

/** The same for a log that a thread of its own reads. */
export const courseBeside = (base: Base, sheaves: Sheaves, head: number, hearers: Hearers): Course =>
  new RecordCourse(base, sheaves, head, hearers);

/** What is known of an input before it is read. */
export type Base = Pick<Course, 'input' | 'source' | 'format' | 'assumed'>;
type ReaderOf<Carries extends OpenInput['carries']> = Extract<OpenInput, { carries: Carries }>['reader'];

/** A capture: a step is a batch of packets. */
class PacketCourse implements Course {
  readonly input: number;
  readonly source: Pick<ByteSource, 'name' | 'size' | 'consumed'>;
  readonly format: string;
  readonly assumed: Assumed;
  readonly isLog = false;
  head: number;
  readonly #reader: ReaderOf<'packets'>;
  readonly #hearers: Hearers;

  constructor({ input, source, format, assumed }: Base, reader: ReaderOf<'packets'>, head: number, hearers: Hearers) {
    this.input = input;
    this.source = source;
    this.format = format;
    this.assumed = assumed;
    this.head = head;
    this.#reader = reader;
    this.#hearers = hearers;
  }

  get records(): number {
    return this.#reader.records;
  }

  async step(): Promise<boolean> {
    const { next, orFailure, framed } = this.#hearers;
    const packets = await next();
    if (!(await orFailure(this.#reader.fill(packets)))) return false;
    this.head = Math.max(this.head, packets.time[packets.count - 1]);
    framed(packets);
    return true;
  }

  async close(): Promise<void> {
    this.#reader.close();
  }
}

const KINDS = ['contacts', 'answers', 'requests', 'executions'] as const;

/** A log: a step is what lies before the next record of another input, or a whole sheaf. */
class RecordCourse implements Course {
  readonly isLog = true;
  head: number;
  readonly #base: Base;
  readonly #sheaves: Sheaves;
  readonly #hearers: Hearers;
  #sheaf: Sheaf | undefined;
  readonly #heard: Record<keyof Sheaf, number> = { contacts: 0, answers: 0, requests: 0, executions: 0 };
  #left = 0;

  constructor(base: Base, sheaves: Sheaves, head: number, hearers: Hearers) {
    this.#base = base;
    this.head = head;
    this.#sheaves = sheaves;
    this.#hearers = hearers;
  }

  get input(): number {
    return this.#base.input;
  }

  get source(): Base['source'] {
    return this.#base.source;
  }

  get format(): string {
    return this.#base.format;
  }

  get assumed(): Assumed {
    return this.#base.assumed;
  }

  get records(): number {
    return this.#sheaves.records;
  }

  async step(limit: number): Promise<boolean> {
    if (this.#left === 0 && !(await this.#refill())) return false;
    for (const kind of KINDS) await this.#hear(this.#sheaf as Sheaf, kind, limit + SLACK);
    return true;
  }

  close(): Promise<void> {
    return this.#sheaves.close();
  }

  async #refill(): Promise<boolean> {
    const sheaf = await this.#sheaves.next();
    this.#sheaf = sheaf;
    if (!sheaf) return false;
    for (const kind of KINDS) this.#heard[kind] = 0;
    this.#left = rowsOf(sheaf);
    if (this.#left > 0) this.head = Math.max(this.head, startOf(sheaf));
    return true;
  }

  /** Hands on the rows of one kind up to the first that lies after `until`. */
  async #hear(sheaf: Sheaf, kind: keyof Sheaf, until: number): Promise<void> {
    const { time, count } = sheaf[kind];
    const from = this.#heard[kind];
    let to = from;
    while (to < count && time[to] <= until) to += 1;
    if (to < count) this.head = Math.max(this.head, time[to]);
    if (to === from) return;
    this.#heard[kind] = to;
    this.#left -= to - from;
    await this.#hearers.heard(sheaf, kind, { from, to });
  }
}
