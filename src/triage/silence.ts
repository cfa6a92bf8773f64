import { blamedBy } from '../finding/blamed.ts';
import type { Finding, Summary } from '../finding/finding.ts';

/**
 * Which findings are told at once, and which come as one line of a digest. Everybody on the Internet is scanned all day;
 * what is only that, by the same tool or at the same port within an hour, is one thing to know. Scans that are about us
 * are told each, as long as a person can look at each; of more the worthiest are told, and how many there are beside
 * them. Intrusions, scans that were followed by more, and hosts of ours that scan are always told. No finding is left
 * out: a digest only says that nobody has to look at each of them.
 */

export type Digest = Summary['digest'][number];

/** Notifications of background that an hour of the clock may bring, digests among them: any sixty minutes touch two. */
const MOST = 10;
/** The same of scans that are about us, and how many of those are then digests. */
const MOST_AIMED = 10;
const AIMED_DIGESTS = 3;
/** Findings of one kind that are one digest. */
const FOLD = 3;
const HOUR = 'YYYY-MM-DDTHH'.length;
const PORTS_SHOWN = 10;

/** Classes that are everybody's. */
export const COMMON: readonly Finding['triage']['class'][] = ['background', 'known-scanner'];

const isCommon = ({ triage, kind, followedBy }: Finding): boolean =>
  COMMON.includes(triage.class) && kind !== 'intrusion' && followedBy.length === 0;

/** Scans that are about us, and no more than scans: many of them at once are one storm. */
const isAimed = ({ triage, kind, followedBy, techniques }: Finding): boolean =>
  !COMMON.includes(triage.class) &&
  triage.class !== 'innocent' &&
  (kind === 'scan' || kind === 'campaign') &&
  followedBy.length === 0 &&
  techniques[0] !== 'T1046';

const portOf = ({ services: [most] }: Finding): string => (most ? `${most.protocol}/${most.port}` : 'names');

/** What it is told as: the tool, or else the service that was tried most, or else the kind of oddity. */
function kindOf(finding: Finding): string {
  if (finding.triage.class === 'known-scanner') return 'known scanners';
  if (finding.kind === 'anomaly') return `anomalies (${finding.decidedBy})`;
  return finding.tool ? finding.tool.name : portOf(finding);
}

/** Sets `notify` of each finding, and returns the digests, by hour, most findings first. */
export function silence(findings: readonly Finding[]): Digest[] {
  for (const finding of findings) finding.triage.notify = true;
  const digests: Digest[] = [];
  const hours = Map.groupBy(findings, ({ firstSeen }) => firstSeen.slice(0, HOUR));
  for (const hour of [...hours.keys()].sort()) {
    const its = hours.get(hour) ?? [];
    digests.push(...aimedIn(hour, its.filter(isAimed)), ...ofHour(hour, its.filter(isCommon)));
  }
  return digests;
}

/** Of scans that are about us, more than anybody can look at: the worthiest are told, the others by kind. */
function aimedIn(hour: string, findings: readonly Finding[]): Digest[] {
  if (findings.length <= MOST_AIMED) return [];
  const [, rest] = split(findings, MOST_AIMED - AIMED_DIGESTS);
  const groups = bySize(rest);
  const large = groups.slice(0, AIMED_DIGESTS - 1);
  const others = groups.slice(AIMED_DIGESTS - 1).flatMap(([, its]) => its);
  for (const { triage } of rest) triage.notify = false;
  const folded = [...large, ...(others.length > 0 ? [['others', others] as const] : [])];
  return folded.map(([what, its]) => digestOf(hour, `${what}, aimed at us`, its));
}

/** By what they are told as, most findings first. */
const bySize = (findings: readonly Finding[]): [string, Finding[]][] =>
  [...Map.groupBy(findings, kindOf)].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));

/** The groups of one hour: large ones each a digest, small ones told one by one as far as there is room, the rest as one. */
function ofHour(hour: string, findings: readonly Finding[]): Digest[] {
  const groups = bySize(findings);
  const large = groups.filter(([, its]) => its.length >= FOLD).slice(0, MOST - 1);
  const kept = new Set(large.map(([name]) => name));
  const rest = groups.filter(([name]) => !kept.has(name)).flatMap(([, its]) => its);
  const room = MOST - large.length;
  const [worthy, others] = rest.length <= room ? [rest, []] : split(rest, room - 1);
  const folded = [...large, ...(others.length > 0 ? [['others', others] as const] : [])];
  for (const [, its] of folded) for (const finding of its) finding.triage.notify = false;
  for (const finding of worthy) finding.triage.notify = true;
  return folded.map(([what, its]) => digestOf(hour, what, its));
}

/** The first few by worth, and the others. */
function split(findings: readonly Finding[], count: number): [Finding[], Finding[]] {
  const sorted = findings.toSorted(
    (a, b) => b.triage.priority - a.triage.priority || b.bits - a.bits || (a.id < b.id ? -1 : 1),
  );
  return [sorted.slice(0, count), sorted.slice(count)];
}

function digestOf(hour: string, what: string, findings: readonly Finding[]): Digest {
  const byPort = Map.groupBy(findings, portOf);
  const ports = [...byPort].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1)).map(([port]) => port);
  return {
    what,
    hour: `${hour}:00:00.000000Z`,
    findings: findings.length,
    sources: new Set(findings.flatMap(blamedBy)).size,
    ports: ports.slice(0, PORTS_SHOWN),
  };
}

/** Findings of a summary that are told one by one, and digests. */
export const notifications = (findings: readonly Finding[], digests: readonly Digest[]): number =>
  findings.filter(({ triage }) => triage.notify).length + digests.length;
