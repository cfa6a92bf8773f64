import { Asked, Reply, RequestTrait } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { addressInto, find, findText, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import type { Found } from '../phrase.ts';
import { accepted, denied, garbled, missed, named, type Saying, type Service, Teller, visited } from '../saying.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { Waiting } from '../waiting.ts';

/*
 * What dovecot's login processes say at the end of a connection (login-common/client-common.c; Dovecot documentation,
 * `login_log_format_elements`), and what its auth process says of one password (auth/auth-request.c).
 *
 *   login  = ["Info: "] protocol "-login: " event ": " ["user=<" user ">, "] ["method=" method ", "] "rip=" address ", lip=" address …
 *   auth   = ["Info: "] "auth" ["-worker"] … ": " database "(" user "," address …"): " event
 *
 * The same password is told of twice where the auth process is verbose: once by `auth`, once at the end of the
 * connection, which does not say whether there is such a user. What auth says waits for that.
 */
const PROTOCOLS = [
  ['imap', 143],
  ['pop3', 110],
  ['managesieve', 4190],
  ['submission', 587],
] as const;
const LOGIN = '-login: ';
const INFO = 'Info: ';
/** µs that auth's word waits for the end of the connection */
const PATIENCE = 180e6;

const peer = 'rip={source}{…}';

/** Reasons stand in brackets behind the event, which newer versions word in many ways. */
const logins: readonly Saying[] = [
  accepted(`Login: user=<{name}>, method={…}${peer}`),
  accepted(`Logged in: user=<{name}>, method={…}${peer}`),
  garbled(`{…}(tried to use {…}): {…}${peer}`),
  denied(`{…}(auth failed, {…}): user=<{name}>, method={…}${peer}`),
  denied(`{…}(auth failed, {…}): {…}${peer}`),
  denied(`{…}(auth_failed): user=<{name}>, method={…}${peer}`),
  denied(`{…} authentication attempts): user=<{name}>, method={…}${peer}`),
  visited(`{…}(no auth attempts{…}): {…}${peer}`),
  visited(`{…}(no_auth_attempts): {…}${peer}`),
  named(`{…}: user=<{name}>, method={…}${peer}`),
  named(`{…}: user=<{name}>, ${peer}`),
  visited(`{…}: method={…}${peer}`),
  visited(`{…}: ${peer}`),
];

const guessed = { traits: RequestTrait.secretGuessed };

const auths: readonly Saying[] = [
  missed('{word}({name},{source}{…}): unknown user{…}', guessed),
  missed('{word}({name},{source}{…}): pam_authenticate() failed: User not known{…}', guessed),
  missed('{word}({name},{source}{…}): user not found{…}', guessed),
  denied('{word}({name},{source}{…}): pam_authenticate() failed: {…}'),
  denied('{word}({name},{source}{…}): Password mismatch{…}'),
  denied('{word}({name},{source}{…}): invalid credentials{…}'),
];

/** 2.4 has the user before the database. */
const authsNow: readonly Saying[] = [
  missed('auth({name},{source},{…}: {word}: unknown user{…}', guessed),
  denied('auth({name},{source},{…}: {word}: Password mismatch{…}'),
];
/** Parts between colons that come before what auth says, at most. */
const PARTS = 6;

const service = (says: readonly Saying[]): Service => ({
  name: 'dovecot',
  about: 'Dovecot: IMAP and POP3 logins, failed and aborted ones, users that there are not.',
  sample:
    'Nov 21 23:28:03 mx1 dovecot: imap-login: Disconnected (auth failed, 1 attempts in 2 secs): user=<admin>, method=PLAIN, rip=192.0.2.7, lip=192.0.2.25, session=<x>',
  programs: ['dovecot*', 'Info', 'Warn', 'Error', 'auth*', ...PROTOCOLS.map(([name]) => `${name}-login`)],
  port: 0,
  traits: RequestTrait.proven,
  says,
});

class Dovecot implements DialectReader {
  readonly #logins: Teller;
  readonly #auths: Teller;
  readonly #authsNow: Teller;
  readonly #waiting: Waiting;

  constructor(context: ReaderContext) {
    this.#logins = new Teller(service(logins), context);
    this.#auths = new Teller(service(auths), context);
    this.#authsNow = new Teller(service(authsNow), context);
    this.#waiting = new Waiting(context.input, PATIENCE);
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const { bytes, end } = line;
    this.#waiting.expire(line.time, sheaf.requests);
    // Own files name the process where syslog names the program, or before it the level.
    const isOwn = line.program !== 'dovecot';
    const from = isOwn && line.program === '' ? line.host : line.message;
    const login = findText(bytes, LOGIN, from, Math.min(end, from + 28));
    if (login >= 0) return this.#login(line, login + LOGIN.length, sheaf);
    if (line.program.endsWith('-login')) return this.#login(line, line.message, sheaf);
    let at = from;
    for (let part = 0; part < PARTS; part += 1) {
      // `auth(default)` and `auth-worker(5787)` look like a database, too.
      const said = standsAt(bytes, at, end, 'auth') ? undefined : this.#auths.understand(bytes, at, end);
      if (said) return this.#auth(said, this.#auths, line, sheaf);
      at = findText(bytes, ': ', at, end) + 2;
      if (at < 2) break;
    }
    const said = this.#authsNow.understand(bytes, from, end);
    if (said) return this.#auth(said, this.#authsNow, line, sheaf);
    return isOwn ? Line.foreign : Line.used;
  }

  end(sheaf: Sheaf): void {
    this.#waiting.end(sheaf.requests);
  }

  #login(line: SyslogLine, from: number, sheaf: Sheaf): number {
    const { bytes, end } = line;
    const start = standsAt(bytes, from, end, INFO) ? from + INFO.length : from;
    const said = this.#logins.understand(bytes, start, end);
    if (!said) return Line.used;
    const { requests } = sheaf;
    const key = keyOf(bytes, this.#logins.found);
    const held = this.#waiting.get(key);
    const row = requests.count;
    this.#logins.append(said, line, sheaf);
    if (requests.count === row) return Line.used;
    const protocol = Math.max(0, findText(bytes, LOGIN, line.host, from));
    requests.port[row] = PROTOCOLS.find(([name]) => standsAt(bytes, protocol - name.length, end, name))?.[1] ?? 0;
    const server = findText(bytes, ', lip=', start, end) + 6;
    if (server >= 6) addressInto(bytes, server, find(bytes, 44, server, end), requests.address, row * 8 + 4);
    if (held && said.asked === Asked.user && said.reply !== Reply.accepted) {
      requests.reply[row] = held.reply;
      requests.traits[row] |= held.traits;
    }
    if (held && said.asked === Asked.user) this.#waiting.forget(key);
    return Line.used;
  }

  #auth(said: Saying, { found }: Teller, line: SyslogLine, sheaf: Sheaf): number {
    const { bytes } = line;
    const held = this.#waiting.begin(keyOf(bytes, found), line.time, line.record, sheaf.requests);
    held.open = true;
    held.addressTold = true;
    held.address.set(found.address);
    held.asked = Asked.user;
    held.reply = said.reply;
    held.traits = said.traits | RequestTrait.proven;
    held.setName(bytes, found.name, found.nameEnd);
    held.setSite(bytes, line.host, line.hostEnd);
    return Line.used;
  }
}

/** A number for a user from an address. */
function keyOf(bytes: Uint8Array, { address, name, nameEnd }: Found): number {
  let hash = Math.imul(address[0] ^ Math.imul(address[1], 31) ^ Math.imul(address[2], 17) ^ address[3], 0x85ebca6b);
  for (let at = name; at < nameEnd; at += 1) hash = Math.imul(hash ^ bytes[at], 0x01000193);
  return hash >>> 0;
}

export const dovecot: Dialect = { ...service([]), reader: (context) => new Dovecot(context) };
