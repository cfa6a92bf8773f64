import { formatAddress } from '../record/address.ts';
import type { Gone } from '../record/gone.ts';
import type { Explained } from './strays.ts';
import { protocolName } from '../record/protocols.ts';

/** Share of those who really use something here, from which on they are clients. */
const CLIENTS = 0.5;
/** Share of all who miss this service anywhere, from which on it is this target that they want. */
const WANTED = 0.6;
/** Times that each comes: clients try again for a while, scanners ask once or twice. */
const PERSISTENT = 3;
/** Ports that programs choose for themselves: peers are told them, scanners do not look there. */
const CHOSEN = 1024;
const OFTEN_SCANNED: ReadonlySet<number> = new Set([
  1433, 1521, 1723, 1883, 1900, 2222, 2323, 2375, 3128, 3306, 3389, 5038, 5060, 5432, 5555, 5683, 5900, 5985, 6379,
  7001, 7547, 8000, 8080, 8081, 8088, 8291, 8443, 8545, 8728, 8888, 9000, 9090, 9200, 10000, 11211, 27017, 37215, 37777,
  52869, 60001,
]);

/**
 * One line, in the name of the first of those who came: an outage (it answered before), a stale name (they use something
 * else of ours, or come again and again, and nowhere else), or peers that remember a program (one chosen port of one
 * host, and nowhere else that port).
 */
export function explainGone(gone: Gone): Explained | undefined {
  const { target, protocol, port, sources, engaged, wasOpen, first, share, tries } = gone;
  const what = readingOf(gone);
  if (what === undefined || first.length === 0) return undefined;
  const where = `${formatAddress(target, 0)} ${protocolName(protocol)}/${port}`;
  const wanted = `${Math.round(100 * share)} % of all who miss that port here`;
  const because = `${sources} sources missed ${where}, ${wasOpen ? 'which answered before' : wanted}; each came ${(tries / sources).toFixed(1)} times, about ${engaged} of them use our services`;
  return { source: formatAddress(first[0], 0), what, because, probes: sources };
}

function readingOf({ port, engaged, sources, wasOpen, share, tries }: Gone): string | undefined {
  if (engaged >= CLIENTS * sources) return wasOpen ? 'outage' : 'stale name or dead service';
  if (share < WANTED) return undefined;
  const persistent = tries >= PERSISTENT * sources;
  if (wasOpen && persistent) return 'outage';
  if (port >= CHOSEN && !OFTEN_SCANNED.has(port)) return 'peer-to-peer (P2P): peers of a program that is gone';
  return persistent ? 'stale name or dead service' : undefined;
}
