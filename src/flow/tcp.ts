import { Method, Outcome, Proof } from '../record/contact.ts';
import { listen } from './answers/listen.ts';
import { Cold8, Cold16, Cold32, Hot8, Hot32, Mark, Queue, State } from './flows.ts';
import type { Tracker } from './tracker.ts';

// Hot: every TCP segment.

/*
 * The part of RFC 9293 section 3.3.2 that decides how a contact ended:
 *
 *   asked ──SYN-ACK──▶ answered ──ACK of its number──▶ open     answered, proven
 *     │                   ├────────RST of the source──▶ closed   answered, broken off
 *     │                   └────────RST of the target──▶ closed   answered
 *     └──RST of the target──▶ closed                             refused
 *
 * and what begins in another way is a candidate (a probe, or the middle of an older connection) or a stray answer,
 * until a second packet or silence decides.
 */

const FIN = 1;
const SYN = 2;
const RST = 4;
const PSH = 8;
const ACK = 16;
const URG = 32;
/** The six flags that decide what a segment is; the ECN bits do not. */
const SIX = 63;

/** Ports below are those of services, not of clients (RFC 6335 section 6, the system ports). */
const WELL_KNOWN = 1024;

export function tcp(t: Tracker, row: number): void {
  const flow = t.findPorts(row);
  if (flow < 0) {
    begin(t, row);
    return;
  }
  const state = t.flows.hot8[32 * flow + Hot8.state];
  if (state === State.open) open(t, flow, row);
  else if (state === State.asked) asked(t, flow, row);
  else if (state === State.answered) answered(t, flow, row);
  else if (state === State.candidate) candidate(t, flow, row);
  else if (state === State.stray) stray(t, flow, row);
  else over(t, flow, row);
}

/** The first segment of a flow. */
function begin(t: Tracker, row: number): void {
  const six = t.packets.flags[row] & SIX;
  if ((six & (SYN | ACK | RST | FIN)) === SYN) {
    t.open(row, State.asked, six === SYN ? Method.tcpSyn : Method.tcpOdd);
  } else if ((six & (SYN | ACK | RST | FIN)) === (SYN | ACK) || (six & (SYN | RST | FIN)) === RST) {
    t.open(row, State.stray, Method.strayAnswer);
  } else t.open(row, State.candidate, lonely(six, t.packets.payloadLength[row]));
}

/** What a segment with these flags, neither SYN nor answer, is when nothing else of its flow is ever seen. */
function lonely(six: number, payload: number): number {
  if ((six & ACK) !== 0 && (six & (SYN | RST)) === 0 && payload !== 0) return Method.midstream;
  if (six === 0) return Method.tcpNull;
  if (six === FIN) return Method.tcpFin;
  if (six === (FIN | PSH | URG)) return Method.tcpXmas;
  if (six === (FIN | ACK)) return Method.tcpMaimon;
  if (six === ACK || six === (ACK | PSH)) return Method.tcpAck;
  return Method.tcpOdd;
}

/** A connection of which all has been told but the exchange. */
function open(t: Tracker, flow: number, row: number): void {
  const flags = t.packets.flags[row];
  if ((flags & (SYN | RST | FIN)) !== 0 && !goesOn(t, flow, row)) return;
  t.count(flow, row);
  if (t.packets.payloadLength[row] === 0) return;
  if (t.reverse) listen(t, flow, row);
  else if (t.flows.cold32[14 * flow + Cold32.payload] === 0) t.payload(flow, row);
  if (t.marked(flow, Mark.exchanged) || (t.flows.cold8[56 * flow + Cold8.proof] & Proof.handshake) === 0) return;
  const word = 8 * flow;
  if (t.flows.hot32[word + Hot32.bytesOut] !== 0 && t.flows.hot32[word + Hot32.bytesIn] !== 0) t.tellExchange(flow, row);
}

/** A segment with SYN, RST or FIN in an open connection; false: it was dealt with. */
function goesOn(t: Tracker, flow: number, row: number): boolean {
  const six = t.packets.flags[row] & SIX;
  if ((six & (SYN | ACK | RST | FIN)) === SYN) {
    if (!begunWith(t, flow, row)) again(t, row, flow);
    return false;
  }
  if ((six & RST) !== 0) t.turn(flow, State.closed, Queue.linger, row);
  else if ((six & FIN) !== 0) {
    t.mark(flow, t.reverse ? Mark.finIn : Mark.finOut);
    if (t.marked(flow, Mark.finIn) && t.marked(flow, Mark.finOut)) t.turn(flow, State.closed, Queue.linger, row);
  }
  return true;
}

