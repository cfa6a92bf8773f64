// Hot: `line` runs once a line.
import { Weird } from '../../record/weird.ts';
import { Asked, beginRequest, Reply, RequestTrait, type RequestBatch, verbOf } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { addressInto, find, findText, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Found, Phrase } from '../phrase.ts';
import { Stamps } from '../stamp.ts';

/*
 * Error logs of web servers; lines about a client become its requests.
 *
 *   nginx   = iso-stamp SP "[" level "]" SP pid "#" tid ":" [SP "*" connection] SP what ", client: " address
 *             [", server: " name] [", request: " DQUOTE verb SP target SP version DQUOTE] [… ", host: " DQUOTE host DQUOTE]
 *             [", referrer: " DQUOTE url DQUOTE]                                 Nginx source, ngx_http_log_error_handler
 *   apache  = "[" weekday SP stamp-with-year "]" SP unstamped
 *   unstamped = "[" [module ":"] level "]" SP ["[pid " … "]" SP] ["[" ("client" | "remote") SP address [":" port] "]" SP] what
 *             [", referer: " url]                       Apache ErrorLogFormat, default; `ErrorLog syslog` leaves out the stamp
 *   what    = ["AH" 5DIGIT ": "] ["Digest: "] saying | "ModSecurity: " … "[hostname " DQUOTE host DQUOTE "]" … "[uri " DQUOTE path DQUOTE "]" …
 */
const BRACKET = 91;
const CLOSE = 93;
const SPACE = 32;
const COMMA = 44;
const QUOTE = 34;
const COLON = 58;

/** Reads lines with and, where the envelope tells the time, without a stamp of Apache's. */
export class ErrorLog implements LineParser {
  readonly #stamps: Stamps;
  readonly #input: number;

  constructor({ dating, input }: ReaderContext) {
    this.#stamps = new Stamps(dating);
    this.#input = input;
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    const isApache = bytes[from] === BRACKET;
    const end = isApache ? this.#stamps.syslog(bytes, from + 5) : this.#stamps.iso(bytes, from);
    if (end < 0 || (!isApache && !standsAt(bytes, end, to, ' [')) || (isApache && bytes[end] !== CLOSE))
      return Line.foreign;
    return this.#about(bytes, end, to, isApache, this.#stamps.time, sheaf, record);
  }

  /** A line that came with the time (µs) in its envelope: as Apache sends it to syslog, or Nginx, which keeps its own stamp. */
  within(bytes: Uint8Array, from: number, to: number, time: number, sheaf: Sheaf, record: number): number {
    const said = this.line(bytes, from, to, sheaf, record);
    if (said !== Line.foreign || bytes[from] !== BRACKET || clientAt(bytes, from, to) < 0) return said;
    return this.#about(bytes, from, to, true, time, sheaf, record);
  }

  #about(
    bytes: Uint8Array,
    from: number,
    to: number,
    isApache: boolean,
    time: number,
    sheaf: Sheaf,
    record: number,
  ): number {
    const batch = sheaf.requests;
    const row = beginRequest(batch);
    const taken = isApache ? apache(bytes, from, to, batch, row) : nginx(bytes, from, to, batch, row);
    if (!taken) return Weird['line-not-about-network'];
    batch.time[row] = time;
    batch.input[row] = this.#input;
    batch.record[row] = record;
    batch.traits[row] |= RequestTrait.proven;
    batch.count = row + 1;
    return Line.used;
  }
}

const setSpan = (
  batch: RequestBatch,
  column: 'name' | 'site' | 'referer',
  row: number,
  from: number,
  to: number,
): void => {
  batch[column][row] = from;
  batch[`${column}Length`][row] = Math.max(0, Math.min(0xffff, to - from));
};

