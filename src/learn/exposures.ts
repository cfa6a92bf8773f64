import { compareTexts } from '../record/text.ts';
import { Told } from '../record/answer.ts';
import { blamedBy } from '../finding/blamed.ts';
import { exposureKey, pathText, whatOf } from '../finding/exposure-key.ts';
import type { Exposure, Telling } from '../finding/exposure.ts';
import type { Finding, Learned } from '../finding/finding.ts';
import { timeOf, timeText } from '../finding/time.ts';
import { formatAddress, parseAddress } from '../record/address.ts';
import { Asked, BYTES_UNKNOWN } from '../record/request.ts';
import { placesOf } from './placed.ts';
import { HOST_ANSWERS, type Seen } from './seen.ts';
import type { Surface } from './surface.ts';
import type { Use } from './uses.ts';

/** The exposure ledger and what findings learned, as one: everything that answers, and which scanners were told. */

/** An exposure while tellings are added to it. */
interface Growing {
  exposure: Exposure;
  readonly tellings: Telling[];
  targeted: boolean;
}

/** Names of protocols as findings write them. */
export type ProtocolName = (number: number) => string;

/**
 * @param findings whom none of them blames counts as a client
 * @param end of the data, µs since 1970
 * @returns told ones first, then by kind, address, port and name
 */
export function exposuresOf(
  surface: Surface,
  findings: readonly Finding[],
  end: number,
  protocolName: ProtocolName,
): Exposure[] {
  const scanners = findings
    .filter(({ kind }) => kind !== 'anomaly')
    .flatMap(blamedBy)
    .flatMap((text) => parseAddress(text) ?? []);
  const all = new Map<string, Growing>();
  for (const seen of surface.seen(scanners, end)) {
    const exposure = exposureOf(seen, protocolName);
    all.set(exposureKey(exposure), { exposure, tellings: [], targeted: false });
  }
  for (const finding of findings.filter(isScan)) for (const fact of finding.learned) tell(all, surface, finding, fact);
  return together([...all.values()])
    .map(told)
    .sort(order);
}

/** A later stage was told nothing new: what it goes back to, the scan before it had learned. */
export const isScan = ({ kind }: Finding): boolean => kind === 'scan' || kind === 'campaign';

/** The key of what a fact is about. */
export const factKey = (fact: Omit<Learned, 'at' | 'firstTime'>): string =>
  exposureKey({ ...fact, what: whatOf(fact) });

function exposureOf(seen: Seen, protocolName: ProtocolName): Exposure {
  const rest = {
    kind: 'exposure',
    firstSeen: timeText(seen.first),
    lastSeen: timeText(seen.last),
    scanners: 0,
    firstTold: null,
    lastTold: null,
    toldTo: [],
    targeted: false,
  } as const;
  const address = formatAddress(seen.address, 0);
  if (seen.kind === 'host') {
    const answers = HOST_ANSWERS.filter((_, bit) => (seen.answers & (1 << bit)) !== 0);
    return { ...rest, toldTo: [], what: 'host', address, protocol: 'ip', state: 'up', answers, use: null };
  }
  const use = useOf(seen.use);
  if (seen.kind === 'service')
    return { ...rest, toldTo: [], ...serviceOf(seen, address, protocolName(seen.protocol)), use };
  return { ...rest, toldTo: [], ...nameOf(seen, address), use };
}

function serviceOf({ port, state, service, banner, told }: Seen, address: string, protocol: string) {
  const names = told === Told.certificateNames;
  return {
    what: 'service',
    address,
    protocol,
    port,
    state,
    ...(service !== '' && { service }),
    ...(banner !== '' && (names ? { certificate: banner.split(', ') } : { banner })),
  } as const;
}

function nameOf({ address: words, asked, site, name, status, bytes, port }: Seen, text: string) {
  const isTold = words.some((word) => word !== 0);
  const what = asked === Asked.path ? 'path' : asked === Asked.dnsName ? 'name' : 'user';
  return {
    what,
    address: isTold ? text : site,
    protocol: asked === Asked.dnsName ? 'udp' : 'tcp',
    ...(isTold && port !== 0 && { port }),
    state: 'open',
    ...(what !== 'user' && { service: what === 'path' ? 'http' : 'dns' }),
    ...(site !== '' && { host: site }),
    ...(what === 'path' ? { path: pathText(name) } : what === 'name' ? { host: name } : { user: name }),
    ...(status !== 0 && { status }),
    ...(bytes !== BYTES_UNKNOWN && { bytes }),
  } as const;
}

