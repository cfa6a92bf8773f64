import { detectors } from '../../detect/index.ts';
import type { AccountRow, Finding } from '../../finding/finding.ts';
import { timeText } from '../../finding/time.ts';
import type { AccountCopy } from '../verdict.ts';

export const STREAMS = detectors.map(({ name }) => name as Finding['decidedBy']);
/** Those whose evidence is what was tried, not how: innocent habits can bring it about. */
export const HABITUAL: readonly Finding['decidedBy'][] = ['misses', 'novelty'];
/** What each stream charges for, in the order of `AccountCopy.rowBits`. */
export const REASONS = detectors.flatMap(({ name, reasons }) =>
  reasons.map((reason) => ({ stream: name as Finding['decidedBy'], reason })),
);

/** Rows of all streams, the deciding one first, and its total. */
export function accountOf(
  account: AccountCopy,
  inputs: readonly string[],
): { rows: AccountRow[]; bits: number; decidedBy: Finding['decidedBy'] } {
  const best = account.bits.indexOf(Math.max(...account.bits));
  const decidedBy = STREAMS[best];
  const rows: AccountRow[] = [];
  REASONS.forEach(({ stream, reason }, at) => {
    if (account.rowCount[at] === 0) return;
    const samples = account.samples.filter((sample) => sample.reason === at);
    const evidence = samples.map(({ input, record, time, bits }) => ({
      input: inputs[input],
      record,
      time: timeText(time),
      bits,
    }));
    rows.push({ stream, bits: account.rowBits[at], reason, contacts: account.rowCount[at], evidence });
  });
  rows.push({
    stream: decidedBy,
    bits: -Math.log2(STREAMS.length),
    reason: `best of ${STREAMS.length} streams`,
    contacts: 0,
    evidence: [],
  });
  const decides = (row: AccountRow): number => (row.stream === decidedBy ? 0 : 1);
  const sorted = rows.sort((a, b) => decides(a) - decides(b));
  const bits = sorted.reduce((sum, row) => (row.stream === decidedBy ? sum + row.bits : sum), 0);
  return { rows: sorted, bits, decidedBy };
}
