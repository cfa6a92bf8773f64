// Hot: `line` runs once a row.
import { latinText } from '../../record/latin.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { addressInto, numberIn, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import { Columns } from './columns.ts';
import { UNTOLD } from './decide.ts';
import { Errors } from './errors.ts';
import { Pairs } from './pairs.ts';
import { partFlags } from './part-flags.ts';
import { flagsIn, protocolIn } from './protocols.ts';

/*
 * CSV of nfdump (man page nfdump(1), `-o csv`; the names of the columns stand in the head).
 *
 *   long    1.6, 1.7      ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out,…,tr
 *   short   from 1.7.3    firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,bps,bpp,flows
 *   stamp   "2026-11-21 22:34:32" [fraction], in the zone of the machine nfdump ran on; or seconds since 1970
 *   dp      port; of ICMP type * 256 + code, or "type.code"
 *   pr      name or number
 *   flg     letters of CEUAPRSF, dots for those not set; 1.6 has the last six only
 *   opkt    packets back, of exporters and aggregations that know both ways
 *   end     "Summary" or "Summary: …", and what follows it
 *
 * A row tells one direction: `Pairs` puts both together, `Errors` what was refused by ICMP. Without a head the columns are those of the format that fits.
 */
const START = 0;
const END = 1;
const DURATION = 2;
const SOURCE = 3;
const TARGET = 4;
const SOURCE_PORT = 5;
const TARGET_PORT = 6;
const PROTOCOL = 7;
const FLAGS = 8;
const PACKETS = 9;
const BYTES = 10;
const PACKETS_BACK = 11;
const BYTES_BACK = 12;
const RECEIVED = 13;

const NAMES: ReadonlyMap<string, number> = new Map([
  ['ts', START],
  ['firstSeen', START],
  ['te', END],
  ['lastSeen', END],
  ['td', DURATION],
  ['duration', DURATION],
  ['sa', SOURCE],
  ['srcAddr', SOURCE],
  ['da', TARGET],
  ['dstAddr', TARGET],
  ['sp', SOURCE_PORT],
  ['srcPort', SOURCE_PORT],
  ['dp', TARGET_PORT],
  ['dstPort', TARGET_PORT],
  ['pr', PROTOCOL],
  ['proto', PROTOCOL],
  ['flg', FLAGS],
  ['flags', FLAGS],
  ['ipkt', PACKETS],
  ['packets', PACKETS],
  ['ibyt', BYTES],
  ['bytes', BYTES],
  ['opkt', PACKETS_BACK],
  ['obyt', BYTES_BACK],
  ['tr', RECEIVED],
]);
const LONG = 'ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt'.split(',');
const SHORT = 'firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,bps,bpp,flows'.split(',');
/** What stands at the end, or instead of rows. */
const REMARKS = ['Summary', 'Time window', 'Total flows', 'Sys:', 'Wall:', 'No matching'];

const COMMA = 44;
/** Longest stamp. */
const STAMP_MAX = 40;
const DOT = 46;

class Nfdump implements LineParser {
  readonly #pairs: Pairs;
  readonly #errors = new Errors();
  readonly #stamps: Stamps;
  readonly #stampBytes = new Uint8Array(STAMP_MAX + 1);
  readonly #columns = new Columns(NAMES, COMMA);
  /** the rows are over: what stands below the summary is no flow */
  #over = false;

