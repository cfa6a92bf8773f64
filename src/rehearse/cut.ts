import type { Dating } from '../input/input.ts';
import { restamped, type Stamp, StampFinder } from './stamp.ts';

/**
 * Cuts a capture or a log into its records without changing a byte, each with its time. Unlike a reader it keeps what it
 * does not understand: what cannot be cut is passed on as it stands.
 */
export interface Cutter {
  /** µs since 1970 of the record that was taken last; NaN: it tells none */
  readonly time: number;
  /**
   * Size of the record at block[at … end); 0: more bytes are needed.
   *
   * @param ended nothing comes after block[… end)
   */
  take(block: Uint8Array, at: number, end: number, ended: boolean): number;
  /** The record that was taken last, its time so many µs later. */
  moved(record: Uint8Array, by: number): Uint8Array;
}

/** Bytes that a block must have room for: the largest record. */
export const BLOCK = 1 << 22;

const PCAP: ReadonlyMap<number, readonly [perMicro: number, header: number]> = new Map([
  [0xa1b2c3d4, [1, 16]],
  [0xa1b23c4d, [1000, 16]],
  [0xa1b2cd34, [1, 24]],
]);
const FILE_HEADER = 24;
const FRAME_MAX = 262_144;

const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const PACKET_OLD = 2;
const PACKET = 6;
const BYTE_ORDER = 0x1a2b3c4d;
const BLOCK_MAX = 1 << 21;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Records of a pcap file (draft-ietf-opsawg-pcap): its header first, then packets. */
class PcapCutter implements Cutter {
  time = Number.NaN;
  readonly #little: boolean;
  readonly #perMicro: number;
  readonly #header: number;
  #begun = false;
  #broken = false;

  constructor(little: boolean, [perMicro, header]: readonly [number, number]) {
    this.#little = little;
    this.#perMicro = perMicro;
    this.#header = header;
  }

