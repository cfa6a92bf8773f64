import { canonicalFinding, sumOf } from './canonical.ts';
import type { AccountRow, Finding, Stream } from './finding.ts';

/**
 * The arithmetic behind a verdict: what the rows come to, what would have changed it, how two verdicts differ.
 * Everything is computed from the rows of the account; nothing is told that does not follow from them.
 */

/** A row with what its stream had come to after it. */
export interface Step {
  readonly row: AccountRow;
  readonly sum: number;
}

/** One stream of the account. */
export interface StreamAccount {
  readonly stream: Stream;
  readonly decides: boolean;
  readonly steps: readonly Step[];
  readonly bits: number;
}

/** The streams of an account, the deciding one first, then most bits first; rows in their order with the running sum. */
export function streamsOf(finding: Finding): StreamAccount[] {
  const streams = [...new Set(finding.account.map(({ stream }) => stream))];
  return streams
    .map((stream) => ({
      stream,
      decides: stream === finding.decidedBy,
      steps: stepsOf(finding.account.filter((row) => row.stream === stream)),
      bits: sumOf(finding.account, stream),
    }))
    .sort((a, b) => Number(b.decides) - Number(a.decides) || b.bits - a.bits);
}

function stepsOf(rows: readonly AccountRow[]): Step[] {
  return rows.map((row, at) => ({ row, sum: sumOf(rows.slice(0, at + 1), row.stream) }));
}

/** Whether the rows of the deciding stream add up to the bits of the finding: they must. */
export function addsUp(finding: Finding): boolean {
  // Each row is rounded to thousandths, and so may be the total.
  const rounding = 0.0005 * (finding.account.length + 1);
  return Math.abs(sumOf(finding.account, finding.decidedBy) - finding.bits) <= rounding;
}

/** Something that could have been otherwise. */
export type Otherwise =
  /** the best account if the deciding stream did not exist */
  | {
      readonly kind: 'without-stream';
      readonly stream: Stream | undefined;
      readonly bits: number;
      readonly opens: boolean;
    }
  /** from this bar on there is no finding; false findings would be so many times rarer */
  | { readonly kind: 'bar'; readonly bar: number; readonly rarer: number };

/** What would have changed the verdict, or would not have, as the rows tell it. */
export function otherwise(finding: Finding): Otherwise[] {
  return [withoutStream(finding), { kind: 'bar', bar: finding.bits, rarer: 2 ** (finding.bits - finding.bar) }];
}

/** The choice among streams is paid for by whichever is best, so the deciding stream's cost falls to the next. */
function withoutStream(finding: Finding): Otherwise {
  const cost = finding.account
    .filter(({ stream, contacts, bits }) => stream === finding.decidedBy && contacts === 0 && bits < 0)
    .reduce((sum, { bits }) => sum + bits, 0);
  const next = streamsOf(finding).find(({ decides }) => !decides);
  const bits = next === undefined ? 0 : next.bits + cost;
  return { kind: 'without-stream', stream: next?.stream, bits, opens: bits >= finding.bar };
}

/** A part of a finding that is not what it was. */
export interface Difference {
  readonly key: string;
  readonly stored: string;
  readonly computed: string;
}

/** How a stored finding and a recomputed one differ, key by key; empty: they are the same to the byte. */
export function differences(stored: Finding, computed: Finding): Difference[] {
  const before: Readonly<Record<string, unknown>> = { ...canonicalFinding(stored) };
  const after: Readonly<Record<string, unknown>> = { ...canonicalFinding(computed) };
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .map((key) => ({ key, stored: JSON.stringify(before[key]) ?? '', computed: JSON.stringify(after[key]) ?? '' }))
    .filter((part) => part.stored !== part.computed);
}
