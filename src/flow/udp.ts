import { Method, Outcome } from '../record/contact.ts';
import { Trait } from '../record/packet.ts';
import { ANSWERER_AT, EPHEMERAL, SYSTEM_PORTS, TFTP_PORT } from '../record/ports.ts';
import { UDP } from '../record/protocols.ts';
import { listen } from './answers/listen.ts';
import { Key, LINE32, LINE8, Line32, Line8, Mark, Queue, State } from './layout.ts';
import { payloadHash } from './heads.ts';
import { fileReply } from './requests/paired.ts';
import { datagram } from './requests/speak.ts';
import { Asker } from './sought.ts';
import { tell, tellExchange } from './tells.ts';
import type { Tracker } from './tracker.ts';

// Hot: every datagram.

/** Datagrams each way that make an exchange. */
const EXCHANGE = 2;

export function udp(t: Tracker, row: number): void {
  const flow = t.findPorts(row);
  if (flow < 0) {
    const begun = begin(t, row);
    if (begun >= 0) datagram(t, begun, row);
    return;
  }
  datagram(t, flow, row);
  t.count(flow, row);
  const state = t.flows.line8[LINE8 * flow + Line8.state];
  if (state === State.open) open(t, flow, row);
  else if (state === State.asked) asked(t, flow, row);
  else if (state === State.stray) stray(t, flow, row);
  else if (t.reverse) answered(t, flow, row);
}

/** Begins the flow of a first datagram; what a contact is about that was told already is told no more. */
function begin(t: Tracker, row: number): number {
  if (looksLikeReply(t, row)) return t.open(row, State.stray, Method.strayAnswer);
  if (!answersTransfer(t, row)) return t.open(row, State.asked, Method.udp);
  const flow = t.open(row, State.open, Method.midstream);
  if (flow < 0) return flow;
  t.mark(flow, Mark.told | Mark.exchanged);
  t.turn(flow, State.open, Queue.talk);
  return flow;
}

function open(t: Tracker, flow: number, row: number): void {
  if (t.reverse && t.packets.payloadLength[row] !== 0) listen(t, flow, row);
  const { line8 } = t.flows;
  if (line8[LINE8 * flow + Line8.sent] < EXCHANGE || line8[LINE8 * flow + Line8.got] < EXCHANGE) return;
  if (!t.marked(flow, Mark.exchanged)) tellExchange(t, flow, row);
}

function asked(t: Tracker, flow: number, row: number): void {
  if (t.reverse) answered(t, flow, row);
  else if (payloadHash(t.packets, row) === (t.flows.line32[LINE32 * flow + Line32.payload] | 0)) t.retry(flow);
  else t.wait(flow);
}

/** The first datagram back. */
function answered(t: Tracker, flow: number, row: number): void {
  tell(t, flow, Outcome.answered, 0);
  t.turn(flow, State.open, Queue.talk);
  listen(t, flow, row);
}

/** What looked like a reply goes on: from the other end too, then it is a conversation that began before the capture. */
function stray(t: Tracker, flow: number, row: number): void {
  if (!t.reverse) {
    t.retry(flow);
    return;
  }
  t.flip(flow, row);
  t.flows.line8[LINE8 * flow + Line8.method] = Method.midstream;
  tell(t, flow, Outcome.answered, 0);
  t.turn(flow, State.open, Queue.talk);
}

/**
 * A first datagram that answers a question nobody was seen to ask. Where the protocol says what is an answer, it decides,
 * whatever port it goes to: who forges questions in our name chooses that port. Elsewhere it must go from a service to
 * a client.
 */
