import { Proof } from '../../record/contact.ts';
import { latinText } from '../../record/latin.ts';
import { ICMP, ICMP6, TCP } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { addressInto, numberIn } from '../field.ts';
import type { Dating, ReaderContext } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import { aligned, type Fields, NAMES, Place, PLACES, portOf } from './argus-row.ts';
import { flagsOfState, isUnreachable } from './argus-states.ts';
import { Columns } from './columns.ts';
import { UNTOLD } from './decide.ts';
import { Pairs } from './pairs.ts';
import { flagsIn, protocolOf } from './protocols.ts';
import { tellRefused } from './refused.ts';

/*
 * Text of argus' client ra (man page ra(1)): a head, and a row a flow, both ways.
 *
 *   rows in columns   StartTime Flgs Proto SrcAddr Sport Dir DstAddr Dport TotPkts TotBytes State
 *                     blanks between; address and port run together with a dot; Flgs may be empty or several words
 *   rows with commas  (ra -c ,)  columns as the head names them, among them SrcPkts, DstPkts, SrcBytes, DstBytes
 *   time              "[date SP] HH:MM:SS.ffffff", date as 2026/11/21 or 2026-11-21; or seconds since 1970
 *   Dir               who began, and who sent: "->", "<-", "<->"; "?" in it where argus guesses
 *   State   TCP       REQ asked, ACC answered, CON established, FIN CLO closed, RST broken off, TIM timed out;
 *                     or flags of source and target: "S_RA", letters of FSRPAECUW
 *           others    INT one side only, CON RSP both; URP URH URN URF … refused by an ICMP error
 *           ICMP      ECO echo asked (with "<->" answered), ECR answer alone; URP … TXD are errors
 */
const COMMA = 44;
const DAY = 86_400e6;
const encoder = new TextEncoder();
/** Bytes of the link's header, which argus counts. */
const LINK_HEADER = 14;

/** Refused by an ICMP error: host, network, port, protocol unreachable, and by filters → bits of Proof. */
const REFUSALS: ReadonlyMap<string, number> = new Map([
  ['URP', Proof.closed],
  ['URO', Proof.closed],
  ['URH', Proof.byRouter],
  ['URN', Proof.byRouter],
  ['URF', Proof.filtered],
  ['URFIL', Proof.filtered],
  ['URHPRO', Proof.filtered],
  ['URNPRO', Proof.filtered],
]);
/** ICMP queries → type << 8. */
const QUERIES: ReadonlyMap<string, number> = new Map([
  ['ECO', 8 << 8],
  ['ECR', 0],
  ['TST', 13 << 8],
  ['TSR', 14 << 8],
  ['MAS', 17 << 8],
  ['MAR', 18 << 8],
  ['IRQ', 15 << 8],
  ['IRR', 16 << 8],
]);

class Argus implements LineParser {
  readonly #pairs: Pairs;
  readonly #stamps: Stamps;
  readonly #clock: Clockface;
  readonly #input: number;
  readonly #columns = new Columns(NAMES, COMMA);
  /** rows in columns were announced */
  #aligned = false;

  constructor({ dating, input }: ReaderContext) {
    this.#pairs = new Pairs(input);
    this.#stamps = new Stamps(dating);
    this.#clock = new Clockface(dating);
    this.#input = input;
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    const text = latinText(bytes, from, Math.min(to, from + 512)).trim();
    if (text.startsWith('StartTime')) return this.#head(text);
    const fields = this.#columns.known ? this.#separated(bytes, from, to) : aligned(text);
    if (fields === undefined) return this.#columns.known || this.#aligned ? Weird['line-malformed'] : Line.foreign;
    const said = this.#row(fields, sheaf, record);
    return said === Line.used || this.#columns.known || this.#aligned ? said : Line.foreign;
  }

  end(sheaf: Sheaf): void {
    this.#pairs.drain(sheaf.contacts);
  }

  #head(text: string): number {
    this.#columns.forget();
    this.#aligned = !text.includes(',');
    if (this.#aligned) return text.includes('SrcAddr') ? Line.used : Line.foreign;
    return this.#columns.lay(text.split(','), [Place.start, Place.protocol, Place.source, Place.target])
      ? Line.used
      : Line.foreign;
  }

