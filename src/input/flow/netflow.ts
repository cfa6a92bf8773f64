// Hot: `#datagrams` goes through the rows of a batch.
import type { ContactBatch } from '../../record/contact.ts';
import { allocatePackets, Kind, type PacketBatch } from '../../record/packet.ts';
import { clearSheaf, type Sheaf } from '../../record/sheaf.ts';
import { Weird, WeirdCounts } from '../../record/weird.ts';
import { decode } from '../capture/decode/index.ts';
import { Refill } from '../carry/refill.ts';
import type { ByteSource, PacketInput, PacketReader, ReaderContext, RecordInput, RecordReader } from '../input.ts';
import { Counter } from './counter.ts';
import { Exports } from './exports.ts';
import { isMessage, messageLength } from './message.ts';
import { Pairs } from './pairs.ts';
import { isSflow, Sflow } from './sflow.ts';

/*
 * Flow exports, in captures of the datagrams that carry them, and in files of messages one behind the other (RFC 5655:
 * IPFIX; collectors write the others in the same way). sFlow needs the capture: its datagrams tell no time.
 */

/** What captures of exports and files of messages have in common: records become contacts, and wait for one another. */
abstract class FlowReader implements RecordReader {
  protected readonly counter: Counter;
  protected readonly pairs: Pairs;
  protected readonly exports: Exports;

  constructor(context: ReaderContext) {
    this.counter = new Counter(context.weird);
    this.pairs = new Pairs(context.input);
    this.exports = new Exports(this.counter, this.pairs);
  }

  get records(): number {
    return this.counter.records;
  }

  abstract close(): void;
  /** Reads on until the contacts are full or the next bytes have to be fetched; false: there are none. */
  protected abstract read(contacts: ContactBatch): Promise<boolean>;

  async fill(sheaf: Sheaf): Promise<boolean> {
    clearSheaf(sheaf);
    const { contacts } = sheaf;
    if (await this.read(contacts)) return true;
    this.exports.finish();
    this.pairs.drain(contacts);
    return contacts.count > 0;
  }
}

/** Reads the export datagrams of a capture. */
class CapturedExports extends FlowReader {
  readonly #frames: PacketReader;
  readonly #weird: WeirdCounts;
  readonly #sflow: Sflow;
  readonly #batch = allocatePackets();
  #row = 0;

  constructor(frames: PacketReader, context: ReaderContext) {
    super(context);
    this.#frames = frames;
    this.#weird = context.weird;
    this.#sflow = new Sflow(this.counter, this.pairs, context.weird);
  }

  close(): void {
    this.#frames.close();
  }

