import { Method, Outcome, Proof } from '../record/contact.ts';
import { Trait } from '../record/packet.ts';
import { isFromService } from '../record/ports.ts';
import { ACK, FIN, methodOfProbe, RST, SIX, SYN, URG } from '../record/tcp-flags.ts';
import { listen } from './answers/listen.ts';
import { DENIAL_MOST, isDenial } from './denials.ts';
import { HEAD16, Head16, LINE32, LINE8, Line32, Line8, Mark, Queue, State } from './layout.ts';
import { takeHello, takePayload } from './heads.ts';
import { segment } from './requests/speak.ts';
import { tell, tellBrokenOff, tellDenied, tellEnd, tellExchange } from './tells.ts';
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

/** Packets of the source among which a hello comes. */
const GREETING = 24;

export function tcp(t: Tracker, row: number): void {
  const flow = t.findPorts(row);
  if (flow < 0) {
    begin(t, row);
    return;
  }
  if (t.packets.payloadLength[row] !== 0) segment(t, flow, row);
  const state = t.flows.line8[LINE8 * flow + Line8.state];
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
  } else {
    const payload = t.packets.payloadLength[row];
    const flow = t.open(row, State.candidate, isRunning(t, row, six) ? Method.midstream : lonely(six, payload));
    if (flow >= 0 && payload !== 0) segment(t, flow, row);
  }
}

/**
 * Whether a lone ACK can only come from a running connection: it echoes a timestamp (RFC 7323 section 3.2), or it goes
 * from a service to a client.
 */
function isRunning(t: Tracker, row: number, six: number): boolean {
  const { sourcePort, targetPort, traits } = t.packets;
  if ((six & (ACK | SYN | RST | URG)) !== ACK) return false;
  return ((traits[row] & Trait.timestamps) !== 0 && echoes(t, row)) || isFromService(sourcePort[row], targetPort[row]);
}

/** Whether the options are the usual ones of a running connection (NOP, NOP, timestamps) with an echo that is not 0. */
function echoes(t: Tracker, row: number): boolean {
  const { bytes } = t.packets;
  const end = t.packets.payload[row];
  if (bytes[end - 12] !== 1 || bytes[end - 11] !== 1 || bytes[end - 10] !== 8 || bytes[end - 9] !== 10) return false;
  return (bytes[end - 4] | bytes[end - 3] | bytes[end - 2] | bytes[end - 1]) !== 0;
}

/** What a segment with these flags, neither SYN nor answer, is when nothing else of its flow is ever seen. */
function lonely(six: number, payload: number): number {
  if ((six & ACK) !== 0 && (six & (SYN | RST)) === 0 && payload !== 0) return Method.midstream;
  return methodOfProbe(six);
}

/** A connection of which all has been told but the exchange. */
function open(t: Tracker, flow: number, row: number): void {
  const flags = t.packets.flags[row];
  if ((flags & (SYN | RST | FIN)) !== 0 && !goesOn(t, flow, row)) return;
  t.count(flow, row);
  if (t.packets.payloadLength[row] === 0) return;
  if (t.reverse) listen(t, flow, row);
  else if (t.flows.line32[LINE32 * flow + Line32.payload] === 0) takePayload(t.flows, t.packets, flow, row);
  else if (mayGreet(t, flow, row)) takeHello(t.flows, t.packets, flow, row);
  if (t.marked(flow, Mark.exchanged)) {
    if (t.reverse && t.packets.payloadLength[row] <= DENIAL_MOST) denial(t, flow, row);
    return;
  }
  if (!t.proven(flow, Proof.handshake)) return;
  const line = LINE32 * flow;
  if (t.flows.line32[line + Line32.bytesOut] !== 0 && t.flows.line32[line + Line32.bytesIn] !== 0)
    tellExchange(t, flow, row);
}

/** A short segment of the target's may refuse a login; one that ends the connection tells that. */
function denial(t: Tracker, flow: number, row: number): void {
  const { bytes, payload, payloadCaptured, sourcePort } = t.packets;
  if (t.flows.line8[LINE8 * flow + Line8.state] !== State.open) return;
  const at = payload[row];
  const asked = t.flows.line32[LINE32 * flow + Line32.bytesOut];
  if (isDenial(bytes, at, at + payloadCaptured[row], sourcePort[row], asked)) tellDenied(t, flow, row);
}

