import { compareTexts } from '../../record/text.ts';
import {
  accessAfterScan,
  accessOfKin,
  besideOthers,
  byChance,
  type Deed,
  type Entry,
  guessStep,
  GUESSING,
  SECOND,
  type Step,
  targetOf,
} from '../../correlate/after/access.ts';
import { Arrivals } from '../../correlate/after/arrivals.ts';
import type { After } from '../../correlate/after/follow-up.ts';
import { blamedBy } from '../../finding/blamed.ts';
import type { AccountRow, Finding } from '../../finding/finding.ts';
import { timeOf, timeText } from '../../finding/time.ts';
import type { Home } from '../../ledger/home.ts';
import { formatAddress, parseAddress } from '../../record/address.ts';
import { deedOfPlanted, deedOfSuccess, deedOfTaking, FOLLOWED } from './deeds.ts';
import { type Kin, Kinship, LIKELY } from './kin.ts';
import { BAR, bitsOf, type Chain, endsOf, intrusionOf, join } from './intrusion.ts';
import { beginOf, type Scan, Scanners } from './scanners.ts';
import { deedOfSpawn } from './spawned.ts';

/**
 * Joins what was noted (correlate/) to the scans: what followed which of them, by whom, with what odds; and where
 * something was achieved, a finding of its own that tells the chain.
 */

interface Ends {
  readonly inputs: readonly string[];
  readonly home: Home;
}

const WEEK = 7 * 86_400;

/** Fills `followedBy` and `related` of the scans, and returns the intrusions. */
export function intrusionsAfter(after: After, scans: readonly Scan[], ends: Ends): Finding[] {
  const scanners = new Scanners(scans);
  const deeds = [
    ...after.deeds,
    ...after.successes.map(deedOfSuccess),
    ...after.planted.map((planted) => deedOfPlanted(planted, scanners)),
    ...after.spawns.flatMap((spawn) => deedOfSpawn(spawn, scanners)),
    ...after.takings.flatMap((taking) => deedOfTaking(taking, scanners, after.looks)),
  ].filter(({ did }) => !isOwn(did.source, ends.home));
  const kinship = kinshipOf(after, scanners, deeds);
  deeds.push(...entriesAfter(after, scanners, deeds, ends.home));
  const byKin = entriesOfKin(after, scanners, deeds, ends.home, kinship);
  const follow: Follow = (scan, step, kin) => followScan(scan, step, ends.inputs, kin);
  for (const guess of after.guesses)
    if (guess.weight.bits >= GUESSING) followGuess(guessStep(guess), scanners, kinship, follow);
  const chains = new Map<string, Chain>();
  for (const deed of [...deeds, ...byKin.keys()]) {
    const before = scansBefore(deed, scanners);
    for (const scan of before) for (const step of [...deed.before, deed.did]) follow(scan, step);
    for (const kin of byKin.get(deed) ?? kinship.of(deed.did.source, deed.did.first.time).filter(isSure)) {
      if (before.includes(kin.scan)) continue;
      before.push(kin.scan);
      follow(kin.scan, deed.did, byKin.has(deed) ? { ...kin, weight: { ...kin.weight, bits: 0 } } : kin);
    }
    if (!deed.achieved || (deed.needsScan && before.length === 0)) continue;
    const known = chains.get(deed.did.source);
    if (known) join(known, deed, before);
    else chains.set(deed.did.source, { deed, others: [], scans: [...before] });
  }
  for (const { finding } of scans) finding.followedBy.sort((a, b) => compareTexts(a.at, b.at));
  const all = [...chains.values()].filter((chain) => bitsOf(chain) >= BAR);
  return all.filter((chain) => !isToldBy(chain, all)).map((chain) => intrusionOf(chain, scanners, ends.inputs));
}

