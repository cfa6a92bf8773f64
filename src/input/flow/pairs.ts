// Hot: `add` runs once a flow record.
import { type ContactBatch, Method, Outcome } from '../../record/contact.ts';
import { hasPorts, ICMP, ICMP6, TCP } from '../../record/protocols.ts';
import { SYN } from '../../record/tcp-flags.ts';
import { CAPACITY, Conversations, Mark, NONE } from './conversations.ts';
import { decide, Talk } from './decide.ts';
import { Earliest } from './earliest.ts';
import { Errors } from './errors.ts';
import { FlowRecord, UNTOLD } from './flow-record.ts';
import { methodOf, NO_QUESTION, QUESTION, typeOf } from './questions.ts';
import { isGroup } from '../../record/address.ts';
import { tell } from './tell.ts';

export { FlowRecord } from './flow-record.ts';

const SECOND = 1e6;
/**
 * A record waits so long for that of the other direction, by the exporters' clock. Both directions of a flow are told
 * when they end, or once in so long (Cisco's default: 30 min; what is recommended: 1 … 5).
 */
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

/**
 * Makes contacts of flow records. Records of one direction wait for that of the other; a conversation is told of when
 * its time is up by the exporters' clock, when the table is full (the earliest first), or at the end; always in the
 * order in which the conversations began. Memory is fixed, and taken with the first record.
 *
 * Errors of ICMP become no contacts, and refuse those they fit (`errors.ts`). What is said on one link only becomes nothing.
 */
export class Pairs {
  /** the record to fill before `add` */
  readonly flow = new FlowRecord();
  readonly #input: number;
  readonly #talk = new Talk();
  readonly #errors = new Errors();
  #table: Conversations | undefined;
  /** not told yet */
  #waiting = new Earliest(0);
  /** told: neighbours, the one told before and the one after; the one told first and the one told last */
  #before = new Int32Array(0);
  #after = new Int32Array(0);
  #oldest = NONE;
  #latest = NONE;
  #clock = Number.NaN;
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
    this.#table ??= this.#allocate();
    const t = this.#table;
    this.#tick();
    this.#watch();
    this.#tellDue(t, contacts);
    const { flow } = this;
    const type = typeOf(flow);
    const question = type < 0 ? -1 : QUESTION[type];
    if (question === NO_QUESTION) {
      this.#errors.take(flow);
      return;
    }
    if (!hasPorts(flow.protocol) && isGroup(flow.address, 4)) return;
    if (t.isFull) this.#makeRoom(t, contacts);
    this.#join(t, t.find(flow, question, type), contacts);
  }

  /** At the end of the input: appends what still waits, as much as fits; true while more remains. */
  drain(contacts: ContactBatch): boolean {
    const t = this.#table;
    if (t === undefined) return false;
    while (this.#waiting.size > 0 && contacts.count < contacts.capacity) this.#tell(t, contacts);
    return this.#waiting.size > 0;
  }

  #allocate(): Conversations {
    this.#waiting = new Earliest(CAPACITY);
    this.#before = new Int32Array(CAPACITY);
    this.#after = new Int32Array(CAPACITY);
    return new Conversations();
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

  #tellDue(t: Conversations, contacts: ContactBatch): void {
    const due = this.#clock - HOLD;
    for (let n = 0; n < PER_RECORD; n += 1) {
      const { first } = this.#waiting;
      if (first < 0 || t.since[first] >= due) break;
      this.#tell(t, contacts);
    }
    const gone = this.#clock - LINGER;
    for (let n = 0; n < PER_RECORD && this.#oldest !== NONE && t.end[this.#oldest] < gone; n += 1)
      this.#forget(t, this.#oldest);
  }

  #makeRoom(t: Conversations, contacts: ContactBatch): void {
    if (this.#oldest === NONE) this.#tell(t, contacts);
    this.#forget(t, this.#oldest);
  }

  #wait(t: Conversations, row: number): void {
    t.since[row] = this.#clock;
    this.#waiting.add(row, this.flow.start);
  }

  /** Adds the record to its conversation, or begins a new one when it lies apart from the old one. */
  #join(t: Conversations, row: number, contacts: ContactBatch): void {
    const { flow } = this;
    if (t.end[row] === 0) this.#wait(t, row);
    else if (t.gap(row, flow) > GAP) {
      if ((t.marks[row] & Mark.told) === 0) this.#tellNow(t, row, contacts);
      this.#unlink(row);
      t.reset(row, flow);
      this.#wait(t, row);
    } else if ((t.marks[row] & Mark.told) !== 0 && t.seen[2 * row + t.side] === 0) {
      // the other direction after all: told again, joined
      this.#unlink(row);
      t.marks[row] &= ~Mark.told;
      this.#wait(t, row);
    }
    t.count(row, flow);
    if ((t.marks[row] & Mark.told) === 0) this.#waiting.advance(row, flow.start);
  }

  #tellNow(t: Conversations, row: number, contacts: ContactBatch): void {
    this.#waiting.advance(row, Number.NEGATIVE_INFINITY);
    this.#tell(t, contacts);
  }

  /** Appends the contact of the conversation that began first, and remembers that it was told. */
  #tell(t: Conversations, contacts: ContactBatch): void {
    const row = this.#waiting.take();
    this.#judge(t, row);
    tell(this.#talk, t, row, contacts, this.#input);
    this.#errors.apply(contacts, contacts.count - 1);
    t.marks[row] |= Mark.told;
    this.#link(row);
  }

  /** Lets `decide` say what the conversation was. */
  #judge(t: Conversations, row: number): void {
    const talk = this.#talk;
    const untold = !this.#flagsTold;
    for (let side = 0; side < 2; side += 1) {
      const cell = 2 * row + side;
      talk.seen[side] = t.seen[cell];
      talk.flags[side] = untold ? UNTOLD : t.flags[cell];
      talk.packets[side] = t.packets[cell];
      talk.bytes[side] = t.bytes[cell];
      talk.start[side] = t.start[cell];
      talk.port[side] = t.port(row, side);
    }
    const marks = t.marks[row];
    talk.protocol = t.protocol(row);
    talk.first = (marks & Mark.highFirst) === 0 ? 0 : 1;
    talk.begun = (marks & Mark.begun) !== 0;
    talk.sampled = (marks & Mark.sampled) !== 0 || (this.#pieces >= PIECES && this.#pieces > this.#begun);
    talk.denied = (marks & Mark.denied) !== 0;
    const question = t.question(row);
    decide(talk, question >= 0, methodOf(talk.protocol, question));
    if (talk.protocol === ICMP || talk.protocol === ICMP6) this.#doubt(question >= 0);
  }

  /** Of ICMP whose types are not told, nobody knows who asked. */
  #doubt(told: boolean): void {
    const talk = this.#talk;
    if (told && (this.#typesTold || talk.protocol === ICMP6 || talk.method !== Method.strayAnswer)) return;
    talk.method = Method.midstream;
    if (talk.outcome === Outcome.unanswered) talk.outcome = Outcome.unknown;
  }

  #link(row: number): void {
    this.#before[row] = this.#latest;
    this.#after[row] = NONE;
    if (this.#latest === NONE) this.#oldest = row;
    else this.#after[this.#latest] = row;
    this.#latest = row;
  }

  #unlink(row: number): void {
    const before = this.#before[row];
    const after = this.#after[row];
    if (before === NONE) this.#oldest = after;
    else this.#after[before] = after;
    if (after === NONE) this.#latest = before;
    else this.#before[after] = before;
  }

  #forget(t: Conversations, row: number): void {
    this.#unlink(row);
    t.remove(row);
  }
}
