import { expand, openInput } from '../input/index.ts';
import type { ByteSource } from '../input/input.ts';
import { givenHome, type Home } from '../ledger/home.ts';
import { Clock } from '../record/clock.ts';
import type { ContactBatch } from '../record/contact.ts';
import { type PacketBatch, SHARDS } from '../record/packet.ts';
import { WeirdCounts } from '../record/weird.ts';
import { hash4 } from '../table/hash.ts';
import { parsePrefix, type Prefix } from '../table/prefix.ts';
import { Alone } from './alone.ts';
import { copiesOf } from './copies.ts';
import type { Crew, Hear } from './crew.ts';
import { Judge } from './judge.ts';
import type { RunOptions, RunResult } from './options.ts';
import { Pool } from './pool.ts';
import type { Shed, Told } from './stage.ts';
import { type Opened, report } from './summary.ts';

/** The way of the data, once: bytes → packets → flows → contacts → evidence → findings. */
export async function run(options: RunOptions): Promise<RunResult> {
  const started = performance.now();
  const { paths } = await expand(options.paths);
  const way = new Way(options, paths.length);
  try {
    const copies = copiesOf(paths);
    const opened: Opened[] = [];
    for (const [input, path] of paths.entries())
      opened.push(await (copies.has(path) ? way.skip(input, path) : way.read(input, path)));
    await way.finish();
    return report(opened, way.judge, options, { started, first: way.first, last: way.last });
  } finally {
    await way.close();
  }
}

const PROGRESS_MS = 100;

/** Carries batches from the inputs to the crew, and what the crew tells to the judge. */
class Way {
  readonly #options: RunOptions;
  readonly #weirds: readonly WeirdCounts[];
  readonly #crew: Crew;
  readonly #clock = new Clock();
  #seed: number | undefined;
  #judge: Judge | undefined;
  #progressAt = Number.NEGATIVE_INFINITY;
  first = Number.POSITIVE_INFINITY;
  last = 0;

  constructor(options: RunOptions, inputs: number) {
    this.#options = options;
    this.#weirds = Array.from({ length: inputs }, () => new WeirdCounts());
    const hear: Hear = (told) => this.#hear(told);
    const workers = Math.min(options.workers - 1, SHARDS);
    this.#crew = workers > 0 ? new Pool(workers, this.#weirds, hear) : new Alone(this.#weirds, hear);
  }

  get judge(): Judge {
    const { home, falsePerDay, bar } = this.#options;
    this.#judge ??= new Judge({ seed: this.#seed ?? 0, home: homeOf(home), falsePerDay, bar });
    return this.#judge;
  }

  async read(input: number, path: string): Promise<Opened> {
    const crew = this.#crew;
    const weird = this.#weirds[input];
    const { input: format, reader, source } = await openInput(path, { input, weird });
    try {
      for (let packets = await crew.next(); await crew.orFailure(reader.fill(packets)); packets = await crew.next()) {
        this.#follow(packets);
        this.#report(source, reader.records);
      }
      return { name: path, format: format.name, weird, records: reader.records, duplicate: 0 };
    } finally {
      reader.close();
    }
  }

  /** Counts the records of a copy of an earlier input. They are not used a second time. */
  async skip(input: number, path: string): Promise<Opened> {
    const { input: format, reader, source } = await openInput(path, { input, weird: new WeirdCounts() });
    try {
      const packets = await this.#crew.next();
      while (await reader.fill(packets)) this.#report(source, reader.records);
      const { records } = reader;
      return { name: path, format: format.name, weird: this.#weirds[input], records, duplicate: records };
    } finally {
      reader.close();
    }
  }

  finish(): Promise<Shed> {
    return this.#crew.finish();
  }

  close(): Promise<void> {
    return this.#crew.close();
  }

  /** The seed is drawn from the first bytes of the data: the same input, the same output, and nobody else knows it. */
  #follow(packets: PacketBatch): void {
    const { time, count } = packets;
    this.#seed ??= this.#options.seed ?? seedOf(packets.bytes);
    packets.clock = this.#clock.observe(time, count);
    this.first = Math.min(this.first, time[0]);
    this.last = Math.max(this.last, time[count - 1]);
    this.#crew.follow(this.#seed);
  }

  #hear(told: readonly Told[]): void {
    const { judge } = this;
    for (const { contacts, end, shards } of told) {
      for (let shard = shards.from; shard < shards.to; shard += 1)
        this.#contacts(contacts, shard === shards.from ? 0 : end[shard - 1], end[shard]);
    }
    for (const { answers } of told) judge.answers(answers);
  }

  /** Leaves out what lies outside the period. Packets outside it have been followed: an answer inside may belong to them. */
  #contacts(contacts: ContactBatch, from: number, to: number): void {
    const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = this.#options;
    const { time } = contacts;
    let start = from;
    for (let row = from; row < to; row += 1) {
      if (time[row] >= since && time[row] <= until) continue;
      this.judge.contacts(contacts, start, row);
      start = row + 1;
    }
    this.judge.contacts(contacts, start, to);
  }

  #report({ consumed, size }: ByteSource, records: number): void {
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
