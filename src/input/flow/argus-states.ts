// Hot: once a row of TCP.
import { isFromService } from '../../record/ports.ts';
import { ACK, FIN, PSH, RST, SYN, URG } from '../../record/tcp-flags.ts';
import { type Fields, Place } from './argus-row.ts';
import type { FlowRecord } from './flow-record.ts';
import { isBare } from './part-flags.ts';

/*
 * What states of TCP say of argus' records (man page ra(1), "state" and "flgs"; the rest by what argus 3.0 makes of
 * packets). A state tells how far the two got, not who sent which flags: these follow from the packets there were.
 *
 *   REQ                 SYN only
 *   ACC                 SYN and SYN-ACK; alone, or from a service to a client, the SYN-ACKs of a service
 *   RST  2 packets      SYN, RST; from a service to a client SYN-ACK, RST
 *        3, 4           SYN, SYN-ACK, RST …; where the source repeated itself ("s" in Flgs) SYN, SYN, RST …, and where
 *                       none of them has an option, which a SYN-ACK has, SYN, RST, RST …
 *        more           a connection
 *   CON EST FIN CLO     a connection
 *   "?" in Dir          no SYN was seen: one packet of an ended or running connection, or a probe without SYN, which
 *                       two packets that end in RST are, too
 */

/** Flags of all packets of the source, and of the target; 0: it sent none. */
type Flags = readonly [source: number, target: number];

const ANSWER = SYN | ACK;
const CONNECTION: ReadonlyMap<string, Flags> = new Map([
  ['EST', [ANSWER, ANSWER]],
  ['CON', [ANSWER, ANSWER]],
  ['FIN', [ANSWER | PSH | FIN, ANSWER | PSH | FIN]],
  ['CLO', [ANSWER | PSH | FIN, ANSWER | PSH | FIN]],
  ['RST', [ANSWER | PSH | RST, ANSWER | PSH | RST]],
]);
/** The only packet of which no more is known than the state it led to. */
const ALONE: ReadonlyMap<string, number> = new Map([
  ['EST', ACK],
  ['CON', ACK],
  ['FIN', FIN],
  ['CLO', FIN],
  ['RST', RST | ACK],
]);
/** A probe without SYN whose flags argus does not tell. */
const ODD = URG;
/** Packets of a handshake that is broken off at once. */
const FEW = 4;

/** Flags that a state of TCP means; undefined: it tells nothing of them. @param flow with its packets and ports */
export function flagsOfState(fields: Fields, flow: FlowRecord): Flags | undefined {
  const state = fields[Place.state];
  const packets = flow.packets + flow.packetsBack;
  if (state === 'REQ') return [SYN, 0];
  if (state === 'ACC')
    return isFromService(flow.sourcePort, flow.targetPort) || packets === 1 ? [ANSWER, 0] : [SYN, ANSWER];
  const whole = CONNECTION.get(state);
  if (whole === undefined) return undefined;
  if (packets === 1) return [ALONE.get(state) ?? ACK, 0];
  if (fields[Place.direction].includes('?'))
    return state === 'RST' && packets === 2 ? [ODD, RST | ACK] : [whole[0] & ~SYN, whole[1] & ~SYN];
  if (state !== 'RST' || packets > FEW) return whole;
  const isRefused =
    packets === 2 || fields[Place.flags].includes('s') || isBare(flow, flow.bytes + flow.bytesBack, packets);
  if (!isRefused) return [SYN | RST, ANSWER];
  return [packets === 2 && isFromService(flow.sourcePort, flow.targetPort) ? ANSWER : SYN, RST | ACK];
}

/** Whether an ICMP error about the flow was seen ("U" in Flgs), which went on no further. */
export const isUnreachable = (fields: Fields): boolean =>
  fields[Place.flags].includes('U') && (fields[Place.state] === 'REQ' || fields[Place.state] === 'INT');
