import { State } from './knowledge.ts';

/**
 * p0: upper bound on the chance that the next first contact of a benign source is a miss of a target in this state, by
 * what was known of the target and by the way the contact crosses the border. The bounds are stated priors that benign
 * sources together stay under (the sum of their true chances over these bounds is at most 1). They are raised by
 * clients that have completed a real exchange with something here, and by nobody else, and each of them only by its
 * first few contacts, so that a scanner that shakes hands cannot teach the ledger that missing is usual.
 */

/** How a contact crosses the border. */
export const Way = {
  /** from outside to our network, or no home is known */
  inward: 0,
  /** from our network to the outside */
  outward: 1,
  /** within our network */
  within: 2,
} as const;

const STATES = 6;

/**
 * Prior p0 by way and state. Inward: an address that never showed life .02; a port that said no, on a host that lives,
 * .02; an unknown port of a living host .05; an unknown address .15; a service that answered before .3; a service that
 * now fails for the clients that used it 1 (no evidence at all). Outward: people and programs meet dead hosts all day
 * (stale names, peers, adverts): .7. Within: as inward, more lenient, since hosts look for each other.
 */
const PRIOR: readonly (readonly number[])[] = [
  [0.15, 0.02, 0.05, 0.02, 0.3, 1],
  [0.7, 0.7, 0.7, 0.7, 0.7, 1],
  [0.15, 0.05, 0.1, 0.05, 0.3, 1],
];

/** How far above its prior a bound can be taught, so that a crowd of liars cannot make misses weightless. */
const LOOSEST = 4;
const MOST = 0.9;
/** Contacts' worth of trust in the prior. */
const WEIGHT = 256;

/** The learned p0, by way and state. */
export class Rates {
  readonly #misses = new Float64Array(3 * STATES);
  /** by way: first contacts of engaged clients that were learned from, whatever their target */
  readonly #contacts = new Float64Array(3);
  readonly #p0 = new Float64Array(3 * STATES);

  constructor() {
    for (let way = 0; way < 3; way += 1)
      for (let state = 0; state < STATES; state += 1) this.#p0[way * STATES + state] = PRIOR[way][state];
  }

  p0(way: number, state: number): number {
    return this.#p0[way * STATES + state];
  }

  /**
   * A first contact of a client that completed a real exchange here before. The prior, itself an upper bound, weighs as
   * much as `WEIGHT` contacts at that bound; what was seen can raise p0 above it and never lower it below.
   */
  learn(way: number, state: number, missed: boolean): void {
    this.#contacts[way] += 1;
    if (missed) this.#misses[way * STATES + state] += 1;
    for (let each = 0; each < State.failing; each += 1) {
      const prior = PRIOR[way][each];
      const seen = (this.#misses[way * STATES + each] + WEIGHT * prior) / (this.#contacts[way] + WEIGHT);
      const bound = Math.min(MOST, LOOSEST * prior);
      this.#p0[way * STATES + each] = seen < prior ? prior : seen > bound ? bound : seen;
    }
  }
}
