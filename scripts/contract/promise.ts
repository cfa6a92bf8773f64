import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../tree.ts';

/** What one promise of the contract comes to: a line of JSON, and a row of docs/contract.md. */
export interface Outcome {
  /** the same on every machine: no time, no path */
  readonly got: string;
  readonly pass: boolean;
  /** figures of this machine and this moment: printed, never written to the page */
  readonly measured?: string;
}

export interface Promised {
  /** number in the contract */
  readonly id: number;
  readonly promised: string;
  /** @param full the long form: all that the promise says, however long it takes */
  readonly keep: (full: boolean) => Promise<Outcome>;
}

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: { start: string } };

/** What `npm start` gives to node: the flags that memory is promised with, and the program. */
export const AS_STARTED: readonly string[] = scripts.start
  .split(' ')
  .slice(1)
  .map((word) => (word.startsWith('-') ? word : join(ROOT, word)));

/** Works in a folder that is gone afterwards. */
export async function inScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-contract-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The first few of a list, in one line. */
export const few = (items: readonly string[]): string =>
  items.length === 0
    ? ''
    : `: ${items.slice(0, 5).join('; ')}${items.length > 5 ? ` and ${items.length - 5} more` : ''}`;

export const grouped = (value: number): string => value.toLocaleString('en');
