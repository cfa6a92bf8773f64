import { Reply, RequestTrait } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import {
  beside,
  busy,
  denied,
  garbled,
  missed,
  refused,
  type Saying,
  type Service,
  taken,
  Teller,
  versions,
  visited,
} from '../saying.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { Waiting } from '../waiting.ts';
import { Envelopes } from './envelope.ts';
import { hasProcess, processOf } from './process.ts';

/*
 * What Postfix says of its clients (smtpd(8), postscreen(8); `disconnect from` with the commands since 2.12).
 *
 *   client  = name "[" address "]" [":" port]
 *   reject  = queue-id ": " ["milter-"] "reject: " command " from " client ": " code … "; from=<" … "> to=<" user "> proto=" … " helo=<" name ">"
 *   end     = "disconnect from " client *(SP command "=" accepted ["/" all])
 *   lost    = "lost connection after " command " from " client
 *
 * A process serves one client after the other, and each command may be told of. The end of a connection becomes a
 * request only when nothing else of it did and no mail went through.
 */
const { proven, versionAsked } = RequestTrait;

const says: readonly Saying[] = [
  // To nobody's return address (RFC 5321 section 4.5.5): what comes back, or is asked back, for addresses that others forged.
  beside('{word}: reject: RCPT from {…}; from=<> to={…}'),
  missed(
    '{word}: reject: {word} from {…}[{source}]{…}: Recipient address rejected: User unknown{…} to=<{name}> proto={…}',
  ),
  missed(
    '{word}: reject: {word} from {…}[{source}]{…}: Recipient address rejected: undeliverable address{…} to=<{name}> proto={…}',
  ),
  missed('{word}: reject: VRFY from {…}[{source}]{…}: Recipient address rejected: User unknown{…}'),
  refused('{word}: reject: {word} from {…}[{source}]{…}: Relay access denied{…}'),
  refused('{word}: reject: {word} from {…}[{source}]{…}'),
  refused('{word}: milter-reject: {word} from {…}[{source}]{…}'),
  refused('{word}: reject: {word} from [{source}]{…}'),
  busy('warning: {…}[{source}]: SASL {word} authentication failed: Connection lost to authentication server'),
  versions('warning: {…}[{source}]: SASL {word} authentication failed: Invalid authentication mechanism{…}'),
  denied('warning: {…}[{source}]: SASL {word} authentication failed: {…}, sasl_username={name}'),
  denied('warning: {…}[{source}]:{port}: SASL {word} authentication failed{…}'),
  denied('warning: {…}[{source}]: SASL {word} authentication failed{…}'),
  garbled('improper command pipelining after {word} from {…}[{source}]{…}'),
  garbled('warning: non-SMTP command from {…}[{source}]{…}'),
  garbled('warning: {…}[{source}]: non-SMTP command{…}'),
  garbled('PREGREET {count} after {word} from [{source}]:{port}: {agent}'),
  garbled('NON-SMTP COMMAND from [{source}]:{port} after {…}'),
  garbled('COMMAND {word} LIMIT from [{source}]:{port} after {…}'),
  garbled('COMMAND {word} from [{source}]:{port} after {…}'),
  refused('DNSBL rank {count} for [{source}]{…}'),
  visited('HANGUP after {word} from [{source}]{…}'),
  busy('warning: {…} limit exceeded: {count} from {…}[{source}] for service {word}'),
  versions('SSL_accept error from {…}[{source}]{…}'),
  garbled('too many errors after {word} from {…}[{source}]{…}'),
];

const DISCONNECT = visited('disconnect from {…}[{source}]{agent}');

/** The end of a connection. */
const ends: readonly Saying[] = [
  visited('lost connection after {word} from {…}[{source}]{…}'),
  visited('NOQUEUE: lost connection after {word} from {…}[{source}]{…}'),
  visited('timeout after {word} from {…}[{source}]{…}'),
  DISCONNECT,
];

/** A mail was taken: a client like others. */
const takes: readonly Saying[] = [taken('{word}: client={…}[{source}]{…}')];

