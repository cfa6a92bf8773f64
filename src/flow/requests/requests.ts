import { Proof } from '../../record/contact.ts';
import { BYTES_UNKNOWN, replyOfStatus, type RequestBatch } from '../../record/request.ts';
import type { Flows } from '../flows.ts';
import { LINE8, Line8 } from '../layout.ts';
import type { PacketRows } from '../rows.ts';
import { readLine, readRequest } from './http.ts';
import { parsed } from './parsed.ts';
import { Pieces } from './pieces.ts';
import { Questions } from './questions.ts';
import { Kind, Mark, Talks } from './talks.ts';

// Hot: a request asked and told.

/** Requests that may wait for their replies in one flow (pipelining: RFC 9112 section 9.3.2; nmap sends a hundred at once). */
const WAITING_MOST = 256;

/** Whether replies are told apart by their order alone. */
const isInOrder = (kind: number): boolean => kind === Kind.http || kind === Kind.smtp;

/** The requests of one shard: who asks in which flow, what waits for its reply, and what is told. */
export class Requests {
  readonly talks: Talks;
  readonly questions = new Questions();
  readonly pieces = new Pieces();
  readonly #flows: Flows;

  constructor(flows: Flows) {
    this.#flows = flows;
    this.talks = new Talks(flows);
  }

  /** Takes up the batch of a call. @param rows of the shard in it */
  bind(batch: RequestBatch, rows: number): void {
    this.questions.bind(batch, rows);
  }

  /**
   * Makes room for a request of a flow, and for its talk. To be called before the request is read: one that has to go
   * may be read as far as it has come.
   */
  makeRoom(flow: number): void {
    const { talks, questions } = this;
    if (!talks.hasPlace && talks.of(flow) === 0) this.end(talks.flow[talks.oldest]);
    if (!questions.hasPlace && questions.oldest !== 0) this.#giveUp(questions.oldest);
  }

  /** Begins the talk of a flow; room has been made. */
  open(flow: number, kind: number, marks: number): number {
    return this.talks.open(flow, kind, marks);
  }

  /** A place for a request of the packet in this row, the last of its talk; room has been made. 0: there was none. */
  ask(talk: number, packets: PacketRows, row: number): number {
    const { talks, questions } = this;
    if (talks.waiting[talk] >= WAITING_MOST) this.#giveUp(talks.first[talk]);
    if (!questions.hasPlace) {
      questions.untold += 1;
      if (isInOrder(talks.kind[talk])) talks.owed[talk] += 1;
      return 0;
    }
    const slot = questions.take(packets, row);
    questions.talk[slot] = talk;
    if (talks.first[talk] === 0) talks.first[talk] = slot;
    else questions.next[talks.last[talk]] = slot;
    talks.last[talk] = slot;
    talks.waiting[talk] += 1;
    talks.touch(talk);
    return slot;
  }

  /** Takes the request that has waited longest out of its talk; 0: none waits. */
  shift(talk: number): number {
    const slot = this.talks.first[talk];
    if (slot !== 0) this.#leave(talk, 0, slot);
    return slot;
  }

  /**
   * Tells the requests whose responses may lie in a gap: of what waits, only a request that acknowledged all up to the
   * response behind the gap is certain to be answered by it.
   *
   * @param seq where that response begins, signed
   */
  passGap(talk: number, seq: number): void {
    const { first } = this.talks;
    while (first[talk] !== 0 && this.questions.ack[first[talk]] !== seq) this.tell(this.shift(talk));
  }

  /**
   * A response that came before the request that it answers: packets change places. `slot` has just been asked.
   *
   * @param end sequence number behind its segment, signed
   */
  replyEarly(talk: number, slot: number, end: number): void {
    const { talks, questions } = this;
    const status = talks.earlyStatus[talk];
    talks.earlyStatus[talk] = 0;
    if (status === 0 || talks.earlyHeard[talk] !== end || talks.first[talk] !== slot) return;
    this.reply(slot, status, replyOfStatus(status));
    questions.bytes[slot] = talks.earlyBytes[talk];
    this.tell(this.shift(talk));
  }

  /** Takes the request with this id out of its talk; 0: none has it. */
  pick(talk: number, id: number): number {
    const { next, id: ids } = this.questions;
    let before = 0;
    for (let slot = this.talks.first[talk]; slot !== 0; slot = next[slot]) {
      if (ids[slot] === id) {
        this.#leave(talk, before, slot);
        return slot;
      }
      before = slot;
    }
    return 0;
  }

