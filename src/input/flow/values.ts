// Hot: once a flow record.
import { ICMP, ICMP6 } from '../../record/protocols.ts';
import { UNTOLD } from './decide.ts';
import { Slot, SLOTS } from './elements.ts';
import type { FlowRecord } from './pairs.ts';
import { type Template, VARIABLE } from './templates.ts';

/** What is known of a record besides its own bytes. Times in µs since 1970. */
export interface Setting {
  /** when the exporter sent it; 0: not told */
  readonly exported: number;
  /** when its uptime was 0; NaN: not told */
  readonly boot: number;
  /** it does not look at all packets */
  readonly sampled: boolean;
}

/** NTP's era begins in 1900 (RFC 5905 section 6), Unix time in 1970; seconds of the second era (from 2036) begin again at 0. */
const NTP_UNIX = 2_208_988_800;
const NTP_ERA = 2 ** 32;
/** Uptimes are counted in 32 bits of ms. */
const WRAP = 2 ** 32;
const DAY = 86_400e6;
/** No flow record is older: NetFlow came in 1996. */
const EARLIEST = 820_454_400e6;
/** A collector's clock and an exporter's may differ by so much. */
const AHEAD = DAY;

/** firewallEvent (IANA 233): the connection was created, was refused */
const CREATED = 1;
const DENIED = 3;
/** forwardingStatus (IANA 89): dropped for an access list, twice */
const DROPPED_BY_LIST = 129;
const DROPPED_BY_LIST_DENY = 130;

/** The values of one record, by slot. */
export class Values {
  readonly #value = new Float64Array(SLOTS);
  readonly #words = new Uint32Array(16);
  #has: Uint8Array = new Uint8Array(SLOTS);
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(this.#bytes.buffer);

  /** Reads the record at `at`; returns where it ends, or −1 when that is beyond `end`. */
  read(template: Template, bytes: Uint8Array, at: number, end: number): number {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    this.#has = template.has;
    return template.variable ? this.#walk(template, at, end) : this.#fixed(template, at, end);
  }

  #fixed({ slot, length, offset, size }: Template, at: number, end: number): number {
    if (at + size > end) return -1;
    for (let field = 0; field < slot.length; field += 1) this.#take(slot[field], at + offset[field], length[field]);
    return at + size;
  }

