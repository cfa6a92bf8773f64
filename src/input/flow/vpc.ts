// Hot: `line` runs once a row.
import { Proof } from '../../record/contact.ts';
import { latinText } from '../../record/latin.ts';
import { ICMP, ICMP6, TCP } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { ACK, FIN, PSH, RST, SYN } from '../../record/tcp-flags.ts';
import { Weird } from '../../record/weird.ts';
import { addressInto, find, numberIn, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { parseObject, textAt } from '../json.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import { Columns } from './columns.ts';
import { UNTOLD } from './decide.ts';
import { Pairs } from './pairs.ts';
import { tellRefused } from './refused.ts';

/*
 * Flow logs of AWS VPC (Amazon VPC User Guide, "Flow log records"), versions 2 to 5: fields between blanks, "-" where
 * one does not apply.
 *
 *   head     names of the fields, as in files on S3; any choice, any order
 *   default  version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status
 *   line     [RFC3339 SP] fields                          as CloudWatch writes streams out
 *          | {"message": fields, …}                       as it exports them
 *   start, end            seconds since 1970 of the first and the last packet within 1 or 10 minutes
 *   action                ACCEPT | REJECT, by security groups and network ACLs
 *   log-status            OK | NODATA | SKIPDATA          of the others nothing more is told
 *   tcp-flags             FIN 1, SYN 2, RST 4, SYN-ACK 18 of the interval, ACK only with SYN; 0: none of them
 *   pkt-srcaddr, -dstaddr the addresses in the packets, where those of the interface are others (NAT, load balancers)
 *
 * A row tells one direction; `Pairs` puts both together. ICMP comes without its type: what is asked is taken for an echo.
 */
const START = 0;
const END = 1;
const SOURCE = 2;
const TARGET = 3;
const SOURCE_PORT = 4;
const TARGET_PORT = 5;
const PROTOCOL = 6;
const PACKETS = 7;
const BYTES = 8;
const ACTION = 9;
const STATUS = 10;
const FLAGS = 11;
const PACKET_SOURCE = 12;
const PACKET_TARGET = 13;
const VERSION = 14;

const NAMES: ReadonlyMap<string, number> = new Map([
  ['start', START],
  ['end', END],
  ['srcaddr', SOURCE],
  ['dstaddr', TARGET],
  ['srcport', SOURCE_PORT],
  ['dstport', TARGET_PORT],
  ['protocol', PROTOCOL],
  ['packets', PACKETS],
  ['bytes', BYTES],
  ['action', ACTION],
  ['log-status', STATUS],
  ['tcp-flags', FLAGS],
  ['pkt-srcaddr', PACKET_SOURCE],
  ['pkt-dstaddr', PACKET_TARGET],
  ['version', VERSION],
]);
const DEFAULT =
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status'.split(
    ' ',
  );

const SPACE = 32;
const OPEN_BRACE = 123;
const DASH = 45;
const LETTER_T = 84;
/** Packets from one side that make more of its SYN than a try. */
const ESTABLISHED = 3;
/** IP bytes of a segment that carries next to nothing. */
const BARE = 66;
const encoder = new TextEncoder();

class VpcFlow implements LineParser {
  readonly #pairs: Pairs;
  readonly #stamps: Stamps;
  readonly #input: number;
  readonly #columns = new Columns(NAMES, SPACE);

  constructor({ dating, input }: ReaderContext) {
    this.#pairs = new Pairs(input);
    this.#stamps = new Stamps(dating);
    this.#input = input;
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    if (bytes[from] === OPEN_BRACE) return this.#message(bytes, from, to, sheaf, record);
    const at = this.#afterStamp(bytes, from, to);
    if (bytes[at] > 57) return this.#head(bytes, at, to);
    if (!this.#columns.known && !this.#isDefault(bytes, at, to)) return Line.foreign;
    if (!this.#columns.split(bytes, at, to)) return Weird['line-malformed'];
    return this.#row(bytes, sheaf, record);
  }

  end(sheaf: Sheaf): void {
    this.#pairs.drain(sheaf.contacts);
  }

  #message(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    const value = parseObject(bytes, from, to);
    const message = typeof value === 'number' ? '' : textAt(value, 'message');
    const line = encoder.encode(message);
    if (line.length === 0 || line[0] === OPEN_BRACE) return Line.foreign;
    return this.line(line, 0, line.length, sheaf, record);
  }

  /** Where the fields begin, behind what CloudWatch put before them. */
  #afterStamp(bytes: Uint8Array, from: number, to: number): number {
    if (to - from < 21 || bytes[from + 10] !== LETTER_T) return from;
    const end = this.#stamps.iso(bytes, from);
    return end > 0 && bytes[end] === SPACE ? end + 1 : from;
  }

