// Hot: `read` runs once a line.
import { beginContact, type ContactBatch } from '../../record/contact.ts';
import { Trait } from '../../record/packet.ts';
import { ICMP, ICMP6, SCTP, TCP, UDP } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { find, findText, numberIn, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { Columns } from './columns.ts';
import { flagsIn } from './flags.ts';
import { Asked, OPTIONS_UNTOLD, setOptionLength, tellPacket } from './tell.ts';
import { Verdict, vocabulary, wordIn } from './words.ts';

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

const COMMA = 44;
const COLON = 58;

class Filterlog implements DialectReader {
  readonly #input: number;
  readonly #asked = new Asked();
  readonly #columns = new Columns(40);

  constructor({ input }: ReaderContext) {
    this.#input = input;
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const { bytes } = line;
    const c = this.#columns;
    if (c.split(bytes, line.message, line.end, COMMA) < 12) return Line.foreign;
    const verdict = ACTIONS.get(wordIn(bytes, c.start(Column.action), c.end(Column.action)));
    const version = c.number(Column.version);
    if (verdict === undefined || c.length(Column.direction) > 6) return Line.foreign;
    if (version !== 4 && version !== 6) return Line.foreign;
    const batch = sheaf.contacts;
    const row = beginContact(batch);
    batch.time[row] = line.time;
    batch.input[row] = this.#input;
    batch.record[row] = line.record;
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
    batch.seq[row] = numberIn(bytes, c.start(at + 1), find(bytes, COLON, c.start(at + 1), c.end(at + 1)));
    if (c.length(at + 1) === 0) batch.seq[row] = 0;
    batch.ack[row] = Math.max(0, c.number(at + 2));
    batch.window[row] = Math.max(0, c.number(at + 3));
    batch.urgent[row] = Math.max(0, c.number(at + 4));
    const options = c.length(at + 5);
    const isMss = options === 3 && standsAt(bytes, c.start(at + 5), c.end(at + 5), 'mss');
    if (isMss) setOptionLength(batch, row, 4);
    else batch.options[row] = options > 0 ? OPTIONS_UNTOLD : 0;
  }
}

export const filterlog: Dialect = {
  name: 'filterlog',
  about: 'Packets that pf logged on pfSense and OPNsense.',
  sample:
    'Nov 21 23:27:44 gw filterlog[31337]: 5,,,1000000103,igb0,match,block,in,4,0x0,,240,54321,0,none,6,tcp,44,192.0.2.77,198.51.100.22,39682,8080,0,S,3163518218,,1024,,mss',
  programs: ['filterlog', 'pf', ''],
  reader: (context) => new Filterlog(context),
};