  /** variable = length(1) value | ff length(2) value                                               RFC 7011 section 7 */
  #walk({ slot, length }: Template, start: number, end: number): number {
    const bytes = this.#bytes;
    let at = start;
    for (let field = 0; field < slot.length; field += 1) {
      let size = length[field];
      if (size === VARIABLE) {
        if (at >= end) return -1;
        size = bytes[at];
        at += 1;
        if (size === 255) {
          if (at + 2 > end) return -1;
          size = (bytes[at] << 8) | bytes[at + 1];
          at += 2;
        }
      }
      if (at + size > end) return -1;
      this.#take(slot[field], at, size);
      at += size;
    }
    return at;
  }

  #take(slot: number, at: number, length: number): void {
    if (slot === Slot.none) return;
    if (slot <= Slot.targetV6) this.#address(slot, at, length);
    else if (slot === Slot.startNtp || slot === Slot.endNtp) this.#value[slot] = this.#ntp(at);
    else this.#value[slot] = this.#number(at, length);
  }

  #address(slot: number, at: number, length: number): void {
    const words = this.#words;
    const to = 4 * (slot - Slot.sourceV4);
    for (let word = 0; word < length >> 2; word += 1) words[to + word] = this.#view.getUint32(at + 4 * word);
  }

  /** µs since 1970 */
  #ntp(at: number): number {
    const seconds = this.#view.getUint32(at);
    if (seconds === 0) return 0;
    const era = seconds < 0x80000000 ? NTP_ERA : 0;
    return (seconds + era - NTP_UNIX) * 1e6 + Math.floor((this.#view.getUint32(at + 4) / NTP_ERA) * 1e6);
  }

  /** An unsigned number of 1 … 8 bytes, also where fewer are used than its type has (RFC 7011 section 6.2). */
  #number(at: number, length: number): number {
    const view = this.#view;
    if (length === 4) return view.getUint32(at);
    if (length === 2) return view.getUint16(at);
    if (length === 8) return view.getUint32(at) * NTP_ERA + view.getUint32(at + 4);
    let value = 0;
    for (let byte = at; byte < at + Math.min(8, length); byte += 1) value = value * 256 + this.#bytes[byte];
    return value;
  }

  /** The value of a slot, 0 when it is not told. */
  #of(slot: number): number {
    return this.#has[slot] === 0 ? 0 : this.#value[slot];
  }

  /** µs since 1970 of an uptime of 0, when the record tells it; else NaN. */
  get boot(): number {
    const init = this.#of(Slot.systemInit);
    return init === 0 ? Number.NaN : init * 1000;
  }

  /** Whether the record, of data or options, says that packets are sampled; undefined: it says nothing of that. */
  get sampled(): boolean | undefined {
    const has = this.#has;
    if (has[Slot.sampling] !== 0) return this.#value[Slot.sampling] > 1;
    if (has[Slot.samplingTaken] !== 0 && has[Slot.samplingLeft] !== 0) return this.#value[Slot.samplingLeft] > 0;
    if (has[Slot.samplingSize] !== 0 && has[Slot.samplingOf] !== 0)
      return this.#value[Slot.samplingSize] < this.#value[Slot.samplingOf];
    if (has[Slot.sampler] !== 0 && this.#value[Slot.sampler] === 0) return false;
    return undefined;
  }

  /** Fills the record's addresses; false when it names none. */
  addresses(flow: FlowRecord): boolean {
    const words = this.#words;
    const has = this.#has;
    const v4 = has[Slot.sourceV4] !== 0 && has[Slot.targetV4] !== 0;
    const v6 = has[Slot.sourceV6] !== 0 && has[Slot.targetV6] !== 0;
    if (v4 && !(v6 && words[0] === 0 && words[4] === 0)) {
      flow.address[2] = 0xffff;
      flow.address[3] = words[0];
      flow.address[6] = 0xffff;
      flow.address[7] = words[4];
      return true;
    }
    if (v6) for (let word = 0; word < 8; word += 1) flow.address[word] = words[8 + word];
    return v6;
  }

  /** Fills the rest of the record; false when it lies at a time that cannot be. */
  rest(flow: FlowRecord, setting: Setting): boolean {
    this.#transport(flow);
    this.#amounts(flow);
    this.#verdicts(flow);
    flow.sampled = this.sampled ?? setting.sampled;
    flow.seen = setting.exported;
    const boot = Number.isNaN(this.boot) ? setting.boot : this.boot;
    const start = this.#start(setting, boot);
    const end = this.#end(setting, boot, start);
    flow.start = start;
    flow.end = Math.max(start, end);
    const latest = setting.exported > 0 ? setting.exported + AHEAD : Number.MAX_SAFE_INTEGER;
    return start >= EARLIEST && flow.end <= latest;
  }

  #transport(flow: FlowRecord): void {
    flow.protocol = this.#of(Slot.protocol) & 255;
    flow.sourcePort = this.#of(Slot.sourcePort) & 0xffff;
    flow.targetPort = this.#of(Slot.targetPort) & 0xffff;
    if (flow.protocol === ICMP || flow.protocol === ICMP6) flow.targetPort = this.#icmp(flow.protocol);
    flow.ttl = this.#of(Slot.ttl) & 255;
    flow.flags = this.#has[Slot.flags] === 0 ? UNTOLD : this.#value[Slot.flags] & 0x1ff;
    flow.flagsBack = this.#has[Slot.flagsBack] === 0 ? UNTOLD : this.#value[Slot.flagsBack] & 0x1ff;
  }

  /** Type and code: in elements of their own, or in the port of the target, where NetFlow put them from the first. */
  #icmp(protocol: number): number {
    const has = this.#has;
    if (has[Slot.icmpType] !== 0) return ((this.#value[Slot.icmpType] & 255) << 8) | (this.#of(Slot.icmpCode) & 255);
    const both = protocol === ICMP ? Slot.icmp4 : Slot.icmp6;
    if (this.#of(both) !== 0) return this.#value[both] & 0xffff;
    if (has[both] === 0 && has[Slot.targetPort] === 0) return UNTOLD;
    return this.#of(Slot.targetPort) & 0xffff;
  }

  #amounts(flow: FlowRecord): void {
    const has = this.#has;
    flow.packets = this.#of(Slot.packets);
    flow.bytes = this.#of(Slot.bytes);
    flow.packetsBack = has[Slot.packetsBack] === 0 ? -1 : this.#value[Slot.packetsBack];
    flow.bytesBack = this.#of(Slot.bytesBack);
    if (flow.packetsBack <= 0 && flow.bytesBack > 0) flow.packetsBack = 1;
    if (flow.packetsBack < 0 && has[Slot.bytesBack] !== 0) flow.packetsBack = 0;
    if (flow.packets === 0 && flow.packetsBack > 0 && flow.bytes === 0) {
      turn(flow);
      flow.packetsBack = -1;
    } else if (this.#of(Slot.biflowDirection) === 2 && flow.packetsBack >= 0) turn(flow);
    flow.packets = Math.max(1, flow.packets);
  }

  #verdicts(flow: FlowRecord): void {
    const event = this.#of(Slot.firewallEvent);
    const forwarding = this.#of(Slot.forwarding);
    flow.denied = event === DENIED || forwarding === DROPPED_BY_LIST || forwarding === DROPPED_BY_LIST_DENY;
    // a firewall's source is who began; what came back it counts at the end
    if (event !== 0 && flow.packetsBack < 0) flow.packetsBack = 0;
    if (event === CREATED) flow.packetsBack = 0;
  }

  #start(setting: Setting, boot: number): number {
    const value = this.#value;
    if (this.#of(Slot.startMillis) > 0) return value[Slot.startMillis] * 1000;
    if (this.#of(Slot.startNtp) > 0) return value[Slot.startNtp];
    if (this.#of(Slot.startSeconds) > 0) return value[Slot.startSeconds] * 1e6;
    if (this.#has[Slot.startDelta] !== 0) return setting.exported - value[Slot.startDelta];
    if (this.#has[Slot.startUptime] !== 0) return this.#uptime(setting, boot, value[Slot.startUptime]);
    if (this.#of(Slot.eventMillis) > 0) return value[Slot.eventMillis] * 1000;
    return setting.exported;
  }

  #end(setting: Setting, boot: number, start: number): number {
    const value = this.#value;
    if (this.#of(Slot.endMillis) > 0) return value[Slot.endMillis] * 1000;
    if (this.#of(Slot.endNtp) > 0) return value[Slot.endNtp];
    if (this.#of(Slot.endSeconds) > 0) return value[Slot.endSeconds] * 1e6;
    if (this.#has[Slot.endDelta] !== 0) return setting.exported - value[Slot.endDelta];
    if (this.#has[Slot.endUptime] !== 0) return this.#uptime(setting, boot, value[Slot.endUptime]);
    return start + this.#of(Slot.durationMillis) * 1000 + this.#of(Slot.durationMicros);
  }

  /** An uptime in ms; where the exporter does not tell its start, the flow is taken to have ended when it was told. */
  #uptime({ exported }: Setting, boot: number, uptime: number): number {
    if (Number.isNaN(boot)) return exported - Math.max(0, this.#of(Slot.endUptime) - uptime) * 1000;
    const time = boot + uptime * 1000;
    return exported > 0 && time - exported > (WRAP * 1000) / 2 ? time - WRAP * 1000 : time;
  }
}

/** Makes the two ends change places. */
function turn(flow: FlowRecord): void {
  const { address, sourcePort, packets, bytes, flags } = flow;
  for (let word = 0; word < 4; word += 1) {
    const source = address[word];
    address[word] = address[4 + word];
    address[4 + word] = source;
  }
  if (flow.protocol !== ICMP && flow.protocol !== ICMP6) {
    flow.sourcePort = flow.targetPort;
    flow.targetPort = sourcePort;
  }
  flow.packets = flow.packetsBack;
  flow.bytes = flow.bytesBack;
  flow.flags = flow.flagsBack;
  flow.packetsBack = packets;
  flow.bytesBack = bytes;
  flow.flagsBack = flags;
}
