import { countBelow } from '../../table/order.ts';
import type { Entry } from './access.ts';

/** When each source was let in: of thousands of them each is looked up, and not searched for. */
export class Arrivals {
  /** µs since 1970: when each source was let in first and last */
  readonly #first = new Map<string, number>();
  readonly #last = new Map<string, number>();
  /** the same in order: when a source was let in that had not been before */
  readonly #newcomers: readonly number[];

  constructor(entries: readonly Entry[]) {
    for (const { source, at } of entries) {
      this.#first.set(source, Math.min(at.time, this.#first.get(source) ?? at.time));
      this.#last.set(source, Math.max(at.time, this.#last.get(source) ?? at.time));
    }
    this.#newcomers = [...this.#first.values()].sort((a, b) => a - b);
  }

  /** Whether a source had been let in before a time. */
  isKnown(source: string, time: number): boolean {
    return (this.#first.get(source) ?? Number.POSITIVE_INFINITY) < time;
  }

  /** Whether a source was let in at a time or later. */
  isLetIn(source: string, time: number): boolean {
    return (this.#last.get(source) ?? Number.NEGATIVE_INFINITY) >= time;
  }

  /** How many sources had been let in before a time. */
  newcomers(time: number): number {
    return countBelow(this.#newcomers, time);
  }
}
