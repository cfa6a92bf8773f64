import { Asked, beginRequest, Reply, RequestTrait } from '../../record/request.ts';
import { parseAddress } from '../../record/address.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { addressInto, find, findText, numberIn } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import type { JsonObject } from '../json-value.ts';
import { type JsonParser, jsonLinesInput, numberAt, textAt } from '../json.ts';
import { Line } from '../lines.ts';
import {
  accepted,
  barred,
  denied,
  dialectOf,
  garbled,
  missed,
  refused,
  type Service,
  Teller,
  visited,
} from '../saying.ts';
import { Stamps } from '../stamp.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { keepString } from '../texts.ts';
import { Waiting } from '../waiting.ts';
import { processOf } from './process.ts';

const { proven, secretGuessed } = RequestTrait;
const OPEN = 91;
const CLOSE = 93;

/*
 * MySQL and MariaDB, error log (MySQL Reference Manual, "Error log output format", "Communication errors and aborted
 * connections"; MariaDB Knowledge Base, "Error log").
 *
 *   line  = stamp SP thread SP "[" level "] " ["[MY-" number "] [Server] "] said
 *   said  = "Access denied for user '" user "'@'" address "' (using password: " ("YES" | "NO") ")"
 *         | "Aborted connection " id " to db: '" … "' user: '" user "' host: '" address "' (" reason ")"
 */
const mysqlSays = [
  denied("Access denied for user '{name}'@'{source}' (using password: YES)"),
  barred("Access denied for user '{name}'@'{source}'{…}"),
  visited("Aborted connection {count} to db: 'unconnected' user: 'unauthenticated' host: '{source}'{…}"),
  garbled("Bad handshake{…}host: '{source}'{…}"),
  refused("Host '{source}' is blocked because of many connection errors{…}"),
  refused("Host '{source}' is not allowed to connect{…}"),
];

/** Behind stamp, thread and brackets, where they are. */
function afterBrackets(bytes: Uint8Array, from: number, to: number): number {
  let at = find(bytes, OPEN, from, Math.min(to, from + 64));
  if (bytes[at] !== OPEN) return from;
  while (at < to && bytes[at] === OPEN) at = find(bytes, CLOSE, at, to) + 2;
  return Math.min(at, to);
}

export const mysql = dialectOf({
  name: 'mysql',
  about: 'Error log of MySQL and MariaDB: wrong passwords, connections that ended before a login.',
  sample:
    "2026-11-21T23:28:03.123456Z 12 [Note] [MY-010926] [Server] Access denied for user 'root'@'192.0.2.7' (using password: YES)",
  programs: ['mysqld*', 'mariadb*'],
  ownFiles: true,
  port: 3306,
  traits: proven,
  begins: afterBrackets,
  says: mysqlSays,
});

/*
 * Microsoft SQL Server, error log (Microsoft Learn, "MSSQLSERVER_18456").
 *
 *   line  = stamp SP "Logon" *SP "Login failed for user '" user "'. Reason: " reason " [CLIENT: " address "]"
 */
export const mssql = dialectOf({
  name: 'mssql',
  about: 'Error log of SQL Server: wrong passwords, logins that there are not.',
  sample:
    "2026-11-21 23:28:03.12 Logon       Login failed for user 'admin'. Reason: Could not find a login matching the name provided. [CLIENT: 192.0.2.7]",
  programs: ['sqlservr'],
  ownFiles: true,
  port: 1433,
  traits: proven,
  says: [
    missed("Login failed for user '{name}'. Reason: Could not find a login matching{…}[CLIENT: {source}]"),
    denied("Login failed for user '{name}'. Reason: Password did not match{…}[CLIENT: {source}]"),
    barred("Login failed for user '{name}'.{…}[CLIENT: {source}]"),
  ],
});

/*
 * PostgreSQL (documentation, "Error Reporting and Logging": log_line_prefix, log_connections; auth.c, postmaster.c,
 * backend_startup.c). The prefix is the operator's: the process id is looked for in brackets before the severity, the
 * address (%h, %r) as the first word before it that is one; without one, the line that told of the connection has it.
 *
 *   line  = stamp prefix severity ":" 2SP said
 */
