import type { Finding } from '../finding/finding.ts';
import { parseAddress } from '../record/address.ts';
import { parsePrefix, type Prefix, PrefixMatch } from '../table/prefix.ts';
import type { Explained } from '../triage/strays.ts';

/** What the operator allows: whose findings are no alarm, and what is said of them instead. */
export interface Policy {
  /** prefixes that the options have checked */
  readonly allow?: readonly string[] | undefined;
}

/** Findings that are left, and a line for each source that the operator allows. */
export interface Cleared {
  readonly findings: Finding[];
  readonly allowed: Explained[];
}

/**
 * Takes allowed sources out of the findings. A finding of one source goes when that is allowed; of one with several
 * members the allowed members go, and the finding with the last of them. What was charged is not changed: the evidence
 * of a campaign is that of all its members.
 */
export function clear(findings: readonly Finding[], { allow = [] }: Policy): Cleared {
  if (allow.length === 0) return { findings: [...findings], allowed: [] };
  const match = new PrefixMatch();
  for (const [at, text] of allow.entries()) {
    const { words, bits } = parsePrefix(text) as Prefix;
    match.add(words, 0, bits, at);
  }
  const prefixOf = (address: string): string | undefined => {
    const words = parseAddress(address);
    return words === null ? undefined : allow[match.match(words, 0)];
  };
  const probes = new Map<string, number>();
  const note = (address: string, many: number): void => {
    probes.set(address, Math.max(probes.get(address) ?? 0, many));
  };
  const left = findings.flatMap((finding) => {
    const { source, members } = finding;
    if (source !== null && prefixOf(source.address) !== undefined) {
      note(source.address, finding.probes);
      return [];
    }
    const gone = (members ?? []).filter(({ address }) => prefixOf(address) !== undefined);
    for (const member of gone) note(member.address, member.probes);
    if (members === undefined || gone.length === 0) return [finding];
    if (source === null && gone.length === members.length) return [];
    return [
      without(
        finding,
        members.filter((member) => !gone.includes(member)),
        gone.length,
      ),
    ];
  });
  const allowed = [...probes].map(([source, many]) => ({
    source,
    what: 'allowed by the operator',
    because: prefixOf(source) as string,
    probes: many,
  }));
  return { findings: left, allowed: allowed.sort((a, b) => b.probes - a.probes || (a.source < b.source ? -1 : 1)) };
}

const without = (finding: Finding, members: NonNullable<Finding['members']>, gone: number): Finding => ({
  ...finding,
  members,
  ...(finding.memberCount !== undefined && { memberCount: finding.memberCount - gone }),
  caveats: [...finding.caveats, `Members that the operator allows are not listed: ${gone}.`],
});
