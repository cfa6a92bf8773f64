import type { AnswerBatch } from '../record/answer.ts';
import { type ContactBatch, Method, Outcome, Proof } from '../record/contact.ts';
import { type PacketBatch, Trait } from '../record/packet.ts';
import type { WeirdCounts } from '../record/weird.ts';
import { AnswerWriter } from './answers/writer.ts';
import { Cold8, Cold16, Cold32, Flows, Hot8, Hot32, Key, Mark, Queue, State, TIMEOUT, TYPE_SHIFT } from './flows.ts';
import { ContactRows, PacketRows } from './rows.ts';

// Hot: `find` and `touch` for every packet, `open` and `tell` for every contact.

/** Flows whose time is up that are told per call, and flows looked at in each of the other queues. */
export const EXPIRIES = 512;

/** Evicted before this time (µs) nothing can be said of the outcome; after it silence is silence. */
const PATIENCE = 1e6;

/** A retry makes the wait longer until this long (µs) after the first packet. */
const RETRY_SPAN = 6e6;

/** Bytes of the payload that its hash covers. */
const HASHED_BYTES = 32;

/** FIN-ACKs sent so often on one port pair come from a stack that wants to be rid of its connection, not from a probe. */
const STACK_TRIES = 3;

/** Order of the queues to let go from when the table is full. */
const EVICTION = [Queue.linger, Queue.quiet, Queue.half, Queue.talk, Queue.open] as const;

/** Who of the two ends asks, where that is part of the key. */
export const Asker = { none: 0, sender: 1, receiver: 2 } as const;

/**
 * What the state machines of the protocols share: the flows, the batch in hand, and the ways to begin, tell and end
 * a flow. A row tells at most one contact beside those of the flows that had to make room for it.
 */
export class Tracker {
  readonly flows: Flows;
  readonly packets = new PacketRows();
  readonly contacts = new ContactRows();
  readonly answers = new AnswerWriter();
  weird!: WeirdCounts;

  /** Flows let go before their time because the table was full. */
  evicted = 0;
  /** Packets that would have begun a flow but found no room. */
  untracked = 0;

  /** Of the last find: the packet comes from the flow's target. */
  reverse = false;

  /** the key last looked for, as seen from the sender: addresses or ids, ports, last word, one of Asker */
  #a = 0;
  #b = 0;
  #portA = 0;
  #portB = 0;
  #d = 0;
  #asker = 0;

  /** contacts of this call that no row of its own accounts for */
  #extra = 0;

  constructor(capacity: number, seed: number) {
    this.flows = new Flows(capacity, seed);
  }

  /** Takes up the batches of a call. */
  bind(packets: PacketBatch, contacts: ContactBatch, answers: AnswerBatch, rows: number, weird: WeirdCounts): void {
    this.packets.bind(packets);
    this.contacts.bind(contacts);
    this.answers.bind(answers, rows, packets.count);
    this.weird = weird;
    this.#extra = 0;
  }

