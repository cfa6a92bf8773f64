import { thousandths } from './canonical.ts';
import type { Finding, Summary } from './finding.ts';
import { timeOf } from './time.ts';

/**
 * How the findings of two runs over the same data differ, and what became of those that only one of them has. Findings
 * are the same when their ids are; where an episode began elsewhere, when kind and source (of campaigns most members)
 * are and the times overlap.
 */

/** What a run came to. */
export interface Outcome {
  readonly findings: readonly Finding[];
  readonly summary: Summary;
}

/** What of a finding may differ without its being another. */
export interface Side {
  readonly id: string;
  readonly bits: number;
  readonly bar: number;
  readonly class: Finding['triage']['class'];
  readonly techniques: readonly string[];
  readonly priority: number;
}

export interface Difference {
  readonly kind: 'gained' | 'lost' | 'changed';
  readonly of: Finding['kind'];
  /** the address, or how many sources */
  readonly who: string;
  readonly before: Side | null;
  readonly after: Side | null;
  /** what differs; gained and lost: why */
  readonly what: readonly string[];
}

/** Both runs in figures. */
export interface Tally {
  /** findings over their bar */
  readonly alarms: number;
  readonly perDay: number;
  readonly bar: number;
}

/** The findings of two runs, held against each other. */
export interface Comparison {
  readonly differences: readonly Difference[];
  readonly same: number;
  readonly before: Tally;
  readonly after: Tally;
}

/** What only informs is below its bar. */
const isAlarm = ({ kind, bits, bar }: Finding): boolean => kind !== 'anomaly' || bits >= bar;

/** Holds two runs over the same data against each other; most bits first. */
export function compare(before: Outcome, after: Outcome): Comparison {
  const pairs = paired(before.findings, after.findings);
  const differences = pairs.flatMap(([old, now]) => differenceOf(old, now, before, after) ?? []);
  const bits = ({ before: old, after: now }: Difference): number => Math.max(old?.bits ?? 0, now?.bits ?? 0);
  const id = ({ before: old, after: now }: Difference): string => (old ?? now)?.id ?? '';
  return {
    differences: differences.sort((a, b) => bits(b) - bits(a) || (id(a) < id(b) ? -1 : 1)),
    same: pairs.length - differences.length,
    before: tallyOf(before),
    after: tallyOf(after),
  };
}

type Pair = readonly [before: Finding | undefined, after: Finding | undefined];

function paired(before: readonly Finding[], after: readonly Finding[]): Pair[] {
  const left = new Map(after.map((finding) => [finding.id, finding]));
  const pairs: [Finding | undefined, Finding | undefined][] = [];
  for (const old of before) {
    pairs.push([old, left.get(old.id)]);
    left.delete(old.id);
  }
  for (const pair of pairs) {
    const [old] = pair;
    if (old === undefined || pair[1] !== undefined) continue;
    const now = [...left.values()].find((finding) => isLike(old, finding));
    if (now === undefined) continue;
    pair[1] = now;
    left.delete(now.id);
  }
  return [...pairs, ...[...left.values()].map((finding): Pair => [undefined, finding])];
}

const isLike = (one: Finding, other: Finding): boolean =>
  one.kind === other.kind &&
  isSameWho(one, other) &&
  one.decidedBy === other.decidedBy &&
  one.firstSeen <= other.lastSeen &&
  other.firstSeen <= one.lastSeen;

/** One source, or campaigns that have more than half of their members in common. */
function isSameWho(one: Finding, other: Finding): boolean {
  if (one.source !== null || other.source !== null) return one.source?.address === other.source?.address;
  const theirs = new Set(other.members?.map(({ address }) => address));
  const shared = one.members?.filter(({ address }) => theirs.has(address)).length ?? 0;
  return 2 * shared > Math.max(one.members?.length ?? 0, theirs.size);
}

const sideOf = ({ id, bits, bar, triage, techniques }: Finding): Side => ({
  id,
  bits: thousandths(bits),
  bar: thousandths(bar),
  class: triage.class,
  techniques,
  priority: triage.priority,
});

const whoOf = ({ source, memberCount, members }: Finding): string =>
  source?.address ?? `${memberCount ?? members?.length ?? 0} sources`;

function differenceOf(
  old: Finding | undefined,
  now: Finding | undefined,
  before: Outcome,
  after: Outcome,
): Difference | null {
  const { kind: of } = (old ?? now) as Finding;
  const who = whoOf((old ?? now) as Finding);
  if (old === undefined || now === undefined) {
    const kind = old === undefined ? 'gained' : 'lost';
    const what = now ? whyAbsent(now, before) : whyAbsent(old as Finding, after);
    return { kind, of, who, before: old ? sideOf(old) : null, after: now ? sideOf(now) : null, what: [what] };
  }
  const what = changes(sideOf(old), sideOf(now), before.summary.bar === after.summary.bar);
  return what.length === 0 ? null : { kind: 'changed', of, who, before: sideOf(old), after: sideOf(now), what };
}

const bitsText = (bits: number): string => bits.toFixed(1);

/** @param sameBar of the runs: otherwise the bar of every finding is another, and of none worth telling */
function changes(old: Side, now: Side, sameBar: boolean): string[] {
  const said: string[] = [];
  const say = (name: string, was: string, is: string): void => {
    if (was !== is) said.push(`${name} ${was} → ${is}`);
  };
  say('id', old.id, now.id);
  say('bits', bitsText(old.bits), bitsText(now.bits));
  if (sameBar) say('bar', bitsText(old.bar), bitsText(now.bar));
  say('class', old.class, now.class);
  say('techniques', old.techniques.join('+'), now.techniques.join('+'));
  say('priority', String(old.priority), String(now.priority));
  return said;
}

/** Why a run has no finding that the other has: what it says of the source instead. */
function whyAbsent(finding: Finding, { summary, findings }: Outcome): string {
  const address = finding.source?.address;
  const explained = summary.explained.find(({ source }) => source === address);
  if (explained) return `explained: ${explained.what}: ${explained.because}`;
  const nearest = summary.nearest.find(({ source }) => source === address);
  if (nearest) return `${bitsText(nearest.bits)} bits, under the bar of ${bitsText(summary.bar)}`;
  const other = findings.find(({ source, members }) =>
    [source, ...(members ?? [])].some((one) => one?.address === address && address !== undefined),
  );
  if (other) return `part of ${other.kind} ${other.id}`;
  if (finding.bits < summary.bar) return `${bitsText(finding.bits)} bits, under the bar of ${bitsText(summary.bar)}`;
  return 'no account reached the bar';
}

const DAY = 86_400e6;

/** Data that cover less than a day count as a day's, as they do for the bar. */
function tallyOf({ findings, summary }: Outcome): Tally {
  const alarms = findings.filter(isAlarm).length;
  const { span, bar } = summary;
  const days = span === null ? 1 : Math.max(1, (timeOf(span.last) - timeOf(span.first)) / DAY);
  return { alarms, perDay: alarms / days, bar };
}