/** Whether an early segment may be a hello of TLS or SSH: by its first bytes, which are at hand. */
function mayGreet(t: Tracker, flow: number, row: number): boolean {
  const { bytes, payload } = t.packets;
  const at = payload[row];
  if (bytes[at] !== 22 && (bytes[at] !== 0 || bytes[at + 5] !== 20)) return false;
  return t.flows.line8[LINE8 * flow + Line8.sent] <= GREETING;
}

/** A segment with SYN, RST or FIN in an open connection; false: it was dealt with. */
function goesOn(t: Tracker, flow: number, row: number): boolean {
  const six = t.packets.flags[row] & SIX;
  if ((six & (SYN | ACK | RST | FIN)) === SYN) {
    if (!begunWith(t, flow, row)) again(t, row, flow);
    return false;
  }
  if ((six & RST) !== 0) {
    if (!t.reverse && t.flows.line32[LINE32 * flow + Line32.bytesOut] === 0) tellBrokenOff(t, flow, row);
    else tellEnd(t, flow, row);
    t.turn(flow, State.closed, Queue.linger);
  } else if ((six & FIN) !== 0) {
    t.mark(flow, t.reverse ? Mark.finIn : Mark.finOut);
    if (t.marked(flow, Mark.finIn) && t.marked(flow, Mark.finOut)) {
      tellEnd(t, flow, row);
      t.turn(flow, State.closed, Queue.linger);
    }
  }
  return true;
}

/** Whether the row's SYN is the one that the flow began with, or a later try that was counted. */
function begunWith(t: Tracker, flow: number, row: number): boolean {
  return !t.reverse && isTry(t, flow, t.packets.seq[row] | 0);
}

function isTry(t: Tracker, flow: number, seq: number): boolean {
  const difference = (t.flows.line32[LINE32 * flow + Line32.seq] ^ seq) >>> 0;
  return difference === 0 || difference === t.flows.line32[LINE32 * flow + Line32.trySeq];
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
  const acknowledges = (six & ACK) !== 0 && isTry(t, flow, (ack[row] - 1) | 0);
  if ((six & RST) !== 0) {
    if ((six & ACK) !== 0 && !acknowledges && !acknowledgesAll(t, flow, ack[row] | 0)) return;
    tell(t, flow, Outcome.refused, Proof.closed);
    t.turn(flow, State.closed, Queue.linger);
    return;
  }
  t.mark(flow, Mark.replied);
  const simultaneous = (six & (SYN | ACK)) === SYN;
  if ((six & SYN) === 0 || !(acknowledges || simultaneous || acknowledgesAll(t, flow, ack[row] | 0))) return;
  t.flows.line32[LINE32 * flow + Line32.expect] = seq[row] + 1;
  t.turn(flow, State.answered, Queue.half);
}

/** Whether the number acknowledges the first SYN with its data (RFC 7413) or FIN. */
function acknowledgesAll(t: Tracker, flow: number, ack: number): boolean {
  const distance = (ack - t.flows.line32[LINE32 * flow + Line32.seq]) >>> 0;
  return distance <= t.flows.line32[LINE32 * flow + Line32.bytesOut] + 2;
}

function askedOn(t: Tracker, flow: number, row: number): void {
  const six = t.packets.flags[row] & SIX;
  const { seq } = t.packets;
  const { line32 } = t.flows;
  if ((six & (SYN | ACK | RST)) === SYN) {
    const difference = (line32[LINE32 * flow + Line32.seq] ^ seq[row]) >>> 0;
    if (line32[LINE32 * flow + Line32.trySeq] === 0) line32[LINE32 * flow + Line32.trySeq] = difference;
    t.retry(flow);
    return;
  }
  if ((six & (ACK | RST)) !== ACK || t.packets.ack[row] === 0) return;
  if (t.marked(flow, Mark.wentOn) && t.packets.payloadLength[row] !== 0) {
    tell(t, flow, Outcome.answered, Proof.continued);
    t.turn(flow, State.open, Queue.open);
  } else if (isTry(t, flow, (seq[row] - 1) | 0)) {
    t.mark(flow, Mark.wentOn);
    t.wait(flow);
  }
}

