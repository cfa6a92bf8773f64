import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Throws away what nobody uses any more, so that it counts in no measure of memory. */
export const collect = runInNewContext('gc') as () => void;

/** As `collect`, and what goes a turn later than objects: array buffers, finalizers. */
export async function collectAll(): Promise<void> {
  for (let times = 0; times < 2; times += 1) {
    collect();
    await setTimeout(20);
  }
}
