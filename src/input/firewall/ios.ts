// Hot: `read` runs once a line.
import { beginContact, type ContactBatch } from '../../record/contact.ts';
import { ICMP, ICMP6, TCP, UDP } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { addressInto, find, findText, numberIn } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { addressSession, Session, tellSession } from './session.ts';
import { protocolIn, verdictIn } from './words.ts';

/*
 * Access lists of Cisco IOS, IOS XE and IOS XR that log (Cisco, "System Message Guide": SEC-6-IPACCESSLOG…, IPV6_ACL-6-ACCESSLOG…).
 *
 *   message = … "%" facility "-6-" ["IP"] "ACCESSLOG" kind [SP] ":" SP "list " name SP verdict SP what ", " count " packet" …
 *   verdict = "permitted" | "denied" | "permit" | "deny"
 *   P (TCP, UDP) what = protocol SP source "(" port ")" [" (" interface [SP mac] ")"] " -> " target "(" port ")"
 *   DP (ICMP)    what = protocol SP source [" (" … ")"] " -> " target " (" type "/" code ")"
 *   NP           what = ["0/"] protocol SP source [" (" … ")"] " -> " target
 *   S (a standard list) tells no target
 *
 * Ports are 0 where the list did not look at them.
 */
const SPACE = 32;
const PERCENT = 37;
const PAREN = 40;
const SLASH = 47;
const BRACKET_END = 93;

class Ios implements DialectReader {
  readonly #input: number;
  readonly #session = new Session();

  constructor({ input }: ReaderContext) {
    this.#input = input;
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const { bytes, end } = line;
    const mark = cisco(line);
    const log = mark < 0 ? -1 : findText(bytes, 'ACCESSLOG', mark, Math.min(end, mark + 48));
    if (log < 0) return Line.foreign;
    const arrow = findText(bytes, ' -> ', log, end);
    if (arrow < 0) return Line.used;
    const batch = sheaf.contacts;
    const row = beginContact(batch);
    batch.time[row] = line.time;
    batch.input[row] = this.#input;
    batch.record[row] = line.record;
    return this.#flow(bytes, log, arrow, end, batch, row);
  }

  #flow(bytes: Uint8Array, from: number, arrow: number, to: number, batch: ContactBatch, row: number): number {
    const source = sourceAt(bytes, from, arrow);
    const sourceEnd = wordEnd(bytes, source, arrow);
    const protocolEnd = source - 1;
    let protocolAt = protocolEnd;
    while (protocolAt > from && bytes[protocolAt - 1] !== SPACE && bytes[protocolAt - 1] !== SLASH) protocolAt -= 1;
    const protocol = source < 0 ? -1 : protocolIn(bytes, protocolAt, protocolEnd);
    if (protocol < 0) return Weird['line-malformed'];
    const target = arrow + 4;
    const targetEnd = wordEnd(bytes, target, to);
    const sourcePort = endInto(bytes, source, sourceEnd, batch.address, row * 8);
    const targetPort = endInto(bytes, target, targetEnd, batch.address, row * 8 + 4);
    if (sourcePort < -1 || targetPort < -1) return Weird['line-field-impossible'];
    batch.protocol[row] = protocol;
    batch.sourcePort[row] = Math.max(0, sourcePort);
    batch.targetPort[row] = Math.max(0, targetPort);
    if ((protocol === TCP || protocol === UDP) && targetPort <= 0 && sourcePort <= 0) return Line.used;
    const isIcmp = protocol === ICMP || protocol === ICMP6;
    const typeTold = isIcmp && type(bytes, targetEnd, to, batch, row);
    if (!addressSession(batch, row, typeTold)) return Line.used;
    this.#session.verdict = verdictIn(bytes, from, protocolAt);
    tellSession(batch, row, this.#session);
    return Line.used;
  }
}

/**
 * Where the `%FACILITY-…` of a Cisco device stands: at the start, or after a number, a stamp or a zone that the device put
 * before it. −1: nowhere. A program that others can make write (sshd) is not believed.
 */
export function cisco({ bytes, host, message, end, program }: SyslogLine): number {
  // With a stamp alone before it, it stands where a host would.
  if (bytes[host] === PERCENT && host < end) return host;
  // A name that devices put before their messages has no process id.
  if (bytes[message] === PERCENT && bytes[message - 3] !== BRACKET_END) return message;
  if (!/^[A-Z0-9.]*$/.test(program)) return -1;
  const mark = find(bytes, PERCENT, message, Math.min(end, message + 64));
  return mark < end && bytes[mark] === PERCENT ? mark : -1;
}

/** The first word before the arrow that begins like an address behind a protocol; −1: none. */
function sourceAt(bytes: Uint8Array, from: number, arrow: number): number {
  for (let at = findVerdict(bytes, from, arrow); at > 0 && at < arrow; ) {
    const end = find(bytes, SPACE, at, arrow);
    const paren = find(bytes, PAREN, at, end);
    if (addressInto(bytes, at, paren, SCRATCH, 0)) return at;
    at = end + 1;
  }
  return -1;
}

const SCRATCH = new Uint32Array(4);

/** Past the name of the list, which can look like anything. */
function findVerdict(bytes: Uint8Array, from: number, to: number): number {
  const denied = findText(bytes, ' den', from, to);
  return denied >= 0 ? denied + 1 : findText(bytes, ' permit', from, to) + 1;
}

/** End of a word that a blank or comma ends. */
function wordEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] > SPACE && bytes[at] !== 44) at += 1;
  return at;
}

/** `192.0.2.7(3067)`: writes the address and returns the port; −1: no port; −2: no address. */
function endInto(bytes: Uint8Array, from: number, to: number, words: Uint32Array, at: number): number {
  const paren = find(bytes, PAREN, from, to);
  if (!addressInto(bytes, from, paren, words, at)) return -2;
  if (paren === to) return -1;
  const port = numberIn(bytes, paren + 1, to - 1);
  return port >= 0 && port < 65_536 ? port : -2;
}

/** ` (8/0)` */
function type(bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): boolean {
  if (bytes[from + 1] !== PAREN) return false;
  const slash = find(bytes, SLASH, from, to);
  const value = numberIn(bytes, from + 2, slash);
  const code = numberIn(bytes, slash + 1, find(bytes, 41, slash, to));
  if (value < 0 || value > 255) return false;
  batch.targetPort[row] = value;
  batch.sourcePort[row] = Math.max(0, code);
  return true;
}

export const ios: Dialect = {
  name: 'cisco-ios',
  about: 'Access lists of Cisco IOS, IOS XE and IOS XR.',
  sample:
    'Nov 21 23:27:44 rtr 1234: Nov 21 23:27:43.123: %SEC-6-IPACCESSLOGP: list 102 denied tcp 192.0.2.77(3067) -> 198.51.100.22(139), 1 packet',
  programs: [],
  reader: (context) => new Ios(context),
};
