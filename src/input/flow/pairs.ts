// Hot: `add` runs once a flow record.
import { randomInt } from 'node:crypto';
import { isBroadcast, isMulticast, isV4 } from '../../record/address.ts';
import { beginContact, type ContactBatch, Method, Outcome } from '../../record/contact.ts';
import { Trait } from '../../record/packet.ts';
import { KeyTable } from '../../table/keys.ts';
import { decide, Talk, UNTOLD } from './decide.ts';
import { Earliest } from './earliest.ts';

/**
 * A flow record as the exporter tells it: what went from one end to the other, and, where it says so, what came back.
 * Reused from record to record: `clear`, set what is told, `add`.
 */
export class FlowRecord {
  /** number of the record in its input */
  record = 0;
  /** µs since 1970 of the first and the last packet */
  start = 0.5;
  end = 0.5;
  /** µs since 1970 when the exporter told of it; 0: not known, taken as `end` */
  seen = 0.5;
  /** source 0–3, target 4–7 */
  readonly address = new Uint32Array(8);
  sourcePort = 0;
  /** ICMP: type << 8 | code, or UNTOLD */
  targetPort = 0;
  protocol = 0;
  /** TCP flags of all packets together; UNTOLD */
  flags: number = UNTOLD;
  packets = 0;
  /** bytes of IP packets, 0: not told */
  bytes = 0;
  /** packets back; −1: the record tells of one direction only. With 0 or more, the record's source is who began. */
  packetsBack = -1;
  bytesBack = 0;
  flagsBack: number = UNTOLD;
  ttl = 0;
  /** not all packets were looked at */
  sampled = false;
  /** the exporter let no packet of it pass */
  denied = false;

  clear(): void {
    this.start = 0;
    this.end = 0;
    this.seen = 0;
    this.address.fill(0);
    this.sourcePort = 0;
    this.targetPort = 0;
    this.protocol = 0;
    this.flags = UNTOLD;
    this.packets = 0;
    this.bytes = 0;
    this.packetsBack = -1;
    this.bytesBack = 0;
    this.flagsBack = UNTOLD;
    this.ttl = 0;
    this.sampled = false;
    this.denied = false;
  }
}

const SECOND = 1e6;
/** Conversations that are known at a time. */
const CAPACITY = 1 << 16;
/** A record waits so long for that of the other direction, by the exporters' clock: what routers let flows run before they tell (Cisco: 30 min; most are told to take 1 to 5). */
const HOLD = 900 * SECOND;
/** Records of the same ends that lie no further apart are one conversation. */
const GAP = 60 * SECOND;
/** What was told of is remembered so long, so that its later records are not taken for new conversations. */
const LINGER = 1800 * SECOND;
/** The clock follows the records by no more than this a record, so that one with a wrong time does no harm. */
const STEP = 60 * SECOND;
/** Conversations told of, and forgotten, a record at most: more than come in. */
const PER_RECORD = 3;

/** So many segments of data of which the beginning is missing, more than there are beginnings, and samples are taken. */
const PIECES = 4;
/** Bytes of a segment that carries next to nothing. */
const BARE = 66;
const SYN = 2;

const ICMP = 1;
const TCP = 6;
const UDP = 17;
const ICMP6 = 58;
const SCTP = 132;

/** Bits of the key's last word above the protocol: the lower end asks the question whose type stands above. */
const ASKED = 256;
const TYPE_SHIFT = 16;

/*
 * ICMP queries (RFC 792, RFC 950, RFC 8335; RFC 4443, RFC 4620): type → type of its question; version 6 from 256.
 * NO_QUESTION: errors, which answer a packet that flow records do not name, and what routers, hosts and groups of one
 * link tell each other (RFC 1256, RFC 4861, RFC 2710, RFC 3810).
 */
const NO_QUESTION = 255;
const QUESTION = Uint8Array.from({ length: 512 }, (_, type) => type & 255);
const METHOD = new Uint8Array(512).fill(Method.icmpOther);
for (const [question, reply, method] of [
  [8, 0, Method.icmpEcho],
  [13, 14, Method.icmpTimestamp],
  [15, 16, Method.icmpOther],
  [17, 18, Method.icmpMask],
  [42, 43, Method.icmpOther],
  [256 + 128, 256 + 129, Method.icmpEcho],
  [256 + 139, 256 + 140, Method.icmpOther],
  [256 + 160, 256 + 161, Method.icmpOther],
]) {
  QUESTION[reply] = question & 255;
  METHOD[question] = method;
}
for (const error of [3, 4, 5, 11, 12, 256 + 1, 256 + 2, 256 + 3, 256 + 4]) QUESTION[error] = NO_QUESTION;
for (const link of [
  9,
  10,
  256 + 130,
  256 + 131,
  256 + 132,
  256 + 133,
  256 + 134,
  256 + 135,
  256 + 136,
  256 + 137,
  256 + 143,
])
  QUESTION[link] = NO_QUESTION;

