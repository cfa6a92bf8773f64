import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CodedError } from '../../src/config/errors.ts';
import { run } from '../../src/engine/run.ts';
import type { Finding, Summary } from '../../src/finding/finding.ts';
import { openInput } from '../../src/input/index.ts';
import { trialContext } from '../../src/input/trial.ts';
import { formatAddress } from '../../src/record/address.ts';
import { allocateSheaf, type Sheaf } from '../../src/record/sheaf.ts';
import type { Given } from './render.ts';

/** What our program says of one run. */
export interface Ours {
  readonly findings: readonly Finding[];
  readonly nearest: Summary['nearest'];
  readonly explained: Summary['explained'];
  readonly bar: number;
  readonly inputs: Summary['inputs'];
  /** sources that contacts and requests of a log name; undefined for captures, where packets name them */
  readonly sources: ReadonlySet<string> | undefined;
  /** records that tell what processes did */
  readonly executions: number;
}

/** No format takes the input. */
export const UNREAD = 'unread';

/** Runs the program over the files of a case. */
export async function oursOf(given: readonly Given[]): Promise<Ours | typeof UNREAD> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-peers-'));
  try {
    const paths = given.map((file) => ('path' in file ? file.path : write(folder, file)));
    const { findings, summary } = await run({ paths, workers: 1, home: [], falsePerDay: 1 });
    const { nearest, explained, bar, inputs } = summary;
    return { findings, nearest, explained, bar, inputs, ...(await told(paths)) };
  } catch (error) {
    if (error instanceof CodedError && error.code === 'INPUT_UNRECOGNISED') return UNREAD;
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function write(folder: string, { name, text }: { name: string; text: string }): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const sheaf = allocateSheaf();

/** Whom the records of logs name. */
async function told(paths: readonly string[]): Promise<Pick<Ours, 'sources' | 'executions'>> {
  const sources = new Set<string>();
  let executions = 0;
  for (const path of paths) {
    const opened = await openInput(path, trialContext());
    try {
      if (opened.carries === 'packets') return { sources: undefined, executions };
      while (await opened.reader.fill(sheaf)) {
        name(sheaf, sources);
        executions += sheaf.executions.count;
      }
    } finally {
      opened.reader.close();
    }
  }
  return { sources, executions };
}

function name({ contacts, requests }: Sheaf, sources: Set<string>): void {
  for (const { address, count } of [contacts, requests])
    for (let row = 0; row < count; row += 1) sources.add(formatAddress(address, row * 8));
}
