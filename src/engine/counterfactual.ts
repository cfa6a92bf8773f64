import type { Detector } from '../detect/detector.ts';
import { CHECKPOINTS } from '../detect/crowd-watch.ts';
import { detectors } from '../detect/index.ts';
import { misses } from '../detect/misses.ts';
import type { Finding, Stream } from '../finding/finding.ts';
import { CAP } from '../ledger/account.ts';
import { MISSED, USED } from '../triage/crowds.ts';
import { HABITUAL } from './account/account-rows.ts';

/**
 * What would have been too little for a finding: how many fewer contacts, and how many completed exchanges. Nothing is
 * told by a mean. A stream is a mean of products; with `k` contacts none of its products can be more than the k-th power
 * of the largest factor that its rows can bring (`Detector.most`). Where even that stays under the bar, no `k` of the
 * contacts, whichever they were and in whatever order, would have opened the finding.
 */
export type Counterfactual =
  /** with `most` of the contacts of a stream it stays under the bar; `full`: more came than were counted */
  | {
      readonly kind: 'fewer';
      readonly stream: Stream;
      readonly most: number;
      readonly of: number;
      readonly full: boolean;
    }
  /** had the source stopped after so many, no stream would have reached the bar; `by`: the one that allows least */
  | { readonly kind: 'stop'; readonly most: number; readonly by: Stream; readonly what: 'target' | 'request' | 'probe' }
  /** so many completed exchanges that are no logins, and it would have been explained as many clients behind one address */
  | { readonly kind: 'exchanges'; readonly exchanges: number }
  /** no number of exchanges: these streams, over the bar, are not about what was missed */
  | { readonly kind: 'no-exchange'; readonly streams: readonly Stream[] }
  /** before so many hits by different sources at one service, no test for a crowd is taken */
  | { readonly kind: 'crowd'; readonly most: number; readonly of: number }
  /** without a row, which stands for what was seen once, it has so many bits */
  | { readonly kind: 'without-row'; readonly reason: string; readonly bits: number };

/** What choosing the best of the streams costs (ledger/account.ts). */
const PRICE = Math.log2(detectors.length);
/** Methods whose contacts are requests: what one of them did is not told by an exchange. */
const ASKING: ReadonlySet<string> = new Set(['http', 'dns', 'login']);
/** What would have changed the verdict, most telling first. */
export function counterfactuals(finding: Finding): Counterfactual[] {
  const { decidedBy } = finding;
  // Scans that were joined afterwards were found one by one, before any test for a crowd.
  if (finding.id.startsWith('team-')) return withoutRows(finding);
  if (decidedBy === 'crowd') return [ofCrowd(finding)];
  if (decidedBy === 'parent') return [fewer(finding, 'parent', misses, Math.log2(2))];
  const detector = detectors.find(({ name }) => name === decidedBy);
  if (detector === undefined) return withoutRows(finding);
  return [fewer(finding, decidedBy, detector, PRICE), stop(finding), exchanges(finding)].filter((one) => one !== null);
}

const rowsOf = (finding: Finding, stream: Stream): Finding['account'] =>
  finding.account.filter((row) => row.stream === stream && row.contacts > 0);

/** Rows that speak against the source: what answers took off is none. */
const against = (finding: Finding, stream: Stream): Finding['account'] =>
  rowsOf(finding, stream).filter(({ bits }) => bits > 0);

/** By component the largest factor that any of the rows can bring. */
function mostOf(detector: Detector, rows: Finding['account']): number[] {
  // Rows of a prefix are misses of whatever kind.
  const reasons = rows.map(({ reason }) => detector.reasons.indexOf(reason)).map((reason) => Math.max(0, reason));
  const factors = new Array<number>(detector.components).fill(1);
  for (const reason of reasons)
    for (const [j, factor] of detector.most(reason).entries()) if (factor > factors[j]) factors[j] = factor;
  return factors;
}

/** The most charges with which a stream certainly stays under so many bits. */
function chargesUnder({ once }: Detector, factors: readonly number[], bits: number): number {
  for (let charges = 1; charges <= CAP; charges += 1) {
    const log2 = factors.map((factor, j) => Math.log2(factor) * (once?.[j] ? 1 : charges));
    const top = Math.max(...log2);
    const mean = log2.reduce((sum, each) => sum + 2 ** (each - top), 0) / log2.length;
    if (top + Math.log2(mean) >= bits) return charges - 1;
  }
  return Number.POSITIVE_INFINITY;
}

function fewer(finding: Finding, stream: Stream, detector: Detector, price: number): Counterfactual {
  const rows = against(finding, stream);
  const charged = rowsOf(finding, stream).reduce((sum, { bits }) => sum + bits, 0);
  const of = rows.reduce((sum, { contacts }) => sum + contacts, 0);
  const most = chargesUnder(detector, mostOf(detector, rows), finding.bar + price);
  return { kind: 'fewer', stream, most: Math.min(most, of), of, full: charged >= CAP };
}

function stop(finding: Finding): Counterfactual | null {
  // One request can be charged several times, one target but once.
  const requests = finding.methods.some((method) => ASKING.has(method));
  const only = finding.methods.every((method) => ASKING.has(method));
  let least: Counterfactual & { kind: 'stop' } = {
    kind: 'stop',
    most: Number.POSITIVE_INFINITY,
    by: 'misses',
    what: only ? 'request' : requests ? 'probe' : 'target',
  };
  for (const detector of detectors) {
    const rows = rowsOf(finding, detector.name as Stream);
    if (rows.length === 0) continue;
    const charges = chargesUnder(detector, mostOf(detector, rows), finding.bar + PRICE);
    const most = (detector.grace ?? 0) + Math.floor(charges / (requests ? (detector.charges ?? 1) : 1));
    if (most < least.most) least = { ...least, most, by: detector.name as Stream };
  }
  // That nobody who does nothing is found need not be said.
  return Number.isFinite(least.most) && least.most > 0 ? least : null;
}

/** Of contacts that were packets or flows; triage tries this explanation on whoever is only over the bar by habit. */
function exchanges(finding: Finding): Counterfactual | null {
  if (finding.kind !== 'scan' || finding.methods.every((method) => ASKING.has(method))) return null;
  const streams = detectors.map(({ name }) => name as Stream).filter((stream) => !HABITUAL.includes(stream));
  const over = streams.filter(
    (stream) => rowsOf(finding, stream).reduce((sum, { bits }) => sum + bits, 0) >= finding.bar,
  );
  if (over.length > 0) return { kind: 'no-exchange', streams: over };
  const { probes, targets } = finding;
  // Were all of its probes misses, these would be too small a share of its contacts, and most targets would be used.
  const enough = Math.floor(probes / MISSED) + 1 - probes;
  const used = Math.ceil(USED * (1 + Math.max(targets.addresses, targets.ports)));
  return { kind: 'exchanges', exchanges: Math.max(enough, used) };
}

function ofCrowd(finding: Finding): Counterfactual {
  const of = Math.max(...rowsOf(finding, 'crowd').map(({ contacts }) => contacts));
  return { kind: 'crowd', most: Math.min(CHECKPOINTS[0] - 1, of), of };
}

const withoutRows = (finding: Finding): Counterfactual[] =>
  against(finding, finding.decidedBy)
    .toSorted((a, b) => b.bits - a.bits)
    .map(({ reason, bits }) => ({ kind: 'without-row', reason, bits: finding.bits - bits }));
