import { CodedError } from '../config/errors.ts';
import { type Expanded, expand, type OpenInput, openInput } from '../input/index.ts';
import { datingOf } from '../input/carry/dating.ts';
import { type Assumed, type ByteSource, nothingAssumed, type ReaderContext } from '../input/input.ts';
import { givenHome, type Home } from '../ledger/home.ts';
import { Clock } from '../record/clock.ts';
import { type ContactBatch, Outcome } from '../record/contact.ts';
import { digest } from '../record/digest.ts';
import { allocatePackets, type PacketBatch, SHARDS } from '../record/packet.ts';
import { type RequestBatch, RequestTrait } from '../record/request.ts';
import { allocateSheaf, type Sheaf } from '../record/sheaf.ts';
import { WeirdCounts } from '../record/weird.ts';
import { hash4 } from '../table/hash.ts';
import { parsePrefix, type Prefix } from '../table/prefix.ts';
import { Alone } from './threads/alone.ts';
import { copiesOf } from './inputs/copies.ts';
import { type Course, courseBeside, courseOf, type Hearers, type Span } from './inputs/course.ts';
import type { Crew, Hear } from './threads/crew.ts';
import { Judge } from './judge.ts';
import type { RunOptions, RunResult } from './options.ts';
import { Pool } from './threads/pool.ts';
import { matchOf } from './prefixes.ts';
import { ReadAhead } from './threads/reading.ts';
import { AllContacts, type Told } from './stage.ts';
import { type Opened, report } from './summary.ts';
import { Clocks, type Skew } from './inputs/clocks.ts';
import { hearFirst, Twice } from './inputs/twice.ts';
import { TELLS_ALL, tells, Waiting } from './inputs/waiting.ts';

/** The way of the data, once: bytes → packets → flows → contacts, or bytes → records → contacts; → evidence → findings. */
export async function run(options: RunOptions): Promise<RunResult> {
  const started = performance.now();
  const expanded = await expand(options.paths, contextOf(options));
  const way = new Way(options, expanded);
  try {
    const opened = await way.readAll();
    await way.finish();
    const times = { started, first: way.first, last: way.last, skews: way.skews };
    return { ...report(opened, way.judge, options, times), skipped: expanded.skipped };
  } finally {
    await way.close();
  }
}

const PROGRESS_MS = 100;
/** Bytes of a log (as it lies on disk) that are worth starting a thread for. */
const WORTH_A_THREAD = 1 << 23;

/** Inputs of which the first records are compared. */
const MOST_COMPARED = 32;

/** What readers need to know of the run. */
function contextOf({ zone = 0, proxies = [], logFormats = [] }: RunOptions): ReaderContext {
  return {
    input: 0,
    weird: new WeirdCounts(),
    dating: { anchor: Number.MAX_SAFE_INTEGER, zone, assumed: nothingAssumed() },
    proxies: matchOf(proxies),
    logFormats,
  };
}

/** Takes the inputs through time together, and hands what they say to the crew and to the judge. */
class Way {
  readonly #options: RunOptions;
  readonly #inputs: Expanded;
  readonly #weirds: readonly WeirdCounts[];
  readonly #clock = new Clock();
  readonly #context: ReaderContext;
  readonly #allContacts = new AllContacts();
  #crew: Crew | undefined;
  #seed: number | undefined;
  #twice: Twice | undefined;
  #waiting: Waiting | undefined;
  #judge: Judge | undefined;
  #progressAt = Number.NEGATIVE_INFINITY;
  /** threads that read logs */
  #readers = 0;
  first = Number.POSITIVE_INFINITY;
  last = 0;

  constructor(options: RunOptions, inputs: Expanded) {
    this.#options = options;
    this.#inputs = inputs;
    this.#weirds = inputs.paths.map(() => new WeirdCounts());
    this.#context = contextOf(options);
  }

