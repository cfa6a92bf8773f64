import { word16 } from '../answers/text.ts';
import type { Tracker } from '../tracker.ts';
import { DNS_PORT, isReply, readQuery, replyOf } from './dns.ts';
import { parsed } from './parsed.ts';
import { readSipRequest, readSipResponse, replyOfSip } from './sip.ts';
import { Kind } from './talks.ts';
import { readFileRequest, replyOfFile } from './tftp.ts';
import { readLogon, readUser, replyOfAgent, replyOfLogon } from './users.ts';

// Hot: every datagram of a protocol whose messages carry an identifier.

/*
 * Protocols in which a reply names its request (DNS and SNMP by an identifier, SIP by a Call-ID), or comes alone in its flow
 * (Kerberos, TFTP). A message is a datagram, or
 * stands at the beginning of a segment. The same request once more, while it waits, is a repetition.
 */
const IPPROTO_UDP = 17;
const PROVISIONAL = 200;

/** Messages in one segment that are looked at (RFC 7766 section 6.2.1.1: queries may be pipelined). */
const MESSAGES_MOST = 32;

export function dnsDatagram(t: Tracker, flow: number, row: number): void {
  const { payload, payloadCaptured } = t.packets;
  dnsMessage(t, flow, row, payload[row], payload[row] + payloadCaptured[row]);
}

/** DNS over TCP: messages behind their lengths, or a message whose length came in a segment of its own. */
export function dnsSegment(t: Tracker, flow: number, row: number): void {
  const { bytes, payload, payloadCaptured } = t.packets;
  const end = payload[row] + payloadCaptured[row];
  let at = payload[row];
  for (let n = 0; n < MESSAGES_MOST && at + 2 < end; n += 1) {
    const next = at + 2 + word16(bytes, at);
    if (!dnsMessage(t, flow, row, at + 2, Math.min(end, next))) break;
    at = next;
  }
  if (at === payload[row]) dnsMessage(t, flow, row, at, end);
}

/** A message bytes[at … end); false: it is none, or belongs to nothing. */
function dnsMessage(t: Tracker, flow: number, row: number, at: number, end: number): boolean {
  const { bytes, sourcePort, targetPort } = t.packets;
  t.requests.makeRoom(flow);
  if (targetPort[row] === DNS_PORT && readQuery(bytes, at, end)) return ask(t, flow, row, Kind.dns);
  if (sourcePort[row] !== DNS_PORT || !isReply(bytes, at, end)) return false;
  const code = bytes[at + 3] & 15;
  return answer(t, flow, row, word16(bytes, at), code, replyOf(code));
}

/** A datagram or segment that may be a SIP message. */
export function sip(t: Tracker, flow: number, row: number): void {
  const { bytes, payload, payloadCaptured } = t.packets;
  const at = payload[row];
  const end = at + payloadCaptured[row];
  t.requests.makeRoom(flow);
  if (t.requests.talks.of(flow) !== 0) {
    const status = readSipResponse(bytes, at, end);
    if (status >= PROVISIONAL) answer(t, flow, row, parsed.id, status, replyOfSip(status));
    if (status !== 0) return;
  }
  if (readSipRequest(bytes, at, end)) ask(t, flow, row, Kind.sip);
}

/** A datagram of Kerberos, or of its connection: the message in front of which its length stands. */
export function kerberos(t: Tracker, flow: number, row: number): void {
  const { bytes, payload, payloadCaptured, protocol } = t.packets;
  const end = payload[row] + payloadCaptured[row];
  const at = payload[row] + (protocol[row] === IPPROTO_UDP ? 0 : KERBEROS_LENGTH);
  if (at >= end) return;
  t.requests.makeRoom(flow);
  const reply = t.requests.talks.of(flow) === 0 ? -1 : replyOfLogon(bytes, at, end);
  if (reply >= 0) answer(t, flow, row, 0, 0, reply);
  else if (!t.reverse && readLogon(bytes, at, end)) ask(t, flow, row, Kind.named);
}
const KERBEROS_LENGTH = 4;

/** A datagram of SNMP that may name a user (version 3). */
export function agent(t: Tracker, flow: number, row: number): void {
  const { bytes, payload, payloadCaptured } = t.packets;
  const at = payload[row];
  const end = at + payloadCaptured[row];
  t.requests.makeRoom(flow);
  if (!readUser(bytes, at, end)) return;
  if (!t.reverse) {
    if (parsed.nameEnd > parsed.name) ask(t, flow, row, Kind.named);
  } else if (t.requests.talks.of(flow) !== 0) answer(t, flow, row, parsed.id, 0, replyOfAgent(bytes, at, end));
}

/** A datagram that asks a server of TFTP for a file. */
export function fileRequest(t: Tracker, flow: number, row: number): void {
  const { bytes, payload, payloadCaptured } = t.packets;
  t.requests.makeRoom(flow);
  if (readFileRequest(bytes, payload[row], payload[row] + payloadCaptured[row])) ask(t, flow, row, Kind.named);
}

/** The row, of another flow, answers it. @param asking the flow in which it was asked for */
export function fileReply(t: Tracker, asking: number, row: number): void {
  answer(t, asking, row, 0, 0, replyOfFile(t.packets.bytes, t.packets.payload[row]));
}

/** `parsed` is asked. */
function ask(t: Tracker, flow: number, row: number, kind: number): boolean {
  const { requests, packets } = t;
  const talk = requests.talks.of(flow) || requests.open(flow, kind, 0);
  if (requests.waits(talk, parsed.id)) return true;
  const slot = requests.ask(talk, packets, row);
  if (slot !== 0) requests.questions.fill(slot, parsed);
  return true;
}

function answer(t: Tracker, flow: number, row: number, id: number, status: number, reply: number): boolean {
  const { requests, packets } = t;
  const talk = requests.talks.of(flow);
  const slot = talk === 0 ? 0 : requests.pick(talk, id);
  if (slot === 0) return false;
  requests.reply(slot, status, reply);
  requests.tell(slot);
  if (packets.protocol[row] === IPPROTO_UDP && requests.talks.waiting[talk] === 0) requests.drop(talk);
  return true;
}