  #separated(bytes: Uint8Array, start: number, end: number): Fields | undefined {
    const columns = this.#columns;
    if (!columns.split(bytes, start, end)) return undefined;
    return Array.from({ length: PLACES }, (_, at) => latinText(bytes, columns.from[at], columns.to[at]));
  }

  #row(fields: Fields, sheaf: Sheaf, record: number): number {
    const { flow } = this.#pairs;
    flow.clear();
    flow.record = record;
    flow.start = this.#time(fields[Place.start]);
    if (!(flow.start > 0)) return Weird['line-time-impossible'];
    flow.end = Math.max(flow.start, fields[Place.last] === '' ? 0 : this.#time(fields[Place.last]));
    const protocol = fields[Place.protocol] === 'arp' ? -2 : protocolOf(fields[Place.protocol]);
    if (protocol === -2 || ['man', 'llc', 'lldp', 'stp'].includes(fields[Place.protocol])) return Line.used;
    const turned = fields[Place.direction].includes('<-') && !fields[Place.direction].includes('>');
    const source = turned ? Place.target : Place.source;
    const ends =
      address(fields[source], flow.address, 0) &&
      address(fields[Place.source + Place.target - source], flow.address, 4);
    const sourcePort = portOf(fields[turned ? Place.targetPort : Place.sourcePort]);
    const targetPort = portOf(fields[turned ? Place.sourcePort : Place.targetPort]);
    if (!ends || protocol < 0 || sourcePort < 0 || targetPort < 0) return Weird['line-field-impossible'];
    flow.protocol = protocol;
    flow.sourcePort = sourcePort;
    flow.targetPort = targetPort;
    return this.#tell(fields, turned, sheaf);
  }

  #tell(fields: Fields, turned: boolean, sheaf: Sheaf): number {
    const { flow } = this.#pairs;
    const state = fields[Place.state];
    this.#count(fields, turned);
    if (flow.protocol === ICMP || flow.protocol === ICMP6) {
      const query = QUERIES.get(state);
      if (query === undefined) return Line.used;
      flow.targetPort = flow.protocol === ICMP ? query : (query === 0 ? 129 : 128) << 8;
    } else if ((REFUSALS.has(state) && flow.protocol !== TCP) || isUnreachable(fields)) {
      tellRefused(flow, sheaf.contacts, this.#input, REFUSALS.get(state) ?? 0);
      return Line.used;
    } else if (flow.protocol === TCP) this.#flags(fields);
    this.#pairs.add(sheaf.contacts);
    return Line.used;
  }

  /** Packets and bytes each way: as told, or as far as direction and state tell. */
  #count(fields: Fields, turned: boolean): void {
    const { flow } = this.#pairs;
    const all = Math.max(1, count(fields[Place.packets]));
    const sent = count(fields[turned ? Place.targetPackets : Place.sourcePackets]);
    const got = count(fields[turned ? Place.sourcePackets : Place.targetPackets]);
    const oneWay =
      fields[Place.state] === 'REQ' || fields[Place.state] === 'INT' || !fields[Place.direction].includes('<');
    if (sent >= 0 || got >= 0) flow.packetsBack = got >= 0 ? got : Math.max(0, all - sent);
    else flow.packetsBack = all > 1 && !(oneWay && isAlone(fields)) ? all >> 1 : 0;
    flow.packets = Math.max(1, sent >= 0 ? sent : all - flow.packetsBack);
    const bytes = Math.max(0, count(fields[Place.bytes]));
    const out = turned ? -1 : count(fields[Place.sourceBytes]);
    const share = out >= 0 ? out : (bytes * flow.packets) / (flow.packets + flow.packetsBack);
    flow.bytes = Math.max(0, share - LINK_HEADER * flow.packets);
    flow.bytesBack = Math.max(0, bytes - share - LINK_HEADER * flow.packetsBack);
  }

  #flags(fields: Fields): void {
    const { flow } = this.#pairs;
    const state = fields[Place.state];
    const low = state.indexOf('_');
    if (low >= 0) {
      const letters = encoder.encode(state);
      flow.flags = flagsIn(letters, 0, low);
      flow.flagsBack = low + 1 < letters.length ? flagsIn(letters, low + 1, letters.length) : UNTOLD;
      if (low + 1 === letters.length) flow.packetsBack = 0;
      else flow.packetsBack = Math.max(1, flow.packetsBack);
      return;
    }
    const flags = flagsOfState(fields, flow);
    if (flags === undefined) return;
    flow.flags = flags[0];
    flow.flagsBack = flags[1];
    if (flags[1] === 0) flow.packetsBack = 0;
    else flow.packetsBack = Math.max(1, flow.packetsBack);
  }

  #time(text: string): number {
    const bytes = encoder.encode(text);
    if (this.#stamps.iso(bytes, 0) > 0) return this.#stamps.time;
    if (text[2] === ':') return this.#clock.time(text);
    return this.#stamps.epoch(bytes, 0) > 0 ? this.#stamps.time : -1;
  }
}

/** Whether the state is one in which only one side sent. */
const isAlone = (fields: Fields): boolean =>
  ['REQ', 'INT', 'ECO', 'ECR', 'TST', 'URP'].includes(fields[Place.state]) || fields[Place.state].endsWith('_');

/** Times of day without a date: the last day on which they do not lie after the anchor, and on from there. */
class Clockface {
  #day = Number.NaN;
  #last = 0;
  readonly #dating: Dating;

  constructor(dating: Dating) {
    this.#dating = dating;
  }

  /** µs since 1970 of `HH:MM:SS[.ffffff]`; −1: no time of day. */
  time(text: string): number {
    const parts = /^(\d\d):(\d\d):(\d\d(?:\.\d{1,9})?)$/.exec(text);
    if (parts === null) return -1;
    const ofDay = Math.round((Number(parts[1]) * 3600 + Number(parts[2]) * 60 + Number(parts[3])) * 1e6);
    const zone = this.#dating.zone * 60e6;
    if (Number.isNaN(this.#day)) {
      const local = Math.min(this.#dating.anchor, 253_370_764_800e6) + zone;
      this.#day = Math.floor(local / DAY) * DAY;
      if (this.#day + ofDay > local) this.#day -= DAY;
    } else if (ofDay < this.#last - DAY / 2) this.#day += DAY;
    this.#last = ofDay;
    return this.#day + ofDay - zone;
  }
}

function address(text: string, words: Uint32Array, at: number): boolean {
  const bytes = encoder.encode(text);
  return addressInto(bytes, 0, bytes.length, words, at);
}

/** −1: not told. */
function count(text: string): number {
  const bytes = encoder.encode(text);
  return numberIn(bytes, 0, bytes.length);
}

export const argus = lineInput({
  name: 'argus',
  about: 'Flows as text of argus (ra), in its default columns or with commas (ra -c ,).',
  sample:
    '   23:27:01.403127  e           tcp          192.0.2.7.51234     ->       203.0.113.10.23            1         60   REQ',
  parser: (context) => new Argus(context),
});
