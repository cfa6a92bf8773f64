import { compareTexts } from '../../record/text.ts';
import type { Learned } from '../../finding/finding.ts';
import { timeText } from '../../finding/time.ts';
import type { Banners } from '../../learn/banners.ts';
import { factKey } from '../../learn/exposures.ts';
import { placesOf } from '../../learn/placed.ts';
import type { Dossier, Lesson } from '../../ledger/dossier.ts';
import { formatAddress } from '../../record/address.ts';
import { Method } from '../../record/contact.ts';
import { hasPorts, protocolName } from '../../record/protocols.ts';
import { type Fact, namesLearned } from './asked.ts';

/** Where a finding's facts come from. */
interface Sources {
  readonly banners: Banners;
  /** what earlier findings of this run learned already */
  readonly toldBefore: Set<string>;
}

/** What the sources of some dossiers learned together, each fact once. */
export function learnedOf(dossiers: readonly Dossier[], { banners, toldBefore }: Sources): Learned[] {
  const facts = new Map<string, Learned>();
  const all = dossiers.flatMap((dossier) => [
    ...dossier.learned.map((lesson) => factOf(dossier, lesson, banners)),
    ...namesLearned(dossier),
  ]);
  if (dossiers.length > 1) all.sort((a, b) => compareTexts(a.at, b.at));
  const places = placesOf(all);
  for (const fact of all) {
    if (places.has(fact)) continue;
    const key = `${fact.state === 'up' ? `${fact.protocol} ${fact.service}` : ''} ${factKey(fact)}`;
    if (!facts.has(key)) facts.set(key, { ...fact, firstTime: !toldBefore.has(key) });
  }
  for (const key of facts.keys()) toldBefore.add(key);
  const order = (a: Learned, b: Learned): number =>
    a.address < b.address ? -1 : a.address > b.address ? 1 : (a.port ?? 0) - (b.port ?? 0);
  return [...facts.values()].sort(order);
}

/** What kind of ICMP message a host answered. */
const ICMP_SERVICES: Readonly<Record<number, string>> = {
  [Method.icmpEcho]: 'echo',
  [Method.icmpTimestamp]: 'timestamp',
  [Method.icmpMask]: 'address mask',
};

function factOf(dossier: Dossier, lesson: Lesson, banners: Banners): Fact {
  const { target, port, protocol, method } = lesson;
  const address = formatAddress(target, 0);
  const name = protocolName(protocol);
  const at = timeText(lesson.time);
  const kind = ICMP_SERVICES[method];
  if (!hasPorts(protocol)) return { address, protocol: name, state: 'up', ...(kind && { service: kind }), at };
  const told = banners.find(dossier.source, target, port, protocol);
  return {
    address,
    protocol: name,
    port,
    state: 'open',
    ...(told?.service && { service: told.service }),
    ...(told?.banner && { banner: told.banner }),
    at,
  };
}
