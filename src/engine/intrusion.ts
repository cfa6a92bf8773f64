import {
  accessAfterScan,
  byChance,
  type Cited,
  type Deed,
  durationOf,
  type Entry,
  guessStep,
  GUESSING,
  type Host,
  SECOND,
  soon,
  type Step,
  targetOf,
} from '../correlate/access.ts';
import { Attempt, type Judges, type Success } from '../correlate/exploits.ts';
import type { After } from '../correlate/follow-up.ts';
import { neighbourhood } from '../correlate/notes.ts';
import type { Taking } from '../correlate/takings.ts';
import { FAMILIES, familyOfRequest } from '../detect/web/families.ts';
import { familyNamed } from '../detect/web/families/index.ts';
import type { AccountRow, Finding } from '../finding/finding.ts';
import { timeOf, timeText } from '../finding/time.ts';
import type { Dossier } from '../ledger/dossier.ts';
import type { Home } from '../ledger/home.ts';
import { formatAddress, parseAddress } from '../record/address.ts';
import { hash4 } from '../table/hash.ts';

/**
 * Joins what was noted (correlate/) to the scans: what followed which of them, by whom, with what odds; and where
 * something was achieved, a finding of its own that tells the chain.
 */

/** A scan or campaign and what it was told; a campaign has no dossier of its own source. */
export interface Scan {
  readonly finding: Finding;
  readonly dossier: Dossier | undefined;
}

interface Ends {
  readonly inputs: readonly string[];
  readonly home: Home;
}

/** Bits at which a chain is an intrusion. */
const BAR = 10;
/** Bits at which something counts as having followed a scan. */
const FOLLOWED = 8;
/** Bits of a family from which on a name is a secret. */
const SECRET = 6;
/** Bits of coming for it at once: of benign sources at most one in eight begins so. */
const DIRECT = 3;
const AGENT_MOST = 10;
const WEEK = 7 * 86_400;
const HOUR = 3600;

const FILE = familyNamed('file of the system');
/** Bits of a family from which on a request is an exploit. */
const EXPLOIT = 10;

/** What a target attempts. */
export const judgeAttempt: Judges = (bytes, from, to) => {
  const family = familyOfRequest(1, false, bytes, from, to);
  const { technique, bits } = FAMILIES[family];
  if (family === FILE) return Attempt.file;
  return technique === 'vulnerability' && bits >= EXPLOIT ? Attempt.exploit : Attempt.none;
};

/** Who scanned, by address and by neighbourhood. */
class Scanners {
  readonly #bySource = new Map<string, Scan[]>();
  readonly #byNear = new Map<string, Scan[]>();
  readonly #near = new Map<string, string>();

  constructor(scans: readonly Scan[]) {
    for (const scan of scans) for (const address of sourcesOf(scan.finding)) this.#add(address, scan);
  }

