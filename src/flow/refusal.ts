import { Method, Outcome, Proof } from '../record/contact.ts';
import { Trait } from '../record/packet.ts';
import { HEAD8, Head8, Key, LINE32, LINE8, Line32, Line8, Queue, State, TYPE_SHIFT } from './layout.ts';
import { findQuery } from './query.ts';
import { Asker } from './sought.ts';
import { tell } from './tells.ts';
import type { Tracker } from './tracker.ts';

// Hot: every ICMP error.

/*
 * An ICMP error quotes the packet that it is about, from the IP header (RFC 792, RFC 1812 section 4.3.2.3, RFC 4443
 * section 3), at least eight bytes of what follows that header: the ports, and of TCP the sequence number. So it finds
 * its flow.
 */
const IPPROTO_ICMP = 1;
const IPPROTO_TCP = 6;
const IPPROTO_UDP = 17;
const IPPROTO_ICMP6 = 58;
const IPPROTO_SCTP = 132;

/** Bytes of the quoted transport header that are read. */
const QUOTED = 8;
/** IPv6 extension headers that are walked over in a quote. */
const EXTENSIONS = 4;

/** What an error says of the flow, beside bits of Proof. */
const NOT_A_REFUSAL = -1;
/** somebody on the way answered, nothing is decided */
const PASSING = -2;

/** Addresses of the quoted packet. */
const quoted = new Uint32Array(8);

export function icmpError(t: Tracker, row: number): void {
  const { sourcePort } = t.packets;
  const flow = findQuoted(t, row);
  if (flow >= 0) {
    apply(t, flow, row);
    return;
  }
  const v6 = (t.packets.traits[row] & Trait.v6) !== 0;
  if (!v6 && (sourcePort[row] === 4 || sourcePort[row] === 5)) return;
  strayError(t, row, v6);
}

/** An error about nothing we saw: backscatter, or the answer to a forged packet. */
function strayError(t: Tracker, row: number, v6: boolean): void {
  const { address, sourcePort, targetPort, protocol } = t.packets;
  const type = sourcePort[row];
  const code = targetPort[row];
  const d = protocol[row] | Key.query | Key.error | (v6 ? Key.v6 : 0) | (type << TYPE_SHIFT);
  const known = t.find(address, 8 * row, code, code, d, Asker.sender);
  if (known >= 0) {
    t.retry(known);
    t.flows.touch(known);
    return;
  }
  const flow = t.open(row, State.stray, Method.strayAnswer);
  if (flow >= 0) t.flows.head8[HEAD8 * flow + Head8.detail] = type;
}

/** The flow that the quoted packet belongs to and was sent in by its source, or −1. */
function findQuoted(t: Tracker, row: number): number {
  const { bytes, payload, payloadCaptured } = t.packets;
  const at = payload[row];
  const end = at + payloadCaptured[row];
  if (end - at < 20) return -1;
  if (bytes[at] >>> 4 === 4) return findQuoted4(t, at, end);
  return bytes[at] >>> 4 === 6 && end - at >= 40 ? findQuoted6(t, at, end) : -1;
}

function findQuoted4(t: Tracker, at: number, end: number): number {
  const { bytes } = t.packets;
  quoted[0] = 0;
  quoted[1] = 0;
  quoted[2] = 0xffff;
  quoted[3] = word(bytes, at + 12);
  quoted[4] = 0;
  quoted[5] = 0;
  quoted[6] = 0xffff;
  quoted[7] = word(bytes, at + 16);
  const later = ((bytes[at + 6] & 0x1f) | bytes[at + 7]) !== 0;
  if (later) return -1;
  return findTransport(t, bytes[at + 9], at + ((bytes[at] & 15) << 2), end, false);
}

function findQuoted6(t: Tracker, ip: number, end: number): number {
  const { bytes } = t.packets;
  for (let k = 0; k < 8; k += 1) quoted[k] = word(bytes, ip + 8 + 4 * k);
  let next = bytes[ip + 6];
  let at = ip + 40;
  for (let n = 0; n < EXTENSIONS && isExtension(next) && at + 8 <= end; n += 1) {
    const size = next === 44 ? 8 : (bytes[at + 1] + 1) << 3;
    next = bytes[at];
    at += size;
  }
  return findTransport(t, next, at, end, true);
}

/** Hop-by-hop, routing, fragment, destination options (RFC 8200 section 4). */
function isExtension(next: number): boolean {
  return next === 0 || next === 43 || next === 44 || next === 60;
}

