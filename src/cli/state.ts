import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { makeFolder } from '../engine/lists/folder.ts';
import type { RunOptions, RunResult } from '../engine/options.ts';
import { canonicalFinding } from '../finding/canonical.ts';
import { printable } from '../output/printable.ts';

/**
 * What `explain` needs of the last analysis, in a file that only its user may read:
 * one line about the run, then one line a finding.
 */

const VERSION = 1;
const HEAD_BYTES = 4096;

/** How a file looked when it was read. */
export interface Seen {
  readonly path: string;
  readonly size: number;
  readonly modifiedMs: number;
  /** SHA-256 of its first bytes */
  readonly head: string;
}

/** The first line of the file. */
export interface Remembered {
  readonly version: typeof VERSION;
  /** Folder that relative paths start from. */
  readonly folder: string;
  readonly options: Omit<RunOptions, 'progress'>;
  readonly seen: readonly Seen[];
}

/** `$XDG_STATE_HOME/vedette` (XDG Base Directory Specification 0.8): what the program keeps for its user. */
export function stateFolder(environment: NodeJS.ProcessEnv): string {
  const home = environment.XDG_STATE_HOME || join(environment.HOME ?? homedir(), '.local', 'state');
  return join(home, 'vedette');
}

const stateFile = (environment: NodeJS.ProcessEnv): string => join(stateFolder(environment), 'last.ndjson');

function headOf(path: string): string {
  const bytes = new Uint8Array(HEAD_BYTES);
  const file = openSync(path, 'r');
  try {
    return createHash('sha256')
      .update(bytes.subarray(0, readSync(file, bytes)))
      .digest('hex');
  } finally {
    closeSync(file);
  }
}

/** How a path looks now; nothing for what is not a plain file or folder that can be read. */
export function look(path: string): Seen | undefined {
  try {
    const stats = statSync(path);
    const { size, mtimeMs: modifiedMs } = stats;
    if (stats.isDirectory()) return { path, size, modifiedMs, head: '' };
    return stats.isFile() ? { path, size, modifiedMs, head: headOf(path) } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the findings for `explain`. @returns why that was not possible */
export function remember(
  { findings, summary }: RunResult,
  { progress: _, ...options }: RunOptions,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  const file = stateFile(environment);
  const read = new Set([...options.paths, ...summary.inputs.map(({ name }) => name)]);
  const seen = [...read].map((path) => look(path)).filter((one) => one !== undefined);
  const run: Remembered = { version: VERSION, folder: resolve('.'), options, seen };
  const lines = [run, ...findings.map(canonicalFinding)].map((one) => `${JSON.stringify(one)}\n`);
  try {
    makeFolder(join(file, '..'), 0o700);
    const fresh = `${file}.${process.pid}`;
    writeFileSync(fresh, lines.join(''), { mode: 0o600 });
    renameSync(fresh, file);
    return undefined;
  } catch (error) {
    return printable(error instanceof Error ? error.message : String(error));
  }
}

/** What was kept: the run, and its findings as unchecked lines. Nothing when there is none or another version wrote it. */
export function recall(environment: NodeJS.ProcessEnv): { run: Remembered; lines: readonly string[] } | undefined {
  let text: string;
  try {
    text = readFileSync(stateFile(environment), 'utf8');
  } catch {
    return undefined;
  }
  const [first, ...lines] = text.trimEnd().split('\n');
  try {
    const run = JSON.parse(first) as Remembered;
    return run.version === VERSION ? { run, lines } : undefined;
  } catch {
    return undefined;
  }
}