const postgresqlService: Service = {
  name: 'postgresql',
  about: 'PostgreSQL: wrong passwords, roles that there are not, hosts without an entry, broken start-up packets.',
  sample:
    '2026-11-21 23:28:03.123 UTC [147] 192.0.2.7 admin@postgres FATAL:  password authentication failed for user "admin"',
  programs: ['postgres*'],
  port: 5432,
  traits: proven,
  says: [
    denied('password authentication failed for user "{name}"'),
    denied('{word} authentication failed for user "{name}"'),
    missed('role "{name}" does not exist'),
    missed('database "{name}" does not exist'),
    barred('no pg_hba.conf entry for host "{source}", user "{name}", database "{…}'),
    barred('pg_hba.conf rejects connection for host "{source}", user "{name}", database "{…}'),
    barred('no pg_hba.conf entry for replication connection from host "{source}", user "{name}"{…}'),
    garbled('unsupported frontend protocol {…}'),
    garbled('invalid length of startup packet'),
    garbled('no PostgreSQL user name specified in startup packet'),
    garbled('could not accept SSL connection: {…}'),
    accepted('connection authorized: user={name} database={…}'),
    visited('connection received: host={source} port={port}'),
  ],
};

const SEVERITIES = ['FATAL:  ', 'LOG:  '] as const;
/** µs that a connection may take to say who it is (authentication_timeout) */
const PATIENCE = 60e6;

class Postgresql implements DialectReader {
  readonly #teller: Teller;
  readonly #waiting: Waiting;

  constructor(context: ReaderContext) {
    this.#teller = new Teller(postgresqlService, context);
    this.#waiting = new Waiting(context.input, PATIENCE);
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const { bytes, end, host } = line;
    const otherwise = line.program === '' ? Line.foreign : Line.used;
    let severity = -1;
    let from = -1;
    for (const word of SEVERITIES) {
      severity = findText(bytes, word, host, Math.min(end, host + 256));
      from = severity + word.length;
      if (severity >= 0) break;
    }
    if (severity < 0) return otherwise;
    const said = this.#teller.understand(bytes, from, end);
    if (!said) return otherwise;
    const { requests } = sheaf;
    const { found } = this.#teller;
    this.#waiting.expire(line.time, requests);
    const key = line.program === '' ? processIn(bytes, host, severity) : processOf(line);
    if (said.asked === Asked.nothing && said.reply === Reply.unknown) {
      const held = this.#waiting.begin(key, line.time, line.record, requests);
      held.open = true;
      held.addressTold = true;
      held.address.set(found.address);
      held.port = postgresqlService.port;
      held.traits = proven;
      return Line.used;
    }
    if (!found.sourceTold) found.sourceTold = addressIn(bytes, host, severity, found.address);
    const held = this.#waiting.get(key);
    if (!found.sourceTold && held) {
      found.address.set(held.address);
      found.sourceTold = true;
    }
    this.#waiting.forget(key);
    const row = requests.count;
    this.#teller.append(said, line, sheaf);
    if (requests.count > row && line.program === '') requests.siteLength[row] = 0;
    return Line.used;
  }

  end(sheaf: Sheaf): void {
    this.#waiting.end(sheaf.requests);
  }
}

/** The first number in brackets; 0: none. */
function processIn(bytes: Uint8Array, from: number, to: number): number {
  for (let at = find(bytes, OPEN, from, to); at < to; at = find(bytes, OPEN, at + 1, to)) {
    const process = numberIn(bytes, at + 1, find(bytes, CLOSE, at, to));
    if (process > 0) return process;
  }
  return 0;
}

/** The first word that is an address, `192.0.2.7(50123)` included. */
function addressIn(bytes: Uint8Array, from: number, to: number, words: Uint32Array): boolean {
  for (let at = from; at < to; at += 1) {
    let end = at;
    while (end < to && isOfWord(bytes[end])) end += 1;
    // `UTC:192.0.2.7(50123)`: what stands before a colon may look like part of it.
    for (let start = at; start < end; start = find(bytes, 58, start, end) + 1)
      if (end - start >= 2 && addressInto(bytes, start, end, words, 0)) return true;
    at = end;
  }
  return false;
}

/** Digits, letters of hexadecimal numbers, dot, colon. */
const isOfWord = (byte: number): boolean =>
  (byte >= 48 && byte <= 58) || byte === 46 || ((byte | 32) >= 97 && (byte | 32) <= 102);

export const postgresql: Dialect = { ...postgresqlService, reader: (context) => new Postgresql(context) };

