import { BYTES_UNKNOWN, Reply, replyOfStatus, RequestTrait, verbOf } from '../../record/request.ts';
import { ascii, isDigit } from '../answers/text.ts';
import { LINE32, LINE8, Line32, Line8, Mark as FlowMark } from '../layout.ts';
import type { Tracker } from '../tracker.ts';
import { Body, isResponse, Line, mayBecomeResponse, Opening } from './http.ts';
import { readLine, readRequest, readResponse, statusOf } from './http.ts';
import { parsed } from './parsed.ts';
import { Kind, Mark, Mode } from './talks.ts';

// Hot: every segment with payload of a connection in which HTTP is spoken; those of a body leave after one comparison.

/*
 * Both directions are followed by their sequence numbers: heads are read, bodies passed over. The n-th response of a
 * connection belongs to its n-th request (RFC 9112 section 9.3.2). After a gap a side is lost: only a segment that
 * begins with a certain request or a response counts then.
 */
const CR = 13;
const LF = 10;
/** A page begins with it: the answer to a request without a version has no head (HTTP/0.9, RFC 1945 section 6). */
const LESS = 60;
const SWITCHING = 101;
const OK = 200;
const NO_CONTENT = 204;
const NOT_MODIFIED = 304;
const HEAD = verbOf(ascii('HEAD'), 0, 4);
const CONNECT = verbOf(ascii('CONNECT'), 0, 7);

/** Longest body that sequence numbers can be reckoned over. */
const BODY_MOST = 2 ** 31 - 1;
/** Longest chunk that is believed. */
const CHUNK_MOST = 2 ** 40;

/** Begins the talk of a connection whose client has sent the row. */
export function openWeb(t: Tracker, flow: number, row: number, marks: number): number {
  const { requests, packets } = t;
  const talk = requests.open(flow, Kind.http, marks);
  requests.talks.clientNext[talk] = packets.seq[row];
  requests.talks.clientBody[talk] = packets.seq[row];
  requests.talks.serverNext[talk] = packets.ack[row];
  return talk;
}

/**
 * A server answers in HTTP something that was not: a TLS hello, rubbish, nothing that looks like a request. Only what it
 * did not understand counts; of other responses the request was merely not seen.
 */
