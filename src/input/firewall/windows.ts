// Hot: `line` runs once a line.
import { beginContact, type ContactBatch } from '../../record/contact.ts';
import { Trait } from '../../record/packet.ts';
import { ICMP, ICMP6, TCP, UDP } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { ACK, PSH, SYN } from '../../record/tcp-flags.ts';
import { Weird } from '../../record/weird.ts';
import { find, findText, standsAt } from '../field.ts';
import { nothingAssumed, type ReaderContext } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import { Columns } from './columns.ts';
import { flagsIn } from './flags.ts';
import { Asked, setOptionLength, tellPacket } from './tell.ts';
import { protocolIn, Verdict, vocabulary, wordIn } from './words.ts';

/*
 * pfirewall.log of Windows Firewall (Microsoft, "Windows Firewall log file format"; a W3C extended log).
 *
 *   head = "#Version: 1.5" | "#Software: Microsoft Windows Firewall" | "#Time Format: Local" | "#Fields: " name *(SP name)
 *   line = value *(SP value)        by the names of the head; "-" for none
 *   names: date time action protocol src-ip dst-ip src-port dst-port size tcpflags tcpsyn tcpack tcpwin icmptype icmpcode info path [pid]
 *   action = "DROP" | "ALLOW" | "OPEN" | "OPEN-INBOUND" | "CLOSE" | "INFO-EVENTS-LOST"
 */
const NAMES = [
  'date',
  'time',
  'action',
  'protocol',
  'src-ip',
  'dst-ip',
  'src-port',
  'dst-port',
  'size',
  'tcpflags',
  'tcpsyn',
  'tcpack',
  'tcpwin',
  'icmptype',
  'icmpcode',
  'path',
] as const;
type Name = (typeof NAMES)[number];

const ACTIONS = vocabulary([
  ['drop', Verdict.refused],
  ['allow open open-inbound', Verdict.passed],
  ['close info-events-lost', Verdict.noted],
]);

/** It is the firewall of a host: what that sends is its own. */
const PATHS = vocabulary([
  ['send', Trait.sourceHere],
  ['receive', Trait.targetHere],
]);

const SPACE = 32;
const HASH = 35;
const FIELDS = '#Fields: ';
/** What else the head of a W3C extended log says; any other line with a # is somebody's comment. */
const DIRECTIVES = ['#Version:', '#Software:', '#Time Format:', '#Date:', '#Start-Date:', '#End-Date:', '#Remark:'];
const isDirective = (bytes: Uint8Array, from: number, to: number): boolean =>
  DIRECTIVES.some((word) => standsAt(bytes, from, to, word));

class WindowsFirewall implements LineParser {
  readonly #input: number;
  readonly #asked = new Asked();
  readonly #columns = new Columns(24);
  readonly #local: Stamps;
  readonly #utc: Stamps;
  #stamps: Stamps;
  /** column of each name, −1: there is none */
  #place = Object.fromEntries(NAMES.map((name, at) => [name, at])) as Record<Name, number>;