  /**
   * The live flow with this key, or −1. Sets `reverse`, and remembers the key for `open`.
   *
   * @param words at where the two addresses stand, sender first
   * @param d last word of the key: protocol, type, Key bits without `highAsks`
   * @param asker one of Asker
   * @param time of the packet; a flow whose time was up by then is told and is not found
   */
  find(
    words: Uint32Array,
    at: number,
    portA: number,
    portB: number,
    d: number,
    asker: number,
    time: number,
  ): number {
    const { flows } = this;
    const v6 = (d & Key.v6) !== 0;
    const a = v6 ? flows.idOf(words, at) : words[at + 3] | 0;
    const b = v6 ? flows.idOf(words, at + 4) : words[at + 7] | 0;
    this.#a = a;
    this.#b = b;
    this.#portA = portA;
    this.#portB = portB;
    this.#d = d;
    this.#asker = asker;
    if (v6 && (a < 0 || b < 0)) return -1;
    const high = this.#senderIsHigh();
    const last = d | this.#askerBit(high);
    const flow = high
      ? flows.keys.find(b, a, (portB << 16) | portA, last)
      : flows.keys.find(a, b, (portA << 16) | portB, last);
    if (flow < 0 || (flows.overdue(flow, time) && !this.#settle(flow, time))) return -1;
    this.reverse = high !== ((flows.hot8[32 * flow + Hot8.marks] & Mark.sourceIsHigh) !== 0);
    return flow;
  }

  /** `find` for a row whose flow is told by its ports. */
  findPorts(row: number): number {
    const { address, sourcePort, targetPort, protocol, traits, time } = this.packets;
    const d = (traits[row] & Trait.v6) !== 0 ? protocol[row] | Key.v6 : protocol[row];
    return this.find(address, 8 * row, sourcePort[row], targetPort[row], d, Asker.none, time[row]);
  }

  /** Counts a packet of a flow, its payload and its time. */
  count(flow: number, row: number): void {
    const { hot8, hot32 } = this.flows;
    const cell = 32 * flow + (this.reverse ? Hot8.got : Hot8.sent);
    if (hot8[cell] < 255) hot8[cell] += 1;
    hot32[8 * flow + (this.reverse ? Hot32.bytesIn : Hot32.bytesOut)] += this.packets.payloadLength[row];
    this.flows.touch(flow, this.packets.time[row]);
  }

  /**
   * Begins the flow that the last `find` did not find, with the row as its first packet and the row's sender as its
   * source; −1: no room.
   */
  open(row: number, state: number, method: number): number {
    const { flows } = this;
    const time = this.packets.time[row];
    if (flows.keys.size === flows.capacity) this.#evict(time);
    if ((this.#d & Key.v6) !== 0 && !this.#intern(row, time)) {
      this.untracked += 1;
      return -1;
    }
    const high = this.#senderIsHigh();
    const last = this.#d | this.#askerBit(high);
    const flow = high
      ? flows.open(this.#b, this.#a, (this.#portB << 16) | this.#portA, last)
      : flows.open(this.#a, this.#b, (this.#portA << 16) | this.#portB, last);
    flows.enqueue(flow, Queue.half, time);
    flows.began[7 * flow] = time;
    flows.hot8[32 * flow + Hot8.state] = state;
    flows.hot8[32 * flow + Hot8.method] = method;
    flows.hot8[32 * flow + Hot8.marks] = high ? Mark.sourceIsHigh : 0;
    flows.cold8[56 * flow + Cold8.tries] = 1;
    this.reverse = false;
    this.head(flow, row);
    this.count(flow, row);
    return flow;
  }

  /** Takes the header columns of the contact from the row. */
  head(flow: number, row: number): void {
    const { packets } = this;
    const { cold8, cold16, cold32 } = this.flows;
    const word = 14 * flow;
    const half = 28 * flow;
    cold32[word + Cold32.record] = packets.firstRecord + row;
    cold32[word + Cold32.seq] = packets.seq[row];
    cold32[word + Cold32.ack] = packets.ack[row];
    cold32[word + Cold32.options] = packets.options[row];
    cold32[word + Cold32.link] = packets.link[row];
    cold16[half + Cold16.input] = packets.input;
    cold16[half + Cold16.flags] = packets.flags[row];
    cold16[half + Cold16.window] = packets.window[row];
    cold16[half + Cold16.urgent] = packets.urgent[row];
    cold16[half + Cold16.ipId] = packets.ipId[row];
    cold16[half + Cold16.mss] = packets.mss[row];
    cold16[half + Cold16.traits] = packets.traits[row];
    cold8[56 * flow + Cold8.ttl] = packets.ttl[row];
    if (packets.payloadLength[row] !== 0) this.payload(flow, row);
  }

  /** Takes length and hash of the first payload of the source from the row. */
  payload(flow: number, row: number): void {
    const { packets } = this;
    this.flows.cold16[28 * flow + Cold16.length] = Math.min(0xffff, packets.payloadLength[row]);
    this.flows.cold32[14 * flow + Cold32.payload] = this.hash(row);
  }

  /** FNV-1a (32 bits) of the first bytes of the row's payload; 0 only without payload. */
  hash(row: number): number {
    const { bytes, payload, payloadCaptured } = this.packets;
    const start = payload[row];
    const end = start + Math.min(HASHED_BYTES, payloadCaptured[row]);
    if (start === end) return 0;
    let hash = 0x811c9dc5;
    for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ bytes[at], 0x01000193);
    return hash >>> 0;
  }

  /** The source tried again in the same way: waits anew, within bounds. */
  retry(flow: number, row: number): void {
    const { flows } = this;
    const cell = 56 * flow + Cold8.tries;
    if (flows.cold8[cell] < 255) flows.cold8[cell] += 1;
    this.wait(flow, row);
  }

  /** Begins the wait of an untold flow anew, unless it has lasted long enough. */
  wait(flow: number, row: number): void {
    const { flows } = this;
    const time = this.packets.time[row];
    if (flows.queueOf(flow) !== Queue.half || time - flows.began[7 * flow] > RETRY_SPAN) return;
    flows.move(flow, Queue.half, time);
  }

  /** Puts a flow into another state and queue. */
  turn(flow: number, state: number, queue: number, row: number): void {
    this.flows.hot8[32 * flow + Hot8.state] = state;
    this.flows.move(flow, queue, this.packets.time[row]);
  }

  mark(flow: number, bits: number): void {
    this.flows.hot8[32 * flow + Hot8.marks] |= bits;
  }

  marked(flow: number, bits: number): boolean {
    return (this.flows.hot8[32 * flow + Hot8.marks] & bits) !== 0;
  }

  /** The sender of the first packet seen was the one who answered: the other end is the source. */
  flip(flow: number, row: number): void {
    const { hot8, hot32 } = this.flows;
    const cell = 32 * flow;
    const word = 8 * flow;
    hot8[cell + Hot8.marks] ^= Mark.sourceIsHigh;
    const sent = hot8[cell + Hot8.sent];
    hot8[cell + Hot8.sent] = hot8[cell + Hot8.got];
    hot8[cell + Hot8.got] = sent;
    const out = hot32[word + Hot32.bytesOut];
    hot32[word + Hot32.bytesOut] = hot32[word + Hot32.bytesIn];
    hot32[word + Hot32.bytesIn] = out;
    this.#behead(flow);
    this.reverse = !this.reverse;
    if (this.reverse) return;
    this.head(flow, row);
    this.flows.began[7 * flow] = this.packets.time[row];
  }

  /** Clears the header columns: they are those of the other end's packet. */
  #behead(flow: number): void {
    const { cold8, cold16, cold32 } = this.flows;
    for (let at = Cold32.seq; at <= Cold32.trySeq; at += 1) cold32[14 * flow + at] = 0;
    for (let at = Cold16.flags; at <= Cold16.length; at += 1) cold16[28 * flow + at] = 0;
    cold8[56 * flow + Cold8.ttl] = 0;
  }

  /** Writes the flow's contact, once a flow. */
  tell(flow: number, outcome: number, proof: number): void {
    if (this.marked(flow, Mark.told)) return;
    this.mark(flow, Mark.told);
    this.flows.cold8[56 * flow + Cold8.proof] |= proof;
    const at = this.#write(flow, outcome);
    this.contacts.time[at] = this.flows.began[7 * flow];
    this.contacts.record[at] = this.flows.cold32[14 * flow + Cold32.record];
  }

  /** Tells, once a flow, that its contact has become a real exchange. */
  tellExchange(flow: number, row: number): void {
    this.mark(flow, Mark.exchanged);
    this.flows.cold8[56 * flow + Cold8.proof] |= Proof.exchange;
    const at = this.#write(flow, Outcome.exchanged);
    this.contacts.time[at] = this.packets.time[row];
    this.contacts.record[at] = this.packets.firstRecord + row;
  }

  #write(flow: number, outcome: number): number {
    const { flows, contacts } = this;
    const { hot8, hot32, cold8, cold16, cold32 } = flows;
    const at = contacts.count;
    contacts.count = at + 1;
    const word = 14 * flow;
    const half = 28 * flow;
    contacts.method[at] = hot8[32 * flow + Hot8.method];
    contacts.outcome[at] = outcome;
    contacts.proof[at] = cold8[56 * flow + Cold8.proof];
    contacts.input[at] = cold16[half + Cold16.input];
    contacts.traits[at] = cold16[half + Cold16.traits];
    contacts.flags[at] = cold16[half + Cold16.flags];
    contacts.seq[at] = cold32[word + Cold32.seq];
    contacts.ack[at] = cold32[word + Cold32.ack];
    contacts.window[at] = cold16[half + Cold16.window];
    contacts.urgent[at] = cold16[half + Cold16.urgent];
    contacts.ipId[at] = cold16[half + Cold16.ipId];
    contacts.ttl[at] = cold8[56 * flow + Cold8.ttl];
    contacts.options[at] = cold32[word + Cold32.options];
    contacts.mss[at] = cold16[half + Cold16.mss];
    contacts.length[at] = cold16[half + Cold16.length];
    contacts.payload[at] = cold32[word + Cold32.payload];
    contacts.bytesOut[at] = hot32[8 * flow + Hot32.bytesOut];
    contacts.bytesIn[at] = hot32[8 * flow + Hot32.bytesIn];
    contacts.tries[at] = cold8[56 * flow + Cold8.tries];
    contacts.trySeq[at] = cold32[word + Cold32.trySeq];
    contacts.link[at] = cold32[word + Cold32.link];
    this.#writeEnds(flow, at);
    return at;
  }

  #writeEnds(flow: number, at: number): void {
    const { flows, contacts } = this;
    const keys = flows.keys.keys;
    const source = flows.hot8[32 * flow + Hot8.marks] & Mark.sourceIsHigh;
    flows.addressTo(flow, source, contacts.address, 8 * at);
    flows.addressTo(flow, 1 - source, contacts.address, 8 * at + 4);
    const ports = keys[4 * flow + 2];
    const last = keys[4 * flow + 3];
    contacts.protocol[at] = last & 0xff;
    if ((last & Key.query) === 0) {
      contacts.sourcePort[at] = source === 0 ? ports >>> 16 : ports & 0xffff;
      contacts.targetPort[at] = source === 0 ? ports & 0xffff : ports >>> 16;
      return;
    }
    const detail = flows.cold8[56 * flow + Cold8.detail];
    const stray = contacts.method[at] === Method.strayAnswer;
    contacts.sourcePort[at] = detail;
    contacts.targetPort[at] = stray ? ((last & Key.error) !== 0 ? ports & 0xffff : 0) : (last >>> TYPE_SHIFT) & 0xff;
  }

  /** Tells what silence has decided. */
  #tellAtEnd(flow: number): void {
    const { hot8, cold8 } = this.flows;
    const state = hot8[32 * flow + Hot8.state];
    const replied = this.marked(flow, Mark.replied);
    if (state === State.answered) return this.tell(flow, Outcome.answered, 0);
    if (state === State.stray) return this.tell(flow, Outcome.unknown, 0);
    if (replied) return this.tell(flow, Outcome.answered, 0);
    if (state === State.asked)
      return this.tell(flow, this.marked(flow, Mark.wentOn) ? Outcome.unknown : Outcome.unanswered, 0);
    const method = 32 * flow + Hot8.method;
    const insistent = hot8[method] === Method.tcpMaimon && cold8[56 * flow + Cold8.tries] >= STACK_TRIES;
    if (insistent) hot8[method] = Method.midstream;
    this.tell(flow, hot8[method] === Method.midstream ? Outcome.unknown : Outcome.unanswered, 0);
  }

