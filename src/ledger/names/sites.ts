// Hot: a look-up or two for every request.
import { BYTES_UNKNOWN } from '../../record/request.ts';
import { KeyTable } from '../../table/keys.ts';

/**
 * What is known of the sites (and zones, and hosts that people log in to), and of the names asked for there; and from
 * it p0, an upper bound on the chance that a benign source's new name is one that does not exist.
 *
 * The prior is .1. It is raised by clients that have been served here before, each by its first few misses, and never
 * lowered. A name that served clients miss too is a dead link: it proves nothing.
 */
const PRIOR = 0.1;
const MOST = 0.4;
/** Requests' worth of trust in the prior. */
const WEIGHT = 128;
/** Served clients that have missed a name, until missing it proves nothing. */
const DEAD = 2;
/** A name that was there, and is not any more. */
export const GONE = 0.5;
/** Distinct names with the very same answer, until that answer says nothing of whether they exist. */
const SAME_ANSWER = 16;
const SAME_SHARE = 0.3;
const SIGNATURES = 4;
/** Share of the names that get the very same page where there is one for all; of what is counted half may be others'. */
const ONE_PAGE = 0.5;
/** Sources whose first names are known, until it can be said how usual a name is that nobody asked for before. */
const TEACHERS = 8;
/** Requests' worth of trust in the prior that every name is such a one. */
const FRESH_WEIGHT = 16;
const SEVERAL = -1;
/** Sites or names that are looked at for one that can go; the last of them goes in any case. */
const LOOKED = 16;

export class Sites {
  readonly #sites: KeyTable;
  readonly #asked: Float64Array;
  readonly #missed: Float64Array;
  /** answers by (status, size): a few of the most frequent, with how many names got them */
  readonly #signature: Int32Array;
  readonly #alike: Uint32Array;
  /** by signature, 1: it gives a page (2xx) */
  readonly #isPage: Uint8Array;
  readonly #answered: Uint32Array;
  /** 1: an answer with a body was seen, so an empty one is empty, and not one whose size is not told */
  readonly #sized: Uint8Array;
  /** first names of sources: how many sources, names, and names that nobody had asked for before */
  readonly #teachers: Uint32Array;
  readonly #firsts: Uint32Array;
  readonly #fresh: Uint32Array;
  readonly #names: KeyTable;
  readonly #exists: Uint8Array;
  readonly #missers: Uint8Array;
  /** by name: hash of the one source that was surveyed asking for it, `SEVERAL`; 0: it was not surveyed */
  readonly #asker: Int32Array;
  #siteHand = 0;
  #nameHand = 0;
  /** whether nobody had asked for the name that was looked up last */
  isFresh = false;

  /** @param sites and names that can be known; of more, those make room of which hardly anything was learned */
  constructor(sites: number, names: number, seed: number) {
    this.#sites = new KeyTable(sites, seed ^ 0x51ed270b);
    this.#asked = new Float64Array(sites);
    this.#missed = new Float64Array(sites);
    this.#signature = new Int32Array(sites * SIGNATURES);
    this.#alike = new Uint32Array(sites * SIGNATURES);
    this.#isPage = new Uint8Array(sites * SIGNATURES);
    this.#answered = new Uint32Array(sites);
    this.#sized = new Uint8Array(sites);
    this.#teachers = new Uint32Array(sites);
    this.#firsts = new Uint32Array(sites);
    this.#fresh = new Uint32Array(sites);
    this.#names = new KeyTable(names, seed ^ 0x2c1b3c6d);
    this.#exists = new Uint8Array(names);
    this.#missers = new Uint8Array(names);
    this.#asker = new Int32Array(names);
  }

  /** Row of a site; −1: no room. */
  site(asked: number, hash: number): number {
    const sites = this.#sites;
    const found = sites.find(asked, hash, 0, 0);
    if (found >= 0) return found;
    if (sites.size === sites.capacity) this.#forgetSite();
    const row = sites.insert(asked, hash, 0, 0);
    if (row >= 0) this.#begin(row);
    return row;
  }

  /** Row of a name at a site; −1: no room. */
  name(asked: number, site: number, a: number, b: number): number {
    const names = this.#names;
    const found = names.find(asked, site, a, b);
    this.isFresh = found < 0;
    if (found >= 0) return found;
    if (names.size === names.capacity) this.#forgetName();
    const row = names.insert(asked, site, a, b);
    if (row >= 0) {
      this.#exists[row] = 0;
      this.#missers[row] = 0;
      this.#asker[row] = 0;
    }
    return row;
  }

  /** Notes ahead of its judgement that a source asks for a name. @param source hash of its address */
  survey(name: number, source: number): void {
    if (name < 0) return;
    const asker = this.#asker[name];
    this.#asker[name] = asker === 0 || asker === (source || 1) ? source || 1 : SEVERAL;
  }

  /** Whether of all that were surveyed one source alone asks for the name. */
  isAlone(name: number, source: number): boolean {
    return name >= 0 && this.#asker[name] === (source || 1);
  }

