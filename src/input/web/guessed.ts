import type { RecordInput } from '../input.ts';
import { LineReader } from '../lines.ts';
import { guessed } from './guess.ts';
import { Planned } from './planned.ts';

/** Lines that the columns are told from. */
const LOOKED_AT = 64;
/** Any format that is known is surer. */
const SURE = 0.5;

/** The first whole lines, as Latin-1 so that a character is a byte. */
function linesOf(head: Uint8Array): string[] {
  if (head.subarray(0, 1024).includes(0)) return [];
  const end = head.lastIndexOf(10);
  const text = Buffer.from(head.buffer, head.byteOffset, end < 0 ? 0 : end).toString('latin1');
  return text
    .split(/\r?\n/, 2 * LOOKED_AT)
    .filter((line) => line !== '' && !line.startsWith('#'))
    .slice(0, LOOKED_AT);
}

/** An access log in a format that nobody named: its columns are told from what stands in them. */
export const webColumns: RecordInput = {
  carries: 'records',
  name: 'web-columns',
  about:
    'Access log in columns that nobody named: which is which is told from what stands in them, and said to be assumed.',
  atMost: SURE,
  recognise: (head) => (guessed(linesOf(head)) === undefined ? 0 : SURE),
  open: (bytes, context) => {
    const format = guessed(linesOf(bytes.head ?? new Uint8Array(0)));
    context.dating.assumed.columns = format !== undefined;
    return new LineReader(bytes, context, new Planned(context, format === undefined ? [] : [format]));
  },
};
