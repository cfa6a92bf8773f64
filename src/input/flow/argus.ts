import { Proof } from '../../record/contact.ts';
import { latinText } from '../../record/latin.ts';
import { ICMP, ICMP6, TCP } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { addressInto, numberIn } from '../field.ts';
import type { Dating, ReaderContext } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Stamps } from '../stamp.ts';
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
const START = 0;
const LAST = 1;
const PROTOCOL = 2;
const SOURCE = 3;
const SOURCE_PORT = 4;
const DIRECTION = 5;
const TARGET = 6;
const TARGET_PORT = 7;
const STATE = 8;
const PACKETS = 9;
const BYTES = 10;
const SOURCE_PACKETS = 11;
const TARGET_PACKETS = 12;
const SOURCE_BYTES = 13;

const NAMES: ReadonlyMap<string, number> = new Map([
  ['StartTime', START],
  ['LastTime', LAST],
  ['Proto', PROTOCOL],
  ['SrcAddr', SOURCE],
  ['Sport', SOURCE_PORT],
  ['Dir', DIRECTION],
  ['DstAddr', TARGET],
  ['Dport', TARGET_PORT],
  ['State', STATE],
  ['TotPkts', PACKETS],
  ['TotBytes', BYTES],
  ['SrcPkts', SOURCE_PACKETS],
  ['DstPkts', TARGET_PACKETS],
  ['SrcBytes', SOURCE_BYTES],
]);

const COMMA = 44;
const DAY = 86_400e6;
const encoder = new TextEncoder();
/** Bytes of the link's header, which argus counts. */
const LINK_HEADER = 14;

/** States of TCP → flags of both sides. */
const FLAGS: ReadonlyMap<string, readonly [number, number]> = new Map([
  ['REQ', [2, 0]],
  ['ACC', [2, 18]],
  ['EST', [18, 18]],
  ['CON', [18, 18]],
  ['FIN', [27, 27]],
  ['CLO', [27, 27]],
]);
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

/** The words of a row in columns. */
const WORDS = /\s+/;

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
    return this.#columns.lay(text.split(','), [START, PROTOCOL, SOURCE, TARGET]) ? Line.used : Line.foreign;
  }

  #separated(bytes: Uint8Array, start: number, end: number): Fields | undefined {
    const columns = this.#columns;
    if (!columns.split(bytes, start, end)) return undefined;
    return Array.from({ length: SOURCE_BYTES + 1 }, (_, at) => latinText(bytes, columns.from[at], columns.to[at]));
  }

  #row(fields: Fields, sheaf: Sheaf, record: number): number {
    const { flow } = this.#pairs;
    flow.clear();
    flow.record = record;
    flow.start = this.#time(fields[START]);
    if (!(flow.start > 0)) return Weird['line-time-impossible'];
    flow.end = Math.max(flow.start, fields[LAST] === '' ? 0 : this.#time(fields[LAST]));
    const protocol = fields[PROTOCOL] === 'arp' ? -2 : protocolOf(fields[PROTOCOL]);
    if (protocol === -2 || ['man', 'llc', 'lldp', 'stp'].includes(fields[PROTOCOL])) return Line.used;
    const turned = fields[DIRECTION].includes('<-') && !fields[DIRECTION].includes('>');
    const source = turned ? TARGET : SOURCE;
    const ends = address(fields[source], flow.address, 0) && address(fields[SOURCE + TARGET - source], flow.address, 4);
    const sourcePort = portOf(fields[turned ? TARGET_PORT : SOURCE_PORT]);
    const targetPort = portOf(fields[turned ? SOURCE_PORT : TARGET_PORT]);
    if (!ends || protocol < 0 || sourcePort < 0 || targetPort < 0) return Weird['line-field-impossible'];
    flow.protocol = protocol;
    flow.sourcePort = sourcePort;
    flow.targetPort = targetPort;
    return this.#tell(fields, turned, sheaf);
  }

  #tell(fields: Fields, turned: boolean, sheaf: Sheaf): number {
    const { flow } = this.#pairs;
    const state = fields[STATE];
    this.#count(fields, turned);
    if (flow.protocol === ICMP || flow.protocol === ICMP6) {
      const query = QUERIES.get(state);
      if (query === undefined) return Line.used;
      flow.targetPort = flow.protocol === ICMP ? query : (query === 0 ? 129 : 128) << 8;
    } else if (REFUSALS.has(state) && flow.protocol !== TCP) {
      tellRefused(flow, sheaf.contacts, this.#input, REFUSALS.get(state) ?? 0);
      return Line.used;
    } else if (flow.protocol === TCP) this.#flags(state);
    this.#pairs.add(sheaf.contacts);
    return Line.used;
  }

  /** Packets and bytes each way: as told, or as far as direction and state tell. */
  #count(fields: Fields, turned: boolean): void {
    const { flow } = this.#pairs;
    const all = Math.max(1, count(fields[PACKETS]));
    const sent = count(fields[turned ? TARGET_PACKETS : SOURCE_PACKETS]);
    const got = count(fields[turned ? SOURCE_PACKETS : TARGET_PACKETS]);
    const oneWay = fields[STATE] === 'REQ' || fields[STATE] === 'INT' || !fields[DIRECTION].includes('<');
    if (sent >= 0 || got >= 0) flow.packetsBack = got >= 0 ? got : Math.max(0, all - sent);
    else flow.packetsBack = all > 1 && !(oneWay && isAlone(fields)) ? all >> 1 : 0;
    flow.packets = Math.max(1, sent >= 0 ? sent : all - flow.packetsBack);
    const bytes = Math.max(0, count(fields[BYTES]));
    const out = turned ? -1 : count(fields[SOURCE_BYTES]);
    const share = out >= 0 ? out : (bytes * flow.packets) / (flow.packets + flow.packetsBack);
    flow.bytes = Math.max(0, share - LINK_HEADER * flow.packets);
    flow.bytesBack = Math.max(0, bytes - share - LINK_HEADER * flow.packetsBack);
  }

  #flags(state: string): void {
    const { flow } = this.#pairs;
    const low = state.indexOf('_');
    if (low >= 0) {
      const letters = encoder.encode(state);
      flow.flags = flagsIn(letters, 0, low);
      flow.flagsBack = low + 1 < letters.length ? flagsIn(letters, low + 1, letters.length) : UNTOLD;
      if (low + 1 === letters.length) flow.packetsBack = 0;
      else flow.packetsBack = Math.max(1, flow.packetsBack);
      return;
    }
    const few = flow.packets + flow.packetsBack <= 3;
    const flags = state === 'RST' ? (few ? ([2, 20] as const) : ([30, 30] as const)) : FLAGS.get(state);
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

