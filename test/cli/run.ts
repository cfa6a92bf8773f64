import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { main } from '../../src/cli/program.ts';
import type { Ports } from '../../src/cli/ports.ts';
import type { RunOptions, RunResult } from '../../src/engine/options.ts';
import { run } from '../../src/engine/run.ts';
import { exampleFinding, exampleLearned, exampleSummary } from '../finding/example.ts';

export const BIN = fileURLToPath(new URL('../../bin/vedette.mjs', import.meta.url));

/** What a run of the program came to. */
export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the real program in a process of its own. @param stateHome keeps its state out of the user's */
export function runProcess(
  words: readonly string[],
  stateHome: string,
  over: { environment?: NodeJS.ProcessEnv; cwd?: string; input?: Buffer } = {},
): Promise<Ran> {
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  const env = { ...inherited, XDG_STATE_HOME: stateHome, ...over.environment };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...words], { env, cwd: over.cwd ?? stateHome });
    let [out, err] = ['', ''];
    child.stdout.on('data', (bytes: Buffer) => (out += bytes));
    child.stderr.on('data', (bytes: Buffer) => (err += bytes));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, out, err }));
    child.stdin.end(over.input);
  });
}

/** Runs the command line in this process on an engine that says what it is told to. */
export async function runStub(
  words: readonly string[],
  stateHome: string,
  over: { result?: RunResult; terminal?: boolean; environment?: NodeJS.ProcessEnv } = {},
): Promise<Ran & { readonly asked: RunOptions[] }> {
  const {
    result = { findings: [exampleFinding()], summary: exampleSummary(), learned: exampleLearned(), skipped: [] },
    terminal = false,
    environment = {},
  } = over;
  let [out, err] = ['', ''];
  const asked: RunOptions[] = [];
  const ports: Ports = {
    stdout: { write: (text) => (out += text), isTTY: terminal },
    stderr: { write: (text) => (err += text), isTTY: terminal },
    bytes: async (bytes) => {
      out += Buffer.from(bytes).toString('latin1');
      return true;
    },
    environment: { XDG_STATE_HOME: stateHome, ...environment },
    sample: '/sample.pcap',
    engine: async () => async (options) => {
      asked.push(options);
      options.progress?.({ done: 50, total: 100, records: 7, findings: 1 });
      return result;
    },
  };
  const code = await main(words, ports);
  return { code, out, err, asked };
}

/** Runs the command line in this process on the real engine. */
export async function runReal(words: readonly string[]): Promise<Ran> {
  let [out, err] = ['', ''];
  const ports: Ports = {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    bytes: async (bytes) => {
      out += Buffer.from(bytes).toString('latin1');
      return true;
    },
    environment: { XDG_STATE_HOME: '/dev/null' },
    sample: '/sample.pcap',
    engine: async () => run,
  };
  const code = await main(words, ports);
  return { code, out, err };
}
