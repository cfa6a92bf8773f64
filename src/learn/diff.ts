import { exposureKey } from '../finding/exposure-key.ts';
import type { Change, Exposure } from '../finding/exposure.ts';

/**
 * What differs between two looks at our surface. That something is not in the second says only that nobody was answered
 * there then ("unseen"); that it is closed is said only where it refused.
 */

/** Fields whose change is one of the thing itself. */
const FIELDS = ['banner', 'service', 'certificate', 'status', 'bytes', 'answers'] as const;

const isOpen = ({ state }: Exposure): boolean => state === 'open' || state === 'up';

/** @returns newly told and newly exposed first, then changed, closed, unseen; within these in the order of the exposures */
export function differences(before: readonly Exposure[], after: readonly Exposure[]): Change[] {
  const old = new Map(before.map((exposure) => [exposureKey(exposure), exposure]));
  const now = new Set(after.map(exposureKey));
  const changes = after.flatMap((exposure) => changesOf(old.get(exposureKey(exposure)), exposure));
  for (const exposure of before)
    if (!now.has(exposureKey(exposure)) && isOpen(exposure)) changes.push(change('unseen', exposure, null));
  return changes.sort((a, b) => ORDER.indexOf(a.change) - ORDER.indexOf(b.change));
}

const ORDER: readonly Change['change'][] = ['exposed', 'told', 'changed', 'closed', 'unseen'];

function changesOf(before: Exposure | undefined, after: Exposure): Change[] {
  if (before === undefined || !isOpen(before)) return isOpen(after) ? [change('exposed', before ?? null, after)] : [];
  if (!isOpen(after)) return [change('closed', before, after)];
  const fields = FIELDS.filter((field) => differs(before[field], after[field]));
  const changes: Change[] = [];
  if (before.scanners === 0 && after.scanners > 0) changes.push(change('told', before, after));
  if (fields.length > 0) changes.push(change('changed', before, after, fields));
  return changes;
}

/** What one of the two does not tell has not changed. */
function differs(before: Exposure[(typeof FIELDS)[number]], after: Exposure[(typeof FIELDS)[number]]): boolean {
  return before !== undefined && after !== undefined && String(before) !== String(after);
}

const change = (
  kind: Change['change'],
  before: Exposure | null,
  after: Exposure | null,
  fields: readonly string[] = [],
): Change => ({ kind: 'change', change: kind, fields: [...fields], before, after });
