import type { ExecutionBatch } from '../record/execution.ts';
import type { RequestBatch } from '../record/request.ts';

const encoder = new TextEncoder();

/** What `keepString` writes to. */
type WithText = Pick<RequestBatch | ExecutionBatch, 'text' | 'textUsed'>;

/** Bytes of one text that are kept. */
const LONGEST = 0xffff;

/**
 * Copies a string behind the texts of a batch, as UTF-8.
 *
 * @returns where it stands; its length is `batch.textUsed` less that
 */
export function keepString(batch: WithText, text: string): number {
  const start = batch.textUsed;
  const { written } = encoder.encodeInto(
    text,
    batch.text.subarray(start, Math.min(batch.text.length, start + LONGEST)),
  );
  batch.textUsed = start + written;
  return start;
}