  get judge(): Judge {
    const { home, falsePerDay, bar } = this.#options;
    this.#judge ??= new Judge({ seed: this.#seed ?? 0, home: homeOf(home), falsePerDay, bar });
    return this.#judge;
  }

  /** What the clocks of the inputs have to do with each other. */
  get skews(): readonly Skew[] {
    return this.#twice?.skews() ?? [];
  }

  /** Always goes on with the input that is furthest behind; each is opened when its time has come. */
  async readAll(): Promise<Opened[]> {
    const { paths } = this.#inputs;
    const copies = copiesOf(paths);
    const opened: Opened[] = [];
    const running: Course[] = [];
    await this.#compareClocks(copies);
    const order = [...paths.keys()].sort((a, b) => this.#startOf(a) - this.#startOf(b) || a - b);
    try {
      for (let next = 0; next < order.length || running.length > 0; ) {
        running.sort((a, b) => this.#headOf(a) - this.#headOf(b) || a.input - b.input);
        const start = next < order.length ? this.#startOf(order[next]) : Number.POSITIVE_INFINITY;
        if (next < order.length && (running.length === 0 || start <= this.#headOf(running[0]))) {
          const input = order[next];
          if (copies.has(paths[input])) opened.push(await this.#skip(input));
          else running.push(await this.#begin(input));
          next += 1;
          continue;
        }
        const [course] = running;
        const second = running[1] ? this.#headOf(running[1]) : Number.POSITIVE_INFINITY;
        const limit = Math.min(second, start);
        const goesOn = await course.step(limit + this.#aheadOf(course.input));
        this.#report(course.source, course.records);
        if (goesOn) continue;
        opened.push(await this.#end(course));
        running.shift();
      }
    } finally {
      for (const course of running) await course.close();
    }
    return opened.sort((a, b) => a.input - b.input);
  }

  /**
   * Logs often begin with the same events: their first records tell how their clocks compare, before what both of them
   * tell lies so far apart that it cannot be brought together any more.
   */
  async #compareClocks(copies: ReadonlySet<string>): Promise<void> {
    const { paths, times, formats } = this.#inputs;
    if (paths.length < 2) return;
    const clocks = new Clocks(paths.length);
    for (let input = 0; input < Math.min(paths.length, MOST_COMPARED); input += 1) {
      if (times[input] === 0 || copies.has(paths[input])) continue;
      const context = { ...this.#contextFor(input), weird: new WeirdCounts() };
      const open = await openInput(paths[input], context, {}, formats[input]);
      this.#seed ??= this.#options.seed ?? seedOf(open.source.head);
      if (open.carries === 'records') await hearFirst(clocks, this.#seed, open.reader);
      open.reader.close();
    }
    if (this.#seed !== undefined) this.#twice = new Twice(paths.length, this.#seed, clocks);
  }

  /** When an input begins, by the clock of the first. */
  #startOf(input: number): number {
    return this.#inputs.times[input] - this.#aheadOf(input);
  }

  /** Where a course is, by the clock of the first input. */
  #headOf({ head, input }: Course): number {
    return head - this.#aheadOf(input);
  }

  #aheadOf(input: number): number {
    return this.#twice?.clocks.aheadOfAll(input) ?? 0;
  }

  async #begin(input: number): Promise<Course> {
    const { paths, times, formats } = this.#inputs;
    const context = this.#contextFor(input);
    const open = await openInput(paths[input], context, {}, formats[input]);
    this.#seed ??= this.#options.seed ?? seedOf(open.source.head);
    if (paths.length > 1) {
      this.#twice ??= new Twice(paths.length, this.#seed, new Clocks(paths.length));
      this.#waiting ??= new Waiting((batch, from, to) => this.judge.contacts(batch, from, to));
    }
    const hearers: Hearers = {
      next: () => this.#hands().next(),
      framed: (packets) => this.#follow(packets),
      orFailure: (promise) => this.#hands().orFailure(promise),
      heard: (sheaf, kind, span) => this.#heard(sheaf, kind, span),
    };
    if (!this.#mayReadBeside(open)) {
      const { format, source } = open;
      return courseOf({ input, format, source, assumed: context.dating.assumed }, open, times[input], hearers);
    }
    open.reader.close();
    return this.#beside(input, open.format, open.source.size, hearers);
  }

  /** A large log is read by a thread of its own, where there are threads to spare. */
  #mayReadBeside({ carries, source }: OpenInput): boolean {
    const threads = this.#options.workers - 1 - this.#readers;
    return carries === 'records' && threads > 0 && (source.size ?? 0) >= WORTH_A_THREAD && source.name !== '-';
  }

  #beside(input: number, format: string, size: number | undefined, hearers: Hearers): Course {
    const { zone = 0, proxies = [], logFormats = [] } = this.#options;
    const { paths, times } = this.#inputs;
    const path = paths[input];
    const ahead = new ReadAhead({ path, format, input, zone, proxies, logFormats }, this.#weirds[input]);
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
    return courseBeside(base, ahead, times[input], hearers);
  }

  #contextFor(input: number): ReaderContext {
    const dating = datingOf(this.#inputs.paths[input], this.#context.dating.zone);
    return { ...this.#context, input, weird: this.#weirds[input], dating };
  }

  async #end(course: Course): Promise<Opened> {
    const { input, format, records, assumed } = course;
    await course.close();
    this.#mustBeRight(input, records);
    const twice = this.#twice;
    const { isLog } = course;
    return {
      input,
      name: this.#inputs.paths[input],
      format,
      weird: this.#weirds[input],
      records,
      // a row may wait for a better one beyond the end of its input
      get duplicate(): number {
        return isLog ? Math.min(records, twice?.copies[input] ?? 0) : 0;
      },
      assumed,
    };
  }

  /** A file that the operator put in a format, and of which nothing is in it, was not meant so. Folders hold what they hold. */
  #mustBeRight(input: number, records: number): void {
    const path = this.#inputs.paths[input];
    const format = this.#inputs.formats[input];
    const malformed = this.#weirds[input].total('malformed');
    if (format === undefined || malformed === 0 || malformed < records) return;
    if (this.#options.paths.includes(`${format}:${path}`)) throw new CodedError('FORMAT_WRONG', { path, format });
  }

  /** Counts the records of a copy of an earlier input. They are not used a second time. */
  async #skip(input: number): Promise<Opened> {
    const name = this.#inputs.paths[input];
    const context = { ...this.#context, input, weird: new WeirdCounts() };
    const { format, reader, carries, source } = await openInput(name, context, {}, this.#inputs.formats[input]);
    try {
      const batch = carries === 'packets' ? allocatePackets() : allocateSheaf();
      while (await reader.fill(batch as PacketBatch & Sheaf)) this.#report(source, reader.records);
      const { records } = reader;
      return {
        input,
        name,
        format,
        weird: this.#weirds[input],
        records,
        duplicate: records,
        assumed: context.dating.assumed,
      };
    } finally {
      reader.close();
    }
  }

  async finish(): Promise<void> {
    await this.#crew?.finish();
    this.#waiting?.finish();
  }

  async close(): Promise<void> {
    await this.#crew?.close();
  }

  /** Those who decode and follow packets; nobody is called for logs alone. */
  #hands(): Crew {
    const hear: Hear = (told) => this.#hear(told);
    const workers = Math.min(this.#options.workers - 1, SHARDS);
    this.#crew ??= workers > 0 ? new Pool(workers, this.#weirds, hear) : new Alone(this.#weirds, hear);
    return this.#crew;
  }

  #follow(packets: PacketBatch): void {
    const { time, count } = packets;
    packets.clock = this.#clock.observe(time, count);
    this.#saw(time[0], time[count - 1]);
    this.#hands().follow(this.#seed as number);
  }

  #saw(first: number, last: number): void {
    this.first = Math.min(this.first, first);
    this.last = Math.max(this.last, last);
  }

  /** Rows of a log come after all packets that were framed before them, whoever follows those. */
  async #heard(sheaf: Sheaf, kind: keyof Sheaf, { from, to }: Span): Promise<void> {
    await this.#crew?.settle();
    const { time } = sheaf[kind];
    this.#saw(time[from], time[to - 1]);
    if (kind === 'contacts') this.#contacts(sheaf.contacts, from, to);
    else if (kind === 'requests') this.#requests(sheaf.requests, from, to);
    else if (kind === 'executions') this.judge.executions(sheaf.executions, from, to);
    else this.judge.answers(sheaf.answers);
  }

  #hear(told: readonly Told[]): void {
    const { judge } = this;
    const contacts = this.#allContacts.of(told);
    this.#contacts(contacts, 0, contacts.count);
    for (const { requests, requestEnd, shards } of told) {
      for (let shard = shards.from; shard < shards.to; shard += 1)
        this.#requests(requests, shard === shards.from ? 0 : requestEnd[shard - 1], requestEnd[shard]);
    }
    for (const { answers } of told) judge.answers(answers);
  }

  /** Leaves out what lies outside the period. Packets outside it have been followed: an answer inside may belong to them. */
  #contacts(contacts: ContactBatch, from: number, to: number): void {
    const { time } = contacts;
    let start = from;
    for (let row = from; row < to; row += 1) {
      if (this.#isWithin(time[row]) && !this.#isLeftOut(contacts, row)) continue;
      this.judge.contacts(contacts, start, row);
      start = row + 1;
    }
    this.judge.contacts(contacts, start, to);
    this.#waiting?.heard(contacts, from, to);
  }

  /** Whether another input has told this contact, or may yet tell more of it. */
  #isLeftOut(contacts: ContactBatch, row: number): boolean {
    const twice = this.#twice;
    const waiting = this.#waiting;
    if (!twice || !waiting || contacts.outcome[row] >= Outcome.exchanged) return false;
    const much = tells(contacts, row);
    if (!twice.isCopyOfContact(contacts, row)) {
      if (much < TELLS_ALL) twice.waits(waiting.wait(contacts, row));
      return much < TELLS_ALL;
    }
    if (twice.waiting < 0) return true;
    const lesser = waiting.takeLesser(twice.waiting, much);
    if (lesser < 0) return true;
    twice.replaces(lesser, contacts.input[row]);
    if (much < TELLS_ALL) twice.waits(waiting.wait(contacts, row));
    return much < TELLS_ALL;
  }