function nginx(bytes: Uint8Array, from: number, to: number, batch: RequestBatch, row: number): boolean {
  const client = findText(bytes, ', client: ', from, to);
  if (client < 0) return false;
  const address = client + 10;
  if (!addressInto(bytes, address, find(bytes, COMMA, address, to), batch.address, row * 8)) return false;
  const request = findText(bytes, ', request: "', address, to);
  const host = findText(bytes, ', host: "', address, to);
  const referer = findText(bytes, ', referrer: "', address, to);
  const isMissing = findText(bytes, '(2: No such file or directory)', from, client) >= 0;
  batch.reply[row] = isMissing ? Reply.missed : deniedAt(bytes, from, client) ? Reply.denied : Reply.unknown;
  if (request >= 0) requestLine(bytes, request + 12, to, batch, row);
  if (host >= 0) {
    const end = find(bytes, QUOTE, host + 9, to);
    const colon = find(bytes, COLON, host + 9, end);
    setSpan(batch, 'site', row, host + 9, colon);
  }
  if (referer >= 0) setSpan(batch, 'referer', row, referer + 13, find(bytes, QUOTE, referer + 13, to));
  batch.traits[row] |= RequestTrait.refererTold;
  return true;
}

const deniedAt = (bytes: Uint8Array, from: number, to: number): boolean =>
  findText(bytes, 'forbidden', from, to) >= 0 ||
  findText(bytes, '(13: Permission denied)', from, to) >= 0 ||
  findText(bytes, 'no user/password', from, to) >= 0 ||
  findText(bytes, 'access denied', from, to) >= 0;

function requestLine(bytes: Uint8Array, from: number, to: number, batch: RequestBatch, row: number): void {
  // The line ends at the quote before `, host:` or at the end: targets in this log are not escaped.
  const before = findText(bytes, '", host: "', from, to);
  const end = before >= 0 ? before : find(bytes, QUOTE, from, to);
  const verbEnd = find(bytes, SPACE, from, end);
  const hasVersion = end - from > 9 && standsAt(bytes, end - 9, end, ' HTTP/');
  batch.asked[row] = Asked.path;
  batch.verb[row] = verbOf(bytes, from, verbEnd);
  if (!hasVersion) batch.traits[row] |= RequestTrait.brokenLine;
  setSpan(batch, 'name', row, Math.min(end, verbEnd + 1), hasVersion ? end - 9 : end);
}

/** What Apache says before a path, and what it means. Add one: a line. */
const SAYINGS: readonly (readonly [text: string, reply: number, end: number])[] = [
  ['File does not exist: ', Reply.missed, COMMA],
  ["script '", Reply.missed, 39],
  ['script not found or unable to stat: ', Reply.missed, COMMA],
  ['invalid URI path (', Reply.malformed, 41],
  ['client denied by server configuration: ', Reply.denied, COMMA],
  ['Invalid method in request ', Reply.malformed, -1],
  ['Invalid URI in request ', Reply.malformed, -1],
  ['request failed: ', Reply.malformed, -1],
  ['Attempt to serve directory: ', Reply.denied, COMMA],
  ['No matching DirectoryIndex', Reply.denied, -1],
];

/** What Apache says of somebody by name: what was asked for, how it was answered, further traits. Add one: a line. */
const NAMING: readonly (readonly [phrase: Phrase, asked: number, reply: number, traits: number])[] = [
  // mod_auth_basic, mod_auth_digest
  [new Phrase("user `{name}' in realm `{…}' not found: {…}"), Asked.user, Reply.missed, 0],
  [new Phrase('user {name} not found: {…}'), Asked.user, Reply.missed, 0],
  [new Phrase('user {name} not found'), Asked.user, Reply.missed, 0],
  [new Phrase('user {name}: authentication failure for "{…}'), Asked.user, Reply.denied, RequestTrait.secretGuessed],
  [new Phrase('user {name}: password mismatch: {…}'), Asked.user, Reply.denied, RequestTrait.secretGuessed],
  [new Phrase('client used wrong authentication scheme: {name}'), Asked.path, Reply.denied, 0],
  // mod_authz_core, mod_authz_owner
  [new Phrase('user {word}: authorization failure for "{name}": {…}'), Asked.path, Reply.denied, 0],
  [new Phrase('Authorization of user {word} to access {name} failed{…}'), Asked.path, Reply.denied, 0],
  // mod_cgi, mod_cgid
  [new Phrase('stderr from {name}: script not found or unable to stat'), Asked.path, Reply.missed, 0],
];
const found = new Found();

/** Where the address of the client begins; −1: the line is about none. */
function clientAt(bytes: Uint8Array, from: number, to: number): number {
  const client = findText(bytes, '[client ', from, to);
  if (client >= 0) return client + 8;
  const remote = findText(bytes, '[remote ', from, to);
  return remote < 0 ? -1 : remote + 8;
}

