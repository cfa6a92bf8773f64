// Hot: once a flow record.
import { Method } from '../../record/contact.ts';
import { ICMP_QUERIES } from '../../record/icmp.ts';
import { ICMP, ICMP6, SCTP, UDP } from '../../record/protocols.ts';
import { type FlowRecord, UNTOLD } from './flow-record.ts';

/*
 * ICMP type → type of its question; version 6 from 256. NO_QUESTION: errors, which answer a packet that flow records do not name, and what routers, hosts and groups of one
 * link tell each other (RFC 1256, RFC 4861, RFC 2710, RFC 3810).
 */
export const NO_QUESTION = 255;
export const QUESTION = Uint8Array.from({ length: 512 }, (_, type) => type & 255);
const METHOD = new Uint8Array(512).fill(Method.icmpOther);
for (const [question, reply, method] of ICMP_QUERIES) {
  QUESTION[reply] = question & 255;
  METHOD[question] = method;
}
for (const error of [3, 4, 5, 11, 12, 256 + 1, 256 + 2, 256 + 3, 256 + 4]) QUESTION[error] = NO_QUESTION;
for (const link of [9, 10]) QUESTION[link] = NO_QUESTION;
for (const link of [130, 131, 132, 133, 134, 135, 136, 137, 143]) QUESTION[256 + link] = NO_QUESTION;

/** ICMP type, version 6 from 256; −1: none. */
export function typeOf({ protocol, targetPort }: FlowRecord): number {
  if ((protocol !== ICMP && protocol !== ICMP6) || targetPort === UNTOLD) return -1;
  return (protocol === ICMP6 ? 256 : 0) + (targetPort >>> 8);
}

/** How the target of a conversation without TCP was addressed. @param question ICMP type that was asked; −1: not told */
export function methodOf(protocol: number, question: number): number {
  if (protocol === UDP) return Method.udp;
  if (protocol === SCTP) return Method.sctpInit;
  if (protocol !== ICMP && protocol !== ICMP6) return Method.ipProtocol;
  return question < 0 ? Method.icmpOther : METHOD[(protocol === ICMP6 ? 256 : 0) + question];
}
