// Hot: `hear` runs for every request for a path, and looks on at few.
import { formatAddress, neighbourhood } from '../../record/address.ts';
import { blend, FNV_START, hashBytes, hashLetters } from '../../record/fnv.ts';
import { latinBytes } from '../../record/latin.ts';
import { BYTES_UNKNOWN, Reply, type RequestBatch, RequestTrait, VERBS } from '../../record/request.ts';
import { RotatingBloom } from '../../table/bloom.ts';
import { hash4Signed, mixSigned } from '../../table/hash.ts';
import { KeyTable } from '../../table/keys.ts';
import { type Cited, SECOND, type Weight } from './access.ts';
import { commandIn } from './commands.ts';
import { Moments, placeHash } from './notes.ts';
import { endOfPath, namesLogin } from './paths.ts';
import { type ProgramUse, type Told, weighUse } from './planted-use.ts';

/**
 * Programs that somebody put among the pages of a site and then used (a web shell), by what the site answers: the path was
 * not there, and then it was; one source told it one thing after another, each answered in its own length; and nobody
 * else did. Where nobody asked for the path before it was there, only commands that were carried out tell it from a page
 * that few visit.
 *
 * Deploys make programs appear, too: the more of them a site has, the less it says that one did, and what is the site's
 * own is used by others. A page that repeats what it was told grows by that much and no more. Who guesses passwords gets
 * few answers again and again. And whoever does all that without a scan is the site's own people.
 */
const PROGRAMS = 1 << 13;
/** First acts of each that are looked at, and their parts. */
const LOOKED_AT = 24;
/** Visitors that leave it a program which nobody knows. */
const FEW = 2;
/** Bytes of a path that are kept. */
const LONGEST = 120;
const DAY = 86_400;
/** A program that appeared and was used. */
export interface Planted {
  readonly source: string;
  readonly near: string;
  readonly server: string;
  readonly port: number;
  readonly path: string;
  /** who asked for it in vain, or was told first that it is there; its acts are the actor's own otherwise */
  readonly finder: string;
  readonly finderNear: string;
  readonly found: Cited;
  readonly first: Cited;
  readonly last: Cited;
  readonly times: number;
  readonly weight: Weight;
}

/** Who a row is about, four words each. */
const Who = { misser: 0, opener: 4, actor: 8 } as const;
const WHO = 12;

export class PlantedPrograms {
  readonly #keys: KeyTable;
  readonly #served = new RotatingBloom(20, 2 ** 17);
  readonly #seed: number;
  readonly #who = new Uint32Array(WHO * PROGRAMS);
  readonly #server = new Uint32Array(4 * PROGRAMS);
  readonly #port = new Uint16Array(PROGRAMS);
  readonly #text = new Uint8Array(LONGEST * PROGRAMS);
  readonly #length = new Uint8Array(PROGRAMS);
  /** times that it was not there, before it was and after */
  readonly #missed = new Uint32Array(PROGRAMS);
  readonly #flaps = new Uint32Array(PROGRAMS);
  readonly #lastMiss = new Moments(PROGRAMS);
  readonly #opened = new Moments(PROGRAMS);
  /** answers to others than who acts, and what others did */
  readonly #visits = new Uint32Array(PROGRAMS);
  readonly #others = new Uint32Array(PROGRAMS);
  readonly #acts = new Uint32Array(PROGRAMS);
  readonly #firstAct = new Moments(PROGRAMS);
  readonly #lastAct = new Moments(PROGRAMS);
  /** of the first acts: sizes of answers, lengths of queries, hashes of commands (0: none) */
  readonly #sizes = new Uint32Array(LOOKED_AT * PROGRAMS);
  readonly #lengths = new Uint16Array(LOOKED_AT * PROGRAMS);
  readonly #commands = new Int32Array(LOOKED_AT * PROGRAMS);
  #begin = Number.POSITIVE_INFINITY;
  #hand = 0;

  constructor(seed: number) {
    this.#seed = seed | 0;
    this.#keys = new KeyTable(PROGRAMS, seed ^ 0x706c);
  }