/** Bits of a conversation's marks. */
const Mark = { told: 1, begun: 2, sampled: 4, highFirst: 8, denied: 16 } as const;
const NONE = -1;

/** Columns of the conversations, by row; of a side: 2 · row, + 1 for the higher end. */
class Rows {
  readonly start = new Float64Array(2 * CAPACITY);
  readonly packets = new Float64Array(2 * CAPACITY);
  readonly bytes = new Float64Array(2 * CAPACITY);
  readonly record = new Uint32Array(2 * CAPACITY);
  readonly flags = new Uint16Array(2 * CAPACITY);
  readonly seen = new Uint8Array(2 * CAPACITY);
  readonly ttl = new Uint8Array(2 * CAPACITY);
  readonly code = new Uint8Array(CAPACITY);
  readonly end = new Float64Array(CAPACITY);
  readonly since = new Float64Array(CAPACITY);
  readonly marks = new Uint8Array(CAPACITY);
  /** neighbours among those told of, the one told before and the one after */
  readonly before = new Int32Array(CAPACITY);
  readonly after = new Int32Array(CAPACITY);
  readonly waiting = new Earliest(CAPACITY);
  // any seed does: what is told depends on the order of the records only
  readonly keys = new KeyTable(CAPACITY, randomInt(2 ** 32));
  readonly ends = new KeyTable(2 * CAPACITY, randomInt(2 ** 32));
  readonly references = new Uint32Array(2 * CAPACITY);
}

/**
 * Makes contacts of flow records. Records of one direction wait for that of the other; a conversation is told of when
 * its time is up by the exporters' clock, when the table is full (the earliest first), or at the end; always in the
 * order in which the conversations began. Memory is fixed, and taken with the first record.
 *
 * Errors of ICMP become nothing: flow records do not say what they answer. Nor does what is said on one link only.
 */
export class Pairs {
  /** the record to fill before `add` */
  readonly flow = new FlowRecord();
  readonly #input: number;
  readonly #talk = new Talk();
  #table: Rows | undefined;
  #clock = Number.NaN;
  /** side of its conversation that the record in hand tells of */
  #side = 0;
  /** told of, the longest ago and the latest */
  #oldest = NONE;
  #latest = NONE;
  /** some TCP flags have been told: 0 then means that there were none */
  #flagsTold = false;
  /** some type of ICMP has been told: 0 then means an echo reply */
  #typesTold = false;
  /** TCP records that show a beginning, and those of one segment of data without it: of these, sampling makes most */
  #begun = 0;
  #pieces = 0;

  constructor(input: number) {
    this.#input = input;
  }

  /** Takes `flow` in, and appends at most 5 contacts that have become due. */
  add(contacts: ContactBatch): void {
    this.#table ??= new Rows();
    const t = this.#table;
    this.#tick();
    this.#watch();
    this.#tellDue(t, contacts);
    const row = this.#find(t, contacts);
    if (row >= 0) this.#join(t, row, contacts);
  }

  /** At the end of the input: appends what still waits, as much as fits; true while more remains. */
  drain(contacts: ContactBatch): boolean {
    const t = this.#table;
    if (t === undefined) return false;
    while (t.waiting.size > 0 && contacts.count < contacts.capacity) this.#tell(t, contacts);
    return t.waiting.size > 0;
  }

  #tick(): void {
    const { seen, end } = this.flow;
    const now = seen === 0 ? end : seen;
    if (Number.isNaN(this.#clock)) this.#clock = now;
    this.#clock += Math.max(-STEP, Math.min(STEP, now - this.#clock));
  }

  /** Watches what the exporters tell, and what they leave out. */
  #watch(): void {
    const { protocol, flags, targetPort, packets, bytes } = this.flow;
    if (protocol === ICMP && targetPort !== UNTOLD && targetPort !== 0) this.#typesTold = true;
    if (protocol !== TCP || flags === UNTOLD || flags === 0) return;
    this.#flagsTold = true;
    if ((flags & SYN) !== 0) this.#begun += 1;
    else if (packets === 1 && bytes > BARE) this.#pieces += 1;
  }

