// Hot: `split` runs once a row.

const SPACE = 32;
const QUOTE = 34;

/** Finds the columns of separated rows by the names in their head: which places they have is known by the caller. */
export class Columns {
  /** where the field of a place stands, without blanks and quotes around it; of no length where there is none */
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** a head has been laid */
  known = false;
  readonly #names: ReadonlyMap<string, number>;
  readonly #separator: number;
  readonly #told: Uint8Array;
  /** column → place; −1: not read */
  #places = new Int8Array(0);
  /** columns that a row must have */
  #least = 0;

  /** @param names name in the head → place */
  constructor(names: ReadonlyMap<string, number>, separator: number) {
    const places = Math.max(...names.values()) + 1;
    this.from = new Int32Array(places);
    this.to = new Int32Array(places);
    this.#told = new Uint8Array(places);
    this.#names = names;
    this.#separator = separator;
  }

  has(place: number): boolean {
    return this.#told[place] === 1;
  }

  /** Lays the columns of a head; false, and nothing changes, when one of the places in `needed` is not among them. */
  lay(head: readonly string[], needed: readonly number[]): boolean {
    const places = head.map((name) => this.#names.get(name.trim()) ?? -1);
    if (!needed.every((place) => places.includes(place))) return false;
    this.forget();
    for (const place of places) if (place >= 0) this.#told[place] = 1;
    this.#places = Int8Array.from(places);
    this.#least = 1 + Math.max(...needed.map((place) => places.indexOf(place)), 0);
    this.known = true;
    return true;
  }

  forget(): void {
    this.from.fill(0);
    this.to.fill(0);
    this.#told.fill(0);
    this.known = false;
  }

  /** Finds the fields of a row; false when it has fewer columns than are needed. Runs of blanks separate once, if blanks do. */
  split(bytes: Uint8Array, start: number, end: number): boolean {
    const places = this.#places;
    const separator = this.#separator;
    let at = start;
    let column = 0;
    for (; column < places.length && at <= end; column += 1) {
      if (separator === SPACE) while (at < end && bytes[at] === SPACE) at += 1;
      const from = at;
      while (at < end && bytes[at] !== separator) at += 1;
      const place = places[column];
      if (place >= 0) this.#set(bytes, place, from, at);
      at += 1;
    }
    if (column < this.#least) return false;
    for (; column < places.length; column += 1) {
      const place = places[column];
      if (place >= 0) this.to[place] = this.from[place];
    }
    return true;
  }

  #set(bytes: Uint8Array, place: number, start: number, end: number): void {
    let from = start;
    let to = end;
    while (from < to && (bytes[from] === SPACE || bytes[from] === QUOTE)) from += 1;
    while (to > from && (bytes[to - 1] === SPACE || bytes[to - 1] === QUOTE)) to -= 1;
    this.from[place] = from;
    this.to[place] = to;
  }
}
