import { blamedBy } from '../../finding/blamed.ts';
import type { Finding } from '../../finding/finding.ts';
import { timeOf } from '../../finding/time.ts';
import type { Dossier } from '../../ledger/dossier.ts';
import { neighbourhood, parseAddress } from '../../record/address.ts';

/** A scan or campaign and what it was told; a campaign has no dossier of its own source. */
export interface Scan {
  readonly finding: Finding;
  readonly dossier: Dossier | undefined;
}

/** Who scanned, by address and by neighbourhood. */
export class Scanners {
  readonly #bySource = new Map<string, Scan[]>();
  readonly #byNear = new Map<string, Scan[]>();

  /** all of them */
  readonly all: readonly Scan[];

  constructor(scans: readonly Scan[]) {
    this.all = scans;
    for (const scan of scans) for (const address of blamedBy(scan.finding)) this.#add(address, scan);
  }

  #add(address: string, scan: Scan): void {
    put(this.#bySource, address, scan);
    put(this.#byNear, nearOf(address), scan);
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

/** Scans come one after the other. */
function put(map: Map<string, Scan[]>, key: string, scan: Scan): void {
  const known = map.get(key);
  if (!known) map.set(key, [scan]);
  else if (known.at(-1) !== scan) known.push(scan);
}

/** The neighbourhood of a written address; what is no address is its own. */
export const nearOf = (address: string): string => {
  const words = parseAddress(address);
  return words ? neighbourhood(words, 0) : address;
};

/** µs since 1970: when a scan began. */
export const beginOf = (scan: Scan): number => timeOf(scan.finding.firstSeen);
