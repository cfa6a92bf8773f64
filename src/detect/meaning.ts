// Hot: `ask` runs for every request.
import { AGENT } from '../record/habit.ts';
import type { Seat } from '../ledger/account.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { isOfFolders } from '../ledger/names/automatic.ts';
import { blend, FNV_START } from '../record/fnv.ts';
import { isSuccessor } from '../record/name.ts';
import { Asked, Reply, type RequestBatch, RequestTrait, VERBS } from '../record/request.ts';
import { mixSigned } from '../table/hash.ts';
import { Charged } from './charged.ts';
import { AGENTS, agentOf } from './web/agents.ts';
import { FAMILIES, familyOfHeader, familyOfRequest } from './web/families.ts';
import { CONSOLES } from './web/families/consoles.ts';
import { INJECTION } from './web/families/injection.ts';
import { isNumberCarriedOn } from './web/values.ts';

/**
 * Meaning: requests that only somebody makes who looks for weaknesses, for what runs here, or for what is hidden; and
 * clients that call themselves scanners. A request is judged by its family (web/families.ts), each with a stated bound
 * on how often a benign client makes such a request. A family counts in full once a source. More of the same family
 * count little, and only where they were not served: who administers a console asks for much of it, and gets it. Of a product
 * that people use they count in another folder only, for it may be gone with all that its users ask for in its own. Of what
 * an interpreter would carry out, that counts for one page after the other, and for one page where a number is carried on
 * as such a text: who is asked for whole statements is not sent the rest of one.
 */
export const MEANINGS = [
  'asked for what only somebody asks who looks for weaknesses',
  'asked in a way that only tells servers apart',
  'asked for what is hidden',
  'calls itself a scanner',
  'calls itself a research scanner',
  'calls itself a browser that never was',
  'asked for the version of the server',
  'asked for a whole zone',
  'spoke another protocol, or none',
  'asked for the name after another one',
] as const;

export const Meaning = {
  weakness: 0,
  fingerprint: 1,
  hidden: 2,
  tool: 3,
  research: 4,
  impossible: 5,
  version: 6,
  zone: 7,
  foreign: 8,
  next: 9,
} as const;

const OF_TECHNIQUE = {
  vulnerability: Meaning.weakness,
  fingerprinting: Meaning.fingerprint,
  enumeration: Meaning.hidden,
};
const FAMILY_BITS = Float64Array.from(FAMILIES, ({ bits }) => bits);
const FAMILY_MISSING = Float64Array.from(FAMILIES, ({ bits, missing }) => missing ?? bits);
/** 1: what is carried out stands in a value, and the page may be any. */
const FAMILY_PAYLOAD = Uint8Array.from(FAMILIES, (family) => (INJECTION.includes(family) && family.bits >= 10 ? 1 : 0));
/** Bound up to which a product is one that a site may have for its people, or keep its pictures in. */
const USED = 5;
/** 1: of such a product. */
const FAMILY_USED = Uint8Array.from(FAMILIES, (family) => (CONSOLES.includes(family) && family.bits <= USED ? 1 : 0));
const FAMILY_MEANING = Uint8Array.from(FAMILIES, ({ technique }) => OF_TECHNIQUE[technique]);

/** Fewer than one benign source in 2^30 calls itself so. */
const DECLARED = 30;
const IMPOSSIBLE = 4;
const VERSION = 10;
/**
 * A zone is transferred by its secondaries, which its server lists, and which ask for its serial number first (RFC 1034
 * section 4.3.5); refused is one that was taken from the list, or is not in it yet. Who is refused and never asked for
 * the number is rarer still.
 */
const ZONE = 10;
const ZONE_REFUSED = 13;
/** By account: the serial number of a zone was asked for; a transfer was refused and charged as a stranger's. */
const Zone = { serial: 1, refused: 2 } as const;
const FOREIGN = 4;
/**
 * Which name comes next in a zone tells its server without being asked (RFC 4035 section 3.1.3): who asks for that record,
 * or for a name that nobody can have, right after another, debugs a zone or walks through it. Who debugs asks for a few.
 */
