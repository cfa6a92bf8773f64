import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Throws away what nobody uses any more, so that it counts in no measure of memory. */
export const collect = runInNewContext('gc') as () => void;
