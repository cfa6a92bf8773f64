import { hashName, type NameHash } from '../../record/name.ts';
import { Reply, type RequestBatch } from '../../record/request.ts';
import type { FirstContact } from '../first-contact.ts';
import { keyInto } from './miss-bounds.ts';
import { nextParameter, parameterAt, wordLength } from './parts.ts';
import { Series } from '../series.ts';
import { GONE, type Sites } from './sites.ts';
import { Values } from './values.ts';

// Hot: for every request for what its source has asked for before.

/** Parameters of one request that are looked at. */
const PARAMETERS = 16;
/** Sources that may try one value after the other until that is what the page is for. */
const USED = 2;
/** Kinds of key beside Asked. */
const PARAMETER = 0x40;
const VALUES = 0x50;
const EXTENSION = 0x60;
const GRID = 0x70;

/**
 * What is varied where the name stays the same: parameters of a page and their values, numbers that stand for one name.
 * `site` is the hash of the site, as `Sites` has it.
 */
export class Variations {
  readonly #sites: Sites;
  readonly #known: FirstContact;
  readonly #series: Series;
  readonly #values: Values;
  readonly #key = new Uint32Array(8);
  readonly #hash: NameHash = { a: 0, b: 0 };

  constructor(sites: Sites, known: FirstContact, accounts: number) {
    this.#sites = sites;
    this.#known = known;
    this.#series = new Series(accounts);
    this.#values = new Values(accounts);
  }

  forget(account: number): void {
    this.#series.forget(account);
    this.#values.forget(account);
  }

  /**
   * How many parameters it tries that nobody had used here. Several in one request come with a link from elsewhere, once.
   */
  newParameters({ text, name, nameLength, reply }: RequestBatch, row: number, site: number): number {
    if (reply[row] !== Reply.answered && reply[row] !== Reply.malformed) return 0;
    const end = name[row] + nameLength[row];
    let fresh = 0;
    let at = parameterAt(text, name[row], nameLength[row]);
    for (let looked = 0; at >= 0 && at < end && looked < PARAMETERS; looked += 1) {
      const length = wordLength(text, at, end);
      if (length > 0) {
        hashName(text, at, length, this.#hash);
        this.#sites.name(PARAMETER, site, this.#hash.a, this.#hash.b);
        if (this.#sites.isFresh) fresh += 1;
      }
      at = nextParameter(text, at, end);
    }
    return fresh;
  }

  /** Whether it tries one word after the other in a parameter that it has used before. What several do is what it is for. */
  isValue(batch: RequestBatch, row: number, account: number, site: number): boolean {
    const values = this.#values;
    if (batch.reply[row] !== Reply.answered || !values.follows(batch, row, account)) return false;
    const page = this.#sites.name(VALUES, site, values.place, 0);
    keyInto(this.#key, batch.address, row * 8, VALUES, site, values.place, 0);
    if (this.#known.isFirst(this.#key, 0, VALUES)) this.#sites.learn(-1, page, true);
    keyInto(this.#key, batch.address, row * 8, VALUES, site, values.place, values.guess);
    return this.#sites.missers(page) <= USED && this.#known.isFirst(this.#key, 0, VALUES);
  }

  /** Whether it counts through the numbers of one name, of which nobody ever got one. @param siteRow of the site, −1: none */
  isNumber(batch: RequestBatch, row: number, account: number, site: number, siteRow: number): boolean {
    const isNext = this.#series.follows(batch, row, account);
    const { isGrid } = this.#series;
    if (!isNext && !isGrid) return false;
    keyInto(this.#key, batch.address, row * 8, GRID, site, batch.nameA[row], batch.nameB[row]);
    if (isGrid) this.#known.isFirst(this.#key, 0, GRID);
    if (isGrid || this.#known.knows(this.#key, 0, GRID)) return false;
    const name = this.#sites.name(batch.asked[row], site, batch.nameA[row], batch.nameB[row]);
    return this.#sites.p0(siteRow, name) < GONE;
  }

  /** Whether it never tried this very user by number (an extension of a telephone): one that lost its own tries on. */
  isNewTo({ address, nameHash, nameMix }: RequestBatch, row: number, site: number): boolean {
    keyInto(this.#key, address, row * 8, EXTENSION, site, nameHash[row], nameMix[row]);
    return this.#known.isFirst(this.#key, 0, EXTENSION);
  }
}
