// Hot: `scan` runs once a line.
import { blend, FNV_START } from '../../record/fnv.ts';
import { addressInto, find, numberIn } from '../field.ts';
import { quoteEnd } from '../web/text.ts';
import { protocolIn, vocabulary, wordIn } from './words.ts';

/** What a named value can say; each vendor has its own name for it. */
export const Slot = {
  source: 1,
  target: 2,
  sourcePort: 3,
  targetPort: 4,
  protocol: 5,
  action: 6,
  type: 7,
  subtype: 8,
  session: 9,
  bytesOut: 10,
  bytesIn: 11,
  packetsOut: 12,
  packetsIn: 13,
  reason: 14,
  icmpType: 15,
  icmpCode: 16,
  time: 17,
  date: 18,
  zone: 19,
  eventTime: 20,
  flags: 21,
  ttl: 22,
  length: 23,
  instance: 24,
  event: 25,
  service: 26,
  note: 27,
} as const;
const SLOTS = 28;

/** Names of all vendors: Fortinet, Sophos, SonicWall, Check Point, Juniper, Cisco FTD, CEF, LEEF. A name says the same with each. */
export const NAMES = vocabulary([
  ['src srcip src_ip src-ip src_addr srcaddr source_ip sourceip source-address SrcIP sourceAddress', Slot.source],
  [
    'dst dstip dst_ip dst-ip dst_addr dstaddr dest_ip destination_ip destinationip destination-address DstIP destinationAddress',
    Slot.target,
  ],
  ['spt sport srcport src_port src-port source_port source-port SrcPort s_port sourcePort', Slot.sourcePort],
  [
    'dpt dport dstport dst_port dst-port dest_port destination_port destination-port DstPort d_port destinationPort',
    Slot.targetPort,
  ],
  ['service', Slot.service],
  ['proto ipproto protocol protocol-id transport ip_proto', Slot.protocol],
  ['act action fw_action AccessControlRuleAction disposition verdict status', Slot.action],
  ['type log_type sys', Slot.type],
  ['subtype log_subtype sub', Slot.subtype],
  ['sessionid session-id-32 session-id ConnectionID externalId', Slot.session],
  ['sentbyte sent_bytes sent InitiatorBytes out bytes-from-client srcBytes client_outbound_bytes', Slot.bytesOut],
  ['rcvdbyte recv_bytes rcvd ResponderBytes in bytes-from-server dstBytes server_outbound_bytes', Slot.bytesIn],
  ['sentpkt sent_pkts spkt InitiatorPackets packets-from-client srcPackets client_outbound_packets', Slot.packetsOut],
  ['rcvdpkt recv_pkts rpkt ResponderPackets packets-from-server dstPackets server_outbound_packets', Slot.packetsIn],
  ['reason', Slot.reason],
  ['icmptype icmp_type icmp-type ICMPType', Slot.icmpType],
  ['icmpcode icmp_code ICMPCode', Slot.icmpCode],
  ['time rt start devTime', Slot.time],
  ['date', Slot.date],
  ['tz timezone', Slot.zone],
  ['eventtime', Slot.eventTime],
  ['tcpflags tcp_flags', Slot.flags],
  ['ttl', Slot.ttl],
  ['length', Slot.length],
  ['InstanceID', Slot.instance],
  ['m logid', Slot.event],
  ['note msg', Slot.note],
]);

const SPACE = 32;
const QUOTE = 34;
const EQUALS = 61;
const BACKSLASH = 92;

/** How names and values are written. */
export interface Style {
  /** between name and value: `=` or `:` */
  readonly assign: number;
  /** ends a value that is not quoted; 0: the next name does (CEF), for values hold blanks */
  readonly separator: number;
}

/** `name=value name="value"` */
export const EQUAL_SPACE: Style = { assign: EQUALS, separator: SPACE };
/** `Name: value, Name: value` */
export const COLON_COMMA: Style = { assign: 58, separator: 44 };
/** `name:"value"; name:"value"` */
export const COLON_SEMICOLON: Style = { assign: 58, separator: 59 };
/** `name=value|name=value` */
export const EQUAL_BAR: Style = { assign: EQUALS, separator: 124 };
/** `name=value with blanks name=value` */
export const EQUAL_NAME: Style = { assign: EQUALS, separator: 0 };

/** letters, digits, `_`, `-`, `.`: what names are made of */
const NAME_BYTE = new Uint8Array(256);
for (const byte of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.')
  NAME_BYTE[byte.charCodeAt(0)] = 1;

/** The named values of one line. Of a name that comes twice the first counts: what follows may be what a stranger sent. */
export class Named {
  bytes: Uint8Array = new Uint8Array(0);
  readonly #starts = new Int32Array(SLOTS);
  readonly #ends = new Int32Array(SLOTS);

  scan(bytes: Uint8Array, from: number, to: number, { assign, separator }: Style): void {
    this.bytes = bytes;
    this.#starts.fill(-1);
    let at = from;
    while (at < to) {
      let hash = FNV_START;
      const start = at;
      while (at < to && NAME_BYTE[bytes[at]] === 1) {
        const byte = bytes[at];
        hash = blend(hash, byte >= 65 && byte <= 90 ? byte | 32 : byte);
        at += 1;
      }
      if (at === start || bytes[at] !== assign || at >= to) {
        at += 1;
        continue;
      }
      at = this.#value(NAMES.get(hash) ?? 0, at + 1, to, separator);
    }
  }

  /** Keeps a value; returns where the next name may begin. */
  #value(slot: number, from: number, to: number, separator: number): number {
    const { bytes } = this;
    let start = from;
    if (separator !== SPACE) while (start < to && bytes[start] === SPACE) start += 1;
    const quoted = bytes[start] === QUOTE && start < to;
    if (quoted) start += 1;
    const end = quoted
      ? quoteEnd(bytes, start, to)
      : separator === 0
        ? nameAfter(bytes, start, to)
        : find(bytes, separator, start, to);
    if (slot !== 0 && this.#starts[slot] < 0) {
      this.#starts[slot] = start;
      this.#ends[slot] = end;
    }
    return end + 1;
  }

  has(slot: number): boolean {
    return this.#starts[slot] >= 0 && this.#ends[slot] > this.#starts[slot];
  }

  start(slot: number): number {
    return this.has(slot) ? this.#starts[slot] : 0;
  }

  end(slot: number): number {
    return this.has(slot) ? this.#ends[slot] : 0;
  }

  /** Hash of the value as a word; that of nothing when there is none. */
  word(slot: number): number {
    return wordIn(this.bytes, this.start(slot), this.end(slot));
  }

  /** −1: none. */
  number(slot: number): number {
    return numberIn(this.bytes, this.start(slot), this.end(slot));
  }

  /** −1: none. */
  protocol(slot: number): number {
    return protocolIn(this.bytes, this.start(slot), this.end(slot));
  }

  address(slot: number, words: Uint32Array, at: number): boolean {
    return addressInto(this.bytes, this.start(slot), this.end(slot), words, at);
  }
}

/** End of a value that the blank before the next `name=` ends. An equals sign in a value is escaped. */
function nameAfter(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== EQUALS) at += bytes[at] === BACKSLASH ? 2 : 1;
  if (at >= to) return to;
  while (at > from && bytes[at - 1] !== SPACE) at -= 1;
  return at > from ? at - 1 : from;
}
