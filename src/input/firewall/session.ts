// Hot: called for every connection that a firewall logged.
import { type ContactBatch, Method, Outcome, Proof } from '../../record/contact.ts';
import { Trait } from '../../record/packet.ts';
import { EPHEMERAL, SYSTEM_PORTS } from '../../record/ports.ts';
import { ICMP, ICMP6, SCTP, TCP, UDP } from '../../record/protocols.ts';
import { icmpMethod } from './tell.ts';
import { Verdict } from './words.ts';

/** How a connection ended. */
export const End = {
  /** it has not, or the line does not say */
  none: 0,
  /** FIN, or in the way of the protocol */
  finished: 1,
  resetByTarget: 2,
  resetBySource: 3,
  /** no answer to what opened it */
  silent: 4,
  timeout: 5,
} as const;

/** What a line tells of a connection; −1: it does not tell. */
export class Session {
  verdict: number = Verdict.none;
  end: number = End.none;
  packetsOut = -1;
  packetsIn = -1;
  /** bytes with the headers of IP, as most firewalls count */
  bytesOut = -1;
  bytesIn = -1;

  clear(): void {
    this.verdict = Verdict.none;
    this.end = End.none;
    this.packetsOut = -1;
    this.packetsIn = -1;
    this.bytesOut = -1;
    this.bytesIn = -1;
  }
}

/** Headers of IP and TCP, at most a packet: what is beyond is payload. */
const HEADERS = 60;
const UDP_HEADERS = 28;
/** Packets each way of a handshake with something after it. */
const ESTABLISHED = 3;

/**
 * Sets method and traits of a row whose addresses, ports and protocol are set. ICMP: its type stands in `targetPort`;
 * `typeTold` says whether the line told it, else it is taken for a ping, of which nearly all ICMP sessions are.
 *
 * @returns false when the row reaches for nobody: an answer, an ICMP error
 */
export function addressSession(batch: ContactBatch, row: number, typeTold: boolean): boolean {
  const { protocol, sourcePort, targetPort, method, traits } = batch;
  const number = protocol[row];
  traits[row] |= Trait.untold;
  if (isV6(batch.address, row * 8)) traits[row] |= Trait.v6;
  if (number === ICMP || number === ICMP6) {
    if (!typeTold) {
      targetPort[row] = number === ICMP ? 8 : 128;
      sourcePort[row] = 0;
    }
    method[row] = icmpMethod(number, targetPort[row]);
    return method[row] !== Method.none;
  }
  const answers = sourcePort[row] > 0 && sourcePort[row] < SYSTEM_PORTS && targetPort[row] >= EPHEMERAL;
  if (number === TCP) method[row] = answers ? Method.midstream : Method.tcpSyn;
  else if (number === UDP) method[row] = answers ? Method.strayAnswer : Method.udp;
  else if (number === SCTP) method[row] = Method.sctpInit;
  else {
    if (number === 0) return false;
    method[row] = Method.ipProtocol;
    targetPort[row] = number;
    sourcePort[row] = 0;
  }
  return true;
}

/** Sets how a contact ended from what is told of its connection, and counts the row. */
export function tellSession(batch: ContactBatch, row: number, session: Session): void {
  const { method, bytesOut, bytesIn } = batch;
  const asks = method[row] !== Method.strayAnswer && method[row] !== Method.midstream;
  batch.tries[row] = 1;
  const headers = batch.protocol[row] === TCP ? HEADERS : UDP_HEADERS;
  bytesOut[row] = payload(session.bytesOut, session.packetsOut * headers);
  bytesIn[row] = payload(session.bytesIn, session.packetsIn * headers);
  if (asks) settle(batch, row, session);
  batch.count = row + 1;
}

/** Bytes of payload at least; where no packets were counted, for which headers are reckoned, half of them is. */
function payload(bytes: number, headers: number): number {
  const least = headers > 0 ? bytes - headers : Math.floor(bytes / 2);
  return Math.max(0, Math.min(0xffffffff, least));
}

function settle(batch: ContactBatch, row: number, session: Session): void {
  const { outcome, proof, protocol } = batch;
  const { verdict, end, packetsIn, bytesIn } = session;
  const isTcp = protocol[row] === TCP;
  if (verdict === Verdict.refused) {
    outcome[row] = Outcome.refused;
    proof[row] = Proof.filtered;
  } else if (end === End.silent || (end !== End.none && (packetsIn === 0 || (packetsIn < 0 && bytesIn === 0)))) {
    outcome[row] = Outcome.unanswered;
  } else if (isTcp && end === End.resetByTarget && isOnePacket(packetsIn, bytesIn)) {
    outcome[row] = Outcome.refused;
    proof[row] = Proof.closed;
  } else if (packetsIn > 0 || bytesIn > 0) {
    outcome[row] = Outcome.answered;
    if (isTcp) established(batch, row, session);
    else if (session.packetsOut > 1 && packetsIn > 1) proof[row] = Proof.exchange;
  }
}

/** RST is all that came back. */
const isOnePacket = (packets: number, bytes: number): boolean =>
  packets >= 0 ? packets <= 1 : bytes >= 0 && bytes <= HEADERS;

function established(
  batch: ContactBatch,
  row: number,
  { packetsOut, packetsIn, bytesOut, bytesIn, end }: Session,
): void {
  const counted = packetsOut >= 0 && packetsIn >= 0;
  const bothTalk = counted
    ? batch.bytesOut[row] > 0 && batch.bytesIn[row] > 0
    : bytesOut > 4 * HEADERS && bytesIn > 4 * HEADERS;
  const isOpen = counted ? packetsOut >= ESTABLISHED && packetsIn >= ESTABLISHED : bothTalk || end === End.finished;
  if (!isOpen) return;
  batch.method[row] = Method.tcpConnect;
  batch.proof[row] |= Proof.handshake;
  if (bothTalk) batch.proof[row] |= Proof.exchange;
}

const isV6 = (words: Uint32Array, at: number): boolean =>
  words[at + 2] !== 0xffff || words[at + 1] !== 0 || words[at] !== 0;

/** Exchanges source and target: the one with the service's port did not begin. */
export function turn(batch: ContactBatch, row: number): void {
  const { address, sourcePort, targetPort } = batch;
  for (let word = row * 8; word < row * 8 + 4; word += 1) {
    const held = address[word];
    address[word] = address[word + 4];
    address[word + 4] = held;
  }
  const port = sourcePort[row];
  sourcePort[row] = targetPort[row];
  targetPort[row] = port;
}
