import { hashBytes } from '../../record/fnv.ts';
import { word16 } from '../answers/text.ts';

// Hot: once a datagram to port 500.

/*
 * IKE (RFC 2408 section 3, RFC 7296 sections 3.1 to 3.3), as far as its first message proposes how to encrypt:
 *
 *   message  = initiator 64, responder 64 (0 in the first), next payload 8, version 8, exchange 8, flags 8, id 32, length 32
 *   proposal = next payload 8, reserved 8, length 16, … of the type 1 (version 1) or 33 (version 2)
 */
const HEADER = 28;
const RESPONDER = 8;
const NEXT = 16;
const PROPOSES = 1;
const PROPOSES_2 = 33;

/** The proposal of the first message bytes[at … end) as a number, never 0; 0: it is none. */
export function proposalOf(bytes: Uint8Array, at: number, end: number): number {
  if (end - at < HEADER + 4 || (bytes[at + NEXT] !== PROPOSES && bytes[at + NEXT] !== PROPOSES_2)) return 0;
  for (let k = at + RESPONDER; k < at + NEXT; k += 1) if (bytes[k] !== 0) return 0;
  const from = at + HEADER;
  const to = from + word16(bytes, from + 2);
  return to <= from + 4 || to > end ? 0 : hashBytes(bytes, from + 4, to) || 1;
}