/** Whether the row's SYN is the one that the flow began with, or a later try that was counted. */
function begunWith(t: Tracker, flow: number, row: number): boolean {
  return !t.reverse && isTry(t, flow, t.packets.seq[row]);
}

function isTry(t: Tracker, flow: number, seq: number): boolean {
  const difference = (t.flows.cold32[14 * flow + Cold32.seq] ^ seq) >>> 0;
  return difference === 0 || difference === t.flows.cold32[14 * flow + Cold32.trySeq];
}

/** The port pair is used anew: the old flow ends, a new one begins. */
function again(t: Tracker, row: number, old: number): void {
  t.end(old);
  const found = t.findPorts(row);
  if (found < 0) begin(t, row);
}

/** SYN sent, no answer yet. */
function asked(t: Tracker, flow: number, row: number): void {
  t.count(flow, row);
  if (t.reverse) askedBack(t, flow, row);
  else askedOn(t, flow, row);
}

function askedBack(t: Tracker, flow: number, row: number): void {
  const six = t.packets.flags[row] & SIX;
  const { seq, ack } = t.packets;
  const acknowledges = (six & ACK) !== 0 && isTry(t, flow, (ack[row] - 1) >>> 0);
  if ((six & RST) !== 0) {
    if ((six & ACK) !== 0 && !acknowledges && !acknowledgesAll(t, flow, ack[row])) return;
    t.tell(flow, Outcome.refused, Proof.closed);
    t.turn(flow, State.closed, Queue.linger, row);
    return;
  }
  t.mark(flow, Mark.replied);
  const simultaneous = (six & (SYN | ACK)) === SYN;
  if ((six & SYN) === 0 || !(acknowledges || simultaneous || acknowledgesAll(t, flow, ack[row]))) return;
  t.flows.hot32[8 * flow + Hot32.expect] = seq[row] + 1;
  t.turn(flow, State.answered, Queue.half, row);
}

/** Whether the number acknowledges the first SYN with its data (RFC 7413) or FIN. */
function acknowledgesAll(t: Tracker, flow: number, ack: number): boolean {
  const distance = (ack - t.flows.cold32[14 * flow + Cold32.seq]) >>> 0;
  return distance <= t.flows.hot32[8 * flow + Hot32.bytesOut] + 2;
}

function askedOn(t: Tracker, flow: number, row: number): void {
  const six = t.packets.flags[row] & SIX;
  const { seq } = t.packets;
  const { cold32 } = t.flows;
  if ((six & (SYN | ACK | RST)) === SYN) {
    const difference = (cold32[14 * flow + Cold32.seq] ^ seq[row]) >>> 0;
    if (cold32[14 * flow + Cold32.trySeq] === 0) cold32[14 * flow + Cold32.trySeq] = difference;
    t.retry(flow, row);
    return;
  }
  if ((six & (ACK | RST)) !== ACK || t.packets.ack[row] === 0) return;
  if (t.marked(flow, Mark.wentOn) && t.packets.payloadLength[row] !== 0) {
    t.tell(flow, Outcome.unknown, 0);
    t.turn(flow, State.open, Queue.open, row);
  } else if (isTry(t, flow, (seq[row] - 1) >>> 0)) {
    t.mark(flow, Mark.wentOn);
    t.wait(flow, row);
  }
}

/** SYN-ACK seen; what does the source do? */
function answered(t: Tracker, flow: number, row: number): void {
  const six = t.packets.flags[row] & SIX;
  if (t.reverse) answeredBack(t, flow, row, six);
  else if ((six & RST) !== 0) {
    t.count(flow, row);
    t.tell(flow, Outcome.answered, Proof.brokenOff);
    t.turn(flow, State.closed, Queue.linger, row);
  } else if ((six & ACK) !== 0 && provesHandshake(t, flow, row)) {
    if (t.flows.hot8[32 * flow + Hot8.method] === Method.tcpSyn) t.flows.hot8[32 * flow + Hot8.method] = Method.tcpConnect;
    t.tell(flow, Outcome.answered, Proof.handshake);
    t.flows.cold8[56 * flow + Cold8.proof] |= Proof.handshake;
    t.turn(flow, State.open, Queue.open, row);
    first(t, flow, row, six);
  } else {
    t.count(flow, row);
    if ((six & (SYN | ACK)) === SYN) t.retry(flow, row);
  }
}

