import { Method } from '../record/contact.ts';
import { hashBytes } from '../record/fnv.ts';
import { SSH_OFFER, TLS_HELLO } from '../record/hint.ts';
import type { Flows } from './flows.ts';
import { laterHelloOf, offerOf, sshOfferOf } from './hello.ts';
import { hintOf } from './hints.ts';
import {
  HEAD8,
  HEAD16,
  HEAD32,
  Head8,
  Head16,
  Head32,
  Key,
  LINE8,
  LINE32,
  Line8,
  Line32,
  Mark,
  TYPE_SHIFT,
} from './layout.ts';
import type { ContactRows, PacketRows } from './rows.ts';

// Hot: once or twice a flow.

/** Bytes of a payload that its hash covers. */
const HASHED_BYTES = 32;

/** FNV-1a (32 bits, signed) of the first bytes of the row's payload; 0: no payload. */
export function payloadHash(packets: PacketRows, row: number): number {
  const { bytes } = packets;
  const start = packets.payload[row];
  const end = start + Math.min(HASHED_BYTES, packets.payloadCaptured[row]);
  return start === end ? 0 : hashBytes(bytes, start, end);
}

/** Takes length and hash of the first payload of the source from the row; of a TLS hello what it offers. */
export function takePayload(flows: Flows, packets: PacketRows, flow: number, row: number): void {
  flows.head16[HEAD16 * flow + Head16.length] = Math.min(0xffff, packets.payloadLength[row]);
  const start = packets.payload[row];
  const end = start + packets.payloadCaptured[row];
  const hint = hintOf(packets.bytes, start, end, packets.protocol[row], packets.targetPort[row]);
  flows.head8[HEAD8 * flow + Head8.hint] = hint;
  flows.line32[LINE32 * flow + Line32.payload] =
    hint >= TLS_HELLO ? offerOf(packets.bytes, start, end) : payloadHash(packets, row);
}

/**
 * Of a connection that began with something that betrays nothing: takes a hello that comes later instead (STARTTLS, RFC 3207;
 * SSH, RFC 4253), with all that the source has sent until its end as the length.
 */
export function takeHello(flows: Flows, packets: PacketRows, flow: number, row: number): void {
  if (flows.head8[HEAD8 * flow + Head8.hint] !== 0) return;
  const start = packets.payload[row];
  const end = start + packets.payloadCaptured[row];
  const hint = laterHelloOf(packets.bytes, start, end);
  if (hint === 0) return;
  const line = LINE32 * flow;
  flows.head8[HEAD8 * flow + Head8.hint] = hint;
  flows.head16[HEAD16 * flow + Head16.length] = Math.min(0xffff, flows.line32[line + Line32.bytesOut]);
  flows.line32[line + Line32.payload] =
    hint === SSH_OFFER ? sshOfferOf(packets.bytes, start, end) : offerOf(packets.bytes, start, end);
}

/** Takes the header columns of the flow's contact from the row. */
export function takeHead(flows: Flows, packets: PacketRows, flow: number, row: number): void {
  const { line32, head8, head16, head32 } = flows;
  const line = LINE32 * flow;
  const half = HEAD16 * flow;
  line32[line + Line32.seq] = packets.seq[row];
  line32[line + Line32.ack] = packets.ack[row];
  head32[HEAD32 * flow + Head32.record] = packets.firstRecord + row;
  head32[HEAD32 * flow + Head32.options] = packets.options[row];
  head32[HEAD32 * flow + Head32.link] = packets.link[row];
  head16[half + Head16.input] = packets.input;
  head16[half + Head16.flags] = packets.flags[row];
  head16[half + Head16.window] = packets.window[row];
  head16[half + Head16.urgent] = packets.urgent[row];
  head16[half + Head16.ipId] = packets.ipId[row];
  head16[half + Head16.mss] = packets.mss[row];
  head16[half + Head16.traits] = packets.traits[row];
  head8[HEAD8 * flow + Head8.ttl] = packets.ttl[row];
  if (packets.payloadLength[row] !== 0) takePayload(flows, packets, flow, row);
}

