// Hot: `#rows` runs once a frame.
import type { PacketBatch } from '../../record/packet.ts';
import { Weird } from '../../record/weird.ts';
import { NO_BYTES } from '../carry/nothing.ts';
import { Refill } from '../carry/refill.ts';
import type { ByteSource, PacketInput, PacketReader, ReaderContext } from '../input.ts';
import { trialContext } from '../trial.ts';

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
/** After a broken record, so many bytes are searched for the next whole one before the rest of the file is given up. */
const SEARCH_BYTES = 1 << 20;
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

type Verdict = 'yes' | 'no' | 'more bytes needed';

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

function layoutOf(head: Uint8Array): Layout | undefined {
  if (head.length < 4) return undefined;
  const view = viewOf(head);
  for (const little of [true, false]) {
    const magic = MAGIC.get(view.getUint32(0, little));
    if (magic !== undefined) return { little, fractions: magic[0], recordHeader: magic[1] };
  }
  return undefined;
}

class PcapReader implements PacketReader {
  records = 0;
  readonly #refill: Refill;
  readonly #context: ReaderContext;
  #layout: Layout | undefined;
  #linkType = 0;
  /** frames handed out so far */
  #frames = 0;
  #lastSecond = Number.NaN;
  /** a broken record has been met, and the next whole one is being searched for */
  #lost = false;
  #searched = 0;
  /** the present block, where reading of it stands, and where its valid bytes end */
  #view: DataView = new DataView(new ArrayBuffer(0));
  #at = 0;
  #end = 0;

  constructor(bytes: ByteSource, context: ReaderContext) {
    this.#refill = new Refill(bytes, context.weird);
    this.#context = context;
  }

  async fill(batch: PacketBatch): Promise<boolean> {
    const { bytes } = batch;
    batch.input = this.#context.input;
    batch.firstRecord = this.#frames + 1;
    batch.count = 0;
    while (batch.count === 0) {
      if (this.#refill.drained) return false;
      this.#end = await this.#refill.into(bytes);
      this.#view = viewOf(bytes);
      this.#at = 0;
      if (this.#layout === undefined && !this.#fileHeader(bytes)) return false;
      this.#block(batch);
      const full = batch.count === batch.capacity;
      if (this.#refill.ended && !full) this.#tail(batch.count);
      this.#refill.keep(bytes, this.#at, this.#end, full);
    }
    this.#frames += batch.count;
    return batch.count > 0;
  }

  close(): void {
    this.#refill.close();
  }

  look(head: Uint8Array, batch: PacketBatch): void {
    const { bytes } = batch;
    this.#end = Math.min(head.length, bytes.length);
    bytes.set(head.subarray(0, this.#end));
    this.#view = viewOf(bytes);
    batch.count = 0;
    if (this.#fileHeader(bytes)) this.#block(batch);
  }

  #fileHeader(bytes: Uint8Array): boolean {
    this.#layout = layoutOf(bytes.subarray(0, this.#end));
    if (this.#layout === undefined || this.#end < FILE_HEADER) {
      this.#malformed(Weird['file-header-cut'], 0);
      this.#stop();
      return false;
    }
    this.#linkType = this.#view.getUint32(20, this.#layout.little) & 0xffff;
    this.#at = FILE_HEADER;
    return true;
  }

  /** Reads the block to its end or until the rows are full, over broken records where something whole follows. */
  #block(batch: PacketBatch): void {
    const layout = this.#layout as Layout;
    const most = Math.min(FRAME_MAX, batch.bytes.length - layout.recordHeader);
    while (batch.count < batch.capacity) {
      if (this.#lost && !this.#search(layout, most)) return;
      this.#rows(batch, layout, most);
      if (!this.#lost) return;
      this.#malformed(Weird['record-length-impossible'], batch.count);
      this.#searched = 0;
      this.#at += 1;
    }
  }

  /** Makes rows of the whole records, until rows or bytes run out or a record cannot be right (then `#lost`). */
  #rows(batch: PacketBatch, layout: Layout, most: number): void {
    const { time, offset, captured, length, linkType, capacity } = batch;
    const view = this.#view;
    const { little, recordHeader } = layout;
    const perMicro = layout.fractions / 1e6;
    const link = this.#linkType;
    const end = this.#end;
    const first = batch.count;
    let row = first;
    let at = this.#at;
    let second = this.#lastSecond;
    while (row < capacity && at + recordHeader <= end) {
      const size = view.getUint32(at + 8, little);
      if (size > most) {
        this.#lost = true;
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
    this.#at = at;
    this.#lastSecond = second;
    this.records += row - first;
    batch.count = row;
  }

  /** Looks for the next whole record; true when one was found and stands at `#at`. */
  #search(layout: Layout, most: number): boolean {
    const last = this.#end - layout.recordHeader;
    let at = this.#at;
    let verdict: Verdict = 'no';
    for (; at <= last && this.#searched <= SEARCH_BYTES; at += 1) {
      verdict = this.#leadsOn(at, layout, most);
      if (verdict !== 'no') break;
      this.#searched += 1;
    }
    this.#at = at;
    this.#lost = verdict !== 'yes';
    if (this.#searched > SEARCH_BYTES) this.#stop();
    return verdict === 'yes';
  }

  /** Whether a believable record stands at `at` and another after it, or the end of the file. */
  #leadsOn(at: number, layout: Layout, most: number): Verdict {
    const view = this.#view;
    if (!believable(view, at, layout, most, this.#lastSecond)) return 'no';
    const { little, recordHeader } = layout;
    const next = at + recordHeader + view.getUint32(at + 8, little);
    if (next + recordHeader <= this.#end)
      return believable(view, next, layout, most, view.getUint32(at, little)) ? 'yes' : 'no';
    if (this.#refill.ended) return next === this.#end ? 'yes' : 'no';
    return at === 0 && this.#end === view.byteLength ? 'no' : 'more bytes needed';
  }

  /** The source has ended: what is left is a record cut short, or the rest of what a broken one left behind. */
  #tail(rows: number): void {
    if (!this.#lost && this.#at < this.#end) this.#malformed(Weird['record-cut'], rows);
    this.#at = this.#end;
  }

  #stop(): void {
    this.#at = this.#end;
    this.#refill.ended = true;
  }

  #malformed(weird: number, rows: number): void {
    this.records += 1;
    this.#context.weird.count(weird, this.#frames + rows + 1);
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
