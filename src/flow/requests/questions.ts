import { lower } from '../../record/ascii.ts';
import { BYTES_UNKNOWN, Reply, type RequestBatch, RequestTrait } from '../../record/request.ts';
import type { PacketRows } from '../rows.ts';
import type { Parsed } from './parsed.ts';
import { RequestRows } from './rows.ts';

// Hot: a few numbers copied for every request.

/** Requests of one shard that can wait for their replies, or for room in a batch. */
const QUESTIONS = 1024;

/** Bytes kept of all texts of a request together, and of each text but the name: that gets what the others leave. */
const TEXT_MOST = 1024;
const OTHER_MOST = 255;

/** Rows of a call beside one a packet: requests told at the end of their flows. */
export const ROWS_BESIDE = 128;
/** Bytes of text that a row may take on the average; what `allocateRequests` lays out for one. */
const TEXT_ROW = 256;

/**
 * Requests that wait for a reply, with their texts, and the way of those that do not wait any more into a batch. Fixed
 * memory. Rows and text of a batch are shared out by the rows that a shard has in the packet batch, so that what finds
 * room does not depend on who else writes there; what finds none waits for the next call.
 *
 * Places are 1 … QUESTIONS, 0: none.
 */
export class Questions {
  readonly time = new Float64Array(QUESTIONS + 1);
  readonly input = new Uint16Array(QUESTIONS + 1);
  readonly record = new Uint32Array(QUESTIONS + 1);
  readonly address = new Uint32Array(8 * (QUESTIONS + 1));
  readonly port = new Uint16Array(QUESTIONS + 1);
  readonly asked = new Uint8Array(QUESTIONS + 1);
  readonly reply = new Uint8Array(QUESTIONS + 1);
  readonly verb = new Uint8Array(QUESTIONS + 1);
  readonly status = new Uint16Array(QUESTIONS + 1);
  readonly bytes = new Uint32Array(QUESTIONS + 1);
  readonly traits = new Uint32Array(QUESTIONS + 1);
  readonly id = new Int32Array(QUESTIONS + 1);
  /** TCP: sequence number of the segment that it was asked in, and what that acknowledged; signed */
  readonly seq = new Int32Array(QUESTIONS + 1);
  readonly ack = new Int32Array(QUESTIONS + 1);
  /** talk that it was asked in, and the next one there (or the next free, or the next that waits for room) */
  readonly talk = new Uint16Array(QUESTIONS + 1);
  readonly next = new Uint16Array(QUESTIONS + 1);
  /** Requests that found no room. */
  untold = 0;
  /** Of those that wait for a reply, the one asked first; 0: none does. */
  oldest = 0;

  readonly #text = new Uint8Array(TEXT_MOST * (QUESTIONS + 1));
  /** lengths of name, site, agent, referer */
  readonly #lengths = new Uint16Array(4 * (QUESTIONS + 1));
  /** neighbours in the order of asking, of those that wait for a reply */
  readonly #before = new Uint16Array(QUESTIONS + 1);
  readonly #after = new Uint16Array(QUESTIONS + 1);
  #newest = 0;
  #free = 0;
  #extent = 0;
  #firstDone = 0;
  #lastDone = 0;
  readonly #into = new RequestRows();
  #rows = 0;
  #room = 0;

