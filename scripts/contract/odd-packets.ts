import { isDeepStrictEqual } from 'node:util';
import type { Finding } from '../../src/finding/finding.ts';
import { type Case, cases, differences, essence, findingsIn } from '../../test/support/replay.ts';
import { inParallel } from '../parallel.ts';
import { few, type Promised } from './promise.ts';

/** Wrapped copies of a scan against the plain capture, and scans made of odd packets against their truth. */

/** Cases whose packets are odd in themselves. Add one: one line here. */
const ODD = [
  'nmap-fragments',
  'nmap-mtu-16',
  'nmap-bad-checksum',
  'nmap-udp-port-53',
  'nmap-null',
  'nmap-syn-fin',
  'nmap-window',
  'hping-xmas-sweep',
  'nmap-sctp-init',
  'nmap-sctp-cookie',
  'ssh-loop-cut',
];

const essences = (findings: readonly Finding[]): unknown[] =>
  findings.map(essence).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** What is found in one case. */
export const foundIn = ({ input }: Case): Promise<Finding[]> => findingsIn(input);

/** What is found in each of them, by its name. */
async function foundInAll(all: readonly Case[]): Promise<Map<string, Finding[]>> {
  const found = await inParallel(import.meta.url, foundIn, all);
  return new Map(all.map(({ name }, nth) => [name, found[nth]]));
}

/** '' or why the copy does not count as found. */
function fault(one: Case, found: ReadonlyMap<string, readonly Finding[]>): string {
  const findings = found.get(one.name) ?? [];
  const { like } = one.expected;
  const plain = like === undefined ? undefined : found.get(like);
  if (plain && isDeepStrictEqual(essences(findings), essences(plain))) return '';
  if (findings.some(({ kind }) => kind === 'anomaly')) return '';
  if (plain) return `${one.name} is not found as ${like}`;
  const differs = differences(one.expected, findings);
  return differs.length === 0 ? '' : `${one.name}: ${differs.join(', ')}`;
}

export const oddPackets: Promised = {
  id: 23,
  promised: 'odd packets and wrapped ones: the same finding as plain, or an anomaly of its own',
  keep: async () => {
    const all = cases();
    const wrapped = all.filter(({ expected }) => expected.like !== undefined);
    const odd = all.filter(({ name }) => ODD.includes(name));
    const plain = all.filter(({ name }) => wrapped.some(({ expected }) => expected.like === name));
    const found = await foundInAll([...new Set([...plain, ...wrapped, ...odd])]);
    const faults = [...wrapped, ...odd].map((one) => fault(one, found)).filter(Boolean);
    const names = (list: readonly Case[]): string => list.map(({ name }) => name).join(', ');
    return {
      got:
        `as plain: ${names(wrapped)}; odd in themselves: ${names(odd)}; ` +
        `${faults.length} of ${wrapped.length + odd.length} at fault${few(faults)}`,
      pass: faults.length === 0 && wrapped.length > 0 && odd.length === ODD.length,
    };
  },
};