/** Clears the header columns: they are those of the other end's packet. */
export function clearHead(flows: Flows, flow: number): void {
  const { line32, head8, head16, head32 } = flows;
  for (let at = Line32.seq; at <= Line32.payload; at += 1) line32[LINE32 * flow + at] = 0;
  for (let at = Head16.flags; at <= Head16.length; at += 1) head16[HEAD16 * flow + at] = 0;
  head32[HEAD32 * flow + Head32.options] = 0;
  head32[HEAD32 * flow + Head32.link] = 0;
  head8[HEAD8 * flow + Head8.ttl] = 0;
  head8[HEAD8 * flow + Head8.hint] = 0;
}

/** Appends a contact of the flow, but for its time and record; returns where. */
export function writeContact(flows: Flows, contacts: ContactRows, flow: number, outcome: number): number {
  const { line8, line32, head8, head16, head32 } = flows;
  const at = contacts.count;
  const line = LINE32 * flow;
  const half = HEAD16 * flow;
  contacts.count = at + 1;
  contacts.method[at] = line8[LINE8 * flow + Line8.method];
  contacts.outcome[at] = outcome;
  contacts.proof[at] = line8[LINE8 * flow + Line8.proof];
  contacts.input[at] = head16[half + Head16.input];
  contacts.traits[at] = head16[half + Head16.traits];
  contacts.flags[at] = head16[half + Head16.flags];
  contacts.seq[at] = line32[line + Line32.seq];
  contacts.ack[at] = line32[line + Line32.ack];
  contacts.window[at] = head16[half + Head16.window];
  contacts.urgent[at] = head16[half + Head16.urgent];
  contacts.ipId[at] = head16[half + Head16.ipId];
  contacts.ttl[at] = head8[HEAD8 * flow + Head8.ttl];
  contacts.options[at] = head32[HEAD32 * flow + Head32.options];
  contacts.mss[at] = head16[half + Head16.mss];
  contacts.length[at] = head16[half + Head16.length];
  contacts.payload[at] = line32[line + Line32.payload];
  contacts.hint[at] = head8[HEAD8 * flow + Head8.hint];
  contacts.bytesOut[at] = line32[line + Line32.bytesOut];
  contacts.bytesIn[at] = line32[line + Line32.bytesIn];
  contacts.tries[at] = line8[LINE8 * flow + Line8.tries];
  contacts.trySeq[at] = line32[line + Line32.trySeq];
  contacts.link[at] = head32[HEAD32 * flow + Head32.link];
  writeEnds(flows, contacts, flow, at);
  return at;
}

function writeEnds(flows: Flows, contacts: ContactRows, flow: number, at: number): void {
  const source = flows.line8[LINE8 * flow + Line8.marks] & Mark.sourceIsHigh;
  const ports = flows.line32[LINE32 * flow + Line32.ports];
  const last = flows.line32[LINE32 * flow + Line32.last];
  flows.addressTo(flow, source, contacts.address, 8 * at);
  flows.addressTo(flow, 1 - source, contacts.address, 8 * at + 4);
  contacts.protocol[at] = last & 0xff;
  if ((last & Key.query) === 0) {
    contacts.sourcePort[at] = source === 0 ? ports >>> 16 : ports & 0xffff;
    contacts.targetPort[at] = source === 0 ? ports & 0xffff : ports >>> 16;
    return;
  }
  // a stray answer has type and code as the packet has them
  const code = (last & Key.error) !== 0 ? ports & 0xffff : 0;
  const stray = contacts.method[at] === Method.strayAnswer;
  contacts.sourcePort[at] = flows.head8[HEAD8 * flow + Head8.detail];
  contacts.targetPort[at] = stray ? code : (last >>> TYPE_SHIFT) & 0xff;
}