/** SYN-ACK seen; what does the source do? */
function answered(t: Tracker, flow: number, row: number): void {
  const six = t.packets.flags[row] & SIX;
  if (t.reverse) answeredBack(t, flow, row, six);
  else if ((six & RST) !== 0) {
    t.count(flow, row);
    tell(t, flow, Outcome.answered, Proof.brokenOff);
    t.turn(flow, State.closed, Queue.linger);
  } else if ((six & ACK) !== 0 && provesHandshake(t, flow, row)) {
    if (t.flows.line8[LINE8 * flow + Line8.method] === Method.tcpSyn)
      t.flows.line8[LINE8 * flow + Line8.method] = Method.tcpConnect;
    tell(t, flow, Outcome.answered, Proof.handshake);
    t.prove(flow, Proof.handshake);
    t.turn(flow, State.open, Queue.open);
    first(t, flow, row, six);
  } else {
    t.count(flow, row);
    if ((six & (SYN | ACK)) === SYN) t.retry(flow);
  }
}

/** The segment that completed the handshake may carry data, or FIN. */
function first(t: Tracker, flow: number, row: number, six: number): void {
  t.count(flow, row);
  if ((six & FIN) !== 0) t.mark(flow, Mark.finOut);
  if (t.packets.payloadLength[row] !== 0) takePayload(t.flows, t.packets, flow, row);
}

/** The source acknowledges the target's SYN, and nothing that the target was not seen to send. */
function provesHandshake(t: Tracker, flow: number, row: number): boolean {
  const line = LINE32 * flow;
  const beyond = (t.packets.ack[row] - t.flows.line32[line + Line32.expect]) >>> 0;
  return beyond <= t.flows.line32[line + Line32.bytesIn];
}

function answeredBack(t: Tracker, flow: number, row: number, six: number): void {
  t.count(flow, row);
  if ((six & RST) !== 0) {
    tell(t, flow, Outcome.answered, 0);
    t.turn(flow, State.closed, Queue.linger);
  } else if ((six & SYN) !== 0) {
    t.flows.line32[LINE32 * flow + Line32.expect] = t.packets.seq[row] + 1;
  } else if (t.packets.payloadLength[row] !== 0) {
    t.prove(flow, Proof.peerSpoke);
    listen(t, flow, row);
  }
}

/** Told and done with, or told of as silent. */
function over(t: Tracker, flow: number, row: number): void {
  const six = t.packets.flags[row] & SIX;
  const syn = (six & (SYN | ACK | RST | FIN)) === SYN;
  const closed = t.flows.line8[LINE8 * flow + Line8.state] === State.closed;
  if (closed && syn && !begunWith(t, flow, row)) {
    again(t, row, flow);
    return;
  }
  t.count(flow, row);
  if (closed || !t.reverse) return;
  if ((six & RST) !== 0) t.turn(flow, State.closed, Queue.linger);
  else if ((six & (SYN | ACK)) === (SYN | ACK)) {
    t.flows.line32[LINE32 * flow + Line32.expect] = t.packets.seq[row] + 1;
    t.turn(flow, State.answered, Queue.half);
  }
}

/** A probe without SYN, or the middle of a connection: the second segment tells. */
function candidate(t: Tracker, flow: number, row: number): void {
  const six = t.packets.flags[row] & SIX;
  if ((six & (SYN | ACK | RST | FIN)) === SYN && !(t.reverse && probes(t, flow))) {
    tell(t, flow, Outcome.unknown, 0);
    again(t, row, flow);
    return;
  }
  t.count(flow, row);
  if (!t.reverse) candidateOn(t, flow, row);
  else if ((six & RST) !== 0) candidateRefused(t, flow, row);
  else if (probes(t, flow)) {
    tell(t, flow, Outcome.answered, 0);
    t.turn(flow, State.closed, Queue.linger);
  } else midstream(t, flow, row);
}

/** Whether the flow began with a combination of flags that no connection has in its middle. */
function probes(t: Tracker, flow: number): boolean {
  const method = t.flows.line8[LINE8 * flow + Line8.method];
  return method !== Method.tcpAck && method !== Method.tcpMaimon && method !== Method.midstream;
}

/** The source sent more: the same once more is a retry, anything else the middle of a connection. */
function candidateOn(t: Tracker, flow: number, row: number): void {
  const { seq, ack, flags } = t.packets;
  const { line32, head16, line8 } = t.flows;
  const same =
    line32[LINE32 * flow + Line32.seq] === seq[row] &&
    line32[LINE32 * flow + Line32.ack] === ack[row] &&
    head16[HEAD16 * flow + Head16.flags] === flags[row];
  if (same || probes(t, flow)) t.retry(flow);
  else {
    line8[LINE8 * flow + Line8.method] = Method.midstream;
    t.wait(flow);
  }
}

