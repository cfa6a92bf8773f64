// Hot: `read` runs once a line.
import { beginContact, type ContactBatch } from '../../record/contact.ts';
import { Trait } from '../../record/packet.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { addressInto, find, findText, numberIn, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { Columns } from './columns.ts';
import { Asked, Flag, OPTIONS_UNTOLD, setOptionLength, tellPacket } from './tell.ts';
import { ICMP, ICMP6, SCTP, TCP, UDP, Verdict, protocolIn, vocabulary, wordIn } from './words.ts';

/*
 * filterlog of pfSense and OPNsense (Netgate docs, "Raw Filter Log Format"; the columns are the same in all versions):
 *
 *   line  = rule "," sub-rule "," anchor "," tracker "," interface "," reason "," action "," direction "," version "," ip
 *   ip    = "4" "," tos "," ecn "," ttl "," id "," offset "," ("none" | "DF" | …) "," protocol "," name "," size "," source "," target
 *         | "6" "," class "," flow-label "," hop-limit "," name "," protocol "," size "," source "," target
 *   TCP   = source-port "," target-port "," payload "," flags "," seq[":" end] "," ack "," window "," urgent "," options
 *   UDP   = source-port "," target-port "," payload
 *   ICMP  = word, then by word: ("request" | "reply" | "tstamp" | "tstampreply") "," id "," seq …
 *   flags = letters of S A F R P U E C W;  options = names joined by ";"
 *
 * Packets that `tcpdump -e -i pflog0` printed:
 *
 *   "rule " number "/" [sub] "(" reason "):" SP action SP ("in" | "out") " on " interface ":" SP [details] ends rest
 *   ends  = address ["." port] " > " address ["." port] ":"
 *   rest  = "Flags [" letters "]," … "win " n … "length " n  |  "UDP, length " n  |  "ICMP echo request, id …"  | OpenBSD's older forms
 */
const Column = { action: 6, direction: 7, version: 8 } as const;
const V4 = { ttl: 11, id: 12, offset: 13, flags: 14, protocol: 15, size: 17, source: 18 } as const;
const V6 = { flow: 10, hops: 11, protocol: 13, size: 14, source: 15 } as const;

const ACTIONS = vocabulary([
  ['pass match rdr nat binat nop scrub', Verdict.passed],
  ['block reject', Verdict.refused],
]);

/** ICMP words of filterlog → type; others are errors. */
const ICMP_TYPES = vocabulary([
  ['reply', 0],
  ['request', 8],
  ['tstamp', 13],
  ['tstampreply', 14],
  ['maskreply', 18],
]);
/** type of messages that reach for nobody */
const ICMP_ERROR = 3;

const SPACE = 32;
const DOT = 46;
const COMMA = 44;

class Pf implements DialectReader {
  readonly #input: number;
  readonly #asked = new Asked();
  readonly #columns = new Columns(40);

  constructor({ input }: ReaderContext) {
    this.#input = input;
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const { bytes, end } = line;
    const batch = sheaf.contacts;
    const row = beginContact(batch);
    batch.time[row] = line.time;
    batch.input[row] = this.#input;
    batch.record[row] = line.record;
    // Printed with a stamp alone, the word "rule" stands where a host would.
    const rule = ruleAt(bytes, line.host, end);
    if (rule >= 0) return this.#printed(bytes, rule, end, batch, row);
    return this.#columned(bytes, line.message, end, batch, row);
  }