function findTransport(t: Tracker, protocol: number, at: number, end: number, v6: boolean): number {
  const { bytes } = t.packets;
  const family = v6 ? Key.v6 : 0;
  const whole = end - at >= QUOTED;
  if (protocol === IPPROTO_TCP || protocol === IPPROTO_UDP || protocol === IPPROTO_SCTP) {
    if (!whole) return -1;
    const from = (bytes[at] << 8) | bytes[at + 1];
    const to = (bytes[at + 2] << 8) | bytes[at + 3];
    const flow = t.find(quoted, 0, from, to, protocol | family, Asker.none);
    return flow >= 0 && protocol === IPPROTO_TCP && !sent(t, flow, word(bytes, at + 4)) ? -1 : flow;
  }
  if (protocol === (v6 ? IPPROTO_ICMP6 : IPPROTO_ICMP)) {
    if (!whole) return -1;
    return findQuery(t, quoted, 0, protocol, v6, bytes[at], (bytes[at + 4] << 8) | bytes[at + 5]);
  }
  const d = protocol | Key.query | family | (protocol << TYPE_SHIFT);
  return t.find(quoted, 0, 0, 0, d, Asker.none);
}

/** Whether a flow that still waits for its answer sent this sequence number; of all others it is not asked. */
function sent(t: Tracker, flow: number, seq: number): boolean {
  const state = t.flows.line8[LINE8 * flow + Line8.state];
  if (state !== State.asked && state !== State.candidate) return true;
  const difference = (t.flows.line32[LINE32 * flow + Line32.seq] ^ seq) >>> 0;
  return difference === 0 || difference === t.flows.line32[LINE32 * flow + Line32.trySeq];
}

function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

/** The error decides the flow that still waits for its answer. */
function apply(t: Tracker, flow: number, row: number): void {
  const { line8, line32 } = t.flows;
  const state = line8[LINE8 * flow + Line8.state];
  t.flows.touch(flow);
  if (t.reverse || (state !== State.asked && state !== State.candidate)) return;
  const fromTarget = sameAddress(t.packets.address, 8 * row, quoted, 4);
  const says = verdict(t, row, line32[LINE32 * flow + Line32.last] & 0xff, fromTarget);
  if (says === NOT_A_REFUSAL) return;
  const router = fromTarget ? 0 : Proof.byRouter;
  if (says === PASSING) {
    t.prove(flow, router);
    return;
  }
  tell(t, flow, Outcome.refused, says | router);
  t.turn(flow, State.closed, Queue.linger);
}

function sameAddress(a: Uint32Array, at: number, b: Uint32Array, bt: number): boolean {
  return a[at + 3] === b[bt + 3] && a[at + 2] === b[bt + 2] && a[at + 1] === b[bt + 1] && a[at] === b[bt];
}

/** Bits of Proof (without `byRouter`), NOT_A_REFUSAL or PASSING. */
function verdict(t: Tracker, row: number, protocol: number, fromTarget: boolean): number {
  const type = t.packets.sourcePort[row];
  const code = t.packets.targetPort[row];
  return (t.packets.traits[row] & Trait.v6) === 0
    ? verdict4(type, code, protocol, fromTarget)
    : verdict6(type, code, protocol, fromTarget);
}

/**
 * RFC 792; RFC 1122 section 3.2.2.1; RFC 1812 section 5.2.7.1. No TCP answers with port unreachable (RFC 9293
 * section 3.5.2 says RST): that was a filter, as was one sent in another's name.
 */
function verdict4(type: number, code: number, protocol: number, fromTarget: boolean): number {
  if (type === 11) return PASSING;
  if (type !== 3 || code === 4) return NOT_A_REFUSAL;
  if (code === 9 || code === 10 || code === 13) return Proof.filtered;
  if (code === 3) return portUnreachable(protocol, fromTarget);
  if (code === 2) return protocol === IPPROTO_TCP || protocol === IPPROTO_UDP ? Proof.filtered : closedBy(fromTarget);
  return 0;
}

/** RFC 4443 section 3. */
function verdict6(type: number, code: number, protocol: number, fromTarget: boolean): number {
  if (type === 3) return PASSING;
  if (type === 4) return code === 1 ? closedBy(fromTarget) : NOT_A_REFUSAL;
  if (type !== 1) return NOT_A_REFUSAL;
  if (code === 1 || code === 5 || code === 6) return Proof.filtered;
  return code === 4 ? portUnreachable(protocol, fromTarget) : 0;
}

function portUnreachable(protocol: number, fromTarget: boolean): number {
  return protocol === IPPROTO_UDP ? closedBy(fromTarget) : Proof.filtered;
}

function closedBy(fromTarget: boolean): number {
  return fromTarget ? Proof.closed : Proof.filtered;
}