/** The values of a row, by place; '' where there is none. */
type Fields = readonly string[];

/** Whether the state is one in which only one side sent. */
const isAlone = (fields: Fields): boolean =>
  ['REQ', 'INT', 'ECO', 'ECR', 'TST', 'URP'].includes(fields[STATE]) || fields[STATE].endsWith('_');

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

/** Takes a row in columns apart, from the arrow outwards. */
function aligned(text: string): Fields | undefined {
  const words = text.split(WORDS);
  const arrow = words.findIndex((word) => /^[<?|*]{0,2}[-o|]?[>?|*]{1,2}$|^<[-o?|]{1,2}>?$|^who$/.test(word));
  if (arrow < 3 || words.length < arrow + 4) return undefined;
  const fields: string[] = Array.from({ length: SOURCE_BYTES + 1 }, () => '');
  const timed = words[1].includes(':') && /^\d{4}[-/]/.test(words[0]);
  fields[START] = timed ? `${words[0]} ${words[1]}` : words[0];
  // address and port are one word, or two
  const apart = !/[.:]/.test(words[arrow - 1]);
  const source = apart ? arrow - 2 : arrow - 1;
  fields[PROTOCOL] = words[source - 1];
  [fields[SOURCE], fields[SOURCE_PORT]] = apart ? [words[source], words[source + 1]] : parted(words[source]);
  fields[DIRECTION] = words[arrow];
  const rest = words.length - 3;
  const target = words.slice(arrow + 1, rest);
  [fields[TARGET], fields[TARGET_PORT]] = target.length === 2 ? [target[0], target[1]] : parted(target[0] ?? '');
  fields[PACKETS] = words[rest];
  fields[BYTES] = words[rest + 1];
  fields[STATE] = words[rest + 2];
  return fields;
}

/** Address and port that run together: `192.0.2.7.51234`, `2001:db8::7.51234`. */
function parted(word: string): [string, string] {
  const dot = word.lastIndexOf('.');
  const whole = dot < 0 || (!word.includes(':') && word.split('.').length === 4);
  return whole ? [word, ''] : [word.slice(0, dot), word.slice(dot + 1)];
}

function address(text: string, words: Uint32Array, at: number): boolean {
  const bytes = encoder.encode(text);
  return addressInto(bytes, 0, bytes.length, words, at);
}

/** argus writes names for well-known ports unless told `-n`; those are few. */
const PORTS: ReadonlyMap<string, number> = new Map([
  ['ftp', 21],
  ['ssh', 22],
  ['telnet', 23],
  ['smtp', 25],
  ['domain', 53],
  ['http', 80],
  ['pop3', 110],
  ['sunrpc', 111],
  ['ntp', 123],
  ['imap', 143],
  ['imap2', 143],
  ['snmp', 161],
  ['https', 443],
  ['microsoft-ds', 445],
  ['imaps', 993],
  ['mysql', 3306],
  ['ms-wbt-server', 3389],
  ['sip', 5060],
]);

/** A port; 0: none told; −1: not a port. */
function portOf(text: string): number {
  if (text === '' || text === '*') return 0;
  const port = text.startsWith('0x') ? Number.parseInt(text, 16) : (PORTS.get(text) ?? Number(text));
  return port >= 0 && port <= 0xffff ? port : -1;
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