  constructor({ input, dating }: ReaderContext) {
    this.#input = input;
    this.#local = new Stamps(dating);
    this.#utc = new Stamps({ ...dating, zone: 0, assumed: nothingAssumed() });
    this.#stamps = this.#local;
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    if (bytes[from] === HASH) return this.#head(bytes, from, to);
    const c = this.#columns;
    if (c.split(bytes, from, to, SPACE) < 8) return Line.foreign;
    const place = this.#place;
    const verdict = ACTIONS.get(wordIn(bytes, c.start(place.action), c.end(place.action)));
    if (verdict === undefined || this.#stamps.iso(bytes, from) < 0) return Line.foreign;
    if (verdict === Verdict.noted) return Line.used;
    const batch = sheaf.contacts;
    const row = beginContact(batch);
    batch.time[row] = this.#stamps.time;
    batch.input[row] = this.#input;
    batch.record[row] = record;
    const protocol = protocolIn(bytes, c.start(place.protocol), c.end(place.protocol));
    if (protocol < 0) return Weird['line-field-impossible'];
    const source = c.address(place['src-ip'], batch.address, row * 8);
    if (!source || !c.address(place['dst-ip'], batch.address, row * 8 + 4)) return Weird['line-field-impossible'];
    if (batch.address[row * 8 + 2] !== 0xffff) batch.traits[row] |= Trait.v6;
    const path = PATHS.get(wordIn(bytes, c.start(place.path), c.end(place.path)));
    if (path !== undefined) batch.traits[row] |= path;
    batch.protocol[row] = protocol;
    if (protocol === 0) return Line.used;
    this.#transport(bytes, protocol, batch, row);
    tellPacket(batch, row, verdict, this.#asked);
    return Line.used;
  }

  #transport(bytes: Uint8Array, protocol: number, batch: ContactBatch, row: number): void {
    const c = this.#columns;
    const place = this.#place;
    const size = c.number(place.size) - ((batch.traits[row] & Trait.v6) !== 0 ? 40 : 20);
    if (protocol === ICMP || protocol === ICMP6) {
      batch.targetPort[row] = Math.max(0, c.number(place.icmptype));
      batch.sourcePort[row] = Math.max(0, c.number(place.icmpcode));
      batch.length[row] = Math.max(0, size - 8);
      return;
    }
    batch.sourcePort[row] = Math.max(0, c.number(place['src-port']));
    batch.targetPort[row] = Math.max(0, c.number(place['dst-port']));
    if (protocol === UDP) batch.length[row] = Math.max(0, size - 8);
    // What is allowed is logged as a connection: size 0, and no header.
    if (size <= 0) batch.traits[row] |= Trait.untold;
    else if (protocol === TCP) this.#segment(bytes, size - 20, batch, row);
  }

  /** @param rest bytes of options and payload together */
  #segment(bytes: Uint8Array, rest: number, batch: ContactBatch, row: number): void {
    const c = this.#columns;
    const place = this.#place;
    batch.flags[row] = flagsIn(bytes, c.start(place.tcpflags), c.end(place.tcpflags));
    batch.seq[row] = Math.max(0, c.number(place.tcpsyn));
    batch.ack[row] = Math.max(0, c.number(place.tcpack));
    batch.window[row] = Math.max(0, c.number(place.tcpwin));
    setOptionLength(batch, row, Math.min(40, rest));
    const pushes = (batch.flags[row] & (PSH | ACK | SYN)) === (PSH | ACK);
    if (rest > 40 || (pushes && rest > 12)) batch.length[row] = rest;
  }

  #head(bytes: Uint8Array, from: number, to: number): number {
    if (standsAt(bytes, from, to, '#Software: ') && findText(bytes, 'Firewall', from, to) < 0) return Line.foreign;
    if (standsAt(bytes, from, to, '#Time Format: '))
      this.#stamps = standsAt(bytes, from + 14, to, 'Local') ? this.#local : this.#utc;
    if (!standsAt(bytes, from, to, FIELDS)) return isDirective(bytes, from, to) ? Line.used : Line.foreign;
    if (findText(bytes, ' src-ip ', from, to) < 0) return Line.foreign;
    for (const name of NAMES) this.#place[name] = -1;
    let column = 0;
    for (let at = from + FIELDS.length; at < to; column += 1) {
      const end = find(bytes, SPACE, at, to);
      const name = NAMES.find((known) => known.length === end - at && standsAt(bytes, at, end, known));
      if (name !== undefined) this.#place[name] = column;
      at = end + 1;
    }
    return Line.used;
  }
}

export const windowsFirewall = lineInput({
  name: 'windows-firewall',
  about: 'The pfirewall.log of Windows Firewall.',
  sample: '2026-11-21 23:27:44 DROP TCP 192.0.2.77 198.51.100.22 51234 445 52 S 1163518218 0 8192 - - - RECEIVE',
  parser: (context) => new WindowsFirewall(context),
});
