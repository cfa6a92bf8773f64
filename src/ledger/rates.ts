import { State } from './knowledge.ts';

/**
 * p0: upper bound on the chance that a benign source misses a target, by what was known of the target and by the way
 * the contact crosses the border. It starts from a stated prior and is learned: clients that have completed a real
 * exchange with something here, and nobody else, move it, and each of them only by its first few contacts, so that a
 * scanner that shakes hands cannot teach the ledger that missing is usual.
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

/** Contacts' worth of trust in the prior. */
const WEIGHT = 256;
/** Standard deviations of the upper bound above the mean. */
const Z = 2;

/** The learned p0, by way and state. */
export class Rates {
  readonly #misses = new Float64Array(3 * STATES);
  readonly #contacts = new Float64Array(3 * STATES);
  readonly #p0 = new Float64Array(3 * STATES);

  constructor() {
    for (let way = 0; way < 3; way += 1)
      for (let state = 0; state < STATES; state += 1) this.#p0[way * STATES + state] = PRIOR[way][state];
  }

  p0(way: number, state: number): number {
    return this.#p0[way * STATES + state];
  }

  /**
   * A contact of a client that completed a real exchange here before. The bound is the upper edge (Wilson 1927) of what
   * was seen, with the prior mixed in as `WEIGHT` contacts; it rises with the truth and never falls below the prior.
   */
  learn(way: number, state: number, missed: boolean): void {
    if (state === State.failing) return;
    const at = way * STATES + state;
    this.#contacts[at] += 1;
    if (missed) this.#misses[at] += 1;
    const prior = PRIOR[way][state];
    const n = this.#contacts[at] + WEIGHT;
    const p = (this.#misses[at] + WEIGHT * prior) / n;
    const centre = p + (Z * Z) / (2 * n);
    const upper = (centre + Z * Math.sqrt((p * (1 - p)) / n + (Z * Z) / (4 * n * n))) / (1 + (Z * Z) / n);
    this.#p0[at] = Math.max(prior, p > prior ? upper : prior);
  }
}
