import type { AnswerBatch } from '../record/answer.ts';
import type { ContactBatch } from '../record/contact.ts';
import { PACKET_ROWS, type PacketBatch, Trait } from '../record/packet.ts';
import { WeirdCounts } from '../record/weird.ts';
import { AnswerWriter } from './answers/writer.ts';
import { clearHead, takeHead } from './heads.ts';
import { InHand } from './in-hand.ts';
import { HEAD64, Key, LINE8, LINE32, LINE64, Line8, Line32, Mark, Queue, State, TIMEOUT, TOUCHED } from './layout.ts';
import { Requests } from './requests/requests.ts';
import { Asker, SoughtKey } from './sought.ts';
import { tellAtEnd, tellEvicted } from './tells.ts';

// Hot: `find` and `count` for every packet, `open` and `tell` for every contact.

/** Flows whose time is up that are told per call, and flows looked at in each of the other queues. */
export const EXPIRIES = 512;

/** A retry makes the wait longer until this long (µs) after the first packet. */
const RETRY_SPAN = 6e6;

/**
 * Order of the queues to let go from when the table is full: first what has been told and is over, then the untold
 * (under such pressure nearly all of them are probes), and only then conversations.
 */
const EVICTION = [Queue.linger, Queue.quiet, Queue.half, Queue.talk, Queue.open] as const;

/** Flows that have had packets and are passed over when one must go. */
const EVICTION_PATIENCE = 8;

/**
 * What the state machines of the protocols share: the flows, the batch in hand, and the ways to begin, tell and end
 * a flow. A row tells at most one contact beside those of the flows that had to make room for it.
 */
export class Tracker extends InHand {
  readonly answers = new AnswerWriter();
  readonly requests: Requests;
  weird = new WeirdCounts();

  /** Flows let go before their time because the table was full. */
  evicted = 0;
  /** Packets that would have begun a flow but found no room. */
  untracked = 0;
  /** the key last looked for */
  readonly #key = new SoughtKey();
  /** contacts of this call that no row of its own accounts for */
  #extra = 0;
  /** when each queue of told flows has to be looked at again, µs */
  readonly #look = new Float64Array(TIMEOUT.length);
  /** hash of each row's key, where `prepare` has made it */
  #hashes = new Int32Array(PACKET_ROWS);
  /** what the rows read ahead came to; means nothing */
  readAhead = 0;

  constructor(capacity: number, seed: number) {
    super(capacity, seed);
    this.requests = new Requests(this.flows);
  }

