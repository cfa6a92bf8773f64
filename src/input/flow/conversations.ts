// Hot: a look-up for every flow record.
import { randomInt } from 'node:crypto';
import { isV4 } from '../../record/address.ts';
import { hasPorts } from '../../record/protocols.ts';
import { KeyTable } from '../../table/keys.ts';
import { type FlowRecord, UNTOLD } from './flow-record.ts';

/** Conversations that are known at a time. */
export const CAPACITY = 1 << 16;
export const NONE = -1;

/**
 * A key is two ends, their ports and a last word: the protocol and these bits. Of a question (ICMP) whose type stands
 * above them, the lower end is the one that asks; else it is the one with the lower address.
 */
const ASKED = 256;
/** ends are numbers of IPv6 addresses; else they are IPv4 addresses */
const V6 = 512;
const TYPE_SHIFT = 16;

/** Bits of a conversation's marks. */
export const Mark = {
  told: 1,
  /** the exporter said who began: the side of the first record */
  begun: 2,
  sampled: 4,
  /** the first record was of what the higher end sent */
  highFirst: 8,
  denied: 16,
} as const;

/** Columns of conversations, by row; those of a side: 2 · row, and + 1 for the higher end. */
export class Conversations {
  readonly start = new Float64Array(2 * CAPACITY);
  readonly packets = new Float64Array(2 * CAPACITY);
  readonly bytes = new Float64Array(2 * CAPACITY);
  readonly record = new Uint32Array(2 * CAPACITY);
  readonly flags = new Uint16Array(2 * CAPACITY);
  readonly seen = new Uint8Array(2 * CAPACITY);
  readonly ttl = new Uint8Array(2 * CAPACITY);
  /** ICMP code of the first record */
  readonly code = new Uint8Array(CAPACITY);
  /** µs of the latest packet; 0: no record yet */
  readonly end = new Float64Array(CAPACITY);
  /** the clock when the first record came */
  readonly since = new Float64Array(CAPACITY);
  readonly marks = new Uint8Array(CAPACITY);
  /** side of the record that was looked for last */
  side = 0;

  // any seed does: which row a key gets depends on the order of the records only
  readonly #keys = new KeyTable(CAPACITY, randomInt(2 ** 32));
  readonly #addresses = new KeyTable(2 * CAPACITY, randomInt(2 ** 32));
  readonly #references = new Uint32Array(2 * CAPACITY);

  get isFull(): boolean {
    return this.#keys.size === CAPACITY;
  }

  /** Row of the record's conversation, begun if there is none; the table must not be full. @param question −1: none */
  find(flow: FlowRecord, question: number, type: number): number {
    const v6 = !(isV4(flow.address, 0) && isV4(flow.address, 4));
    const source = v6 ? this.#addresses.insertAt(flow.address, 0) : flow.address[3] | 0;
    const target = v6 ? this.#addresses.insertAt(flow.address, 4) : flow.address[7] | 0;
    const sourcePort = hasPorts(flow.protocol) ? flow.sourcePort : 0;
    const targetPort = hasPorts(flow.protocol) ? flow.targetPort : 0;
    const isLow = source < target || (source === target && sourcePort <= targetPort);
    const asks = question < 0 ? isLow : question === (type & 255);
    const ports = asks ? (sourcePort << 16) | targetPort : (targetPort << 16) | sourcePort;
    const last = flow.protocol | (v6 ? V6 : 0) | (question < 0 ? 0 : ASKED | (question << TYPE_SHIFT));
    const { size } = this.#keys;
    const row = this.#keys.insert(asks ? source : target, asks ? target : source, ports, last);
    this.side = asks ? 0 : 1;
    if (this.#keys.size === size) return row;
    if (v6) {
      this.#references[source] += 1;
      this.#references[target] += 1;
    }
    this.reset(row, flow);
    return row;
  }

  /** Makes the row a new conversation of the same ends. */
  reset(row: number, { targetPort }: FlowRecord): void {
    for (let cell = 2 * row; cell < 2 * row + 2; cell += 1) {
      this.start[cell] = 0;
      this.packets[cell] = 0;
      this.bytes[cell] = 0;
      this.record[cell] = 0;
      this.flags[cell] = UNTOLD;
      this.seen[cell] = 0;
      this.ttl[cell] = 0;
    }
    this.marks[row] = this.side === 1 ? Mark.highFirst : 0;
    this.code[row] = targetPort & 255;
    this.end[row] = 0;
  }

  /** Adds the record that was looked for last. */
  count(row: number, flow: FlowRecord): void {
    const cell = 2 * row + this.side;
    this.#count(cell, flow, flow.packets, flow.bytes, flow.flags);
    if (flow.packetsBack > 0) this.#count(cell ^ 1, flow, flow.packetsBack, flow.bytesBack, flow.flagsBack);
    this.ttl[cell] = flow.ttl;
    if (flow.packetsBack >= 0) this.marks[row] |= Mark.begun;
    if (flow.sampled) this.marks[row] |= Mark.sampled;
    if (flow.denied) this.marks[row] |= Mark.denied;
    this.end[row] = Math.max(this.end[row], flow.end, flow.start);
  }

  #count(cell: number, flow: FlowRecord, packets: number, bytes: number, flags: number): void {
    if (this.seen[cell] === 0 || flow.start < this.start[cell]) {
      this.start[cell] = flow.start;
      this.record[cell] = flow.record;
    }
    this.seen[cell] = 1;
    this.packets[cell] += packets;
    this.bytes[cell] += bytes;
    if (flags !== UNTOLD) this.flags[cell] = this.flags[cell] === UNTOLD ? flags : this.flags[cell] | flags;
  }

  /** µs between the record and the conversation's others; 0: there are none, or it overlaps them. */
  gap(row: number, flow: FlowRecord): number {
    if (this.end[row] === 0) return 0;
    const cell = this.seen[2 * row] === 0 ? 2 * row + 1 : 2 * row;
    return Math.max(0, flow.start - this.end[row], this.start[cell] - flow.end);
  }

  protocol(row: number): number {
    return this.#keys.keys[4 * row + 3] & 255;
  }

  /** ICMP type of the question; −1: none. */
  question(row: number): number {
    const last = this.#keys.keys[4 * row + 3];
    return (last & ASKED) === 0 ? -1 : last >>> TYPE_SHIFT;
  }

  port(row: number, side: number): number {
    const ports = this.#keys.keys[4 * row + 2];
    return side === 0 ? ports >>> 16 : ports & 0xffff;
  }

  /** Writes the address of a side as four words. */
  addressTo(row: number, side: number, out: Uint32Array, at: number): void {
    const { keys } = this.#keys;
    const end = keys[4 * row + side];
    if ((keys[4 * row + 3] & V6) === 0) {
      out[at] = 0;
      out[at + 1] = 0;
      out[at + 2] = 0xffff;
      out[at + 3] = end;
      return;
    }
    const words = this.#addresses.keys;
    for (let word = 0; word < 4; word += 1) out[at + word] = words[4 * end + word];
  }

  remove(row: number): void {
    const { keys } = this.#keys;
    if ((keys[4 * row + 3] & V6) !== 0) {
      this.#release(keys[4 * row]);
      this.#release(keys[4 * row + 1]);
    }
    this.#keys.remove(row);
  }

  #release(address: number): void {
    this.#references[address] -= 1;
    if (this.#references[address] === 0) this.#addresses.remove(address);
  }
}
