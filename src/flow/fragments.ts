import {
  decodeTransport,
  fragmentData,
  fragmentId,
  fragmentMore,
  fragmentOffset,
} from '../input/capture/decode/index.ts';
import { Trait } from '../record/packet.ts';
import { TCP, UDP } from '../record/protocols.ts';
import { Weird, type WeirdCounts } from '../record/weird.ts';
import type { Tracker } from './tracker.ts';

// Hot: every IP fragment.

/** Datagrams that one shard puts together at a time. */
const SLOTS = 64;
/** First bytes kept of each. What lies behind them is not needed to know the flow. */
const KEPT = 2048;
/** µs after its first fragment a datagram that is not complete will not become so (RFC 8200 section 4.5 waits 60 s). */
const PATIENCE = 10e6;
/** Bytes behind the transport header that are enough to go on with. */
const ENOUGH = 64;
/** Fragment offsets count in units of eight bytes (RFC 791 section 3.1); one bit each says which are there. */
const UNIT_SHIFT = 3;
const MAP_WORDS = (KEPT >>> UNIT_SHIFT) >>> 5;

const Slot = { free: 0, waiting: 1, done: 2 } as const;

/** The datagram put together last, its transport header first. One for all shards of a thread. */
const whole = new Uint8Array(KEPT);

/**
 * Puts fragments together as far as the flow needs it: the transport header and the beginning of the payload.
 * Of bytes that come twice the first stay. Bounded: when all slots are taken the oldest datagram is given up.
 */
export class Fragments {
  readonly #kept = new Uint8Array(SLOTS * KEPT);
  readonly #map = new Int32Array(SLOTS * MAP_WORDS);
  readonly #slot = new Uint8Array(SLOTS);
  readonly #id = new Int32Array(SLOTS);
  readonly #protocol = new Uint8Array(SLOTS);
  readonly #address = new Uint32Array(SLOTS * 8);
  readonly #record = new Float64Array(SLOTS);
  readonly #began = new Float64Array(SLOTS);
  /** Trait.hiding, when one of the fragments has it */
  readonly #hiding = new Uint16Array(SLOTS);
  /** bytes up to the end of the furthest fragment */
  readonly #reach = new Uint32Array(SLOTS);
  /** length of the whole datagram, 0: its last fragment has not come */
  readonly #length = new Uint32Array(SLOTS);
  /** slots in use */
  #used = 0;

