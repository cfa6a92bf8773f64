import { compareTexts } from '../../record/text.ts';
import { type Cited, type Deed, SECOND, type Step } from '../../correlate/after/access.ts';
import { blamedBy } from '../../finding/blamed.ts';
import type { AccountRow, Advice, Finding } from '../../finding/finding.ts';
import { timeText } from '../../finding/time.ts';
import { parseAddress } from '../../record/address.ts';
import { hash4 } from '../../table/hash.ts';
import { responseTo } from './response.ts';
import { beginOf, type Scan, type Scanners } from './scanners.ts';

/** The finding of kind "intrusion": all that one source achieved, as a chain whose every step has its evidence. */

/** Bits at which a chain is an intrusion. */
export const BAR = 10;

/** All that one source achieved. */
export interface Chain {
  deed: Deed;
  readonly others: Deed[];
  scans: Scan[];
}

/** Joins a further deed of the same source: what a log tells goes before what sessions hint at. */
export function join(chain: Chain, deed: Deed, scans: readonly Scan[]): void {
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

export const bitsOf = (chain: Chain): number => stepsOf(chain).reduce((sum, { bits }) => sum + bits, 0);

export function intrusionOf(chain: Chain, scanners: Scanners, inputs: readonly string[]): Finding {
  const steps = stepsOf(chain);
  const { did } = chain.deed;
  const rows = steps.map((step): AccountRow => {
    const { source, reason, bits, times } = step;
    return { stream: 'chain', bits, reason: `${source} ${reason}`, contacts: times, evidence: endsOf(step, inputs) };
  });
  for (const { finding } of chain.scans) rows.push(scanRow(finding, did.source));
  rows.sort((a, b) => compareTexts(beginningOf(a), beginningOf(b)));
  const first = Math.min(...steps.map((step) => step.first.time), ...chain.scans.map(beginOf));
  const last = Math.max(...steps.map((step) => step.last.time));
  const parties = membersOf(steps, did.source, scanners);
  const isExploit = did.technique === 'T1190';
  // of a service whose requests are not told only the contact is known
  const isWeb = isExploit && did.name !== '';
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
    methods: [isWeb ? 'http' : isExploit ? 'tcp-connect' : 'login'],
    probes: steps.reduce((sum, { times }) => sum + times, 0),
    targets: {
      addresses: new Set(steps.map(({ place }) => place.host)).size,
      ports: new Set(steps.map(({ place }) => place.port)).size,
      paths: isWeb ? new Set(steps.map(({ name }) => name)).size : 0,
      names: isExploit ? 0 : new Set(steps.map(({ name }) => name).filter((name) => name !== '')).size,
    },
    services: port === 0 ? [] : [{ protocol: 'tcp', port, probes: atPort(steps, port) }],
    order: null,
    rate: 0,
    tool: null,
    wordlist: null,
    learned: [],
    advice: adviceTo(chain),
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
        isExploit
          ? 'visitor: nobody else had asked for this'
          : 'owner of the account: had never been let in from there before',
      ],
    },
    inputs: [...new Set(rows.flatMap((row) => row.evidence.map(({ input }) => input)))],
    caveats:
      chain.deed.needsScan && !isExploit ? ['No log tells this login as such: it is told by what came back.'] : [],
  };
}

/** When a row of the chain began, as RFC 3339, which sorts as time does; a row without records stands first. */
const beginningOf = ({ evidence: [first] }: AccountRow): string => first?.time ?? '';

/** The first and the last record of a step, which may be one. */
export const endsOf = ({ first, last }: Step, inputs: readonly string[]): AccountRow['evidence'] =>
  (first.input === last.input && first.record === last.record ? [first] : [first, last]).map((end) =>
    citedOf(end, inputs),
  );

/** A record as a finding cites it. */
const citedOf = ({ input, record, time }: Cited, inputs: readonly string[]): AccountRow['evidence'][number] => ({
  input: inputs[input],
  record,
  time: timeText(time),
});

const atPort = (steps: readonly Step[], port: number): number =>
  steps.reduce((sum, { place, times }) => sum + (place.port === port ? times : 0), 0);

/** What to do about each thing that was achieved, the first first. */
function adviceTo({ deed, others }: Chain): Advice[] {
  const all = [deed, ...others].map(responseTo);
  return all.filter(
    ({ target, text }, at) => all.findIndex((one) => one.target === target && one.text === text) === at,
  );
}

/** Whatever else there is, it comes first. */
const PRIORITY = 100;

/** The scan as a row of the chain: with its own bits when it was by who then acted, for else it speaks of somebody else. */
function scanRow(finding: Finding, actor: string): AccountRow {
  const evidence = finding.account.flatMap((row) => row.evidence).slice(0, 2);
  const bits = blamedBy(finding).includes(actor) ? finding.bits : 0;
  const reason = `a scan that came before: ${finding.techniques[0]}, ${finding.id}`;
  return { stream: 'chain', bits, reason, contacts: 0, evidence };
}

/** What was achieved, what had led there, and the scan; its own scan comes first, for its bits are the most. */
function techniquesOf({ deed, others, scans }: Chain, steps: readonly Step[]): string[] {
  const names = [deed, ...others].map(({ did }) => did.technique);
  const led = steps.toReversed().map(({ technique }) => technique);
  const own = scans.filter(({ finding }) => blamedBy(finding).includes(deed.did.source));
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