  take(block: Uint8Array, at: number, end: number, ended: boolean): number {
    this.time = Number.NaN;
    const left = end - at;
    if (!this.#begun) {
      if (left < FILE_HEADER) return ended ? left : 0;
      this.#begun = true;
      return FILE_HEADER;
    }
    if (this.#broken || (ended && left < this.#header)) return left;
    if (left < this.#header) return 0;
    const view = viewOf(block);
    const size = view.getUint32(at + 8, this.#little);
    this.#broken = size > FRAME_MAX;
    if (this.#broken) return left;
    if (left < this.#header + size) return ended ? left : 0;
    this.time = view.getUint32(at, this.#little) * 1e6 + view.getUint32(at + 4, this.#little) / this.#perMicro;
    return this.#header + size;
  }

  moved(record: Uint8Array, by: number): Uint8Array {
    if (Number.isNaN(this.time)) return record;
    const copy = record.slice();
    const time = this.time + by;
    const seconds = Math.floor(time / 1e6);
    viewOf(copy).setUint32(0, seconds, this.#little);
    viewOf(copy).setUint32(4, Math.floor((time - seconds * 1e6) * this.#perMicro), this.#little);
    return copy;
  }
}

/** Ticks of an interface in a second, and the seconds to add (draft-ietf-opsawg-pcapng section 4.2, 9 and 14). */
interface Clock {
  readonly perSecond: bigint;
  readonly offset: bigint;
}

/** Blocks of a pcapng file. */
class PcapngCutter implements Cutter {
  time = Number.NaN;
  #little = true;
  #broken = false;
  #clocks: Clock[] = [];
  #clock: Clock | undefined;

  take(block: Uint8Array, at: number, end: number, ended: boolean): number {
    this.time = Number.NaN;
    const left = end - at;
    if (this.#broken || (ended && left < 12)) return left;
    if (left < 12) return 0;
    const view = viewOf(block);
    if (view.getUint32(at, true) === SECTION) {
      this.#little = view.getUint32(at + 8, true) === BYTE_ORDER;
      this.#clocks = [];
    }
    const size = (view.getUint32(at + 4, this.#little) + 3) & ~3;
    this.#broken = size < 12 || size > BLOCK_MAX;
    if (this.#broken) return left;
    if (left < size) return ended ? left : 0;
    this.#look(view, at, size);
    return size;
  }

  #look(view: DataView, at: number, size: number): void {
    const little = this.#little;
    const type = view.getUint32(at, little);
    if (type === INTERFACE && size >= 20) this.#clocks.push(clockOf(view, at + 16, at + size - 4, little));
    if ((type !== PACKET && type !== PACKET_OLD) || size < 32) return;
    this.#clock = this.#clocks[type === PACKET ? view.getUint32(at + 8, little) : view.getUint16(at + 8, little)];
    if (this.#clock === undefined) return;
    const ticks = (BigInt(view.getUint32(at + 12, little)) << 32n) | BigInt(view.getUint32(at + 16, little));
    const { perSecond, offset } = this.#clock;
    this.time = Number((ticks * 1_000_000n) / perSecond + offset * 1_000_000n);
  }

  moved(record: Uint8Array, by: number): Uint8Array {
    if (Number.isNaN(this.time) || this.#clock === undefined) return record;
    const copy = record.slice();
    const view = viewOf(copy);
    const ticks = (BigInt(view.getUint32(12, this.#little)) << 32n) | BigInt(view.getUint32(16, this.#little));
    const later = ticks + (BigInt(Math.round(by)) * this.#clock.perSecond) / 1_000_000n;
    view.setUint32(12, Number((later >> 32n) & 0xffffffffn), this.#little);
    view.setUint32(16, Number(later & 0xffffffffn), this.#little);
    return copy;
  }
}

/** The clock of an interface from its options, which stand from `at` on. */
function clockOf(view: DataView, at: number, end: number, little: boolean): Clock {
  let perSecond = 1_000_000n;
  let offset = 0n;
  for (let option = at; option + 4 <= end; ) {
    const code = view.getUint16(option, little);
    const length = view.getUint16(option + 2, little);
    if (code === 0 || option + 4 + length > end) break;
    const power = BigInt(view.getUint8(option + 4) & 0x7f);
    if (code === 9 && length >= 1) perSecond = view.getUint8(option + 4) & 0x80 ? 2n ** power : 10n ** power;
    if (code === 14 && length >= 8) offset = view.getBigInt64(option + 4, little);
    option += 4 + ((length + 3) & ~3);
  }
  return { perSecond, offset };
}

/** Byte order, link type and clock of the first interface of a pcapng file; null: the first bytes hold none. */
export function firstClock(head: Uint8Array): (Clock & { readonly little: boolean; readonly linkType: number }) | null {
  const view = viewOf(head);
  const little = head.length >= 12 && view.getUint32(8, true) === BYTE_ORDER;
  for (let at = 0; at + 20 <= head.length; ) {
    const size = (view.getUint32(at + 4, little) + 3) & ~3;
    if (size < 12 || at + size > head.length) return null;
    if (view.getUint32(at, little) === INTERFACE)
      return { ...clockOf(view, at + 16, at + size - 4, little), little, linkType: view.getUint16(at + 8, little) };
    at += size;
  }
  return null;
}

const LF = 10;

/** Lines of a log, their ends included. */
class LineCutter implements Cutter {
  time = Number.NaN;
  readonly #finder: StampFinder;
  readonly #zone: number;
  #stamp: Stamp | null = null;

  constructor(dating: Dating) {
    this.#finder = new StampFinder(dating);
    this.#zone = dating.zone;
  }

  take(block: Uint8Array, at: number, end: number, ended: boolean): number {
    const found = block.indexOf(LF, at);
    const whole = found >= 0 && found < end;
    // A line that fills the block is passed on piece by piece.
    if (!whole && !ended && end - at < BLOCK) return 0;
    const to = whole ? found + 1 : end;
    this.#stamp = this.#finder.find(block, at, to);
    this.time = this.#stamp?.time ?? Number.NaN;
    return to - at;
  }

  moved(record: Uint8Array, by: number): Uint8Array {
    if (this.#stamp === null) return record;
    const { at, text, time } = this.#stamp;
    const fresh = new TextEncoder().encode(restamped(this.#stamp, time + by, this.#zone));
    const line = new Uint8Array(record.length - text.length + fresh.length);
    line.set(record.subarray(0, at));
    line.set(fresh, at);
    line.set(record.subarray(at + text.length), at + fresh.length);
    return line;
  }
}

export type Carrier = 'pcap' | 'pcapng' | 'lines';

/** What the first bytes are cut as; null: neither a capture nor lines of text. */
export function carrierOf(head: Uint8Array): Carrier | null {
  if (head.length >= 4) {
    const view = viewOf(head);
    if (PCAP.has(view.getUint32(0, true)) || PCAP.has(view.getUint32(0, false))) return 'pcap';
    if (view.getUint32(0, true) === SECTION) return 'pcapng';
  }
  return head.length > 0 && !head.includes(0) ? 'lines' : null;
}

/** A cutter for what `carrierOf` said. @param dating for stamps that leave out their year or zone */
export function cutterFor(carrier: Carrier, head: Uint8Array, dating: Dating): Cutter {
  if (carrier === 'lines') return new LineCutter(dating);
  if (carrier === 'pcapng') return new PcapngCutter();
  const little = PCAP.has(viewOf(head).getUint32(0, true));
  return new PcapCutter(little, PCAP.get(viewOf(head).getUint32(0, little)) as readonly [number, number]);
}
