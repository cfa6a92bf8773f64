import { resolve } from 'node:path';
import { CodedError } from '../config/errors.ts';
import { allocatePackets } from '../record/packet.ts';
import { WeirdCounts } from '../record/weird.ts';
import { pcap } from './capture/pcap.ts';
import { pcapng } from './capture/pcapng.ts';
import { filesOf, isRegular } from './carry/folder.ts';
import { type Opened, openSource, type SourceLimits } from './carry/open.ts';
import type { Input, Reader, ReaderContext } from './input.ts';

/** Every format that can be read. Add an input: one import, one line. */
export const inputs: readonly Input[] = [pcap, pcapng];

/** An input that has been opened and recognised. Closing the reader closes the source. */
export interface OpenInput {
  readonly input: Input;
  readonly reader: Reader;
  readonly source: Opened;
}

/** The format that the first bytes speak for most; none when they speak for none. */
export function recognise(head: Uint8Array, name: string): Input | undefined {
  let best: Input | undefined;
  let most = 0;
  for (const input of inputs) {
    const sure = input.recognise(head, name);
    if (sure <= most) continue;
    best = input;
    most = sure;
  }
  return best;
}

/** Opens a path or `-`, whatever its format and compression. Throws a coded error when there is nothing to read. */
export async function openInput(path: string, context: ReaderContext, limits: SourceLimits = {}): Promise<OpenInput> {
  const source = await openSource(path, limits);
  const input = recognise(source.head, path);
  if (input !== undefined) return { input, reader: input.open(source, context), source };
  source.close();
  throw unrecognised(path, source.head);
}

function unrecognised(path: string, head: Uint8Array): CodedError {
  if (head.length === 0) return new CodedError('INPUT_EMPTY', { path });
  const begins = Array.from(head.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  return new CodedError('INPUT_UNRECOGNISED', { path, formats: formats(), head: begins });
}

const formats = (): string => inputs.map(({ name }) => name).join(', ');

/** What the operator's paths come to. */
export interface Expanded {
  /** Files in the order in which they are to be read: by the time of their first record. */
  readonly paths: readonly string[];
  /** Files of folders that are in no known format, or empty: left out. */
  readonly skipped: readonly string[];
}

interface Found {
  readonly path: string;
  /** stands in a folder that was given: may be left out */
  readonly inFolder: boolean;
}

/**
 * Replaces folders by the files in them, names each file once, and puts the files into the order of time. The order
 * stays as given where a pipe is among them, for looking into it would take its bytes away.
 */
export async function expand(given: readonly string[]): Promise<Expanded> {
  const found = uniqueFiles(given);
  if (found.length <= 1 && !found[0]?.inFolder) return { paths: found.map(({ path }) => path), skipped: [] };
  const times = new Map<string, number>();
  const skipped: string[] = [];
  const sortable = found.every(({ path, inFolder }) => inFolder || isRegular(path));
  for (const { path, inFolder } of found) {
    const time = inFolder || sortable ? await firstTime(path, inFolder) : 0;
    if (time === undefined) skipped.push(path);
    else times.set(path, time);
  }
  const paths = [...times.keys()];
  if (paths.length === 0) throw new CodedError('FOLDER_EMPTY', { path: given.join(', '), formats: formats() });
  if (sortable) paths.sort((one, other) => (times.get(one) as number) - (times.get(other) as number));
  return { paths, skipped };
}

function uniqueFiles(given: readonly string[]): readonly Found[] {
  const found = new Map<string, Found>();
  for (const path of given) {
    const files = filesOf(path);
    if (files?.length === 0) throw new CodedError('FOLDER_EMPTY', { path, formats: formats() });
    for (const file of files ?? [path]) {
      const key = file === '-' ? file : resolve(file);
      if (!found.has(key)) found.set(key, { path: file, inFolder: files !== undefined });
    }
  }
  return [...found.values()];
}

const LEAVES_OUT: ReadonlySet<string> = new Set(['INPUT_UNRECOGNISED', 'INPUT_EMPTY']);

/** Time of the first record in µs; beyond all others where there is none. Nothing for what a folder may leave out. */
async function firstTime(path: string, inFolder: boolean): Promise<number | undefined> {
  try {
    const { reader } = await openInput(path, { input: 0, weird: new WeirdCounts() });
    const batch = allocatePackets(undefined, 0, 1);
    const any = await reader.fill(batch);
    reader.close();
    return any ? batch.time[0] : Number.MAX_VALUE;
  } catch (error) {
    if (inFolder && error instanceof CodedError && LEAVES_OUT.has(error.code)) return undefined;
    throw error;
  }
}
