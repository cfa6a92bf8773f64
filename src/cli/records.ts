import { CodedError } from '../config/errors.ts';
import { datingOf } from '../input/carry/dating.ts';
import { openSource } from '../input/carry/open.ts';
import { BLOCK, type Carrier, carrierOf, type Cutter, cutterFor } from '../rehearse/cut.ts';

/** The records of one capture or log, their bytes unchanged, a block at a time. */

/** What has to be done before a record of this time goes on; null: nothing. Done when all records before it are taken. */
export type Before = (time: number) => (() => Promise<void>) | null;

/** Takes a stretch of whole records. The bytes are only valid until it is done; false: enough. */
export type Take = (bytes: Uint8Array) => Promise<boolean>;

export interface Records {
  readonly carrier: Carrier;
  /** the file header of a pcap and the like, for the link type */
  readonly head: Uint8Array;
  /** Reads them all. @param by how many µs later a record goes on; as it stands when absent */
  each(before: Before, take: Take, by?: (time: number) => number): Promise<void>;
}

/** Opens a path or `-`; compression is taken off. @param zone minutes east of Greenwich of stamps without a zone */
export async function openRecords(path: string, zone: number): Promise<Records> {
  const source = await openSource(path, {});
  const { head } = source;
  if (head.length === 0) throw new CodedError('INPUT_EMPTY', { path });
  const carrier = carrierOf(head);
  if (carrier === null) throw new CodedError('RECORDS_UNCUT', { path });
  const cutter = cutterFor(carrier, head, datingOf(path, zone));
  return {
    carrier,
    head,
    each: async (before, take, by) => {
      try {
        await cutAll(source, cutter, before, take, by);
      } finally {
        source.close();
      }
    },
  };
}

async function cutAll(
  source: { read(into: Uint8Array): number | Promise<number> },
  cutter: Cutter,
  before: Before,
  take: Take,
  by?: (time: number) => number,
): Promise<void> {
  const block = new Uint8Array(BLOCK);
  let end = 0;
  for (let ended = false; !ended; ) {
    const got = await source.read(block.subarray(end));
    ended = got === 0;
    end += got;
    let from = 0;
    let at = 0;
    for (
      let size = cutter.take(block, at, end, ended);
      at < end && size > 0;
      size = cutter.take(block, at, end, ended)
    ) {
      const todo = Number.isNaN(cutter.time) ? null : before(cutter.time);
      const shift = by === undefined || Number.isNaN(cutter.time) ? 0 : by(cutter.time);
      if (todo !== null || shift !== 0) {
        if (at > from && !(await take(block.subarray(from, at)))) return;
        if (todo !== null) await todo();
        from = at;
      }
      at += size;
      if (shift === 0) continue;
      if (!(await take(cutter.moved(block.subarray(from, at), shift)))) return;
      from = at;
    }
    if (at > from && !(await take(block.subarray(from, at)))) return;
    block.copyWithin(0, at, end);
    end -= at;
  }
}
