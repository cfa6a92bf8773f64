import { isAlphanumeric } from '../../record/ascii.ts';
import { hashLetters } from '../../record/fnv.ts';
import { hashCaseless } from '../../record/name.ts';
import { keepText, type RequestBatch } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { find, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import { Entry, Tells, Written } from './entry.ts';
import { timeAt } from './moment.ts';

/*
 * The audit log of ModSecurity in its native form, one transaction behind the other (ModSecurity, "Data Format";
 * Reference Manual, SecAuditLogType Serial):
 *
 *   transaction = part A *part part Z
 *   part     = "--" id "-" letter "--" LF *line
 *   A        = "[" stamp "]" SP unique SP client SP port SP server SP port
 *   B        = request-line LF *(name ":" SP value LF)             what was asked; I, C: its body
 *   F        = "HTTP/" version SP status [SP reason] LF …          how it was answered
 *
 * What a client sent cannot end a part: the id was drawn for this transaction. Nor can it begin a transaction: within a
 * body, and where the request line stands, none begins. Version 2 draws letters and digits, version 3 keeps a dash in
 * front of them.
 */
const DASH = 45;
const SPACE = 32;
const COLON = 58;
const OPEN = 91;
const CLOSE = 93;
const PARTS = { head: 65, request: 66, answer: 70, end: 90 } as const;
/** C, E and I: what the client sent, what it was answered with, what it sent without files. */
const BODIES: ReadonlySet<number> = new Set([67, 69, 73]);
/** Bytes of a body at most (SecRequestBodyNoFilesLimit, SecResponseBodyLimit: 128 and 512 KB by default); what stands behind them is none. */
const BODY_MAX = 1 << 20;
/** Bytes of what a transaction tells that are kept; the rest of a longer one is not read. */
const ROOM = 1 << 15;
/** The id of a transaction is no longer. */
const ID_MAX = 64;

/** By the hash of the name. */
const HEADERS: ReadonlyMap<number, number> = new Map([
  [hashLetters('host'), Tells.host],
  [hashLetters('user-agent'), Tells.agent],
  [hashLetters('referer'), Tells.referer],
  [hashLetters('x-forwarded-for'), Tells.forwarded],
]);

class AuditLog implements LineParser {
  readonly #stamps: Stamps;
  readonly #entry: Entry;
  /** the texts of the transaction that is being read, one behind the other */
  readonly #room = new Uint8Array(ROOM);
  #used = 0;
  /** `--id-`, as it begins the parts of this transaction */
  readonly #id = new Uint8Array(ID_MAX);
  #idLength = 0;
  /** letter of the part that is being read; 0: none */
  #part = 0;
  /** bytes of the body that is being read */
  #body = 0;
  /** number of the line that the transaction began with */
  #record = 0;

  constructor(context: ReaderContext) {
    this.#stamps = new Stamps(context.dating);
    this.#entry = new Entry(context);
    this.#entry.written = Written.asItIs;
  }

  line(bytes: Uint8Array, from: number, to: number, { requests }: Sheaf, record: number): number {
    const part = partAt(bytes, from, to);
    if (part !== 0 && this.#part !== 0 && this.#isOwn(bytes, from, to)) {
      this.#part = part;
      this.#body = 0;
      return part === PARTS.end ? this.#finish(requests) : Line.used;
    }
    if (part === PARTS.head && !this.#isOfClient()) return this.#begin(bytes, from, to, requests, record);
    if (this.#part === 0) return Line.foreign;
    if (BODIES.has(this.#part)) this.#body += to - from;
    else if (this.#part === PARTS.head) this.#head(bytes, from, to);
    else if (this.#part === PARTS.request) this.#request(bytes, from, to);
    else if (this.#part === PARTS.answer) this.#answer(bytes, from, to);
    return Line.used;
  }

  /** A log that ends within a transaction. */
  end({ requests }: Sheaf): void {
    if (this.#part !== 0) this.#finish(requests);
  }

  /** A transaction begins; the one before may lack its end. */
  #begin(bytes: Uint8Array, from: number, to: number, batch: RequestBatch, record: number): number {
    const said = this.#part === 0 ? Line.used : this.#finish(batch);
    this.#idLength = to - from - 3;
    this.#id.set(bytes.subarray(from, from + this.#idLength));
    this.#entry.clear();
    this.#used = 0;
    this.#part = PARTS.head;
    this.#body = 0;
    this.#record = record;
    return said;
  }

  /** Whether the line that is read is the client's own, whatever it looks like. */
  #isOfClient(): boolean {
    if (BODIES.has(this.#part)) return this.#body < BODY_MAX;
    return this.#part === PARTS.request && this.#entry.to[Tells.request] < 0;
  }

  #isOwn(bytes: Uint8Array, from: number, to: number): boolean {
    if (to - from - 3 !== this.#idLength) return false;
    for (let n = 0; n < this.#idLength; n += 1) if (bytes[from + n] !== this.#id[n]) return false;
    return true;
  }

  #head(bytes: Uint8Array, from: number, to: number): void {
    const close = find(bytes, CLOSE, from, to);
    if (bytes[from] !== OPEN || this.#entry.time >= 0 || timeAt(this.#stamps, bytes, from + 1) !== close) return;
    this.#entry.time = this.#stamps.time;
    const unique = close + 2;
    const client = find(bytes, SPACE, unique, to) + 1;
    const clientEnd = find(bytes, SPACE, client, to);
    const server = find(bytes, SPACE, clientEnd + 1, to) + 1;
    const serverEnd = find(bytes, SPACE, server, to);
    if (serverEnd >= to) return;
    this.#keep(Tells.client, bytes, client, clientEnd);
    this.#keep(Tells.address, bytes, server, serverEnd);
    this.#keep(Tells.port, bytes, serverEnd + 1, to);
  }

  #request(bytes: Uint8Array, from: number, to: number): void {
    if (this.#entry.to[Tells.request] < 0) return this.#keep(Tells.request, bytes, from, to);
    const colon = find(bytes, COLON, from, to);
    const tells = HEADERS.get(hashCaseless(bytes, from, colon - from));
    if (tells === undefined || colon === to || this.#entry.to[tells] >= 0) return;
    this.#keep(tells, bytes, bytes[colon + 1] === SPACE ? colon + 2 : colon + 1, to);
  }

  #answer(bytes: Uint8Array, from: number, to: number): void {
    if (this.#entry.to[Tells.status] >= 0 || !standsAt(bytes, from, to, 'HTTP/')) return;
    const status = find(bytes, SPACE, from, to) + 1;
    if (status < to) this.#keep(Tells.status, bytes, status, find(bytes, SPACE, status, to));
  }

  #keep(tells: number, bytes: Uint8Array, from: number, to: number): void {
    const length = Math.max(0, Math.min(to - from, ROOM - this.#used));
    this.#room.set(bytes.subarray(from, from + length), this.#used);
    this.#entry.set(tells, this.#used, this.#used + length);
    this.#used += length;
  }

  /** What the transaction told becomes a request: its texts go behind those of the others. */
  #finish(batch: RequestBatch): number {
    const { from, to } = this.#entry;
    this.#part = 0;
    // All headers are told: what is not among them was not sent.
    if (to[Tells.request] >= 0)
      for (const tells of [Tells.agent, Tells.referer]) if (to[tells] < 0) this.#entry.set(tells, 0, 0);
    const start = keepText(batch, this.#room, 0, this.#used);
    for (let tells = 0; tells < to.length; tells += 1)
      if (to[tells] >= 0) {
        from[tells] += start;
        to[tells] += start;
      }
    return this.#entry.append(batch.text, batch, this.#record);
  }
}

/** Letter of the part that a line begins; 0: it begins none. */
function partAt(bytes: Uint8Array, from: number, to: number): number {
  const letter = bytes[to - 3];
  const isPart =
    to - from > 6 &&
    to - from - 3 <= ID_MAX &&
    bytes[from] === DASH &&
    bytes[from + 1] === DASH &&
    bytes[to - 1] === DASH &&
    bytes[to - 2] === DASH &&
    bytes[to - 4] === DASH &&
    letter >= 65 &&
    letter <= 90;
  if (!isPart) return 0;
  for (let at = from; at < to; at += 1) if (!isAlphanumeric(bytes[at]) && bytes[at] !== DASH) return 0;
  return letter;
}

/** Known by how a transaction begins: that it was taken note of says nothing of what it is about. */
export const auditLog = lineInput({
  name: 'modsecurity-native',
  about: 'Audit log of ModSecurity in its native form, one transaction behind the other.',
  sample: [
    '--c7036611-A--',
    '[21/Nov/2026:23:27:01 +0000] aSjQZX8AAQEAABq2 192.0.2.7 40123 198.51.100.20 443',
    '--c7036611-B--',
    'GET /admin HTTP/1.1',
    'Host: www.example.org',
    'User-Agent: curl/8.10.1',
    '',
    '--c7036611-F--',
    'HTTP/1.1 403 Forbidden',
    '--c7036611-Z--',
  ].join('\n'),
  parser: (context) => new AuditLog(context),
});
