// Hot: `hear` runs for every login that a log tells.
import { formatAddress, neighbourhood } from '../../record/address.ts';
import { hashCaseless } from '../../record/name.ts';
import { Reply, type RequestBatch, RequestTrait } from '../../record/request.ts';
import { TextTable } from '../../record/text.ts';
import { type Entry, type Guess, type Host, SECOND, type Tried, type Weight } from './access.ts';
import { Moments, Notes, placeHash } from './notes.ts';
import { endOfPath, namesLogin } from './paths.ts';
import { TriedNames } from './tried.ts';

/**
 * Logins, as logs tell them: who failed how often and with how many names, and who was let in with which account.
 *
 * Guessing is told from forgetting by bits: a person mistypes in one of four tries and knows one name, so that each
 * failure is worth 2 bits, and each further name 3. Whoever is let in by a key has not guessed that. A program with an old password in it fails for weeks with one name
 * and is let in when somebody changes it: failures with one name count only when they come fast. Whoever had been let in
 * before the first failure is no guesser.
 *
 * A web site tells neither name nor outcome, but who guesses gets the same answer over and over, and another one at last:
 * 401 or 403 and then 200, or the form again (200) and then a redirect. An expired token looks the same, so that such
 * logins count after a scan only.
 */
const TRIES = 1 << 13;
const LOGINS = 1 << 14;
const TEXTS = 1 << 13;

const FAILURE = 2;
const NAME = 3;
const MOST = 40;
/** Failures with one name are a person's, or a program's with an old password, unless they come faster than this (s). */
const FAST = 5;
/** Accounts that nobody has alone. */
const MANY = 8;
/** Failures of each name of people, at most. */
const MISTYPED = 4;
/** Names that are kept with a source's own tries: those of a program or a person, as long as its failures count. */
const OWN_NAMES = 4;

export class Logins {
  /** by (source, server, port): what it tried */
  readonly #tries: Notes;
  readonly #failures: Uint32Array;
  readonly #firstFailure: Moments;
  readonly #lastFailure: Moments;
  readonly #tried: TriedNames;
  /** names that it tried, and those of them that had been let in elsewhere and then were there */
  readonly #names: Uint32Array;
  /** the first OWN_NAMES of them, hashed */
  readonly #firstNames: Int32Array;
  readonly #owners: Uint16Array;
  /** 1: had been let in before the first failure */
  readonly #known: Uint8Array;
  /** accounts that it was let in with */
  readonly #accounts: Uint16Array;
  /** by (source, server, port, account): when it was let in */
  readonly #logins: Notes;
  /** what others had done with this account before */
  readonly #triedBefore: (Tried | undefined)[] = [];
  readonly #user: Int32Array;
  readonly #site: Int32Array;
  readonly #port: Uint16Array;
  /** failures of the same source there before its first login with this account */
  readonly #failuresBefore: Uint32Array;
  /** 1: told by a web site's answers */
  readonly #isWeb: Uint8Array;
  readonly #tryStatus: Uint16Array;
  readonly #texts: TextTable;
  readonly #trySite: Int32Array;
  readonly #tryPort: Uint16Array;
  /** a web site has refused somebody */
  #refused = false;
  #begin = Number.POSITIVE_INFINITY;
  #end = 0;

  constructor(seed: number) {
    this.#tries = new Notes(TRIES, seed);
    this.#failures = new Uint32Array(TRIES);
    this.#firstFailure = new Moments(TRIES);
    this.#lastFailure = new Moments(TRIES);
    this.#tried = new TriedNames(seed);
    this.#names = new Uint32Array(TRIES);
    this.#firstNames = new Int32Array(OWN_NAMES * TRIES);
    this.#owners = new Uint16Array(TRIES);
    this.#known = new Uint8Array(TRIES);
    this.#accounts = new Uint16Array(TRIES);
    this.#trySite = new Int32Array(TRIES);
    this.#tryPort = new Uint16Array(TRIES);
    this.#logins = new Notes(LOGINS, seed ^ 1);
    this.#user = new Int32Array(LOGINS);
    this.#site = new Int32Array(LOGINS);
    this.#port = new Uint16Array(LOGINS);
    this.#failuresBefore = new Uint32Array(LOGINS);
    this.#isWeb = new Uint8Array(LOGINS);
    this.#tryStatus = new Uint16Array(TRIES);
    this.#texts = new TextTable(TEXTS, 1 << 18, seed);
  }

