// Hot: `read` runs once a line.
import { beginContact, type ContactBatch } from '../../record/contact.ts';
import { TCP } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { findText, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { Columns } from './columns.ts';
import { Pending } from './pending.ts';
import { addressSession, End, Session, tellSession } from './session.ts';
import { stampIn } from './stamped.ts';
import { protocolIn, Verdict, vocabulary, wordIn } from './words.ts';

/*
 * TRAFFIC and THREAT logs of PAN-OS (Palo Alto Networks, "Syslog Field Descriptions"): values separated by commas.
 *
 *   0 future, 1 received, 2 serial, 3 type, 4 subtype, 5 future, 6 generated, 7 source, 8 target, 9–10 translated, 11 rule,
 *   12–13 users, 14 application, 15 vsys, 16–17 zones, 18–19 interfaces, 20 action of the log, 21 future, 22 session,
 *   23 repeats, 24 source port, 25 target port, 26–27 translated, 28 flags, 29 protocol, 30 action
 *   TRAFFIC: 31 bytes, 32 sent, 33 received, 34 packets, 35 start, 36 elapsed, … 44 packets sent, 45 received, 46 reason
 *   subtype = "start" | "end" | "drop" | "deny"
 *   THREAT: 31 what, 32 threat "(" id ")", … ; subtype "scan" with ids 8001 (TCP port scan), 8002 (host sweep), 8003 (UDP port scan)
 *
 * What the firewall itself calls a scan is a note: the contacts that it saw are in its TRAFFIC logs.
 */
const Column = {
  type: 3,
  subtype: 4,
  generated: 6,
  source: 7,
  application: 14,
  session: 22,
  sourcePort: 24,
  targetPort: 25,
  protocol: 29,
  action: 30,
  bytesOut: 32,
  bytesIn: 33,
  packetsOut: 44,
  packetsIn: 45,
  reason: 46,
} as const;
const COLUMNS = 48;
const COMMA = 44;

const Subtype = { start: 1, end: 2, refused: 3, scan: 4 } as const;
const SUBTYPES = vocabulary([
  ['start', Subtype.start],
  ['end', Subtype.end],
  ['drop deny', Subtype.refused],
  ['scan', Subtype.scan],
]);

const ACTIONS = vocabulary([
  ['allow alert continue', Verdict.passed],
  [
    'deny drop drop-icmp drop-packet drop-all-packets reset-both reset-client reset-server block block-ip block-url',
    Verdict.refused,
  ],
]);

const REASONS = vocabulary([
  ['tcp-fin', End.finished],
  ['tcp-rst-from-client', End.resetBySource],
  ['tcp-rst-from-server', End.resetByTarget],
  ['aged-out', End.timeout],
]);

class PaloAlto implements DialectReader {
  readonly #input: number;
  readonly #columns = new Columns(COLUMNS);
  readonly #session = new Session();
  readonly #pending: Pending;
  readonly #stamps: Stamps;

  constructor({ input, dating }: ReaderContext) {
    this.#input = input;
    this.#pending = new Pending(input);
    this.#stamps = new Stamps(dating);
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const { bytes, end } = line;
    const from = recordAt(bytes, line.host, end);
    if (from < 0) return Line.foreign;
    const c = this.#columns;
    if (c.split(bytes, from, end, COMMA) <= Column.action) return Weird['line-malformed'];
    const isTraffic = standsAt(bytes, c.start(Column.type), end, 'TRAFFIC,');
    const subtype = SUBTYPES.get(wordIn(bytes, c.start(Column.subtype), c.end(Column.subtype))) ?? 0;
    if (!isTraffic && subtype === Subtype.scan) return Line.used;
    const batch = sheaf.contacts;
    const time = this.#timeOf(line);
    if (Number.isNaN(time)) return Weird['line-time-impossible'];
    this.#pending.expire(time, batch);
    const row = beginContact(batch);
    batch.time[row] = time;
    batch.input[row] = this.#input;
    batch.record[row] = line.record;
    return this.#flow(bytes, isTraffic ? subtype : Subtype.end, isTraffic, batch, row);
  }

  end({ contacts }: Sheaf): void {
    this.#pending.end(contacts);
  }

  #flow(bytes: Uint8Array, subtype: number, isTraffic: boolean, batch: ContactBatch, row: number): number {
    const c = this.#columns;
    const protocol = protocolIn(bytes, c.start(Column.protocol), c.end(Column.protocol));
    const source = c.address(Column.source, batch.address, row * 8);
    if (!source || !c.address(Column.source + 1, batch.address, row * 8 + 4) || protocol < 0)
      return Weird['line-field-impossible'];
    batch.protocol[row] = protocol;
    batch.sourcePort[row] = Math.max(0, c.number(Column.sourcePort));
    batch.targetPort[row] = Math.max(0, c.number(Column.targetPort));
    if (!addressSession(batch, row, false)) return Line.used;
    const id = wordIn(bytes, c.start(Column.session), c.end(Column.session));
    if (isTraffic && subtype === Subtype.start) {
      this.#pending.hold(id, batch, row);
      return Line.used;
    }
    if (isTraffic && subtype === Subtype.end) this.#pending.take(id, batch, row);
    this.#facts(bytes, subtype, isTraffic, protocol);
    tellSession(batch, row, this.#session);
    return Line.used;
  }

  #facts(bytes: Uint8Array, subtype: number, isTraffic: boolean, protocol: number): void {
    const c = this.#columns;
    const session = this.#session;
    session.clear();
    // A connection in which something was found was a connection: what was refused of it is not the contact.
    if (!isTraffic) return;
    const action = ACTIONS.get(wordIn(bytes, c.start(Column.action), c.end(Column.action))) ?? Verdict.none;
    session.packetsOut = c.number(Column.packetsOut);
    session.packetsIn = c.number(Column.packetsIn);
    // Denied after the application was known: the target had answered by then.
    const talked = subtype === Subtype.end && session.packetsIn > 0;
    session.verdict = subtype === Subtype.refused ? Verdict.refused : talked ? Verdict.passed : action;
    if (subtype !== Subtype.end) return;
    session.bytesOut = c.number(Column.bytesOut);
    session.bytesIn = c.number(Column.bytesIn);
    session.end = REASONS.get(wordIn(bytes, c.start(Column.reason), c.end(Column.reason))) ?? End.timeout;
    if (protocol === TCP && session.packetsIn === 0) session.end = End.silent;
  }

  /** The envelope's, unless it has none; then that of the record. */
  #timeOf(line: SyslogLine): number {
    if (!Number.isNaN(line.time)) return line.time;
    const c = this.#columns;
    return stampIn(c.bytes, c.start(Column.generated), c.end(Column.generated), this.#stamps);
  }
}