  #requests(requests: RequestBatch, from: number, to: number): void {
    const { time, traits } = requests;
    if (this.#twice) digest(requests);
    let start = from;
    for (let row = from; row < to; row += 1) {
      if (this.#twice?.isCopyOfRequest(requests, row)) traits[row] |= RequestTrait.copy;
      if (this.#isWithin(time[row])) continue;
      this.judge.requests(requests, start, row);
      start = row + 1;
    }
    this.judge.requests(requests, start, to);
  }

  #isWithin(time: number): boolean {
    const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = this.#options;
    return time >= since && time <= until;
  }

  #report({ consumed, size }: Pick<ByteSource, 'consumed' | 'size'>, records: number): void {
    const now = performance.now();
    if (this.#options.progress === undefined || now - this.#progressAt < PROGRESS_MS) return;
    this.#progressAt = now;
    this.#options.progress({ done: consumed, total: size, records, findings: this.judge.verdicts.length });
  }
}

function seedOf(bytes: Uint8Array): number {
  let hash = 0;
  for (let at = 0; at + 16 <= 4096 && at + 16 <= bytes.length; at += 4)
    hash = hash4(hash, bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
  return hash;
}

function homeOf(prefixes: readonly string[]): Home | undefined {
  if (prefixes.length === 0) return undefined;
  return givenHome(prefixes.map((text) => parsePrefix(text) as Prefix));
}
