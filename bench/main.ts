import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { flood, packets, type Truth } from './generate.ts';

/**
 * How fast, and in how much memory, beside a program that only reads:
 *
 *     npm run bench -- [--smoke] [--packets N] [--flood N] [--workers 1,2] [--rounds 5] [FILE…]
 *
 * Without FILE it makes its own captures. Runs go in pairs, ours and then `tcpdump -r FILE -w /dev/null`, so that
 * both meet the same page cache and the same neighbours on the machine; a ratio is the median over the pairs.
 * It measures and never judges: no time makes it fail.
 */
interface Work {
  readonly path: string;
  readonly packets: number;
  readonly truth: Truth | null;
}

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
    env: { ...process.env, NODE_OPTIONS },
  });
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  if (error) throw error;
  if (status !== 0) throw new Error(`${basename(command)} ended with ${status}: ${stderr}`);
  const told = String(output[3] ?? '').split('\n');
  return { seconds, peak: Math.max(...told.map(Number)) * 1024 };
}

const analyze = (path: string, workers: string): string[] => [
  PROGRAM,
  'analyze',
  '--format',
  'ndjson',
  '--workers',
  workers,
  path,
];

/** null: there is no tcpdump here */
function reference(path: string): Lap | null {
  if (spawnSync('tcpdump', ['--version'], { stdio: 'ignore' }).error) return null;
  return lap('tcpdump', ['-r', path, '-w', '/dev/null']);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

const spread = (values: readonly number[]): string =>
  `${Math.min(...values).toFixed(2)}–${Math.max(...values).toFixed(2)}`;

/** Runs once unmeasured, which also fills the page cache, and says what came out. */
function rehearse(work: Work, workers: string): void {
  const { stdout, status, stderr } = spawnSync(process.execPath, analyze(work.path, workers), { maxBuffer: 1 << 30 });
  if (status !== 0) throw new Error(`vedette ended with ${status}: ${stderr}`);
  const lines = String(stdout)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  const named = new Set(lines.flatMap(({ source }) => (source ? [source.address] : [])));
  console.log(`  ${lines.filter(({ kind }) => kind !== 'summary').length} findings`);
  const state = lines.find(({ kind }) => kind === 'summary')?.stateBytes;
  if (state !== undefined) console.log(`  state ${(state / MEGABYTE).toFixed(1)} MB`);
  if (!work.truth) return;
  const scanners = work.truth.scanners.filter(({ probes }) => probes >= ENOUGH_PROBES);
  const found = scanners.filter(({ address }) => named.has(address)).length;
  const innocent = named.size - work.truth.scanners.filter(({ address }) => named.has(address)).length;
  console.log(`  ${found} of ${scanners.length} scanners with ${ENOUGH_PROBES} probes or more; ${innocent} others named`);
}

const ENOUGH_PROBES = 10;

function measure(work: Work, workers: string, rounds: number): void {
  const ours: Lap[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const mine = lap(process.execPath, analyze(work.path, workers));
    const theirs = reference(work.path);
    ours.push(mine);
    if (theirs) ratios.push(mine.seconds / theirs.seconds);
  }
  const seconds = median(ours.map((run) => run.seconds));
  const rate = work.packets > 0 ? `${(work.packets / seconds / 1e6).toFixed(2)} M packets/s  ` : '';
  const bytes = `${(statSync(work.path).size / seconds / MEGABYTE).toFixed(0)} MB/s`;
  const peak = `peak ${(Math.max(...ours.map((run) => run.peak)) / MEGABYTE).toFixed(0)} MB`;
  const ratio = ratios.length
    ? `${median(ratios).toFixed(2)} × tcpdump (${spread(ratios)})`
    : 'tcpdump not installed: ratio skipped';
  console.log(`  workers ${workers}  ${seconds.toFixed(2)} s  ${rate}${bytes}  ${peak}  ${ratio}`);
}

/** A capture of our own making, its truth beside it. */
function made(kind: 'packets' | 'flood', count: number, directory: string): Work {
  const path = join(directory, `${kind}.pcap`);
  const truth =
    kind === 'packets'
      ? packets(path, count, 1)
      : flood(path, count, 1, Math.max(1000, Math.min(1_000_000, count / 10)), false);
  writeFileSync(`${path}.truth.json`, JSON.stringify(truth));
  return { path, packets: count, truth };
}

/** A capture somebody gave; its packets are counted only if our generator left its truth there. */
function given(path: string): Work {
  try {
    return { path, packets: 0, truth: JSON.parse(readFileSync(`${path}.truth.json`, 'utf8')) };
  } catch {
    return { path, packets: 0, truth: null };
  }
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      smoke: { type: 'boolean', default: false },
      packets: { type: 'string' },
      flood: { type: 'string' },
      workers: { type: 'string', default: '1,2' },
      rounds: { type: 'string' },
    },
  });
  const rounds = Number(values.rounds ?? (values.smoke ? 2 : 5));
  const count = Number(values.packets ?? (values.smoke ? 100_000 : 3_000_000));
  const forged = Number(values.flood ?? (values.smoke ? 100_000 : 10_000_000));
  const directory = mkdtempSync(join(tmpdir(), 'vedette-bench-'));
  try {
    const works: (() => Work)[] = positionals.length
      ? positionals.map((path) => () => given(path))
      : [() => made('packets', count, directory), () => made('flood', forged, directory)];
    for (const make of works) {
      const work = make();
      const size = `${(statSync(work.path).size / MEGABYTE).toFixed(0)} MB`;
      console.log(`${basename(work.path)}: ${work.packets ? `${work.packets} packets, ` : ''}${size}, ${rounds} rounds`);
      rehearse(work, values.workers.split(',')[0] as string);
      for (const workers of values.workers.split(',')) measure(work, workers, rounds);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

main();
