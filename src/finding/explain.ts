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

/** Bits at which a source's stream is full: what comes later is counted but not charged (`CAP` in ledger/account.ts). */
export const FULL = 256;

/** Something that could have been otherwise. */
export type Otherwise =
  /** the stream was full, so that from its rows it cannot be told how many contacts were one too many */
  | { readonly kind: 'full' }
  /** so many of the contacts of one row, at its mean bits each, lift the account over the bar */
  | { readonly kind: 'fewer'; readonly row: AccountRow; readonly fewer: number; readonly each: number }
  /** even without the whole row the account stays over the bar */
  | { readonly kind: 'without-row'; readonly row: AccountRow; readonly bits: number }
  /** the best account if the deciding stream did not exist */
  | {
      readonly kind: 'without-stream';
      readonly stream: Stream | undefined;
      readonly bits: number;
      readonly opens: boolean;
    }
  /** from this bar on there is no finding; false findings would be so many times rarer */
  | { readonly kind: 'bar'; readonly bar: number; readonly rarer: number };

/** What would have changed the verdict, or would not have: most telling first. */
export function otherwise(finding: Finding): Otherwise[] {
  const over = finding.bits - finding.bar;
  const own = finding.account.filter(({ stream, contacts }) => stream === finding.decidedBy && contacts > 0);
  const full = finding.decidedBy !== 'crowd' && own.reduce((sum, { bits }) => sum + bits, 0) >= FULL;
  const charged = own.filter(({ bits }) => bits > 0).toSorted((a, b) => b.bits - a.bits);
  return [
    ...(full ? [{ kind: 'full' } as const] : charged.map((row) => withFewer(row, finding, over))),
    withoutStream(finding),
    { kind: 'bar', bar: finding.bits, rarer: 2 ** over },
  ];
}

function withFewer(row: AccountRow, finding: Finding, over: number): Otherwise {
  const each = row.bits / row.contacts;
  const fewer = Math.floor(over / each) + 1;
  if (fewer <= row.contacts) return { kind: 'fewer', row, fewer, each };
  return { kind: 'without-row', row, bits: finding.bits - row.bits };
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
