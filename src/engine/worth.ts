import type { Finding } from '../finding/finding.ts';
import { timeOf } from '../finding/time.ts';
import type { Dossier } from '../ledger/dossier.ts';
import { parseAddress } from '../record/address.ts';
import { expiredText, type Known, type KnownPolicy, type Recognised, recognise } from '../triage/known.ts';
import { priorityOf, type Stage } from '../triage/priority.ts';
import type { Explained } from '../triage/strays.ts';
import { ledOn } from '../triage/targeted.ts';
import { aimsOf, researcherOf } from './account/asked.ts';

/** What findings are worth: who of them is a known scanner, and the priority of each with its arithmetic. */

export interface Weighing {
  /** absent: nobody is known */
  readonly lists?: { readonly known: Known; readonly policy: KnownPolicy };
  /** by id of a finding */
  readonly dossiers: ReadonlyMap<string, Dossier>;
}

/** Findings with their worth, and those of known scanners that the operator allows. */
export interface Weighed {
  readonly findings: Finding[];
  readonly allowed: Explained[];
}

/** Points of a host of ours that looks around, whatever told of it. */
const OWN = 50;
/** Share of a campaign's members that must be known. */
const NEARLY_ALL = 0.9;
/** Bits of the neighbourhood that a declared scanner has for itself: a /28, or a /64 of IPv6. */
const NEAR_V4 = 28;

export function weigh(findings: readonly Finding[], { lists, dossiers }: Weighing): Weighed {
  const ownPolicies = lists && lists.policy !== 'ignore' ? recogniseAll(findings, lists.known, dossiers) : undefined;
  const isAllowed = (finding: Finding): boolean =>
    finding.triage.class === 'known-scanner' && (ownPolicies?.get(finding) ?? lists?.policy) === 'allow';
  const left = findings.filter((finding) => !isAllowed(finding));
  for (const finding of left) {
    prioritise(finding);
    if (lists) share(finding, lists.known);
    if (lists) expiry(finding, lists.known);
  }
  return { findings: left, allowed: findings.filter(isAllowed).flatMap(allowance) };
}

const allowance = ({ source, members = [], triage, probes }: Finding): Explained[] => {
  const because = triage.reasons.slice(0, 2).join('; ');
  const told = source ? [{ address: source.address, probes }] : members;
  return told.map((one) => ({ source: one.address, what: 'known scanner, allowed', because, probes: one.probes }));
};

/** Labels those who are known. @returns what the operator says of single entries */
function recogniseAll(
  findings: readonly Finding[],
  known: Known,
  dossiers: ReadonlyMap<string, Dossier>,
): Map<Finding, KnownPolicy> {
  const policies = new Map<Finding, KnownPolicy>();
  const scans = findings.filter(
    ({ kind, techniques }) => (kind === 'scan' || kind === 'campaign') && techniques[0] !== 'T1046',
  );
  const declared = new Map<string, string>();
  for (const finding of scans) {
    const said = recogniseOne(finding, known, dossiers.get(finding.id));
    if (said === undefined) continue;
    label(finding, said.reasons);
    if (said.policy) policies.set(finding, said.policy);
    if (finding.source) declared.set(neighbourhoodOf(finding.source.address), finding.source.address);
  }
  for (const finding of scans) {
    if (finding.triage.class === 'known-scanner' || !isHarmless(finding) || isDisowned(finding, known)) continue;
    const said = byNeighbours(finding, known, declared);
    if (said !== undefined) label(finding, said);
  }
  return policies;
}

/** Whether the operator's own entry says that it is not to be known, or not any more: neighbours do not change that. */
function isDisowned({ source, lastSeen }: Finding, known: Known): boolean {
  const words = source && parseAddress(source.address);
  if (!words) return false;
  const time = timeOf(lastSeen);
  return known.expired(words, time) !== undefined || known.scanner(words, time)?.policy === 'ignore';
}

/** Whoever does more than to look is labelled by nothing that he says himself. */
const isHarmless = ({ followedBy, techniques }: Finding): boolean =>
  followedBy.length === 0 && techniques[0] === 'T1595.001';

