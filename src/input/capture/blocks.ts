import type { PacketBatch } from '../../record/packet.ts';
import { Refill } from '../carry/refill.ts';
import type { ByteSource, PacketReader, ReaderContext } from '../input.ts';

/** After a broken record, so many bytes are searched for the next whole one before the rest of the file is given up. */
const SEARCH_BYTES = 1 << 20;

/** Whether a whole record stands somewhere. */
export type Verdict = 'yes' | 'no' | 'more bytes needed';

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** The frame of a reader of capture files: fills the blocks of batches, and finds the way on after damage. */
export abstract class BlockReader implements PacketReader {
  records = 0;
  protected readonly refill: Refill;
  readonly #context: ReaderContext;
  /** frames handed out so far */
  #frames = 0;
  /** a broken record has been met, and the next whole one is being searched for */
  protected lost = false;
  #searched = 0;
  /** the present block, where reading of it stands, and where its valid bytes end */
  protected view: DataView = new DataView(new ArrayBuffer(0));
  protected at = 0;
  protected end = 0;

  constructor(bytes: ByteSource, context: ReaderContext) {
    this.refill = new Refill(bytes, context.weird);
    this.#context = context;
  }

  /** Reads the head of the file, where it has one that is not read yet; false: there is nothing behind it to read. */
  protected abstract begins(bytes: Uint8Array): boolean;
  /** Makes rows of the whole records from `at`, until rows or bytes run out or a record cannot be right (then `lost`). */
  protected abstract rows(batch: PacketBatch): void;
  /** What a record that cannot be right is counted as. */
  protected abstract readonly broken: number;
  /** Looks for the next whole record; true when one was found and stands at `at`. */
  protected abstract search(): boolean;
  /** The source has ended: counts what is left. */
  protected abstract tail(rows: number): void;

  async fill(batch: PacketBatch): Promise<boolean> {
    const { bytes } = batch;
    batch.input = this.#context.input;
    batch.firstRecord = this.#frames + 1;
    batch.count = 0;
    while (batch.count === 0) {
      if (this.refill.drained) return false;
      this.end = await this.refill.into(bytes);
      this.view = viewOf(bytes);
      this.at = 0;
      if (!this.begins(bytes)) return false;
      this.#read(batch);
      const full = batch.count === batch.capacity;
      if (this.refill.ended && !full) this.tail(batch.count);
      this.refill.keep(bytes, this.at, this.end, full);
    }
    this.#frames += batch.count;
    return true;
  }

  close(): void {
    this.refill.close();
  }

  look(head: Uint8Array, batch: PacketBatch): void {
    const { bytes } = batch;
    this.end = Math.min(head.length, bytes.length);
    bytes.set(head.subarray(0, this.end));
    this.view = viewOf(bytes);
    batch.count = 0;
    if (this.begins(bytes)) this.#read(batch);
  }

  /** Reads on to the end of the bytes or until the rows are full, over broken records where something whole follows. */
  #read(batch: PacketBatch): void {
    while (batch.count < batch.capacity) {
      if (this.lost && !this.search()) return;
      this.rows(batch);
      if (!this.lost) return;
      this.malformed(this.broken, batch.count);
      this.#searched = 0;
      this.at += 1;
    }
  }

  /** Tries one place after the other up to `last`, until one is whole or more bytes are needed to tell. */
  protected searchUpTo(last: number, isWhole: (at: number) => Verdict): boolean {
    let { at } = this;
    let verdict: Verdict = 'no';
    for (; at <= last && this.#searched <= SEARCH_BYTES; at += 1) {
      verdict = isWhole(at);
      if (verdict !== 'no') break;
      this.#searched += 1;
    }
    this.at = at;
    this.lost = verdict !== 'yes';
    if (this.#searched > SEARCH_BYTES) this.stop();
    return verdict === 'yes';
  }

  /** Gives the rest of the file up. */
  protected stop(): void {
    this.at = this.end;
    this.refill.ended = true;
  }

  /** @param rows of the present batch that came before */
  protected malformed(weird: number, rows: number): void {
    this.records += 1;
    this.#context.weird.count(weird, this.#frames + rows + 1);
  }
}
