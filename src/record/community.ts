/**
 * Kinds that the communities of SNMP are told apart by, from a hash: a contact tells a bit for each, in its columns `seq`
 * and `ack`, 32 each. The community itself is a password, and not kept.
 */
export const COMMUNITY_KINDS = 64;
export const COLUMN_KINDS = 32;