/** The segment that completed the handshake may carry data, or FIN. */
function first(t: Tracker, flow: number, row: number, six: number): void {
  t.count(flow, row);
  if ((six & FIN) !== 0) t.mark(flow, Mark.finOut);
  if (t.packets.payloadLength[row] !== 0) t.payload(flow, row);
}

/** The source acknowledges the target's SYN, and nothing that the target was not seen to send. */
function provesHandshake(t: Tracker, flow: number, row: number): boolean {
  const word = 8 * flow;
  const beyond = (t.packets.ack[row] - t.flows.hot32[word + Hot32.expect]) >>> 0;
  return beyond <= t.flows.hot32[word + Hot32.bytesIn];
}

function answeredBack(t: Tracker, flow: number, row: number, six: number): void {
  t.count(flow, row);
  if ((six & RST) !== 0) {
    t.tell(flow, Outcome.answered, 0);
    t.turn(flow, State.closed, Queue.linger, row);
  } else if ((six & SYN) !== 0) {
    t.flows.hot32[8 * flow + Hot32.expect] = t.packets.seq[row] + 1;
  } else if (t.packets.payloadLength[row] !== 0) {
    t.flows.cold8[56 * flow + Cold8.proof] |= Proof.peerSpoke;
    listen(t, flow, row);
  }
}

/** Told and done with, or told of as silent. */
function over(t: Tracker, flow: number, row: number): void {
  const six = t.packets.flags[row] & SIX;
  const syn = (six & (SYN | ACK | RST | FIN)) === SYN;
  const closed = t.flows.hot8[32 * flow + Hot8.state] === State.closed;
  if (closed && syn && !begunWith(t, flow, row)) {
    again(t, row, flow);
    return;
  }
  t.count(flow, row);
  if (closed || !t.reverse) return;
  if ((six & RST) !== 0) t.turn(flow, State.closed, Queue.linger, row);
  else if ((six & (SYN | ACK)) === (SYN | ACK)) {
    t.flows.hot32[8 * flow + Hot32.expect] = t.packets.seq[row] + 1;
    t.turn(flow, State.answered, Queue.half, row);
  }
}

/** A probe without SYN, or the middle of a connection: the second segment tells. */
function candidate(t: Tracker, flow: number, row: number): void {
  const six = t.packets.flags[row] & SIX;
  if ((six & (SYN | ACK | RST | FIN)) === SYN && !(t.reverse && probes(t, flow))) {
    t.tell(flow, Outcome.unknown, 0);
    again(t, row, flow);
    return;
  }
  t.count(flow, row);
  if (!t.reverse) candidateOn(t, flow, row);
  else if ((six & RST) !== 0) candidateRefused(t, flow, row);
  else if (probes(t, flow)) {
    t.tell(flow, Outcome.answered, 0);
    t.turn(flow, State.closed, Queue.linger, row);
  } else midstream(t, flow, row);
}

/** Whether the flow began with a combination of flags that no connection has in its middle. */
function probes(t: Tracker, flow: number): boolean {
  const method = t.flows.hot8[32 * flow + Hot8.method];
  return method !== Method.tcpAck && method !== Method.tcpMaimon && method !== Method.midstream;
}

/** The source sent more: the same once more is a retry, anything else the middle of a connection. */
function candidateOn(t: Tracker, flow: number, row: number): void {
  const { seq, ack, flags } = t.packets;
  const { cold32, cold16, hot8 } = t.flows;
  const same =
    cold32[14 * flow + Cold32.seq] === seq[row] &&
    cold32[14 * flow + Cold32.ack] === ack[row] &&
    cold16[28 * flow + Cold16.flags] === flags[row];
  if (same || probes(t, flow)) t.retry(flow, row);
  else {
    hot8[32 * flow + Hot8.method] = Method.midstream;
    t.wait(flow, row);
  }
}