function apache(bytes: Uint8Array, from: number, to: number, batch: RequestBatch, row: number): boolean {
  const address = clientAt(bytes, from, to);
  if (address < 0) return false;
  const isBracketed = bytes[address] === BRACKET;
  const inner = isBracketed ? find(bytes, CLOSE, address, to) + 1 : address;
  const close = find(bytes, CLOSE, inner, to);
  const port = isBracketed ? inner : lastColon(bytes, address, close);
  if (
    !addressInto(bytes, address, close, batch.address, row * 8) &&
    !addressInto(bytes, address, port, batch.address, row * 8)
  )
    return false;
  const referer = findText(bytes, ', referer: ', close, to);
  const end = referer < 0 ? to : referer;
  if (referer >= 0) setSpan(batch, 'referer', row, referer + 11, to);
  const says = saidAt(bytes, close + 2, end);
  if (standsAt(bytes, says, end, 'ModSecurity: ')) modSecurity(bytes, says, end, batch, row);
  else if (!byName(bytes, says, end, batch, row)) byWords(bytes, close, end, batch, row);
  return true;
}

/** Behind the number of the message and the scheme of the login. */
function saidAt(bytes: Uint8Array, from: number, to: number): number {
  const numbered = standsAt(bytes, from, to, 'AH') && standsAt(bytes, from + 7, to, ': ') ? from + 9 : from;
  return standsAt(bytes, numbered, to, 'Digest: ') ? numbered + 8 : numbered;
}

function byName(bytes: Uint8Array, from: number, to: number, batch: RequestBatch, row: number): boolean {
  for (const [phrase, asked, reply, traits] of NAMING) {
    if (!phrase.match(bytes, from, to, found)) continue;
    const isNamed = found.nameEnd > found.name;
    batch.asked[row] = isNamed ? asked : Asked.nothing;
    batch.reply[row] = isNamed ? reply : Reply.denied;
    batch.traits[row] |= traits;
    setSpan(batch, 'name', row, found.name, found.nameEnd);
    return true;
  }
  return false;
}

function byWords(bytes: Uint8Array, from: number, to: number, batch: RequestBatch, row: number): void {
  batch.asked[row] = Asked.nothing;
  for (const [text, reply, last] of SAYINGS) {
    const at = findText(bytes, text, from, to);
    if (at < 0) continue;
    batch.asked[row] = Asked.path;
    batch.reply[row] = reply;
    if (reply === Reply.malformed) batch.traits[row] |= last < 0 ? RequestTrait.brokenLine : 0;
    const start = at + text.length;
    setSpan(batch, 'name', row, start, last < 0 ? to : find(bytes, last, start, to));
    return;
  }
}

/** ModSecurity Reference Manual, "Logging": what is told of the request stands in brackets, escaped quotes within. */
function modSecurity(bytes: Uint8Array, from: number, to: number, batch: RequestBatch, row: number): void {
  batch.asked[row] = Asked.nothing;
  batch.reply[row] = findText(bytes, 'Access denied', from, to) < 0 ? Reply.unknown : Reply.denied;
  const host = findText(bytes, '[hostname "', from, to);
  if (host >= 0) setSpan(batch, 'site', row, host + 11, find(bytes, QUOTE, host + 11, to));
  const uri = findText(bytes, '[uri "', from, to);
  if (uri < 0) return;
  batch.asked[row] = Asked.path;
  setSpan(batch, 'name', row, uri + 6, find(bytes, QUOTE, uri + 6, to));
}

function lastColon(bytes: Uint8Array, from: number, to: number): number {
  let at = to - 1;
  while (at > from && bytes[at] !== COLON) at -= 1;
  return at;
}

export const errorLog = lineInput({
  name: 'web-error',
  about: 'Error log of Nginx or Apache: what clients asked for in vain.',
  sample:
    '2026/11/21 23:27:30 [error] 19327#19327: *23629 open() "/srv/www/admin" failed (2: No such file or directory), client: 192.0.2.66, server: www.example.org, request: "GET /admin HTTP/1.1", host: "www.example.org"',
  parser: (context) => new ErrorLog(context),
});