  /** Takes up the batches of a call. */
  bind(packets: PacketBatch, contacts: ContactBatch, answers: AnswerBatch, rows: number, weird: WeirdCounts): void {
    if (packets.capacity > this.#hashes.length) this.#hashes = new Int32Array(packets.capacity);
    this.packets.bind(packets);
    this.contacts.bind(contacts);
    this.answers.bind(answers, rows, packets.count);
    this.weird = weird;
    this.#extra = 0;
  }

  /** Reads ahead for the rows order[start … end): hashes their keys, and reads what they will touch. */
  prepare(order: Uint16Array, start: number, end: number): void {
    for (let at = start; at < end; at += 1) this.rehash(order[at]);
    this.readAhead ^= this.flows.approach(this.#hashes, order, start, end);
  }

  /** Hashes the key of an IPv4 row that has ports. Others are hashed when they are looked for. */
  rehash(row: number): void {
    const { address, sourcePort, targetPort, protocol } = this.packets;
    const a = address[8 * row + 3] | 0;
    const b = address[8 * row + 7] | 0;
    const from = sourcePort[row];
    const to = targetPort[row];
    this.#hashes[row] =
      a > b || (a === b && from > to)
        ? this.flows.hash(b, a, (to << 16) | from, protocol[row])
        : this.flows.hash(a, b, (from << 16) | to, protocol[row]);
  }

  /** The live flow of a row that has ports, or −1. */
  findPorts(row: number): number {
    const { address, sourcePort, targetPort, protocol, traits } = this.packets;
    if ((traits[row] & Trait.v6) !== 0) {
      const last = protocol[row] | Key.v6;
      return this.find(address, 8 * row, sourcePort[row], targetPort[row], last, Asker.none);
    }
    const a = address[8 * row + 3] | 0;
    const b = address[8 * row + 7] | 0;
    const from = sourcePort[row];
    const to = targetPort[row];
    const high = a > b || (a === b && from > to);
    const { flows } = this;
    const hash = this.#hashes[row];
    const flow = high
      ? flows.find(hash, b, a, (to << 16) | from, protocol[row])
      : flows.find(hash, a, b, (from << 16) | to, protocol[row]);
    if (flow >= 0 && !flows.overdue(flow)) {
      this.reverse = high !== ((flows.line8[LINE8 * flow + Line8.marks] & Mark.sourceIsHigh) !== 0);
      return flow;
    }
    this.#key.set(a, b, from, to, protocol[row], Asker.none);
    this.#key.hash = hash;
    return flow < 0 ? -1 : this.#live();
  }

  /**
   * The live flow with this key, or −1; one whose time is up is told and is not found. Sets `reverse`, and remembers the
   * key for `open`.
   *
   * @param words at where the two addresses stand, sender first
   * @param last last word of the key: protocol, type, Key bits without `highAsks`
   * @param asker one of Asker
   */
  find(words: Uint32Array, at: number, senderPort: number, receiverPort: number, last: number, asker: number): number {
    const { flows } = this;
    const v6 = (last & Key.v6) !== 0;
    const sender = v6 ? flows.idOf(words, at) : words[at + 3] | 0;
    const receiver = v6 ? flows.idOf(words, at + 4) : words[at + 7] | 0;
    const key = this.#key;
    key.set(sender, receiver, senderPort, receiverPort, last, asker);
    if (v6 && (sender < 0 || receiver < 0)) return -1;
    key.hash = flows.hash(key.low, key.high, key.ports, key.last);
    return this.#live();
  }

  #live(): number {
    const { flows } = this;
    const { hash, low, high, ports, last, senderIsHigh } = this.#key;
    const flow = flows.find(hash, low, high, ports, last);
    if (flow < 0 || (flows.overdue(flow) && !this.#settle(flow))) return -1;
    this.reverse = senderIsHigh !== ((flows.line8[LINE8 * flow + Line8.marks] & Mark.sourceIsHigh) !== 0);
    return flow;
  }

  /** Counts a packet of a flow, its payload and its time. */
  count(flow: number, row: number): void {
    const { line8, line32 } = this.flows;
    const cell = LINE8 * flow + (this.reverse ? Line8.got : Line8.sent);
    if (line8[cell] < 255) line8[cell] += 1;
    line32[LINE32 * flow + (this.reverse ? Line32.bytesIn : Line32.bytesOut)] += this.packets.payloadLength[row];
    this.flows.touch(flow);
  }

  /**
   * Begins the flow that the last `find` did not find, with the row as its first packet and the row's sender as its
   * source; −1: no room.
   */
  open(row: number, state: number, method: number): number {
    const { flows } = this;
    const key = this.#key;
    if (flows.size === flows.capacity) this.#evict();
    if ((key.last & Key.v6) !== 0 && !this.#intern(row)) {
      this.untracked += 1;
      return -1;
    }
    const flow = flows.open(key.hash, key.low, key.high, key.ports, key.last);
    flows.enqueue(flow, Queue.half);
    flows.head64[HEAD64 * flow] = flows.now[0];
    flows.line8[LINE8 * flow + Line8.state] = state;
    flows.line8[LINE8 * flow + Line8.method] = method;
    flows.line8[LINE8 * flow + Line8.marks] = key.senderIsHigh ? Mark.sourceIsHigh : 0;
    flows.line8[LINE8 * flow + Line8.tries] = 1;
    this.reverse = false;
    takeHead(flows, this.packets, flow, row);
    this.count(flow, row);
    return flow;
  }

  /** The source tried again in the same way: waits anew, within bounds. */
  retry(flow: number): void {
    const { line8 } = this.flows;
    const cell = LINE8 * flow + Line8.tries;
    if (line8[cell] < 255) line8[cell] += 1;
    this.wait(flow);
  }

  /** Begins the wait of an untold flow anew, unless it has lasted long enough. */
  wait(flow: number): void {
    const { flows } = this;
    if (flows.queueOf(flow) !== Queue.half || flows.now[0] - flows.head64[HEAD64 * flow] > RETRY_SPAN) return;
    flows.move(flow, Queue.half);
  }

  /** Puts a flow into another state and queue. */
  turn(flow: number, state: number, queue: number): void {
    this.flows.line8[LINE8 * flow + Line8.state] = state;
    this.flows.move(flow, queue);
  }

  /** The sender of the first packet seen was the one who answered: the other end is the source. */
  flip(flow: number, row: number): void {
    const { flows } = this;
    const { line8, line32 } = flows;
    const cell = LINE8 * flow;
    const line = LINE32 * flow;
    line8[cell + Line8.marks] ^= Mark.sourceIsHigh;
    const sent = line8[cell + Line8.sent];
    line8[cell + Line8.sent] = line8[cell + Line8.got];
    line8[cell + Line8.got] = sent;
    const out = line32[line + Line32.bytesOut];
    line32[line + Line32.bytesOut] = line32[line + Line32.bytesIn];
    line32[line + Line32.bytesIn] = out;
    clearHead(flows, flow);
    this.reverse = !this.reverse;
    if (this.reverse) return;
    takeHead(flows, this.packets, flow, row);
    flows.head64[HEAD64 * flow] = flows.now[0];
  }

  /** Ends a flow's wait. True: it lives on, told, in another queue. */
  #expire(flow: number): boolean {
    const { flows } = this;
    const { line8 } = flows;
    const cell = LINE8 * flow;
    if (flows.queueOf(flow) !== Queue.half) {
      this.end(flow);
      return false;
    }
    tellAtEnd(this, flow);
    if (line8[cell + Line8.sent] + line8[cell + Line8.got] < 2) {
      this.end(flow);
      return false;
    }
    line8[cell + Line8.state] = State.quiet;
    // as if it had been told the moment its time was up, however late that is seen
    const touched = LINE64 * flow + TOUCHED;
    const until = flows.line64[touched] + TIMEOUT[Queue.half];
    flows.move(flow, Queue.quiet);
    flows.line64[touched] = until;
    return true;
  }

  /** Lets a flow's time run out as far as it has by now; true: it still lives. */
  #settle(flow: number): boolean {
    while (this.flows.overdue(flow)) if (!this.#expire(flow)) return false;
    return true;
  }

  /** Drops the flow. What it had to tell has been told. */
  end(flow: number): void {
    const stream = this.flows.line8[LINE8 * flow + Line8.stream];
    if (stream !== 0) this.answers.streams.release(stream);
    if (this.requests.talks.of(flow) !== 0) this.requests.end(flow);
    this.flows.close(flow);
  }

  /** Lets a flow go before its time, to make room. */
  #evict(): void {
    const { flows } = this;
    for (let k = 0; k < EVICTION.length; k += 1) {
      const flow = flows.oldest(EVICTION[k], EVICTION_PATIENCE);
      if (flow < 0) continue;
      if (EVICTION[k] === Queue.half) tellEvicted(this, flow);
      this.evicted += 1;
      this.end(flow);
      return;
    }
  }

  /** Ids for both addresses of the row; where there is no room flows are evicted, within the call's bound. */
  #intern(row: number): boolean {
    const { flows } = this;
    const { address } = this.packets;
    const key = this.#key;
    for (;;) {
      const sender = flows.intern(address, 8 * row);
      const receiver = flows.intern(address, 8 * row + 4);
      if (sender >= 0 && receiver >= 0) {
        key.rename(sender, receiver);
        key.hash = flows.hash(key.low, key.high, key.ports, key.last);
        return true;
      }
      flows.forgetUnused(sender);
      flows.forgetUnused(receiver);
      if (this.#extra >= EXPIRIES || flows.size === 0) return false;
      this.#extra += 1;
      this.#evict();
    }
  }

  /** Tells the flows whose time is up, at most EXPIRIES less those evicted beyond one a row. */
  expire(): void {
    const { flows } = this;
    for (let left = EXPIRIES - this.#extra; left > 0; left -= 1) {
      const flow = flows.oldest(Queue.half, 0);
      if (flow < 0 || !flows.overdue(flow)) break;
      this.#expire(flow);
    }
    for (let queue: number = Queue.linger; queue <= Queue.open; queue += 1)
      if (flows.now[0] >= this.#look[queue]) this.#release(queue);
  }

  /**
   * Drops the flows of a queue of told ones whose time is up, and puts those with packets since behind the others: at
   * most EXPIRIES, the next call goes on. Then there is nothing to look for until the first one's time is up.
   */
  #release(queue: number): void {
    const { flows } = this;
    for (let left = EXPIRIES; left > 0; left -= 1) {
      const flow = flows.oldest(queue, 0);
      if (flow < 0) {
        this.#look[queue] = flows.now[0] + TIMEOUT[queue];
        return;
      }
      if (flows.overdue(flow)) this.#expire(flow);
      else if (!flows.again(flow)) {
        this.#look[queue] = flows.line64[LINE64 * flow + TOUCHED] + TIMEOUT[queue];
        return;
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
}
