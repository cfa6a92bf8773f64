// Hot: `line` runs once a line.
import { latinText } from '../../record/latin.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { find } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line, type LineInput, type LineParser, lineInput } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import { Unwrapped } from './dialect.ts';
import { OctetFrames } from './octets.ts';
import { Readers } from './readers.ts';

/*
 * Lines of syslog as files hold them.
 *
 *   line     = [word SP] [pri] (rfc5424 | ["1" SP] classic | meraki)                             the host, where a relay put it in front; or
 *                                                                              the length, see `octets.ts`
 *   pri      = "<" number ">"                                                  RFC 3164 section 4.1.1
 *   classic  = stamp SP [kind SP] [host SP] [kind SP] [classic | tag] message  RFC 3164 section 4.1.2, as written in practice;
 *                                                                              within another line, as a relay got it
 *   kind     = facility "." severity                                           busybox syslogd, OpenWrt logd, Kiwi
 *   stamp    = "Nov 21 23:27:01" | RFC 3339 | with a year or a fraction | own
 *   own      = "[" stamp "]" | "[" seconds "]" | "Sat Nov 21 23:27:01 2026" | "21-Nov-2026 23:27:01.123"
 *            | "Sat 2026-11-21 23:27:01 UTC" | seconds                         journalctl(1), short-full and short-unix
 *   tag      = program ["[" process "]"] ":" SP                                a host has no colon behind it
 *   meraki   = "1" SP seconds SP host SP message                                Cisco Meraki
 *   rfc5424  = "1" SP RFC3339 SP host SP app SP process SP id SP data SP [BOM] message      RFC 5424 section 6
 */
const SPACE = 32;
const DOT = 46;
const COLON = 58;
const BRACKET = 91;
const LESS = 60;
const BAR = 124;
const QUOTE = 34;
const BACKSLASH = 92;
/** digits of a moment in seconds */
const SECONDS = 10;
/** digits of the length of a message */
const LENGTH_MAX = 6;
/** longest name of a program that is looked up */
const PROGRAM_MAX = 48;
/** longest name of a facility, and of a severity */
const KIND_MAX = 8;
/** RFC 5424 section 6.2.1, as programs write them. */
const SEVERITIES: ReadonlySet<string> = new Set(
  'emerg alert crit critical err error warn warning notice info debug'.split(' '),
);

class Syslog implements LineParser {
  readonly #stamps: Stamps;
  readonly #line = new Unwrapped();
  readonly #readers: Readers;

  constructor(context: ReaderContext) {
    this.#stamps = new Stamps(context.dating);
    this.#readers = new Readers(context);
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    const line = this.#line;
    line.bytes = bytes;
    line.record = record;
    line.end = to;
    return this.#envelope(bytes, from, to) ? this.#readers.read(line, sheaf) : Line.foreign;
  }

  end(sheaf: Sheaf): void {
    this.#readers.end(sheaf);
  }

  #envelope(bytes: Uint8Array, from: number, to: number): boolean {
    const line = this.#line;
    let at = afterLength(bytes, from, to);
    if (bytes[at] === LESS) {
      const close = find(bytes, 62, at, Math.min(to, at + 6));
      if (bytes[close] !== 62) return false;
      at = close + 1;
    }
    if (bytes[at] === 49 && bytes[at + 1] === SPACE) {
      if (this.#modern(bytes, at + 2, to)) return true;
      at += 2;
    }
    const afterStamp = this.#stamp(bytes, at);
    if (afterStamp < 0) return this.#relayed(bytes, at, to);
    if (afterStamp >= to) return false;
    line.time = this.#stamps.time;
    at = afterBlanks(bytes, bytes[afterStamp] === COLON ? afterStamp + 1 : afterStamp, to);
    this.#hostAndTag(bytes, at, to);
    if (line.program === '') this.#within(bytes, line.message, to);
    return true;
  }