  #tellDue(t: Rows, contacts: ContactBatch): void {
    const due = this.#clock - HOLD;
    for (let n = 0; n < PER_RECORD; n += 1) {
      const first = t.waiting.first;
      if (first < 0 || t.since[first] >= due) break;
      this.#tell(t, contacts);
    }
    const gone = this.#clock - LINGER;
    for (let n = 0; n < PER_RECORD && this.#oldest !== NONE && t.end[this.#oldest] < gone; n += 1)
      this.#forget(t, this.#oldest);
  }

  /** Row of the conversation that the record belongs to, with the record's side in `#side`; −1: it is none. */
  #find(t: Rows, contacts: ContactBatch): number {
    const { flow } = this;
    const type = typeOf(flow);
    const question = type < 0 ? 0 : QUESTION[type];
    if (type >= 0 && question === NO_QUESTION) return -1;
    if (!hasPorts(flow.protocol) && (isMulticast(flow.address, 4) || isBroadcast(flow.address, 4))) return -1;
    this.#makeRoom(t, contacts);
    const source = t.ends.insertAt(flow.address, 0);
    const target = t.ends.insertAt(flow.address, 4);
    const sourcePort = hasPorts(flow.protocol) ? flow.sourcePort : 0;
    const targetPort = hasPorts(flow.protocol) ? flow.targetPort : 0;
    const swap =
      type < 0 ? source > target || (source === target && sourcePort > targetPort) : question !== (type & 255);
    const low = swap ? target : source;
    const high = swap ? source : target;
    const ports = swap ? (targetPort << 16) | sourcePort : (sourcePort << 16) | targetPort;
    const last = flow.protocol | (type < 0 ? 0 : ASKED | (question << TYPE_SHIFT));
    const { size } = t.keys;
    const row = t.keys.insert(low, high, ports, last);
    this.#side = swap ? 1 : 0;
    if (t.keys.size > size) this.#begin(t, row, low, high);
    return row;
  }

  #makeRoom(t: Rows, contacts: ContactBatch): void {
    if (t.keys.size < CAPACITY) return;
    if (this.#oldest === NONE) this.#tell(t, contacts);
    this.#forget(t, this.#oldest);
  }

  #begin(t: Rows, row: number, low: number, high: number): void {
    t.references[low] += 1;
    t.references[high] += 1;
    this.#reset(t, row);
  }

  /** Makes the row a new conversation of the same ends. */
  #reset(t: Rows, row: number): void {
    for (let cell = 2 * row; cell < 2 * row + 2; cell += 1) {
      t.start[cell] = 0;
      t.packets[cell] = 0;
      t.bytes[cell] = 0;
      t.record[cell] = 0;
      t.flags[cell] = UNTOLD;
      t.seen[cell] = 0;
      t.ttl[cell] = 0;
    }
    t.marks[row] = this.#side === 1 ? Mark.highFirst : 0;
    t.code[row] = this.flow.targetPort & 255;
    t.end[row] = 0;
    this.#wait(t, row);
  }

  #wait(t: Rows, row: number): void {
    t.since[row] = this.#clock;
    t.waiting.add(row, this.flow.start);
  }

  /** Adds the record to its conversation, or begins a new one when it lies apart from the old one. */
  #join(t: Rows, row: number, contacts: ContactBatch): void {
    const { flow } = this;
    if (t.end[row] !== 0 && isApart(t, row, flow)) {
      if ((t.marks[row] & Mark.told) === 0) this.#tellNow(t, row, contacts);
      this.#unlink(t, row);
      this.#reset(t, row);
    } else if ((t.marks[row] & Mark.told) !== 0 && t.seen[2 * row + this.#side] === 0) {
      // the other direction after all: told again, joined
      this.#unlink(t, row);
      t.marks[row] &= ~Mark.told;
      this.#wait(t, row);
    }
    this.#count(t, row);
    if ((t.marks[row] & Mark.told) === 0) t.waiting.advance(row, flow.start);
  }

  #count(t: Rows, row: number): void {
    const { flow } = this;
    const cell = 2 * row + this.#side;
    count(t, cell, flow, flow.packets, flow.bytes, flow.flags);
    t.ttl[cell] = flow.ttl;
    if (flow.packetsBack >= 0) t.marks[row] |= Mark.begun;
    if (flow.packetsBack > 0) count(t, cell ^ 1, flow, flow.packetsBack, flow.bytesBack, flow.flagsBack);
    if (flow.sampled) t.marks[row] |= Mark.sampled;
    if (flow.denied) t.marks[row] |= Mark.denied;
    t.end[row] = Math.max(t.end[row], flow.end, flow.start);
  }

  #tellNow(t: Rows, row: number, contacts: ContactBatch): void {
    t.waiting.advance(row, Number.NEGATIVE_INFINITY);
    this.#tell(t, contacts);
  }

  /** Appends the contact of the conversation that began first, and remembers that it was told. */
  #tell(t: Rows, contacts: ContactBatch): void {
    const row = t.waiting.take();
    const { keys } = t.keys;
    const last = keys[4 * row + 3];
    this.#ask(t, row, last);
    write(this.#talk, t, row, contacts, this.#input);
    t.marks[row] |= Mark.told;
    this.#link(t, row);
  }

  /** Lets `decide` judge the conversation. */
  #ask(t: Rows, row: number, last: number): void {
    const talk = this.#talk;
    const ports = t.keys.keys[4 * row + 2];
    const untold = !this.#flagsTold;
    for (let side = 0; side < 2; side += 1) {
      const cell = 2 * row + side;
      talk.seen[side] = t.seen[cell];
      talk.flags[side] = untold ? UNTOLD : t.flags[cell];
      talk.packets[side] = t.packets[cell];
      talk.bytes[side] = t.bytes[cell];
      talk.start[side] = t.start[cell];
      talk.port[side] = side === 0 ? ports >>> 16 : ports & 0xffff;
    }
    const marks = t.marks[row];
    talk.protocol = last & 255;
    talk.first = (marks & Mark.highFirst) === 0 ? 0 : 1;
    talk.begun = (marks & Mark.begun) !== 0;
    talk.sampled = (marks & Mark.sampled) !== 0 || (this.#pieces >= PIECES && this.#pieces > this.#begun);
    talk.denied = (marks & Mark.denied) !== 0;
    decide(talk, (last & ASKED) !== 0, methodOf(last));
    if (talk.protocol === ICMP && talk.method === Method.strayAnswer && !this.#typesTold)
      talk.method = Method.midstream;
  }

  /** Of ICMP whose types are not told, nobody knows who asked. */
  #doubt(talk: Talk, told: boolean): void {
    if (told && (this.#typesTold || talk.protocol === ICMP6 || talk.method !== Method.strayAnswer)) return;
    talk.method = Method.midstream;
    if (talk.outcome === Outcome.unanswered) talk.outcome = Outcome.unknown;
  }

  #link(t: Rows, row: number): void {
    t.before[row] = this.#latest;
    t.after[row] = NONE;
    if (this.#latest === NONE) this.#oldest = row;
    else t.after[this.#latest] = row;
    this.#latest = row;
  }

  #unlink(t: Rows, row: number): void {
    const before = t.before[row];
    const after = t.after[row];
    if (before === NONE) this.#oldest = after;
    else t.after[before] = after;
    if (after === NONE) this.#latest = before;
    else t.before[after] = before;
  }

  #forget(t: Rows, row: number): void {
    const { keys } = t.keys;
    this.#unlink(t, row);
    this.#release(t, keys[4 * row]);
    this.#release(t, keys[4 * row + 1]);
    t.keys.remove(row);
  }

  #release(t: Rows, end: number): void {
    t.references[end] -= 1;
    if (t.references[end] === 0) t.ends.remove(end);
  }
}