function looksLikeReply(t: Tracker, row: number): boolean {
  const { sourcePort, targetPort, payload, payloadCaptured, bytes, ttl } = t.packets;
  const from = sourcePort[row];
  const to = targetPort[row];
  const size = payloadCaptured[row];
  if (size === 0) return false;
  const at = payload[row];
  switch (from) {
    case 53: // DNS, NetBIOS names, mDNS: QR (RFC 1035 section 4.1.1, RFC 1002 section 4.2.1.1)
    case 137:
    case 5353:
      // to who asked the group for an answer of his own: from the link, which its TTL shows (RFC 6762 sections 5.4 and 11)
      return size >= 12 && (bytes[at + 2] & 0x80) !== 0 && (to !== 5353 || ttl[row] === 255);
    case 17: // quotes, characters: nothing is asked from there (RFC 865, RFC 864)
    case 19:
      return to >= SYSTEM_PORTS;
    case 67: // DHCP: a reply (RFC 2131 section 2)
      return to === 68 && bytes[at] === 2;
    case 111: // RPC: the message type is reply (RFC 5531 section 9)
      return size >= 12 && bytes[at + 4] === 0 && bytes[at + 7] === 1;
    case 123: // NTP: mode server, or control and private with the response bit (RFC 5905 section 7.3, RFC 9327 section 2)
      return (
        (bytes[at] & 7) === 4 || ((bytes[at] & 7) > 5 && size > 1 && (bytes[at] & 0x80 || bytes[at + 1] & 0x80) !== 0)
      );
    case 161: // SNMP: the datagram is a whole message; a GetResponse is tagged a2 (RFC 3416 section 3)
      return hasByte(bytes, at, Math.min(size, 64), 0xa2);
    case 389: // CLDAP: searchResEntry and searchResDone (RFC 4511 section 4.5.2)
      return hasByte(bytes, at, Math.min(size, 16), 0x64) || hasByte(bytes, at, Math.min(size, 16), 0x65);
    case 443: // QUIC: a long header of a version that there is, or of none: version negotiation (RFC 9000 section 17.2)
      return to >= EPHEMERAL || (to >= SYSTEM_PORTS && size >= 7 && (bytes[at] & 0x80) !== 0 && isQuic(bytes, at + 1));
    case 500: // IKE: the response flag (RFC 7296 section 3.1)
      return size >= 28 && (bytes[at + 19] & 0x20) !== 0;
    case 547: // DHCPv6: advertise, reply, reconfigure, to who asked the group of servers (RFC 8415 section 7.3)
      return to === 546 && (bytes[at] === 2 || bytes[at] === 7 || bytes[at] === 10);
    case 1434: // SQL Server Resolution Protocol: SVR_RESP ([MC-SQLR] section 2.2.5)
      return bytes[at] === 5;
    case 1900: // SSDP: a status line
      return size > 5 && bytes[at] === 0x48 && bytes[at + 1] === 0x54 && bytes[at + 4] === 0x2f;
    case 3478: // STUN: success and error responses (RFC 8489 section 5)
      return size >= 20 && (bytes[at] & 0xc1) === 1;
    case 5060: // SIP: a status line (RFC 3261 section 7.2)
      return (
        size > 8 && bytes[at] === 0x53 && bytes[at + 1] === 0x49 && bytes[at + 2] === 0x50 && bytes[at + 3] === 0x2f
      );
    case 5683: // CoAP: version 1, code class 2 or more (RFC 7252 section 3)
      return size >= 4 && bytes[at] >>> 6 === 1 && bytes[at + 1] >>> 5 >= 2;
    case 11211: // memcached: behind the frame's header, answers begin in capitals (protocol.txt, "UDP protocol")
      return size > 8 && bytes[at + 8] >= 0x41 && bytes[at + 8] <= 0x5a;
    default:
      return (from < SYSTEM_PORTS || ANSWERER_AT[from] === 1) && to >= EPHEMERAL;
  }
}

/**
 * Whether a first datagram answers a request for a file: a server of TFTP answers from a port of its own, to the one that it
 * was asked from, with data, an error, or the options that it takes (RFC 1350 sections 4 and 5, RFC 2347). Then that has
 * been answered.
 */
function answersTransfer(t: Tracker, row: number): boolean {
  const { address, targetPort, payload, payloadCaptured, bytes, traits } = t.packets;
  const at = payload[row];
  const operation = bytes[at + 1];
  if (payloadCaptured[row] < 4 || bytes[at] !== 0 || (operation !== 3 && operation !== 5 && operation !== 6))
    return false;
  const last = UDP | ((traits[row] & Trait.v6) !== 0 ? Key.v6 : 0);
  const asking = t.find(address, 8 * row, TFTP_PORT, targetPort[row], last, Asker.none);
  const answers = asking >= 0 && t.reverse;
  if (answers) {
    fileReply(t, asking, row);
    tell(t, asking, Outcome.answered, 0);
    t.turn(asking, State.open, Queue.talk);
  }
  // What is opened next is the flow of this row.
  t.findPorts(row);
  return answers;
}

/** Version 0, 1 or 2 (RFC 9369), or one of a draft. */
function isQuic(bytes: Uint8Array, at: number): boolean {
  const version = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  return version === 0 || version === 1 || version === 0x6b3343cf || version >>> 8 === 0xff0000;
}

function hasByte(bytes: Uint8Array, at: number, size: number, byte: number): boolean {
  for (let k = at; k < at + size; k += 1) if (bytes[k] === byte) return true;
  return false;
}
