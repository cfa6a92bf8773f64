// Hot: called for every request for something that is not there.
import { TFTP_PORT } from '../../record/ports.ts';
import { hashName, type NameHash, zoneOf } from '../../record/name.ts';
import { Asked, type RequestBatch, VERBS } from '../../record/request.ts';
import { isAutomatic, isOfFolders, isOfList, isUsualPage } from './automatic.ts';
import type { FirstContact } from '../first-contact.ts';
import { folderLength, isPart, pathOfUrl, segmentsAgain, withinLength } from './parts.ts';
import type { Sites } from './sites.ts';
import { isSearched, isSystemName, isToken } from './told.ts';

/** Misses from one page of ours that count, and what they may weigh. */
const LINKED_MISSES = 3;
const LINKED = 0.6;
/**
 * Misses from one page until pages at the root weigh that much again: no page of ours has so many dead links to there, and
 * whoever guesses names one page for all he asks for. Lists of things that are gone lie in a folder; parts have their endings.
 */
const LISTED = 24;
/** Misses in a folder of which nothing was ever seen, until it is one thing that is gone; what one more may weigh then. */
const GONE_MISSES = 2;
const GONE_FOLDER = 0.6;
/**
 * Names that programs ask for of themselves without being told of one list (an icon in any folder, a feed of any kind, a thing
 * under `.well-known`): who tries them all tries so many. More of them are guesses that begin or end like such names.
 */
const TRIED = 32;
/** What somebody may miss who guesses a page that most sites have, or puts a folder before a page that is there. */
const LIKELY = 0.6;
/** What hosts that fetch how they are set up may miss: they try one name after the other, down to the one for all (PXE, telephones). */
const FALLS_BACK = 0.4;
const PROPFIND = VERBS.indexOf('PROPFIND');
/** Segments of a path that stood in it before, until a link that leads on from itself made it: `/a/b/a/b`. */
const ROUND = 2;
/** Kinds of key beside Asked, for links from a page and for folders. */
const LINK = 0x80;
const FOLDER = 0x30;
const OF_ITSELF = 0x100;

/** The question of a source, as `FirstContact` knows it: what it asked for (a, b: hash of the name), and on which site. */
export function keyInto(
  key: Uint32Array,
  address: Uint32Array,
  at: number,
  asked: number,
  site: number,
  a: number,
  b: number,
): void {
  key[0] = address[at];
  key[1] = address[at + 1];
  key[2] = address[at + 2];
  key[3] = address[at + 3];
  key[4] = asked;
  key[5] = site;
  key[6] = a;
  key[7] = b;
}

const isPageAtRoot = (text: Uint8Array, from: number, length: number): boolean =>
  folderLength(text, from, length) <= 1 && !isPart(text, from, length);

/** Whether a DNS name is one that programs ask for of themselves, or made of another. */
const isOfPrograms = (text: Uint8Array, from: number, length: number): boolean =>
  isSystemName(text, from, length) || isSearched(text, from, zoneOf(text, from, length));

/** What a miss weighs at most: what its site teaches, less where something of ours led there. */
export class MissBounds {
  readonly #sites: Sites;
  readonly #known: FirstContact;
  readonly #key = new Uint32Array(8);
  readonly #hash: NameHash = { a: 0, b: 0 };

  constructor(sites: Sites, known: FirstContact) {
    this.#sites = sites;
    this.#known = known;
  }