function recogniseOne(finding: Finding, known: Known, dossier: Dossier | undefined): Recognised | undefined {
  const address = finding.source && parseAddress(finding.source.address);
  if (!address || finding.followedBy.length > 0) return undefined;
  const quest = dossier?.quest;
  const pointed = quest ? aimsOf(quest).counts.vulnerability : 0;
  const agent = quest ? researcherOf(quest) : '';
  return recognise({ address, last: timeOf(finding.lastSeen), agent, pointed }, known);
}

/** A scanner with several addresses names itself by one of them; a campaign is known when its members are. */
function byNeighbours(
  { source, members = [], lastSeen }: Finding,
  known: Known,
  declared: ReadonlyMap<string, string>,
): readonly string[] | undefined {
  if (source) {
    const other = declared.get(neighbourhoodOf(source.address));
    return other === undefined
      ? undefined
      : [`next to ${other}, a known scanner that did the same: only the neighbourhood says so`];
  }
  const of = members.filter(({ address }) => {
    const words = parseAddress(address);
    return declared.has(neighbourhoodOf(address)) || (words && known.scanner(words, timeOf(lastSeen)) !== undefined);
  });
  if (of.length === 0 || of.length < NEARLY_ALL * members.length) return undefined;
  return [`${of.length} of its ${members.length} members are known scanners, or their neighbours`];
}

function label({ triage }: Finding, reasons: readonly string[]): void {
  triage.class = 'known-scanner';
  triage.reasons = [...reasons, ...triage.reasons];
}

/** An IPv4 /28, or an IPv6 /64, as a key. */
function neighbourhoodOf(address: string): string {
  const words = parseAddress(address);
  if (words === null) return address;
  return words[2] === 0xffff && words[0] === 0 && words[1] === 0
    ? `4 ${words[3] >>> (32 - NEAR_V4)}`
    : `6 ${words[0]} ${words[1]}`;
}

/** Anomalies are told by what they are; all else by what it is worth. */
function prioritise(finding: Finding): void {
  const { kind, triage, techniques, learned, followedBy } = finding;
  if (kind === 'anomaly' || triage.class === 'innocent') return;
  if (techniques[0] === 'T1046' && triage.targetedness < OWN) {
    triage.targetedness = OWN;
    triage.class = 'targeted';
    triage.reasons.push(`+${OWN} a host of ours looks around`);
  }
  const known = triage.class === 'known-scanner';
  if (followedBy.some(usesWhatWasFound) && !known) {
    const aim = ledOn({ points: triage.targetedness, reasons: triage.reasons });
    Object.assign(triage, { class: aim.class, targetedness: aim.points, reasons: aim.reasons });
  }
  const worth = priorityOf({
    targetedness: triage.targetedness,
    learned: learned.length,
    stage: stageOf(finding),
    known,
  });
  triage.priority = worth.priority;
  triage.reasons.push(worth.reason);
}

/** Who only goes on guessing needs nothing that was found. */
const usesWhatWasFound = ({ technique }: Finding['followedBy'][number]): boolean => !technique.startsWith('T1110');

const stageOf = ({ kind, followedBy }: Finding): Stage =>
  kind === 'intrusion' ? 'intrusion' : followedBy.length > 0 ? 'followed' : 'reconnaissance';

/** Whom the operator knew until then is not known any more: somebody has to look at the entry again. */
function expiry({ source, lastSeen, caveats }: Finding, known: Known): void {
  const words = source && parseAddress(source.address);
  const entry = words && known.expired(words, timeOf(lastSeen));
  if (entry) caveats.push(expiredText(entry));
}

/** Who blocks an address of a cloud or delivery network meets others, too. */
function share({ source, caveats }: Finding, known: Known): void {
  const words = source?.proven ? parseAddress(source.address) : null;
  const list = words && known.shared(words);
  if (list) caveats.push(`The address is one of ${list.name} (${list.kind}): others may use it, too.`);
}
