/**
 * Kinds that what an agent is asked under or offered is told apart by, from a hash: communities of SNMP, which are
 * passwords and not kept, and proposals of IKE. A contact tells a bit for each, in its columns `seq` and `ack`, 32 each.
 */
export const KINDS = 64;
export const COLUMN_KINDS = 32;

/** Kind of what has this hash. */
export const kindOf = (hash: number): number => ((hash ^ (hash >>> 6) ^ (hash >>> 12) ^ (hash >>> 18)) >>> 0) % KINDS;
