// Hot: `admit` runs for every request.
import {
  Asked,
  BYTES_UNKNOWN,
  NOT_MODIFIED,
  Reply,
  type RequestBatch,
  RequestTrait,
  VERBS,
} from '../../record/request.ts';
import { digest } from '../../record/digest.ts';
import { hashCaseless, isUnderArpa, zoneOf } from '../../record/name.ts';
import type { Accounts } from '../account.ts';
import { Answers } from './answers.ts';
import { FirstContact } from '../first-contact.ts';
import { keyInto, MissBounds } from './miss-bounds.ts';
import { Served } from './served.ts';
import { Sites } from './sites.ts';
import { StrangeHosts } from './strange-hosts.ts';
import { isToken } from './told.ts';
import { Variations } from './variations.ts';

/** What the ledger says of each request; detectors read it beside the request's own columns. */
export interface RequestAdmission {
  /** row of the source's account; −1: none */
  readonly account: Int32Array;
  /** 1: the source never asked for this name here before */
  readonly first: Uint8Array;
  /** one of Missed */
  readonly missed: Uint8Array;
  /** upper bound on the chance that a benign source misses this name; 1: the request proves nothing */
  readonly p0: Float64Array;
  /** 1: it asked for a host that nobody else is served under, and was answered as for any other such host */
  readonly strangeHost: Uint8Array;
  /** how-manieth name of its source this is, from 1; 0: not new */
  readonly nth: Uint32Array;
  /** how-manieth request of its source this is, from 1 */
  readonly request: Uint32Array;
  /** hash of the source's address, as the accounts' `KeyTable` has it */
  readonly source: Int32Array;
}

/** Whether there is such a name. */
export const Missed = {
  there: 0,
  missing: 1,
  /** cannot be told */
  untold: 2,
  /** cannot be told; nobody, or somebody, has asked for it before */
  fresh: 3,
  known: 4,
  /** the user of this name was not let in, whether there is one or not */
  refused: 5,
  /** nothing there, like under all the numbers before it */
  next: 6,
  /** yet another word as the value of a parameter, with the answer that all before it got */
  value: 7,
} as const;

/** What of the ledger is needed to seat the source of a request. */
export interface Seats {
  readonly accounts: Accounts;
  /** whether the account's rows in hand must be charged before a new episode begins with a request at this time */
  mustStop(account: number, time: number): boolean;
  /**
   * Row of the account of the source of a request, opened if need be; −1: no room.
   *
   * @param source hash of the source's address, as the accounts' `KeyTable` has it
   * @param known row of its account if it has one, else −1
   */
  enter(batch: RequestBatch, row: number, source: number, isFirst: boolean, known: number): number;
  /** what was read ahead: it means nothing, and is kept so that the reads are not left out */
  readAhead: number;
  /** so many first contacts were seen up to a time */
  counted(firsts: number, clock: number): void;
}

/** By verb: it puts something there (RFC 9110 section 9.3.4, RFC 4918 section 9). */
const WRITES = Uint8Array.from(VERBS, (verb) => (['PUT', 'MKCOL', 'COPY', 'MOVE'].includes(verb) ? 1 : 0));
/** Rows that are looked up ahead at a time: as many as the nearest memory holds. */
const AHEAD = 64;
const SITES = 1 << 14;
const NAMES = 1 << 17;
/** Misses of one served client that teach. */
const LESSONS = 8;
/** A name that nobody asked for before, where it cannot be told whether it is there: of a zone, of a web site. */
const FRESH_NAME = 0.2;
const FRESH_PATH = 0.5;
/** So many new parameters in one request are several. */
const SEVERAL = 4;
/** Yet another user who is not let in. */
const REFUSED_USER = 0.4;
/** Yet another word as the value of a parameter, none of which made a difference. */
const NEXT_VALUE = 0.5;
/** Yet another number of which there is nothing, right after the one before it. */
const NEXT_NUMBER = 0.75;
/**
 * The same of users that somebody wants to register as, or asks what they can do: telephones that lost their accounts try on,
 * but not in the order of their numbers. Calls are made to one number after the other (INVITE).
 */
