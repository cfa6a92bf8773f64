// Hot: `read` runs once a line.
import { beginContact, type ContactBatch } from '../../record/contact.ts';
import { ICMP, ICMP6, TCP, UDP } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { addressInto, find, numberIn } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import type { DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { Named, Slot, type Style } from './keyed.ts';
import { Pending } from './pending.ts';
import { addressSession, End, Session, tellSession } from './session.ts';
import { stampOf } from './stamped.ts';
import { word, wordIn } from './words.ts';

/** Phases of a connection that a line can tell of, beside what Verdict says. */
export const Phase = {
  /** the line is not of this vendor after all */
  foreign: -1,
  /** the line concerns no contact */
  note: 0,
  /** one packet, or a whole that is not told of again */
  single: 1,
  start: 2,
  end: 3,
} as const;

/** A vendor whose lines are named values. */
export interface Vendor {
  readonly style: Style;
  /** Where the values begin; −1: not a line of this vendor. */
  start(line: SyslogLine): number;
  /** One of Phase; sets `session.verdict` and what else only this vendor's words tell. */
  judge(named: Named, session: Session, line: SyslogLine): number;
}

const COLON = 58;
const SLASH = 47;

/** Reads the lines of one vendor. */
export class NamedReader implements DialectReader {
  readonly #vendor: Vendor;
  readonly #input: number;
  readonly #named = new Named();
  readonly #session = new Session();
  readonly #pending: Pending;
  readonly #stamps: Stamps;

  constructor(vendor: Vendor, { input, dating }: ReaderContext) {
    this.#vendor = vendor;
    this.#input = input;
    this.#pending = new Pending(input);
    this.#stamps = new Stamps(dating);
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const start = this.#vendor.start(line);
    if (start < 0) return Line.foreign;
    const named = this.#named;
    const session = this.#session;
    named.scan(line.bytes, start, line.end, this.#vendor.style);
    session.clear();
    const phase = this.#vendor.judge(named, session, line);
    if (phase === Phase.foreign) return Line.foreign;
    if (phase === Phase.note) return Line.used;
    const time = Number.isNaN(line.time) ? stampOf(named, this.#stamps) : line.time;
    if (Number.isNaN(time)) return Weird['line-time-impossible'];
    const batch = sheaf.contacts;
    this.#pending.expire(time, batch);
    const row = beginContact(batch);
    batch.time[row] = time;
    batch.input[row] = this.#input;
    batch.record[row] = line.record;
    return this.#flow(phase, batch, row);
  }

  end({ contacts }: Sheaf): void {
    this.#pending.end(contacts);
  }

  #flow(phase: number, batch: ContactBatch, row: number): number {
    const named = this.#named;
    const session = this.#session;
    const protocol = protocolOf(named);
    if (protocol < 0) return Line.used;
    const source = endInto(named, Slot.source, batch.address, row * 8);
    const target = endInto(named, Slot.target, batch.address, row * 8 + 4);
    if (source === NO_ADDRESS || target === NO_ADDRESS) return Line.used;
    batch.protocol[row] = protocol;
    batch.sourcePort[row] = Math.max(0, source, named.number(Slot.sourcePort));
    const port = Math.max(target, named.number(Slot.targetPort));
    // Check Point has the port under `service`; with others that is a name.
    batch.targetPort[row] = Math.max(0, port >= 0 ? port : named.number(Slot.service));
    const type = named.number(Slot.icmpType);
    const isIcmp = protocol === ICMP || protocol === ICMP6;
    if (isIcmp && type >= 0) {
      batch.targetPort[row] = type;
      batch.sourcePort[row] = Math.max(0, named.number(Slot.icmpCode));
    }
    if (!addressSession(batch, row, isIcmp && type >= 0)) return Line.used;
    const id = named.word(Slot.session);
    if (phase === Phase.start && named.has(Slot.session)) {
      this.#pending.hold(id, batch, row);
      return Line.used;
    }
    if (phase === Phase.end) this.#pending.take(id, batch, row);
    if (phase === Phase.end) this.#count(session);
    tellSession(batch, row, session);
    return Line.used;
  }

  #count(session: Session): void {
    const named = this.#named;
    if (session.end === End.none) session.end = End.timeout;
    session.packetsOut = named.number(Slot.packetsOut);
    session.packetsIn = named.number(Slot.packetsIn);
    session.bytesOut = named.number(Slot.bytesOut);
    session.bytesIn = named.number(Slot.bytesIn);
  }
}

const NO_ADDRESS = -2;

/** `192.0.2.7` or `192.0.2.7:51234:X1`: writes the address; returns the port, −1: none, NO_ADDRESS. */
function endInto(named: Named, slot: number, words: Uint32Array, at: number): number {
  if (named.address(slot, words, at)) return -1;
  const { bytes } = named;
  const start = named.start(slot);
  const end = named.end(slot);
  const colon = find(bytes, COLON, start, end);
  if (!addressInto(bytes, start, colon, words, at)) return NO_ADDRESS;
  return numberIn(bytes, colon + 1, find(bytes, COLON, colon + 1, end));
}

/** `tcp`, `6`, `tcp/https`; −1: it is none. */
function protocolOf(named: Named): number {
  const whole = named.protocol(Slot.protocol);
  if (whole >= 0 || !named.has(Slot.protocol)) return whole;
  const { bytes } = named;
  const start = named.start(Slot.protocol);
  const slash = find(bytes, SLASH, start, named.end(Slot.protocol));
  const name = wordIn(bytes, start, slash);
  return name === TCP_WORD ? TCP : name === UDP_WORD ? UDP : name === ICMP_WORD ? ICMP : -1;
}

const TCP_WORD = word('tcp');
const UDP_WORD = word('udp');
const ICMP_WORD = word('icmp');