const hasPorts = (protocol: number): boolean => protocol === TCP || protocol === UDP || protocol === SCTP;

/** ICMP type, version 6 from 256; −1: none. */
function typeOf({ protocol, targetPort }: FlowRecord): number {
  if ((protocol !== ICMP && protocol !== ICMP6) || targetPort === UNTOLD) return -1;
  return (protocol === ICMP6 ? 256 : 0) + (targetPort >>> 8);
}

/** Whether the record lies so far from its conversation's others that it is another one with the same ports. */
function isApart(t: Rows, row: number, flow: FlowRecord): boolean {
  if (flow.start - t.end[row] > GAP) return true;
  const low = t.seen[2 * row] === 0 ? t.start[2 * row + 1] : t.start[2 * row];
  return low - flow.end > GAP;
}

function methodOf(last: number): number {
  const protocol = last & 255;
  if (protocol === UDP) return Method.udp;
  if (protocol === SCTP) return Method.sctpInit;
  if (protocol === ICMP || protocol === ICMP6)
    return (last & ASKED) === 0 ? Method.icmpOther : METHOD[(protocol === ICMP6 ? 256 : 0) + (last >>> TYPE_SHIFT)];
  return Method.ipProtocol;
}

function count(t: Rows, cell: number, flow: FlowRecord, packets: number, bytes: number, flags: number): void {
  if (t.seen[cell] === 0 || flow.start < t.start[cell]) {
    t.start[cell] = flow.start;
    t.record[cell] = flow.record;
  }
  t.seen[cell] = 1;
  t.packets[cell] += packets;
  t.bytes[cell] += bytes;
  if (flags !== UNTOLD) t.flags[cell] = t.flags[cell] === UNTOLD ? flags : t.flags[cell] | flags;
}