  /** Takes a request for a path. */
  hear(batch: RequestBatch, at: number): void {
    const { traits, reply, status, text, name, nameLength, time } = batch;
    const isMissed = reply[at] === Reply.missed;
    if (!isMissed && (status[at] < 200 || status[at] > 206)) return;
    if ((traits[at] & RequestTrait.copy) !== 0) return;
    const from = name[at];
    const end = endOfPath(text, from, nameLength[at]);
    if (!isProgram(text, from, end)) return;
    if (time[at] < this.#begin) this.#begin = time[at];
    const place = hash4Signed(this.#seed, placeHash(batch, at), batch.siteHash[at], batch.port[at], 0);
    const a = pathHash(this.#seed, text, from, end);
    const row = this.#keys.find(place, a, end - from, 0);
    if (isMissed) this.#miss(batch, at, row, place, a, end);
    else if (row >= 0) this.#answer(batch, at, row, end);
    else if (!this.#served.testAndSet(place ^ a, hash4Signed(a, place, 0, 0, 1)))
      this.#answer(batch, at, this.#insert(batch, at, place, a, end), end);
  }

  #miss(batch: RequestBatch, at: number, known: number, place: number, a: number, end: number): void {
    if (known < 0 && this.#served.test(place ^ a, hash4Signed(a, place, 0, 0, 1))) return;
    const row = known < 0 ? this.#insert(batch, at, place, a, end) : known;
    if (this.#opened.time(row) > 0) {
      this.#flaps[row] += 1;
      return;
    }
    this.#missed[row] += 1;
    this.#lastMiss.set(row, batch, at);
    this.#note(row, Who.misser, batch, at);
  }

  #answer(batch: RequestBatch, at: number, row: number, end: number): void {
    const { text, name, nameLength, verb, bytes } = batch;
    if (this.#opened.time(row) === 0) {
      this.#opened.set(row, batch, at);
      this.#note(row, Who.opener, batch, at);
    }
    const to = name[at] + nameLength[at];
    const isAct = verb[at] === POST || end + 1 < to;
    if (isAct && this.#acts[row] === 0) {
      this.#note(row, Who.actor, batch, at);
      this.#firstAct.set(row, batch, at);
    }
    if (
      this.#acts[row] === 0 ? !isAct && !this.#is(row, Who.opener, batch, at) : !this.#is(row, Who.actor, batch, at)
    ) {
      this.#visits[row] += 1;
      if (isAct) this.#others[row] += 1;
      return;
    }
    if (!isAct || this.#flaps[row] > 0) return;
    const act = this.#acts[row];
    this.#acts[row] = act + 1;
    this.#lastAct.set(row, batch, at);
    if (act >= LOOKED_AT) return;
    const cell = row * LOOKED_AT + act;
    this.#sizes[cell] = bytes[at];
    this.#lengths[cell] = to - end;
    this.#commands[cell] = commandIn(text, end + 1, to);
  }

  #insert(batch: RequestBatch, at: number, place: number, a: number, end: number): number {
    const { name, text, address, port } = batch;
    const keys = this.#keys;
    if (keys.size === keys.capacity) {
      keys.remove(this.#hand);
      this.#hand = (this.#hand + 1) % keys.capacity;
    }
    const row = keys.insert(place, a, end - name[at], 0);
    this.#who.fill(0, row * WHO, (row + 1) * WHO);
    for (let n = 0; n < 4; n += 1) this.#server[row * 4 + n] = address[at * 8 + 4 + n];
    this.#port[row] = port[at];
    const kept = Math.min(end - name[at], LONGEST);
    for (let n = 0; n < kept; n += 1) this.#text[row * LONGEST + n] = text[name[at] + n];
    this.#length[row] = kept;
    this.#missed[row] = 0;
    this.#flaps[row] = 0;
    this.#visits[row] = 0;
    this.#others[row] = 0;
    this.#acts[row] = 0;
    this.#opened.clear(row);
    return row;
  }

  #note(row: number, who: number, { address }: RequestBatch, at: number): void {
    for (let n = 0; n < 4; n += 1) this.#who[row * WHO + who + n] = address[at * 8 + n];
  }

  #is(row: number, who: number, { address }: RequestBatch, at: number): boolean {
    for (let n = 0; n < 4; n += 1) if (this.#who[row * WHO + who + n] !== address[at * 8 + n]) return false;
    return true;
  }

  /** Programs that appeared and were used by one source. */
  all(): Planted[] {
    const rows = Array.from({ length: this.#keys.extent }, (_, row) => row).filter((row) => this.#keys.has(row));
    const sites = Map.groupBy(
      rows.filter((row) => this.#missed[row] > 0),
      (row) => this.#keys.keys[row * 4],
    );
    return rows.flatMap((row) => {
      if (this.#acts[row] === 0 || this.#others[row] > 0 || this.#visits[row] > FEW) return [];
      const weight = weighUse(this.#useOf(row, sites.get(this.#keys.keys[row * 4]) ?? []));
      return weight ? [this.#planted(row, weight)] : [];
    });
  }

  /** @param missed programs of the same site that were missed */
  #useOf(row: number, missed: readonly number[]): ProgramUse {
    const births = missed.filter((other) => other !== row && this.#opened.time(other) > 0).length;
    const span = Math.max(0, this.#lastAct.time(row) - this.#begin) / SECOND;
    const acts = this.#acts[row];
    return {
      missed: this.#missed[row],
      gap: Math.max(0, this.#opened.time(row) - this.#lastMiss.time(row)) / SECOND,
      each: (span + DAY) / (births + 1),
      refusals: missed.length,
      isOwn: this.#isNear(row, Who.misser),
      isLogin: namesLogin(this.#text, row * LONGEST, this.#length[row]),
      acts,
      told: Array.from({ length: Math.min(LOOKED_AT, acts) }, (_, act) => this.#toldAt(row * LOOKED_AT + act)),
    };
  }

  #toldAt(cell: number): Told {
    const size = this.#sizes[cell];
    return { size: size === BYTES_UNKNOWN ? -1 : size, length: this.#lengths[cell], command: this.#commands[cell] };
  }

  #isNear(row: number, who: number): boolean {
    return neighbourhood(this.#who, row * WHO + who) === neighbourhood(this.#who, row * WHO + Who.actor);
  }

  #planted(row: number, weight: Weight): Planted {
    const isMissed = this.#missed[row] > 0;
    const finder = row * WHO + (isMissed && this.#isNear(row, Who.opener) ? Who.misser : Who.opener);
    const actor = row * WHO + Who.actor;
    const server = row * 4;
    const isTold = this.#server[server + 2] !== 0 || this.#server[server] !== 0;
    return {
      source: formatAddress(this.#who, actor),
      near: neighbourhood(this.#who, actor),
      server: isTold ? formatAddress(this.#server, server) : '',
      port: this.#port[row],
      path: String.fromCharCode(...this.#text.subarray(row * LONGEST, row * LONGEST + this.#length[row])),
      finder: formatAddress(this.#who, finder),
      finderNear: neighbourhood(this.#who, finder),
      found: isMissed ? this.#lastMiss.of(row) : this.#opened.of(row),
      first: this.#firstAct.of(row),
      last: this.#lastAct.of(row),
      times: this.#acts[row],
      weight,
    };
  }
}

const POST = VERBS.indexOf('POST');

const DOT = 46;
const SLASH = 47;

/** Ends of programs that run on servers. */
const ENDINGS: ReadonlySet<number> = new Set(
  'php php3 php4 php5 php6 php7 php8 phtml pht phar asp aspx ashx asmx jsp jspx jspf cfm cgi pl py rb sh lua'
    .split(' ')
    .map(hashLetters),
);
const LONGEST_ENDING = 5;
const CGI = latinBytes('/cgi-bin/');

/** Whether a path is that of a program, by its ending or its folder. */
function isProgram(bytes: Uint8Array, from: number, end: number): boolean {
  let hash = FNV_START;
  let dot = end - 1;
  while (dot > from && end - dot <= LONGEST_ENDING && bytes[dot] !== DOT && bytes[dot] !== SLASH) dot -= 1;
  if (bytes[dot] === DOT) {
    for (let at = dot + 1; at < end; at += 1) hash = blend(hash, bytes[at] | 32);
    if (ENDINGS.has(hash)) return true;
  }
  if (end - from <= CGI.length) return false;
  for (let n = 0; n < CGI.length; n += 1) if (bytes[from + n] !== CGI[n]) return false;
  return true;
}

const pathHash = (seed: number, bytes: Uint8Array, from: number, end: number): number =>
  mixSigned(seed, hashBytes(bytes, from, end));