  constructor({ dating, input }: ReaderContext) {
    this.#stamps = new Stamps(dating);
    this.#pairs = new Pairs(input);
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    if (bytes[from] > 57) return this.#words(bytes, from, to);
    if (this.#over) return Line.used;
    if (!this.#columns.known && !this.#assume(bytes, from, to)) return Line.foreign;
    if (!this.#columns.split(bytes, from, to)) return Weird['line-malformed'];
    return this.#row(bytes, sheaf, record);
  }

  end(sheaf: Sheaf): void {
    const before = sheaf.contacts.count;
    this.#pairs.drain(sheaf.contacts);
    this.#errors.apply(sheaf.contacts, before);
  }

  /** A head, or a remark. */
  #words(bytes: Uint8Array, from: number, to: number): number {
    if (REMARKS.some((remark) => standsAt(bytes, from, to, remark))) {
      this.#over = this.#columns.known && standsAt(bytes, from, to, 'Summary');
      return this.#columns.known ? Line.used : Line.foreign;
    }
    if (this.#over && standsAt(bytes, from, to, 'flows,')) return Line.used;
    const names = latinText(bytes, from, Math.min(to, from + 1024)).split(',');
    if (!this.#columns.lay(names, [START, SOURCE, TARGET, PROTOCOL])) return Line.foreign;
    this.#over = false;
    return Line.used;
  }

  /** Takes the columns of the format that the row, which has no head, fits. */
  #assume(bytes: Uint8Array, from: number, to: number): boolean {
    const { flow } = this.#pairs;
    for (const names of [LONG, SHORT]) {
      this.#columns.lay(names, []);
      const fits = this.#columns.split(bytes, from, to) && this.#address(bytes, SOURCE, flow.address, 0);
      if (fits && this.#stamp(bytes, START) > 0) return true;
    }
    this.#columns.forget();
    return false;
  }

  #address(bytes: Uint8Array, column: number, words: Uint32Array, at: number): boolean {
    return addressInto(bytes, this.#columns.from[column], this.#columns.to[column], words, at);
  }

  #number(bytes: Uint8Array, column: number): number {
    return numberIn(bytes, this.#columns.from[column], this.#columns.to[column]);
  }

  /** µs since 1970; 0: none. */
  #stamp(bytes: Uint8Array, column: number): number {
    const from = this.#columns.from[column];
    const length = Math.min(this.#columns.to[column] - from, STAMP_MAX);
    if (length <= 0) return 0;
    // apart from the rest of the row: a comma and digits would be a fraction
    const stamp = this.#stampBytes;
    for (let n = 0; n < length; n += 1) stamp[n] = bytes[from + n];
    stamp[length] = 0;
    if (this.#stamps.iso(stamp, 0) < 0 && this.#stamps.epoch(stamp, 0) < 0) return 0;
    return this.#stamps.time;
  }

  #row(bytes: Uint8Array, sheaf: Sheaf, record: number): number {
    const { flow } = this.#pairs;
    const columns = this.#columns;
    flow.clear();
    flow.record = record;
    flow.seen = this.#stamp(bytes, RECEIVED);
    // 1970: the exporter told no time, and it was when the record came
    const start = this.#stamp(bytes, START) || flow.seen;
    if (start <= 0) return Weird['line-time-impossible'];
    flow.start = start;
    flow.end = Math.max(start, this.#stamp(bytes, END));
    const protocol = protocolIn(bytes, columns.from[PROTOCOL], columns.to[PROTOCOL]);
    const ends = this.#address(bytes, SOURCE, flow.address, 0) && this.#address(bytes, TARGET, flow.address, 4);
    const targetPort = this.#port(bytes, columns.from[TARGET_PORT], columns.to[TARGET_PORT]);
    const sourcePort = columns.has(SOURCE_PORT) ? this.#number(bytes, SOURCE_PORT) : 0;
    if (!ends || protocol < 0 || targetPort < 0 || sourcePort > 0xffff) return Weird['line-field-impossible'];
    flow.protocol = protocol;
    flow.sourcePort = Math.max(0, sourcePort);
    flow.targetPort = targetPort;
    flow.flags = columns.has(FLAGS) ? flagsIn(bytes, columns.from[FLAGS], columns.to[FLAGS]) : UNTOLD;
    flow.packets = Math.max(1, this.#number(bytes, PACKETS));
    flow.bytes = Math.max(0, this.#number(bytes, BYTES));
    const back = this.#number(bytes, PACKETS_BACK);
    // 0 here is what exporters of one direction have as well
    if (back > 0) {
      flow.packetsBack = back;
      flow.bytesBack = Math.max(0, this.#number(bytes, BYTES_BACK));
      partFlags(flow);
    }
    if (this.#errors.take(flow)) return Line.used;
    const before = sheaf.contacts.count;
    this.#pairs.add(sheaf.contacts);
    this.#errors.apply(sheaf.contacts, before);
    return Line.used;
  }

  /** A port, or an ICMP type and code as `type * 256 + code`; −1: neither. */
  #port(bytes: Uint8Array, from: number, to: number): number {
    if (from === to) return UNTOLD;
    let dot = from;
    while (dot < to && bytes[dot] !== DOT) dot += 1;
    if (dot === to) {
      const port = numberIn(bytes, from, to);
      return port > 0xffff ? -1 : port;
    }
    const type = numberIn(bytes, from, dot);
    const code = numberIn(bytes, dot + 1, to);
    return type < 0 || code < 0 || type > 255 || code > 255 ? -1 : type * 256 + code;
  }
}

export const nfdump = lineInput({
  name: 'nfdump',
  about: 'Flows as CSV of nfdump (-o csv), the long and the short form, with or without head.',
  sample:
    '2026-11-21 22:34:36,2026-11-21 22:34:36,0.000,192.0.2.7,203.0.113.10,44298,23,TCP,......S.,0,0,1,44,0,0,0,0,0,0,0,0,0,0,0.0.0.0,0.0.0.0',
  parser: (context) => new Nfdump(context),
});