  protected async read(contacts: ContactBatch): Promise<boolean> {
    if (this.#row === this.#batch.count) {
      const before = this.#frames.records;
      this.#row = 0;
      if (!(await this.#frames.fill(this.#batch))) return false;
      // records of the file that are no frames have been counted by name
      this.counter.records += this.#frames.records - before - this.#batch.count;
      decode(this.#batch, this.#weird, 0);
    }
    this.#datagrams(contacts);
    return true;
  }

  #datagrams(contacts: ContactBatch): void {
    const batch = this.#batch;
    const { kind, payload, payloadCaptured, bytes, address, time } = batch;
    for (;;) {
      if (!this.exports.run(contacts) || !this.#sflow.run(contacts) || this.#row === batch.count) return;
      const row = this.#row;
      const at = payload[row];
      const end = at + payloadCaptured[row];
      this.#row += 1;
      if (kind[row] === Kind.none) this.counter.records += 1;
      else if (kind[row] === Kind.fragment) this.counter.lost(Weird['datagram-fragmented']);
      else if (kind[row] !== Kind.udp) this.counter.lost(Weird['datagram-not-export']);
      else if (messageLength(bytes, at, end) !== 0) this.exports.begin(bytes, at, end, address, 8 * row);
      else if (isSflow(bytes, at, end)) this.#sflow.begin(bytes, at, end, time[row]);
      else this.counter.lost(Weird['datagram-not-export']);
    }
  }
}

/** Frames that are looked at, and the bytes they may take: those of a head. */
const LOOK_FRAMES = 256;
const LOOK_BYTES = 1 << 16;

/** Whether more than half of the first packets carry exports: a capture of other traffic may hold a few, too. */
function carriesExports(capture: PacketInput, head: Uint8Array): boolean {
  if (capture.recognise(head, '') === 0) return false;
  const batch = allocatePackets(undefined, 0, LOOK_FRAMES, LOOK_BYTES);
  capture.look(head, batch);
  decode(batch, new WeirdCounts(), 0);
  return 2 * exportsAmong(batch) > batch.count;
}

function exportsAmong({ count, kind, payload, payloadCaptured, bytes }: PacketBatch): number {
  let exports = 0;
  for (let row = 0; row < count; row += 1) {
    const at = payload[row];
    const end = at + payloadCaptured[row];
    if (kind[row] === Kind.udp && (isMessage(bytes, at, end) || isSflow(bytes, at, end))) exports += 1;
  }
  return exports;
}

/** Flow exports inside captures of this format. In the list of inputs it stands before it: it is as sure. */
export function netflowIn(capture: PacketInput): RecordInput {
  return {
    carries: 'records',
    name: `netflow-${capture.name}`,
    about: `Flow exports in a ${capture.name} capture: NetFlow 1, 5, 7 and 9, IPFIX, sFlow 5, of any number of exporters.`,
    recognise: (head) => (carriesExports(capture, head) ? 1 : 0),
    open: (bytes, context) => new CapturedExports(capture.open(bytes, context), context),
  };
}

/** Bytes of a file that are held: several of the longest messages. */
const BLOCK = 1 << 18;
/** A file does not tell who exported. */
const NOBODY = new Uint32Array(4);
const SURE = 0.9;

/** Reads files of messages. Over damage it goes on with the next message that it finds. */
class ExportFile extends FlowReader {
  readonly #refill: Refill;
  readonly #block = new Uint8Array(BLOCK);
  #at = 0;
  #end = 0;
  /** damage has been met, and counted */
  #lost = false;

  constructor(bytes: ByteSource, context: ReaderContext) {
    super(context);
    this.#refill = new Refill(bytes, context.weird);
  }

  close(): void {
    this.#refill.close();
  }

  protected async read(contacts: ContactBatch): Promise<boolean> {
    while (this.exports.run(contacts)) {
      const length = this.#next();
      if (length > 0) {
        this.exports.begin(this.#block, this.#at, this.#at + length, NOBODY, 0);
        this.#at += length;
      } else if (!(await this.#more())) return false;
    }
    return true;
  }

  /** Length of the next message, which then stands at `#at`; 0: it is not there yet, or not whole. */
  #next(): number {
    const block = this.#block;
    const end = this.#end;
    let length = this.#lost ? 0 : messageLength(block, this.#at, end);
    if (length === 0 && this.#at + 24 <= end) {
      if (!this.#lost) this.counter.lost(Weird['export-version-unsupported']);
      this.#lost = true;
      while (this.#at + 24 <= end && !isMessage(block, this.#at, end)) this.#at += 1;
      if (this.#at + 24 > end) return 0;
      this.#lost = false;
      length = messageLength(block, this.#at, end);
    }
    if (length > 0) return length;
    // of what does not end within the block, or the file, as much is read as there is
    return length < 0 && (this.#refill.ended || (this.#at === 0 && end === block.length)) ? end - this.#at : 0;
  }

  async #more(): Promise<boolean> {
    if (this.#refill.ended && this.#at < this.#end && !this.#lost) this.counter.lost(Weird['record-cut']);
    if (this.#refill.ended) this.#at = this.#end;
    this.#refill.keep(this.#block, this.#at, this.#end, false);
    this.#at = 0;
    this.#end = 0;
    if (this.#refill.drained) return false;
    this.#end = await this.#refill.into(this.#block);
    return true;
  }
}

export const netflow: RecordInput = {
  carries: 'records',
  name: 'netflow',
  about: 'Files of NetFlow (1, 5, 7, 9) or IPFIX messages one behind the other (RFC 5655).',
  recognise: (head) => (isMessage(head, 0, head.length) ? SURE : 0),
  open: (bytes, context) => new ExportFile(bytes, context),
};
