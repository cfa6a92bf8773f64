import { spawn } from 'node:child_process';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Ports } from '../../src/cli/ports.ts';
import { main } from '../../src/cli/program.ts';
import { run } from '../../src/engine/run.ts';
import { AS_STARTED } from './promise.ts';

/** What a run of the program said and how it ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Pieces for standard input. */
export type Pieces = Iterable<Uint8Array>;

/** The bytes in pieces of one size. */
export function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/**
 * Runs the program with these arguments.
 *
 * @param pieces go to its standard input one after the other
 * @param state keeps its state out of the user's
 * @param watch gets the number of its process; what it gives back is stopped when that has ended
 */
export function vedette(
  args: readonly string[],
  pieces: Pieces = [],
  state = '',
  watch?: (pid: number | undefined) => NodeJS.Timeout,
): Promise<Ended> {
  const env = { ...process.env, NO_COLOR: '1', ...(state !== '' && { XDG_STATE_HOME: state }) };
  const child = spawn(process.execPath, [...AS_STARTED, ...args], { stdio: ['pipe', 'pipe', 'pipe'], env });
  const timer = watch?.(child.pid);
  const out: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (part: Buffer) => out.push(part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part));
  const fed = pipeline(Readable.from(pieces, { objectMode: false }), child.stdin);
  fed.catch(() => {}); // it may end before it has read everything
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      clearInterval(timer);
      resolve({ status, stdout: Buffer.concat(out), stderr });
    });
  });
}

/** As `vedette`, within this process: the same command line on the same engine, without the second that a start takes. */
export async function inside(args: readonly string[], state: string): Promise<Ended> {
  const out: Buffer[] = [];
  let stderr = '';
  const ports: Ports = {
    stdout: { write: (text) => out.push(Buffer.from(text)) },
    stderr: { write: (text) => (stderr += text) },
    bytes: async (bytes) => out.push(Buffer.from(bytes)) > 0,
    environment: { XDG_STATE_HOME: state, NO_COLOR: '1' },
    sample: '',
    engine: async () => run,
  };
  const status = await main(args, ports);
  return { status, stdout: Buffer.concat(out), stderr };
}

/** Lines of NDJSON. */
export const linesOf = <T>({ stdout }: Ended): T[] =>
  stdout
    .toString('utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);