  /** Whether a request with this id waits. */
  waits(talk: number, id: number): boolean {
    const { next, id: ids } = this.questions;
    for (let slot = this.talks.first[talk]; slot !== 0; slot = next[slot]) if (ids[slot] === id) return true;
    return false;
  }

  #leave(talk: number, before: number, slot: number): void {
    const { first, last, waiting } = this.talks;
    const { next } = this.questions;
    if (before === 0) first[talk] = next[slot];
    else next[before] = next[slot];
    if (last[talk] === slot) last[talk] = before;
    waiting[talk] -= 1;
  }

  /** Tells a request that has left its talk. */
  tell(slot: number): void {
    const { questions, talks } = this;
    const talk = questions.talk[slot];
    if (talks.asking[talk] === slot) this.closeHead(talk);
    if ((this.#flows.line8[LINE8 * talks.flow[talk] + Line8.proof] & Proof.handshake) !== 0) questions.prove(slot);
    questions.tell(slot);
  }

  /** Reads a request's head as far as it has come. */
  closeHead(talk: number): void {
    const { talks, pieces } = this;
    const handle = talks.clientPiece[talk];
    const start = pieces.start(handle);
    const end = start + pieces.used[handle];
    readRequest(pieces.bytes, start, end, readLine(pieces.bytes, start, end));
    this.questions.fill(talks.asking[talk], parsed);
    pieces.release(handle);
    talks.clientPiece[talk] = 0;
    talks.asking[talk] = 0;
    talks.mark(talk, Mark.clientLost);
  }

  /** Tells the request whose response has come to its end, as far as that will be seen. */
  tellSubject(talk: number): void {
    const { talks, questions } = this;
    const slot = talks.subject[talk];
    talks.subject[talk] = 0;
    if (slot === 0) return;
    questions.bytes[slot] = Math.min(talks.body[talk], BYTES_UNKNOWN);
    this.tell(slot);
  }

  /** Tells all that wait in a talk: their replies will not be seen. */
  tellWaiting(talk: number): void {
    for (let slot = this.shift(talk); slot !== 0; slot = this.shift(talk)) this.tell(slot);
  }

  /** Tells a request before its reply, to make room. A reply that comes all the same is nobody's. */
  #giveUp(slot: number): void {
    const { talks, questions } = this;
    const talk = questions.talk[slot];
    if (talks.subject[talk] === slot) {
      this.tellSubject(talk);
      return;
    }
    this.#pull(talk, slot);
    if (isInOrder(talks.kind[talk])) talks.owed[talk] += 1;
    if (talks.marked(talk, Mark.perhaps)) questions.forget(slot);
    else this.tell(slot);
  }

  /** Takes this request out of its talk. */
  #pull(talk: number, wanted: number): void {
    const { next } = this.questions;
    let before = 0;
    for (let slot = this.talks.first[talk]; slot !== wanted; slot = next[slot]) before = slot;
    this.#leave(talk, before, wanted);
  }

  /** The flow has ended: tells what still waits. */
  end(flow: number): void {
    const talk = this.talks.of(flow);
    this.tellSubject(talk);
    if (this.talks.marked(talk, Mark.perhaps)) this.drop(talk);
    else {
      this.tellWaiting(talk);
      this.#close(talk);
    }
  }

  /** Forgets a talk that was not what it seemed. */
  drop(talk: number): void {
    for (let slot = this.shift(talk); slot !== 0; slot = this.shift(talk)) this.questions.forget(slot);
    this.talks.asking[talk] = 0;
    this.#close(talk);
  }

  #close(talk: number): void {
    const { talks, pieces } = this;
    if (talks.clientPiece[talk] !== 0) pieces.release(talks.clientPiece[talk]);
    if (talks.serverPiece[talk] !== 0) pieces.release(talks.serverPiece[talk]);
    talks.close(talk);
  }

  /** At the end of all data: tells what still waits; true: some of it found no room yet. */
  drain(): boolean {
    const { talks, questions } = this;
    while (talks.oldest !== 0) this.end(talks.flow[talks.oldest]);
    return questions.crowded;
  }

  /** Requests that found no room. */
  get untold(): number {
    return this.questions.untold;
  }

  /** How a request was answered. */
  reply(slot: number, status: number, reply: number): void {
    this.questions.status[slot] = status;
    this.questions.reply[slot] = reply;
  }
}
