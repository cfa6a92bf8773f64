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
  readonly #near = new Map<string, string>();

  /** all of them */
  readonly all: readonly Scan[];

  constructor(scans: readonly Scan[]) {
    this.all = scans;
    for (const scan of scans) for (const address of blamedBy(scan.finding)) this.#add(address, scan);
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

/** µs since 1970: when a scan began. */
export const beginOf = (scan: Scan): number => timeOf(scan.finding.firstSeen);
