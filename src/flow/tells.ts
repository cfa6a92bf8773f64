import { Method, Outcome, Proof } from '../record/contact.ts';
import { STARTTLS_HELLO, TLS_HELLO } from '../record/hint.ts';
import { isWork, Login, LOGIN_AT } from '../record/login.ts';
import { writeContact } from './heads.ts';
import type { InHand } from './in-hand.ts';
import {
  HEAD16,
  HEAD32,
  HEAD64,
  HEAD8,
  Head16,
  Head32,
  Head8,
  LINE32,
  LINE64,
  LINE8,
  Line32,
  Line8,
  Mark,
  State,
  TOUCHED,
} from './layout.ts';

// Hot: `tell` for every contact. What a flow has come to, written as rows of contacts.

/** Evicted before this time (µs) nothing can be said of the outcome; after it silence is silence. */
const PATIENCE = 1e6;

/** FIN-ACKs sent so often on one port pair come from a stack that wants to be rid of its connection, not from a probe. */
const STACK_TRIES = 3;

/** Bytes of an answer that is no more than a refusal. */
const ALERT = 32;

/** Tells the flow's contact, once a flow. */
export function tell(t: InHand, flow: number, outcome: number, proof: number): void {
  if (t.marked(flow, Mark.told)) return;
  t.mark(flow, Mark.told);
  t.prove(flow, proof);
  const { flows, contacts } = t;
  const at = writeContact(flows, contacts, flow, outcome);
  contacts.time[at] = flows.head64[HEAD64 * flow];
  contacts.record[at] = flows.head32[HEAD32 * flow + Head32.record];
}

/** Tells, once a flow, that its contact has become a real exchange. */
export function tellExchange(t: InHand, flow: number, row: number): void {
  if (t.marked(flow, Mark.exchanged)) return;
  t.mark(flow, Mark.exchanged);
  t.prove(flow, Proof.exchange);
  const at = tellNow(t, flow, row, Outcome.exchanged);
  t.contacts.link[at] = t.reverse ? t.packets.link[row] : 0;
}

/** Tells that the source broke a proven connection off before it had sent anything. */
export function tellBrokenOff(t: InHand, flow: number, row: number): void {
  if (!t.proven(flow, Proof.handshake) || t.marked(flow, Mark.exchanged)) return;
  t.mark(flow, Mark.exchanged);
  tellNow(t, flow, row, Outcome.brokenOff);
}

/**
 * Tells that a connection with a login service was closed, for what it carried, or one that carried work in the clear
 * (within TLS it may be requests for names, one after the other), or one in which a TLS hello got no answer, or after
 * whose hello the source said no more; not in the row that told its exchange.
 */
export function tellEnd(t: InHand, flow: number, row: number): void {
  const { packets } = t;
  const port = t.reverse ? packets.sourcePort[row] : packets.targetPort[row];
  const heard = t.marked(flow, Mark.exchanged);
  const isUse = heard && (LOGIN_AT[port] !== Login.none || hasWorked(t, flow, port));
  if (!isUse && (heard ? !isLeft(t, flow, row) : !isUnheard(t, flow, row))) return;
  tellNow(t, flow, row, isUse ? Outcome.ended : Outcome.unheard);
}

/** Tells, once a flow, that a login was refused; not in a row that tells something else. */
export function tellDenied(t: InHand, flow: number, row: number): void {
  if (t.marked(flow, Mark.denied)) return;
  t.mark(flow, Mark.denied);
  tellNow(t, flow, row, Outcome.denied);
}

/** Tells that a source goes on under another community, or with another proposal. */
export function tellGuessed(t: InHand, flow: number, row: number): void {
  tellNow(t, flow, row, Outcome.guessed);
}

/** Tells what silence has decided. */
export function tellAtEnd(t: InHand, flow: number): void {
  const { line8 } = t.flows;
  const state = line8[LINE8 * flow + Line8.state];
  if (state === State.stray) return tell(t, flow, Outcome.unknown, 0);
  if (state === State.answered || t.marked(flow, Mark.replied)) return tell(t, flow, Outcome.answered, 0);
  if (state === State.asked)
    return t.marked(flow, Mark.wentOn)
      ? tell(t, flow, Outcome.answered, Proof.continued)
      : tell(t, flow, Outcome.unanswered, 0);
  const method = LINE8 * flow + Line8.method;
  const insistent = line8[method] === Method.tcpMaimon && line8[LINE8 * flow + Line8.tries] >= STACK_TRIES;
  if (insistent) line8[method] = Method.midstream;
  tell(t, flow, line8[method] === Method.midstream ? Outcome.unknown : Outcome.unanswered, 0);
}

/** Tells what can be said of a flow that has to go before its time. */
export function tellEvicted(t: InHand, flow: number): void {
  const state = t.flows.line8[LINE8 * flow + Line8.state];
  const undecided = state === State.asked || state === State.candidate;
  if (undecided && t.flows.now[0] - t.flows.line64[LINE64 * flow + TOUCHED] < PATIENCE)
    tell(t, flow, Outcome.unknown, 0);
  else tellAtEnd(t, flow);
}

/** Writes what happens to a flow in this row. @returns where it stands */
function tellNow(t: InHand, flow: number, row: number, outcome: number): number {
  const { contacts, packets } = t;
  const at = writeContact(t.flows, contacts, flow, outcome);
  contacts.time[at] = packets.time[row];
  contacts.record[at] = packets.record(row);
  return at;
}

/** Whether work was done over it that no hello hides. */
function hasWorked(t: InHand, flow: number, port: number): boolean {
  if (t.flows.head8[HEAD8 * flow + Head8.hint] >= TLS_HELLO) return false;
  const { line32 } = t.flows;
  return isWork(port, line32[LINE32 * flow + Line32.bytesOut], line32[LINE32 * flow + Line32.bytesIn], 1);
}

/** Whether a hello came late, or was answered and nothing was said to that. */
function isLeft(t: InHand, flow: number, row: number): boolean {
  const { head8, head16, line32 } = t.flows;
  const hint = head8[HEAD8 * flow + Head8.hint];
  if (hint < TLS_HELLO || hint >= STARTTLS_HELLO) return hint >= STARTTLS_HELLO;
  if (!t.reverse && t.packets.payloadLength[row] !== 0) return false;
  const line = LINE32 * flow;
  return (
    line32[line + Line32.bytesOut] === head16[HEAD16 * flow + Head16.length] && line32[line + Line32.bytesIn] > ALERT
  );
}

/** Whether the source has sent a TLS hello and no more than that was said. */
function isUnheard(t: InHand, flow: number, row: number): boolean {
  if (t.flows.head8[HEAD8 * flow + Head8.hint] < TLS_HELLO || t.packets.payloadLength[row] !== 0) return false;
  return t.proven(flow, Proof.handshake) && t.flows.line32[LINE32 * flow + Line32.bytesIn] === 0;
}
