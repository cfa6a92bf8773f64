import { relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Ports, Run, Stream } from './ports.ts';
import { main } from './program.ts';

/** Starts the program on the real terminal, environment and engine. */

/** What is written after the reader has gone (`vedette … | head -1`) is dropped; the exit code stays what it would be. */
function quietly(stream: NodeJS.WriteStream): Stream {
  let gone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    gone = true;
  });
  return {
    isTTY: stream.isTTY,
    columns: stream.columns,
    write: (text) => (gone ? false : stream.write(text)),
  };
}

const SAMPLE = fileURLToPath(new URL('../../samples/first-look.pcap.gz', import.meta.url));

/** The path as it is seen from here, where that is below. */
function fromHere(path: string): string {
  const seen = relative('', path);
  return seen.startsWith('..') ? path : seen;
}

const ports: Ports = {
  stdout: quietly(process.stdout),
  stderr: quietly(process.stderr),
  bytes: (bytes) => new Promise((done) => process.stdout.write(bytes, (error) => done(!error))),
  environment: process.env,
  sample: fromHere(SAMPLE),
  engine: async (): Promise<Run> => (await import('../engine/run.ts')).run,
};

process.exitCode = await main(process.argv.slice(2), ports);