  /** A line behind the name of the host, or the container, that it came from. */
  #relayed(bytes: Uint8Array, from: number, to: number): boolean {
    let at = afterBlanks(bytes, wordEnd(bytes, from, to), to);
    if (bytes[at] === BAR) at = afterBlanks(bytes, at + 1, to);
    const afterStamp = this.#usualStamp(bytes, at);
    if (afterStamp < 0 || afterStamp >= to) return false;
    this.#line.time = this.#stamps.time;
    this.#hostAndTag(bytes, afterBlanks(bytes, afterStamp, to), to);
    return this.#isNamed();
  }

  /** A line within a line: its time is the one that the relay set. */
  #within(bytes: Uint8Array, from: number, to: number): void {
    const line = this.#line;
    const { host, hostEnd } = line;
    if (bytes[from] === 49 && bytes[from + 1] === SPACE && this.#meraki(bytes, from + 2, to)) return;
    const afterStamp = this.#usualStamp(bytes, from);
    if (afterStamp < 0 || afterStamp >= to) return;
    this.#hostAndTag(bytes, afterBlanks(bytes, afterStamp, to), to);
    if (this.#isNamed()) return;
    line.host = host;
    line.hostEnd = hostEnd;
    line.program = '';
    line.message = from;
  }

  /** Whether a program wrote the line: what stands before a colon may be anything. */
  #isNamed(): boolean {
    return /^[a-z]/i.test(this.#line.program);
  }

  #stamp(bytes: Uint8Array, at: number): number {
    const after = this.#usualStamp(bytes, at);
    return after >= 0 ? after : this.#ownStamp(bytes, at);
  }

  #usualStamp(bytes: Uint8Array, at: number): number {
    const after = this.#stamps.syslog(bytes, at);
    return after >= 0 ? after : this.#stamps.iso(bytes, at);
  }

  /** Stamps of programs that write files of their own. */
  #ownStamp(bytes: Uint8Array, at: number): number {
    const stamps = this.#stamps;
    if (bytes[at] === BRACKET) {
      let inner = stamps.syslog(bytes, at + 1);
      if (inner < 0) inner = stamps.iso(bytes, at + 1);
      if (inner < 0) inner = stamps.epoch(bytes, at + 1);
      return inner >= 0 && bytes[inner] === 93 ? inner + 1 : -1;
    }
    if (bytes[at + 3] === SPACE) {
      const after = stamps.syslog(bytes, at + 4);
      return after >= 0 ? after : afterZone(bytes, stamps.iso(bytes, at + 4));
    }
    const seconds = bytes[at + SECONDS] === DOT ? stamps.epoch(bytes, at) : -1;
    return seconds > at + SECONDS ? seconds : stamps.dayFirst(bytes, at);
  }

  /** The first word is the host, unless it is a tag itself; the second is the tag, if it is one. */
  #hostAndTag(bytes: Uint8Array, from: number, to: number): void {
    const line = this.#line;
    line.host = from;
    line.hostEnd = from;
    line.program = '';
    line.message = from;
    if (this.#tag(bytes, from, to)) return;
    const host = afterKind(bytes, from, to);
    if (host > from && this.#tag(bytes, host, to)) return;
    const hostEnd = wordEnd(bytes, host, to);
    if (hostEnd === to) return;
    line.host = host;
    line.hostEnd = hostEnd;
    line.message = afterKind(bytes, afterBlanks(bytes, hostEnd, to), to);
    this.#tag(bytes, line.message, to);
  }

  /** `sshd[123]: `, `kernel: `, `postfix/smtpd[1]: `, `%ASA-4-106023: ` is a message. */
  #tag(bytes: Uint8Array, from: number, to: number): boolean {
    const line = this.#line;
    let at = from;
    const most = Math.min(to, from + PROGRAM_MAX);
    while (at < most && bytes[at] > SPACE && bytes[at] !== COLON && bytes[at] !== BRACKET) at += 1;
    const nameEnd = at;
    if (nameEnd === from || bytes[from] === 37) return false;
    if (bytes[at] === BRACKET) {
      at = find(bytes, 93, at, Math.min(to, at + 40)) + 1;
      if (bytes[at - 1] !== 93) return false;
    }
    if (bytes[at] !== COLON || (at + 1 < to && bytes[at + 1] !== SPACE)) return false;
    line.program = this.#name(bytes, from, nameEnd);
    line.message = Math.min(to, at + 2);
    return true;
  }

  #modern(bytes: Uint8Array, from: number, to: number): boolean {
    const line = this.#line;
    const afterStamp = this.#stamps.iso(bytes, from);
    if (afterStamp < 0) return this.#meraki(bytes, from, to);
    line.time = this.#stamps.time;
    line.host = afterStamp + 1;
    line.hostEnd = find(bytes, SPACE, line.host, to);
    const app = line.hostEnd + 1;
    const appEnd = find(bytes, SPACE, app, to);
    line.program =
      appEnd - app === 1 && bytes[app] === 45 ? '' : this.#name(bytes, app, Math.min(appEnd, app + PROGRAM_MAX));
    const processEnd = find(bytes, SPACE, appEnd + 1, to);
    const idEnd = find(bytes, SPACE, processEnd + 1, to);
    if (idEnd >= to) return false;
    let at = structuredEnd(bytes, idEnd + 1, to);
    if (bytes[at] === SPACE) at += 1;
    if (bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf) at += 3;
    line.message = Math.min(at, to);
    return true;
  }

  #meraki(bytes: Uint8Array, from: number, to: number): boolean {
    const afterStamp = bytes[from + SECONDS] === DOT ? this.#stamps.epoch(bytes, from) : -1;
    if (bytes[afterStamp] !== SPACE || afterStamp >= to) return false;
    this.#line.time = this.#stamps.time;
    this.#hostAndTag(bytes, afterStamp + 1, to);
    return true;
  }

  /** The same string for the same bytes as a line before, most of the time. */
  #name(bytes: Uint8Array, from: number, to: number): string {
    const last = this.#line.program;
    if (last.length === to - from && same(bytes, from, last)) return last;
    return latinText(bytes, from, to);
  }
}

