// Hot: called for the fields of every request.
import { beginRequest, keepText, type RequestBatch } from '../../../record/request.ts';
import type { ZeekRow } from './row.ts';

/** Begins a request of the row's originator to its responder; −1: the row's ends are impossible. */
export function beginAsked(row: ZeekRow, batch: RequestBatch): number {
  const at = beginRequest(batch);
  const { targetPort } = row;
  if (!row.ends(batch.address, 8 * at) || targetPort < 0) return -1;
  batch.time[at] = row.time;
  batch.input[at] = row.input;
  batch.record[at] = row.record;
  batch.port[at] = targetPort;
  return at;
}

const HEX = new Int8Array(256).fill(-1);
for (const [value, digit] of Array.from('0123456789abcdef').entries()) {
  HEX[digit.charCodeAt(0)] = value;
  HEX[digit.toUpperCase().charCodeAt(0)] = value;
}

/**
 * Copies a field into the batch's own texts, what Zeek wrote as `\xHH` as the byte that it was.
 *
 * @returns where it stands; its length is `batch.textUsed` less that
 */
export function keepField(row: ZeekRow, field: number, batch: RequestBatch): number {
  const start = keepText(batch, row.bytes, row.from[field], row.to[field]);
  const { text, textUsed } = batch;
  let into = start;
  for (let at = start; at < textUsed; at += 1, into += 1) {
    const byte = text[at];
    const high = byte === 92 && at + 3 < textUsed && text[at + 1] === 120 ? HEX[text[at + 2]] : -1;
    const low = high < 0 ? -1 : HEX[text[at + 3]];
    text[into] = low < 0 ? byte : high * 16 + low;
    if (low >= 0) at += 3;
  }
  batch.textUsed = into;
  return start;
}
