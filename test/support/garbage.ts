/** Rounds of one look, and looks until it is said that what is seen stays. */
const ROUNDS = 21;
const LOOKS = 8;

/**
 * Bytes of heap that a round takes. The first rounds run before their code is compiled, which takes longer on a busy machine,
 * and a collection in the middle of a round spoils its figure: so it is the median of one look, the least of all looks.
 *
 * @param bound under which there is no need to look on
 * @param passes in one round, where one takes too little to be seen
 */
export function garbage(pass: () => void, bound: number, passes = 1): number {
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < LOOKS && least >= bound; look += 1) {
    const taken = Array.from({ length: ROUNDS }, () => {
      const before = process.memoryUsage().heapUsed;
      for (let again = 0; again < passes; again += 1) pass();
      return process.memoryUsage().heapUsed - before;
    });
    least = Math.min(least, taken.sort((a, b) => a - b)[ROUNDS >> 1]);
  }
  return least;
}
