const DAY = 86_400e6;

/** The least bar, in bits, whatever the rate: about one false alarm in a million first contacts. */
export const LEAST_BAR = 20;

/**
 * The bar: log2(first contacts a day ÷ false findings a day that the operator accepts), never under `LEAST_BAR` bits.
 * With a fixed bar given, that.
 */
export class Bar {
  readonly #falsePerDay: number;
  readonly #fixed: number | undefined;
  #firstContacts = 0;
  #from = Number.NaN;
  #now = 0;

  constructor(falsePerDay: number, fixed?: number) {
    this.#falsePerDay = falsePerDay;
    this.#fixed = fixed;
  }

  /** Counts first contacts up to a moment of the data's clock (µs). */
  observe(firstContacts: number, clock: number): void {
    if (Number.isNaN(this.#from)) this.#from = clock;
    this.#firstContacts += firstContacts;
    this.#now = clock;
  }

  /** First contacts a day, as measured so far; data that cover less than a day count as the day's. */
  get firstContactsPerDay(): number {
    const days = Math.max(1, (this.#now - this.#from) / DAY || 0);
    return this.#firstContacts / days;
  }

  /** The bar now, in bits. */
  get bits(): number {
    return this.#fixed ?? Math.max(LEAST_BAR, Math.log2(this.firstContactsPerDay / this.#falsePerDay));
  }
}