  /**
   * Upper bound on the chance that a benign source misses this name; 1: the miss proves nothing.
   *
   * @param site hash of the site that is asked, as questions are kept with
   * @param siteRow its row, and `name` the name's, in `sites`
   */
  of(batch: RequestBatch, row: number, site: number, siteRow: number, name: number): number {
    const { asked, name: start, nameLength, port, refererLength, text, verb } = batch;
    const isOfItself = asked[row] === Asked.path && isAutomatic(text, start[row], nameLength[row]);
    if (isOfItself && !this.#isOneTooMany(batch, row, site)) return 1;
    if (verb[row] === PROPFIND && isOfFolders(text, start[row], nameLength[row])) return 1;
    if (asked[row] === Asked.path && port[row] === TFTP_PORT)
      return Math.max(FALLS_BACK, this.#sites.p0(siteRow, name));
    if (asked[row] === Asked.dnsName && isOfPrograms(text, start[row], nameLength[row])) return 1;
    const known = this.#sites.p0(siteRow, name);
    if (known >= 1 || asked[row] !== Asked.path) return known;
    if (isToken(text, start[row], nameLength[row])) return 1;
    const again = segmentsAgain(text, start[row], nameLength[row]);
    if (again >= ROUND) return 1;
    const isGone = again > 0 || this.#isGoneFolder(batch, row, site);
    const isLikely = isOfItself || isUsualPage(text, start[row], nameLength[row]) || this.#isMoved(batch, row, site);
    const usual = Math.max(known, isGone ? GONE_FOLDER : 0, isLikely ? LIKELY : 0);
    if (refererLength[row] === 0) return usual;
    const links = this.#linkedMisses(batch, row, site);
    if (links === 0) return usual;
    return links > LINKED_MISSES && !(links > LISTED && isPageAtRoot(text, start[row], nameLength[row]))
      ? 1
      : Math.max(usual, LINKED);
  }

  /** Whether the path is one of more than programs try of themselves, all of which the source tried. */
  #isOneTooMany({ text, name, nameLength, address }: RequestBatch, row: number, site: number): boolean {
    if (isOfList(text, name[row], nameLength[row])) return false;
    keyInto(this.#key, address, row * 8, OF_ITSELF, site, 0, 0);
    let tried = 1;
    while (tried <= TRIED && !this.#known.isFirst(this.#key, 0, OF_ITSELF + tried)) tried += 1;
    return tried > TRIED;
  }

  /**
   * How many names that are not there the source has asked for from this page, at most LISTED + 1, if it has really asked for
   * a page of this path; 0 otherwise, for a referer costs its sender nothing. Sites have several names, so the host in front
   * of the path is not compared.
   */
  #linkedMisses(batch: RequestBatch, row: number, site: number): number {
    const { text, referer, refererLength, address } = batch;
    const path = pathOfUrl(text, referer[row], refererLength[row]);
    if (path < 0) return 0;
    hashName(text, path, referer[row] + refererLength[row] - path, this.#hash);
    const { a, b } = this.#hash;
    keyInto(this.#key, address, row * 8, Asked.path, site, a, b);
    if (!this.#known.knows(this.#key, 0, Asked.path)) return 0;
    let links = 1;
    while (links <= LISTED && !this.#known.isFirst(this.#key, 0, LINK + links)) links += 1;
    return links;
  }

  /** Row of the folder that a path is in, −1: the root. */
  folder({ text, name, nameLength }: RequestBatch, row: number, site: number): number {
    const from = name[row];
    const length = folderLength(text, from, nameLength[row]);
    if (length <= 1) return -1;
    hashName(text, from, length, this.#hash);
    return this.#sites.name(FOLDER, site, this.#hash.a, this.#hash.b);
  }

  /**
   * Whether the path without its first folder is a page that is there: sites put languages and versions in front, and those
   * who translate or convert them do. The pages of folders themselves (`/x/index.html`) say nothing, for folders are guessed so.
   */
  #isMoved({ text, name, nameLength }: RequestBatch, row: number, site: number): boolean {
    const length = withinLength(text, name[row], nameLength[row]);
    if (length === 0) return false;
    hashName(text, name[row] + nameLength[row] - length, length, this.#hash);
    return this.#sites.isThere(Asked.path, site, this.#hash.a, this.#hash.b);
  }

  /** Whether the path is one more in a folder in which the source missed some, and nobody ever got anything. */
  #isGoneFolder(batch: RequestBatch, row: number, site: number): boolean {
    const folder = this.folder(batch, row, site);
    if (folder < 0 || this.#sites.exists(folder)) return false;
    const { a, b } = this.#hash;
    keyInto(this.#key, batch.address, row * 8, FOLDER, site, a, b);
    let misses = 1;
    while (misses <= GONE_MISSES && !this.#known.isFirst(this.#key, 0, FOLDER + misses)) misses += 1;
    return misses > GONE_MISSES;
  }
}
