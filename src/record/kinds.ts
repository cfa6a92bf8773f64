import type { ContactBatch } from './contact.ts';
import { UDP } from './protocols.ts';

// Hot: `tellsKinds`, for every contact.

/**
 * Kinds that what an agent is asked under or offered is told apart by, from a hash: communities of SNMP, which are
 * passwords and not kept, and proposals of IKE. A contact tells a bit for each, in its columns `seq` and `ack`, 32 each.
 */
export const KINDS = 64;
export const COLUMN_KINDS = 32;

/** Kind of what has this hash. */
export const kindOf = (hash: number): number => ((hash ^ (hash >>> 6) ^ (hash >>> 12) ^ (hash >>> 18)) >>> 0) % KINDS;

export const SNMP_PORT = 161;
export const IKE_PORT = 500;

/** Whether a contact was made under, or offers, what is of this kind. */
export const isOfKind = ({ seq, ack }: ContactBatch, row: number, kind: number): boolean =>
  ((kind < COLUMN_KINDS ? seq[row] : ack[row]) & (1 << (kind % COLUMN_KINDS))) !== 0;

/** Whether a contact tells what it was asked under or offered, be it the first with its target or not. */
export function tellsKinds({ protocol, targetPort, seq, ack }: ContactBatch, row: number): boolean {
  if (protocol[row] !== UDP || (seq[row] | ack[row]) === 0) return false;
  return targetPort[row] === SNMP_PORT || targetPort[row] === IKE_PORT;
}