const NEXT = 6;
/** What a further request of a family is worth, and how many of them. */
const AGAIN = 2;
const AGAINS = 24;

/** The most bits that one charge for a meaning brings. */
export function mostMeaning(meaning: number): number {
  if (meaning === Meaning.tool || meaning === Meaning.research) return DECLARED;
  return Math.max(ZONE_REFUSED, ...FAMILY_MISSING.filter((_, family) => FAMILY_MEANING[family] === meaning));
}

const PROPFIND = VERBS.indexOf('PROPFIND');
const SLASH = 47;
const QUESTION = 63;

/** Whether a desktop looks in a folder that it shows (WebDAV) for what it keeps beside files: `.DS_Store`, `desktop.ini`. */
const isBesideFiles = ({ verb, text, name, nameLength }: RequestBatch, row: number): boolean =>
  verb[row] === PROPFIND && isOfFolders(text, name[row], nameLength[row]);

/** Places in the caches of texts whose meaning is known. */
const TARGETS = 1 << 15;
const HEADERS = 1 << 12;

/** Reads requests for their meaning and charges for it. */
export class Meanings {
  readonly #seat: Seat;
  /** number of the first of MEANINGS among the reasons of the stream */
  readonly #firstReason: number;
  /** by account: how often a family was charged again */
  readonly #again: Uint8Array;
  /** by account: bits of Zone */
  readonly #zone: Uint8Array;
  readonly #factors = new Float64Array(1);
  /** families, and behind them meanings that are charged once */
  readonly #charged: Charged;
  readonly #seed: number;
  readonly #targetTag = new Int32Array(TARGETS);
  readonly #targetFamily = new Uint8Array(TARGETS);
  readonly #agentTag = new Int32Array(HEADERS);
  readonly #agent = new Uint16Array(HEADERS);
  readonly #agentFamily = new Uint8Array(HEADERS);
  readonly #refererTag = new Int32Array(HEADERS);
  readonly #refererFamily = new Uint8Array(HEADERS);

  constructor(seat: Seat, firstReason: number, accounts: number, seed: number) {
    this.#seat = seat;
    this.#firstReason = firstReason;
    this.#charged = new Charged(accounts, FAMILIES.length + MEANINGS.length);
    this.#again = new Uint8Array(accounts);
    this.#zone = new Uint8Array(accounts);
    this.#seed = seed;
  }