  #columned(bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): number {
    const c = this.#columns;
    if (c.split(bytes, from, to, COMMA) < 12) return Line.foreign;
    const verdict = ACTIONS.get(wordIn(bytes, c.start(Column.action), c.end(Column.action)));
    const version = c.number(Column.version);
    if (verdict === undefined || c.length(Column.direction) > 6) return Line.foreign;
    if (version !== 4 && version !== 6) return Line.foreign;
    const next = version === 4 ? this.#v4(batch, row) : this.#v6(batch, row);
    if (next < 0) return Weird['line-field-impossible'];
    if (next === 0 || !this.#transport(bytes, next, batch, row)) return Line.used;
    tellPacket(batch, row, verdict, this.#asked);
    return Line.used;
  }

  /** First column after the addresses; 0: a later fragment; −1: a value cannot be. */
  #v4(batch: ContactBatch, row: number): number {
    const c = this.#columns;
    batch.ttl[row] = Math.max(0, c.number(V4.ttl));
    batch.ipId[row] = Math.max(0, c.number(V4.id));
    batch.protocol[row] = Math.max(0, c.number(V4.protocol));
    if (findText(c.bytes, 'DF', c.start(V4.flags), c.end(V4.flags)) >= 0) batch.traits[row] |= Trait.dontFragment;
    if (c.number(V4.offset) > 0 || batch.protocol[row] === 0) return 0;
    return this.#addresses(V4.source, batch, row);
  }

  #v6(batch: ContactBatch, row: number): number {
    const c = this.#columns;
    batch.traits[row] |= Trait.v6;
    batch.ttl[row] = Math.max(0, c.number(V6.hops));
    batch.ipId[row] = Number.parseInt(c.text(V6.flow), 16) & 0xffff;
    batch.protocol[row] = Math.max(0, c.number(V6.protocol));
    if (batch.protocol[row] === 0) return 0;
    return this.#addresses(V6.source, batch, row);
  }

  #addresses(column: number, batch: ContactBatch, row: number): number {
    const c = this.#columns;
    const source = c.address(column, batch.address, row * 8);
    return source && c.address(column + 1, batch.address, row * 8 + 4) ? column + 2 : -1;
  }

  /** Reads what follows the addresses, from column `at`; false: the packet reaches for nobody. */
  #transport(bytes: Uint8Array, at: number, batch: ContactBatch, row: number): boolean {
    const c = this.#columns;
    const protocol = batch.protocol[row];
    if (protocol === TCP || protocol === UDP || protocol === SCTP) {
      if (c.number(at) < 0 || c.number(at + 1) < 0) return false;
      batch.sourcePort[row] = c.number(at);
      batch.targetPort[row] = c.number(at + 1);
      batch.length[row] = Math.max(0, c.number(at + 2));
      if (protocol === TCP) this.#segment(bytes, at + 3, batch, row);
    } else if (protocol === ICMP) {
      const type = ICMP_TYPES.get(wordIn(bytes, c.start(at), c.end(at))) ?? ICMP_ERROR;
      batch.targetPort[row] = type;
      batch.seq[row] = (Math.max(0, c.number(at + 1)) << 16) | (Math.max(0, c.number(at + 2)) & 0xffff);
      batch.length[row] = Math.max(0, c.number(V4.size) - 28);
    } else if (protocol === ICMP6) {
      // The type is told by no version but those that print a word; without it nobody can tell an echo from discovery.
      batch.targetPort[row] = ICMP_TYPES.get(wordIn(bytes, c.start(at), c.end(at))) === 8 ? 128 : ICMP_ERROR;
    }
    return true;
  }

  #segment(bytes: Uint8Array, at: number, batch: ContactBatch, row: number): void {
    const c = this.#columns;
    batch.flags[row] = flagsIn(bytes, c.start(at), c.end(at));
    batch.seq[row] = numberIn(bytes, c.start(at + 1), find(bytes, 58, c.start(at + 1), c.end(at + 1)));
    if (c.length(at + 1) === 0) batch.seq[row] = 0;
    batch.ack[row] = Math.max(0, c.number(at + 2));
    batch.window[row] = Math.max(0, c.number(at + 3));
    batch.urgent[row] = Math.max(0, c.number(at + 4));
    const options = c.length(at + 5);
    const isMss = options === 3 && standsAt(bytes, c.start(at + 5), c.end(at + 5), 'mss');
    if (isMss) setOptionLength(batch, row, 4);
    else batch.options[row] = options > 0 ? OPTIONS_UNTOLD : 0;
  }

  #printed(bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): number {
    const on = findText(bytes, ' on ', from, to);
    const interfaceEnd = on < 0 ? to : find(bytes, 58, on, to);
    const arrow = findText(bytes, ' > ', interfaceEnd, to);
    if (arrow < 0) return Weird['line-malformed'];
    let source = arrow;
    while (source > interfaceEnd && bytes[source - 1] !== SPACE) source -= 1;
    const targetEnd = endOfTarget(bytes, arrow + 3, to);
    const sourcePort = endInto(bytes, source, arrow, batch.address, row * 8);
    const targetPort = endInto(bytes, arrow + 3, targetEnd, batch.address, row * 8 + 4);
    if (sourcePort < -1 || targetPort < -1) return Weird['line-field-impossible'];
    if (batch.address[row * 8 + 2] !== 0xffff) batch.traits[row] |= Trait.v6;
    const refused = findText(bytes, ' block ', from, on) >= 0 || findText(bytes, ' reject ', from, on) >= 0;
    this.#details(bytes, interfaceEnd, source, batch, row);
    batch.sourcePort[row] = Math.max(0, sourcePort);
    batch.targetPort[row] = Math.max(0, targetPort);
    if (!printedTransport(bytes, targetEnd + 1, to, targetPort, batch, row)) return Line.used;
    tellPacket(batch, row, refused ? Verdict.refused : Verdict.passed, this.#asked);
    return Line.used;
  }

  /** `(tos 0x0, ttl 245, id 54321, offset 0, flags [DF], proto TCP (6), length 44)`, with -v. */
  #details(bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): void {
    batch.ttl[row] = Math.max(0, after(bytes, 'ttl ', from, to), after(bytes, 'hlim ', from, to));
    batch.ipId[row] = Math.max(0, after(bytes, ' id ', from, to));
    if (findText(bytes, '[DF]', from, to) >= 0) batch.traits[row] |= Trait.dontFragment;
    const protocol = findText(bytes, 'proto ', from, to);
    const end = protocol < 0 ? to : find(bytes, SPACE, protocol + 6, to);
    batch.protocol[row] = protocol < 0 ? 0 : Math.max(0, protocolIn(bytes, protocol + 6, end));
  }
}

