import { blamedBy } from '../finding/blamed.ts';
import type { Finding } from '../finding/finding.ts';
import type { Truth } from './stage.ts';

/** What an analysis made of a scan that was rehearsed. */
export interface Verdict {
  readonly detected: boolean;
  /** the first technique of the finding with the most bits about it; '' none */
  readonly technique: string;
  /** in what it differs from what was expected, apart from that; of one that was missed, how much of it was seen */
  readonly differs: readonly string[];
}

/** Of a scan that was spread over sources, so many must be named. */
const ENOUGH = 0.8;

/** Holds findings against the truth. */
export function verdictOn({ sources, expected }: Truth, findings: readonly Finding[]): Verdict {
  const ours = new Set(sources);
  const about = findings
    .filter(({ kind }) => kind === 'scan' || kind === 'campaign')
    .filter((finding) => blamedBy(finding).some((address) => ours.has(address)))
    .toSorted((a, b) => b.bits - a.bits);
  const [best] = about;
  const named = new Set(about.flatMap(blamedBy).filter((address) => ours.has(address)));
  if (best === undefined) return { detected: false, technique: '', differs: [] };
  if (named.size < ENOUGH * ours.size)
    return {
      detected: false,
      technique: '',
      differs: [`only ${named.size} of ${ours.size} sources named, by ${best.id}`],
    };
  const differs: string[] = [];
  const hold = (what: string, is: string | null, should: string): void => {
    if (is !== should) differs.push(`${what} ${is ?? 'none'}, not ${should}`);
  };
  hold('kind', best.kind, expected.kind);
  hold('shape', best.shape, expected.shape);
  if (expected.tool !== null) hold('tool', best.tool?.name ?? null, expected.tool);
  if (!best.methods.includes(expected.method))
    differs.push(`method ${best.methods.join(', ')}, not ${expected.method}`);
  return { detected: true, technique: best.techniques[0] ?? '', differs };
}
