// Hot: `read` runs once a line.
import { beginContact, type ContactBatch } from '../../record/contact.ts';
import { blend, FNV_START } from '../../record/fnv.ts';
import { Trait } from '../../record/packet.ts';
import { ICMP, ICMP6, TCP, UDP } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { ACK, PSH, SYN } from '../../record/tcp-flags.ts';
import { Weird } from '../../record/weird.ts';
import { addressInto, findText, numberIn, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { FLAG_NAMES } from './flags.ts';
import { hex, signOptions } from './options.ts';
import { Asked, setOptionLength, tellPacket } from './tell.ts';
import { protocolIn, verdictIn, vocabulary } from './words.ts';

/*
 * What the LOG target of iptables, `log` of nftables, ufw, firewalld and ulogd write (Linux, net/netfilter/nf_log_syslog.c).
 *
 *   message = ["[" seconds "]" SP] prefix "IN=" [name] " OUT=" [name] *(SP field)
 *   IPv4    = SRC DST LEN TOS PREC TTL ID [CE] [DF] [MF] ["FRAG:" offset] ["OPT (" hex ")"] PROTO transport
 *   IPv6    = SRC DST LEN TC HOPLIMIT FLOWLBL ["FRAG:" offset "ID:" hex] *("OPT (" … ")") PROTO transport
 *   TCP     = SPT DPT [SEQ ACK] WINDOW RES *flag URGP ["OPT (" hex ")"]
 *   UDP     = SPT DPT LEN        SCTP = SPT DPT        AH, ESP = SPI
 *   ICMP    = TYPE CODE [ID SEQ | "[" the packet in error "]" | …]
 *   ARP     = "ARP" HTYPE PTYPE OPCODE MACSRC IPSRC MACDST IPDST
 *   "INCOMPLETE [" number " bytes]" stands for the rest of a transport that was cut off
 *
 * The prefix is the administrator's; its words tell what the rule did (ufw: `[UFW BLOCK]`, firewalld: `FINAL_REJECT:`,
 * UniFi and EdgeOS: `[WAN_LOCAL-default-D]`). LEN before PROTO is that of the IP packet.
 */
const Key = {
  source: 1,
  target: 2,
  length: 3,
  ttl: 4,
  id: 5,
  protocol: 6,
  sourcePort: 7,
  targetPort: 8,
  window: 9,
  urgent: 10,
  seq: 11,
  ack: 12,
  type: 13,
  code: 14,
  mac: 15,
  flowLabel: 16,
  reserved: 17,
  opcode: 18,
  from: 19,
  to: 20,
} as const;

const KEYS = vocabulary([
  ['src ipsrc', Key.source],
  ['dst ipdst', Key.target],
  ['len', Key.length],
  ['ttl hoplimit', Key.ttl],
  ['id', Key.id],
  ['proto', Key.protocol],
  ['spt', Key.sourcePort],
  ['dpt', Key.targetPort],
  ['window', Key.window],
  ['urgp', Key.urgent],
  ['seq', Key.seq],
  ['ack', Key.ack],
  ['type', Key.type],
  ['code', Key.code],
  ['mac', Key.mac],
  ['flowlbl', Key.flowLabel],
  ['res', Key.reserved],
  ['opcode', Key.opcode],
  ['in', Key.from],
  ['out', Key.to],
]);

const Mark = { df: 1, arp: 2, incomplete: 3, options: 4, flag: 16 } as const;

/** Words without a value; flags of TCP from `Mark.flag`. */
const MARKS = vocabulary([
  ['df', Mark.df],
  ['arp', Mark.arp],
  ['incomplete', Mark.incomplete],
  ['opt', Mark.options],
  ...FLAG_NAMES.map(([name, flag]) => [name, Mark.flag + flag] as const),
]);

const SPACE = 32;
const EQUALS = 61;
const BRACKET = 91;
const BRACKET_END = 93;
const COLON = 58;
/** name of an interface and what stands around it */
const INTERFACE_MAX = 40;
/** `protocol` before PROTO was read */
const NONE = -1;
const ARP = 0;

class Netfilter implements DialectReader {
  readonly #input: number;
  readonly #asked = new Asked();
  /** of the line in hand */
  #protocol = NONE;
  #ipLength = -1;
  #length = -1;
  #optionLength = -1;
  #seen = 0;
  /** what says that the line is no contact: a later fragment, a cut transport */
  #isPart = false;
  /** interfaces that are named */
  #cameIn = false;
  #wentOut = false;

  constructor({ input }: ReaderContext) {
    this.#input = input;
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const { bytes, end } = line;
    const from = isHost(line) ? line.message : line.host;
    const start = fieldsAt(bytes, from, end);
    if (start < 0) return Line.foreign;
    const batch = sheaf.contacts;
    const row = beginContact(batch);
    batch.time[row] = line.time;
    batch.input[row] = this.#input;
    batch.record[row] = line.record;
    if (!this.#fields(bytes, start, end, batch, row)) return Weird['line-field-impossible'];
    if ((this.#seen & 3) !== 3) return this.#seen === 0 ? Line.used : Weird['line-malformed'];
    if (this.#protocol === NONE) return Weird['line-malformed'];
    if (this.#isPart) return Line.used;
    this.#lengths(batch, row);
    if (this.#wentOut && !this.#cameIn && isFirst(batch.ttl[row])) batch.traits[row] |= Trait.sourceHere;
    tellPacket(
      batch,
      row,
      verdictIn(bytes, afterClock(bytes, from, start), prefixEnd(bytes, from, start)),
      this.#asked,
    );
    return Line.used;
  }

  /** Reads all fields; false: a value cannot be. */
  #fields(bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): boolean {
    this.#protocol = NONE;
    this.#ipLength = -1;
    this.#length = -1;
    this.#optionLength = -1;
    this.#seen = 0;
    this.#isPart = false;
    this.#cameIn = false;
    this.#wentOut = false;
    let at = from;
    while (at < to) {
      while (at < to && bytes[at] <= SPACE) at += 1;
      const start = at;
      // A bracket opens the packet that an ICMP error is about: it is no contact of its own.
      if (bytes[at] === BRACKET) break;
      let hash = FNV_START;
      while (at < to && bytes[at] > SPACE && bytes[at] !== EQUALS && bytes[at] !== COLON) {
        const byte = bytes[at];
        hash = blend(hash, byte >= 65 && byte <= 90 ? byte | 32 : byte);
        at += 1;
      }
      if (at >= to || bytes[at] <= SPACE) {
        if (at > start) at = this.#mark(MARKS.get(hash) ?? 0, bytes, at, to, batch, row);
        continue;
      }
      const key = bytes[at] === EQUALS ? (KEYS.get(hash) ?? 0) : 0;
      if (bytes[at] === COLON && standsAt(bytes, start, to, 'FRAG:')) this.#isPart ||= bytes[at + 1] !== 48;
      const value = at + 1;
      at = value;
      while (at < to && bytes[at] > SPACE) at += 1;
      if (key !== 0 && at > value && !this.#field(key, bytes, value, at, batch, row)) return false;
    }
    return true;
  }

  #field(key: number, bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): boolean {
    switch (key) {
      case Key.source:
      case Key.target: {
        this.#seen |= key;
        const words = row * 8 + (key === Key.source ? 0 : 4);
        if (!addressInto(bytes, from, to, batch.address, words)) return false;
        if (batch.address[words + 2] !== 0xffff || batch.address[words + 1] !== 0) batch.traits[row] |= Trait.v6;
        return true;
      }
      case Key.protocol:
        this.#protocol = protocolIn(bytes, from, to);
        batch.protocol[row] = Math.max(0, this.#protocol);
        // The options header of IPv6 has the number that contacts have for ARP.
        this.#isPart ||= this.#protocol === 0;
        return this.#protocol >= 0;
      case Key.mac:
        if (to - from >= 17 && isGroup(bytes, from, to)) batch.traits[row] |= Trait.broadcast;
        return true;
      case Key.from:
        this.#cameIn = true;
        return true;
      case Key.to:
        this.#wentOut = true;
        return true;
      case Key.flowLabel:
      case Key.opcode:
      case Key.reserved:
        return this.#rare(key, bytes, from, to, batch, row);
      default: {
        const value = numberIn(bytes, from, to);
        return value < 0 ? false : this.#number(key, value, batch, row);
      }
    }
  }

  /** Questions of ARP are contacts, answers are not. RES holds the reserved bits of TCP: three, and AE (RFC 9768). */
  #rare(key: number, bytes: Uint8Array, from: number, to: number, batch: ContactBatch, row: number): boolean {
    if (key === Key.flowLabel) batch.ipId[row] = numberIn(bytes, from, to) & 0xffff;
    else if (key === Key.opcode) this.#isPart ||= numberIn(bytes, from, to) !== 1;
    else if (to - from === 4) {
      const bits = (hex(bytes[from + 2]) << 4) | hex(bytes[from + 3]);
      if ((bits & 0x38) !== 0) batch.traits[row] |= Trait.reservedBits;
      if ((bits & 4) !== 0) batch.flags[row] |= 256;
    }
    return true;
  }

  #number(key: number, value: number, batch: ContactBatch, row: number): boolean {
    const inside = this.#protocol !== NONE;
    const isIcmp = this.#protocol === ICMP || this.#protocol === ICMP6;
    if (key === Key.length) {
      if (inside) this.#length = value;
      else this.#ipLength = value;
    } else if (key === Key.ttl) batch.ttl[row] = value;
    else if (key === Key.id && !inside) batch.ipId[row] = value;
    else if (key === Key.id && isIcmp) batch.seq[row] |= value << 16;
    else if (key === Key.seq && isIcmp) batch.seq[row] |= value & 0xffff;
    else if (key === Key.seq) batch.seq[row] = value;
    else if (key === Key.ack) batch.ack[row] = value;
    else if (key === Key.window) batch.window[row] = value;
    else if (key === Key.urgent) batch.urgent[row] = value;
    else if (key === Key.sourcePort || key === Key.code) batch.sourcePort[row] = value;
    else if (key === Key.targetPort || key === Key.type) batch.targetPort[row] = value;
    return value <= (key === Key.seq || key === Key.ack ? 0xffffffff : key === Key.ttl ? 0xff : 0xffff);
  }

  /** A word without a value; returns where reading goes on. */
  #mark(mark: number, bytes: Uint8Array, at: number, to: number, batch: ContactBatch, row: number): number {
    if (mark > Mark.flag) batch.flags[row] |= mark - Mark.flag;
    else if (mark === Mark.df) batch.traits[row] |= Trait.dontFragment;
    else if (mark === Mark.arp) this.#protocol = ARP;
    else if (mark === Mark.incomplete) {
      // Of a protocol without ports nothing is missing that counts.
      this.#isPart ||= this.#protocol === TCP || this.#protocol === UDP || this.#protocol === ICMP;
      return to;
    } else if (mark === Mark.options) return this.#options(bytes, at, to, batch, row);
    return at;
  }

  /** `OPT (020405B4)`: after PROTO those of TCP, before it those of IP. */
  #options(bytes: Uint8Array, at: number, to: number, batch: ContactBatch, row: number): number {
    let close = at;
    while (close < to && bytes[close] !== 41) close += 1;
    if (this.#protocol === NONE) {
      const v6 = (batch.traits[row] & Trait.v6) !== 0;
      batch.traits[row] |= v6 ? Trait.extension : Trait.ipOptions;
    } else if (bytes[at + 1] === 40) this.#optionLength = signOptions(bytes, at + 2, close, batch, row);
    return Math.min(to, close + 1);
  }

  /** What the lengths tell of payload and options. */
  #lengths(batch: ContactBatch, row: number): void {
    const header = (batch.traits[row] & Trait.v6) !== 0 ? 40 : 20;
    const inner = this.#ipLength - header;
    if (this.#protocol === TCP) this.#segment(batch, row, inner - 20);
    else if (this.#protocol === UDP) batch.length[row] = Math.max(0, (this.#length >= 8 ? this.#length : inner) - 8);
    else if (this.#protocol === ICMP || this.#protocol === ICMP6) batch.length[row] = Math.max(0, inner - 8);
  }

  /** @param rest bytes of options and payload together, negative when LEN is missing */
  #segment(batch: ContactBatch, row: number, rest: number): void {
    const flags = batch.flags[row];
    if (this.#optionLength >= 0) batch.length[row] = Math.max(0, rest - this.#optionLength);
    else if ((flags & SYN) !== 0) setOptionLength(batch, row, Math.min(rest, 40));
    else {
      setOptionLength(batch, row, Math.min(rest, 40));
      // Options take 40 bytes at most; PSH goes with data, beside 12 bytes of timestamps.
      if (rest > 40 || ((flags & PSH) !== 0 && (flags & ACK) !== 0 && rest > 12)) batch.length[row] = rest;
    }
  }
}

/** A TTL that nobody has taken anything from: of what is passed on, older kernels name no interface in POSTROUTING. */
const isFirst = (ttl: number): boolean => ttl === 64 || ttl === 128 || ttl === 255;

/** Whether a host stands where one would: what `dmesg` prints has a stamp alone, often in brackets, before the prefix. */
function isHost({ bytes, host, end }: SyslogLine): boolean {
  const afterBracket = bytes[host - 1] === BRACKET_END || bytes[host - 2] === BRACKET_END;
  return !afterBracket && bytes[host] !== BRACKET && !standsAt(bytes, host, end, 'IN=');
}

/** Where `IN=… OUT=` begins; −1: nowhere. */
function fieldsAt(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; ; at += 3) {
    at = findText(bytes, 'IN=', at, to);
    if (at < 0) return -1;
    const out = findText(bytes, ' OUT=', at + 3, Math.min(to, at + INTERFACE_MAX));
    if (out >= 0) return at;
  }
}

/** Past `[ 5087.041572] `, the time since boot that kernels put before their messages. */
export function afterClock(bytes: Uint8Array, from: number, to: number): number {
  if (bytes[from] !== BRACKET) return from;
  let at = from + 1;
  while (at < to && (bytes[at] === SPACE || bytes[at] === 46 || (bytes[at] >= 48 && bytes[at] <= 57))) at += 1;
  return bytes[at] === BRACKET_END ? at + 1 : from;
}

/** UniFi repeats the rule in free text, which may name other verdicts. */
function prefixEnd(bytes: Uint8Array, from: number, to: number): number {
  const text = findText(bytes, 'DESCR=', from, to);
  return text < 0 ? to : text;
}

/** Broadcast and the groups of IPv4 (RFC 1112 section 6.4) and IPv6 (RFC 2464 section 7). */
const isGroup = (bytes: Uint8Array, at: number, to: number): boolean =>
  standsAt(bytes, at, to, 'ff:ff:') || standsAt(bytes, at, to, '33:33:') || standsAt(bytes, at, to, '01:00:5e:');

export const netfilter: Dialect = {
  name: 'netfilter',
  about: 'Packets that Linux logged: iptables LOG, nftables log, ufw, firewalld, ulogd, UniFi.',
  sample:
    'Nov 21 23:27:44 fw kernel: [ 5130.096477] [UFW BLOCK] IN=eth0 OUT= MAC=02:00:5e:10:00:17:8e:2d:45:9e:b1:1d:08:00 SRC=192.0.2.77 DST=198.51.100.22 LEN=40 TOS=0x00 PREC=0x00 TTL=240 ID=54321 PROTO=TCP SPT=39682 DPT=8080 WINDOW=65535 RES=0x00 SYN URGP=0',
  programs: [
    'kernel',
    'ulogd',
    'klogd',
    'iptables*',
    'ip6tables*',
    'nft*',
    'netfilter*',
    'ufw*',
    'firewall*',
    'shorewall*',
  ],
  reader: (context) => new Netfilter(context),
};
