// Hot: called for every packet that a firewall logged.
import { type ContactBatch, Method, Outcome, Proof } from '../../record/contact.ts';
import { blend, FNV_START } from '../../record/fnv.ts';
import { ICMP_QUERIES } from '../../record/icmp.ts';
import { Trait } from '../../record/packet.ts';
import { ANSWERER_AT, EPHEMERAL, isFromService, SYSTEM_PORTS } from '../../record/ports.ts';
import { ICMP, ICMP6, SCTP, TCP, UDP } from '../../record/protocols.ts';
import { ACK, FIN, methodOfProbe, RST, SIX, SYN, URG } from '../../record/tcp-flags.ts';
import { hash4 } from '../../table/hash.ts';
import { Verdict } from './words.ts';

/** `options` of a segment that has some, but the line does not say which. */
export const OPTIONS_UNTOLD = 1;
/** MSS that is taken for a SYN with nothing but that option, when its value is not told (Ethernet). */
const USUAL_MSS = 1460;
/** The signature (input/capture/decode/tcp.ts) of that option alone: the kind, the value, no window scale. */
const MSS_ONLY = blend(blend(blend(blend(FNV_START, 2), USUAL_MSS >>> 8), USUAL_MSS & 255), 255) >>> 0;

/** Four bytes of options in a SYN are MSS; more are not told apart. */
export function setOptionLength(batch: ContactBatch, row: number, length: number): void {
  const mssOnly = length === 4 && (batch.flags[row] & SYN) !== 0;
  batch.options[row] = length <= 0 ? 0 : mssOnly ? MSS_ONLY : OPTIONS_UNTOLD;
  batch.mss[row] = mssOnly ? USUAL_MSS : 0;
}

/** What begins something, whatever was before. */
const OPENS: ReadonlySet<number> = new Set([
  Method.tcpSyn,
  Method.icmpEcho,
  Method.icmpTimestamp,
  Method.icmpMask,
  Method.icmpOther,
]);

/** Questions remembered at a time. Newer ones overwrite older ones. */
const SLOTS = 1 << 15;
/** How long an answer may take, and a conversation pause: µs. */
const PATIENCE = 300e6;
const SEED = 0x5bd1e995;

/**
 * What was asked a short while ago: a firewall that logs every packet logs the answers too, and those are no contacts
 * of the one who answers.
 */
export class Asked {
  /** laid out with the first question: most files are not of this firewall */
  #tag = new Uint32Array(0);
  #time = new Float64Array(0);

  remember(batch: ContactBatch, row: number): void {
    if (this.#tag.length === 0) {
      this.#tag = new Uint32Array(SLOTS);
      this.#time = new Float64Array(SLOTS);
    }
    const at = row * 8;
    const key = this.#key(batch, row, at, at + 4, batch.sourcePort[row], batch.targetPort[row]);
    this.#tag[key & (SLOTS - 1)] = key;
    this.#time[key & (SLOTS - 1)] = batch.time[row];
  }

  /** Whether the row goes the way of something asked before, or the way back. */
  knows(batch: ContactBatch, row: number): boolean {
    const at = row * 8;
    const from = batch.sourcePort[row];
    const to = batch.targetPort[row];
    return (
      this.#holds(this.#key(batch, row, at, at + 4, from, to), batch.time[row]) ||
      this.#holds(this.#key(batch, row, at + 4, at, to, from), batch.time[row])
    );
  }

  #holds(key: number, time: number): boolean {
    const slot = key & (SLOTS - 1);
    return this.#tag[slot] === key && Math.abs(time - this.#time[slot]) <= PATIENCE;
  }

  /** Without the detail of ICMP types: a reply has another than its question. */
  #key(batch: ContactBatch, row: number, source: number, target: number, from: number, to: number): number {
    const { address, protocol } = batch;
    const number = protocol[row];
    const ports = number === TCP || number === UDP || number === SCTP ? (from << 16) | to : 0;
    const ends = hash4(SEED, address[source] ^ number, address[source + 1], address[source + 2], address[source + 3]);
    const others = hash4(ends, address[target], address[target + 1], address[target + 2], address[target + 3]);
    return hash4(others, ports, number, 0, 0) || 1;
  }
}