function write(talk: Talk, t: Rows, row: number, contacts: ContactBatch, input: number): void {
  const at = beginContact(contacts);
  const { source } = talk;
  const out = 2 * row + source;
  const back = out ^ 1;
  const told = t.seen[out] === 0 ? back : out;
  const v6 = copyEnds(t, row, source, contacts.address, 8 * at);
  contacts.time[at] = t.start[told];
  contacts.input[at] = input;
  contacts.record[at] = t.record[told];
  contacts.protocol[at] = talk.protocol;
  contacts.method[at] = talk.method;
  contacts.outcome[at] = talk.outcome;
  contacts.proof[at] = talk.proof;
  contacts.traits[at] = (v6 ? Trait.v6 : 0) | (toGroup(contacts.address, 8 * at + 4) ? Trait.broadcast : 0);
  contacts.flags[at] = firstFlags(talk, source);
  contacts.ttl[at] = t.ttl[out];
  contacts.bytesOut[at] = payload(talk, source, v6);
  contacts.bytesIn[at] = payload(talk, 1 - source, v6);
  contacts.length[at] = Math.round(contacts.bytesOut[at] / Math.max(1, t.packets[out]));
  const again = talk.outcome === Outcome.unanswered || talk.outcome === Outcome.refused;
  contacts.tries[at] = again ? Math.max(1, Math.min(255, t.packets[out])) : 1;
  ports(talk, t.keys.keys[4 * row + 3], t.code[row], contacts, at);
  contacts.count = at + 1;
}

const toGroup = (words: Uint32Array, at: number): boolean => isMulticast(words, at) || isBroadcast(words, at);

/** Writes the two addresses; returns whether they are of version 6. */
function copyEnds(t: Rows, row: number, source: number, address: Uint32Array, at: number): boolean {
  const { keys } = t.keys;
  const from = 4 * keys[4 * row + source];
  const to = 4 * keys[4 * row + 1 - source];
  for (let word = 0; word < 4; word += 1) {
    address[at + word] = t.ends.keys[from + word];
    address[at + 4 + word] = t.ends.keys[to + word];
  }
  return !isV4(address, at);
}

/** Ports as `ContactBatch` has them: ICMP has its type as the target's and its code as the source's, other protocols their number. */
function ports(talk: Talk, last: number, code: number, contacts: ContactBatch, at: number): void {
  const { source, protocol } = talk;
  contacts.sourcePort[at] = talk.port[source];
  contacts.targetPort[at] = talk.port[1 - source];
  if (hasPorts(protocol)) return;
  const asked = (last & ASKED) !== 0;
  contacts.sourcePort[at] = asked ? code : 0;
  contacts.targetPort[at] = asked ? last >>> TYPE_SHIFT : protocol;
}

/** The flags of the first segment, going by those of all. */
function firstFlags(talk: Talk, source: number): number {
  const flags = talk.flags[source];
  if (flags === UNTOLD || talk.protocol !== TCP) return 0;
  return talk.method === Method.tcpSyn || talk.method === Method.tcpConnect ? 2 : flags;
}

/** Bytes of payload, going by those of the packets: less the headers without options. TCP that never pushed carried none. */
function payload(talk: Talk, side: number, v6: boolean): number {
  const { protocol } = talk;
  const flags = talk.flags[side];
  if (protocol === TCP && flags !== UNTOLD && (flags & 8) === 0) return 0;
  const header = (v6 ? 40 : 20) + (protocol === TCP ? 32 : protocol === UDP || protocol === ICMP ? 8 : 0);
  return Math.max(0, Math.min(0xffffffff, talk.bytes[side] - talk.packets[side] * header));
}
