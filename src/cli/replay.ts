import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../config/errors.ts';
import type { Settings } from '../config/options.ts';
import type { Ports } from './ports.ts';
import { type Before, openRecords, type Take } from './records.ts';

/**
 * `vedette replay FILE`: plays a capture or log back at a multiple of its own pace, to standard output or a
 * file: for pipelines that wait for what comes. Nothing goes to a network.
 */
export interface Playing {
  readonly speed: string;
  readonly to?: string;
  readonly shift?: true;
}

/** Waits shorter than this (ms) are saved up: a timer is no more exact. */
const LEAST_WAIT = 2;

/** `max`, `10`, `0.5`, `10x` → times its own pace. */
function speedOf(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY;
  const speed = /^\d+(\.\d+)?x?$/.test(text) ? Number.parseFloat(text) : Number.NaN;
  if (speed >= 1e-3 && speed <= 1e6) return speed;
  throw new CodedError('OPTION_VALUE', {
    option: '--speed',
    value: text,
    expected: 'a number from 0.001 to 1000000, or max',
  });
}

/** Where the records go; `close` waits until all of it is written. */
interface Outlet {
  readonly take: Take;
  close(): Promise<void>;
}

function outletTo(path: string, input: string, ports: Ports): Outlet {
  if (path === '-') return { take: (bytes) => ports.bytes(bytes), close: async () => {} };
  if (resolve(path) === resolve(input))
    throw new CodedError('OUTPUT_UNWRITABLE', { path, reason: 'it is what is played' });
  const file = createWriteStream(path);
  const unwritable = (error: Error): CodedError =>
    new CodedError('OUTPUT_UNWRITABLE', { path, reason: error.message }, error);
  let failed: Error | undefined;
  file.on('error', (error) => {
    failed = error;
  });
  return {
    take: (bytes) =>
      new Promise((done, fail) => {
        if (failed) fail(unwritable(failed));
        else file.write(bytes, (error) => (error ? fail(unwritable(error)) : done(true)));
      }),
    close: () =>
      new Promise((done, fail) => file.end((error?: Error | null) => (error ? fail(unwritable(error)) : done()))),
  };
}

/** @returns the exit code */
export async function replay(
  path: string,
  { speed: said, to = '-', shift }: Playing,
  settings: Settings,
  ports: Ports,
): Promise<number> {
  const speed = speedOf(said);
  const records = await openRecords(path, settings.timezone);
  const outlet = outletTo(to, path, ports);
  const began = Date.now();
  /** time of the first record, µs */
  let first = Number.NaN;
  const wait: Before = (time) => {
    if (Number.isNaN(first)) first = time;
    const due = began + (time - first) / 1000 / speed;
    const left = due - Date.now();
    return left < LEAST_WAIT ? null : () => patience(due);
  };
  // From the first record on, each as long after it as it is played; played at once, they keep their distances.
  const stretch = Number.isFinite(speed) ? 1 / speed - 1 : 0;
  const later = (time: number): number => Math.round(began * 1000 - first + (time - first) * stretch);
  await records.each(wait, outlet.take, shift && later);
  await outlet.close();
  return 0;
}

/** Timers take no more than 2^31 − 1 ms at once. */
async function patience(due: number): Promise<void> {
  for (let left = due - Date.now(); left > 0; left = due - Date.now()) await sleep(Math.min(left, 2 ** 30));
}
