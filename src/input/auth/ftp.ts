import { Asked, Reply, RequestTrait } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { find, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import {
  accepted,
  barred,
  beside,
  denied,
  dialectOf,
  missed,
  refused,
  type Service,
  Teller,
  visited,
} from '../saying.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { Waiting } from '../waiting.ts';

const { proven } = RequestTrait;

/*
 * vsftpd, own file or syslog (vsftpd.conf(5): vsftpd_log_file, syslog_enable, log_ftp_protocol; logging.c).
 *
 *   own   = weekday SP stamp SP "[pid " process "] " said
 *   said  = ["[" user "] "] ("CONNECT" | "OK LOGIN" | "FAIL LOGIN" | "FAIL DOWNLOAD" …) ": Client " DQUOTE address DQUOTE …
 *
 * The process that tells of the connection is not the one that tells of the login, so they are joined by the address.
 */
const vsftpdService: Service = {
  name: 'vsftpd',
  about: 'Logs of vsftpd: connections, logins and failed ones; own file or syslog.',
  sample: 'Sat Nov 21 23:28:03 2026 [pid 27244] [admin] FAIL LOGIN: Client "::ffff:192.0.2.7"',
  programs: ['vsftpd'],
  port: 21,
  traits: proven,
  says: [
    visited('CONNECT: Client "{source}"{…}'),
    // A name, or the password of an anonymous user, that looks like the rest of a line: whose address is true is open.
    beside('{…} LOGIN: Client "{…} LOGIN: Client "{…}'),
    barred('[{name}] FAIL LOGIN: Client "{source}", "User is not in the allow user list."'),
    barred('[{name}] FAIL LOGIN: Client "{source}", "User is in the deny user list."'),
    denied('[{name}] FAIL LOGIN: Client "{source}"'),
    accepted('[anonymous] OK LOGIN: Client "{source}"{…}'),
    accepted('[ftp] OK LOGIN: Client "{source}"{…}'),
    accepted('[{name}] OK LOGIN: Client "{source}"'),
    refused('Connection refused: Client "{source}"{…}'),
  ],
};

/** µs that a login may take (vsftpd.conf(5): accept_timeout and delay_failed_login are well below) */
const PATIENCE = 60e6;
/** Connections of one address that may wait for their login. */
const AT_ONCE = 32;

class Vsftpd implements DialectReader {
  readonly #teller: Teller;
  readonly #waiting: Waiting;

  constructor(context: ReaderContext) {
    this.#teller = new Teller(vsftpdService, context);
    this.#waiting = new Waiting(context.input, PATIENCE);
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const { bytes, end } = line;
    const isOwn = line.program === '' && standsAt(bytes, line.host, end, '[pid ');
    const from = isOwn ? find(bytes, 93, line.host, end) + 2 : line.message;
    const said = this.#teller.understand(bytes, from, end);
    if (!said) return isOwn ? Line.used : Line.foreign;
    this.#waiting.expire(line.time, sheaf.requests);
    if (said.asked < 0) return Line.used;
    if (said.asked === Asked.nothing && said.reply === Reply.unknown) this.#wait(line, isOwn, sheaf);
    else {
      this.#joins();
      const row = sheaf.requests.count;
      this.#teller.append(said, line, sheaf);
      if (isOwn) sheaf.requests.siteLength[row] = 0;
    }
    return Line.used;
  }

  end(sheaf: Sheaf): void {
    this.#waiting.end(sheaf.requests);
  }

  #wait(line: SyslogLine, isOwn: boolean, sheaf: Sheaf): void {
    const key = this.#key();
    let place = 0;
    while (place < AT_ONCE - 1 && this.#waiting.get(key + place)) place += 1;
    const held = this.#waiting.begin(key + place, line.time, line.record, sheaf.requests);
    held.open = true;
    held.addressTold = true;
    held.address.set(this.#teller.found.address);
    held.port = vsftpdService.port;
    held.traits = proven;
    if (!isOwn) held.setSite(line.bytes, line.host, line.hostEnd);
  }

  /** One of the connections that wait is the one of this login. */
  #joins(): void {
    const key = this.#key();
    for (let place = 0; place < AT_ONCE; place += 1)
      if (this.#waiting.get(key + place)) return this.#waiting.forget(key + place);
  }

  #key(): number {
    const { address } = this.#teller.found;
    let hash = 0x811c9dc5;
    for (let word = 0; word < 4; word += 1) hash = Math.imul(hash ^ address[word], 0x01000193) ^ (hash >>> 15);
    return (hash >>> 0) * AT_ONCE;
  }
}

export const vsftpd: Dialect = { ...vsftpdService, reader: (context) => new Vsftpd(context) };

/*
 * ProFTPD, syslog or own file (mod_log, mod_auth; SystemLog).
 *
 *   line  = server " (" name "[" address "])" (" - " | ": ") said       in own files behind "proftpd[" process "] ", without a colon
 */
const leads = ['{word} ({…}[{source}]) - ', 'proftpd[{count}] {word} ({…}[{source}]): ', '{word} ({…}[{source}]): '];

export const proftpd = dialectOf({
  name: 'proftpd',
  about: 'ProFTPD: logins, wrong passwords, users that there are not.',
  sample:
    'Nov 21 23:28:03 ftp proftpd[501]: ftp.example.org (192.0.2.7[192.0.2.7]) - USER admin: no such user found from 192.0.2.7 [192.0.2.7] to 192.0.2.21:21',
  programs: ['proftpd'],
  ownFiles: true,
  port: 21,
  traits: proven,
  says: leads.flatMap((lead) => [
    missed(`${lead}USER {name}: no such user found from {…}`),
    missed(`${lead}USER {name} (Login failed): No such user found{…}`),
    denied(`${lead}USER {name} (Login failed): {…}`),
    accepted(`${lead}USER {name}: Login successful{…}`),
    accepted(`${lead}ANON {name}: Login successful{…}`),
    denied(`${lead}SECURITY VIOLATION: {name} login attempted{…}`),
    denied(`${lead}Maximum login attempts ({count}) exceeded{…}`),
    refused(`${lead}Connection from {…} denied{…}`),
    visited(`${lead}FTP no transfer timeout, disconnected{…}`),
    visited(`${lead}FTP login timed out, disconnected{…}`),
  ]),
});

/* Pure-FTPd (pure-ftpd(8), messages_en.h): "(" (user | "?") "@" address ") [" level "] " said. */
export const pureftpd = dialectOf({
  name: 'pure-ftpd',
  about: 'Pure-FTPd: logins and wrong passwords.',
  sample: 'Nov 21 23:28:03 ftp pure-ftpd: (?@192.0.2.7) [WARNING] Authentication failed for user [admin]',
  programs: ['pure-ftpd'],
  port: 21,
  traits: proven,
  says: [
    denied('({…}@{source}) [WARNING] Authentication failed for user [{name}]'),
    accepted('({…}@{source}) [INFO] {name} is now logged in'),
    denied('({…}@{source}) [ERROR] Too many authentication failures'),
    visited('(?@{source}) [INFO] Timeout {…}'),
  ],
});

/* Dropbear (svr-authpasswd.c, svr-authpam.c, svr-auth.c, svr-session.c). It tells of the end of a connection, too. */
export const dropbear = dialectOf({
  name: 'dropbear',
  about: 'Dropbear SSH server: logins, wrong passwords, users that there are not.',
  sample: "Nov 21 23:28:03 ap1 dropbear[501]: Bad password attempt for 'root' from 192.0.2.7:49242",
  programs: ['dropbear'],
  port: 22,
  traits: proven | RequestTrait.encrypted,
  says: [
    denied("bad password attempt for '{name}' from {source}{…}"),
    denied("Bad password attempt for '{name}' from {source}{…}"),
    denied("Bad PAM password attempt for '{name}' from {source}{…}"),
    missed("Login attempt for nonexistent user '{name}' from {source}{…}"),
    missed("login attempt for nonexistent user '{name}' from {source}{…}"),
    missed('Login attempt for nonexistent user from {source}{…}'),
    missed('login attempt for nonexistent user from {source}{…}'),
    accepted("{word} auth succeeded for '{name}' from {source}{…}"),
    accepted("{word} auth succeeded for '{name}' with {…} from {source}{…}"),
    // Who named a user has been told of before.
    beside('Exit before auth from <{source}:{port}>: (user {…}'),
    beside('Exit before auth (user {…}'),
    visited('Exit before auth from <{source}:{port}>: {…}'),
  ],
});
