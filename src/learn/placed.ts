import { timeOf } from '../finding/time.ts';

/**
 * One path, told more than once: a server may write each request into two logs, of which one tells the site, and packets
 * tell the server as well. They are put together where they are certainly one.
 */

/** What may tell where it is, and when it was told. */
interface Placed {
  /** of the server; or the name of the site, or '' */
  readonly address: string;
  readonly port?: number | undefined;
  readonly host?: string | undefined;
  readonly path?: string | undefined;
  readonly status?: number | undefined;
  readonly bytes?: number | undefined;
  readonly at?: string;
  readonly firstSeen?: string;
  readonly lastSeen?: string;
}

/** Logs tell whole seconds, and some the end of the answer (µs). */
const APART = 2e6;

const siteOf = ({ host = '' }: Placed): string => host.replace(/:\d+$/, '').toLowerCase();
const isAtServer = (fact: Placed): boolean =>
  fact.port !== undefined || (fact.address !== '' && fact.address !== fact.host);
const answerOf = ({ path, status }: Placed): string => `${status} ${path}`;
const timesOf = ({ at, firstSeen, lastSeen }: Placed): number[] =>
  [at, firstSeen, lastSeen].flatMap((time) => (time === undefined ? [] : [timeOf(time)]));

/** Whether both were told by one answer: as long, or at the same time. */
function isSameAnswer(one: Placed, other: Placed): boolean {
  if (one.bytes === other.bytes) return true;
  const times = timesOf(other);
  return timesOf(one).some((time) => times.some((another) => Math.abs(time - another) <= APART));
}

/**
 * By each path that is told again with its place, the fact that tells it: one without a site is the one that gave the same
 * answer; one of a site is the one of that site at its server.
 */
export function placesOf<T extends Placed>(facts: readonly T[]): Map<T, T> {
  const bySite = new Map<string, T>();
  const byAnswer = new Map<string, T[]>();
  for (const fact of facts) {
    if (fact.path === undefined || (fact.address === '' && fact.host === undefined)) continue;
    const site = `${siteOf(fact)} ${answerOf(fact)}`;
    if (isAtServer(fact) && !bySite.has(site)) bySite.set(site, fact);
    const alike = byAnswer.get(answerOf(fact));
    if (alike) alike.push(fact);
    else byAnswer.set(answerOf(fact), [fact]);
  }
  const places = new Map<T, T>();
  for (const fact of facts) {
    if (fact.path === undefined || isAtServer(fact)) continue;
    const place =
      fact.host === undefined
        ? byAnswer.get(answerOf(fact))?.find((other) => isSameAnswer(fact, other))
        : bySite.get(`${siteOf(fact)} ${answerOf(fact)}`);
    if (place !== undefined && place !== fact)
      places.set(fact, bySite.get(`${siteOf(place)} ${answerOf(place)}`) ?? place);
  }
  return places;
}