const service = (table: readonly Saying[]): Service => ({
  name: 'postfix',
  about: 'Postfix: recipients that there are not, relaying refused, wrong passwords, broken or empty conversations.',
  sample:
    'Nov 21 23:28:03 mx1 postfix/smtpd[501]: NOQUEUE: reject: RCPT from unknown[192.0.2.7]: 550 5.1.1 <bob@example.org>: Recipient address rejected: User unknown in local recipient table; from=<a@example.net> to=<bob@example.org> proto=ESMTP helo=<x>',
  programs: ['postfix*'],
  port: 25,
  traits: proven,
  says: table,
});

/** µs that the end of a connection is awaited */
const PATIENCE = 600e6;

class Postfix implements DialectReader {
  readonly #says: Teller;
  readonly #ends: Teller;
  readonly #takes: Teller;
  /** clients of which something has been told, by process */
  readonly #told: Waiting;
  readonly #envelopes = new Envelopes();

  constructor(context: ReaderContext) {
    this.#says = new Teller(service(says), context);
    this.#ends = new Teller(service(ends), context);
    this.#takes = new Teller(service(takes), context);
    this.#told = new Waiting(context.input, PATIENCE);
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const { message, end } = line;
    if (line.program === '') return Line.foreign;
    this.#told.expire(line.time, sheaf.requests);
    const row = sheaf.requests.count;
    if (this.#say(line, sheaf)) this.#remember(line, this.#says, sheaf);
    else if (this.#takes.tell(message, end, line, sheaf)) this.#remember(line, this.#takes, sheaf);
    else this.#end(line, sheaf);
    if (sheaf.requests.count > row) sheaf.requests.port[row] = portOf(line.program);
    return Line.used;
  }

  /** Of a mail to many, it says nothing of who sent it that one of them has left. */
  #say(line: SyslogLine, sheaf: Sheaf): boolean {
    const { bytes, message, end } = line;
    const said = this.#says.understand(bytes, message, end);
    if (said === undefined) return false;
    const { found } = this.#says;
    const toMany = said.reply === Reply.missed && this.#envelopes.vary(bytes, message, end, found.address);
    if (!toMany) this.#says.append(said, line, sheaf);
    return true;
  }

  #remember(line: SyslogLine, { found }: Teller, sheaf: Sheaf): void {
    const key = processOf(line);
    if (!hasProcess(key)) return;
    const held = this.#told.begin(key, line.time, line.record, sheaf.requests);
    held.address.set(found.address);
    held.addressTold = true;
  }

  #end(line: SyslogLine, sheaf: Sheaf): void {
    const { bytes, message, end } = line;
    const said = this.#ends.understand(bytes, message, end);
    if (!said) return;
    const { found } = this.#ends;
    const key = processOf(line);
    const held = this.#told.get(key);
    const isLast = said === DISCONNECT;
    if (held?.isFrom(found.address)) {
      if (isLast) this.#told.forget(key);
      return;
    }
    const conversation = found.agent;
    found.agentEnd = found.agent;
    const { requests } = sheaf;
    const row = requests.count;
    this.#ends.append(said, line, sheaf);
    if (isLast && saysHelloOnly(bytes, conversation, end)) requests.traits[row] |= versionAsked;
    if (!isLast) this.#remember(line, this.#ends, sheaf);
  }
}

/** `postfix/submission/smtpd`, `postfix/smtps/smtpd` (master.cf: services by their syslog_name). */
const portOf = (program: string): number =>
  program.includes('/submission') ? 587 : program.includes('/smtps') ? 465 : 25;

/** ` ehlo=1 quit=1 commands=2`, ` ehlo=1 starttls=1 …`: looked at what the server can do and left; no mail, no password. */
function saysHelloOnly(bytes: Uint8Array, from: number, to: number): boolean {
  let asks = false;
  for (let at = from; at < to; at += 1) {
    if (bytes[at] !== 32) continue;
    const first = bytes[at + 1];
    const second = bytes[at + 2];
    // ehlo, helo, help: asks; quit, starttls, commands, noop, rset, unknown: says nothing; mail, rcpt, data, auth, vrfy
    if ((first === 101 && second === 104) || (first === 104 && second === 101)) asks = true;
    else if (first === 109 || first === 114 || first === 100 || first === 97 || first === 118) return false;
  }
  return asks;
}

export const postfix: Dialect = { ...service([]), reader: (context) => new Postfix(context) };
