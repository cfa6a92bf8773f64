import type { Finding, Trace } from '../../finding/finding.ts';
import { timeOf, timeText } from '../../finding/time.ts';
import { type Dossier, inTime, type Visits } from '../../ledger/dossier.ts';
import type { Asks } from '../../ledger/quest.ts';
import { formatAddress } from '../../record/address.ts';

/** How a scan began, contact by contact, so that it can be drawn. */

/** Findings that are traced: those of most worth. */
const FINDINGS = 100;

/** Gives the first of the findings their traces. @param dossiers by id of the finding */
export function addTraces(findings: readonly Finding[], dossiers: ReadonlyMap<string, Dossier>): void {
  for (const finding of findings.slice(0, FINDINGS)) {
    const dossier = dossiers.get(finding.id);
    if (dossier) finding.trace = traceOf(dossier, timeOf(finding.firstSeen));
  }
}

/** @param start µs since 1970 that the visits are told from */
export function traceOf({ opened, visits, quest }: Dossier, start: number): Trace {
  const places = new Map<string, number>();
  const rows = inTime(visits).map((at): Trace['visits'][number] => {
    const missed = visits.missed[at] ? 1 : 0;
    return [Math.round(visits.time[at] - start), placeOf(addressOf(visits, at), places), visits.port[at], missed];
  });
  return {
    ...(!Number.isNaN(opened) && { opened: timeText(opened) }),
    addresses: [...places.keys()],
    visits: rows,
    asks: quest ? asksOf(quest.asks, start) : [],
  };
}

function placeOf(address: string, places: Map<string, number>): number {
  if (address === '') return -1;
  const place = places.get(address) ?? places.size;
  places.set(address, place);
  return place;
}

/** The target of a visit; empty: the input does not tell it. */
function addressOf({ address, upper }: Visits, at: number): string {
  const isSix = upper.length > 0;
  const words = isSix
    ? [upper[at * 3], upper[at * 3 + 1], upper[at * 3 + 2], address[at]]
    : [0, 0, 0xffff, address[at]];
  const isTold = isSix ? words.some((word) => word !== 0) : address[at] !== 0;
  return isTold ? formatAddress(Uint32Array.from(words), 0) : '';
}

/** Names by their place in the alphabet: a list that is read from top to bottom is seen to be one. */
function asksOf({ time, name, missed }: Asks, start: number): Trace['asks'] {
  const places = new Map([...new Set(name)].sort().map((text, place) => [text, place]));
  const order = time.map((_, at) => at).sort((a, b) => time[a] - time[b] || a - b);
  return order.map((at) => [Math.round(time[at] - start), places.get(name[at]) ?? 0, missed[at] ? 1 : 0]);
}
