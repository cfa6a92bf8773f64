// Hot: `read` runs once a line.
import { beginContact, type ContactBatch } from '../../record/contact.ts';
import { ICMP, ICMP6 } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { findText, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { EQUAL_SPACE, Named, Slot } from './keyed.ts';
import { Pending } from './pending.ts';
import { addressSession, End, Session, tellSession } from './session.ts';
import { stampOf } from './stamped.ts';
import { Verdict, vocabulary, word } from './words.ts';

/*
 * Traffic logs of FortiGate (Fortinet, "FortiOS Log Message Reference", LOG_ID 0 … 22: traffic).
 *
 *   line  = name "=" value *(SP name "=" value);      value = word | DQUOTE text DQUOTE
 *   names: date time [tz] [eventtime] devname devid type subtype level srcip srcport dstip dstport proto action sessionid
 *          sentbyte rcvdbyte [sentpkt rcvdpkt] duration …
 *   action = "deny" | "accept" | "start" | "close" | "timeout" | "client-rst" | "server-rst" | "ip-conn" | "dns" | "block" | …
 *
 * `ip-conn`: nothing came back. `eventtime` counts nanoseconds (before FortiOS 6.2: seconds). Of ICMP the ports tell
 * identifier or type in ways that vary; a service named `icmp/type/code` tells the type.
 */
const TRAFFIC = word('traffic');

const Action = {
  refused: 1,
  start: 2,
  accept: 3,
  finished: 4,
  timeout: 5,
  clientReset: 6,
  serverReset: 7,
  silent: 8,
  statistics: 9,
} as const;

const ACTIONS = vocabulary([
  ['deny denied block blocked drop dropped reject', Action.refused],
  ['start', Action.start],
  ['accept pass passthrough permit dns', Action.accept],
  ['close', Action.finished],
  ['timeout', Action.timeout],
  ['client-rst', Action.clientReset],
  ['server-rst', Action.serverReset],
  ['ip-conn', Action.silent],
]);

const ENDS: readonly number[] = [
  End.none,
  End.none,
  End.none,
  End.timeout,
  End.finished,
  End.timeout,
  End.resetBySource,
  End.resetByTarget,
  End.silent,
];

class Fortinet implements DialectReader {
  readonly #input: number;
  readonly #named = new Named();
  readonly #session = new Session();
  readonly #pending: Pending;
  readonly #stamps: Stamps;

  constructor({ input, dating }: ReaderContext) {
    this.#input = input;
    this.#pending = new Pending(input);
    this.#stamps = new Stamps(dating);
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const { bytes, host, end } = line;
    if (deviceAt(bytes, host, end) < 0) return Line.foreign;
    const named = this.#named;
    named.scan(bytes, host, end, EQUAL_SPACE);
    if (named.word(Slot.type) !== TRAFFIC) return Line.used;
    const told = stampOf(named, this.#stamps);
    const time = Number.isNaN(told) ? line.time : told;
    if (Number.isNaN(time)) return Weird['line-time-impossible'];
    const batch = sheaf.contacts;
    this.#pending.expire(time, batch);
    const row = beginContact(batch);
    batch.time[row] = time;
    batch.input[row] = this.#input;
    batch.record[row] = line.record;
    return this.#flow(batch, row);
  }

  end({ contacts }: Sheaf): void {
    this.#pending.end(contacts);
  }

  #flow(batch: ContactBatch, row: number): number {
    const named = this.#named;
    const protocol = named.protocol(Slot.protocol);
    const source = named.address(Slot.source, batch.address, row * 8);
    if (!source || !named.address(Slot.target, batch.address, row * 8 + 4) || protocol < 0)
      return Weird['line-field-impossible'];
    batch.protocol[row] = protocol;
    const isIcmp = protocol === ICMP || protocol === ICMP6;
    if (!isIcmp) {
      batch.sourcePort[row] = Math.max(0, named.number(Slot.sourcePort));
      batch.targetPort[row] = Math.max(0, named.number(Slot.targetPort));
    }
    if (!addressSession(batch, row, false)) return Line.used;
    const action = ACTIONS.get(named.word(Slot.action)) ?? 0;
    const id = named.word(Slot.session);
    if (action === Action.start && named.has(Slot.session)) {
      this.#pending.hold(id, batch, row);
      return Line.used;
    }
    this.#pending.take(id, batch, row);
    this.#facts(action);
    tellSession(batch, row, this.#session);
    return Line.used;
  }

  #facts(action: number): void {
    const named = this.#named;
    const session = this.#session;
    session.verdict = action === Action.refused ? Verdict.refused : Verdict.passed;
    session.end = ENDS[action] ?? End.none;
    session.packetsOut = named.number(Slot.packetsOut);
    session.packetsIn = named.number(Slot.packetsIn);
    session.bytesOut = named.number(Slot.bytesOut);
    session.bytesIn = named.number(Slot.bytesIn);
  }
}

/** What no other device writes: `devid="FG…"` with a date or `logid` near the start. */
function deviceAt(bytes: Uint8Array, from: number, to: number): number {
  const near = Math.min(to, from + 240);
  const device = findText(bytes, 'devid=', from, near);
  if (device < 0 || (!standsAt(bytes, device + 6, to, '"F') && !standsAt(bytes, device + 6, to, 'F'))) return -1;
  return findText(bytes, 'type=', from, to) < 0 ? -1 : device;
}

export const fortinet: Dialect = {
  name: 'fortinet',
  about: 'Traffic logs of FortiGate (Fortinet).',
  sample:
    'Nov 21 23:27:44 fw date=2026-11-21 time=23:27:44 devname="fw" devid="FGT60F0000000000" eventtime=1795303664403123456 tz="+0000" logid="0000000013" type="traffic" subtype="forward" level="notice" vd="root" srcip=192.0.2.77 srcport=51234 srcintf="wan1" dstip=198.51.100.22 dstport=445 dstintf="dmz" sessionid=4711 proto=6 action="deny" policyid=0 service="SMB" sentbyte=0 rcvdbyte=0 sentpkt=0',
  programs: [''],
  reader: (context) => new Fortinet(context),
};