const useOf = (use: Use | undefined): Exposure['use'] =>
  use === undefined
    ? { clients: 0, last30Days: 0, atLeast: false, last: null }
    : { ...use, last: use.last === 0 ? null : timeText(use.last) };

/** Notes that a finding was told a fact. What the ledger had no room for is known from the finding alone. */
function tell(all: Map<string, Growing>, surface: Surface, finding: Finding, fact: Learned): void {
  const words = parseAddress(fact.address);
  if (words && !surface.isOurs(words, 0)) return;
  const key = factKey(fact);
  let growing = all.get(key);
  if (!growing) {
    growing = { exposure: fromFact(fact), tellings: [], targeted: false };
    all.set(key, growing);
  }
  growing.tellings.push({ source: finding.source?.address ?? null, finding: finding.id, at: fact.at });
  if (finding.triage.class === 'targeted') growing.targeted = true;
  const { exposure } = growing;
  if (timeOf(fact.at) < timeOf(exposure.firstSeen)) growing.exposure = { ...exposure, firstSeen: fact.at };
}

/** With what is one in one: two inputs that tell of a path, of which one knows where it is. */
function together(all: readonly Growing[]): Growing[] {
  const places = placesOf(all.map(({ exposure }) => exposure));
  const growing = new Map(all.map((one) => [one.exposure, one]));
  for (const [exposure, place] of places) {
    const [from, into] = [growing.get(exposure), growing.get(place)];
    if (from === undefined || into === undefined) continue;
    into.tellings.push(...from.tellings);
    into.targeted ||= from.targeted;
    into.exposure = {
      ...into.exposure,
      firstSeen: exposure.firstSeen < into.exposure.firstSeen ? exposure.firstSeen : into.exposure.firstSeen,
      lastSeen: exposure.lastSeen > into.exposure.lastSeen ? exposure.lastSeen : into.exposure.lastSeen,
      use: usedBoth(into.exposure.use, exposure.use),
    };
  }
  return all.filter(({ exposure }) => !places.has(exposure));
}

/** What one input told of a client the other may have told again. */
function usedBoth(one: Exposure['use'], other: Exposure['use']): Exposure['use'] {
  if (one === null || other === null || one.clients === 0 || other.clients === 0)
    return one === null || one.clients === 0 ? other : one;
  return {
    clients: Math.max(one.clients, other.clients),
    last30Days: Math.max(one.last30Days, other.last30Days),
    atLeast: true,
    last: (one.last ?? '') > (other.last ?? '') ? one.last : other.last,
  };
}

function fromFact({ firstTime: _, at, ...fact }: Learned): Exposure {
  return {
    kind: 'exposure',
    what: whatOf(fact),
    ...fact,
    firstSeen: at,
    lastSeen: at,
    scanners: 0,
    firstTold: null,
    lastTold: null,
    toldTo: [],
    targeted: false,
    use: null,
  };
}

/** With its tellings in order of time. What a member told of by its own finding says is not said for its campaign again. */
function told({ exposure, tellings, targeted }: Growing): Exposure {
  const own = tellings.filter(({ source }) => source !== null);
  const sorted = (own.length > 0 ? own : tellings).sort(
    (a, b) => compareTexts(a.at, b.at) || compareTexts(a.finding, b.finding),
  );
  // Two inputs may tell of the same one.
  const toldTo = [...Map.groupBy(sorted, ({ finding, source }) => `${finding} ${source}`).values()].map(([one]) => one);
  const [first] = toldTo;
  if (first === undefined) return exposure;
  const minutes = Math.max(0, timeOf(first.at) - timeOf(exposure.firstSeen)) / 60e6;
  return {
    ...exposure,
    scanners: new Set(toldTo.map(({ source, finding }) => source ?? finding)).size,
    firstTold: { ...first, minutes },
    lastTold: toldTo[toldTo.length - 1].at,
    toldTo,
    targeted,
  };
}

const KINDS: readonly Exposure['what'][] = ['service', 'path', 'name', 'user', 'host'];

function order(a: Exposure, b: Exposure): number {
  return (
    Number(b.scanners > 0) - Number(a.scanners > 0) ||
    KINDS.indexOf(a.what) - KINDS.indexOf(b.what) ||
    compareTexts(a.address, b.address) ||
    (a.port ?? 0) - (b.port ?? 0) ||
    compareTexts(exposureKey(a), exposureKey(b))
  );
}