/** Protocol and header fields of printed packets; false: it reaches for nobody, or is none of the forms known. */
function printedTransport(bytes: Uint8Array, from: number, to: number, port: number, batch: ContactBatch, row: number): boolean {
  const { protocol, length, traits } = batch;
  let at = from;
  while (at < to && bytes[at] === SPACE) at += 1;
  length[row] = Math.max(0, after(bytes, 'length ', at, to));
  const flags = standsAt(bytes, at, to, 'Flags [') ? at + 7 : at;
  const flagsEnd = flags > at ? find(bytes, 93, flags, to) : find(bytes, SPACE, flags, to);
  if (flags > at || (port >= 0 && after(bytes, ' win ', at, to) >= 0 && flagsEnd - flags <= 8)) {
    protocol[row] = TCP;
    batch.flags[row] = flagsIn(bytes, flags, flagsEnd);
    batch.seq[row] = Math.max(0, after(bytes, 'seq ', at, to));
    batch.ack[row] = Math.max(0, after(bytes, 'ack ', at, to));
    batch.window[row] = Math.max(0, after(bytes, ' win ', at, to));
    const options = findText(bytes, 'options [', at, to);
    if (options < 0) batch.options[row] = findText(bytes, '<mss', at, to) < 0 ? 0 : OPTIONS_UNTOLD;
    else if (findText(bytes, ',', options, find(bytes, 93, options, to)) < 0) setOptionLength(batch, row, 4);
    else batch.options[row] = OPTIONS_UNTOLD;
    return true;
  }
  if (findText(bytes, 'echo request', at, Math.min(to, at + 40)) >= 0) {
    const v6 = (traits[row] & Trait.v6) !== 0;
    protocol[row] = v6 ? ICMP6 : ICMP;
    batch.targetPort[row] = v6 ? 128 : 8;
    batch.seq[row] = (Math.max(0, after(bytes, 'id ', at, to)) << 16) | (Math.max(0, after(bytes, 'seq ', at, to)) & 0xffff);
    return true;
  }
  if (protocol[row] === 0 && port >= 0) protocol[row] = UDP;
  if (port >= 0 && after(bytes, 'length ', at, to) < 0) traits[row] |= Trait.untold;
  return port >= 0 && protocol[row] !== 0 ? true : protocol[row] > ICMP && protocol[row] !== ICMP6;
}

