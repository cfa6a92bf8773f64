import type { Summary } from '../finding/finding.ts';
import { counted } from './layout.ts';

/** What the operator's own entries did, in words. */

type Entry = NonNullable<Summary['policy']>[number];

const DAY = 'YYYY-MM-DD'.length;

/** `until 2027-01-31`, or what was left out. */
export const untilWords = ({ until, state }: Entry): string =>
  until === undefined ? 'no expiry' : `${state === 'expired' ? 'expired' : 'until'} ${until.slice(0, DAY)}`;

/** Whom it is about. */
export const useWords = ({ sources, probes }: Entry): string =>
  sources === 0 ? 'nobody was found' : `${counted(sources, 'source')}, ${counted(probes, 'probe')}`;

/** `allow 198.51.100.0/24: our auditors; until 2027-01-31; 1 source, 40 probes (own.txt)` */
export const policyText = (entry: Entry): string =>
  `${entry.policy} ${entry.prefix}: ${entry.reason ?? 'no reason given'}; ${untilWords(entry)}; ${useWords(entry)} (${entry.from})`;
