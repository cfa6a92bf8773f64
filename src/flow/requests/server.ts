import { isDigit } from '../../record/ascii.ts';
import { BYTES_UNKNOWN, Reply, replyOfStatus, RequestTrait, verbOf } from '../../record/request.ts';
import { ascii } from '../answers/text.ts';
import { LINE32, Line32 } from '../layout.ts';
import type { Tracker } from '../tracker.ts';
import { BODY_MOST } from './client.ts';
import { Body, isResponse, mayBecomeResponse, readResponse, statusOf } from './http.ts';
import { Kind, Mark, Mode } from './talks.ts';

// Hot: every segment with payload of a server that speaks HTTP; those of a body leave after one comparison.

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

/** Longest chunk that is believed. */
const CHUNK_MOST = 2 ** 40;

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

/** A segment of the server. */
export function server(t: Tracker, talk: number, row: number): void {
  const { requests, packets } = t;
  const { talks } = requests;
  const at = packets.payload[row];
  const end = at + packets.payloadCaptured[row];
  const skip = (talks.serverNext[talk] - packets.seq[row]) | 0;
  if (skip >= packets.payloadLength[row]) return;
  talks.heard[talk] = packets.ack[row];
  if (talks.marked(talk, Mark.perhaps)) {
    if (!speaksWeb(packets.bytes, at, end)) {
      requests.drop(talk);
      return;
    }
    talks.unmark(talk, Mark.perhaps);
  }
  if (skip < 0 && !resumes(t, talk, row, -skip)) {
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

/** After a gap of so many bytes: whether it lies in a body that lasts until the end, or a response begins in the row. */
function resumes(t: Tracker, talk: number, row: number, gap: number): boolean {
  const { requests, packets } = t;
  const { talks, pieces } = requests;
  if (talks.mode[talk] === Mode.untilClose) {
    talks.body[talk] += gap;
    return true;
  }
  const at = packets.payload[row];
  if (!isResponse(packets.bytes, at, at + packets.payloadCaptured[row])) return false;
  if (talks.serverPiece[talk] !== 0) pieces.release(talks.serverPiece[talk]);
  talks.serverPiece[talk] = 0;
  talks.body[talk] = BYTES_UNKNOWN;
  requests.tellSubject(talk);
  requests.passGap(talk, packets.seq[row] | 0);
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
  talks.earlyStatus[talk] = 0;
  if (slot === 0 && talks.waiting[talk] === 0) {
    talks.earlyStatus[talk] = status;
    talks.earlyHeard[talk] = talks.heard[talk];
    talks.earlyBytes[talk] = Body.chunked || Body.length < 0 ? BYTES_UNKNOWN : Math.min(Body.length, BYTES_UNKNOWN - 1);
  }
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

/**
 * The request that the next response belongs to; 0: none that was seen, or one that is not waited for any more. A server
 * answers nothing that it has not acknowledged; and when it acknowledges what was not seen here, it may answer that.
 */
function answeredSlot(t: Tracker, talk: number): number {
  const { requests } = t;
  const { talks, questions } = requests;
  if (talks.owed[talk] > 0) {
    talks.owed[talk] -= 1;
    return 0;
  }
  const first = talks.first[talk];
  if (first === 0 || ((talks.heard[talk] - questions.seq[first]) | 0) <= 0) return 0;
  if (((talks.heard[talk] - talks.clientNext[talk]) | 0) <= 0) return requests.shift(talk);
  requests.tellWaiting(talk);
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
