import { Method, Outcome, Proof } from '../record/contact.ts';
import { LINE32, LINE8, Line32, Line8, Mark, Queue, State } from './layout.ts';
import { tell, tellExchange } from './tells.ts';
import type { Tracker } from './tracker.ts';

// Hot: every SCTP packet.

/*
 * Association (RFC 9260 section 5.1), by the first chunk of each packet:
 *
 *   source                       target
 *   INIT ──────────────────────▶              asked
 *        ◀────── INIT ACK (its tag)           answered
 *   COOKIE ECHO (that tag) ────▶              open: the source has read the tag, its address is not forged
 *        ◀────── COOKIE ACK
 *
 * ABORT says no at any time. A COOKIE ECHO of nowhere (RFC 9260 section 8.4) is a probe: silence or ABORT.
 */
const DATA = 0;
const INIT = 1;
const INIT_ACK = 2;
const ABORT = 6;
const SHUTDOWN_COMPLETE = 14;
const COOKIE_ECHO = 10;
const COOKIE_ACK = 11;
const ERROR = 9;

export function sctp(t: Tracker, row: number): void {
  const flow = t.findPorts(row);
  const chunk = t.packets.flags[row];
  if (flow < 0) {
    begin(t, row, chunk);
    return;
  }
  const state = t.flows.line8[LINE8 * flow + Line8.state];
  if (chunk === INIT && !t.reverse && state === State.closed) {
    t.end(flow);
    t.findPorts(row);
    begin(t, row, chunk);
    return;
  }
  count(t, flow, row, chunk);
  if (state === State.asked) asked(t, flow, row, chunk);
  else if (state === State.answered) answered(t, flow, row, chunk);
  else if (state === State.candidate) candidate(t, flow);
  else if (state === State.open) open(t, flow, row, chunk);
  else if (state === State.stray && !t.reverse) t.retry(flow);
}

function begin(t: Tracker, row: number, chunk: number): void {
  if (chunk === INIT) t.open(row, State.asked, Method.sctpInit);
  else if (chunk === COOKIE_ECHO) t.open(row, State.asked, Method.sctpCookie);
  else if (chunk === INIT_ACK || chunk === COOKIE_ACK || chunk === ABORT || chunk === ERROR)
    t.open(row, State.stray, Method.strayAnswer);
  else t.open(row, State.candidate, Method.midstream);
}

/** Only data counts as payload. */
function count(t: Tracker, flow: number, row: number, chunk: number): void {
  const bytes = 8 * flow + (t.reverse ? Line32.bytesIn : Line32.bytesOut);
  const before = t.flows.line32[bytes];
  t.count(flow, row);
  if (chunk !== DATA) t.flows.line32[bytes] = before;
}

function asked(t: Tracker, flow: number, row: number, chunk: number): void {
  if (!t.reverse) {
    if (chunk === INIT || chunk === COOKIE_ECHO) t.retry(flow);
    return;
  }
  if (chunk === ABORT) {
    tell(t, flow, Outcome.refused, Proof.closed);
    t.turn(flow, State.closed, Queue.linger);
  } else if (chunk === INIT_ACK) {
    t.flows.line32[LINE32 * flow + Line32.expect] = t.packets.ack[row];
    t.mark(flow, Mark.replied);
    t.turn(flow, State.answered, Queue.half);
  } else {
    tell(t, flow, Outcome.answered, 0);
    t.turn(flow, State.open, Queue.talk);
  }
}

function answered(t: Tracker, flow: number, row: number, chunk: number): void {
  const tagged = t.packets.seq[row] === t.flows.line32[LINE32 * flow + Line32.expect];
  if (!t.reverse && chunk === COOKIE_ECHO && tagged) {
    tell(t, flow, Outcome.answered, Proof.handshake);
    t.prove(flow, Proof.handshake);
    t.turn(flow, State.open, Queue.open);
  } else if (chunk === ABORT) {
    tell(t, flow, Outcome.answered, t.reverse ? 0 : Proof.brokenOff);
    t.turn(flow, State.closed, Queue.linger);
  } else if (!t.reverse && chunk === INIT) t.retry(flow);
}

function open(t: Tracker, flow: number, row: number, chunk: number): void {
  if (chunk === ABORT || chunk === SHUTDOWN_COMPLETE) {
    t.turn(flow, State.closed, Queue.linger);
    return;
  }
  const line = LINE32 * flow;
  const both = t.flows.line32[line + Line32.bytesOut] !== 0 && t.flows.line32[line + Line32.bytesIn] !== 0;
  const proven = t.proven(flow, Proof.handshake);
  if (both && proven && !t.marked(flow, Mark.exchanged)) tellExchange(t, flow, row);
}

/** The middle of an association that began before the capture. */
function candidate(t: Tracker, flow: number): void {
  if (!t.reverse) {
    t.wait(flow);
    return;
  }
  tell(t, flow, Outcome.answered, 0);
  t.turn(flow, State.open, Queue.open);
}
