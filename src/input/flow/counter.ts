import type { WeirdCounts } from '../../record/weird.ts';

/** Counts the records of one input, and by name those that could not be used. */
export class Counter {
  records = 0;
  readonly #weird: WeirdCounts;

  constructor(weird: WeirdCounts) {
    this.#weird = weird;
  }

  /** Counts a record that cannot be used. */
  lost(weird: number): void {
    this.records += 1;
    this.#weird.count(weird, this.records);
  }

  /** Names what is wrong with the record that was counted last. */
  note(weird: number): void {
    this.#weird.count(weird, this.records);
  }
}