/*
 * MongoDB since 4.4, one JSON object a line (MongoDB Manual, "Log Messages": structured logging).
 *
 *   22943   "Connection accepted"        attr.remote, attr.connectionId
 *   20249   "Authentication failed"      attr.remote, attr.principalName, attr.error      since 7.0: 5286307, attr.client, attr.user
 *   20250   "Authentication succeeded"   5286306 since 7.0
 *   22944   "Connection ended"           attr.remote
 *
 * A connection that ended without a login is one of somebody who asked nothing.
 */
const ACCEPTED = 22_943;
const ENDED = 22_944;
const FAILED: ReadonlySet<number> = new Set([20_249, 5_286_307]);
const SUCCEEDED: ReadonlySet<number> = new Set([20_250, 5_286_306]);
const MONGODB_PORT = 27_017;
/** Connections of which no end has come are let go after a while. */
const CONNECTION_PATIENCE = 3600e6;
const encoder = new TextEncoder();

class Mongodb implements JsonParser {
  readonly #input: number;
  readonly #stamps: Stamps;
  readonly #stamp = new Uint8Array(48);
  readonly #open: Waiting;

  constructor({ input, dating }: ReaderContext) {
    this.#input = input;
    this.#stamps = new Stamps(dating);
    this.#open = new Waiting(input, CONNECTION_PATIENCE);
  }

  object(value: JsonObject, { requests: batch }: Sheaf, record: number): number {
    const id = numberAt(value, 'id');
    const stamp = textAt(value, 't', '$date');
    if (stamp === '' || textAt(value, 'c') === '' || !Number.isInteger(id)) return Line.foreign;
    encoder.encodeInto(stamp, this.#stamp.fill(0));
    if (this.#stamps.iso(this.#stamp, 0) < 0) return Line.foreign;
    const peer = textAt(value, 'attr', 'remote') || textAt(value, 'attr', 'client');
    const colon = peer.lastIndexOf(':');
    const address = parseAddress(peer.slice(0, Math.max(0, colon)).replace(/^\[|\]$/gu, ''));
    if (address === null) return Line.used;
    const { time } = this.#stamps;
    this.#open.expire(time, batch);
    const key = keyOf(address, Number(peer.slice(colon + 1)));
    if (id === ACCEPTED) {
      const held = this.#open.begin(key, time, record, batch);
      held.open = true;
      held.addressTold = true;
      held.address.set(address);
      held.port = MONGODB_PORT;
      held.traits = proven;
    } else if (id === ENDED) this.#open.done(key, batch);
    else if (FAILED.has(id) || SUCCEEDED.has(id)) {
      this.#open.forget(key);
      this.#login(value, FAILED.has(id), address, time, batch, record);
    }
    return Line.used;
  }

  end({ requests }: Sheaf): void {
    this.#open.end(requests);
  }

  #login(
    value: JsonObject,
    isFailed: boolean,
    address: Uint32Array,
    time: number,
    batch: Sheaf['requests'],
    record: number,
  ): void {
    const row = beginRequest(batch);
    batch.time[row] = time;
    batch.input[row] = this.#input;
    batch.record[row] = record;
    batch.address.set(address, row * 8);
    batch.port[row] = MONGODB_PORT;
    batch.asked[row] = Asked.user;
    const isUnknown = textAt(value, 'attr', 'error').includes('UserNotFound');
    batch.reply[row] = isFailed ? (isUnknown ? Reply.missed : Reply.denied) : Reply.accepted;
    batch.traits[row] = isFailed ? proven | secretGuessed : proven;
    batch.name[row] = keepString(batch, textAt(value, 'attr', 'principalName') || textAt(value, 'attr', 'user'));
    batch.nameLength[row] = batch.textUsed - batch.name[row];
    batch.count = row + 1;
  }
}

const keyOf = (address: Uint32Array, port: number): number =>
  ((Math.imul(address[0], 31) ^ Math.imul(address[1], 37) ^ Math.imul(address[2], 41) ^ address[3]) >>> 0) * 0x10000 +
  (port & 0xffff);

export const mongodb = jsonLinesInput({
  name: 'mongodb',
  about: 'MongoDB since 4.4: logins and failed ones, connections that ended without any.',
  sample:
    '{"t":{"$date":"2026-11-21T23:28:03.903+00:00"},"s":"I","c":"ACCESS","id":20249,"ctx":"conn1","msg":"Authentication failed","attr":{"principalName":"root","authenticationDatabase":"admin","remote":"192.0.2.7:40711","error":"AuthenticationFailed"}}',
  parser: (context) => new Mongodb(context),
});
