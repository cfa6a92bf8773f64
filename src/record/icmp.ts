import { Method } from './contact.ts';

/**
 * ICMP queries (RFC 792, RFC 950, RFC 8335; RFC 4443, RFC 4620): type of the question, of its reply, and the Method that
 * a question is; types of version 6 from 256.
 */
export const ICMP_QUERIES: readonly (readonly [question: number, reply: number, method: number])[] = [
  [8, 0, Method.icmpEcho],
  [13, 14, Method.icmpTimestamp],
  [15, 16, Method.icmpOther],
  [17, 18, Method.icmpMask],
  [42, 43, Method.icmpOther],
  [256 + 128, 256 + 129, Method.icmpEcho],
  [256 + 139, 256 + 140, Method.icmpOther],
  [256 + 160, 256 + 161, Method.icmpOther],
];