/** The number after a word; −1: the word is not there. */
function after(bytes: Uint8Array, text: string, from: number, to: number): number {
  const found = findText(bytes, text, from, to);
  if (found < 0) return -1;
  let end = found + text.length;
  while (end < to && bytes[end] >= 48 && bytes[end] <= 57) end += 1;
  return numberIn(bytes, found + text.length, end);
}

/** Address with or without a port after its last dot; returns the port, −1 when there is none, −2 when it is no address. */
function endInto(bytes: Uint8Array, from: number, to: number, words: Uint32Array, at: number): number {
  if (addressInto(bytes, from, to, words, at)) return -1;
  let dot = to - 1;
  while (dot > from && bytes[dot] !== DOT) dot -= 1;
  if (!addressInto(bytes, from, dot, words, at)) return -2;
  const port = numberIn(bytes, dot + 1, to);
  return port >= 0 && port < 65536 ? port : -2;
}

/** The target ends at the colon that a blank follows. */
function endOfTarget(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] > SPACE) at += 1;
  return at > from && bytes[at - 1] === 58 ? at - 1 : at;
}

/** Where `rule 5/0(match): ` begins, at the start or after a time that tcpdump put there; −1: nowhere. */
function ruleAt(bytes: Uint8Array, from: number, to: number): number {
  const at = findText(bytes, 'rule ', from, Math.min(to, from + 80));
  if (at < 0 || (at > from && bytes[at - 1] !== SPACE) || bytes[at + 5] < 48 || bytes[at + 5] > 57) return -1;
  return find(bytes, 47, at + 6, Math.min(to, at + 16)) < Math.min(to, at + 16) ? at : -1;
}

/** Letters of flags: S A . F R P U E C W(CWR, as tcpdump prints it). */
export function flagsIn(bytes: Uint8Array, from: number, to: number): number {
  let flags = 0;
  for (let at = from; at < to; at += 1) flags |= FLAG_LETTERS[bytes[at] & 127];
  return flags;
}

const FLAG_LETTERS = new Uint16Array(128);
for (const [letter, flag] of [
  ['S', Flag.syn],
  ['A', Flag.ack],
  ['.', Flag.ack],
  ['F', Flag.fin],
  ['R', Flag.rst],
  ['P', Flag.psh],
  ['U', Flag.urg],
  ['E', Flag.ece],
  ['C', Flag.cwr],
  ['W', Flag.cwr],
] as const)
  FLAG_LETTERS[letter.charCodeAt(0)] = flag;

export const pf: Dialect = {
  name: 'pf',
  about: 'packets that pf logged: filterlog of pfSense and OPNsense, and what tcpdump prints of pflog0',
  sample:
    'Nov 21 23:27:44 gw filterlog[31337]: 5,,,1000000103,igb0,match,block,in,4,0x0,,240,54321,0,none,6,tcp,44,192.0.2.77,198.51.100.22,39682,8080,0,S,3163518218,,1024,,mss',
  programs: ['filterlog', 'pf', 'pflog*', 'pflogd', ''],
  reader: (context) => new Pf(context),
};
