// Hot: `read` runs once a line.
import { beginContact, type ContactBatch } from '../../record/contact.ts';
import { ICMP, ICMP6 } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { addressInto, find, findText, numberIn, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { Pending } from './pending.ts';
import { addressSession, End, Session, tellSession } from './session.ts';
import { Verdict } from './words.ts';

/*
 * Sessions of Juniper SRX as text, which is what it writes without `structured-data` (Juniper, "System Log Explorer":
 * RT_FLOW_SESSION_CREATE, _CLOSE, _DENY; later versions put a tag of the connection and more behind the ends).
 *
 *   line   = ["RT_FLOW_SESSION_" what ": "] "session " ("created " | "closed " reason ": " | "denied ") ends *(SP word)
 *   ends   = source "/" port "->" target "/" port
 *   denied  … protocol "(" icmp-type ")" SP policy …
 *   created … ends(translated) … protocol SP policy SP zone SP zone SP session …
 *   closed  … the same … packets "(" bytes ")" SP packets "(" bytes ")" SP seconds …          from client, from server
 *
 * Names of rules stand before the protocol and may be numbers: the last number before a word that is none, and behind
 * no "rule", is the protocol.
 */
const SPACE = 32;
const SLASH = 47;
const PAREN = 40;
const PAREN_END = 41;
const SESSION = 'session ';
const CREATED = 'created ';
const CLOSED = 'closed ';
const DENIED = 'denied ';
/** the message's name stands before, at most so far */
const NEAR = 48;
const ANY_PROTOCOL = 255;

class SrxText implements DialectReader {
  readonly #input: number;
  readonly #pending: Pending;
  readonly #session = new Session();
  /** where the word in hand ends, and what `#protocol` found behind it */
  #at = 0;
  #icmpType = -1;

  constructor({ input }: ReaderContext) {
    this.#input = input;
    this.#pending = new Pending(input);
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const { bytes, message, end } = line;
    const start = findText(bytes, SESSION, message, Math.min(end, message + NEAR));
    if (start < 0) return Line.foreign;
    const what = start + SESSION.length;
    const isDenied = standsAt(bytes, what, end, DENIED);
    const isClosed = standsAt(bytes, what, end, CLOSED);
    if (!isDenied && !isClosed && !standsAt(bytes, what, end, CREATED)) return Line.foreign;
    const batch = sheaf.contacts;
    this.#pending.expire(line.time, batch);
    const session = this.#session;
    session.clear();
    const reason = what + (isClosed ? CLOSED.length : CREATED.length);
    const ends = isClosed ? findText(bytes, ': ', reason, end) + 2 : isDenied ? what + DENIED.length : reason;
    const row = beginContact(batch);
    batch.time[row] = line.time;
    batch.input[row] = this.#input;
    batch.record[row] = line.record;
    if (!this.#ends(bytes, ends, end, batch, row)) return Line.foreign;
    if (!isDenied) this.#skipTranslated(bytes, end);
    const protocol = this.#protocol(bytes, end);
    if (protocol < 0) return Line.used;
    batch.protocol[row] = protocol;
    const isIcmp = protocol === ICMP || protocol === ICMP6;
    if (isIcmp && isDenied) batch.targetPort[row] = this.#icmpType;
    if (!addressSession(batch, row, isIcmp && isDenied)) return Line.used;
    if (isDenied) session.verdict = Verdict.refused;
    else {
      const id = this.#number(bytes, end, 3);
      if (!isClosed && id >= 0) {
        this.#pending.hold(id, batch, row);
        return Line.used;
      }
      if (isClosed) {
        this.#pending.take(id, batch, row);
        this.#close(bytes, reason, ends, end);
      }
    }
    tellSession(batch, row, session);
    return Line.used;
  }

  end({ contacts }: Sheaf): void {
    this.#pending.end(contacts);
  }

  /** `192.0.2.77/51234->198.51.100.22/445` at `from`. */
  #ends(bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): boolean {
    const end = find(bytes, SPACE, from, to);
    const arrow = findText(bytes, '->', from, end);
    const sourceEnd = find(bytes, SLASH, from, arrow);
    const targetEnd = find(bytes, SLASH, arrow + 2, end);
    this.#at = end;
    if (arrow < 0 || !addressInto(bytes, from, sourceEnd, batch.address, row * 8)) return false;
    if (!addressInto(bytes, arrow + 2, targetEnd, batch.address, row * 8 + 4)) return false;
    const source = numberIn(bytes, sourceEnd + 1, arrow);
    const target = numberIn(bytes, targetEnd + 1, end);
    batch.sourcePort[row] = Math.max(0, source);
    batch.targetPort[row] = Math.max(0, target);
    return source >= 0 && target >= 0;
  }

  /** The ends after translation, when they stand there. */
  #skipTranslated(bytes: Uint8Array, to: number): void {
    const arrow = findText(bytes, '->', this.#at, to);
    if (arrow >= 0) this.#at = find(bytes, SPACE, arrow, to);
  }

  /** The protocol that stands next; −1: none does. */
  #protocol(bytes: Uint8Array, to: number): number {
    let afterRule = false;
    while (this.#at < to) {
      const from = this.#at + 1;
      const end = find(bytes, SPACE, from, to);
      const paren = find(bytes, PAREN, from, end);
      const number = numberIn(bytes, from, paren);
      const next = bytes[end + 1];
      this.#at = end;
      this.#icmpType = paren < end ? Math.max(0, numberIn(bytes, paren + 1, end - 1)) : -1;
      // A policy's name is no number, or the rule that stands before the protocol would be taken for it.
      const isProtocol = number >= 0 && number <= ANY_PROTOCOL && !afterRule;
      if (isProtocol && (paren < end || end >= to || next < 48 || next > 57)) return number;
      afterRule = standsAt(bytes, from, end, 'rule') && end - from === 4;
    }
    return -1;
  }

  /** The number that is the n-th word behind, from 0; −1: that is none. */
  #number(bytes: Uint8Array, to: number, n: number): number {
    let end = this.#at;
    let from = end;
    for (let word = 0; word <= n && end < to; word += 1) {
      from = end + 1;
      end = find(bytes, SPACE, from, to);
    }
    this.#at = end;
    const id = numberIn(bytes, from, end);
    return id > 0 ? id | 0 : id;
  }

  /** Why the session was closed, and the packets and bytes each way. */
  #close(bytes: Uint8Array, reason: number, reasonEnd: number, to: number): void {
    const session = this.#session;
    if (findText(bytes, 'FIN', reason, reasonEnd) >= 0) session.end = End.finished;
    // Which end sent the RST is not told; one packet back is what a closed port sends.
    else if (findText(bytes, 'RST', reason, reasonEnd) >= 0) session.end = End.resetByTarget;
    else session.end = End.timeout;
    const out = this.#at + 1;
    const outEnd = find(bytes, SPACE, out, to);
    const back = outEnd + 1;
    const backEnd = find(bytes, SPACE, back, to);
    session.packetsOut = numberIn(bytes, out, find(bytes, PAREN, out, outEnd));
    session.bytesOut = inParentheses(bytes, out, outEnd);
    session.packetsIn = numberIn(bytes, back, find(bytes, PAREN, back, backEnd));
    session.bytesIn = inParentheses(bytes, back, backEnd);
  }
}

function inParentheses(bytes: Uint8Array, from: number, to: number): number {
  return bytes[to - 1] === PAREN_END ? numberIn(bytes, find(bytes, PAREN, from, to) + 1, to - 1) : -1;
}

export const srxText: Dialect = {
  name: 'juniper-srx-text',
  about: 'Sessions of Juniper SRX as text (RT_FLOW without structured data).',
  sample:
    'Nov 21 23:27:44 fw RT_FLOW: RT_FLOW_SESSION_DENY: session denied 192.0.2.77/51234->198.51.100.22/445 None 6(0) deny untrust trust UNKNOWN UNKNOWN N/A(N/A) ge-0/0/0.0',
  programs: ['RT_FLOW*', 'junos-flow', ''],
  reader: (context) => new SrxText(context),
};
