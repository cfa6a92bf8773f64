import { KeyTable } from '../table/keys.ts';
import { mix } from '../table/hash.ts';

// Hot: one find and one touch for every packet.

/** Where a flow stands. */
export const State = {
  /** the source asked (SYN, datagram, echo request, INIT …); nothing decisive has come back */
  asked: 1,
  /** the target answered (SYN-ACK, INIT-ACK); the source's next move is awaited */
  answered: 2,
  /** packets without a beginning that may be a probe or the middle of an older flow */
  candidate: 3,
  /** an answer that nobody was seen to ask for */
  stray: 4,
  /** told; both sides talk */
  open: 5,
  /** told; nothing more is expected but stragglers of one side */
  quiet: 6,
  /** told; closed by FIN, RST or refusal: late packets are absorbed, a new SYN begins a new flow */
  closed: 7,
} as const;

/** Bits of a flow's marks. */
export const Mark = {
  /** the source is the higher of the two ends in the key */
  sourceIsHigh: 1,
  told: 2,
  exchanged: 4,
  /** the target sent something */
  replied: 8,
  finOut: 16,
  finIn: 32,
  /** the source went on as if it had been answered: the answer is not visible here */
  wentOn: 64,
} as const;

/** Queues that flows wait in, each for its own time; order of the list is the order of the timeouts. */
export const Queue = {
  /** not told yet */
  half: 0,
  /** closed: 5 s after the last packet */
  linger: 1,
  /** told and one-sided: 30 s after the last packet */
  quiet: 2,
  /** answered, without connection: 30 s after the last packet */
  talk: 3,
  /** TCP connection: 5 min after the last packet */
  open: 4,
} as const;

const SECOND = 1e6;
const QUEUES = 5;

/** µs that a flow may wait in each queue. */
export const TIMEOUT = Float64Array.of(3 * SECOND, 5 * SECOND, 30 * SECOND, 30 * SECOND, 300 * SECOND);

/**
 * Bits of the key's last word above the IP protocol number. A query (ICMP, ARP, neighbour discovery, bare IP) has its
 * type from bit 16 and no ports, but where the ports would be twice the ICMP identifier.
 */
export const Key = {
  /** addresses are dense ids of IPv6 addresses */
  v6: 256,
  query: 512,
  /** an ICMP error that quotes no flow we know: a type and, where the ports would be, twice the code */
  error: 1024,
  /** the higher end asks: both ends may ask the same at the same time */
  highAsks: 1 << 24,
} as const;
export const TYPE_SHIFT = 16;

/** Cells per flow of the hot and the cold columns, in u32 words. */
export const HOT = 8;
export const COLD = 14;

/** Places of the hot columns (32 bytes): u32 cells count from 8 × flow, u16 from 16 ×, u8 from 32 ×. */
export const Hot32 = { bytesOut: 2, bytesIn: 3, expect: 4 } as const;
const Hot16 = { prev: 10, next: 11 } as const;
export const Hot8 = { state: 24, marks: 25, queue: 26, looked: 27, sent: 28, got: 29, stream: 30, method: 31 } as const;

/** Places of the cold columns (56 bytes): the first packet of the source, kept for the contact. */
export const Cold32 = { record: 2, seq: 3, ack: 4, options: 5, link: 6, payload: 7, trySeq: 8 } as const;
export const Cold16 = {
  input: 18,
  flags: 19,
  window: 20,
  urgent: 21,
  ipId: 22,
  mss: 23,
  traits: 24,
  length: 25,
} as const;
export const Cold8 = { ttl: 52, tries: 53, proof: 54, detail: 55 } as const;

const NONE = 0xffff;

/** Bit of the `queue` cell: a packet came since the flow was put there (it is moved when its turn comes, not before). */
const AGAIN = 128;

/**
 * The flows of one shard: keys, columns and the queues they wait in. Fixed memory, 28 + 32 + 56 bytes a flow.
 *
 * A key is two addresses, two ports and a protocol, the lower end first. An IPv4 address is its word; IPv6 addresses
 * are dense ids that live as long as a flow refers to them (at most a quarter as many as flows).
 * When it is full, `open` gives −1; who must go is for the tracker to say.
 */
export class Flows {
  readonly capacity: number;
  readonly keys: KeyTable;
  readonly hot8: Uint8Array;
  readonly hot32: Uint32Array;
  /** last packet (queue half: the packet that the wait began with), µs; cell 4 × flow */
  readonly touched: Float64Array;
  readonly cold8: Uint8Array;
  readonly cold16: Uint16Array;
  readonly cold32: Uint32Array;
  /** time of the first packet, µs; cell 7 × flow */
  readonly began: Float64Array;
  readonly #hot16: Uint16Array;
  readonly #head = new Int32Array(QUEUES).fill(NONE);
  readonly #tail = new Int32Array(QUEUES).fill(NONE);
  readonly #ids: KeyTable;
  readonly #references: Uint32Array;

