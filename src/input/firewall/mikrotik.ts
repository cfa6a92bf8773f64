// Hot: `read` runs once a line.
import { beginContact, type ContactBatch } from '../../record/contact.ts';
import { Trait } from '../../record/packet.ts';
import { ICMP, ICMP6, TCP, UDP } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { ACK, PSH, SYN } from '../../record/tcp-flags.ts';
import { Weird } from '../../record/weird.ts';
import { addressInto, find, findText, numberIn, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { FLAG_WORDS } from './flags.ts';
import { Asked, setOptionLength, tellPacket } from './tell.ts';
import { protocolIn, verdictIn, wordIn } from './words.ts';

/*
 * Packets that rules of RouterOS logged (MikroTik documentation, "Firewall" and "Log"; as RouterOS 6 and 7 write them):
 *
 *   message = [topics SP] [prefix SP] chain ": in:" interface " out:" interface "," [SP state] [" src-mac " mac ","] " proto " transport
 *             ", " end "->" end [", NAT " …] ", len " number
 *   topics  = "firewall,info";      state = "connection-state:" ("new" | "established" | "related" | "invalid" | "untracked") ["," "dnat" | "snat"]
 *   transport = "TCP (" flag *("," flag) ")" | "UDP" | "ICMP (type " n ", code " n ")" | "ICMPv6 (…)" | name | number
 *   end     = address [":" port] | "[" address "]" [":" port]
 *
 * The prefix is the administrator's; its words tell what the rule did. Of IPv6 packets `len` leaves the header out.
 */
const COMMA = 44;
const SPACE = 32;
const COLON = 58;
const BRACKET_END = 93;
const PAREN = 40;
const PAREN_END = 41;

class Mikrotik implements DialectReader {
  readonly #input: number;
  readonly #asked = new Asked();

  constructor({ input }: ReaderContext) {
    this.#input = input;
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const { bytes, end } = line;
    // Without a host the topics stand in its place.
    const topics = find(bytes, COMMA, line.host, line.hostEnd) < line.hostEnd;
    const from = topics ? line.host : line.message;
    const inAt = findText(bytes, 'in:', from, end);
    const out = inAt < 0 ? -1 : findText(bytes, ' out:', inAt, end);
    const proto = out < 0 ? -1 : findText(bytes, ' proto ', out, end);
    if (proto < 0) return Line.foreign;
    const batch = sheaf.contacts;
    const row = beginContact(batch);
    batch.time[row] = line.time;
    batch.input[row] = this.#input;
    batch.record[row] = line.record;
    const ends = transport(bytes, proto + 7, end, batch, row);
    if (ends < 0) return Weird['line-malformed'];
    if (!bothEnds(bytes, ends, end, batch, row)) return Weird['line-field-impossible'];
    const state = findText(bytes, 'connection-state:', out, proto);
    if (isRunning(bytes, state, proto) || batch.protocol[row] === 0) return Line.used;
    lengths(bytes, ends, end, batch, row);
    tellPacket(batch, row, verdictIn(bytes, from, inAt), this.#asked);
    return Line.used;
  }
}

/** Protocol, flags, type and code; returns where the two ends begin, −1: nowhere. */
function transport(bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): number {
  let at = from;
  while (at < to && bytes[at] !== COMMA && bytes[at] !== SPACE) at += 1;
  const protocol = protocolIn(bytes, from, at);
  if (protocol < 0) return -1;
  batch.protocol[row] = protocol;
  if (bytes[at] === SPACE && bytes[at + 1] === PAREN) {
    const close = find(bytes, PAREN_END, at, to);
    if (protocol === TCP) batch.flags[row] = flagsIn(bytes, at + 2, close);
    else icmp(bytes, at + 2, close, batch, row);
    at = close + 1;
  } else if (protocol === TCP) batch.traits[row] |= Trait.untold;
  return bytes[at] === COMMA ? at + 2 : -1;
}

function flagsIn(bytes: Uint8Array, from: number, to: number): number {
  let flags = 0;
  for (let at = from; at < to; at += 1) {
    const end = find(bytes, COMMA, at, to);
    flags |= FLAG_WORDS.get(wordIn(bytes, bytes[at] === SPACE ? at + 1 : at, end)) ?? 0;
    at = end;
  }
  return flags;
}

/** `type 8, code 0` */
function icmp(bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): void {
  const type = findText(bytes, 'type ', from, to);
  const code = findText(bytes, 'code ', from, to);
  if (type >= 0) batch.targetPort[row] = Math.max(0, numberIn(bytes, type + 5, find(bytes, COMMA, type, to)));
  if (code >= 0) batch.sourcePort[row] = Math.max(0, numberIn(bytes, code + 5, to));
}

/** `192.0.2.7:5->198.51.100.9:80` */
function bothEnds(bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): boolean {
  const arrow = findText(bytes, '->', from, to);
  if (arrow < 0) return false;
  const source = endInto(bytes, from, arrow, batch.address, row * 8);
  const target = endInto(bytes, arrow + 2, find(bytes, COMMA, arrow, to), batch.address, row * 8 + 4);
  if (source < -1 || target < -1) return false;
  if (batch.address[row * 8 + 2] !== 0xffff) batch.traits[row] |= Trait.v6;
  if (source >= 0) batch.sourcePort[row] = source;
  if (target >= 0) batch.targetPort[row] = target;
  return true;
}

/** Port of an end, whose address is written; −1: it has none; −2: it is none. */
function endInto(bytes: Uint8Array, from: number, to: number, words: Uint32Array, at: number): number {
  if (addressInto(bytes, from, to, words, at)) return -1;
  let colon = to - 1;
  while (colon > from && bytes[colon] !== COLON && bytes[colon] !== BRACKET_END) colon -= 1;
  if (!addressInto(bytes, from, colon, words, at)) return -2;
  const port = numberIn(bytes, colon + 1, to);
  return port >= 0 && port < 65_536 ? port : -2;
}

/** Packets of a connection that the firewall knows are no contacts of their own. */
function isRunning(bytes: Uint8Array, state: number, to: number): boolean {
  if (state < 0) return false;
  return standsAt(bytes, state + 17, to, 'established') || standsAt(bytes, state + 17, to, 'related');
}

function lengths(bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): void {
  const at = findText(bytes, 'len ', from, to);
  let end = at < 0 ? to : at + 4;
  while (end < to && bytes[end] >= 48 && bytes[end] <= 57) end += 1;
  const length = at < 0 ? -1 : numberIn(bytes, at + 4, end);
  if (length < 0) {
    batch.traits[row] |= Trait.untold;
    return;
  }
  const inner = length - ((batch.traits[row] & Trait.v6) !== 0 ? 0 : 20);
  const protocol = batch.protocol[row];
  if (protocol === UDP || protocol === ICMP || protocol === ICMP6) batch.length[row] = Math.max(0, inner - 8);
  else if (protocol === TCP) {
    setOptionLength(batch, row, Math.min(40, inner - 20));
    const pushes = (batch.flags[row] & (PSH | ACK | SYN)) === (PSH | ACK);
    if (inner > 60 || (pushes && inner > 32)) batch.length[row] = inner - 20;
  }
}

export const mikrotik: Dialect = {
  name: 'mikrotik',
  about: 'Packets that rules of RouterOS (MikroTik) logged.',
  sample:
    'Nov 21 23:27:44 gw firewall,info drop-in input: in:ether1 out:(unknown 0), connection-state:new src-mac 02:00:5e:10:00:17, proto TCP (SYN), 192.0.2.77:59388->198.51.100.22:23, len 40',
  programs: ['', 'firewall*', 'input', 'forward', 'output', 'prerouting', 'postrouting', 'srcnat', 'dstnat', 'script*'],
  reader: (context) => new Mikrotik(context),
};