  /**
   * Takes a row of kind `fragment`. True: with it the datagram is known well enough; the row's transport columns and
   * its kind are now those of the datagram, and the tracker's `bytes` hold its payload until the next row.
   */
  complete(t: Tracker, row: number): boolean {
    const { bytes, payload, payloadCaptured } = t.packets;
    const batch = t.packets.batch;
    if (batch === null) return false;
    const ip = payload[row];
    const slot = this.#slotOf(t, row, fragmentId(bytes, ip));
    const data = fragmentData(bytes, ip);
    const size = Math.max(0, ip + payloadCaptured[row] - data);
    const onWire = Math.max(size, ip + t.packets.payloadLength[row] - data);
    const offset = fragmentOffset(bytes, ip);
    const last = !fragmentMore(bytes, ip);
    // a unit that is not whole waits for one that is, but for the end of the datagram
    const kept = last && size === onWire ? size : size & -8;
    if (this.#put(slot, offset, bytes, data, kept)) t.weird.count(Weird['fragment-overlap'], t.packets.record(row));
    this.#reach[slot] = Math.max(this.#reach[slot], offset + onWire);
    if (last) this.#length[slot] = offset + onWire;
    this.#hiding[slot] |= batch.traits[row] & Trait.hiding;
    if (this.#slot[slot] === Slot.done || !this.#enough(slot)) return false;
    this.#slot[slot] = Slot.done;
    batch.traits[row] |= this.#hiding[slot];
    const have = this.#contiguous(slot);
    for (let at = 0; at < have; at += 1) whole[at] = this.#kept[slot * KEPT + at];
    const length = Math.max(have, this.#length[slot] === 0 ? this.#expected(slot) : this.#length[slot]);
    t.packets.bytes = whole;
    return decodeTransport(batch, row, whole, 0, have, length, t.weird, t.packets.record(row));
  }

  /** Gives up what has waited too long. */
  expire(t: Tracker): void {
    if (this.#used === 0) return;
    for (let slot = 0; slot < SLOTS; slot += 1) {
      if (this.#slot[slot] !== Slot.free && t.flows.now[0] - this.#began[slot] > PATIENCE) this.#drop(slot, t.weird);
    }
  }

  /** At the end of all data. */
  finish(t: Tracker): void {
    for (let slot = 0; slot < SLOTS; slot += 1) if (this.#slot[slot] !== Slot.free) this.#drop(slot, t.weird);
  }

  #drop(slot: number, weird: WeirdCounts): void {
    if (this.#slot[slot] === Slot.waiting) weird.count(Weird['fragment-incomplete'], this.#record[slot]);
    this.#slot[slot] = Slot.free;
    this.#used -= 1;
  }

  /** The datagram's slot: the one it has, a free one, or that of the oldest. */
  #slotOf(t: Tracker, row: number, id: number): number {
    let best = -1;
    for (let slot = 0; slot < SLOTS; slot += 1) {
      if (this.#slot[slot] === Slot.free) {
        if (best < 0 || this.#slot[best] !== Slot.free) best = slot;
      } else if (this.#id[slot] === id && this.#isOf(slot, t, row)) {
        if (t.flows.now[0] - this.#began[slot] <= PATIENCE) return slot;
        this.#drop(slot, t.weird);
        best = slot;
        break;
      } else if (best < 0 || this.#before(slot, best)) best = slot;
    }
    if (this.#slot[best] !== Slot.free) this.#giveUp(best, t.weird);
    this.#take(best, t, row, id);
    return best;
  }

  /** Whether a slot in use is the better one to give up: done before waiting, old before new. */
  #before(slot: number, best: number): boolean {
    if (this.#slot[best] === Slot.free) return false;
    if (this.#slot[slot] !== this.#slot[best]) return this.#slot[slot] === Slot.done;
    return this.#began[slot] < this.#began[best];
  }

  #giveUp(slot: number, weird: WeirdCounts): void {
    if (this.#slot[slot] === Slot.waiting) weird.count(Weird['fragment-dropped'], this.#record[slot]);
    this.#slot[slot] = Slot.free;
    this.#used -= 1;
  }

  #take(slot: number, t: Tracker, row: number, id: number): void {
    const { address, protocol } = t.packets;
    this.#used += 1;
    this.#slot[slot] = Slot.waiting;
    this.#id[slot] = id;
    this.#protocol[slot] = protocol[row];
    this.#record[slot] = t.packets.record(row);
    this.#began[slot] = t.flows.now[0];
    this.#hiding[slot] = 0;
    this.#reach[slot] = 0;
    this.#length[slot] = 0;
    for (let k = 0; k < 8; k += 1) this.#address[8 * slot + k] = address[8 * row + k];
    for (let k = 0; k < MAP_WORDS; k += 1) this.#map[MAP_WORDS * slot + k] = 0;
  }

  #isOf(slot: number, t: Tracker, row: number): boolean {
    const { address, protocol } = t.packets;
    if (this.#protocol[slot] !== protocol[row]) return false;
    for (let k = 0; k < 8; k += 1) if (this.#address[8 * slot + k] !== address[8 * row + k]) return false;
    return true;
  }

  /** Keeps the fragment's bytes where none are yet; true: some were. */
  #put(slot: number, offset: number, bytes: Uint8Array, data: number, size: number): boolean {
    const end = Math.min(KEPT, offset + size);
    let overlap = false;
    for (let unit = offset >>> UNIT_SHIFT; unit << UNIT_SHIFT < end; unit += 1) {
      const word = MAP_WORDS * slot + (unit >>> 5);
      if ((this.#map[word] & (1 << (unit & 31))) !== 0) {
        overlap = true;
        continue;
      }
      this.#map[word] |= 1 << (unit & 31);
      const from = unit << UNIT_SHIFT;
      for (let at = from; at < from + 8 && at < end; at += 1) this.#kept[slot * KEPT + at] = bytes[data + at - offset];
    }
    return overlap;
  }

  /** Bytes at hand from the first on. */
  #contiguous(slot: number): number {
    let unit = 0;
    while (unit < KEPT >>> UNIT_SHIFT && (this.#map[MAP_WORDS * slot + (unit >>> 5)] & (1 << (unit & 31))) !== 0)
      unit += 1;
    return Math.min(unit << UNIT_SHIFT, this.#reach[slot]);
  }

  /** Length of a datagram whose end has not come: UDP says it in its header (RFC 768), else what is known of it. */
  #expected(slot: number): number {
    if (this.#protocol[slot] !== UDP) return this.#reach[slot];
    const at = slot * KEPT + 4;
    return Math.max(this.#reach[slot], (this.#kept[at] << 8) | this.#kept[at + 1]);
  }

  /** The transport header is there, and the end or some payload too. */
  #enough(slot: number): boolean {
    const have = this.#contiguous(slot);
    const start = slot * KEPT;
    const header = this.#protocol[slot] === TCP ? (have > 12 ? (this.#kept[start + 12] >>> 4) << 2 : 20) : 8;
    if (this.#length[slot] !== 0) return have >= Math.min(header, this.#length[slot]);
    return have >= header + ENOUGH;
  }
}