export function unasked(t: Tracker, flow: number, row: number, senderIsHigh: boolean): void {
  const { requests, packets } = t;
  const at = packets.payload[row];
  requests.makeRoom(flow);
  const status = statusOf(packets.bytes, at, at + packets.payloadCaptured[row]);
  if (replyOfStatus(status) !== Reply.malformed || t.flows.line32[LINE32 * flow + Line32.bytesOut] === 0) return;
  const talk = requests.open(flow, Kind.http, senderIsHigh ? 0 : Mark.clientIsHigh);
  requests.talks.clientNext[talk] = packets.ack[row];
  requests.talks.clientBody[talk] = packets.ack[row];
  requests.talks.serverNext[talk] = packets.seq[row];
  const slot = requests.ask(talk, packets, row);
  if (slot !== 0) {
    requests.questions.turnRound(slot, packets, row);
    requests.questions.traits[slot] = RequestTrait.brokenLine;
  }
  server(t, talk, row);
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
    if (slot !== 0) requests.questions.fill(slot, parsed);
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

/** A segment of the server. */
export function server(t: Tracker, talk: number, row: number): void {
  const { requests, packets } = t;
  const { talks } = requests;
  const at = packets.payload[row];
  const end = at + packets.payloadCaptured[row];
  const skip = (talks.serverNext[talk] - packets.seq[row]) | 0;
  if (skip >= packets.payloadLength[row]) return;
  if (talks.marked(talk, Mark.perhaps)) {
    if (!speaksWeb(packets.bytes, at, end)) return requests.drop(talk);
    talks.unmark(talk, Mark.perhaps);
  }
  if (skip < 0 && !resumes(t, talk, at, end, -skip)) {
    talks.mark(talk, Mark.serverLost);
    return;
  }
  const pos = readResponses(t, talk, row, at + Math.max(0, skip), end);
  talks.serverNext[talk] = packets.seq[row] + pos - at;
}

/** Whether a server that sends this first speaks HTTP: a response begins, or a page without one. */
function speaksWeb(bytes: Uint8Array, at: number, end: number): boolean {
  return isResponse(bytes, at, end) || mayBecomeResponse(bytes, at, end) || bytes[at] === LESS;
}

/** After a gap of so many bytes: whether it lies in a body that lasts until the end, or a response begins at `at`. */
function resumes(t: Tracker, talk: number, at: number, end: number, gap: number): boolean {
  const { requests } = t;
  const { talks, pieces } = requests;
  if (talks.mode[talk] === Mode.untilClose) {
    talks.body[talk] += gap;
    return true;
  }
  if (!isResponse(t.packets.bytes, at, end)) return false;
  if (talks.serverPiece[talk] !== 0) pieces.release(talks.serverPiece[talk]);
  talks.serverPiece[talk] = 0;
  talks.body[talk] = BYTES_UNKNOWN;
  requests.tellSubject(talk);
  talks.mode[talk] = Mode.head;
  return true;
}

/** Goes through the responses from `pos` on; returns where what matters next begins, perhaps behind the segment. */
function readResponses(t: Tracker, talk: number, row: number, from: number, end: number): number {
  const { requests, packets } = t;
  const { talks } = requests;
  const wire = packets.payload[row] + packets.payloadLength[row];
  let pos = from;
  while (pos < wire) {
    const mode = talks.mode[talk];
    if (mode === Mode.untilClose) {
      if (talks.waiting[talk] === 0 || !isResponse(packets.bytes, pos, end)) {
        talks.body[talk] += wire - pos;
        return wire;
      }
      requests.tellSubject(talk);
      talks.mode[talk] = Mode.head;
    } else if (mode === Mode.data) {
      const size = Math.min(talks.left[talk], wire - pos);
      talks.left[talk] -= size;
      talks.body[talk] += size;
      if (talks.left[talk] === 0) talks.mode[talk] = Mode.dataEnd;
      pos += size;
    } else if (pos >= end) {
      talks.mark(talk, Mark.serverLost);
      return wire;
    } else if (mode === Mode.head) {
      pos = readHead(t, talk, pos, end, wire);
      if (talks.marked(talk, Mark.opaque)) return pos;
    } else {
      chunk(t, talk, mode, packets.bytes[pos]);
      pos += 1;
    }
  }
  return pos;
}

/** Reads a response's head, or the rest of one; returns where its body ends, or begins if that must be gone through. */
function readHead(t: Tracker, talk: number, at: number, end: number, wire: number): number {
  const { talks, pieces } = t.requests;
  const { bytes } = t.packets;
  const handle = talks.serverPiece[talk];
  if (handle === 0) {
    const status = statusOf(bytes, at, end);
    const stop = status === 0 ? 0 : readResponse(bytes, at, end);
    return stop === 0 ? beginResponse(t, talk, at, end, wire) : stop + answered(t, talk, status);
  }
  const start = pieces.start(handle);
  const before = pieces.used[handle];
  const fits = pieces.append(handle, bytes, at, end);
  const last = start + pieces.used[handle];
  const status = statusOf(pieces.bytes, start, last);
  const stop = status === 0 ? 0 : readResponse(pieces.bytes, start, last);
  if (stop === 0 && fits && end === wire) return wire;
  pieces.release(handle);
  talks.serverPiece[talk] = 0;
  if (stop !== 0) return at + stop - start - before + answered(t, talk, status);
  cutShort(t, talk, status);
  return wire;
}

/** The segment ends within a head, or holds none. */
function beginResponse(t: Tracker, talk: number, at: number, end: number, wire: number): number {
  const { talks, pieces } = t.requests;
  const { bytes } = t.packets;
  const status = statusOf(bytes, at, end);
  const may = status !== 0 || mayBecomeResponse(bytes, at, end);
  const handle = may && end === wire ? pieces.take() : 0;
  if (handle !== 0 && pieces.append(handle, bytes, at, end)) {
    talks.serverPiece[talk] = handle;
    return wire;
  }
  if (handle !== 0) pieces.release(handle);
  cutShort(t, talk, status);
  return wire;
}

/** Of this head no more will be seen than has been read: where its body ends is not known. */
function cutShort(t: Tracker, talk: number, status: number): void {
  const { requests } = t;
  const { talks } = requests;
  if (status !== 0) {
    answered(t, talk, status);
    talks.body[talk] = BYTES_UNKNOWN;
    requests.tellSubject(talk);
    talks.mode[talk] = Mode.head;
  }
  talks.mark(talk, Mark.serverLost);
}

/** The response whose head has just been read answers the request that has waited longest; returns how much body is to be passed over. */
function answered(t: Tracker, talk: number, status: number): number {
  const { requests } = t;
  const { talks, questions } = requests;
  talks.unmark(talk, Mark.serverLost);
  if (status < OK && status !== SWITCHING) return 0;
  const slot = answeredSlot(t, talk);
  const verb = questions.verb[slot];
  const tunnel = status === SWITCHING || (verb === CONNECT && status < 300);
  if (tunnel) talks.mark(talk, Mark.opaque);
  const empty = tunnel || verb === HEAD || status === NO_CONTENT || status === NOT_MODIFIED;
  if (slot !== 0) requests.reply(slot, status, replyOfStatus(status));
  if (!empty && (Body.chunked || Body.length < 0)) {
    talks.subject[talk] = slot;
    talks.mode[talk] = Body.chunked ? Mode.size : Mode.untilClose;
    talks.left[talk] = 0;
    talks.body[talk] = 0;
    return 0;
  }
  const size = empty ? 0 : Body.length;
  if (slot !== 0) {
    questions.bytes[slot] = Math.min(size, BYTES_UNKNOWN - 1);
    requests.tell(slot);
  }
  if (size <= BODY_MOST) return size;
  talks.mark(talk, Mark.serverLost);
  return 0;
}

/** The request that the next response belongs to; 0: none, or one that is not waited for any more. */
function answeredSlot(t: Tracker, talk: number): number {
  const { talks } = t.requests;
  if (talks.owed[talk] === 0) return t.requests.shift(talk);
  talks.owed[talk] -= 1;
  return 0;
}

/** One byte between the data of chunks. */
function chunk(t: Tracker, talk: number, mode: number, byte: number): void {
  const { talks } = t.requests;
  if (mode === Mode.dataEnd) {
    if (byte === LF) talks.mode[talk] = Mode.size;
  } else if (mode === Mode.trailerLine) {
    if (byte === LF) talks.mode[talk] = Mode.trailer;
  } else if (mode === Mode.trailer) {
    if (byte === LF) {
      talks.mode[talk] = Mode.head;
      t.requests.tellSubject(talk);
    } else if (byte !== CR) talks.mode[talk] = Mode.trailerLine;
  } else if (byte === LF) talks.mode[talk] = talks.left[talk] === 0 ? Mode.trailer : Mode.data;
  else if (mode === Mode.size) {
    const digit = hex(byte);
    if (digit < 0) talks.mode[talk] = Mode.extension;
    else talks.left[talk] = Math.min(CHUNK_MOST, talks.left[talk] * 16 + digit);
  }
}

function hex(byte: number): number {
  if (isDigit(byte)) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