/** RST: the answer to a probe has the number that the probe acknowledged (RFC 9293 section 3.10.7.1). */
function candidateRefused(t: Tracker, flow: number, row: number): void {
  const method = 32 * flow + Hot8.method;
  const answers = probes(t, flow) || t.packets.seq[row] === t.flows.cold32[14 * flow + Cold32.ack];
  if (!answers) t.flows.hot8[method] = Method.midstream;
  t.tell(flow, answers ? Outcome.refused : Outcome.unknown, answers ? Proof.closed : 0);
  t.turn(flow, State.closed, Queue.linger, row);
}

/** Both sides talk in a connection whose beginning was not seen. Who began it? Hardly the one with the service's port. */
function midstream(t: Tracker, flow: number, row: number): void {
  const { sourcePort, targetPort } = t.packets;
  t.flows.hot8[32 * flow + Hot8.method] = Method.midstream;
  const service = t.reverse ? targetPort[row] : sourcePort[row];
  const other = t.reverse ? sourcePort[row] : targetPort[row];
  if (service < WELL_KNOWN && other >= WELL_KNOWN) t.flip(flow, row);
  t.tell(flow, Outcome.answered, 0);
  t.turn(flow, State.open, Queue.open, row);
}

/** A SYN-ACK or RST came first. */
function stray(t: Tracker, flow: number, row: number): void {
  const six = t.packets.flags[row] & SIX;
  if ((six & (SYN | ACK | RST | FIN)) === SYN) strayAsked(t, flow, row);
  else {
    t.count(flow, row);
    if ((t.flows.cold16[28 * flow + Cold16.flags] & SYN) !== 0) strayAnswer(t, flow, row, six);
    else if (t.reverse) strayEnd(t, flow, row);
    else t.retry(flow, row);
  }
}

/** The SYN comes after its answer: the capture has put them in the wrong order, or it is another connection. */
function strayAsked(t: Tracker, flow: number, row: number): void {
  const { cold32, cold16, hot32 } = t.flows;
  const theirs = cold32[14 * flow + Cold32.seq];
  const answers = t.reverse && cold32[14 * flow + Cold32.ack] === (t.packets.seq[row] + 1) >>> 0;
  if (!answers) {
    t.tell(flow, Outcome.unknown, 0);
    again(t, row, flow);
    return;
  }
  const refused = (cold16[28 * flow + Cold16.flags] & RST) !== 0;
  t.count(flow, row);
  t.flip(flow, row);
  t.flows.hot8[32 * flow + Hot8.method] = Method.tcpSyn;
  hot32[8 * flow + Hot32.expect] = theirs + 1;
  if (refused) t.tell(flow, Outcome.refused, Proof.closed);
  t.turn(flow, refused ? State.closed : State.answered, refused ? Queue.linger : Queue.half, row);
}

/** After a SYN-ACK: the rest of a handshake makes it a connection whose SYN was not seen. */
function strayAnswer(t: Tracker, flow: number, row: number, six: number): void {
  if (t.reverse && (six & RST) !== 0) {
    t.tell(flow, Outcome.unknown, 0);
    t.turn(flow, State.closed, Queue.linger, row);
    return;
  }
  if (!t.reverse && ((six & (SYN | RST)) !== 0 || t.packets.payloadLength[row] === 0)) {
    t.retry(flow, row);
    return;
  }
  const next = (t.flows.cold32[14 * flow + Cold32.seq] + 1) >>> 0;
  const beyond = (t.packets.ack[row] - next) >>> 0;
  const proven = t.reverse && (six & ACK) !== 0 && beyond <= t.flows.hot32[8 * flow + Hot32.bytesOut];
  if (t.reverse && !proven) return;
  t.flip(flow, row);
  t.flows.hot8[32 * flow + Hot8.method] = Method.midstream;
  t.tell(flow, Outcome.answered, proven ? Proof.handshake : 0);
  t.turn(flow, State.open, Queue.open, row);
}

/** After an RST the other side sends what it had on the way: the end of a connection that was not seen to begin. */
function strayEnd(t: Tracker, flow: number, row: number): void {
  t.flip(flow, row);
  t.flows.hot8[32 * flow + Hot8.method] = Method.midstream;
  t.tell(flow, Outcome.unknown, 0);
  t.turn(flow, State.closed, Queue.linger, row);
}
