import { LINE8, Line8, Mark as FlowMark } from '../layout.ts';
import type { Tracker } from '../tracker.ts';
import { Body, Line, Opening, readLine, readRequest } from './http.ts';
import { parsed } from './parsed.ts';
import { Kind, Mark } from './talks.ts';

// Hot: every segment with payload of a connection in which HTTP is spoken; those of a body leave after one comparison.

/*
 * Both directions are followed by their sequence numbers: heads are read, bodies passed over. The n-th response of a
 * connection belongs to its n-th request (RFC 9112 section 9.3.2), unless the numbers say otherwise: nobody answers what
 * he has not acknowledged. After a gap a side is lost: only a segment that begins with a certain request or a response
 * counts then.
 */
const CR = 13;
const LF = 10;

/** Longest body that sequence numbers can be reckoned over. */
export const BODY_MOST = 2 ** 31 - 1;

/** Begins the talk of a connection whose client has sent the row. */
export function openWeb(t: Tracker, flow: number, row: number, marks: number): number {
  const { requests, packets } = t;
  const talk = requests.open(flow, Kind.http, marks);
  requests.talks.clientNext[talk] = packets.seq[row];
  requests.talks.clientBody[talk] = packets.seq[row];
  requests.talks.serverNext[talk] = packets.ack[row];
  return talk;
}

/** A segment of the client. */
export function client(t: Tracker, flow: number, talk: number, row: number): void {
  const { requests, packets } = t;
  const { talks } = requests;
  const length = packets.payloadLength[row];
  let skip = (talks.clientNext[talk] - packets.seq[row]) | 0;
  if (skip > 0 && leavesBodyOut(t, talk, row)) skip = 0;
  if (skip >= length) return;
  if (skip < 0) {
    if (talks.asking[talk] !== 0) requests.closeHead(talk);
    talks.mark(talk, Mark.clientLost);
    skip = 0;
  }
  const at = packets.payload[row];
  const end = at + packets.payloadCaptured[row];
  let pos = at + skip;
  if (talks.asking[talk] !== 0) pos = headGoesOn(t, talk, row, pos, end);
  pos = readRequests(t, flow, talk, row, pos, end);
  if (pos < at + length) {
    if (talks.asking[talk] !== 0) requests.closeHead(talk);
    if (pos < end || end < at + length) talks.mark(talk, Mark.clientLost);
    pos = at + length;
  }
  talks.clientNext[talk] = packets.seq[row] + pos - at;
}

/** A request where a body was to come: the server has refused the head alone (RFC 9110 section 10.1.1). */
function leavesBodyOut(t: Tracker, talk: number, row: number): boolean {
  const { talks } = t.requests;
  const { bytes, payload, payloadCaptured, seq } = t.packets;
  if (talks.waiting[talk] !== 0 || talks.subject[talk] !== 0) return false;
  if (((seq[row] - talks.clientBody[talk]) | 0) < 0) return false;
  const at = payload[row];
  return readLine(bytes, at, at + payloadCaptured[row]) === Opening.certain && Line.versioned;
}

/** Reads the requests that begin from `pos` on; returns where the next will begin, perhaps behind the segment. */
function readRequests(t: Tracker, flow: number, talk: number, row: number, from: number, end: number): number {
  const { requests, packets } = t;
  const { talks } = requests;
  const { bytes } = packets;
  const wire = packets.payload[row] + packets.payloadLength[row];
  const whole = packets.payloadCaptured[row] === packets.payloadLength[row];
  let pos = from;
  while (pos < end) {
    pos = skipLines(bytes, pos, end);
    if (pos === end) break;
    requests.makeRoom(flow);
    const opening = readLine(bytes, pos, end);
    if (talks.marked(talk, Mark.clientLost)) {
      if (opening !== Opening.certain) return wire;
      talks.unmark(talk, Mark.clientLost);
    }
    if (talks.marked(talk, Mark.perhaps) && talks.waiting[talk] !== 0) return wire;
    giveUpUnseen(t, flow, talk);
    const slot = requests.ask(talk, packets, row);
    const stop = readRequest(bytes, pos, end, opening);
    if (stop === 0 && whole && slot !== 0 && beginHead(t, talk, slot, pos, end)) return wire;
    if (slot !== 0) {
      requests.questions.fill(slot, parsed);
      requests.replyEarly(talk, slot, (packets.seq[row] + packets.payloadLength[row]) | 0);
    }
    if (stop === 0) talks.mark(talk, Mark.clientLost);
    pos = passBody(t, talk, row, stop || end);
  }
  return pos;
}

/** Requests whose responses cannot come any more, or cannot be seen here, wait no longer than until the next. */
function giveUpUnseen(t: Tracker, flow: number, talk: number): void {
  const { requests, flows } = t;
  const { talks } = requests;
  if (talks.waiting[talk] === 0) return;
  const own = talks.marked(talk, Mark.clientIsHigh) === t.marked(flow, FlowMark.sourceIsHigh);
  if (talks.marked(talk, Mark.serverLost) || (own && flows.line8[LINE8 * flow + Line8.got] === 0))
    requests.tellWaiting(talk);
}

/** Begins to put a head together; false: no room. */
function beginHead(t: Tracker, talk: number, slot: number, at: number, end: number): boolean {
  const { talks, pieces } = t.requests;
  const handle = pieces.take();
  if (handle === 0) return false;
  if (!pieces.append(handle, t.packets.bytes, at, end)) {
    pieces.release(handle);
    return false;
  }
  talks.clientPiece[talk] = handle;
  talks.asking[talk] = slot;
  return true;
}

/** The head goes on at `at`; returns where what comes after it begins. */
function headGoesOn(t: Tracker, talk: number, row: number, at: number, end: number): number {
  const { talks, pieces, questions } = t.requests;
  const { packets } = t;
  const wire = packets.payload[row] + packets.payloadLength[row];
  const handle = talks.clientPiece[talk];
  const start = pieces.start(handle);
  const before = start + pieces.used[handle];
  const fits = pieces.append(handle, packets.bytes, at, end);
  const last = start + pieces.used[handle];
  const opening = readLine(pieces.bytes, start, last);
  const stop = readRequest(pieces.bytes, start, last, opening);
  if (opening === Opening.certain) talks.unmark(talk, Mark.perhaps);
  if (stop === 0) {
    if (!fits || end < wire) t.requests.closeHead(talk);
    return wire;
  }
  questions.fill(talks.asking[talk], parsed);
  pieces.release(handle);
  talks.clientPiece[talk] = 0;
  talks.asking[talk] = 0;
  return passBody(t, talk, row, at + stop - before);
}

/** Where the body of the request whose head has just been read ends; it begins at `at`. */
function passBody(t: Tracker, talk: number, row: number, at: number): number {
  const { talks } = t.requests;
  const { payload, payloadLength, seq } = t.packets;
  talks.clientBody[talk] = seq[row] + at - payload[row];
  if (!Body.chunked && Body.length <= BODY_MOST) return at + Math.max(0, Body.length);
  talks.mark(talk, Mark.clientLost);
  return payload[row] + payloadLength[row];
}

/** Empty lines in front of a request do not count (RFC 9112 section 2.2). */
export function skipLines(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] === CR || bytes[at] === LF)) at += 1;
  return at;
}
