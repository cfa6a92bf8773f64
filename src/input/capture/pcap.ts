// Hot: `rows` runs once a frame.
import type { PacketBatch } from '../../record/packet.ts';
import { Weird } from '../../record/weird.ts';
import { NO_BYTES } from '../carry/nothing.ts';
import type { PacketInput } from '../input.ts';
import { trialContext } from '../trial.ts';
import { BlockReader, type Verdict, viewOf } from './blocks.ts';

/*
 * The classic capture file (draft-ietf-opsawg-pcap-06).
 *
 *   file    = header *record                                            every number in the byte order of the writer
 *   header  = magic(4) major(2) minor(2) reserved(8) snaplen(4) link(4)            24 bytes; section 4
 *   magic   = a1b2c3d4 (µs) | a1b23c4d (ns) | a1b2cd34 (µs, records with 8 bytes more: Kuznetzov's patch to libpcap)
 *   link    = link type in the low 16 bits; above them the length of the frame check sequence, not used here
 *   record  = seconds(4) fraction(4) captured(4) length(4) [interface(4) protocol(2) direction(1) pad(1)] frame(captured)
 */
const FILE_HEADER = 24;
const RECORD_HEADER = 16;
const PATCHED_RECORD_HEADER = 24;

/** No frame is longer: libpcap's MAXIMUM_SNAPLEN and Wireshark's WTAP_MAX_PACKET_SIZE_STANDARD. */
const FRAME_MAX = 262_144;
/** A record found by searching must be dated within a day of its neighbour. */
const NEIGHBOUR_SECONDS = 86_400;

interface Layout {
  readonly little: boolean;
  /** fractions of a second in a second */
  readonly fractions: number;
  readonly recordHeader: number;
}

const MAGIC: ReadonlyMap<number, readonly [fractions: number, recordHeader: number]> = new Map([
  [0xa1b2c3d4, [1e6, RECORD_HEADER]],
  [0xa1b23c4d, [1e9, RECORD_HEADER]],
  [0xa1b2cd34, [1e6, PATCHED_RECORD_HEADER]],
]);

/** Longest length on the wire that a record found by searching may claim. */
const LENGTH_MAX = 1 << 24;

function layoutOf(head: Uint8Array): Layout | undefined {
  if (head.length < 4) return undefined;
  const view = viewOf(head);
  for (const little of [true, false]) {
    const magic = MAGIC.get(view.getUint32(0, little));
    if (magic !== undefined) return { little, fractions: magic[0], recordHeader: magic[1] };
  }
  return undefined;
}

class PcapReader extends BlockReader {
  protected readonly broken = Weird['record-length-impossible'];
  #layout: Layout | undefined;
  #linkType = 0;
  /** no frame is longer, nor longer than a block holds */
  #most = FRAME_MAX;
  #lastSecond = Number.NaN;

  protected begins(bytes: Uint8Array): boolean {
    return this.#layout !== undefined || this.#fileHeader(bytes);
  }

  #fileHeader(bytes: Uint8Array): boolean {
    this.#layout = layoutOf(bytes.subarray(0, this.end));
    if (this.#layout === undefined || this.end < FILE_HEADER) {
      this.malformed(Weird['file-header-cut'], 0);
      this.stop();
      return false;
    }
    this.#linkType = this.view.getUint32(20, this.#layout.little) & 0xffff;
    this.#most = Math.min(FRAME_MAX, bytes.length - this.#layout.recordHeader);
    this.at = FILE_HEADER;
    return true;
  }

  protected rows(batch: PacketBatch): void {
    const { time, offset, captured, length, linkType, capacity } = batch;
    const { view, end } = this;
    const { little, recordHeader, fractions } = this.#layout as Layout;
    const perMicro = fractions / 1e6;
    const link = this.#linkType;
    const most = this.#most;
    const first = batch.count;
    let row = first;
    let { at } = this;
    let second = this.#lastSecond;
    while (row < capacity && at + recordHeader <= end) {
      const size = view.getUint32(at + 8, little);
      if (size > most) {
        this.lost = true;
        break;
      }
      const frame = at + recordHeader;
      if (frame + size > end) break;
      second = view.getUint32(at, little);
      time[row] = second * 1e6 + view.getUint32(at + 4, little) / perMicro;
      offset[row] = frame;
      captured[row] = size;
      length[row] = view.getUint32(at + 12, little);
      linkType[row] = link;
      row += 1;
      at = frame + size;
    }
    this.at = at;
    this.#lastSecond = second;
    this.records += row - first;
    batch.count = row;
  }

  protected search(): boolean {
    const layout = this.#layout as Layout;
    return this.searchUpTo(this.end - layout.recordHeader, (at) => this.#leadsOn(at, layout));
  }

  /** Whether a believable record stands at `at` and another after it, or the end of the file. */
  #leadsOn(at: number, layout: Layout): Verdict {
    const { view, end } = this;
    const most = this.#most;
    if (!believable(view, at, layout, most, this.#lastSecond)) return 'no';
    const { little, recordHeader } = layout;
    const next = at + recordHeader + view.getUint32(at + 8, little);
    if (next + recordHeader <= end)
      return believable(view, next, layout, most, view.getUint32(at, little)) ? 'yes' : 'no';
    if (this.refill.ended) return next === end ? 'yes' : 'no';
    return at === 0 && end === view.byteLength ? 'no' : 'more bytes needed';
  }

  /** What is left is a record cut short, or the rest of what a broken one left behind. */
  protected tail(rows: number): void {
    if (!this.lost && this.at < this.end) this.malformed(Weird['record-cut'], rows);
    this.at = this.end;
  }
}

function believable(view: DataView, at: number, layout: Layout, most: number, near: number): boolean {
  const { little, fractions } = layout;
  const size = view.getUint32(at + 8, little);
  if (size === 0 || size > most) return false;
  const length = view.getUint32(at + 12, little);
  if (length < size || length > LENGTH_MAX || view.getUint32(at + 4, little) >= fractions) return false;
  return Number.isNaN(near) || Math.abs(view.getUint32(at, little) - near) <= NEIGHBOUR_SECONDS;
}

export const pcap: PacketInput = {
  carries: 'packets',
  name: 'pcap',
  about: 'Capture files of tcpdump and libpcap, in µs or ns, either byte order.',
  recognise: (head) => (layoutOf(head) === undefined ? 0 : 1),
  look: (head, batch) => new PcapReader(NO_BYTES, trialContext()).look(head, batch),
  open: (bytes, context) => new PcapReader(bytes, context),
};
