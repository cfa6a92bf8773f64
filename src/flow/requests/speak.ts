import { isLetter } from '../../record/ascii.ts';
import { Proof } from '../../record/contact.ts';
import { COLUMN_KINDS, IKE_PORT, kindOf, SNMP_PORT } from '../../record/kinds.ts';
import { SYN } from '../../record/tcp-flags.ts';
import { LINE32, Line32, Mark as FlowMark } from '../layout.ts';
import { tellGuessed } from '../tells.ts';
import type { Tracker } from '../tracker.ts';
import { DNS_PORT } from './dns.ts';
import { client, openWeb, skipLines } from './client.ts';
import { isResponse, Opening, readLine } from './http.ts';
import { agent, dnsDatagram, dnsSegment, fileRequest, kerberos, sip } from './paired.ts';
import { proposalOf } from './ike.ts';
import { communityKind } from './snmp.ts';
import { Kind, Mark } from './talks.ts';
import { server, unasked } from './server.ts';
import { greets, isMailPort, smtpClient, smtpServer } from './smtp.ts';
import { TFTP_PORT } from '../../record/ports.ts';

// Hot: every packet with payload; most leave after their first byte.

/*
 * Requests are known by what they say, at any port; DNS must also go to port 53, for it has no mark of its own. A talk
 * begins with a message at the beginning of a segment. In a connection that was seen to begin only its source asks.
 */
const KERBEROS_PORT = 88;
const CR = 13;
const LF = 10;
const H = 72;
const I = 73;
const O = 79;
const R = 82;
const S = 83;

/** 1: a byte that the first message of a talk may begin with: a letter, a line end; the high byte of a DNS message's length. */
const BEGINS = new Uint8Array(256);
for (let byte = 0; byte < 256; byte += 1)
  BEGINS[byte] = isLetter(byte) || byte < 2 || byte === CR || byte === LF ? 1 : 0;

/** A TCP segment with payload, before the flow's state takes notice of it. */
export function segment(t: Tracker, flow: number, row: number): void {
  const { packets, requests } = t;
  const talk = requests.talks.of(flow);
  if (talk === 0) {
    if (BEGINS[packets.bytes[packets.payload[row]]] !== 0) begin(t, flow, row);
  } else if ((packets.flags[row] & SYN) === 0) goOn(t, flow, talk, row);
}

function goOn(t: Tracker, flow: number, talk: number, row: number): void {
  const { talks } = t.requests;
  const kind = talks.kind[talk];
  if (kind === Kind.dns) dnsSegment(t, flow, row);
  else if (kind === Kind.sip) sip(t, flow, row);
  else if (kind === Kind.named) kerberos(t, flow, row);
  else if (kind === Kind.smtp) (t.reverse ? smtpServer : smtpClient)(t, t.reverse ? talk : flow, row);
  else if (talks.marked(talk, Mark.opaque)) return;
  else if (talks.marked(talk, Mark.clientIsHigh) === senderIsHigh(t, flow)) client(t, flow, talk, row);
  else server(t, talk, row);
}

function senderIsHigh(t: Tracker, flow: number): boolean {
  return t.reverse !== t.marked(flow, FlowMark.sourceIsHigh);
}

/** Looks whether a talk begins with this segment. */
function begin(t: Tracker, flow: number, row: number): void {
  const { bytes, payload, payloadCaptured, flags, sourcePort, targetPort } = t.packets;
  const at = payload[row];
  const end = at + payloadCaptured[row];
  if ((flags[row] & SYN) !== 0 || at === end) return;
  if (targetPort[row] === DNS_PORT || sourcePort[row] === DNS_PORT) dnsSegment(t, flow, row);
  else if (targetPort[row] === KERBEROS_PORT && bytes[at] === 0) kerberos(t, flow, row);
  else if (isMailPort(targetPort[row]) && greets(bytes, at, end)) smtpClient(t, flow, row);
  else if (t.reverse && bytes[at] === H && isResponse(bytes, at, end)) unasked(t, flow, row, senderIsHigh(t, flow));
  else beginAsking(t, flow, row, at, end);
}

function beginAsking(t: Tracker, flow: number, row: number, at: number, end: number): void {
  const { bytes, payloadCaptured, payloadLength } = t.packets;
  if (t.reverse && t.proven(flow, Proof.handshake)) return;
  const opening = readLine(bytes, skipLines(bytes, at, end), end);
  if (opening === Opening.none) return;
  if (opening === Opening.sip) {
    sip(t, flow, row);
    return;
  }
  if (opening !== Opening.certain && (!isFirst(t, flow) || payloadCaptured[row] < payloadLength[row])) return;
  const marks = opening === Opening.certain ? 0 : Mark.perhaps;
  t.requests.makeRoom(flow);
  client(t, flow, openWeb(t, flow, row, senderIsHigh(t, flow) ? marks | Mark.clientIsHigh : marks), row);
}

/** Whether the row's payload is the first in the flow, and the source's. */
function isFirst(t: Tracker, flow: number): boolean {
  const { line32 } = t.flows;
  const line = LINE32 * flow;
  return !t.reverse && line32[line + Line32.bytesIn] === 0 && line32[line + Line32.bytesOut] === 0;
}

/** Notes under which community an agent is asked, or what is proposed to it; tells it where the contact has been told. */
function noteKind(t: Tracker, flow: number, row: number): void {
  if (t.reverse) return;
  const { bytes, payload, payloadCaptured, targetPort } = t.packets;
  const at = payload[row];
  const end = at + payloadCaptured[row];
  const { line32 } = t.flows;
  const proposal = targetPort[row] === IKE_PORT ? proposalOf(bytes, at, end) : 0;
  const kind = proposal === 0 ? communityKind(bytes, at, end) : kindOf(proposal);
  if (kind < 0) return;
  if (line32[LINE32 * flow + Line32.trySeq] === 0) line32[LINE32 * flow + Line32.trySeq] = proposal;
  const cell = LINE32 * flow + (kind < COLUMN_KINDS ? Line32.seq : Line32.ack);
  const bit = (1 << (kind % COLUMN_KINDS)) >>> 0;
  if ((line32[cell] & bit) !== 0) return;
  line32[cell] |= bit;
  if (t.marked(flow, FlowMark.told)) tellGuessed(t, flow, row);
}

/** A UDP datagram with payload. */
export function datagram(t: Tracker, flow: number, row: number): void {
  const { bytes, payload, payloadCaptured, sourcePort, targetPort } = t.packets;
  if (payloadCaptured[row] === 0) return;
  if (targetPort[row] === SNMP_PORT || targetPort[row] === IKE_PORT) noteKind(t, flow, row);
  if (targetPort[row] === SNMP_PORT || sourcePort[row] === SNMP_PORT) {
    agent(t, flow, row);
    return;
  }
  if (targetPort[row] === KERBEROS_PORT || sourcePort[row] === KERBEROS_PORT) {
    kerberos(t, flow, row);
    return;
  }
  if (targetPort[row] === TFTP_PORT) {
    fileRequest(t, flow, row);
    return;
  }
  if (targetPort[row] === DNS_PORT || sourcePort[row] === DNS_PORT) {
    dnsDatagram(t, flow, row);
    return;
  }
  const first = bytes[payload[row]];
  if (first === O || first === R || first === I || first === S) sip(t, flow, row);
}
