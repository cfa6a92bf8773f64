/**
 * Seeded random numbers: the same seed gives the same capture on every machine.
 * A Weyl sequence through a 32-bit finaliser (the construction of Steele, Lea, Flood: "Fast splittable
 * pseudorandom number generators", 2014), good enough for traffic, not for secrets.
 */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x2545f491) >>> 0;
  }

  /** 32 bits */
  word(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }

  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number {
    return Math.floor((this.word() / 0x1_0000_0000) * limit);
  }

  /** True once in `limit` on average. */
  oneIn(limit: number): boolean {
    return this.below(limit) === 0;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  /** A waiting time with this mean, as of events that know nothing of one another. */
  wait(mean: number): number {
    return -Math.log((this.word() + 1) / 0x1_0000_0001) * mean;
  }

  /** An ephemeral port. */
  port(): number {
    return 32768 + this.below(28232);
  }
}
