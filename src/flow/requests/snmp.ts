import { hashBytes } from '../../record/fnv.ts';
import { kindOf } from '../../record/kinds.ts';
import { enterTag, skip, Tag } from '../answers/ber.ts';

// Hot: once a datagram to port 161.

/*
 * SNMP of the versions 1 and 2c (RFC 1157 section 4, RFC 1901 section 3) begins with who asks, in the clear:
 *
 *   message = SEQUENCE { version INTEGER, community OCTET STRING, … }
 */

/** Which kind the community of the message bytes[at … end) is of, by its hash; −1: it has none. */
export function communityKind(bytes: Uint8Array, at: number, end: number): number {
  const version = enterTag(bytes, at, end, Tag.sequence);
  const next = version < 0 ? -1 : skip(bytes, version, end);
  const community = next < 0 ? -1 : enterTag(bytes, next, end, Tag.octets);
  if (community < 0) return -1;
  return kindOf(hashBytes(bytes, community, skip(bytes, next, end)));
}
