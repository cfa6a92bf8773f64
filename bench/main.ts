import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { calibration } from './calibration.ts';
import { flood, packets, type Truth } from './generate.ts';
import { access, connections } from './logs.ts';

/**
 * How fast, and in how much memory, beside a program that only reads:
 *
 *     npm run bench -- [--smoke] [--packets N] [--flood N] [--lines N] [--workers 1,2] [--rounds 5] [FILE…]
 *
 *     npm run bench -- --calibration SOURCES
 *
 * Without FILE it makes its own captures and logs. Runs go in pairs, ours and then `tcpdump -r FILE -w /dev/null` for a
 * capture, `wc -l FILE` for a log and `goaccess` for an access log, so that all meet the same page cache and the same
 * neighbours on the machine; a ratio is the median over the pairs.
 * It measures and never judges: no time makes it fail.
 */
interface Work {
  readonly path: string;
  readonly truth: Truth | null;
  readonly kind: Kind;
}

type Kind = 'capture' | 'access log' | 'log';

/** A program that is run beside ours. */
interface Beside {
  readonly name: string;
  readonly args: (path: string) => readonly string[];
}

const TCPDUMP: Beside = { name: 'tcpdump', args: (path) => ['-r', path, '-w', '/dev/null'] };
const WC: Beside = { name: 'wc', args: (path) => ['-l', path] };
const GOACCESS: Beside = {
  name: 'goaccess',
  args: (path) => [path, '--log-format=COMBINED', '--no-global-config', '--no-progress', `--output=${path}.json`],
};
const BESIDE: Readonly<Record<Kind, readonly Beside[]>> = {
  capture: [TCPDUMP],
  'access log': [WC, GOACCESS],
  log: [WC],
};

/** One run of a child process, from start to end. */
interface Lap {
  readonly seconds: number;
  /** bytes; 0: not told */
  readonly peak: number;
}

const PROGRAM = new URL('../bin/vedette.mjs', import.meta.url).pathname;
/** what every node process under measurement runs first: it tells its peak on file descriptor 3 when it ends */
const TELL_PEAK = `import{isMainThread}from'node:worker_threads';import{writeSync}from'node:fs';
if(isMainThread)process.on('exit',()=>{try{writeSync(3,process.resourceUsage().maxRSS+'\\n')}catch{}})`;
const NODE_OPTIONS = `--import=data:text/javascript,${encodeURIComponent(TELL_PEAK)}`;
const MEGABYTE = 1e6;

function lap(command: string, args: readonly string[]): Lap {
  const started = process.hrtime.bigint();
  const { status, error, stderr, output } = spawnSync(command, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS },
  });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (error) throw error;
  if (status !== 0) throw new Error(`${basename(command)} ended with ${status}: ${stderr}`);
  const told = (output[3] ?? '').split('\n');
  return { seconds, peak: Math.max(...told.map(Number)) * 1024 };
}

const analyze = (path: string, workers: string): string[] => [
  ...process.execArgv,
  PROGRAM,
  'analyze',
  '--format',
  'ndjson',
  '--workers',
  workers,
  path,
];

const isInstalled = ({ name }: Beside): boolean => !spawnSync(name, ['--version'], { stdio: 'ignore' }).error;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const spread = (values: readonly number[]): string =>
  `${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)}`;

/** Findings below so many probes are luck. */
const ENOUGH_PROBES = 10;

interface Line {
  readonly kind: string;
  readonly source?: { readonly address: string } | null;
  readonly inputs?: readonly { readonly records: number }[];
}