  #head(bytes: Uint8Array, from: number, to: number): number {
    const names = latinText(bytes, from, Math.min(to, from + 2048))
      .split(' ')
      .filter((name) => name !== '');
    const isHead = names.includes('srcaddr') || names.includes('pkt-srcaddr');
    return isHead && this.#columns.lay(names, [START]) ? Line.used : Line.foreign;
  }

  /** Takes the default format when the row has its fields: `2 123456789010 eni-… …`. */
  #isDefault(bytes: Uint8Array, from: number, to: number): boolean {
    const account = find(bytes, SPACE, from, to) + 1;
    const face = find(bytes, SPACE, account, to) + 1;
    if (account - from !== 2 || !standsAt(bytes, face, to, 'eni-')) return false;
    let fields = 3;
    for (let at = face; at < to; at += 1) if (bytes[at] === SPACE) fields += 1;
    return fields === DEFAULT.length && this.#columns.lay(DEFAULT, [START]);
  }

  #number(bytes: Uint8Array, column: number): number {
    return numberIn(bytes, this.#columns.from[column], this.#columns.to[column]);
  }

  #row(bytes: Uint8Array, sheaf: Sheaf, record: number): number {
    const { from, to } = this.#columns;
    const { flow } = this.#pairs;
    // NODATA and SKIPDATA begin with other letters than OK
    if (this.#columns.has(STATUS) && (bytes[from[STATUS]] === 78 || bytes[from[STATUS]] === 83)) return Line.used;
    flow.clear();
    flow.record = record;
    const start = this.#number(bytes, START);
    if (start <= 0) return Weird['line-time-impossible'];
    flow.start = start * 1e6;
    flow.end = Math.max(start, this.#number(bytes, END)) * 1e6;
    const protocol = this.#number(bytes, PROTOCOL);
    const ends = this.#end(bytes, PACKET_SOURCE, SOURCE, 0) && this.#end(bytes, PACKET_TARGET, TARGET, 4);
    const sourcePort = Math.max(0, this.#number(bytes, SOURCE_PORT));
    const targetPort = Math.max(0, this.#number(bytes, TARGET_PORT));
    if (!ends || protocol < 0 || protocol > 255 || sourcePort > 0xffff || targetPort > 0xffff)
      return Weird['line-field-impossible'];
    flow.protocol = protocol;
    flow.sourcePort = sourcePort;
    flow.targetPort = protocol === ICMP || protocol === ICMP6 ? UNTOLD : targetPort;
    flow.packets = Math.max(1, this.#number(bytes, PACKETS));
    flow.bytes = Math.max(0, this.#number(bytes, BYTES));
    const told = this.#columns.has(FLAGS) && protocol === TCP ? this.#number(bytes, FLAGS) : -1;
    if (told >= 0) flow.flags = flagsOf(told & 255, flow.packets, flow.bytes);
    const rejected = bytes[from[ACTION]] === 82 && to[ACTION] > from[ACTION];
    if (rejected) tellRefused(flow, sheaf.contacts, this.#input, Proof.filtered);
    else this.#pairs.add(sheaf.contacts);
    return Line.used;
  }

  /** The address in the packets, or else that of the interface. */
  #end(bytes: Uint8Array, packet: number, face: number, at: number): boolean {
    const { from, to } = this.#columns;
    const { address } = this.#pairs.flow;
    const told = this.#columns.has(packet) && bytes[from[packet]] !== DASH && to[packet] > from[packet];
    const column = told ? packet : face;
    return addressInto(bytes, from[column], to[column], address, at);
  }
}

/**
 * Flags as all packets of the interval had them, of which AWS leaves the bare ACK out: whoever went on after SYN, or goes
 * on without one, acknowledged.
 */
function flagsOf(told: number, packets: number, bytes: number): number {
  const data = bytes > BARE * packets ? PSH : 0;
  if ((told & ACK) !== 0) return told | data;
  if ((told & SYN) !== 0) return packets >= ESTABLISHED && (told & FIN || data) !== 0 ? told | ACK | data : told & ~FIN;
  return (told & RST) !== 0 && (told & FIN) === 0 && packets < ESTABLISHED ? told : told | ACK | PSH;
}

export const vpc = lineInput({
  name: 'aws-vpc-flow',
  about: 'Flow logs of AWS VPC, versions 2 to 5, in the default order or that of the head, also from CloudWatch.',
  sample:
    '2 123456789010 eni-1235b8ca123456789 192.0.2.7 203.0.113.10 49761 3389 6 1 40 1795303619 1795303679 REJECT OK',
  parser: (context) => new VpcFlow(context),
});
