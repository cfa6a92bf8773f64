// Hot: asked once a request that has a meaning.

/** Texts that are remembered of a source; the oldest makes room. */
const TEXTS = 64;

/**
 * What the source of each account was charged for, as long as it has the account: a filter that forgets would charge who
 * comes every day for the same again, as soon as others have said enough.
 */
export class Charged {
  readonly #words: number;
  /** by account: its source, by its hash */
  readonly #owner: Int32Array;
  /** by account: a bit a kind */
  readonly #kinds: Int32Array;
  /** by account: hashes of texts, and how many there were */
  readonly #texts: Int32Array;
  readonly #count: Uint32Array;

  /** @param kinds how many there are */
  constructor(accounts: number, kinds: number) {
    this.#words = (kinds + 31) >>> 5;
    this.#owner = new Int32Array(accounts);
    this.#kinds = new Int32Array(accounts * this.#words);
    this.#texts = new Int32Array(accounts * TEXTS);
    this.#count = new Uint32Array(accounts);
  }

  /** Forgets what the account's source before was charged for, if that was another. @returns whether it was */
  isOther(account: number, source: number): boolean {
    if (this.#owner[account] === source) return false;
    this.#owner[account] = source;
    this.#count[account] = 0;
    for (let word = account * this.#words, end = word + this.#words; word < end; word += 1) this.#kinds[word] = 0;
    return true;
  }

  /** Whether it was not charged for this kind yet; it is from now on. */
  isNewKind(account: number, kind: number): boolean {
    const word = account * this.#words + (kind >>> 5);
    const bit = 1 << (kind & 31);
    const isNew = (this.#kinds[word] & bit) === 0;
    this.#kinds[word] |= bit;
    return isNew;
  }

  /** Whether it was not charged for the text of this hash yet; it is from now on. */
  isNewText(account: number, hash: number): boolean {
    const from = account * TEXTS;
    const count = this.#count[account];
    const to = from + (count < TEXTS ? count : TEXTS);
    for (let at = from; at < to; at += 1) if (this.#texts[at] === hash) return false;
    this.#texts[from + (count % TEXTS)] = hash;
    this.#count[account] = count + 1;
    return true;
  }
}
