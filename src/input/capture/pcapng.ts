// Hot: `rows` runs once a frame.
import type { PacketBatch } from '../../record/packet.ts';
import { Weird } from '../../record/weird.ts';
import { NO_BYTES } from '../carry/nothing.ts';
import type { PacketInput } from '../input.ts';
import { trialContext } from '../trial.ts';
import { BlockReader, type Verdict, viewOf } from './blocks.ts';

/*
 * The next-generation capture file (draft-ietf-opsawg-pcapng-02).
 *
 *   file      = 1*section
 *   section   = section-header *block                                each section in the byte order of its writer
 *   block     = type(4) total-length(4) body pad total-length(4)                              section 3.1
 *   section-header (0a0d0d0a) = 1a2b3c4d major(2) minor(2) section-length(8) options          section 4.1
 *   interface (1)   = link-type(2) reserved(2) snaplen(4) options                             section 4.2
 *   packet (6)      = interface(4) high(4) low(4) captured(4) length(4) frame options         section 4.3
 *   packet (2, old) = interface(2) drops(2) high(4) low(4) captured(4) length(4) frame options
 *   packet (3)      = length(4) frame                                       no time           section 4.4
 *   option    = code(2) length(2) value pad; code 0 ends them                                 section 3.5
 *     if_tsresol (9)   = 1 byte: 10^-n s, or 2^-n s when the top bit is set; 10^-6 when absent
 *     if_tsoffset (14) = 8 bytes: seconds to add, signed
 *
 * Every other block and option is skipped. A total-length that is no multiple of 4 means the next one that is.
 */
const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const PACKET_OLD = 2;
const PACKET_SIMPLE = 3;
const PACKET = 6;
const BYTE_ORDER = 0x1a2b3c4d;
/** type, and the length twice */
const BLOCK_LEAST = 12;
/** No block is longer: what skips more than this is damage. */
const BLOCK_MAX = 1 << 24;
/** The least total-length of the blocks that are read. */
const LEAST: ReadonlyMap<number, number> = new Map([
  [SECTION, 28],
  [INTERFACE, 20],
  [PACKET_OLD, 32],
  [PACKET_SIMPLE, 16],
  [PACKET, 32],
]);

/** No frame is longer: libpcap's MAXIMUM_SNAPLEN and Wireshark's WTAP_MAX_PACKET_SIZE_STANDARD. */
const FRAME_MAX = 262_144;
/** Times are kept within 1970 … 9999, whatever an interface says about its clock. */
const TIME_MAX = 253_402_300_799e6;
/** Interfaces of one section; frames of any beyond are counted as of an unknown interface. */
const INTERFACES_MAX = 65_536;

/**
 * An interface of a section. A time of `high` · 2^32 + `low` ticks is
 * `high * perHigh + ((high * rest + low) * scale) / ticks + offset` µs: split so that no bit is lost in a float64.
 */
interface Interface {
  readonly linkType: number;
  readonly snaplen: number;
  readonly perHigh: number;
  readonly rest: number;
  readonly scale: number;
  readonly ticks: number;
  readonly offset: number;
}

const padded = (bytes: number): number => (bytes + 3) & ~3;

/** Whether the block at `at` is in little-endian order; a section header says so itself, the rest follow the section. */
function isLittle(view: DataView, at: number, section: boolean): boolean {
  return view.getUint32(at, true) === SECTION ? view.getUint32(at + 8, true) === BYTE_ORDER : section;
}

/** Whether type and length of a block go together; `size` is its total-length, padded. */
function lengthFits(view: DataView, at: number, size: number, little: boolean): boolean {
  const type = view.getUint32(at, little);
  if (type === SECTION && view.getUint32(at + 8, little) !== BYTE_ORDER) return false;
  return size >= (LEAST.get(type) ?? BLOCK_LEAST) && size <= BLOCK_MAX;
}

/** The clock of an interface, from if_tsresol and if_tsoffset. */
function clockOf(resolution: number, offsetSeconds: number): Omit<Interface, 'linkType' | 'snaplen'> {
  const offset = offsetSeconds * 1e6;
  const power = resolution & 0x7f;
  if (resolution & 0x80) return { perHigh: 2 ** (32 - power) * 1e6, rest: 0, scale: 1e6, ticks: 2 ** power, offset };
  if (power <= 6) return { perHigh: 2 ** 32 * 10 ** (6 - power), rest: 0, scale: 10 ** (6 - power), ticks: 1, offset };
  const ticks = 10 ** (power - 6);
  return { perHigh: Math.floor(2 ** 32 / ticks), rest: 2 ** 32 % ticks, scale: 1, ticks, offset };
}

function interfaceAt(view: DataView, at: number, size: number, little: boolean): Interface {
  let resolution = 6;
  let offset = 0;
  const end = at + size - 4;
  let option = at + 16;
  while (option + 4 <= end) {
    const code = view.getUint16(option, little);
    const length = view.getUint16(option + 2, little);
    const value = option + 4;
    if (code === 0 || value + length > end) break;
    if (code === 9 && length >= 1) resolution = view.getUint8(value);
    if (code === 14 && length >= 8) offset = Number(view.getBigInt64(value, little));
    option = value + padded(length);
  }
  const linkType = view.getUint16(at + 8, little);
  return { linkType, snaplen: view.getUint32(at + 12, little), ...clockOf(resolution, offset) };
}

function timeOf(on: Interface, high: number, low: number): number {
  const time = high * on.perHigh + ((high * on.rest + low) * on.scale) / on.ticks + on.offset;
  return Math.min(Math.max(time, 0), TIME_MAX);
}