/** Whether all that a chain tells is a part of another's: what one broke open and another used is one story. */
const isToldBy = ({ deed, others }: Chain, all: readonly Chain[]): boolean =>
  [deed, ...others].every(({ did }) =>
    all.some((other) =>
      [other.deed, ...other.others].some(({ before }) =>
        before.some((step) => step.source === did.source && step.first === did.first),
      ),
    ),
  );

function isOwn(source: string, home: Home): boolean {
  const words = parseAddress(source);
  return words !== null && home.match.contains(words, 0);
}

/** Scans by those who took part, which had begun before what was done. */
function scansBefore({ before, did }: Deed, scanners: Scanners): Scan[] {
  const found = [...before, did].flatMap((step) => scanners.by(step));
  return [...new Set(found)].filter((scan) => beginOf(scan) <= did.first.time);
}

/** Likeness alone that makes what a stranger did a part of the story. */
const isSure = ({ weight }: Kin): boolean => weight.bits >= FOLLOWED;

/** Strangers are asked for their kin: those who did something, guessed or were let in. */
function kinshipOf({ guesses, entries, looks }: After, scanners: Scanners, deeds: readonly Deed[]): Kinship {
  const guessers = guesses.filter(({ weight }) => weight.bits >= GUESSING);
  const actors = new Set([...deeds.map(({ did }) => did), ...guessers, ...entries].map(({ source }) => source));
  return new Kinship(scanners, looks, [...actors].filter((source) => scanners.of(source).length === 0).length);
}

type Follow = (scan: Scan, step: Step, kin?: Kin) => void;

/** Puts a step among what followed a scan, once for each source and technique. */
function followScan(scan: Scan, step: Step, inputs: readonly string[], kin?: Kin): void {
  const { followedBy } = scan.finding;
  // What is part of the scan itself did not follow it.
  if (step.first.time < beginOf(scan) || step.technique.startsWith('T1595')) return;
  const known = followedBy.some(({ technique, source }) => technique === step.technique && source === step.source);
  if (known) return;
  const { at, what } = toldOf(scan, step);
  followedBy.push({
    technique: step.technique,
    at: timeText(step.first.time),
    source: step.source,
    target:
      step.name === '' || step.technique !== 'T1190'
        ? targetOf(step.place)
        : `${targetOf(step.place)} ${step.name}`.trim(),
    gapSeconds: Math.max(0, step.first.time - at) / SECOND,
    bits: step.bits + (kin?.weight.bits ?? 0),
    reason: `${relation(scan, step)}${what}; ${kin && kin.weight.bits > 0 ? `${kin.weight.why}; ` : ''}${step.reason}`,
    evidence: [...begun(scan), ...endsOf(step, inputs)],
  });
}

/** The scan's end of it: the record that its account begins with. */
const begun = ({ finding }: Scan): AccountRow['evidence'] => finding.account[0].evidence.slice(0, 1);

function relation({ finding }: Scan, { source }: Step): string {
  const sources = blamedBy(finding);
  if (sources.includes(source)) return finding.source ? 'the scanner itself' : 'a member of the campaign';
  return `${source}, another source`;
}

/** When a scan had been told of what was acted on, and how that is known. */
function toldOf({ finding, dossier }: Scan, { place, first }: Step): { at: number; what: string } {
  const last = Math.min(first.time, timeOf(finding.lastSeen));
  const lesson = dossier?.learned.find(
    ({ target, port, time: at }) => at <= first.time && port === place.port && formatAddress(target, 0) === place.host,
  );
  if (lesson) return { at: lesson.time, what: ', on a service that had answered the scan' };
  return { at: last, what: '' };
}

/** Guessing by who had scanned, by its neighbour, or by a stranger much alike. */
function followGuess(step: Step, scanners: Scanners, kinship: Kinship, follow: Follow): void {
  for (const kin of kinship.of(step.source, step.first.time)) {
    if (!isSure(kin) || scanners.by(step).includes(kin.scan)) continue;
    follow(kin.scan, step, kin);
    kin.scan.finding.related.push({ technique: step.technique, why: `${step.source} ${step.reason}` });
  }
  for (const scan of scanners.by(step)) {
    if (beginOf(scan) > step.last.time) continue;
    follow(scan, step.first.time < beginOf(scan) ? { ...step, first: { ...step.first, time: beginOf(scan) } } : step);
    scan.finding.related.push({ technique: step.technique, why: `${step.source} ${step.reason}` });
  }
}

