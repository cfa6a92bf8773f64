import { expand } from '../input/index.ts';
import type { ByteSource } from '../input/input.ts';
import { Clock } from '../record/clock.ts';
import { type PacketBatch, SHARDS } from '../record/packet.ts';
import type { Sheaf } from '../record/sheaf.ts';
import { Hearing } from './hearing.ts';
import type { Clocks } from './inputs/clocks.ts';
import type { Course, Hearers, Span } from './inputs/course.ts';
import { contextOf, Inputs, type Opened } from './inputs/inputs.ts';
import type { RunOptions, RunResult } from './options.ts';
import { report } from './summary.ts';
import { Alone } from './threads/alone.ts';
import type { Crew } from './threads/crew.ts';
import { Pool } from './threads/pool.ts';

/** The way of the data, once: bytes → packets → flows → contacts, or bytes → records → contacts; → evidence → findings. */
export async function run(options: RunOptions): Promise<RunResult> {
  const started = performance.now();
  const expanded = await expand(options.paths, contextOf(options));
  const way = new Way(options, new Inputs(options, expanded));
  try {
    const opened = await way.readAll();
    const { judge, skews } = await way.finish();
    const { first, last } = way;
    return { ...report(opened, judge, options, { started, first, last, skews }), skipped: expanded.skipped };
  } finally {
    await way.close();
  }
}

const PROGRESS_MS = 100;

/** Takes the inputs through time together: their packets to the crew that follows flows, what they tell to the hearing. */
class Way {
  /** µs since 1970 of the first and the last record */
  first = Number.POSITIVE_INFINITY;
  last = 0;
  readonly #options: RunOptions;
  readonly #inputs: Inputs;
  readonly #clock = new Clock();
  #clocks: Clocks | undefined;
  #crew: Crew | undefined;
  #hearing: Hearing | undefined;
  #progressAt = Number.NEGATIVE_INFINITY;

  constructor(options: RunOptions, inputs: Inputs) {
    this.#options = options;
    this.#inputs = inputs;
  }

  /** Always goes on with the input that is furthest behind; each is opened when its time has come. */
  async readAll(): Promise<Opened[]> {
    const inputs = this.#inputs;
    if (inputs.count > 1) this.#clocks = await inputs.compareClocks();
    const order = [...inputs.weirds.keys()].sort((a, b) => this.#startOf(a) - this.#startOf(b) || a - b);
    const opened: Opened[] = [];
    const running: Course[] = [];
    try {
      for (let next = 0; next < order.length || running.length > 0; ) {
        running.sort((a, b) => this.#headOf(a) - this.#headOf(b) || a.input - b.input);
        const start = next < order.length ? this.#startOf(order[next]) : Number.POSITIVE_INFINITY;
        if (next < order.length && (running.length === 0 || start <= this.#headOf(running[0]))) {
          const input = order[next];
          if (inputs.isCopy(input)) opened.push(await inputs.skip(input, (...so) => this.#progress(...so)));
          else running.push(await inputs.begin(input, this.#hearers));
          next += 1;
          continue;
        }
        const [course] = running;
        const second = running[1] ? this.#headOf(running[1]) : Number.POSITIVE_INFINITY;
        const goesOn = await course.step(Math.min(second, start) + this.#aheadOf(course.input));
        this.#progress(course.source, course.records);
        if (goesOn) continue;
        opened.push(await inputs.end(course, () => this.hearing.copiesIn(course.input)));
        running.shift();
      }
    } finally {
      for (const course of running) await course.close();
    }
    return opened.sort((a, b) => a.input - b.input);
  }

  async finish(): Promise<Hearing> {
    await this.#crew?.finish();
    this.hearing.finish();
    return this.hearing;
  }

  async close(): Promise<void> {
    await this.#crew?.close();
  }

  /** When an input begins, by the clock of the first. */
  #startOf(input: number): number {
    return this.#inputs.startOf(input) - this.#aheadOf(input);
  }

  /** Where a course is, by the clock of the first input. */
  #headOf({ head, input }: Course): number {
    return head - this.#aheadOf(input);
  }

  #aheadOf(input: number): number {
    return this.#clocks?.aheadOfAll(input) ?? 0;
  }

  /** Sits from when the seed is known: an input has been opened. */
  get hearing(): Hearing {
    this.#hearing ??= new Hearing(this.#options, this.#inputs.seed, this.#clocks);
    return this.#hearing;
  }

  readonly #hearers: Hearers = {
    next: () => this.#hands().next(),
    framed: (packets) => this.#follow(packets),
    orFailure: (promise) => this.#hands().orFailure(promise),
    heard: (sheaf, kind, span) => this.#hear(sheaf, kind, span),
  };

  /** Those who decode and follow packets; nobody is called for logs alone. */
  #hands(): Crew {
    const { weirds } = this.#inputs;
    const { hearing } = this;
    const workers = Math.min(this.#options.workers - 1, SHARDS);
    this.#crew ??=
      workers > 0
        ? new Pool(workers, weirds, (told) => hearing.told(told))
        : new Alone(weirds, (told) => hearing.told(told));
    return this.#crew;
  }

  #follow(packets: PacketBatch): void {
    const { time, count } = packets;
    packets.clock = this.#clock.observe(time, count);
    this.#saw(time, 0, count);
    this.#hands().follow(this.#inputs.seed);
  }

  /** Rows of a log come after all packets that were framed before them, whoever follows those. */
  async #hear(sheaf: Sheaf, kind: keyof Sheaf, span: Span): Promise<void> {
    await this.#crew?.settle();
    const { time } = sheaf[kind];
    this.#saw(time, span.from, span.to);
    this.hearing.rows(sheaf, kind, span);
  }

  #saw(time: Float64Array, from: number, to: number): void {
    let { first, last } = this;
    for (let row = from; row < to; row += 1) {
      if (time[row] < first) first = time[row];
      if (time[row] > last) last = time[row];
    }
    this.first = first;
    this.last = last;
  }

  #progress({ consumed, size }: Pick<ByteSource, 'consumed' | 'size'>, records: number): void {
    const now = performance.now();
    if (this.#options.progress === undefined || now - this.#progressAt < PROGRESS_MS) return;
    this.#progressAt = now;
    const findings = this.hearing.judge.verdicts.length;
    this.#options.progress({ done: consumed, total: size, records, findings });
  }
}
