import type { Finding, Summary } from '../finding/finding.ts';
import { timeText } from '../finding/time.ts';
import { decode } from '../input/capture/decode/index.ts';
import { expand, openInput } from '../input/index.ts';
import { givenHome, type Home } from '../ledger/home.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { Clock } from '../record/clock.ts';
import { allocatePackets, type PacketBatch, SHARDS } from '../record/packet.ts';
import { WEIRDS, WeirdCounts } from '../record/weird.ts';
import { hash4 } from '../table/hash.ts';
import { parsePrefix, type Prefix } from '../table/prefix.ts';
import { Judge } from './judge.ts';
import { campaignOf, findingOf, type ReportContext } from './report.ts';
import { allocateTold, Stage, type Told } from './stage.ts';

/** What a run is asked for. */
export interface RunOptions {
  /** files, folders, or `-` */
  readonly paths: readonly string[];
  readonly workers: number;
  /** prefixes of the own network; none: infer it */
  readonly home: readonly string[];
  readonly falsePerDay: number;
  readonly bar?: number | undefined;
  /** µs since 1970 */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly seed?: number | undefined;
  readonly progress?: ((progress: Progress) => void) | undefined;
}

export interface Progress {
  readonly done: number;
  readonly total: number | undefined;
  readonly records: number;
  readonly findings: number;
}

export interface RunResult {
  /** most worth first */
  readonly findings: Finding[];
  readonly summary: Summary;
}

/** The way of the data, once: bytes → packets → flows → contacts → evidence → findings. */
export async function run(options: RunOptions): Promise<RunResult> {
  const started = performance.now();
  const { paths } = await expand(options.paths);
  const way = new Way(options);
  const opened: Opened[] = [];
  for (const [input, path] of paths.entries()) {
    const weird = new WeirdCounts();
    const { input: format, reader, source } = await openInput(path, { input, weird });
    const counts = { name: path, format: format.name, weird, records: 0 };
    opened.push(counts);
    while (await reader.fill(way.packets)) {
      way.follow(input, weird);
      options.progress?.({ done: source.consumed, total: source.size, records: reader.records, findings: 0 });
    }
    counts.records = reader.records;
    reader.close();
  }
  const { judge, ledger } = way.finish();
  return report(opened, judge, ledger, options, way, started);
}

interface Opened {
  readonly name: string;
  readonly format: string;
  readonly weird: WeirdCounts;
  records: number;
}

/** One thread's way. */
class Way {
  readonly packets: PacketBatch = allocatePackets();
  readonly #options: RunOptions;
  readonly #clock = new Clock();
  readonly #told: Told = allocateTold(SHARDS);
  #stage: Stage | undefined;
  #judge: Judge | undefined;
  #seed = 0;
  first = Number.POSITIVE_INFINITY;
  last = 0;

  constructor(options: RunOptions) {
    this.#options = options;
  }

  follow(input: number, weird: WeirdCounts): void {
    const { packets } = this;
    packets.input = input;
    packets.clock = this.#clock.observe(packets.time, packets.count);
    this.first = Math.min(this.first, packets.time[0]);
    this.last = Math.max(this.last, packets.time[packets.count - 1]);
    const { stage, judge } = this.#begin();
    decode(packets, weird, this.#seed);
    stage.follow(packets, this.#told, weird);
    this.#tell(judge);
  }

  finish(): { judge: Judge; ledger: Ledger } {
    const { stage, judge } = this.#begin();
    for (let more = true; more; ) {
      more = stage.finish(this.#told);
      this.#tell(judge);
    }
    return { judge, ledger: judge.finish() };
  }

  /** The seed is drawn from the first bytes of the data: the same input, the same output, and nobody else knows it. */
  #begin(): { stage: Stage; judge: Judge } {
    if (this.#stage && this.#judge) return { stage: this.#stage, judge: this.#judge };
    this.#seed = this.#options.seed ?? seedOf(this.packets.bytes);
    this.#stage = new Stage(Array.from({ length: SHARDS }, (_, shard) => shard), this.#seed);
    const { falsePerDay, bar } = this.#options;
    this.#judge = new Judge({ seed: this.#seed, home: homeOf(this.#options.home), falsePerDay, bar });
    return { stage: this.#stage, judge: this.#judge };
  }

  #tell(judge: Judge): void {
    const { contacts, answers, end } = this.#told;
    let from = 0;
    for (let shard = 0; shard < SHARDS; shard += 1) {
      judge.contacts(contacts, from, end[shard]);
      from = end[shard];
    }
    judge.answers(answers);
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

function report(opened: readonly Opened[], judge: Judge, ledger: Ledger, options: RunOptions, way: Way, started: number): RunResult {
  const context: ReportContext = {
    inputs: opened.map(({ name }) => name),
    home: ledger.home,
    banners: judge.banners,
    known: new Set(),
    caveats: [],
  };
  const episodes = judge.verdicts.toSorted((a, b) => a.dossier.first - b.dossier.first || a.dossier.firstRecord - b.dossier.firstRecord);
  const scans = episodes.map((verdict) => findingOf(verdict, context));
  const campaigns = judge.crowds.found().map((crowd) => campaignOf(crowd, context));
  const findings = [...scans, ...campaigns].sort(
    (a, b) => b.triage.priority - a.triage.priority || b.bits - a.bits || (a.id < b.id ? -1 : 1),
  );
  const span = way.last > 0 ? { first: timeText(way.first), last: timeText(way.last) } : null;
  return {
    findings,
    summary: {
      kind: 'summary',
      inputs: opened.map(countsOf),
      contacts: ledger.contacts,
      sources: Math.round(ledger.sources.estimate(0)),
      findings: findings.length,
      noise: { sources: 0, probes: 0, topServices: [] },
      bar: ledger.bar.bits,
      falsePerDay: options.falsePerDay,
      contactsPerDay: options.bar === undefined ? ledger.bar.firstContactsPerDay : null,
      home: { networks: [...ledger.home.networks], inferred: ledger.home.inferred },
      span,
      seconds: Math.round(performance.now() - started) / 1000,
    },
  };
}

function countsOf({ name, format, weird, records }: Opened): Summary['inputs'][number] {
  const named = (fate: string): Record<string, number> =>
    Object.fromEntries(WEIRDS.flatMap(([weirdName, its], at) => (its === fate && weird.counts[at] > 0 ? [[weirdName, weird.counts[at]]] : [])));
  const unsupported = weird.total('unsupported');
  const malformed = weird.total('malformed');
  return {
    name,
    format,
    records,
    used: records - malformed - unsupported,
    duplicate: 0,
    late: 0,
    malformed: named('malformed'),
    unsupported,
    shed: 0,
    noted: named('noted'),
  };
}
