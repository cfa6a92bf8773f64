import {
  accessAfterScan,
  type Deed,
  type Entry,
  guessStep,
  GUESSING,
  SECOND,
  type Step,
  targetOf,
} from '../correlate/access.ts';
import type { After } from '../correlate/follow-up.ts';
import type { Finding } from '../finding/finding.ts';
import { timeOf, timeText } from '../finding/time.ts';
import type { Home } from '../ledger/home.ts';
import { formatAddress, parseAddress } from '../record/address.ts';
import { deedOfSuccess, deedOfTaking, FOLLOWED } from './deeds.ts';
import { BAR, bitsOf, type Chain, intrusionOf, join } from './intrusion.ts';
import { beginOf, type Scan, Scanners, sourcesOf } from './scanners.ts';

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
    ...after.takings.flatMap((taking) => deedOfTaking(taking, scanners)),
  ].filter(({ did }) => !isOwn(did.source, ends.home));
  deeds.push(...entriesAfter(after, scanners, deeds, ends.home));
  for (const guess of after.guesses) if (guess.weight.bits >= GUESSING) followGuess(guessStep(guess), scanners);
  const chains = new Map<string, Chain>();
  for (const deed of deeds) {
    const before = scansBefore(deed, scanners);
    for (const scan of before) for (const step of [...deed.before, deed.did]) follow(scan, step);
    if (!deed.achieved || (deed.needsScan && before.length === 0)) continue;
    const known = chains.get(deed.did.source);
    if (known) join(known, deed, before);
    else chains.set(deed.did.source, { deed, others: [], scans: [...before] });
  }
  for (const { finding } of scans) finding.followedBy.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
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

/** Puts a step among what followed a scan, once for each source and technique. */
function follow(scan: Scan, step: Step): void {
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
    bits: step.bits,
    reason: `${relation(scan, step)}${what}; ${step.reason}`,
  });
}

function relation({ finding }: Scan, { source }: Step): string {
  const sources = sourcesOf(finding);
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

/** Guessing by who had scanned, or by its neighbour. */
function followGuess(step: Step, scanners: Scanners): void {
  for (const scan of scanners.by(step)) {
    if (beginOf(scan) > step.last.time) continue;
    follow(scan, step.first.time < beginOf(scan) ? { ...step, first: { ...step.first, time: beginOf(scan) } } : step);
    scan.finding.related.push({ technique: step.technique, why: `${step.source} ${step.reason}` });
  }
}

/** Logins of who had scanned, or of its neighbours, that no guessing explains. */
function entriesAfter(after: After, scanners: Scanners, deeds: readonly Deed[], home: Home): Deed[] {
  const { entries, span } = after;
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
    if (before.length === 0 || wasThere(entry, entries, beginOf(before[0]))) return [];
    const gap = Math.min(...before.map((scan) => Math.max(0, entry.at.time - toldOf(scan, stepAt(entry)).at))) / SECOND;
    if (gap > WEEK) return [];
    const deed = accessAfterScan(entry, (isSame ? addresses : prefixes) * scanners.count, isSame, gap, span);
    return deed.did.bits >= FOLLOWED ? [deed] : [];
  });
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

const wasThere = (entry: Entry, entries: readonly Entry[], before: number): boolean =>
  entries.some(({ source, at }) => source === entry.source && at.time < before);

/** Whether the scan had got an answer there; where the log tells no address, whether it looked for that port at all. */
function reached({ finding, dossier }: Scan, { place }: Entry): boolean {
  const open = finding.learned.some(({ address, port }) => address === place.host && port === place.port);
  if (open || !dossier) return open;
  if (!place.isName) return dossier.learned.length === 0 && dossier.visits.port.includes(place.port);
  return finding.services.some(({ port }) => port === place.port);
}