/** Where the record begins: a digit, a comma and a date, before TRAFFIC or THREAT; −1: nowhere. */
function recordAt(bytes: Uint8Array, from: number, to: number): number {
  const near = Math.min(to, from + 160);
  let type = findText(bytes, ',TRAFFIC,', from, near);
  if (type < 0) type = findText(bytes, ',THREAT,', from, near);
  if (type < 0) return -1;
  // Back over serial number and time of reception to the first column.
  let commas = 0;
  let at = type - 1;
  while (at > from && commas < 2) {
    if (bytes[at] === COMMA) commas += 1;
    at -= 1;
  }
  return commas < 2 ? -1 : at;
}

export const paloAlto: Dialect = {
  name: 'paloalto',
  about: 'TRAFFIC and THREAT logs of PAN-OS (Palo Alto Networks).',
  sample:
    'Nov 21 23:27:44 fw 1,2026/11/21 23:27:44,000000000001,TRAFFIC,drop,2561,2026/11/21 23:27:44,192.0.2.77,198.51.100.22,0.0.0.0,0.0.0.0,default-deny,,,not-applicable,vsys1,untrust,dmz,ethernet1/1,,log,2026/11/21 23:27:44,0,1,51234,445,0,0,0x0,tcp,deny,60,60,0,1,2026/11/21 23:27:44,0,any,,1,0x0,Reserved,Reserved,,1,0,policy-deny',
  programs: [''],
  reader: (context) => new PaloAlto(context),
};
