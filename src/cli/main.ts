import { relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { CodedError } from '../config/errors.ts';
import type { Ports, Run, Stream } from './ports.ts';
import { complain, main } from './program.ts';

/** Starts the program on the real terminal, environment and engine. */

/**
 * What is written after the reader has gone (`vedette … | head -1`) is dropped; the exit code stays what it would be.
 * @param lost told of any other failure, such as a disk that is full
 */
function quietly(stream: NodeJS.WriteStream, lost: (error: Error) => void): Stream {
  let gone = false;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    gone = true;
    if (error.code !== 'EPIPE') lost(error);
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
  // Findings that are written in part are not findings: nothing after them could mend it.
  stdout: quietly(process.stdout, (error) => {
    const values = { path: 'standard output', reason: error.message };
    process.exit(complain(new CodedError('OUTPUT_UNWRITABLE', values, error), ports));
  }),
  // Talk that cannot be heard changes no result, and there is nowhere to say so.
  stderr: quietly(process.stderr, () => {}),
  bytes: (bytes) => new Promise((done) => process.stdout.write(bytes, (error) => done(!error))),
  environment: process.env,
  sample: fromHere(SAMPLE),
  engine: async (): Promise<Run> => (await import('../engine/run.ts')).run,
};

process.exitCode = await main(process.argv.slice(2), ports);