const NEXT_USER = 0.5;
const INVITE = VERBS.indexOf('INVITE');

/**
 * The ledger's view of requests: is the name new to its source, does it exist, would a benign source miss it.
 */
export class Asking {
  readonly admission: RequestAdmission;
  readonly #seats: Seats;
  readonly #sites: Sites;
  readonly #known: FirstContact;
  /** by row of the range that is looked up ahead: hash of the site, and the two of source and name at this site */
  readonly #siteHash = new Int32Array(AHEAD);
  readonly #pairs = new Int32Array(2 * AHEAD);
  readonly #key = new Uint32Array(8);
  readonly #bounds: MissBounds;
  readonly #served: Served;
  readonly #hosts: StrangeHosts;
  readonly #answers: Answers;
  readonly #variations: Variations;
  /** by account: the source that what is known of its requests is of, by its hash; contacts may have opened the account */
  readonly #owner: Int32Array;
  #site = 0;
  #siteRow = -1;
  /** what was surveyed, and is still to be judged */
  #surveyed: RequestBatch | undefined;

  constructor(seats: Seats, rows: number, seed: number) {
    const { capacity } = seats.accounts.keys;
    this.#seats = seats;
    this.#sites = new Sites(SITES, NAMES, seed);
    // The accounts' seed: hashes of sources are taken over from their keys (`hashTo`), and pages are looked up by `knows`.
    this.#known = new FirstContact(23, seed);
    this.#bounds = new MissBounds(this.#sites, this.#known);
    this.#served = new Served(capacity);
    this.#hosts = new StrangeHosts(this.#sites, this.#known, capacity);
    this.#answers = new Answers(capacity);
    this.#variations = new Variations(this.#sites, this.#known, capacity);
    this.#owner = new Int32Array(capacity);
    this.admission = {
      account: new Int32Array(rows),
      first: new Uint8Array(rows),
      missed: new Uint8Array(rows),
      p0: new Float64Array(rows),
      strangeHost: new Uint8Array(rows),
      nth: new Uint32Array(rows),
      request: new Uint32Array(rows),
      source: new Int32Array(rows),
    };
  }

