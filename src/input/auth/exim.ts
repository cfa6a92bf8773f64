import { RequestTrait } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import {
  beside,
  barred,
  denied,
  garbled,
  missed,
  type Origin,
  refused,
  type Saying,
  type Service,
  Teller,
  visited,
} from '../saying.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';

/*
 * Exim's main and reject log, own files or syslog (Exim specification, chapter 53, "Log files"). Its own files have no
 * program's name: what follows the stamp is the message.
 *
 *   line  = stamp SP ["[" process "] "] [message-id SP] what
 *   host  = "H=" [name SP] ["(" helo ")" SP] "[" address "]" [":" port]
 */
/** The name that the client gave itself holds no blanks, so the first bracket behind a blank is the true one. */
const HOSTS = ['[{source}]', '{…} [{source}]'] as const;

const says = HOSTS.flatMap((host): readonly Saying[] => [
  denied(`{word} authenticator failed for ${host}{…}: 535 Incorrect authentication data (set_id={name})`),
  denied(`{word} authenticator failed for ${host}{…}`),
  // As in Postfix: returned mail, or a question whether there is the sender of some.
  beside('H={…} F=<> rejected RCPT {…}'),
  missed(`H=${host}{…}rejected RCPT <{name}>: No Such User Here{…}`),
  missed(`H=${host}{…}rejected RCPT <{name}>: Unrouteable address{…}`),
  missed(`H=${host}{…}rejected RCPT {name}: Unrouteable address{…}`),
  missed(`H=${host}{…}rejected RCPT <{name}>: Unknown user{…}`),
  missed(`VRFY failed for {name} H=${host}{…}`),
  barred(`H=${host}{…}rejected VRFY {name}`),
  barred(`H=${host}{…}rejected EXPN {name}`),
  refused(`H=${host}{…}rejected {…}`),
  refused(`H=${host}{…} sender verify fail{…}`),
  refused(`F={word} H=${host}{…}rejected {…}`),
  garbled(`SMTP protocol synchronization error{…}H=${host}{…}`),
  garbled(`SMTP protocol error in {agent} H=${host}{…}`),
  garbled(`SMTP syntax error in {agent} H=${host}{…}`),
  garbled(`SMTP call from ${host}{…} dropped: too many {…}`),
  garbled(`rejected {word} from ${host}{…}`),
  visited(`no MAIL in SMTP connection from ${host}{…}`),
  visited(`SMTP connection from ${host}{…} lost{…}`),
  refused(`SMTP connection from ${host}{…} closed by DROP in ACL{…}`),
  refused(`H=${host}{…}dropped by {…}`),
  visited(`unexpected disconnection while reading SMTP command from ${host}{…}`),
  visited(`SMTP command timeout on connection from ${host}{…}`),
  visited(`TLS error on connection from ${host}{…}`),
]);

const service: Service = {
  name: 'exim',
  about: 'Exim: wrong passwords, recipients that there are not, relaying refused, broken conversations.',
  sample:
    '2026-11-21 23:28:03 dovecot_login authenticator failed for (x) [192.0.2.7]:55379: 535 Incorrect authentication data (set_id=admin)',
  programs: ['exim*'],
  port: 25,
  traits: RequestTrait.proven,
  says,
};

class Exim implements DialectReader {
  readonly #teller: Teller;
  readonly #origin: { -readonly [K in keyof Origin]: Origin[K] } = {
    bytes: new Uint8Array(0),
    time: 0,
    host: 0,
    hostEnd: 0,
    record: 0,
  };

  constructor(context: ReaderContext) {
    this.#teller = new Teller(service, context);
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    if (line.program !== '') {
      this.#teller.tell(line.message, line.end, line, sheaf);
      return Line.used;
    }
    const origin = this.#origin;
    origin.bytes = line.bytes;
    origin.time = line.time;
    origin.record = line.record;
    const from = afterIds(line.bytes, line.host, line.end);
    return this.#teller.tell(from, line.end, origin, sheaf) ? Line.used : Line.foreign;
  }
}

/** Behind `[123] ` and `1UlasQ-0003fr-45 `. */
function afterIds(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  if (bytes[at] === 91) {
    while (at < to && bytes[at] !== 32) at += 1;
    at += 1;
  }
  return bytes[at + 6] === 45 && bytes[at + 13] === 45 && bytes[at + 16] === 32 ? at + 17 : at;
}

export const exim: Dialect = { ...service, reader: (context) => new Exim(context) };