  /** Upper bound on a benign source's chance to miss this name here; 1: missing it proves nothing. */
  p0(site: number, name: number): number {
    if (name >= 0 && this.#missers[name] >= DEAD) return 1;
    const usual = site < 0 ? MOST : this.#usual(site);
    return name >= 0 && this.#exists[name] !== 0 ? Math.max(GONE, usual) : usual;
  }

  #usual(site: number): number {
    const seen = (this.#missed[site] + WEIGHT * PRIOR) / (this.#asked[site] + WEIGHT);
    return seen < PRIOR ? PRIOR : seen > MOST ? MOST : seen;
  }

  /** Whether anybody was ever given what has this name. */
  exists(name: number): boolean {
    return name >= 0 && this.#exists[name] !== 0;
  }

  /** The same, of a name that is not made known by asking. */
  isThere(asked: number, site: number, a: number, b: number): boolean {
    return this.exists(this.#names.find(asked, site, a, b));
  }

  /** How many have missed a name, as far as it was learned. */
  missers(name: number): number {
    return name < 0 ? 0 : this.#missers[name];
  }

  /** The same, of a name that is not made known by asking. */
  missersOf(asked: number, site: number, a: number, b: number): number {
    return this.missers(this.#names.find(asked, site, a, b));
  }

  /** Something that has this name is there. */
  mark(name: number): void {
    if (name >= 0) this.#exists[name] = 1;
  }

  /** One of the first names that a source asked for here. @param isNew the very first */
  meet(site: number, isFresh: boolean, isNew: boolean): void {
    if (site < 0) return;
    if (isNew) this.#teachers[site] += 1;
    this.#firsts[site] += 1;
    if (isFresh) this.#fresh[site] += 1;
  }

  /**
   * Upper bound on the chance that a benign source's new name is one that nobody asked for before, from what sources
   * asked for at first; the prior is that it always is. 1: too few sources are known.
   */
  freshBound(site: number): number {
    if (site < 0 || this.#teachers[site] < TEACHERS) return 1;
    return (this.#fresh[site] + FRESH_WEIGHT) / (this.#firsts[site] + FRESH_WEIGHT);
  }

  /** A new name that a served client asked for. */
  learn(site: number, name: number, missed: boolean): void {
    if (site >= 0) {
      this.#asked[site] += 1;
      if (missed) this.#missed[site] += 1;
    }
    if (name >= 0 && missed && this.#missers[name] < 255) this.#missers[name] += 1;
  }

  /** The name was answered with so many bytes under this status. */
  answered(site: number, name: number, status: number, bytes: number): void {
    if (name >= 0 && this.#exists[name] !== 0) return;
    if (name >= 0) this.#exists[name] = 1;
    if (site < 0) return;
    this.#answered[site] += 1;
    if (bytes !== 0 && bytes !== BYTES_UNKNOWN) this.#sized[site] = 1;
    const signature = signatureOf(status, bytes);
    const from = site * SIGNATURES;
    let place = from;
    for (let at = from; at < from + SIGNATURES; at += 1) {
      if (this.#signature[at] === signature) {
        this.#alike[at] += 1;
        return;
      }
      if (this.#alike[at] < this.#alike[place]) place = at;
    }
    // As in "Space-Saving" (Metwally, Agrawal, El Abbadi 2005): the rarest makes room, and its count is kept as the bound.
    this.#signature[place] = signature;
    this.#isPage[place] = status < 300 ? 1 : 0;
    this.#alike[place] += 1;
  }

  /** Whether so many names get this very answer that it says nothing of whether they exist. */
  answersAll(site: number, status: number, bytes: number): boolean {
    if (site < 0) return false;
    const signature = signatureOf(status, bytes);
    const from = site * SIGNATURES;
    for (let at = from; at < from + SIGNATURES; at += 1)
      if (this.#signature[at] === signature) return this.#isUsual(site, at, SAME_SHARE);
    return false;
  }

  /** Whether it gives one page for every name: that there is such a page then says nothing, nor that it is unmodified. */
  givesOnePage(site: number): boolean {
    if (site < 0) return false;
    const from = site * SIGNATURES;
    for (let at = from; at < from + SIGNATURES; at += 1)
      if (this.#isPage[at] === 1 && this.#isUsual(site, at, ONE_PAGE)) return true;
    return false;
  }

  /** Whether answers of this site are told with their sizes. */
  isSized(site: number): boolean {
    return site >= 0 && this.#sized[site] === 1;
  }

  #isUsual(site: number, at: number, least: number): boolean {
    return this.#alike[at] >= SAME_ANSWER && this.#alike[at] >= least * this.#answered[site];
  }

  /** Lets a site go of whose names nothing was learned: hosts that somebody made up are such ones. */
  #forgetSite(): void {
    for (let looked = 0; looked < LOOKED; looked += 1) {
      this.#siteHand = (this.#siteHand + 1) % this.#sites.capacity;
      if (this.#answered[this.#siteHand] + this.#asked[this.#siteHand] === 0) break;
    }
    this.#sites.remove(this.#siteHand);
  }

  #begin(site: number): void {
    this.#asked[site] = 0;
    this.#missed[site] = 0;
    this.#signature.fill(0, site * SIGNATURES, (site + 1) * SIGNATURES);
    this.#alike.fill(0, site * SIGNATURES, (site + 1) * SIGNATURES);
    this.#answered[site] = 0;
    this.#sized[site] = 0;
    this.#teachers[site] = 0;
    this.#firsts[site] = 0;
    this.#fresh[site] = 0;
  }

  /** Lets a name go that hardly anybody asked for. */
  #forgetName(): void {
    for (let looked = 0; looked < LOOKED; looked += 1) {
      this.#nameHand = (this.#nameHand + 1) % this.#names.capacity;
      if (this.#missers[this.#nameHand] === 0) break;
    }
    this.#names.remove(this.#nameHand);
  }
}

export const signatureOf = (status: number, bytes: number): number => (Math.imul(bytes, 0x9e3779b1) ^ status) | 0;
