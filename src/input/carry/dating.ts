import { statSync } from 'node:fs';
import { type Dating, nothingAssumed } from '../input.ts';

/**
 * How the stamps of a file are completed: without a year they are of the last year in which they do not lie after the
 * file was last written; of a pipe, after the present.
 *
 * @param zone minutes east of Greenwich of stamps without a zone
 */
export function datingOf(path: string, zone: number): Dating {
  return { anchor: writtenAt(path) * 1000, zone, assumed: nothingAssumed() };
}

/** ms since 1970. */
function writtenAt(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch {
    return Date.now();
  }
}