/** RST: the answer to a probe has the number that the probe acknowledged (RFC 9293 section 3.10.7.1). */
function candidateRefused(t: Tracker, flow: number, row: number): void {
  const method = LINE8 * flow + Line8.method;
  const answers = probes(t, flow) || t.packets.seq[row] === t.flows.line32[LINE32 * flow + Line32.ack];
  if (!answers) t.flows.line8[method] = Method.midstream;
  tell(t, flow, answers ? Outcome.refused : Outcome.unknown, answers ? Proof.closed : 0);
  t.turn(flow, State.closed, Queue.linger);
}

/** Both sides talk in a connection whose beginning was not seen. Who began it? Hardly the one with the service's port. */
function midstream(t: Tracker, flow: number, row: number): void {
  const { sourcePort, targetPort } = t.packets;
  t.flows.line8[LINE8 * flow + Line8.method] = Method.midstream;
  const service = t.reverse ? targetPort[row] : sourcePort[row];
  const other = t.reverse ? sourcePort[row] : targetPort[row];
  if (isFromService(service, other)) t.flip(flow, row);
  tell(t, flow, Outcome.answered, 0);
  t.turn(flow, State.open, Queue.open);
}

/** A SYN-ACK or RST came first. */
function stray(t: Tracker, flow: number, row: number): void {
  const six = t.packets.flags[row] & SIX;
  if ((six & (SYN | ACK | RST | FIN)) === SYN) strayAsked(t, flow, row);
  else {
    t.count(flow, row);
    if ((t.flows.head16[HEAD16 * flow + Head16.flags] & SYN) !== 0) strayAnswer(t, flow, row, six);
    else if (t.reverse) strayEnd(t, flow, row);
    else t.retry(flow);
  }
}

/** The SYN comes after its answer: the capture has put them in the wrong order, or it is another connection. */
function strayAsked(t: Tracker, flow: number, row: number): void {
  const { head16, line32 } = t.flows;
  const theirs = line32[LINE32 * flow + Line32.seq];
  const answers = t.reverse && line32[LINE32 * flow + Line32.ack] === (t.packets.seq[row] + 1) >>> 0;
  if (!answers) {
    tell(t, flow, Outcome.unknown, 0);
    again(t, row, flow);
    return;
  }
  const refused = (head16[HEAD16 * flow + Head16.flags] & RST) !== 0;
  t.count(flow, row);
  t.flip(flow, row);
  t.flows.line8[LINE8 * flow + Line8.method] = Method.tcpSyn;
  line32[LINE32 * flow + Line32.expect] = theirs + 1;
  if (refused) tell(t, flow, Outcome.refused, Proof.closed);
  t.turn(flow, refused ? State.closed : State.answered, refused ? Queue.linger : Queue.half);
}

/** After a SYN-ACK: the rest of a handshake makes it a connection whose SYN was not seen. */
function strayAnswer(t: Tracker, flow: number, row: number, six: number): void {
  if (t.reverse && (six & RST) !== 0) {
    tell(t, flow, Outcome.unknown, 0);
    t.turn(flow, State.closed, Queue.linger);
    return;
  }
  if (!t.reverse && ((six & (SYN | RST)) !== 0 || t.packets.payloadLength[row] === 0)) {
    t.retry(flow);
    return;
  }
  const next = (t.flows.line32[LINE32 * flow + Line32.seq] + 1) >>> 0;
  const beyond = (t.packets.ack[row] - next) >>> 0;
  const proven = t.reverse && (six & ACK) !== 0 && beyond <= t.flows.line32[LINE32 * flow + Line32.bytesOut];
  if (t.reverse && !proven) return;
  t.flip(flow, row);
  t.flows.line8[LINE8 * flow + Line8.method] = Method.midstream;
  tell(t, flow, Outcome.answered, proven ? Proof.handshake : 0);
  t.turn(flow, State.open, Queue.open);
}

/** After an RST the other side sends what it had on the way: the end of a connection that was not seen to begin. */
function strayEnd(t: Tracker, flow: number, row: number): void {
  t.flip(flow, row);
  t.flows.line8[LINE8 * flow + Line8.method] = Method.midstream;
  tell(t, flow, Outcome.unknown, 0);
  t.turn(flow, State.closed, Queue.linger);
}