  constructor(capacity: number, seed: number) {
    if (!(capacity >= 4 && capacity < NONE)) throw new RangeError(`capacity ${capacity} is not in 4 … 65534`);
    this.capacity = capacity;
    this.keys = new KeyTable(capacity, seed);
    const hot = new ArrayBuffer(capacity * HOT * 4);
    const cold = new ArrayBuffer(capacity * COLD * 4);
    this.hot8 = new Uint8Array(hot);
    this.#hot16 = new Uint16Array(hot);
    this.hot32 = new Uint32Array(hot);
    this.touched = new Float64Array(hot);
    this.cold8 = new Uint8Array(cold);
    this.cold16 = new Uint16Array(cold);
    this.cold32 = new Uint32Array(cold);
    this.began = new Float64Array(cold);
    this.#ids = new KeyTable(Math.max(4, capacity >> 2), mix(seed, 6));
    this.#references = new Uint32Array(this.#ids.capacity);
  }

  /** Dense id of an IPv6 address, or −1: no flow knows it. */
  idOf(words: Uint32Array, at: number): number {
    return this.#ids.findAt(words, at);
  }

  /** Dense id of an IPv6 address, new if need be and then to be referred to by a flow; −1: no room. */
  intern(words: Uint32Array, at: number): number {
    return this.#ids.insertAt(words, at);
  }

  /** Frees an address that was interned but that no flow came to refer to. */
  forgetUnused(id: number): void {
    if (id >= 0 && this.#references[id] === 0) this.#ids.remove(id);
  }

  /** A row for a new flow, zeroed but for its key, in no queue yet; −1: full. */
  open(a: number, b: number, c: number, d: number): number {
    const flow = this.keys.insert(a, b, c, d);
    if (flow < 0) return -1;
    if ((d & Key.v6) !== 0) {
      this.#references[a] += 1;
      this.#references[b] += 1;
    }
    for (let at = flow * HOT, end = at + HOT; at < end; at += 1) this.hot32[at] = 0;
    for (let at = flow * COLD, end = at + COLD; at < end; at += 1) this.cold32[at] = 0;
    return flow;
  }

  /** Takes the flow out of its queue and of the table. */
  close(flow: number): void {
    this.#unlink(flow);
    const words = this.keys.keys;
    if ((words[4 * flow + 3] & Key.v6) !== 0) {
      this.#release(words[4 * flow]);
      this.#release(words[4 * flow + 1]);
    }
    this.keys.remove(flow);
  }

  #release(id: number): void {
    this.#references[id] -= 1;
    if (this.#references[id] === 0) this.#ids.remove(id);
  }

  /** Writes one end's address (0: the lower, 1: the higher) as four words. */
  addressTo(flow: number, end: number, out: Uint32Array, at: number): void {
    const words = this.keys.keys;
    const word = words[4 * flow + end];
    if ((words[4 * flow + 3] & Key.v6) === 0) {
      out[at] = 0;
      out[at + 1] = 0;
      out[at + 2] = 0xffff;
      out[at + 3] = word;
      return;
    }
    const addresses = this.#ids.keys;
    for (let k = 0; k < 4; k += 1) out[at + k] = addresses[4 * word + k];
  }

  /**
   * The flow that has waited longest in a queue, or −1. Flows with packets since they were put there go to its end
   * first, at most `patience` of them.
   */
  oldest(queue: number, patience: number): number {
    let head = this.#head[queue];
    for (let n = 0; n < patience && head !== NONE && this.hot8[32 * head + Hot8.queue] >= AGAIN; n += 1) {
      this.move(head, queue, this.touched[4 * head]);
      head = this.#head[queue];
    }
    return head === NONE ? -1 : head;
  }

  /** A packet came. In the half queue the wait is not made longer by that. */
  touch(flow: number, time: number): void {
    const cell = 32 * flow + Hot8.queue;
    if (this.hot8[cell] === Queue.half) return;
    this.hot8[cell] |= AGAIN;
    this.touched[4 * flow] = time;
  }

  queueOf(flow: number): number {
    return this.hot8[32 * flow + Hot8.queue] & (AGAIN - 1);
  }

  /** Puts a new flow at the end of a queue. */
  enqueue(flow: number, queue: number, time: number): void {
    this.touched[4 * flow] = time;
    this.hot8[32 * flow + Hot8.queue] = queue;
    const links = this.#hot16;
    const tail = this.#tail[queue];
    links[16 * flow + Hot16.prev] = tail;
    links[16 * flow + Hot16.next] = NONE;
    if (tail === NONE) this.#head[queue] = flow;
    else links[16 * tail + Hot16.next] = flow;
    this.#tail[queue] = flow;
  }

  /** Moves a flow to the end of a queue. */
  move(flow: number, queue: number, time: number): void {
    this.#unlink(flow);
    this.enqueue(flow, queue, time);
  }

  /** Whether the flow's time in its queue is up. */
  overdue(flow: number, time: number): boolean {
    return time - this.touched[4 * flow] > TIMEOUT[this.queueOf(flow)];
  }

  #unlink(flow: number): void {
    const links = this.#hot16;
    const queue = this.queueOf(flow);
    const prev = links[16 * flow + Hot16.prev];
    const next = links[16 * flow + Hot16.next];
    if (prev === NONE) this.#head[queue] = next;
    else links[16 * prev + Hot16.next] = next;
    if (next === NONE) this.#tail[queue] = prev;
    else links[16 * next + Hot16.prev] = prev;
  }
}