  /** Takes a request that named a user. */
  hear(batch: RequestBatch, at: number): void {
    const { reply, traits, time } = batch;
    if ((traits[at] & RequestTrait.copy) !== 0) return;
    if (time[at] < this.#begin) this.#begin = time[at];
    if (time[at] > this.#end) this.#end = time[at];
    const isIn = reply[at] === Reply.accepted;
    const isOut =
      reply[at] === Reply.missed || reply[at] === Reply.denied || (traits[at] & RequestTrait.secretGuessed) !== 0;
    if (!isIn && !isOut) return;
    const place = placeHash(batch, at);
    const row = this.#tries.touch(batch, at, place, batch.port[at], 0);
    if (this.#tries.times[row] === 1) this.#clear(row, batch, at);
    if (isIn) this.#accepted(batch, at, place, row, 0);
    else this.#failed(batch, at, place, row, 0);
  }

  /** Takes a request for a path: a login, if it looks like one. */
  hearWeb(batch: RequestBatch, at: number): void {
    const { status, verb, traits, text, name, nameLength, time } = batch;
    if ((traits[at] & RequestTrait.copy) !== 0 || status[at] === 0) return;
    const isForm = verb[at] === POST && namesLogin(text, name[at], nameLength[at]);
    const isRefusal = status[at] === 401 || (isForm && (status[at] === 403 || status[at] === 200));
    const isIn = isForm ? status[at] < 400 : status[at] === 200;
    // Of a page that has not refused this source nothing is noted, unless it is the form itself.
    if (!isRefusal && !(isIn && (isForm || this.#refused))) return;
    const path = hashCaseless(text, name[at], endOfPath(text, name[at], nameLength[at]) - name[at]) | 1;
    const place = placeHash(batch, at);
    if (!isRefusal && !isForm && this.#tries.find(batch, at, place, batch.port[at], path) < 0) return;
    if (time[at] < this.#begin) this.#begin = time[at];
    if (time[at] > this.#end) this.#end = time[at];
    const row = this.#tries.touch(batch, at, place, batch.port[at], path);
    if (this.#tries.times[row] === 1) this.#clear(row, batch, at);
    const before = this.#tryStatus[row];
    if (isRefusal && (before === 0 || before === status[at])) {
      this.#tryStatus[row] = status[at];
      this.#refused = true;
      this.#failed(batch, at, place, row, path);
    } else if (isIn && before !== status[at]) this.#accepted(batch, at, place, row, path);
  }

  #clear(row: number, batch: RequestBatch, at: number): void {
    this.#failures[row] = 0;
    this.#names[row] = 0;
    this.#owners[row] = 0;
    this.#known[row] = 0;
    this.#accounts[row] = 0;
    this.#tryStatus[row] = 0;
    this.#trySite[row] = this.#texts.intern(batch.text, batch.site[at], batch.siteLength[at]);
    this.#tryPort[row] = batch.port[at];
  }

  /** @param path as in #accepted */
  #failed(batch: RequestBatch, at: number, place: number, row: number, path: number): void {
    if (this.#failures[row] === 0) this.#firstFailure.set(row, batch, at);
    this.#failures[row] += 1;
    this.#lastFailure.set(row, batch, at);
    if (path !== 0) {
      this.#names[row] = 1;
      return;
    }
    const account = accountOf(batch, at);
    const isUnheard = this.#tried.failed(batch, at, place, account);
    if (this.#isNewName(row, account, isUnheard)) this.#names[row] += 1;
  }

  /**
   * Whether a source failed with another name. What all sources tried is forgotten sooner where many guess; the few names
   * of one that fails for weeks stay as long as its failures do.
   */
  #isNewName(row: number, account: number, isUnheard: boolean): boolean {
    const names = this.#names[row];
    const first = row * OWN_NAMES;
    for (let name = 0; name < names && name < OWN_NAMES; name += 1)
      if (this.#firstNames[first + name] === account) return false;
    if (names >= OWN_NAMES) return isUnheard;
    this.#firstNames[first + names] = account;
    return true;
  }

  /** @param path hash of the path where a web site tells it, 0: a log of logins does */
  #accepted(batch: RequestBatch, at: number, place: number, row: number, path: number): void {
    if (this.#failures[row] === 0) this.#known[row] = 1;
    const account = path || accountOf(batch, at);
    const login = this.#logins.touch(batch, at, place, batch.port[at], account);
    if (this.#logins.times[login] !== 1) return;
    if (this.#accounts[row] < 0xffff) this.#accounts[row] += 1;
    this.#user[login] = this.#texts.intern(batch.text, batch.name[at], batch.nameLength[at]);
    this.#site[login] = this.#texts.intern(batch.text, batch.site[at], batch.siteLength[at]);
    this.#port[login] = batch.port[at];
    this.#isWeb[login] = path === 0 ? 0 : 1;
    const isGuessed = this.#known[row] === 0 && (batch.traits[at] & RequestTrait.keyShown) === 0;
    this.#failuresBefore[login] = isGuessed ? this.#failures[row] : 0;
    this.#triedBefore[login] = undefined;
    if (path === 0) this.#compare(batch, at, place, row, login, account);
  }

  /** What had been done with the account of a new login before it. */
  #compare(batch: RequestBatch, at: number, place: number, row: number, login: number, account: number): void {
    const tried = this.#tried.find(place, batch.port[at], account);
    const letIn = this.#tried.letIn(batch, at, place, account);
    if (tried < 0) return;
    this.#triedBefore[login] = this.#tried.of(tried);
    const isOwner = letIn > 0 && letIn < this.#firstFailure.time(row);
    if (isOwner && this.#failures[row] > 0 && this.#tried.hasFailed(batch, at, place, account)) this.#owners[row] += 1;
  }

  /**
   * Whether many people log in through this source, a webmail or a gateway, of whom some mistype; or a few do, and most of
   * those who failed are let in after all, with accounts that had been used elsewhere: after an outage, from an office.
   */
  #isOfMany(row: number): boolean {
    const names = this.#names[row];
    if (this.#accounts[row] >= MANY && this.#accounts[row] >= names) return true;
    return names > 1 && 2 * this.#owners[row] > names && this.#failures[row] <= MISTYPED * names;
  }

  /** What the failures of a source say: guessing, or forgetting. */
  #weigh(row: number, failures: number, names: number): Weight {
    const seconds = (this.#lastFailure.time(row) - this.#firstFailure.time(row)) / SECOND;
    const pace = failures > 1 ? seconds / (failures - 1) : Number.POSITIVE_INFINITY;
    if (failures === 0 || (names < 2 && pace > FAST)) return { bits: 0, why: 'one name, and no haste' };
    const bits = Math.min(MOST, FAILURE * failures + NAME * (names - 1));
    return { bits, why: `${failures} failures × ${FAILURE} + ${names - 1} further names × ${NAME}, at most ${MOST}` };
  }

  /** Everybody who failed without having been let in before. */
  guesses(): Guess[] {
    return this.#tries
      .rows()
      .filter((row) => this.#failures[row] > 0 && this.#known[row] === 0 && !this.#isOfMany(row))
      .map((row) => {
        const { address } = this.#tries;
        const names = this.#names[row];
        return {
          source: formatAddress(address, row * 8),
          near: neighbourhood(address, row * 8),
          place: this.#place(this.#tries, row, this.#trySite[row], this.#tryPort[row]),
          first: this.#firstFailure.of(row),
          last: this.#lastFailure.of(row),
          times: this.#failures[row],
          names,
          weight: this.#weigh(row, this.#failures[row], names),
          isTold: this.#tryStatus[row] === 0,
        };
      });
  }

  /** Everybody who was let in, with each account. */
  entries(): Entry[] {
    const logins = this.#logins;
    return logins.rows().map((row) => {
      const isWeb = this.#isWeb[row] === 1;
      const name = this.#texts.get(this.#user[row]);
      return {
        source: formatAddress(logins.address, row * 8),
        near: neighbourhood(logins.address, row * 8),
        place: this.#place(logins, row, this.#site[row], this.#port[row]),
        user: isWeb ? '' : name,
        at: logins.first.of(row),
        times: logins.times[row],
        failures: this.#failuresBefore[row],
        tried: this.#triedBefore[row],
        isTried: !isWeb && this.#isTried(row),
        isTold: !isWeb,
        how: isWeb ? `got another answer from ${name} than before` : `was let in as "${name}"`,
      };
    });
  }

  #isTried(login: number): boolean {
    const { keys } = this.#logins.keys;
    return this.#tried.find(keys[login * 4 + 1], keys[login * 4 + 2], keys[login * 4 + 3]) >= 0;
  }

  /** Seconds of data. */
  get span(): number {
    return Math.max(0, this.#end - this.#begin) / SECOND;
  }

  #place(notes: Notes, row: number, site: number, port: number): Host {
    const at = row * 8 + 4;
    const { address } = notes;
    const isTold = address[at + 2] !== 0 || address[at] !== 0;
    return { host: isTold ? formatAddress(address, at) : this.#texts.get(site), isName: !isTold, port };
  }
}

/** Place of POST in VERBS. */
const POST = 3;

const accountOf = ({ text, name, nameLength }: RequestBatch, at: number): number =>
  hashCaseless(text, name[at], nameLength[at]);