/** Logins of who had scanned, or of its neighbours, that no guessing explains. */
function entriesAfter(after: After, scanners: Scanners, deeds: readonly Deed[], home: Home): Deed[] {
  const { entries, span } = after;
  const arrivals = new Arrivals(entries);
  const explained = new Set(deeds.map(({ did }) => did.source));
  const addresses = new Set(entries.map(({ source }) => source)).size;
  const prefixes = new Set(entries.map(({ near }) => near)).size;
  return entries.flatMap((entry) => {
    if (explained.has(entry.source) || isOwn(entry.source, home)) return [];
    const isSame = scanners.of(entry.source).length > 0;
    // The very address of who scanned needs no way that led there; a neighbour's does.
    const isSameAndTold = isSame && entry.isTold;
    const before = scanners
      .by(entry)
      .filter((scan) => beginOf(scan) < entry.at.time && (isSameAndTold || reached(scan, entry)));
    if (before.length === 0 || arrivals.isKnown(entry.source, beginOf(before[0]))) return [];
    const gap = Math.min(...before.map((scan) => Math.max(0, entry.at.time - toldOf(scan, stepAt(entry)).at))) / SECOND;
    if (gap > WEEK) return [];
    const users = isSame ? undefined : besideOthers(entry, (source) => scanners.of(source).length > 0, entries);
    const from = users ?? byChance((isSame ? addresses : prefixes) * scanners.count, isSame);
    // Where users have their home, only being one of few of them speaks; coming soon after somebody's scan does not.
    if (users && users.bits < LIKELY) return [];
    const deed = accessAfterScan(entry, from, gap, span);
    return deed.did.bits >= FOLLOWED ? [deed] : [];
  });
}

/** Logins of strangers much like one who had scanned, at a service that had answered it. */
function entriesOfKin(
  { entries, span }: After,
  scanners: Scanners,
  deeds: readonly Deed[],
  home: Home,
  kinship: Kinship,
): Map<Deed, Kin[]> {
  const arrivals = new Arrivals(entries);
  const explained = new Set(deeds.map(({ did }) => did.source));
  const found = new Map<Deed, Kin[]>();
  for (const entry of entries) {
    if (explained.has(entry.source) || scanners.by(entry).length > 0 || isOwn(entry.source, home)) continue;
    const kin = kinship.of(entry.source, entry.at.time).filter(({ scan }) => reached(scan, entry));
    const [best] = kin.toSorted((a, b) => b.weight.bits - a.weight.bits);
    if (!best || arrivals.isKnown(entry.source, beginOf(best.scan))) continue;
    const gap = Math.max(0, entry.at.time - toldOf(best.scan, stepAt(entry)).at) / SECOND;
    const deed = accessOfKin(entry, best.weight, gap, arrivals.newcomers(entry.at.time), span);
    explained.add(entry.source);
    if (gap <= WEEK && deed.did.bits >= FOLLOWED) found.set(deed, [best]);
  }
  return found;
}

const stepAt = ({ source, near, place, at }: Entry): Step => ({
  technique: '',
  source,
  near,
  place,
  name: '',
  first: at,
  last: at,
  times: 1,
  bits: 0,
  reason: '',
});

/** Whether the scan had got an answer there; where the log tells no address, whether it looked for that port at all. */
function reached({ finding, dossier }: Scan, { place }: Entry): boolean {
  const open = finding.learned.some(({ address, port }) => address === place.host && port === place.port);
  if (open || !dossier) return open;
  if (!place.isName) return dossier.learned.length === 0 && dossier.visits.port.includes(place.port);
  return finding.services.some(({ port }) => port === place.port);
}