/** Runs once unmeasured, which also fills the page cache, and says what came out. Returns the number of records. */
function rehearse(work: Work, workers: string): number {
  const { stdout, status, stderr } = spawnSync(process.execPath, analyze(work.path, workers), {
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`vedette ended with ${status}: ${stderr}`);
  const lines: Line[] = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
  const findings = lines.filter(({ kind }) => kind !== 'summary');
  const named = new Set(findings.flatMap(({ source }) => (source ? [source.address] : [])));
  console.log(`  ${findings.length} findings${work.truth ? `; ${heldAgainst(work.truth, named)}` : ''}`);
  const summary = lines.find(({ kind }) => kind === 'summary');
  return (summary?.inputs ?? []).reduce((sum, { records }) => sum + records, 0);
}

function heldAgainst({ scanners }: Truth, named: ReadonlySet<string>): string {
  const grown = scanners.filter(({ probes }) => probes >= ENOUGH_PROBES);
  const found = grown.filter(({ address }) => named.has(address)).length;
  const right = scanners.filter(({ address }) => named.has(address)).length;
  return `${found} of ${grown.length} scanners with ${ENOUGH_PROBES} probes or more, ${named.size - right} others named`;
}

function measure({ path, kind }: Work, count: number, workers: string, rounds: number): void {
  const ours: Lap[] = [];
  const others = BESIDE[kind].map((program) => ({ program, present: isInstalled(program), ratios: [] as number[] }));
  for (let round = 0; round < rounds; round++) {
    const mine = lap(process.execPath, analyze(path, workers));
    ours.push(mine);
    for (const { program, present, ratios } of others)
      if (present) ratios.push(mine.seconds / lap(program.name, program.args(path)).seconds);
  }
  const seconds = median(ours.map((run) => run.seconds));
  const rate = `${(count / seconds / 1e6).toFixed(2)} M ${kind === 'capture' ? 'packets' : 'lines'}/s`;
  const bytes = `${(statSync(path).size / seconds / MEGABYTE).toFixed(0)} MB/s`;
  const peak = `peak ${(Math.max(...ours.map((run) => run.peak)) / MEGABYTE).toFixed(0)} MB`;
  const ratios = others.map(({ program, ratios: found }) =>
    found.length
      ? `${median(found).toFixed(2)} × ${program.name} (${spread(found)})`
      : `${program.name} not installed: ratio skipped`,
  );
  console.log(`  workers ${workers}  ${seconds.toFixed(2)} s  ${rate}  ${bytes}  ${peak}  ${ratios.join('  ')}`);
}

/** A capture of our own making, its truth beside it. */
function made(kind: 'packets' | 'flood', count: number, directory: string): Work {
  const path = join(directory, `${kind}.pcap`);
  const truth =
    kind === 'packets'
      ? packets(path, count, 1)
      : flood(path, count, 1, Math.max(1000, Math.min(1_000_000, count / 10)), false);
  writeFileSync(`${path}.truth.json`, JSON.stringify(truth));
  return { path, truth, kind: 'capture' };
}

/** The same of a log. */
function madeLog(kind: 'access log' | 'log', count: number, directory: string): Work {
  const path = join(directory, kind === 'log' ? 'conn.log' : 'access.log');
  return { path, truth: kind === 'log' ? connections(path, count, 1) : access(path, count, 1), kind };
}

/** A file somebody gave, with its truth where our generator left one; by its name it is a capture or a log. */
function given(path: string): Work {
  const kind = /\.p?cap(?:ng)?(?:\.|$)/.test(path) ? 'capture' : /access/.test(basename(path)) ? 'access log' : 'log';
  try {
    const truth = JSON.parse(readFileSync(`${path}.truth.json`, 'utf8')) as Partial<Truth>;
    return { path, truth: Array.isArray(truth.scanners) ? (truth as Truth) : null, kind };
  } catch {
    return { path, truth: null, kind };
  }
}

/** How often the innocent are blamed, bar by bar, beside what was promised. */
async function calibrate(sources: number): Promise<void> {
  for (const { bits, share, bound } of await calibration(sources, 1)) {
    console.log(
      `  ${String(bits).padStart(2)} bits  ${share.toFixed(6)} of ${sources} benign sources, at most ${bound.toFixed(6)}`,
    );
  }
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      smoke: { type: 'boolean', default: false },
      packets: { type: 'string' },
      flood: { type: 'string' },
      lines: { type: 'string' },
      workers: { type: 'string', default: '1,2' },
      rounds: { type: 'string' },
      calibration: { type: 'string' },
    },
  });
  if (values.calibration) return calibrate(Number(values.calibration));
  const rounds = Number(values.rounds ?? (values.smoke ? 1 : 5));
  const count = Number(values.packets ?? (values.smoke ? 100_000 : 3_000_000));
  const forged = Number(values.flood ?? (values.smoke ? 100_000 : 10_000_000));
  const lines = Number(values.lines ?? (values.smoke ? 20_000 : 3_000_000));
  const directory = mkdtempSync(join(tmpdir(), 'vedette-bench-'));
  try {
    const works: (() => Work)[] = positionals.length
      ? positionals.map((path) => () => given(path))
      : [
          () => made('packets', count, directory),
          () => made('flood', forged, directory),
          () => madeLog('access log', lines, directory),
          () => madeLog('log', lines, directory),
        ];
    for (const make of works) {
      const work = make();
      const size = `${(statSync(work.path).size / MEGABYTE).toFixed(0)} MB`;
      console.log(`${basename(work.path)}: ${size}, ${rounds} rounds`);
      const [first = '1', ...more] = values.workers.split(',');
      const records = rehearse(work, first);
      for (const workers of [first, ...more]) measure(work, records, workers, rounds);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

await main();
