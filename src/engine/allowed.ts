import type { Finding } from '../finding/finding.ts';
import { timeOf } from '../finding/time.ts';
import { parseAddress } from '../record/address.ts';
import { PrefixMatch } from '../table/prefix.ts';
import { type OwnPrefix, untilText } from '../triage/known.ts';
import type { Explained } from '../triage/strays.ts';

/** Findings that are left, and a line for each source that the operator allows. */
export interface Cleared {
  readonly findings: Finding[];
  readonly allowed: Explained[];
}

/** The operator's entries, by the addresses that they are about: the longest prefix counts, of the same the last one. */
export class Policy {
  readonly entries: readonly OwnPrefix[];
  readonly #match = new PrefixMatch();

  constructor(entries: readonly OwnPrefix[]) {
    this.entries = entries;
    entries.forEach(({ words, bits }, at) => this.#match.add(words, 0, bits, at));
  }

  of(address: string): OwnPrefix | undefined {
    const words = this.entries.length === 0 ? null : parseAddress(address);
    const at = words === null ? -1 : this.#match.match(words, 0);
    return at < 0 ? undefined : this.entries[at];
  }

  /** The entry that allows an address at a time (µs). */
  allows(address: string, time: number): OwnPrefix | undefined {
    const entry = this.of(address);
    return entry?.policy === 'allow' && time <= entry.until ? entry : undefined;
  }
}

/**
 * Takes allowed sources out of the findings. A finding of one source goes when that is allowed; of one with several
 * members the allowed members go, and the finding with the last of them. What was charged is not changed: the evidence
 * of a campaign is that of all its members.
 */
export function clear(findings: readonly Finding[], policy: Policy): Cleared {
  if (policy.entries.length === 0) return { findings: [...findings], allowed: [] };
  const told = new Map<string, { readonly entry: OwnPrefix; probes: number }>();
  const note = (address: string, entry: OwnPrefix, probes: number): void => {
    told.set(address, { entry, probes: Math.max(told.get(address)?.probes ?? 0, probes) });
  };
  const left = findings.flatMap((finding) => {
    const { source, members } = finding;
    const time = timeOf(finding.lastSeen);
    const entry = source === null ? undefined : policy.allows(source.address, time);
    if (source !== null && entry !== undefined) {
      note(source.address, entry, finding.probes);
      return [];
    }
    const gone = new Set<string>();
    for (const { address, probes } of members ?? []) {
      const its = policy.allows(address, time);
      if (its === undefined) continue;
      note(address, its, probes);
      gone.add(address);
    }
    if (members === undefined || gone.size === 0) return [finding];
    const rest = members.filter(({ address }) => !gone.has(address));
    return source === null && rest.length === 0 ? [] : [without(finding, rest, gone.size)];
  });
  const allowed = [...told].map(([source, { entry, probes }]) => ({
    source,
    what: 'allowed by the operator',
    because: entryText(entry),
    probes,
  }));
  return { findings: left, allowed: allowed.sort((a, b) => b.probes - a.probes || (a.source < b.source ? -1 : 1)) };
}

/** `198.51.100.0/24, our auditors (until 2027-01-31)` */
const entryText = ({ prefix, name, until }: OwnPrefix): string =>
  `${prefix}${name === prefix ? '' : `, ${name}`}${Number.isFinite(until) ? ` (${untilText(until)})` : ''}`;

const without = (finding: Finding, members: NonNullable<Finding['members']>, gone: number): Finding => ({
  ...finding,
  members,
  ...(finding.memberCount !== undefined && { memberCount: finding.memberCount - gone }),
  caveats: [...finding.caveats, `Members that the operator allows are not listed: ${gone}.`],
});
