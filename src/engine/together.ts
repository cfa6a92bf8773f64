import { herdsOf } from '../correlate/herds.ts';
import type { Crowd } from '../detect/crowd.ts';

/** µs between two unrelated sources that look for one service, each a little, and are not found alone. */
const PRIOR = 600e6;
/** Bits of having come together that a pack needs beside those of its misses: these say already that nobody is innocent. */
const TOGETHER = 10;

/**
 * The packs whose members came together: more of them within a time than strangers would, and than all others who look
 * for something else. What every service gets all day is background, however many it are.
 *
 * @param begins µs, when each source was first charged to each service or host
 */
export function together(packs: readonly Crowd[], begins: readonly number[]): Crowd[] {
  return packs.filter(({ members, last }, at) => {
    const arrivals = members.map(({ source, first = last }) => ({
      key: String(at),
      source: source.join(),
      at: first,
      pace: 0,
    }));
    const setting = { begins, end: last, prior: PRIOR, mayBePopular: false };
    return herdsOf(arrivals, setting, TOGETHER).length > 0;
  });
}