  /** Takes up the batch of a call, and writes what had found no room before. @param rows of the shard in this call */
  bind(batch: RequestBatch, rows: number): void {
    this.#into.bind(batch);
    this.#rows = rows + ROWS_BESIDE;
    this.#room = this.#rows * TEXT_ROW;
    while (this.#firstDone !== 0 && this.#write(this.#firstDone)) {
      const done = this.#firstDone;
      this.#firstDone = this.next[done];
      this.#release(done);
    }
    if (this.#firstDone === 0) this.#lastDone = 0;
  }

  /** Whether requests wait for room. */
  get crowded(): boolean {
    return this.#firstDone !== 0;
  }

  /** Whether there is a place for one more. */
  get hasPlace(): boolean {
    return this.#free !== 0 || this.#extent < QUESTIONS;
  }

  /** A place for a request of the packet in this row, nothing told yet; one must be free. */
  take(packets: PacketRows, row: number): number {
    let slot = this.#free;
    if (slot !== 0) this.#free = this.next[slot];
    else {
      this.#extent += 1;
      slot = this.#extent;
    }
    this.time[slot] = packets.time[row];
    this.input[slot] = packets.input;
    this.record[slot] = packets.record(row);
    for (let word = 0; word < 8; word += 1) this.address[8 * slot + word] = packets.address[8 * row + word];
    this.port[slot] = packets.targetPort[row];
    this.asked[slot] = 0;
    this.reply[slot] = Reply.unknown;
    this.verb[slot] = 0;
    this.status[slot] = 0;
    this.bytes[slot] = BYTES_UNKNOWN;
    this.traits[slot] = 0;
    this.id[slot] = 0;
    this.seq[slot] = packets.seq[row];
    this.ack[slot] = packets.ack[row];
    this.next[slot] = 0;
    const lengths = this.#lengths;
    for (let cell = 4 * slot; cell < 4 * slot + 4; cell += 1) lengths[cell] = 0;
    this.#link(slot);
    return slot;
  }

  /** The packet in hand was one of the server: the other end asked. */
  turnRound(slot: number, packets: PacketRows, row: number): void {
    for (let word = 0; word < 8; word += 1) this.address[8 * slot + word] = packets.address[8 * row + ((word + 4) & 7)];
    this.port[slot] = packets.sourcePort[row];
    this.seq[slot] = packets.ack[row] - 1;
    this.ack[slot] = packets.seq[row];
  }

  /** Copies what was read of the request. */
  fill(slot: number, parsed: Parsed): void {
    this.asked[slot] = parsed.asked;
    this.verb[slot] = parsed.verb;
    this.traits[slot] |= parsed.traits;
    this.id[slot] = parsed.id;
    const site = Math.min(parsed.siteEnd - parsed.site, OTHER_MOST);
    const agent = Math.min(parsed.agentEnd - parsed.agent, OTHER_MOST);
    const referer = Math.min(parsed.refererEnd - parsed.referer, OTHER_MOST);
    const name = Math.min(parsed.nameEnd - parsed.name, TEXT_MOST - site - agent - referer);
    const text = this.#text;
    const { bytes } = parsed;
    let at = TEXT_MOST * slot;
    for (let k = 0; k < name; k += 1) text[at++] = bytes[parsed.name + k];
    for (let k = 0; k < site; k += 1) text[at++] = lower(bytes[parsed.site + k]);
    for (let k = 0; k < agent; k += 1) text[at++] = bytes[parsed.agent + k];
    for (let k = 0; k < referer; k += 1) text[at++] = bytes[parsed.referer + k];
    const lengths = this.#lengths;
    lengths[4 * slot] = name;
    lengths[4 * slot + 1] = site;
    lengths[4 * slot + 2] = agent;
    lengths[4 * slot + 3] = referer;
  }

  /** Tells a request: it does not wait for a reply any more. */
  tell(slot: number): void {
    this.#unlink(slot);
    if (this.#firstDone === 0 && this.#write(slot)) {
      this.#release(slot);
      return;
    }
    this.next[slot] = 0;
    if (this.#firstDone === 0) this.#firstDone = slot;
    else this.next[this.#lastDone] = slot;
    this.#lastDone = slot;
  }

  /** Forgets a request: it was none. */
  forget(slot: number): void {
    this.#unlink(slot);
    this.#release(slot);
  }

  #release(slot: number): void {
    this.next[slot] = this.#free;
    this.#free = slot;
  }

  #link(slot: number): void {
    this.#before[slot] = this.#newest;
    this.#after[slot] = 0;
    if (this.#newest === 0) this.oldest = slot;
    else this.#after[this.#newest] = slot;
    this.#newest = slot;
  }

  #unlink(slot: number): void {
    const before = this.#before[slot];
    const after = this.#after[slot];
    if (before === 0) this.oldest = after;
    else this.#after[before] = after;
    if (after === 0) this.#newest = before;
    else this.#before[after] = before;
  }

  /** Appends the request to the batch; false: no room. */
  #write(slot: number): boolean {
    const lengths = this.#lengths;
    const from = 4 * slot;
    const size = lengths[from] + lengths[from + 1] + lengths[from + 2] + lengths[from + 3];
    const into = this.#into;
    const { batch } = into;
    if (batch === null || this.#rows === 0 || this.#room < size || batch.count === into.capacity) return false;
    this.#rows -= 1;
    this.#room -= size;
    const row = batch.count;
    for (let word = 0; word < 8; word += 1) into.address[8 * row + word] = this.address[8 * slot + word];
    into.time[row] = this.time[slot];
    into.input[row] = this.input[slot];
    into.record[row] = this.record[slot];
    into.port[row] = this.port[slot];
    into.asked[row] = this.asked[slot];
    into.reply[row] = this.reply[slot];
    into.verb[row] = this.verb[slot];
    into.status[row] = this.status[slot];
    into.bytes[row] = this.bytes[slot];
    into.traits[row] = this.traits[slot];
    this.#writeTexts(batch.textUsed, row, slot, size);
    batch.textUsed += size;
    batch.count = row + 1;
    return true;
  }

  /** Copies the texts behind those of other rows. */
  #writeTexts(start: number, row: number, slot: number, size: number): void {
    const into = this.#into;
    const lengths = this.#lengths;
    const from = this.#text;
    const to = into.text;
    for (let k = 0; k < size; k += 1) to[start + k] = from[TEXT_MOST * slot + k];
    let at = start;
    into.name[row] = at;
    into.nameLength[row] = lengths[4 * slot];
    at += lengths[4 * slot];
    into.site[row] = at;
    into.siteLength[row] = lengths[4 * slot + 1];
    at += lengths[4 * slot + 1];
    into.agent[row] = at;
    into.agentLength[row] = lengths[4 * slot + 2];
    at += lengths[4 * slot + 2];
    into.referer[row] = at;
    into.refererLength[row] = lengths[4 * slot + 3];
  }

  /** Marks the address of the source as proven. */
  prove(slot: number): void {
    this.traits[slot] |= RequestTrait.proven;
  }
}