/**
 * Finishes a row that tells of one logged packet: its columns are set (ICMP: type in `targetPort`, code in `sourcePort`),
 * and `verdict` is what became of it. Counts the row, unless the packet reaches for nobody: an answer, housekeeping of
 * the link, an ICMP error.
 */
export function tellPacket(batch: ContactBatch, row: number, verdict: number, asked: Asked): void {
  const method = methodOf(batch, row);
  if (method === Method.none) return;
  const asks = method !== Method.strayAnswer && method !== Method.midstream;
  if (!OPENS.has(method) && asked.knows(batch, row)) return;
  if (asks) asked.remember(batch, row);
  batch.method[row] = method;
  batch.tries[row] = 1;
  if (verdict === Verdict.refused && asks && !isAmbiguous(method)) {
    batch.outcome[row] = Outcome.refused;
    batch.proof[row] = Proof.filtered;
  }
  if (batch.protocol[row] !== TCP) setBare(batch, row);
  batch.count = row + 1;
}

/** Bare IP contacts have their protocol number for a port. */
function setBare(batch: ContactBatch, row: number): void {
  if (batch.method[row] !== Method.ipProtocol) return;
  batch.targetPort[row] = batch.protocol[row];
  batch.sourcePort[row] = 0;
}

/** A lone ACK or FIN-ACK that a firewall drops is more often the end of a connection it had forgotten than a probe. */
const isAmbiguous = (method: number): boolean => method === Method.tcpAck || method === Method.tcpMaimon;

/** One of Method; none when the packet reaches for nobody. */
function methodOf(batch: ContactBatch, row: number): number {
  const protocol = batch.protocol[row];
  if (protocol === TCP) return tcpMethod(batch, row);
  if (protocol === UDP) return looksLikeReply(batch, row) ? Method.strayAnswer : Method.udp;
  if (protocol === ICMP || protocol === ICMP6) return icmpMethod(protocol, batch.targetPort[row]);
  if (protocol === SCTP) return Method.sctpInit;
  return protocol === 0 ? Method.arp : Method.ipProtocol;
}

/** As flow/tcp.ts sees the first segment of a flow of which nothing else is known. */
function tcpMethod({ flags, length, sourcePort, targetPort, traits }: ContactBatch, row: number): number {
  if ((traits[row] & Trait.untold) !== 0) return Method.tcpSyn;
  const six = flags[row] & SIX;
  if ((six & (SYN | ACK | RST | FIN)) === SYN) return Method.tcpSyn;
  if ((six & RST) !== 0 || (six & (SYN | ACK | FIN)) === (SYN | ACK))
    return (six & (RST | SYN)) === (RST | SYN) ? Method.tcpOdd : Method.strayAnswer;
  const acks = (six & (ACK | SYN)) === ACK;
  if (acks && length[row] !== 0) return Method.midstream;
  if (acks && (six & URG) === 0 && isFromService(sourcePort[row], targetPort[row])) return Method.midstream;
  return methodOfProbe(six);
}

/** A datagram from a service to a client's port, with something in it where that is told. */
function looksLikeReply({ sourcePort, targetPort, length, traits }: ContactBatch, row: number): boolean {
  if (length[row] === 0 && (traits[row] & Trait.untold) === 0) return false;
  const from = sourcePort[row];
  const known = from < SYSTEM_PORTS || ANSWERER_AT[from] === 1;
  return known && from !== 0 && targetPort[row] >= (from === 53 || from === 123 ? SYSTEM_PORTS : EPHEMERAL);
}

/** ICMP type → Method; ICMPv6 from 256. Types that are not here are errors, or housekeeping of the link. */
const ICMP_METHOD = new Uint8Array(512);
for (const [question, reply, method] of ICMP_QUERIES) {
  ICMP_METHOD[question] = method;
  ICMP_METHOD[reply] = Method.strayAnswer;
}

/** What an ICMP message of this type does. */
export const icmpMethod = (protocol: number, type: number): number =>
  ICMP_METHOD[(protocol === ICMP6 ? 256 : 0) + (type & 255)];
