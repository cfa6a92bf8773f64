import type { Finding, Summary } from '../finding/finding.ts';
import { timeText } from '../finding/time.ts';
import type { KnownPolicy, OwnPrefix } from '../triage/known.ts';
import type { Policy } from './allowed.ts';

/** What the operator's entries did: an entry that nobody needs, and one that expired, are for a person to look at. */

type Used = NonNullable<Summary['policy']>[number];

const SHOWN = 100;
const RANK: Readonly<Record<Used['state'], number>> = { expired: 0, used: 1, unused: 2 };

interface Ends {
  /** what holds for entries that say nothing of it */
  readonly usual: KnownPolicy;
  /** µs: when the data ended */
  readonly last: number;
}

/**
 * The entries with whom they are about, those first that somebody should look at; undefined: there are none.
 *
 * @param findings all of them, whatever the entries make of them
 */
export function policyUse(findings: readonly Finding[], policy: Policy, ends: Ends): Used[] | undefined {
  if (policy.entries.length === 0) return undefined;
  const probes = new Map<OwnPrefix, Map<string, number>>(policy.entries.map((entry) => [entry, new Map()]));
  for (const finding of findings)
    for (const [address, count] of sourcesOf(finding)) {
      const its = probes.get(policy.of(address) as OwnPrefix);
      its?.set(address, Math.max(its.get(address) ?? 0, count));
    }
  const used = policy.entries.map((entry) => useOf(entry, [...(probes.get(entry)?.values() ?? [])], ends));
  return used.sort((a, b) => RANK[a.state] - RANK[b.state] || b.probes - a.probes).slice(0, SHOWN);
}

const sourcesOf = ({ source, members = [], probes }: Finding): [string, number][] =>
  source ? [[source.address, probes]] : members.map((member) => [member.address, member.probes]);

/** @param probes of each source that it is about */
function useOf(
  { prefix, policy, name, until, from }: OwnPrefix,
  probes: readonly number[],
  { usual, last }: Ends,
): Used {
  const sources = probes.length;
  return {
    prefix,
    policy: policy ?? usual,
    ...(name !== prefix && { reason: name }),
    ...(Number.isFinite(until) && { until: timeText(until) }),
    from,
    state: until < last ? 'expired' : sources > 0 ? 'used' : 'unused',
    sources,
    probes: probes.reduce((sum, count) => sum + count, 0),
  };
}