  /** Ends a flow's wait. True: it lives on, told, in another queue. */
  #expire(flow: number): boolean {
    const { flows } = this;
    const { hot8 } = flows;
    const cell = 32 * flow;
    if (flows.queueOf(flow) !== Queue.half) {
      this.end(flow);
      return false;
    }
    this.#tellAtEnd(flow);
    if (hot8[cell + Hot8.sent] + hot8[cell + Hot8.got] < 2) {
      this.end(flow);
      return false;
    }
    hot8[cell + Hot8.state] = State.quiet;
    flows.move(flow, Queue.quiet, flows.touched[4 * flow] + TIMEOUT[Queue.half]);
    return true;
  }

  /** Lets a flow's time run out as far as it has by now; true: it still lives. */
  #settle(flow: number, time: number): boolean {
    while (this.flows.overdue(flow, time)) if (!this.#expire(flow)) return false;
    return true;
  }

  /** Drops the flow. What it had to tell has been told. */
  end(flow: number): void {
    const stream = this.flows.hot8[32 * flow + Hot8.stream];
    if (stream !== 0) this.answers.streams.release(stream);
    this.flows.close(flow);
  }

  /**
   * Makes room: lets go first of what has been told and is over, then of the oldest untold flow (under such pressure
   * nearly all of them are probes), and only then of conversations.
   */
  #evict(time: number): void {
    const { flows } = this;
    for (let k = 0; k < EVICTION.length; k += 1) {
      const flow = flows.oldest(EVICTION[k], 8);
      if (flow < 0) continue;
      if (EVICTION[k] === Queue.half) this.#tellEvicted(flow, time);
      this.evicted += 1;
      this.end(flow);
      return;
    }
  }

  #tellEvicted(flow: number, time: number): void {
    const state = this.flows.hot8[32 * flow + Hot8.state];
    const undecided = state === State.asked || state === State.candidate;
    if (undecided && time - this.flows.touched[4 * flow] < PATIENCE) this.tell(flow, Outcome.unknown, 0);
    else this.#tellAtEnd(flow);
  }

  /** Ids for both addresses of the row; where there is no room flows are evicted, within the call's bound. */
  #intern(row: number, time: number): boolean {
    const { flows } = this;
    const { address } = this.packets;
    for (;;) {
      this.#a = flows.intern(address, 8 * row);
      this.#b = flows.intern(address, 8 * row + 4);
      if (this.#a >= 0 && this.#b >= 0) return true;
      flows.forgetUnused(this.#a);
      flows.forgetUnused(this.#b);
      if (this.#extra >= EXPIRIES || flows.keys.size === 0) return false;
      this.#extra += 1;
      this.#evict(time);
    }
  }

  /** Tells the flows whose time is up by the clock, at most EXPIRIES less those evicted beyond one a row. */
  expire(clock: number): void {
    const { flows } = this;
    for (let left = EXPIRIES - this.#extra; left > 0; left -= 1) {
      const flow = flows.oldest(Queue.half, 0);
      if (flow < 0 || !flows.overdue(flow, clock)) break;
      this.#expire(flow);
    }
    for (let queue: number = Queue.linger; queue <= Queue.open; queue += 1) {
      for (let left = EXPIRIES; left > 0; left -= 1) {
        const flow = flows.oldest(queue, left);
        if (flow < 0 || !flows.overdue(flow, clock)) break;
        this.#expire(flow);
      }
    }
  }

  /** As if all time were up: tells at most EXPIRIES flows; true: more remain. */
  drain(): boolean {
    const { flows } = this;
    for (let left = EXPIRIES; left > 0; left -= 1) {
      const flow = flows.oldest(Queue.half, 0);
      if (flow < 0) break;
      this.#expire(flow);
    }
    return flows.oldest(Queue.half, 0) >= 0;
  }

  #senderIsHigh(): boolean {
    return this.#a > this.#b || (this.#a === this.#b && this.#portA > this.#portB);
  }

  #askerBit(senderIsHigh: boolean): number {
    if (this.#asker === Asker.none) return 0;
    return senderIsHigh === (this.#asker === Asker.sender) ? Key.highAsks : 0;
  }
}
