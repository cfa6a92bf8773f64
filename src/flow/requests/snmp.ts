import { COMMUNITY_KINDS } from '../../record/community.ts';
import { hashBytes } from '../../record/fnv.ts';
import { enterTag, skip, Tag } from '../answers/ber.ts';

// Hot: once a datagram to port 161.

/*
 * SNMP of the versions 1 and 2c (RFC 1157 section 4, RFC 1901 section 3) begins with who asks, in the clear:
 *
 *   message = SEQUENCE { version INTEGER, community OCTET STRING, … }
 */
export const SNMP_PORT = 161;

/** Which of `COMMUNITY_KINDS` the community of the message bytes[at … end) is of, by its hash; −1: it has none. */
export function communityKind(bytes: Uint8Array, at: number, end: number): number {
  const version = enterTag(bytes, at, end, Tag.sequence);
  const next = version < 0 ? -1 : skip(bytes, version, end);
  const community = next < 0 ? -1 : enterTag(bytes, next, end, Tag.octets);
  if (community < 0) return -1;
  const hash = hashBytes(bytes, community, skip(bytes, next, end));
  return ((hash ^ (hash >>> 6) ^ (hash >>> 12) ^ (hash >>> 18)) >>> 0) % COMMUNITY_KINDS;
}
