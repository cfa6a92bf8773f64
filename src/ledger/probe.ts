import { isBroadcast, isMulticast } from '../record/address.ts';
import { type ContactBatch, Method, Outcome, Proof } from '../record/contact.ts';
import { ICE_CHECK } from '../record/hint.ts';
import { Trait } from '../record/packet.ts';
import { TCP, UDP } from '../record/protocols.ts';

// Hot: what a contact asks of whom, for every contact.

/**
 * Protocols that routers and tunnels speak all day, with partners that need not answer: IGMP, IPv4 and IPv6 in IP,
 * GRE, ESP, AH, EIGRP, OSPF, PIM, VRRP, L2TP.
 */
const INFRASTRUCTURE: ReadonlySet<number> = new Set([2, 4, 41, 47, 50, 51, 88, 89, 103, 112, 115]);

/**
 * Whether a contact asks something of a host: not an answer, not the rest of an old flow or a way that its other end has
 * offered, not to a group of hosts.
 */
export function isProbe({ method, protocol, address, traits, hint }: ContactBatch, row: number): boolean {
  if (method[row] === Method.strayAnswer || method[row] === Method.midstream || hint[row] === ICE_CHECK) return false;
  if (method[row] === Method.ipProtocol && INFRASTRUCTURE.has(protocol[row])) return false;
  // The broadcast address of a subnet is known by the frame that carries it.
  if ((traits[row] & Trait.broadcast) !== 0) return method[row] === Method.arp || method[row] === Method.nd;
  return !isMulticast(address, row * 8 + 4) && !isBroadcast(address, row * 8 + 4);
}

/** A question to the link for a neighbour's address. */
export const isLinkQuestion = ({ method }: ContactBatch, row: number): boolean =>
  method[row] === Method.arp || method[row] === Method.nd;

/** Methods that ask the same question of a target count as one manner; others are contacts of their own. */
function manner(method: number): number {
  return method === Method.tcpConnect ? Method.tcpSyn : method;
}

/** Manner of a contact that has become an exchange: the first of them are told apart too. */
const EXCHANGED = 0xfe;

/** What a contact is about, for `FirstContact`; all steps of a trace are about the same. */
export function matter({ method, protocol, targetPort, outcome }: ContactBatch, row: number, trace: number): number {
  if (outcome[row] >= Outcome.exchanged) return (EXCHANGED << 24) | (protocol[row] << 16) | targetPort[row];
  return (manner(method[row]) << 24) | (protocol[row] << 16) | (trace === 1 ? 0 : targetPort[row]);
}

/** UDP ports that traceroute counts up from, one a probe (van Jacobson 1988; 33434 + 3 × 30 hops, some room). */
const TRACE_PORT = 33434;
const TRACE_PORTS = 256;
/** A TTL this low arrives only from a sender that set it so: first TTLs start at 32 and paths are shorter than 20 hops. */
const TRACE_TTL = 8;

/** Whether a contact looks like a step of a traceroute: what varies is the path, not the target. */
export function isTrace(batch: ContactBatch, row: number): boolean {
  const { ttl, protocol, targetPort, outcome, proof } = batch;
  if (isLinkQuestion(batch, row)) return false;
  // The target's own answer or refusal shows that the probe was meant for it; only a closed UDP port ends a trace.
  const arrived = outcome[row] === Outcome.answered || (protocol[row] === TCP && (proof[row] & Proof.closed) !== 0);
  if (ttl[row] > 0 && ttl[row] <= TRACE_TTL && !arrived) return true;
  return protocol[row] === UDP && ((targetPort[row] - TRACE_PORT) & 0xffff) < TRACE_PORTS;
}
