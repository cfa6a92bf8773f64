import { Method } from './contact.ts';

/** Bits of the flags of a TCP segment, as in its header (RFC 9293 section 3.1; ECE and CWR: RFC 3168). */
export const FIN = 1;
export const SYN = 2;
export const RST = 4;
export const PSH = 8;
export const ACK = 16;
export const URG = 32;
export const ECE = 64;
export const CWR = 128;

/** The six flags that decide what a segment is; the ECN bits do not. */
export const SIX = 63;

/** The method of a probe with these of the six flags: neither SYN nor an answer, and nothing else of its flow is seen. */
export function methodOfProbe(six: number): number {
  if (six === 0) return Method.tcpNull;
  if (six === FIN) return Method.tcpFin;
  if (six === (FIN | PSH | URG)) return Method.tcpXmas;
  if (six === (FIN | ACK)) return Method.tcpMaimon;
  if (six === ACK || six === (ACK | PSH)) return Method.tcpAck;
  return Method.tcpOdd;
}
