import type { Exposure } from './exposure.ts';

/** What an exposure is about, and its written form; without the validator, which no run pays for. */

/** Scanners that are listed with an exposure. */
export const TELLINGS_SHOWN = 20;

type Named = Pick<Exposure, 'address' | 'protocol' | 'port' | 'host' | 'path' | 'user'>;

/** What kind of thing a fact is about. */
export function whatOf({ state, path, user, host }: { state: string } & Partial<Named>): Exposure['what'] {
  if (path !== undefined) return 'path';
  if (user !== undefined) return 'user';
  if (host !== undefined) return 'name';
  return state === 'up' ? 'host' : 'service';
}

/** The same for the same thing in every finding and every analysis. */
export function exposureKey({
  what,
  address,
  protocol,
  port,
  host,
  path,
  user,
}: Named & Pick<Exposure, 'what'>): string {
  if (what === 'host') return `host ${address}`;
  if (what === 'service') return `service ${address} ${protocol} ${port ?? ''}`;
  // A site that is asked for by its address is the one without a name.
  const site = what !== 'name' && (host ?? '').replace(/:\d+$/, '') === address ? '' : (host ?? '').toLowerCase();
  return [what, address, port ?? '', site, path ?? '', user ?? ''].join('\n');
}

/**
 * A path as access logs write it (Nginx, escape=default): what could break out of quotes, and bytes that are no printable
 * ASCII, as \xXX. So a path is the same whether a log or packets told it; doing it twice changes nothing.
 */
export const pathText = (path: string): string =>
  path.replace(
    /\\(?!x[0-9A-F]{2})|[^ !#-~]/g,
    (letter) => `\\x${(letter.charCodeAt(0) & 0xff).toString(16).toUpperCase().padStart(2, '0')}`,
  );

/** The exposure in its written form: keys in the order of the schema. */
export function canonicalExposure(exposure: Exposure): Exposure {
  const { port, service, banner, certificate, host, path, user, status, bytes, answers, firstTold, use } = exposure;
  return {
    kind: 'exposure',
    what: exposure.what,
    address: exposure.address,
    protocol: exposure.protocol,
    ...(port !== undefined && { port }),
    state: exposure.state,
    ...(service !== undefined && { service }),
    ...(banner !== undefined && { banner }),
    ...(certificate !== undefined && { certificate }),
    ...(host !== undefined && { host }),
    ...(path !== undefined && { path }),
    ...(user !== undefined && { user }),
    ...(status !== undefined && { status }),
    ...(bytes !== undefined && { bytes }),
    ...(answers !== undefined && { answers }),
    firstSeen: exposure.firstSeen,
    lastSeen: exposure.lastSeen,
    scanners: exposure.scanners,
    firstTold: firstTold && {
      source: firstTold.source,
      finding: firstTold.finding,
      at: firstTold.at,
      minutes: Math.round(firstTold.minutes * 1000) / 1000,
    },
    lastTold: exposure.lastTold,
    toldTo: exposure.toldTo.slice(0, TELLINGS_SHOWN).map(({ source, finding, at }) => ({ source, finding, at })),
    targeted: exposure.targeted,
    use: use && { clients: use.clients, last30Days: use.last30Days, atLeast: use.atLeast, last: use.last },
  };
}
