// Hot: `read` runs once a line.
import { beginContact, type ContactBatch } from '../../record/contact.ts';
import { Trait } from '../../record/packet.ts';
import { ICMP, ICMP6, TCP, UDP } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { addressInto, find, findText, numberIn, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { flagsIn } from './flags.ts';
import { Asked, OPTIONS_UNTOLD, setOptionLength, tellPacket } from './tell.ts';
import { numberAfter, protocolIn, Verdict } from './words.ts';

/*
 * Packets that `tcpdump -e -i pflog0` printed:
 *
 *   "rule " number "/" [sub] "(" reason "):" SP action SP ("in" | "out") " on " interface ":" SP [details] ends rest
 *   ends  = address ["." port] " > " address ["." port] ":"
 *   rest  = "Flags [" letters "]," … "win " n … "length " n  |  "UDP, length " n  |  "ICMP echo request, id …"  | OpenBSD's older forms
 */
const FLAGS = 'Flags [';
const SPACE = 32;
const DOT = 46;
const SLASH = 47;
const COLON = 58;
const BRACKET_END = 93;

class Pflog implements DialectReader {
  readonly #input: number;
  readonly #asked = new Asked();

  constructor({ input }: ReaderContext) {
    this.#input = input;
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const { bytes, end } = line;
    // With a stamp alone before it, the word "rule" stands where a host would.
    const rule = ruleAt(bytes, line.host, end);
    if (rule < 0) return Line.foreign;
    const batch = sheaf.contacts;
    const row = beginContact(batch);
    batch.time[row] = line.time;
    batch.input[row] = this.#input;
    batch.record[row] = line.record;
    return this.#packet(bytes, rule, end, batch, row);
  }

  #packet(bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): number {
    const on = findText(bytes, ' on ', from, to);
    const interfaceEnd = on < 0 ? to : find(bytes, COLON, on, to);
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
    if (!transport(bytes, targetEnd + 1, to, targetPort, batch, row)) return Line.used;
    tellPacket(batch, row, refused ? Verdict.refused : Verdict.passed, this.#asked);
    return Line.used;
  }

  /** `(tos 0x0, ttl 245, id 54321, offset 0, flags [DF], proto TCP (6), length 44)`, with -v. */
  #details(bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): void {
    batch.ttl[row] = Math.max(0, numberAfter(bytes, 'ttl ', from, to), numberAfter(bytes, 'hlim ', from, to));
    batch.ipId[row] = Math.max(0, numberAfter(bytes, ' id ', from, to));
    if (findText(bytes, '[DF]', from, to) >= 0) batch.traits[row] |= Trait.dontFragment;
    const protocol = findText(bytes, 'proto ', from, to);
    const end = protocol < 0 ? to : find(bytes, SPACE, protocol + 6, to);
    batch.protocol[row] = protocol < 0 ? 0 : Math.max(0, protocolIn(bytes, protocol + 6, end));
  }
}

/** Protocol and header fields of what is printed behind the ends; false: it reaches for nobody, or is in no form known. */
function transport(
  bytes: Uint8Array,
  from: number,
  to: number,
  port: number,
  batch: ContactBatch,
  row: number,
): boolean {
  const { protocol, length, traits } = batch;
  let at = from;
  while (at < to && bytes[at] === SPACE) at += 1;
  length[row] = Math.max(0, numberAfter(bytes, 'length ', at, to));
  if (segment(bytes, at, to, port, batch, row)) return true;
  if (findText(bytes, 'echo request', at, Math.min(to, at + 40)) >= 0) {
    const v6 = (traits[row] & Trait.v6) !== 0;
    const number = Math.max(0, numberAfter(bytes, 'seq ', at, to));
    protocol[row] = v6 ? ICMP6 : ICMP;
    batch.targetPort[row] = v6 ? 128 : 8;
    batch.seq[row] = (Math.max(0, numberAfter(bytes, 'id ', at, to)) << 16) | (number & 0xffff);
    return true;
  }
  if (port < 0) return protocol[row] > ICMP && protocol[row] !== ICMP6;
  if (protocol[row] === 0) protocol[row] = UDP;
  if (numberAfter(bytes, 'length ', at, to) < 0) traits[row] |= Trait.untold;
  return true;
}

/** `Flags [S], seq 9, win 1024, options [mss 1460], length 0`, or OpenBSD's `S 9:9(0) win 1024 <mss 1460>`. */
function segment(bytes: Uint8Array, at: number, to: number, port: number, batch: ContactBatch, row: number): boolean {
  const named = standsAt(bytes, at, to, FLAGS);
  const from = named ? at + FLAGS.length : at;
  const end = find(bytes, named ? BRACKET_END : SPACE, from, to);
  const window = numberAfter(bytes, ' win ', at, to);
  if (!named && (port < 0 || window < 0 || end - from > 8)) return false;
  batch.protocol[row] = TCP;
  batch.flags[row] = flagsIn(bytes, from, end);
  batch.seq[row] = Math.max(0, numberAfter(bytes, 'seq ', at, to));
  batch.ack[row] = Math.max(0, numberAfter(bytes, 'ack ', at, to));
  batch.window[row] = Math.max(0, window);
  const options = findText(bytes, 'options [', at, to);
  if (options < 0) batch.options[row] = findText(bytes, '<mss', at, to) < 0 ? 0 : OPTIONS_UNTOLD;
  else if (findText(bytes, ',', options, find(bytes, BRACKET_END, options, to)) < 0) setOptionLength(batch, row, 4);
  else batch.options[row] = OPTIONS_UNTOLD;
  return true;
}

/** Address with or without a port after its last dot; returns the port, −1 when there is none, −2 when it is no address. */
function endInto(bytes: Uint8Array, from: number, to: number, words: Uint32Array, at: number): number {
  if (addressInto(bytes, from, to, words, at)) return -1;
  let dot = to - 1;
  while (dot > from && bytes[dot] !== DOT) dot -= 1;
  if (!addressInto(bytes, from, dot, words, at)) return -2;
  const port = numberIn(bytes, dot + 1, to);
  return port >= 0 && port < 65_536 ? port : -2;
}

/** The target ends at the colon that a blank follows. */
function endOfTarget(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] > SPACE) at += 1;
  return at > from && bytes[at - 1] === COLON ? at - 1 : at;
}

/** Where `rule 5/0(match): ` begins, at the start or after a time that tcpdump put there; −1: nowhere. */
function ruleAt(bytes: Uint8Array, from: number, to: number): number {
  const at = findText(bytes, 'rule ', from, Math.min(to, from + 80));
  if (at < 0 || (at > from && bytes[at - 1] !== SPACE) || bytes[at + 5] < 48 || bytes[at + 5] > 57) return -1;
  return find(bytes, SLASH, at + 6, Math.min(to, at + 16)) < Math.min(to, at + 16) ? at : -1;
}

export const pflog: Dialect = {
  name: 'pflog',
  about: 'Packets that pf logged, as tcpdump prints them from pflog0 (with a date: -tttt).',
  sample:
    '2026-11-21 23:27:44.123456 rule 5/0(match): block in on em0: 192.0.2.77.51234 > 198.51.100.22.445: Flags [S], seq 3163518218, win 1024, options [mss 1460], length 0',
  // Without a host, the number of the rule stands where the program would.
  programs: ['', 'pf', 'pflog*', '0*', '1*', '2*', '3*', '4*', '5*', '6*', '7*', '8*', '9*'],
  reader: (context) => new Pflog(context),
};
