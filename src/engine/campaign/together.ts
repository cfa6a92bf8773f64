import { herdsOf } from '../../correlate/effort/herds.ts';
import type { Crowd } from '../../detect/crowd.ts';

/** µs between two unrelated sources that look for one service, each a little, and are not found alone. */
const PRIOR = 600e6;
/** Bits of having come together that a pack needs beside those of its misses: these say already that nobody is innocent. */
const TOGETHER = 10;

/**
 * The packs whose members came together: more of them within a time than strangers would, and than all others who look
 * for something else. What every service gets all day is background, however many it are.
 *
 * @param begins µs, when each source was first charged to any service or host, by its words
 */
export function together(packs: readonly Crowd[], begins: ReadonlyMap<string, number>): Crowd[] {
  return packs.filter(({ members, last }) => {
    const arrivals = members.map(({ source, first = last }) => ({
      key: '',
      source: source.join(),
      at: first,
      pace: 0,
    }));
    const names = new Set(arrivals.map(({ source }) => source));
    const others = [...begins].flatMap(([name, at]) => (names.has(name) ? [] : [at]));
    const all = [...arrivals.map(({ at }) => at), ...others];
    return herdsOf(arrivals, { begins: all, end: last, prior: PRIOR, mayBePopular: false }, TOGETHER).length > 0;
  });
}
