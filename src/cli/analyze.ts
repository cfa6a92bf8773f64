import { availableParallelism } from 'node:os';
import type { Settings } from '../config/options.ts';
import type { RunOptions, RunResult } from '../engine/options.ts';
import { OUTPUTS } from '../output/index.ts';
import { counted, listed } from '../output/layout.ts';
import { printable } from '../output/printable.ts';
import { periodOf } from './period.ts';
import type { Ports } from './ports.ts';
import { progressOn } from './progress.ts';
import { remember } from './state.ts';
import { programOf, sinkOf } from './terminal.ts';

/** `vedette FILE…`: runs the engine over the files and writes what it found. */

const MOST_WORKERS = 4;

/** What the engine is asked for. */
export async function runOptions(paths: readonly string[], settings: Settings): Promise<RunOptions> {
  return {
    paths: [...paths],
    workers: settings.workers ?? Math.min(availableParallelism(), MOST_WORKERS),
    home: [...settings.home],
    falsePerDay: settings.falsePerDay,
    proxies: settings.proxy,
    logFormats: settings.logFormat,
    zone: settings.timezone,
    ...(settings.bar !== undefined && { bar: settings.bar }),
    ...(settings.allow.length > 0 && { allow: [...settings.allow] }),
    known: settings.known,
    ...(settings.knownList.length > 0 && { knownLists: [...settings.knownList] }),
    ...(await periodOf(settings, paths)),
  };
}

/** Runs the engine, with a progress bar where a terminal watches, and says which files of folders were left out. */
export async function runWatched(options: RunOptions, settings: Settings, ports: Ports): Promise<RunResult> {
  const result = await runWithBar(options, settings, ports);
  const { length } = result.skipped;
  if (length > 0 && !settings.quiet)
    ports.stderr.write(
      `${counted(length, 'file')} left out, empty or in no format known here: ${listed(
        result.skipped.map((path) => printable(path)),
        4,
      )}\n`,
    );
  return result;
}

async function runWithBar(options: RunOptions, settings: Settings, ports: Ports): Promise<RunResult> {
  const run = await ports.engine();
  if (settings.quiet || ports.stderr.isTTY !== true) return run(options);
  const bar = progressOn(ports.stderr);
  try {
    return await run({ ...options, progress: (progress) => bar.report(progress) });
  } finally {
    bar.wipe();
  }
}

async function write({ findings, summary }: RunResult, settings: Settings, ports: Ports): Promise<void> {
  const output = OUTPUTS.find(({ name }) => name === settings.format);
  if (output === undefined) throw new Error(`no output ${settings.format}`);
  const sink = sinkOf(settings, ports.stdout, ports.environment);
  const writer = output.open(sink);
  for (const finding of findings) writer.write(finding);
  writer.summary(summary);
  await writer.close();
  sink.flush();
}

/** @returns the exit code */
export async function analyze(files: readonly string[], settings: Settings, ports: Ports): Promise<number> {
  const sample = files.length === 0;
  const paths = sample ? [ports.sample] : files;
  if (sample && !settings.quiet)
    ports.stderr.write(
      `No file given: reading the bundled sample. \`${programOf(ports.environment)} FILE…\` reads yours.\n`,
    );
  const options = await runOptions(paths, settings);
  const result = await runWatched(options, settings, ports);
  await write(result, settings, ports);
  const trouble = remember(result, options, ports.environment);
  if (trouble !== undefined && !settings.quiet)
    ports.stderr.write(`vedette: findings could not be kept for \`vedette explain ID\`: ${trouble}\n`);
  // what is told below the bar is no alarm
  const alarms = result.findings.filter(({ kind, bits, bar }) => kind !== 'anomaly' || bits >= bar);
  return settings.failOn === 'findings' && alarms.length > 0 ? 1 : 0;
}