/** Where the priority begins that stands behind a length in digits; `from` where none does. */
function afterLength(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && at - from < LENGTH_MAX && bytes[at] >= 48 && bytes[at] <= 57) at += 1;
  return at > from && bytes[at] === SPACE && bytes[at + 1] === LESS ? at + 1 : from;
}

function wordEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] > SPACE) at += 1;
  return at;
}

function afterBlanks(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] <= SPACE) at += 1;
  return at;
}

/** Where the word behind `authpriv.info` begins; `from` where no such word stands. */
function afterKind(bytes: Uint8Array, from: number, to: number): number {
  let dot = from;
  while (dot < to && dot - from <= KIND_MAX && bytes[dot] > DOT) dot += 1;
  if (bytes[dot] !== DOT || dot === from || bytes[dot + 1] < 65) return from;
  const end = wordEnd(bytes, dot, Math.min(to, dot + KIND_MAX + 2));
  return SEVERITIES.has(latinText(bytes, dot + 1, end).toLowerCase()) ? afterBlanks(bytes, end, to) : from;
}

/** Where a zone ends that is written as a word; `at` where none is. */
function afterZone(bytes: Uint8Array, at: number): number {
  if (at < 0 || bytes[at] !== SPACE) return at;
  let end = at + 1;
  while (bytes[end] >= 65 && bytes[end] <= 90) end += 1;
  return bytes[end] === SPACE && end > at + 2 ? end : at;
}

function same(bytes: Uint8Array, from: number, text: string): boolean {
  for (let n = 0; n < text.length; n += 1) if (bytes[from + n] !== text.charCodeAt(n)) return false;
  return true;
}

/** Where the structured data (`-` or `[…]` elements) end. */
function structuredEnd(bytes: Uint8Array, from: number, to: number): number {
  if (bytes[from] !== BRACKET) return find(bytes, SPACE, from, to);
  let quoted = false;
  for (let at = from; at < to; at += 1) {
    if (quoted && bytes[at] === BACKSLASH) at += 1;
    else if (bytes[at] === QUOTE) quoted = !quoted;
    else if (!quoted && bytes[at] === 93 && bytes[at + 1] !== BRACKET) return at + 1;
  }
  return to;
}

/** A stamp, the host, and a program's name; or the head of RFC 5424. */
const ENVELOPE =
  /^(?:\d{1,6} (?=<))?(?:<\d{1,3}>)?(?:1 \d{4}-\d\d-\d\dT\S+ \S+ \S+ \S+ \S+ [[-]|(?:[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?|\d{4}-\d\d-\d\d[T ])\d\d:\d\d:\d\d\S* \S+ (?:[a-z\d]+\.[a-z]+ )?[A-Za-z][\w./()-]*(?:\[\d+\])?: )/;

const input = lineInput({
  name: 'syslog',
  about: 'Lines of syslog (RFC 3164, RFC 5424): firewalls, sshd, mail, name servers and others, each by its dialect.',
  sample: 'Nov 21 23:28:03 ftp sshd[17181]: Failed password for root from 192.0.2.7 port 33753 ssh2',
  envelope: ENVELOPE,
  parser: (context) => new Syslog(context),
});

export const syslog: LineInput = {
  ...input,
  open: (source, context) => input.open(new OctetFrames(source), context),
};
