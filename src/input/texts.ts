import type { ExecutionBatch } from '../record/execution.ts';
import type { RequestBatch } from '../record/request.ts';

const encoder = new TextEncoder();

/** Writes a text and a zero, for what reads bytes. Letters that are not ASCII become `?`. */
export function asciiInto(bytes: Uint8Array, text: string): void {
  const length = Math.min(text.length, bytes.length - 1);
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    bytes[at] = code < 128 ? code : 63;
  }
  bytes[length] = 0;
}

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
  if (text.length <= SHORT && keepAscii(batch, text)) return start;
  const { written } = encoder.encodeInto(
    text,
    batch.text.subarray(start, Math.min(batch.text.length, start + LONGEST)),
  );
  batch.textUsed = start + written;
  return start;
}

/** Up to this many letters are written one by one: calling the encoder costs more. */
const SHORT = 64;

/** Copies a text if all of it is ASCII and fits. */
function keepAscii(batch: WithText, text: string): boolean {
  const bytes = batch.text;
  const start = batch.textUsed;
  const { length } = text;
  if (start + length > bytes.length) return false;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > 127) return false;
    bytes[start + at] = code;
  }
  batch.textUsed = start + length;
  return true;
}