  ask(batch: RequestBatch, from: number, to: number, ledger: Ledger): void {
    const { account, request, source } = ledger.asking.admission;
    const { asked, traits } = batch;
    for (let row = from; row < to; row += 1) {
      const mine = account[row];
      if (mine < 0) continue;
      const isCopy = (traits[row] & RequestTrait.copy) !== 0;
      if (this.#charged.isOther(mine, source[row]) || (request[row] === 1 && !isCopy))
        this.#again[mine] = this.#zone[mine] = 0;
      if (ledger.accounts.isFull(mine, this.#seat.stream)) continue;
      if (batch.agentLength[row] > 0) this.#byAgent(batch, row, mine, ledger);
      if (batch.refererLength[row] > 0) this.#family(this.#ofReferer(batch, row), batch, row, mine, ledger);
      // Who is asked for by REGISTER or INVITE speaks SIP; at a web server these would be another protocol.
      const isTarget = asked[row] === Asked.path || (batch.verb[row] !== 0 && asked[row] !== Asked.user);
      if (isTarget && !isBesideFiles(batch, row)) this.#family(this.#ofTarget(batch, row), batch, row, mine, ledger);
      if (asked[row] === Asked.dnsName) this.#ofZone(batch, row, mine, ledger);
      else if (traits[row] >= RequestTrait.brokenLine) this.#byTraits(batch, row, mine, ledger);
    }
  }

  #byAgent(batch: RequestBatch, row: number, mine: number, ledger: Ledger): void {
    const place = this.#agentAt(batch, row);
    this.#family(this.#agentFamily[place], batch, row, mine, ledger);
    const { kind } = AGENTS[this.#agent[place]];
    if (kind === AGENT.tool) this.#once(Meaning.tool, DECLARED, batch, row, mine, ledger);
    else if (kind === AGENT.research) this.#once(Meaning.research, DECLARED, batch, row, mine, ledger);
    else if (kind === AGENT.impossible) this.#once(Meaning.impossible, IMPOSSIBLE, batch, row, mine, ledger);
  }

  #byTraits(batch: RequestBatch, row: number, mine: number, ledger: Ledger): void {
    const traits = batch.traits[row];
    if ((traits & RequestTrait.versionAsked) !== 0) this.#once(Meaning.version, VERSION, batch, row, mine, ledger);
    if (batch.asked[row] === Asked.nothing && (traits & RequestTrait.brokenLine) !== 0)
      this.#once(Meaning.foreign, FOREIGN, batch, row, mine, ledger);
  }

  /** A question to a name server: for its version, for a zone as a whole, or for one name of it after the other. */
  #ofZone(batch: RequestBatch, row: number, mine: number, ledger: Ledger): void {
    const traits = batch.traits[row];
    if ((traits & RequestTrait.versionAsked) !== 0) this.#once(Meaning.version, VERSION, batch, row, mine, ledger);
    if ((traits & (RequestTrait.serialAsked | RequestTrait.zoneTransfer)) !== 0)
      this.#transfer(batch, row, mine, ledger);
    if ((traits & RequestTrait.nextAsked) !== 0 || isSuccessor(batch.text, batch.name[row], batch.nameLength[row]))
      this.#next(batch, row, mine, ledger);
  }

  /** The serial number is asked for before a transfer, and may be told of after it: logs tell late what got no answer. */
  #transfer(batch: RequestBatch, row: number, mine: number, ledger: Ledger): void {
    const before = this.#zone[mine];
    if ((batch.traits[row] & RequestTrait.serialAsked) !== 0) {
      this.#zone[mine] |= Zone.serial;
      if (before === Zone.refused) this.#charge(Meaning.zone, ZONE - ZONE_REFUSED, batch, row, mine, ledger);
      return;
    }
    const isStranger = batch.reply[row] === Reply.denied && (before & Zone.serial) === 0;
    if (!this.#charged.isNewKind(mine, FAMILIES.length + Meaning.zone)) return;
    if (isStranger) this.#zone[mine] |= Zone.refused;
    this.#charge(Meaning.zone, isStranger ? ZONE_REFUSED : ZONE, batch, row, mine, ledger);
  }

  #next(batch: RequestBatch, row: number, mine: number, ledger: Ledger): void {
    const isFirst = this.#charged.isNewKind(mine, FAMILIES.length + Meaning.next);
    if (this.#again[mine] >= AGAINS || !this.#charged.isNewText(mine, targetHash(batch, row))) return;
    if (!isFirst) this.#again[mine] += 1;
    this.#charge(Meaning.next, isFirst ? NEXT : AGAIN, batch, row, mine, ledger);
  }

  /** Charges a family: in full when it is new to the source, little for another request of it that was not served. */
  #family(family: number, batch: RequestBatch, row: number, mine: number, ledger: Ledger): void {
    if (family === 0) return;
    const meaning = FAMILY_MEANING[family];
    const reply = batch.reply[row];
    const isMissing = reply === Reply.missed || reply === Reply.malformed;
    const bits = isMissing ? FAMILY_MISSING[family] : FAMILY_BITS[family];
    const text = FAMILY_USED[family] === 1 ? folderHash(batch, row) : targetHash(batch, row);
    if (this.#charged.isNewKind(mine, family)) {
      this.#charged.isNewText(mine, text);
      return this.#charge(meaning, bits, batch, row, mine, ledger);
    }
    // A manner of asking is a habit: once it is known, it says nothing more.
    if (meaning === Meaning.fingerprint || this.#again[mine] >= AGAINS) return;
    const isServed = reply === Reply.answered || reply === Reply.accepted;
    // The page is there; what its parameter held is no less foreign to it. One page may want such texts, many do not.
    const isPayload = FAMILY_PAYLOAD[family] === 1;
    if (isServed && !isPayload) return;
    if (isServed && !isCarriedOn(batch, row) && !this.#charged.isNewText(mine, batch.nameA[row] ^ family)) return;
    if (!this.#charged.isNewText(mine, text)) return;
    this.#again[mine] += 1;
    this.#charge(meaning, Math.min(AGAIN, FAMILY_BITS[family]), batch, row, mine, ledger);
  }

  #once(meaning: number, bits: number, batch: RequestBatch, row: number, mine: number, ledger: Ledger): void {
    if (this.#charged.isNewKind(mine, FAMILIES.length + meaning)) this.#charge(meaning, bits, batch, row, mine, ledger);
  }

  #charge(meaning: number, bits: number, batch: RequestBatch, row: number, mine: number, ledger: Ledger): void {
    this.#factors[0] = 2 ** bits;
    ledger.accounts.charge(mine, this.#seat.stream, this.#factors, this.#firstReason + meaning, batch, row);
  }

  #ofTarget(batch: RequestBatch, row: number): number {
    const tag = targetTag(batch, row, this.#seed);
    const place = tag & (TARGETS - 1);
    if (this.#targetTag[place] !== tag) {
      const { name, nameLength, text, verb, traits } = batch;
      const isBroken = (traits[row] & RequestTrait.brokenLine) !== 0;
      this.#targetTag[place] = tag;
      this.#targetFamily[place] = familyOfRequest(verb[row], isBroken, text, name[row], name[row] + nameLength[row]);
    }
    return this.#targetFamily[place];
  }

  #ofReferer({ referer, refererHash, refererLength, text }: RequestBatch, row: number): number {
    const tag = headerTag(refererHash[row], refererLength[row], this.#seed);
    const place = tag & (HEADERS - 1);
    if (this.#refererTag[place] !== tag) {
      this.#refererTag[place] = tag;
      this.#refererFamily[place] = familyOfHeader(text, referer[row], referer[row] + refererLength[row]);
    }
    return this.#refererFamily[place];
  }

  /** Place in the cache of agents. */
  #agentAt({ agent, agentHash, agentLength, text }: RequestBatch, row: number): number {
    const tag = headerTag(agentHash[row], agentLength[row], this.#seed);
    const place = tag & (HEADERS - 1);
    if (this.#agentTag[place] !== tag) {
      const to = agent[row] + agentLength[row];
      this.#agentTag[place] = tag;
      this.#agent[place] = agentOf(text, agent[row], to);
      this.#agentFamily[place] = familyOfHeader(text, agent[row], to);
    }
    return place;
  }
}

const isCarriedOn = ({ text, name, nameLength }: RequestBatch, row: number): boolean =>
  isNumberCarriedOn(text, name[row], name[row] + nameLength[row]);

/** i32, of verb and target as they stand. */
function targetHash({ name, nameLength, text, verb, traits }: RequestBatch, row: number): number {
  const from = name[row];
  const to = from + nameLength[row];
  let hash = FNV_START ^ (verb[row] << 8) ^ (traits[row] & RequestTrait.brokenLine);
  for (let at = from; at < to; at += 1) hash = blend(hash, text[at]);
  return hash ^ (hash >>> 15);
}

/** i32, of the first folder of a target, or of its path at the root. */
function folderHash({ name, nameLength, text }: RequestBatch, row: number): number {
  let hash = FNV_START;
  for (let at = name[row] + 1; at < name[row] + nameLength[row]; at += 1) {
    if (text[at] === SLASH || text[at] === QUESTION) break;
    hash = blend(hash, text[at]);
  }
  return hash ^ (hash >>> 15);
}

/** The same as `targetHash` for the cache: never 0. */
function targetTag({ nameHash, nameMix, verb, traits }: RequestBatch, row: number, seed: number): number {
  const manner = (verb[row] << 8) | (traits[row] & RequestTrait.brokenLine);
  return mixSigned(mixSigned(seed, nameHash[row]), nameMix[row] ^ manner) || 1;
}

/** i32 for the cache, never 0. */
const headerTag = (hash: number, length: number, seed: number): number => mixSigned(seed ^ length, hash) || 1;
