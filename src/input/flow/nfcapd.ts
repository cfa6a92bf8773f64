// Hot: `run` goes through the records of a block.
import { zstdDecompressSync } from 'node:zlib';
import type { ContactBatch } from '../../record/contact.ts';
import { ICMP, ICMP6, TCP } from '../../record/protocols.ts';
import { clearSheaf, type Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { Refill } from '../carry/refill.ts';
import type { ByteSource, ReaderContext, RecordInput, RecordReader } from '../input.ts';
import { Counter } from './counter.ts';
import { UNTOLD } from './decide.ts';
import { type FlowRecord, Pairs } from './pairs.ts';
import { partFlags } from './part-flags.ts';
import { unpackLz4, unpackLzo } from './unpack.ts';

/*
 * Files of nfcapd and nfdump (nfdump's nffile.h, nffileV2.h, nfx.h, nfxV3.h), in the byte order of the writer.
 *
 *   file   = header *block                               magic a50c as a number tells the byte order
 *   header = magic(2) 1(2) flags(4) blocks(4) ident(128) statistics(136)                       layout 1, nfdump 1.6
 *            flags: LZO 1, BZ2 8, LZ4 16
 *   header = magic(2) 2(2) version(4) created(8) compression(1) encryption(1) appendix-blocks(2)
 *            creator(4) appendix(8) block-size(4) blocks(4)                                    layout 2, nfdump 1.7
 *            compression: none 0, LZO 1, BZ2 2, LZ4 3, ZSTD 4
 *   block  = records(4) size(4) type(2) flags(2) *record         type 2, 3: records; 4: arrays, of no use here;
 *                                                                 compressed as a whole behind these 12 bytes
 *   record = type(2) size(2) …                                    size counts all of it
 *
 *   common (1, 10) = type size flags(1) version(1) map(2) ms-first(2) ms-last(2) first(4) last(4) forwarding(1)
 *                    tcp-flags(1) protocol(1) tos(1) source-port(2) target-port(2) [exporter(2) direction(1) reason(1)]
 *                    source(4 | 16) target(4 | 16) packets(4 | 8) bytes(4 | 8) …
 *                    flags: IPv6 1, packets of 8 bytes 2, bytes of 8 bytes 4, sampled 128; in brackets: type 10 only
 *   v3 (11) = type size count(2) engine(2) exporter(2) flags(1) version(1) *element            flags: sampled 2
 *   element = type(2) length(2) …                                 length counts all of it
 *     generic (1) = ms-first(8) ms-last(8) ms-received(8) packets(8) bytes(8) source-port(2) target-port(2)
 *                   protocol(1) tcp-flags(1) forwarding(1) tos(1)
 *     v4 (2) = source(4) target(4)       v6 (3) = source(16) target(16)
 *     misc (4) = input(4) output(4) masks(2) direction(1) tos(1) biflow(1) …           biflow: RFC 5103 section 6.3
 *     counts (5) = flows(8) packets-back(8) bytes-back(8)
 *     event (19) = ms(8) connection(4) extended(2) event(1) …
 *
 * An IPv6 address is two numbers of 8 bytes. Of ICMP the target port is type << 8 | code. Other records are passed over.
 */
const MAGIC = 0xa50c;
const HEADER_1 = 276;
const HEADER_2 = 40;
const BLOCK_HEADER = 12;
/** nfdump's own bound of a block. */
const BLOCK_MAX = 5 << 20;
const COMMON_OLD = 1;
const COMMON = 10;
const V3 = 11;
const ARRAYS = 4;
/** Rows that one record may come to. */
const ROOM = 8;
const ERAS = 2 ** 32;
const EARLIEST = 820_454_400e6;

const Compression = { none: 0, lzo: 1, bz2: 2, lz4: 3, zstd: 4 } as const;
const DENIED = 3;
const DROPPED_BY_LIST = 129;
const DROPPED_BY_LIST_DENY = 130;

interface Layout {
  readonly version: number;
  readonly little: boolean;
}

function layoutOf(head: Uint8Array): Layout | undefined {
  if (head.length < 4) return undefined;
  const view = new DataView(head.buffer, head.byteOffset, 4);
  for (const little of [true, false]) {
    const version = view.getUint16(2, little);
    if (view.getUint16(0, little) === MAGIC && (version === 1 || version === 2)) return { version, little };
  }
  return undefined;
}

class NfcapdReader implements RecordReader {
  readonly #counter: Counter;
  readonly #pairs: Pairs;
  readonly #refill: Refill;
  readonly #bytes = new Uint8Array(BLOCK_MAX + BLOCK_HEADER);
  readonly #view = new DataView(this.#bytes.buffer);
  #at = 0;
  #end = 0;
  #layout: Layout | undefined;
  #compression = 0;
  /** the block in hand, unpacked: records from `#recordAt` are still to be read */
  #unpacked = new Uint8Array(0);
  #block: DataView = this.#view;
  #recordAt = 0;
  #recordEnd = 0;

  constructor(bytes: ByteSource, context: ReaderContext) {
    this.#counter = new Counter(context.weird);
    this.#pairs = new Pairs(context.input);
    this.#refill = new Refill(bytes, context.weird);
  }

  get records(): number {
    return this.#counter.records;
  }

  close(): void {
    this.#refill.close();
  }

  async fill(sheaf: Sheaf): Promise<boolean> {
    clearSheaf(sheaf);
    const { contacts } = sheaf;
    while (this.#run(contacts)) {
      if (this.#next()) continue;
      if (await this.#more()) continue;
      this.#pairs.drain(contacts);
      return contacts.count > 0;
    }
    return true;
  }

  async #more(): Promise<boolean> {
    if (this.#refill.ended) {
      if (this.#at < this.#end) this.#counter.lost(Weird['record-cut']);
      this.#at = this.#end;
    }
    this.#refill.keep(this.#bytes, this.#at, this.#end, false);
    this.#at = 0;
    this.#end = 0;
    if (this.#refill.drained) return false;
    this.#end = await this.#refill.into(this.#bytes);
    return true;
  }

  /** Begins the next block, or the file; false when it is not there yet, or not whole. */
  #next(): boolean {
    if (this.#layout === undefined) return this.#header();
    const { little } = this.#layout;
    if (this.#at + BLOCK_HEADER > this.#end) return false;
    const size = this.#view.getUint32(this.#at + 4, little);
    if (size === 0 || size > BLOCK_MAX) {
      this.#counter.lost(Weird['flow-block-malformed']);
      return this.#stop();
    }
    const from = this.#at + BLOCK_HEADER;
    if (from + size > this.#end) return false;
    const type = this.#view.getUint16(this.#at + 8, little);
    this.#at = from + size;
    if (type !== ARRAYS) this.#unpack(from, from + size);
    return true;
  }

  #header(): boolean {
    const layout = layoutOf(this.#bytes.subarray(0, this.#end));
    const size = layout?.version === 1 ? HEADER_1 : HEADER_2;
    if (layout === undefined || this.#end < size) {
      if (!this.#refill.ended) return false;
      if (this.#end > 0) this.#counter.lost(Weird['file-header-cut']);
      return this.#stop();
    }
    this.#layout = layout;
    this.#at = size;
    this.#compression = layout.version === 1 ? this.#compression1(layout) : this.#bytes[16];
    const encrypted = layout.version === 2 && this.#bytes[17] !== 0;
    if (!encrypted) return true;
    this.#counter.lost(Weird['flow-block-unsupported']);
    return this.#stop();
  }

  #compression1({ little }: Layout): number {
    const flags = this.#view.getUint32(4, little);
    if ((flags & 1) !== 0) return Compression.lzo;
    if ((flags & 8) !== 0) return Compression.bz2;
    return (flags & 16) !== 0 ? Compression.lz4 : Compression.none;
  }

  /** Gives up the rest of the file. */
  #stop(): false {
    this.#at = this.#end;
    this.#refill.close();
    return false;
  }

  /** Unpacks a block; where it is not compressed, its records are read where they stand. */
  #unpack(from: number, to: number): void {
    this.#recordAt = from;
    this.#recordEnd = to;
    this.#block = this.#view;
    if (this.#compression === Compression.none) return;
    if (this.#compression === Compression.bz2 || this.#compression > Compression.zstd) {
      this.#recordEnd = from;
      return this.#counter.lost(Weird['flow-block-compression-unsupported']);
    }
    const size = this.#compression === Compression.zstd ? this.#zstd(from, to) : this.#lz(from, to);
    if (size < 0) this.#counter.lost(Weird['flow-block-malformed']);
    this.#recordAt = 0;
    this.#recordEnd = Math.max(0, size);
    this.#block = new DataView(this.#unpacked.buffer, this.#unpacked.byteOffset, this.#unpacked.length);
  }

  #lz(from: number, to: number): number {
    if (this.#unpacked.length < BLOCK_MAX) this.#unpacked = new Uint8Array(BLOCK_MAX);
    const unpack = this.#compression === Compression.lz4 ? unpackLz4 : unpackLzo;
    return unpack(this.#bytes, from, to, this.#unpacked);
  }

  #zstd(from: number, to: number): number {
    try {
      const whole = zstdDecompressSync(this.#bytes.subarray(from, to), { maxOutputLength: BLOCK_MAX });
      this.#unpacked = new Uint8Array(whole.buffer, whole.byteOffset, whole.length);
      return whole.length;
    } catch {
      return -1;
    }
  }

  /** Reads records until those of the block are through (true) or the contacts are full. */
  #run(contacts: ContactBatch): boolean {
    const view = this.#block;
    const end = this.#recordEnd;
    const little = this.#layout?.little ?? true;
    while (this.#recordAt + 4 <= end) {
      if (contacts.count + ROOM > contacts.capacity) return false;
      const at = this.#recordAt;
      const type = view.getUint16(at, little);
      const size = view.getUint16(at + 2, little);
      if (size < 4 || at + size > end) {
        this.#counter.lost(Weird['flow-block-malformed']);
        break;
      }
      this.#recordAt = at + size;
      if (type === V3) this.#take(this.#v3(view, at, size, little), contacts);
      else if (type === COMMON_OLD || type === COMMON)
        this.#take(this.#common(view, at, size, type === COMMON ? 32 : 28, little), contacts);
    }
    this.#recordAt = end;
    return true;
  }

  /** @param weird what is wrong with the record that `flow` was filled from; −1: nothing */
  #take(weird: number, contacts: ContactBatch): void {
    const { flow } = this.#pairs;
    if (weird >= 0) this.#counter.note(weird);
    else if (flow.start < EARLIEST || flow.end < EARLIEST) this.#counter.note(Weird['flow-time-impossible']);
    else this.#pairs.add(contacts);
  }

  #begin(): FlowRecord {
    const { flow } = this.#pairs;
    this.#counter.records += 1;
    flow.clear();
    flow.record = this.#counter.records;
    return flow;
  }

  #common(view: DataView, at: number, size: number, header: number, little: boolean): number {
    const flow = this.#begin();
    const flags = view.getUint8(at + 4);
    const v6 = (flags & 1) !== 0;
    const counts = header + (v6 ? 32 : 8);
    const wide = (flags & 2) !== 0 ? 8 : 4;
    if (size < counts + wide + ((flags & 4) !== 0 ? 8 : 4)) return Weird['flow-record-malformed'];
    flow.start = view.getUint32(at + 12, little) * 1e6 + view.getUint16(at + 8, little) * 1000;
    flow.end = view.getUint32(at + 16, little) * 1e6 + view.getUint16(at + 10, little) * 1000;
    setForwarding(flow, view.getUint8(at + 20));
    flow.flags = view.getUint8(at + 21);
    flow.protocol = view.getUint8(at + 22);
    setPorts(flow, view.getUint16(at + 24, little), view.getUint16(at + 26, little));
    setAddresses(flow, view, at + header, v6, little);
    flow.packets = number(view, at + counts, wide, little);
    flow.bytes = number(view, at + counts + wide, (flags & 4) !== 0 ? 8 : 4, little);
    flow.sampled = (flags & 128) !== 0;
    return -1;
  }

  #v3(view: DataView, start: number, size: number, little: boolean): number {
    const flow = this.#begin();
    const end = start + size;
    let told = 0;
    let at = start + 12;
    flow.sampled = size >= 12 && (view.getUint8(start + 10) & 2) !== 0;
    while (at + 4 <= end) {
      const type = view.getUint16(at, little);
      const length = view.getUint16(at + 2, little);
      if (length < 4 || at + length > end) return Weird['flow-record-malformed'];
      told |= element(flow, view, type, at + 4, length - 4, little);
      at += length;
    }
    if ((told & Told.generic) === 0) return Weird['flow-record-malformed'];
    if ((told & Told.addresses) === 0) return Weird['flow-without-addresses'];
    // softflowd tells 0 of some flows: then it was when the record came
    if (flow.start === 0) flow.start = flow.seen;
    flow.end = Math.max(flow.start, flow.end);
    // 0 here is what exporters of one direction have as well
    if ((told & (Told.biflow | Told.event)) !== 0) flow.packetsBack = Math.max(0, flow.packetsBack);
    else if (flow.packetsBack === 0) flow.packetsBack = -1;
    partFlags(flow);
    return -1;
  }
}

/** What the elements of a record have told. */
const Told = { generic: 1, addresses: 2, biflow: 4, event: 8 } as const;

function element(flow: FlowRecord, view: DataView, type: number, at: number, length: number, little: boolean): number {
  switch (type) {
    case 1:
      return length < 48 ? 0 : generic(flow, view, at, little);
    case 2:
    case 3:
      if (length < (type === 3 ? 32 : 8)) return 0;
      setAddresses(flow, view, at, type === 3, little);
      return Told.addresses;
    case 4:
      return length > 12 && view.getUint8(at + 12) === 1 ? Told.biflow : 0;
    case 5:
      if (length < 24) return 0;
      flow.packetsBack = number(view, at + 8, 8, little);
      flow.bytesBack = number(view, at + 16, 8, little);
      return 0;
    case 19:
      if (length < 15) return 0;
      if (flow.start === 0) flow.start = number(view, at, 8, little) * 1000;
      flow.denied ||= view.getUint8(at + 14) === DENIED;
      return Told.event;
    default:
      return 0;
  }
}

function generic(flow: FlowRecord, view: DataView, at: number, little: boolean): number {
  flow.seen = number(view, at + 16, 8, little) * 1000;
  flow.start = number(view, at, 8, little) * 1000 || flow.start;
  flow.end = Math.max(flow.start, number(view, at + 8, 8, little) * 1000);
  flow.packets = Math.max(1, number(view, at + 24, 8, little));
  flow.bytes = number(view, at + 32, 8, little);
  flow.protocol = view.getUint8(at + 44);
  flow.flags = view.getUint8(at + 45);
  setPorts(flow, view.getUint16(at + 40, little), view.getUint16(at + 42, little));
  setForwarding(flow, view.getUint8(at + 46));
  return Told.generic;
}

function setPorts(flow: FlowRecord, source: number, target: number): void {
  flow.sourcePort = flow.protocol === ICMP || flow.protocol === ICMP6 ? 0 : source;
  flow.targetPort = target;
  if (flow.protocol !== TCP) flow.flags = UNTOLD;
}

function setForwarding(flow: FlowRecord, status: number): void {
  flow.denied ||= status === DROPPED_BY_LIST || status === DROPPED_BY_LIST_DENY;
}

function setAddresses({ address }: FlowRecord, view: DataView, at: number, v6: boolean, little: boolean): void {
  for (let end = 0; end < 8; end += 4) {
    if (!v6) {
      address[end + 2] = 0xffff;
      address[end + 3] = view.getUint32(at + end, little);
      continue;
    }
    // two numbers of 8 bytes: their halves stand in the writer's order, too
    const swap = little ? 1 : 0;
    for (let word = 0; word < 4; word += 1)
      address[end + (word ^ swap)] = view.getUint32(at + 4 * (end + word), little);
  }
}

function number(view: DataView, at: number, length: number, little: boolean): number {
  if (length === 4) return view.getUint32(at, little);
  const first = view.getUint32(at, little);
  const second = view.getUint32(at + 4, little);
  return little ? second * ERAS + first : first * ERAS + second;
}

export const nfcapd: RecordInput = {
  carries: 'records',
  name: 'nfcapd',
  about: 'Flow files of nfdump 1.6 and 1.7 (nfcapd, nfpcapd, sfcapd), plain or packed with LZO, LZ4 or ZSTD.',
  recognise: (head) => (layoutOf(head) === undefined ? 0 : 1),
  open: (bytes, context) => new NfcapdReader(bytes, context),
};
