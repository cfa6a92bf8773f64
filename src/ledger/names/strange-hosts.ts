// Hot: for every request whose host is told.
import type { NameHash } from '../../record/name.ts';
import { Reply, type RequestBatch } from '../../record/request.ts';
import { isAutomatic } from './automatic.ts';
import type { FirstContact } from '../first-contact.ts';
import { keyInto } from './miss-bounds.ts';
import { isLiteral } from './parts.ts';
import type { Sites } from './sites.ts';

/** p0 of a host that nobody is served under. */
export const STRANGE = 0.25;
/** A kind of key beside Asked; miss-bounds.ts and variations.ts have more. */
const HOST = 0x10;
const NOT_SERVED = -1;
/** Share of its bytes by which the answer for one host that is not there differs from that for another. */
const NEARLY = 0.04;
/** Sources that come for a host, until two others do than any one of them. */
const VISITED = 3;
const SERVED_HOST: NameHash = { a: 1, b: 2 };

/** Hosts that are guessed. */
export class StrangeHosts {
  readonly #sites: Sites;
  readonly #known: FirstContact;
  /** by account: status and bytes of the answer to the last strange host; status 0: none yet */
  readonly #status: Int16Array;
  readonly #bytes: Float32Array;
  readonly #key = new Uint32Array(8);

  constructor(sites: Sites, known: FirstContact, accounts: number) {
    this.#sites = sites;
    this.#known = known;
    this.#status = new Int16Array(accounts);
    this.#bytes = new Float32Array(accounts);
  }

  /** Whether others come for the host than a source that asked for it. @param host its hash, as in `RequestBatch.siteHash` */
  isVisited(host: number): boolean {
    return this.#sites.missersOf(HOST, host, SERVED_HOST.a, SERVED_HOST.b) >= VISITED;
  }

  forget(account: number): void {
    this.#status[account] = 0;
  }

  /**
   * Whether the host that is asked for is a guess: not an address, nobody is served under it or comes for it, not the first
   * that this source asks for, and answered as the one before was (or not at all). Pages that name what was asked for differ a little
   * in size, those of different sites differ much. What programs ask any host for of themselves guesses none.
   *
   * @param place key of the site whose names the last request asked for
   * @param isServed whether the source is a served client, which shows that the host is one
   */
  isStrange(batch: RequestBatch, row: number, account: number, place: number, isServed: boolean): boolean {
    const { address, siteLength, site, text, reply, status, bytes, name, nameLength } = batch;
    if (siteLength[row] === 0 || isLiteral(text, site[row], siteLength[row])) return false;
    if (reply[row] === Reply.missed && isAutomatic(text, name[row], nameLength[row])) return false;
    const host = batch.siteHash[row];
    const { a, b } = SERVED_HOST;
    const known = this.#sites.name(HOST, host, a, b);
    keyInto(this.#key, address, row * 8, HOST, place, host, 0);
    if (!this.#known.isFirst(this.#key, 0, HOST)) return false;
    const before = this.#status[account];
    const isAnswered = reply[row] === Reply.answered;
    const isAlike = before === status[row] && Math.abs(bytes[row] - this.#bytes[account]) <= NEARLY * bytes[row];
    this.#status[account] = isAnswered ? status[row] : NOT_SERVED;
    this.#bytes[account] = bytes[row];
    // Links and bookmarks lead to the host that a source begins with: to vouch for guesses takes an address for each.
    const isLed = before === 0 && isAnswered;
    if (isServed || isLed) this.#sites.learn(-1, known, true);
    return before !== 0 && this.#sites.p0(-1, known) < 1 && (!isAnswered || isAlike);
  }
}
