import { LINE16, TALK } from '../layout.ts';
import type { Flows } from '../flows.ts';

// Hot: a few numbers for every packet with payload of a flow that asks.

/** Flows of one shard whose requests are followed at a time. */
const TALKS = 2048;

/** Protocol of a talk. */
export const Kind = {
  http: 1,
  dns: 2,
  sip: 3,
  /** one name a message, and its answer: Kerberos, SNMP version 3, TFTP */
  named: 4,
  smtp: 5,
} as const;

/** Bits of a talk's marks. */
export const Mark = {
  /** who asks is the higher of the two ends in the flow's key */
  clientIsHigh: 1,
  /** what the client sends next is not known to be the beginning of a request: only a certain one counts */
  clientLost: 2,
  /** the same for the server and its responses */
  serverLost: 4,
  /** it has become something else (CONNECT, Upgrade): nothing more is read */
  opaque: 8,
  /** told only if the server answers in the same protocol */
  perhaps: 16,
  /** what the client sends is a mail (SMTP) */
  mail: 32,
} as const;

/** Where in a response the server is: what its next byte belongs to. */
export const Mode = {
  head: 0,
  /** chunks (RFC 9112 section 7.1): digits of a size, the rest of that line, data, the line end behind, trailer lines */
  size: 1,
  extension: 2,
  data: 3,
  dataEnd: 4,
  trailer: 5,
  trailerLine: 6,
  /** a body that lasts until the connection is closed */
  untilClose: 7,
} as const;

/**
 * Flows that ask, and how far they are. Fixed memory; when all places are taken the talk in which nothing was asked for
 * the longest time goes. Places are 1 … TALKS, 0: none; a flow's line tells its talk.
 */
export class Talks {
  readonly flow = new Uint16Array(TALKS + 1);
  readonly kind = new Uint8Array(TALKS + 1);
  readonly marks = new Uint8Array(TALKS + 1);
  readonly mode = new Uint8Array(TALKS + 1);
  /** sequence numbers (signed) of the next byte of the client and of the server that matters; may lie ahead, behind a body */
  readonly clientNext = new Int32Array(TALKS + 1);
  readonly serverNext = new Int32Array(TALKS + 1);
  /** sequence number at which the body of the last request began */
  readonly clientBody = new Int32Array(TALKS + 1);
  /** bytes left of a chunk, and bytes of the body so far */
  readonly left = new Float64Array(TALKS + 1);
  readonly body = new Float64Array(TALKS + 1);
  /** the request whose response is coming; those that wait, first to last, and how many; the one whose head is incomplete */
  readonly subject = new Uint16Array(TALKS + 1);
  readonly first = new Uint16Array(TALKS + 1);
  readonly last = new Uint16Array(TALKS + 1);
  readonly waiting = new Uint16Array(TALKS + 1);
  readonly asking = new Uint16Array(TALKS + 1);
  /** responses to come for requests that are not waited for any more */
  readonly owed = new Uint16Array(TALKS + 1);
  /** what the server's segment in hand acknowledges; signed */
  readonly heard = new Int32Array(TALKS + 1);
  /** the last response that came before any request: its status (0: none), body, and what it acknowledged */
  readonly earlyStatus = new Uint16Array(TALKS + 1);
  readonly earlyBytes = new Uint32Array(TALKS + 1);
  readonly earlyHeard = new Int32Array(TALKS + 1);
  /** heads that come in pieces */
  readonly clientPiece = new Uint8Array(TALKS + 1);
  readonly serverPiece = new Uint8Array(TALKS + 1);

  /** The talk in which nothing was asked for the longest time; 0: there are none. */
  oldest = 0;
  #newest = 0;
  readonly #before = new Uint16Array(TALKS + 1);
  readonly #after = new Uint16Array(TALKS + 1);
  readonly #line16: Uint16Array;
  #free = 0;
  #extent = 0;

  constructor(flows: Flows) {
    this.#line16 = new Uint16Array(flows.line8.buffer);
  }

  /** The flow's talk, or 0. */
  of(flow: number): number {
    return this.#line16[LINE16 * flow + TALK];
  }

  /** Whether there is a place for one more. */
  get hasPlace(): boolean {
    return this.#free !== 0 || this.#extent < TALKS;
  }

  /** Begins a talk of a flow; a place must be free. */
  open(flow: number, kind: number, marks: number): number {
    let talk = this.#free;
    if (talk !== 0) this.#free = this.#after[talk];
    else {
      this.#extent += 1;
      talk = this.#extent;
    }
    this.flow[talk] = flow;
    this.kind[talk] = kind;
    this.marks[talk] = marks;
    this.mode[talk] = Mode.head;
    this.left[talk] = 0;
    this.body[talk] = 0;
    this.subject[talk] = 0;
    this.first[talk] = 0;
    this.last[talk] = 0;
    this.waiting[talk] = 0;
    this.asking[talk] = 0;
    this.owed[talk] = 0;
    this.earlyStatus[talk] = 0;
    this.clientPiece[talk] = 0;
    this.serverPiece[talk] = 0;
    this.#line16[LINE16 * flow + TALK] = talk;
    this.#link(talk);
    return talk;
  }

  close(talk: number): void {
    this.#line16[LINE16 * this.flow[talk] + TALK] = 0;
    this.#unlink(talk);
    this.#after[talk] = this.#free;
    this.#free = talk;
  }

  /** Something is asked in it now. */
  touch(talk: number): void {
    if (talk === this.#newest) return;
    this.#unlink(talk);
    this.#link(talk);
  }

  marked(talk: number, bits: number): boolean {
    return (this.marks[talk] & bits) !== 0;
  }

  mark(talk: number, bits: number): void {
    this.marks[talk] |= bits;
  }

  unmark(talk: number, bits: number): void {
    this.marks[talk] &= ~bits;
  }

  #link(talk: number): void {
    this.#before[talk] = this.#newest;
    this.#after[talk] = 0;
    if (this.#newest === 0) this.oldest = talk;
    else this.#after[this.#newest] = talk;
    this.#newest = talk;
  }

  #unlink(talk: number): void {
    const before = this.#before[talk];
    const after = this.#after[talk];
    if (before === 0) this.oldest = after;
    else this.#after[before] = after;
    if (after === 0) this.#newest = before;
    else this.#before[after] = before;
  }
}
