// Hot: read for every new name.

/** Names that were answered, until a source counts as served. */
const SERVED = 3;
/** One in so many of its names is given to who uses a site where nearly everything looks the same. */
const PART = 8;
const MOST = 0xffff;

/** What each account's source was given and what it asked for in vain, new names only, and what it was let write. */
export class Served {
  readonly #given: Uint16Array;
  readonly #missed: Uint16Array;
  readonly #written: Uint16Array;
  /** misses that taught what clients miss */
  readonly #taught: Uint8Array;

  constructor(accounts: number) {
    this.#given = new Uint16Array(accounts);
    this.#missed = new Uint16Array(accounts);
    this.#written = new Uint16Array(accounts);
    this.#taught = new Uint8Array(accounts);
  }

  forget(account: number): void {
    this.#given[account] = 0;
    this.#missed[account] = 0;
    this.#written[account] = 0;
    this.#taught[account] = 0;
  }

  give(account: number): void {
    if (this.#given[account] < MOST) this.#given[account] += 1;
  }

  miss(account: number): void {
    if (this.#missed[account] < MOST) this.#missed[account] += 1;
  }

  write(account: number): void {
    if (this.#written[account] < MOST) this.#written[account] += 1;
  }

  /** A miss of this client has taught. */
  teach(account: number): void {
    this.#taught[account] += 1;
  }

  /** Whether it has been given several things, however many it missed, and a part of all the names that it asked for. */
  hasMuch(account: number, names: number): boolean {
    return this.#given[account] >= SERVED && PART * this.#given[account] >= names;
  }

  /** Whether it has been given several things, and misses few. */
  isServed(account: number): boolean {
    return this.#given[account] >= SERVED && this.#given[account] >= 2 * this.#missed[account];
  }

  /** Whether a served client may still teach, that has taught fewer than `lessons` times. */
  teaches(account: number, lessons: number): boolean {
    return this.#taught[account] < lessons && this.isServed(account);
  }

  /** Who is let write looks first whether there is such a thing already: every other miss at most is of something else. */
  isWriter(account: number): boolean {
    return this.#written[account] > 0 && 2 * this.#written[account] >= this.#missed[account];
  }
}