  /**
   * Fills `admission` for rows `from` … of a batch, and learns from them. Stops before a row that begins a new episode
   * of its source: what the rows before it are charged with belongs to the old one.
   *
   * @returns the row it stopped at; `to` when all were admitted
   */
  admit(batch: RequestBatch, from: number, to: number): number {
    const { accounts } = this.#seats;
    const { address, time, traits } = batch;
    const { source } = this.admission;
    digest(batch);
    accounts.range = (accounts.range + 1) >>> 0;
    let firsts = 0;
    let row = from;
    for (; row < to; row += 1) {
      const ahead = (row - from) % AHEAD;
      if (ahead === 0) this.#approach(batch, row, Math.min(row + AHEAD, to));
      const mine = accounts.keys.findHashed(source[row], address, row * 8);
      if ((traits[row] & RequestTrait.copy) !== 0) {
        this.#copy(batch, row, ahead, mine);
        continue;
      }
      if (mine >= 0 && row > from && this.#seats.mustStop(mine, time[row])) break;
      firsts += this.#one(batch, row, ahead, mine);
    }
    if (row > from) this.#seats.counted(firsts, time[row - 1]);
    return row;
  }

  /** Whether others come for a host than a source that asked for it. @param host its hash, as in `RequestBatch.siteHash` */
  isVisited(host: number): boolean {
    return this.#hosts.isVisited(host);
  }

  /**
   * Looks through the first requests before any of them is judged. Whether a name is one that nobody else asks for is told
   * of them by all of them: else the first sources of a log would all be strangers, or none.
   */
  survey(batch: RequestBatch): void {
    const { address, asked, nameA, nameB, traits } = batch;
    const { keys } = this.#seats.accounts;
    const sites = this.#sites;
    digest(batch);
    this.#surveyed = batch;
    const rows: { site: number; name: number; source: number }[] = [];
    for (let row = 0; row < batch.count; row += 1) {
      if ((traits[row] & RequestTrait.copy) !== 0) continue;
      this.#findSite(asked[row], siteHashOf(batch, row));
      const name = sites.name(asked[row], this.#site, nameA[row], nameB[row]);
      const source = keys.hashAt(address, row * 8);
      sites.survey(name, source);
      rows.push({ site: this.#siteRow, name, source });
    }
    const turns = new Map<number, number>();
    const met = new Set<string>();
    for (const { site, name, source } of rows) {
      const pair = `${source} ${name}`;
      const turn = (turns.get(source) ?? 0) + 1;
      if (turn > LESSONS || met.has(pair)) continue;
      met.add(pair);
      turns.set(source, turn);
      sites.meet(site, sites.isAlone(name, source), turn === 1);
    }
  }

  /** Hashes what rows `from` … `to` − 1 will be looked up by, and reads it ahead, as `Ledger` does for contacts. */
  #approach(batch: RequestBatch, from: number, to: number): void {
    const { address, asked, nameA, nameB } = batch;
    const { keys } = this.#seats.accounts;
    const { source, account } = this.admission;
    for (let row = from; row < to; row += 1) {
      const hash = siteHashOf(batch, row);
      this.#siteHash[row - from] = hash;
      source[row] = keys.hashAt(address, row * 8);
      keyInto(this.#key, address, row * 8, asked[row], hash ^ asked[row], nameA[row], nameB[row]);
      this.#known.hashTo(this.#pairs, row - from, source[row], this.#key, 0, asked[row]);
    }
    this.#seats.readAhead ^= this.#known.approach(this.#pairs, 0, to - from) ^ keys.approach(source, from, to, account);
  }

  #one(batch: RequestBatch, row: number, ahead: number, known: number): number {
    const { account, first, missed, p0, strangeHost, nth, request, source } = this.admission;
    const { asked } = batch;
    this.#findSite(asked[row], this.#siteHash[ahead]);
    const isFirst = this.#known.isFirstPair(this.#pairs, ahead);
    const mine = this.#seats.enter(batch, row, source[row], isFirst, known);
    account[row] = mine;
    first[row] = isFirst ? 1 : 0;
    p0[row] = 1;
    missed[row] = 2;
    strangeHost[row] = 0;
    nth[row] = 0;
    if (mine < 0) return isFirst ? 1 : 0;
    this.#own(mine, row);
    request[row] = this.#seats.accounts.requests[mine];
    if (asked[row] === Asked.path) strangeHost[row] = this.#isStrange(batch, row, mine) ? 1 : 0;
    if (WRITES[batch.verb[row]] === 1 && batch.reply[row] === Reply.answered) this.#served.write(mine);
    if (!isFirst) {
      this.#again(batch, row, mine);
      return 0;
    }
    nth[row] = this.#seats.accounts.names[mine];
    // Who has an address to ask for guesses no name: whether there is one says nothing.
    const isOfAddress = asked[row] === Asked.dnsName && isUnderArpa(batch.text, batch.name[row], batch.nameLength[row]);
    // The answer that any host gets is nothing that it was given.
    const isOfAny = strangeHost[row] === 1 && batch.reply[row] === Reply.answered;
    if (!isOfAddress && !isOfAny) this.#judge(batch, row, mine);
    return 1;
  }

  /** What the source asks for once more: whether it varies it. */
  #again(batch: RequestBatch, row: number, mine: number): void {
    const { missed, p0 } = this.admission;
    const variations = this.#variations;
    const isPath = batch.asked[row] === Asked.path;
    const isUser = batch.asked[row] === Asked.user;
    if (batch.reply[row] === Reply.missed) {
      if (!isPath && !(isUser && variations.isNewTo(batch, row, this.#site))) return;
      if (!variations.isNumber(batch, row, mine, this.#site, this.#siteRow)) return;
      missed[row] = Missed.next;
      p0[row] = isUser && batch.verb[row] !== 0 && batch.verb[row] !== INVITE ? NEXT_USER : NEXT_NUMBER;
    } else if (isPath && this.#answers.isArrival(batch, row, mine)) this.#served.give(mine);
    else if (isPath && !this.#served.hasMuch(mine, this.#seats.accounts.names[mine])) {
      const fresh = variations.newParameters(batch, row, this.#site);
      if (fresh > 0) {
        missed[row] = Missed.fresh;
        p0[row] = fresh >= SEVERAL ? FRESH_NAME : FRESH_PATH;
      } else if (variations.isValue(batch, row, mine, this.#site)) {
        missed[row] = Missed.value;
        p0[row] = NEXT_VALUE;
      }
    }
  }

  /**
   * Of what another input has told before only the host is looked at, which that one may not have known. The site, which
   * may have another name there, learns of it all the same.
   */
  #copy(batch: RequestBatch, row: number, ahead: number, mine: number): void {
    const { account, first, missed, p0, strangeHost, nth, request } = this.admission;
    account[row] = mine;
    first[row] = 0;
    missed[row] = 2;
    p0[row] = 1;
    nth[row] = 0;
    request[row] = mine < 0 ? 0 : this.#seats.accounts.requests[mine];
    strangeHost[row] = 0;
    if (mine < 0) return;
    this.#seats.accounts.stays(mine);
    this.#own(mine, row);
    this.#findSite(batch.asked[row], this.#siteHash[ahead]);
    if (batch.asked[row] === Asked.path) strangeHost[row] = this.#isStrange(batch, row, mine) ? 1 : 0;
    if (this.#known.isFirstPair(this.#pairs, ahead)) this.#teach(batch, row, mine, LESSONS + 1);
  }

  /** Forgets what is known of the source that had the account before. */
  #own(account: number, row: number): void {
    const source = this.admission.source[row];
    if (this.#owner[account] === source) return;
    this.#owner[account] = source;
    this.#served.forget(account);
    this.#hosts.forget(account);
    this.#answers.forget(account);
    this.#variations.forget(account);
  }

  /** Whether a host is asked for that is a guess. */
  #isStrange(batch: RequestBatch, row: number, account: number): boolean {
    return this.#hosts.isStrange(batch, row, account, this.#site, this.#served.isServed(account));
  }

  #findSite(asked: number, hash: number): void {
    const key = (hash ^ asked) | 0;
    if (key === this.#site && this.#siteRow >= 0) return;
    this.#site = key;
    this.#siteRow = this.#sites.site(asked, hash);
  }

  #judge(batch: RequestBatch, row: number, mine: number): void {
    const { missed, p0 } = this.admission;
    const { asked, reply, nameA, nameB } = batch;
    const sites = this.#sites;
    const site = this.#siteRow;
    const name = sites.name(asked[row], this.#site, nameA[row], nameB[row]);
    const isFresh = sites.isFresh || sites.isAlone(name, this.admission.source[row]);
    const turn = this.admission.nth[row];
    if (turn <= LESSONS && batch !== this.#surveyed) sites.meet(site, isFresh, turn === 1);
    const isMiss = reply[row] === Reply.missed;
    const isHit = reply[row] === Reply.answered || reply[row] === Reply.accepted;
    if (isMiss) {
      missed[row] = Missed.missing;
      p0[row] = this.#served.isWriter(mine) ? 1 : this.#bounds.of(batch, row, this.#site, site, name);
      this.#served.miss(mine);
    } else if (isHit && this.#tells(batch, row, mine)) {
      missed[row] = Missed.there;
      p0[row] = sites.p0(site, -1);
      if (this.#answers.isGift(batch, row, mine, sites.isSized(site))) this.#served.give(mine);
      if (asked[row] === Asked.path) sites.mark(this.#bounds.folder(batch, row, this.#site));
    } else this.#cannotTell(batch, row, mine, name, isFresh);
    this.#answers.send(batch, row, mine);
    this.#teach(batch, row, mine, LESSONS);
    if (isMiss && this.#served.teaches(mine, LESSONS)) this.#served.teach(mine);
  }

  /** Whether the answer says that there is such a name: it is not one that other names get as well. */
  #tells(batch: RequestBatch, row: number, mine: number): boolean {
    if (isWithout(batch, row)) return !this.#sites.givesOnePage(this.#siteRow);
    return (
      isUnsized(batch, row) ||
      (!this.#answers.areAlike(batch, row, mine, this.#sites.isSized(this.#siteRow)) &&
        !this.#sites.answersAll(this.#siteRow, batch.status[row], batch.bytes[row]))
    );
  }

  /**
   * Where everything gets the same answer, or the answer is not told: whether a name is one that nobody else asks for.
   * A web site's users are also given the parts of its pages, so only of who was not given any.
   */
  #cannotTell(batch: RequestBatch, row: number, mine: number, name: number, isFresh: boolean): void {
    const { missed, p0 } = this.admission;
    const asked = batch.asked[row];
    const reply = batch.reply[row];
    if (asked === Asked.user) {
      // Who has one name only, and mistypes, is no stranger.
      if (reply !== Reply.denied || this.admission.nth[row] < 2 || this.#sites.exists(name)) return;
      missed[row] = Missed.refused;
      p0[row] = REFUSED_USER;
      return;
    }
    const isPath = asked === Asked.path && (reply === Reply.answered || isShut(batch.status[row]));
    if (
      isPath
        ? this.#served.hasMuch(mine, this.#seats.accounts.names[mine])
        : asked !== Asked.dnsName || reply !== Reply.unknown
    )
      return;
    if (isToken(batch.text, batch.name[row], batch.nameLength[row])) return;
    missed[row] = isFresh ? Missed.fresh : Missed.known;
    p0[row] = Math.max(isPath ? FRESH_PATH : FRESH_NAME, this.#sites.freshBound(this.#siteRow));
  }

  /** What the site that is in hand learns of how a new name was answered. @param lessons misses of one source that teach */
  #teach(batch: RequestBatch, row: number, mine: number, lessons: number): void {
    const { asked, reply, status, bytes, nameA, nameB } = batch;
    const isMiss = reply[row] === Reply.missed;
    const isHit = reply[row] === Reply.answered || reply[row] === Reply.accepted;
    if (!isMiss && !isHit) return;
    const name = this.#sites.name(asked[row], this.#site, nameA[row], nameB[row]);
    if (isHit && isWithout(batch, row)) this.#sites.mark(name);
    else if (isHit) this.#sites.answered(this.#siteRow, name, status[row], bytes[row]);
    if (this.#served.teaches(mine, lessons)) this.#sites.learn(this.#siteRow, name, isMiss);
  }
}

/** The site is told by its host, or else by the server's address, or else by the input. DNS names are sorted by zone. */
function siteHashOf(
  { asked, siteHash, siteLength, name, nameLength, address, input, text }: RequestBatch,
  row: number,
): number {
  if (asked[row] === Asked.dnsName) {
    const zone = zoneOf(text, name[row], nameLength[row]);
    return hashCaseless(text, zone, name[row] + nameLength[row] - zone);
  }
  if (siteLength[row] > 0) return siteHash[row];
  const server = address[row * 8 + 4] ^ address[row * 8 + 5] ^ address[row * 8 + 7];
  return (server ^ Math.imul(input[row] + 1, 0x9e3779b1)) | 0;
}

const HEAD = VERBS.indexOf('HEAD');

/** Word that there is such a page, and not the page: its reader has kept it, or asked for no more (RFC 9110 section 9.3.2). */
const isWithout = ({ bytes, status, verb }: RequestBatch, row: number): boolean =>
  status[row] === NOT_MODIFIED || (verb[row] === HEAD && bytes[row] === 0 && status[row] >= 200 && status[row] < 300);

/** A page whose size is not told: it may be any. */
const isUnsized = ({ asked, status, bytes }: RequestBatch, row: number): boolean =>
  asked[row] === Asked.path && bytes[row] === BYTES_UNKNOWN && status[row] >= 200 && status[row] < 300;

/**
 * A refusal or a failure, of whatever kind (RFC 9110 sections 15.5 and 15.6): who are you, forbidden, not so, too often, out
 * of order, a teapot. What a server says of everything, whatever is asked for, says nothing of any name.
 */
const isShut = (status: number): boolean => status >= 400;
