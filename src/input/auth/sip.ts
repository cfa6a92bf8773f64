import { RequestTrait, verbOf } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { findText, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import {
  accepted,
  barred,
  beside,
  denied,
  garbled,
  missed,
  named,
  refused,
  type Saying,
  type Service,
  Teller,
} from '../saying.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';

/*
 * Asterisk: chan_sip, res_pjsip and the security log, own files (`full`, `messages`, `security`) or syslog (Asterisk
 * documentation, "Asterisk Security Framework", "Logging"; chan_sip.c, res_pjsip_distributor.c).
 *
 *   own      = "[" stamp "] " level "[" thread "]" [":"] SP file ":" … message
 *   message  = "Registration from '" who "' failed for '" address ":" port "' - " reason
 *            | "Request '" verb "' from '" who "' failed for '" address ":" port "' (callid: " … ") - " reason
 *            | "Call from '" peer "' (" address ":" port ") to extension '" number "' rejected because extension not found …
 *            | 'SecurityEvent="' event '",' … 'AccountID="' user '",' … 'RemoteAddress="' family "/" transport "/" address "/" port '"' …
 *   who      = [DQUOTE name DQUOTE SP] "<sip:" user "@" host ">"
 */
const { proven } = RequestTrait;

/** Why a registration or another request failed, and what that says. */
const reasons = (before: string): readonly Saying[] => [
  denied(`${before}Wrong password{…}`),
  denied(`${before}Failed to authenticate{…}`),
  denied(`${before}Error to authenticate{…}`),
  missed(`${before}No matching peer found{…}`),
  missed(`${before}No matching endpoint found{…}`),
  missed(`${before}Username/auth name mismatch{…}`),
  named(`${before}{…}`),
];

const who = "{…}sip:{name}@{…}' failed for '{source}:{port}'";

const peer = '{…}RemoteAddress="{word}/{word}/{source}/{port}"{…}';
const account = '{…}AccountID="{name}",SessionID=';

const says: readonly Saying[] = [
  ...reasons(`Registration from '${who} - `),
  ...reasons(`Registration from '{…}sip:{name}@{…}' failed for '{source}' - `),
  ...reasons(`Request '{word}' from '${who} (callid: {…}) - `),
  ...reasons(`Request from '${who} (callid: {…}) - `),
  missed(`Call from '{…}' ({source}:{port}) to extension '{name}' rejected because extension not found{…}`),
  missed("Call ({word}:{source}:{port}) to extension '{name}' rejected because extension not found{…}"),
  refused('Rejecting unknown SIP connection from {source}"'),
  refused('Rejecting unknown SIP connection from {source}:{port}"'),
  refused('Rejecting unknown SIP connection from [{source}]:{port}"'),
  refused("hacking attempt detected '{source}'"),
  denied("{source} failed to authenticate as '{name}'"),
  missed("{source} tried to authenticate with nonexistent user '{name}'"),
  denied("Host {source} failed to authenticate as '{name}'"),
  denied('Host {source} failed MD5 authentication for {name} ({…}'),
  missed("No registration for peer '{name}' (from {source})"),
  missed(`SecurityEvent="InvalidAccountID"${account}${peer}`),
  denied(`SecurityEvent="InvalidPassword"${account}${peer}`),
  // The response answers a challenge that only this address was sent.
  denied(`SecurityEvent="ChallengeResponseFailed"${account}${peer}`, { traits: proven }),
  accepted(`SecurityEvent="SuccessfulAuth"${account}${peer}`),
  barred(`SecurityEvent="FailedACL"${account}${peer}`),
  garbled(`SecurityEvent="RequestBadFormat"${peer}`),
  refused(`SecurityEvent="RequestNotAllowed"${peer}`),
  refused(`SecurityEvent="RequestNotSupported"${peer}`),
  beside('SecurityEvent={…}'),
];

const service: Service = {
  name: 'asterisk',
  about: 'Asterisk: registrations and calls refused, extensions that there are not, security events.',
  sample:
    "[2026-11-21 23:28:03] NOTICE[3734]: chan_sip.c:28088 in handle_request_register: Registration from '\"100\" <sip:100@192.0.2.30>' failed for '192.0.2.7:5065' - Wrong password",
  programs: [
    'asterisk',
    'NOTICE',
    'SECURITY',
    'WARNING',
    'chan_sip.c*',
    'chan_iax2.c*',
    'manager.c*',
    'res_security_log.c*',
    'res_pjsip*',
  ],
  port: 5060,
  traits: 0,
  says,
};

/** What messages begin with, behind thread, file and function. */
const BEGINNINGS = [
  'Registration from ',
  'SecurityEvent=',
  "Request '",
  "Request from '",
  'Call from ',
  'Call (',
  'Rejecting unknown SIP connection from ',
  'hacking attempt detected ',
  'Host ',
  'No registration for peer ',
];
/** What own files begin with behind the stamp, where no file is named. */
const LEVELS = ['NOTICE[', 'WARNING[', 'SECURITY['];
/** Bytes of thread, file and function at most. */
const LEAD_MAX = 128;
const REGISTER = new TextEncoder().encode('REGISTER');
const INVITE = new TextEncoder().encode('INVITE');

class Asterisk implements DialectReader {
  readonly #teller: Teller;

  constructor(context: ReaderContext) {
    this.#teller = new Teller(service, context);
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const { bytes, end } = line;
    if (line.program === '' && !LEVELS.some((level) => standsAt(bytes, line.host, end, level))) return Line.foreign;
    const from = line.program === 'manager.c' ? line.message : this.#beginning(bytes, line.message, end);
    const otherwise = line.program === 'asterisk' ? Line.used : Line.foreign;
    if (from < 0) return otherwise;
    const said = this.#teller.understand(bytes, from, end);
    if (!said) return otherwise;
    const { requests } = sheaf;
    const row = requests.count;
    this.#teller.append(said, line, sheaf);
    if (requests.count === row) return Line.used;
    if (line.program !== 'asterisk') requests.siteLength[row] = 0;
    const { word, wordEnd } = this.#teller.found;
    if (standsAt(bytes, from, end, "Request '")) requests.verb[row] = verbOf(bytes, word, wordEnd);
    else if (standsAt(bytes, from, end, 'Registration')) requests.verb[row] = verbOf(REGISTER, 0, REGISTER.length);
    else if (standsAt(bytes, from, end, 'Call')) requests.verb[row] = verbOf(INVITE, 0, INVITE.length);
    return Line.used;
  }

  #beginning(bytes: Uint8Array, from: number, to: number): number {
    const most = Math.min(to, from + LEAD_MAX);
    for (const beginning of BEGINNINGS) {
      const at = findText(bytes, beginning, from, most);
      if (at >= 0) return at;
    }
    return -1;
  }
}

export const asterisk: Dialect = { ...service, reader: (context) => new Asterisk(context) };