  #add(address: string, scan: Scan): void {
    put(this.#bySource, address, scan);
    const words = parseAddress(address);
    if (!words) return;
    const near = neighbourhood(words, 0);
    this.#near.set(address, near);
    put(this.#byNear, near, scan);
  }

  /** How many addresses scanned. */
  get count(): number {
    return this.#bySource.size;
  }

  of(source: string): readonly Scan[] {
    return this.#bySource.get(source) ?? [];
  }

  near(near: string): readonly Scan[] {
    return this.#byNear.get(near) ?? [];
  }

  /** Scans of a source or, if it made none, of its neighbours. */
  by({ source, near }: { readonly source: string; readonly near: string }): readonly Scan[] {
    const own = this.of(source);
    return own.length > 0 ? own : this.near(near);
  }
}

function put(map: Map<string, Scan[]>, key: string, scan: Scan): void {
  const known = map.get(key);
  if (!known) map.set(key, [scan]);
  else if (!known.includes(scan)) known.push(scan);
}

const sourcesOf = ({ source, members = [] }: Finding): string[] =>
  source ? [source.address] : members.map(({ address }) => address);

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
  return all.filter((chain) => !isToldBy(chain, all)).map((chain) => intrusionOf(chain, scanners, ends));
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

const time = (scan: Scan): number => timeOf(scan.finding.firstSeen);

/** Scans by those who took part, which had begun before what was done. */
function scansBefore({ before, did }: Deed, scanners: Scanners): Scan[] {
  const found = [...before, did].flatMap((step) => scanners.by(step));
  return [...new Set(found)].filter((scan) => time(scan) <= did.first.time);
}

// ── what followed a scan ──

/** Puts a step among what followed a scan, once for each source and technique. */
function follow(scan: Scan, step: Step): void {
  const { followedBy } = scan.finding;
  // What is part of the scan itself did not follow it.
  if (step.first.time < time(scan) || step.technique.startsWith('T1595')) return;
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
    if (time(scan) > step.last.time) continue;
    follow(scan, step.first.time < time(scan) ? { ...step, first: { ...step.first, time: time(scan) } } : step);
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
    const before = scanners.by(entry).filter((scan) => time(scan) < entry.at.time && reached(scan, entry));
    if (before.length === 0 || wasThere(entry, entries, time(before[0]))) return [];
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

// ── deeds of other kinds ──

function deedOfSuccess({ source, near, server, port, path, tried, times, worked, weight, called }: Success): Deed {
  const place: Host = { host: server, isName: false, port };
  const where = `${server === '' ? 'the site' : targetOf(place)}${path === '' ? '' : ` at ${path}`}`;
  const base = { source, near, place, name: path, times };
  const attempt: Step = {
    ...base,
    technique: 'T1595.002',
    first: tried,
    last: tried,
    bits: 0,
    reason: `sent what an interpreter would carry out to ${where}`,
  };
  const did: Step = {
    ...base,
    technique: 'T1190',
    first: worked,
    last: worked,
    times: 1,
    bits: weight.bits,
    reason: `got through: ${called === '' ? where : server} ${weight.why}`,
  };
  return { before: [attempt], did, needsScan: false, achieved: true };
}

const LETTERS = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 0xff);

/** Somebody came for a secret that only a scanner had been told of. */
function deedOfTaking(taking: Taking, scanners: Scanners): Deed[] {
  const { name, finder, taker, near, found, taken, sameAgent, takers } = taking;
  if (scanners.of(finder).length === 0) return [];
  const isFinder = taker === finder;
  // Who scans, too, finds what others have found.
  if (!isFinder && scanners.of(taker).length > 0) return [];
  if (isFinder && (sameAgent || taken.time - found.time < 60 * SECOND)) return [];
  const bytes = LETTERS(name);
  const { bits: secret, technique, name: family } = FAMILIES[familyOfRequest(1, false, bytes, 0, bytes.length)];
  const isSecret = technique === 'enumeration' && secret >= SECRET;
  const isNear = !isFinder && scanners.near(near).some((scan) => sourcesOf(scan.finding).includes(finder));
  if (!isSecret && !isNear) return [];
  const weights: [number, string][] = [];
  if (isSecret) weights.push([secret, `${family}: ${secret} bits`]);
  if (taking.isDirect) weights.push([DIRECT, `came for it at once: ${DIRECT} bits`]);
  if (sameAgent && !isFinder) weights.push(agentWeight(taking));
  if (isNear || isFinder) {
    const { bits, why } = byChance(scanners.count * takers, isFinder);
    weights.push([bits, why]);
  }
  const gap = Math.max(0, taken.time - found.time) / SECOND;
  if (isNear) {
    const { bits, why } = soon(gap, 0, 0, HOUR);
    weights.push([bits, why]);
  }
  const bits = weights.reduce((sum, [part]) => sum + part, 0);
  if (bits < FOLLOWED || gap > WEEK) return [];
  const place: Host = { host: taking.server || taking.site, isName: taking.server === '', port: taking.port };
  const size = taking.bytes < 0 ? '' : ` (${taking.bytes} bytes)`;
  const others = takers === 1 ? 'nobody else' : `${takers - 1} others`;
  const did: Step = {
    technique: 'T1190',
    source: taker,
    near,
    place,
    name,
    first: taken,
    last: taken,
    times: 1,
    bits,
    reason: `fetched ${name}${size}, which ${finder} had found ${durationOf(gap)} before, and ${others} since; ${weights.map(([, why]) => why).join('; ')}`,
  };
  const before: Step = {
    technique: 'T1595.003',
    source: finder,
    near: nearOf(finder),
    place,
    name,
    first: found,
    last: found,
    times: 1,
    bits: 0,
    reason: `was the first to be told that ${name} exists`,
  };
  return [{ before: [before], did, needsScan: true, achieved: isSecret && !isFinder }];
}

const nearOf = (address: string): string => {
  const words = parseAddress(address);
  return words ? neighbourhood(words, 0) : '';
};

/** Calling itself as the scanner did, by how usual that is: the two are left out of the count. */
function agentWeight({ agentSources, sources }: Taking): [number, string] {
  const others = Math.max(0, agentSources - 2);
  const bits = Math.min(AGENT_MOST, Math.max(0, Math.log2((sources + 1) / (others + 1))));
  return [bits, `the same user agent, as ${others} of ${sources} other sources have: ${bits.toFixed(1)} bits`];
}

// ── the finding ──

/** All that one source achieved. */
interface Chain {
  deed: Deed;
  readonly others: Deed[];
  scans: Scan[];
}

/** Joins a further deed of the same source: what a log tells goes before what sessions hint at. */
function join(chain: Chain, deed: Deed, scans: readonly Scan[]): void {
  chain.scans = [...new Set([...chain.scans, ...scans])];
  const isSame =
    Math.abs(deed.did.first.time - chain.deed.did.first.time) < 60 * SECOND &&
    deed.did.technique === chain.deed.did.technique &&
    deed.did.technique !== 'T1190';
  if (!isSame) chain.others.push(deed);
  else if (chain.deed.did.name === '' && deed.did.name !== '') chain.deed = deed;
}

function stepsOf({ deed, others }: Chain): Step[] {
  const steps = [deed, ...others].flatMap(({ before, did }) => [...before, did]);
  const unlike = steps.filter(
    (step, at) =>
      steps.findIndex(
        (other) => other.source === step.source && other.technique === step.technique && other.reason === step.reason,
      ) === at,
  );
  return unlike.sort((a, b) => a.first.time - b.first.time || a.first.record - b.first.record).slice(0, MOST_STEPS);
}

const MOST_STEPS = 50;

const bitsOf = (chain: Chain): number => stepsOf(chain).reduce((sum, { bits }) => sum + bits, 0);

function intrusionOf(chain: Chain, scanners: Scanners, { inputs }: Ends): Finding {
  const steps = stepsOf(chain);
  const { did } = chain.deed;
  const evidence = ({ input, record, time: at }: Cited): AccountRow['evidence'][number] => ({
    input: inputs[input],
    record,
    time: timeText(at),
  });
  const rows = steps.map(({ source, reason, bits, times, first, last }): AccountRow => {
    const isOne = first.input === last.input && first.record === last.record;
    return {
      stream: 'chain',
      bits,
      reason: `${source} ${reason}`,
      contacts: times,
      evidence: isOne ? [evidence(first)] : [evidence(first), evidence(last)],
    };
  });
  for (const { finding } of chain.scans) rows.push(scanRow(finding, did.source));
  const first = Math.min(...steps.map((step) => step.first.time), ...chain.scans.map(time));
  const last = Math.max(...steps.map((step) => step.last.time));
  const parties = membersOf(steps, did.source, scanners);
  const isWeb = did.technique === 'T1190';
  const { port } = did.place;
  return {
    id: idOf(did),
    kind: 'intrusion',
    techniques: techniquesOf(chain, steps),
    source: { address: did.source, proven: true },
    members: parties,
    memberCount: parties.length,
    firstSeen: timeText(first),
    lastSeen: timeText(last),
    status: 'closed',
    bits: rows.reduce((sum, { bits }) => sum + bits, 0),
    bar: BAR,
    decidedBy: 'chain',
    account: rows,
    shape: null,
    methods: [isWeb ? 'http' : 'login'],
    probes: steps.reduce((sum, { times }) => sum + times, 0),
    targets: {
      addresses: new Set(steps.map(({ place }) => place.host)).size,
      ports: new Set(steps.map(({ place }) => place.port)).size,
      paths: isWeb ? new Set(steps.map(({ name }) => name)).size : 0,
      names: isWeb ? 0 : new Set(steps.map(({ name }) => name).filter((name) => name !== '')).size,
    },
    services: port === 0 ? [] : [{ protocol: 'tcp', port, probes: did.times }],
    order: null,
    rate: 0,
    tool: null,
    wordlist: null,
    learned: [],
    advice: [],
    followedBy: [],
    related: chain.scans.map(({ finding }) => ({
      technique: finding.techniques[0],
      why: `the scan before it: ${finding.id}`,
    })),
    triage: {
      class: 'targeted',
      targetedness: 100,
      priority: PRIORITY,
      reasons: [`${did.source} ${did.reason}`],
      rejected: [
        isWeb
          ? 'visitor: nobody else had asked for this'
          : 'owner of the account: had never been let in from there before',
      ],
    },
    inputs: [...new Set(rows.flatMap((row) => row.evidence.map(({ input }) => input)))],
    caveats: chain.deed.needsScan && !isWeb ? ['No log tells this login as such: it is told by what came back.'] : [],
  };
}

/** Whatever else there is, it comes first. */
const PRIORITY = 100;

/** The scan as a row of the chain: with its own bits when it was by who then acted, for else it speaks of somebody else. */
function scanRow(finding: Finding, actor: string): AccountRow {
  const evidence = finding.account.flatMap((row) => row.evidence).slice(0, 2);
  const bits = sourcesOf(finding).includes(actor) ? finding.bits : 0;
  const reason = `the scan before it: ${finding.techniques[0]}, ${finding.id}`;
  return { stream: 'chain', bits, reason, contacts: 0, evidence };
}

/** What was achieved, what had led there, and the scan; its own scan comes first, for its bits are the most. */
function techniquesOf({ deed, others, scans }: Chain, steps: readonly Step[]): string[] {
  const names = [deed, ...others].map(({ did }) => did.technique);
  const led = steps.toReversed().map(({ technique }) => technique);
  const own = scans.filter(({ finding }) => sourcesOf(finding).includes(deed.did.source));
  const before = (some: readonly Scan[]): string[] => some.flatMap(({ finding }) => finding.techniques);
  return [...new Set([...before(own).slice(0, 1), ...names, ...led, ...before(scans)])];
}

/** Who took part, most active first. Who scanned has a finding already and is not blamed again, unless it acted itself. */
function membersOf(steps: readonly Step[], actor: string, scanners: Scanners): NonNullable<Finding['members']> {
  const probes = new Map<string, number>();
  for (const { source, times } of steps)
    if (source === actor || scanners.of(source).length === 0) probes.set(source, (probes.get(source) ?? 0) + times);
  return [...probes]
    .map(([address, count]) => ({ address, probes: count }))
    .sort((a, b) => b.probes - a.probes || (a.address < b.address ? -1 : 1));
}

/** The same for the same source and moment. */
function idOf({ source, first }: Step): string {
  const words = parseAddress(source) ?? new Uint32Array(4);
  const a = hash4(0x69, words[0], words[1], words[2], words[3]);
  const b = hash4(a, Math.floor(first.time / 2 ** 32), (first.time % 2 ** 32) >>> 0, 0, 0);
  return `intrusion-${a.toString(16).padStart(8, '0')}${b.toString(16).padStart(8, '0')}`;
}