class PcapngReader extends BlockReader {
  protected readonly broken = Weird['block-length-impossible'];
  #little = true;
  #interfaces: Interface[] = [];
  /** time of the last frame that had one: simple packets have none */
  #lastTime = 0;
  /** bytes of a skipped block that are still to come before its second length, and what that has to be; 0: none */
  #skip = 0;
  #trailer = 0;

  /** A section header is a block like others, and may come anywhere. */
  protected begins(): boolean {
    return true;
  }

  protected rows(batch: PacketBatch): void {
    if (!this.#skipped()) return;
    const { time, offset, captured, length, linkType, capacity } = batch;
    const { view, end } = this;
    const first = batch.count;
    let little = this.#little;
    let row = first;
    let { at } = this;
    while (row < capacity && at + BLOCK_LEAST <= end) {
      const order = isLittle(view, at, little);
      const type = view.getUint32(at, order);
      const total = view.getUint32(at + 4, order);
      const size = padded(total);
      if (type === PACKET ? size < 32 || size > BLOCK_MAX : !lengthFits(view, at, size, order)) {
        this.lost = true;
        break;
      }
      little = order;
      const next = at + size;
      if (next > end) {
        if (size > view.byteLength) at = this.#pass(at, type, total, row);
        break;
      }
      if (view.getUint32(next - 4, little) !== total) {
        this.lost = true;
        break;
      }
      const simple = type === PACKET_SIMPLE;
      if (type === PACKET || type === PACKET_OLD || simple) {
        const number = simple ? 0 : type === PACKET ? view.getUint32(at + 8, little) : view.getUint16(at + 8, little);
        const wire = view.getUint32(at + (simple ? 8 : 24), little);
        const frame = at + (simple ? 12 : 28);
        if (number < this.#interfaces.length) {
          const on = this.#interfaces[number];
          const bytes = simple ? simpleLength(on.snaplen, wire, size) : view.getUint32(at + 20, little);
          if (bytes <= FRAME_MAX && frame + bytes <= next - 4) {
            if (!simple) this.#lastTime = timeOf(on, view.getUint32(at + 12, little), view.getUint32(at + 16, little));
            time[row] = this.#lastTime;
            offset[row] = frame;
            captured[row] = bytes;
            length[row] = wire;
            linkType[row] = on.linkType;
            row += 1;
          } else this.malformed(Weird['record-length-impossible'], row);
        } else this.malformed(Weird['interface-unknown'], row);
      } else if (type === SECTION) this.#interfaces = [];
      else if (type === INTERFACE) this.#interface(interfaceAt(view, at, size, little));
      at = next;
    }
    this.at = at;
    this.#little = little;
    this.records += row - first;
    batch.count = row;
  }

  #interface(found: Interface): void {
    if (this.#interfaces.length < INTERFACES_MAX) this.#interfaces.push(found);
  }

  /** Passes over what is left of a skipped block; false as long as its end has not been seen, or when it is wrong. */
  #skipped(): boolean {
    const bytes = Math.min(this.#skip, this.end - this.at);
    this.#skip -= bytes;
    this.at += bytes;
    if (this.#trailer === 0) return true;
    if (this.#skip > 0 || this.end - this.at < 4) return false;
    this.lost = this.view.getUint32(this.at, this.#little) !== this.#trailer;
    this.#trailer = 0;
    if (!this.lost) this.at += 4;
    return !this.lost;
  }

  /** Passes over a block too long to be held. Nobody writes such frames, sections or interfaces. */
  #pass(at: number, type: number, total: number, row: number): number {
    if (type === SECTION || type === INTERFACE) {
      this.lost = true;
      return at;
    }
    if (type === PACKET || type === PACKET_OLD || type === PACKET_SIMPLE)
      this.malformed(Weird['record-length-impossible'], row);
    this.#skip = at + padded(total) - 4 - this.end;
    this.#trailer = total;
    return this.end;
  }

  protected search(): boolean {
    return this.searchUpTo(this.end - BLOCK_LEAST, (at) => this.#isBlock(at));
  }

  /** Whether a block of a kind that is read stands at `at`, with the same length at both its ends. */
  #isBlock(at: number): Verdict {
    const { view } = this;
    const little = isLittle(view, at, this.#little);
    const total = view.getUint32(at + 4, little);
    const size = padded(total);
    if (!LEAST.has(view.getUint32(at, little)) || !lengthFits(view, at, size, little)) return 'no';
    if (size > view.byteLength) return 'no';
    if (at + size <= this.end) return view.getUint32(at + size - 4, little) === total ? 'yes' : 'no';
    return this.refill.ended ? 'no' : 'more bytes needed';
  }

  /** What is left is a block cut short, or the rest of what a broken one left behind. */
  protected tail(rows: number): void {
    const cut = this.at < this.end || this.#trailer > 0;
    if (cut && !this.lost) this.malformed(Weird['record-cut'], rows);
    this.at = this.end;
    this.#trailer = 0;
  }
}

/** Bytes captured of a frame in a simple packet block: what the interface lets through, at most what the block holds. */
function simpleLength(snaplen: number, wire: number, size: number): number {
  const held = Math.min(wire, size - 16);
  return snaplen === 0 ? held : Math.min(held, snaplen);
}

function recognise(head: Uint8Array): number {
  if (head.length < BLOCK_LEAST) return 0;
  const view = viewOf(head);
  if (view.getUint32(0) !== SECTION) return 0;
  return view.getUint32(8, true) === BYTE_ORDER || view.getUint32(8, false) === BYTE_ORDER ? 1 : 0;
}

export const pcapng: PacketInput = {
  carries: 'packets',
  name: 'pcapng',
  about: 'Capture files of Wireshark, dumpcap and tshark, with any number of sections and interfaces.',
  recognise,
  look: (head, batch) => new PcapngReader(NO_BYTES, trialContext()).look(head, batch),
  open: (bytes, context) => new PcapngReader(bytes, context),
};
