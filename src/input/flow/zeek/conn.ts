// Hot: `read` runs once a row of conn.log.
import { isGroup, isV4 } from '../../../record/address.ts';
import { beginContact, type ContactBatch, Method, Outcome, Proof } from '../../../record/contact.ts';
import { Trait } from '../../../record/packet.ts';
import { isFromService } from '../../../record/ports.ts';
import { ICMP, ICMP6, SCTP, TCP, UDP } from '../../../record/protocols.ts';
import type { Sheaf } from '../../../record/sheaf.ts';
import { Weird } from '../../../record/weird.ts';
import { Line } from '../../lines.ts';
import { isAnswer } from '../decide.ts';
import { ENDS, type ZeekLog, type ZeekRow } from './row.ts';

/*
 * conn.log (Zeek, base/protocols/conn/main.zeek): what Zeek saw of one conversation, both ways.
 *
 *   conn_state  TCP means                                             outcome     proof
 *   S0          SYN, no answer                                        unanswered
 *   S0 SH …     SYN, then ACK and data: answered, out of sight here   answered    continued
 *   S1 SF S2 S3 established; and how far it was closed                answered    handshake, when the history says so
 *   REJ         SYN, RST                                              refused     closed
 *   RSTO RSTR   established; broken off by originator, by responder   answered    handshake; brokenOff when the RST was all
 *   RSTOS0 SH   SYN, then RST or FIN, no answer seen                  unanswered
 *   RSTRH SHR   SYN-ACK of the responder, no SYN seen                 a stray answer of the responder
 *   OTH         no SYN seen                                           what the history says: a probe without SYN, or midstream
 *
 * States go by what each side did last: a FIN alone is SH, with an RST for it RSTR, an ACK with an RST for it RSTRH. So
 * where the history tells neither SYN nor SYN-ACK it decides, whatever the state.
 *
 *   history     one letter a kind of packet, upper case: of the originator
 *               s SYN  h SYN-ACK  a bare ACK  d data  f FIN  r RST  i q impossible flags  c g t w ^ (nothing of use here)
 *
 * Of UDP, S0, SF and SHR say who sent: the originator, both, the responder. ICMP has its type as originator's port, its
 * code as responder's, and no state; its errors concern other conversations and become nothing.
 */
const proto = 5;
const origBytes = 6;
const respBytes = 7;
const connState = 8;
const historyField = 9;
const origPackets = 10;
const respPackets = 11;
const localOrig = 12;
const localResp = 13;

const State = {
  none: 0,
  S0: 1,
  S1: 2,
  SF: 3,
  REJ: 4,
  S2: 5,
  S3: 6,
  RSTO: 7,
  RSTR: 8,
  RSTOS0: 9,
  RSTRH: 10,
  SH: 11,
  SHR: 12,
  OTH: 13,
} as const;

const keyOf = (name: string): number => Array.from(name).reduce((key, letter) => key * 128 + letter.charCodeAt(0), 0);
const STATES: ReadonlyMap<number, number> = new Map(Object.entries(State).map(([name, state]) => [keyOf(name), state]));

/** Bits of what one side did. */
const SYN = 1;
const SYNACK = 2;
const ACK = 4;
const DATA = 8;
const FIN = 16;
const RST = 32;
const ODD = 64;
const DEED = new Uint8Array(128);
for (const [letter, bit] of Object.entries({ s: SYN, h: SYNACK, a: ACK, d: DATA, f: FIN, r: RST, i: ODD, q: ODD }))
  DEED[letter.charCodeAt(0)] = bit;

/** Datagrams each way that make an exchange. */
const EXCHANGE = 2;
/** A probe without SYN is repeated at most so often. */
const RETRIES = 3;

/** What was made of the row in hand. */
const verdict = { method: 0, outcome: 0, proof: 0, flags: 0, flipped: false };
/** What each side did, of the row in hand. */
const deeds = { out: 0, back: 0 };

function say(method: number, outcome: number, proof: number, flags = 0): void {
  verdict.method = method;
  verdict.outcome = outcome;
  verdict.proof = proof;
  verdict.flags = flags;
}

/** An answer nobody was seen to ask for, of the responder (`flipped`) or the originator. */
function stray(flipped: boolean, flags = 0): void {
  say(Method.strayAnswer, Outcome.unknown, 0, flags);
  verdict.flipped = flipped;
}

function readHistory(row: ZeekRow): void {
  const { bytes } = row;
  const to = row.to[historyField];
  let out = 0;
  let back = 0;
  for (let at = row.from[historyField]; at < to; at += 1) {
    const letter = bytes[at];
    if (letter >= 97) back |= DEED[letter & 127];
    else out |= DEED[letter | 32];
  }
  deeds.out = out;
  deeds.back = back;
}

function stateOf(row: ZeekRow): number {
  const from = row.from[connState];
  const to = row.to[connState];
  if (to - from > 6) return State.none;
  let key = 0;
  for (let at = from; at < to; at += 1) key = key * 128 + row.bytes[at];
  return STATES.get(key) ?? State.none;
}

function tcp(row: ZeekRow, state: number): void {
  readHistory(row);
  const begun = (deeds.out & SYN) !== 0 || (deeds.back & SYNACK) !== 0;
  if (!begun && row.length(historyField) > 0) return unstarted(row);
  switch (state) {
    case State.S0:
    case State.RSTOS0:
    case State.SH:
      unseen();
      return;
    case State.REJ:
      say(Method.tcpSyn, Outcome.refused, Proof.closed, 2);
      return;
    case State.RSTRH:
    case State.SHR:
      stray(true, 18);
      return;
    case State.none:
    case State.OTH:
      unstarted(row);
      return;
    default:
      established(row);
  }
}

/** A SYN without anything of the responder; who acknowledged and went on to speak all the same was answered out of sight. */
function unseen(): void {
  if ((deeds.out & (ACK | DATA)) !== (ACK | DATA)) say(Method.tcpSyn, Outcome.unanswered, 0, 2);
  else say(Method.tcpConnect, Outcome.answered, Proof.continued, 2);
}

/** SYN and SYN-ACK were seen. */
function established(row: ZeekRow): void {
  const { out } = deeds;
  const went = row.length(historyField) > 0 ? (out & (ACK | DATA | FIN)) !== 0 : row.number(origPackets) > 1;
  if (!went) {
    say(Method.tcpSyn, Outcome.answered, (out & RST) !== 0 ? Proof.brokenOff : 0, 2);
    return;
  }
  const exchange = row.number(origBytes) > 0 && row.number(respBytes) > 0;
  say(Method.tcpConnect, Outcome.answered, Proof.handshake | (exchange ? Proof.exchange : 0), 2);
}

/** No SYN was seen: a probe without one, a stray answer, or the middle of a connection. */
function unstarted(row: ZeekRow): void {
  const { out, back } = deeds;
  if (row.told[historyField] === 0) {
    say(Method.midstream, Outcome.unknown, 0);
    return;
  }
  if ((out & SYN) !== 0 && back === 0) unseen();
  else if ((out & SYN) !== 0) say(Method.tcpSyn, Outcome.answered, 0, 2);
  else if (out === 0 && back !== 0 && !(row.number(origPackets) > 0)) {
    if ((back & ~(SYNACK | RST)) === 0) stray(true, (back & SYNACK) !== 0 ? 18 : 4);
    else say(Method.midstream, Outcome.unknown, 0);
  } else if (out !== 0 && (out & ~(SYNACK | RST)) === 0) stray(false, (out & SYNACK) !== 0 ? 18 : 4);
  else if (isProbe(row) && !serves(row)) probe(out, back);
  else say(Method.midstream, back === 0 ? Outcome.unknown : Outcome.answered, 0);
}

/** The originator is the end of a service: its last words to a client that is gone, for nobody probes the ports of clients. */
const serves = ({ sourcePort, targetPort }: ZeekRow): boolean => isFromService(sourcePort, targetPort);

/** Few bare segments, all of one kind, and at most RST for them. */
function isProbe(row: ZeekRow): boolean {
  const { out, back } = deeds;
  const packets = row.number(origPackets);
  if ((back & ~RST) !== 0 || packets < 1 || packets > RETRIES || row.number(origBytes) > 0) return false;
  return out === 0 || out === FIN || out === ACK || out === ODD;
}

function probe(out: number, back: number): void {
  const outcome = back === 0 ? Outcome.unanswered : Outcome.refused;
  const proof = back === 0 ? 0 : Proof.closed;
  if (out === FIN) say(Method.tcpFin, outcome, proof, 1);
  else if (out === ACK) say(Method.tcpAck, outcome, proof, 16);
  else say(out === 0 ? Method.tcpNull : Method.tcpOdd, outcome, proof);
}

/** Whether the side sent anything: by its packets, its bytes, or what the state says. */
function spoke(row: ZeekRow, packets: number, bytes: number): boolean {
  return row.number(packets) > 0 || (row.length(packets) === 0 && row.number(bytes) > 0);
}

function datagrams(row: ZeekRow, state: number, method: number): void {
  const out = state === State.S0 || state === State.SF || spoke(row, origPackets, origBytes);
  const back = state === State.SF || state === State.SHR || spoke(row, respPackets, respBytes);
  if (!out && back) stray(true);
  else if (!back && isAnswer(row.sourcePort, row.targetPort, row.number(origBytes), row.number(origPackets)))
    stray(false);
  else if (!back) say(method, Outcome.unanswered, 0);
  else {
    const exchange = row.number(origPackets) >= EXCHANGE && row.number(respPackets) >= EXCHANGE;
    say(method, Outcome.answered, exchange ? Proof.exchange : 0);
  }
}

/** ICMP types (RFC 792, RFC 950; from 256: RFC 4443, RFC 4620): a question's method, ANSWER for its reply; 0: no question. */
const ANSWER = 255;
const QUESTION = new Uint8Array(512);
for (const [question, answer, method] of [
  [8, 0, Method.icmpEcho],
  [13, 14, Method.icmpTimestamp],
  [15, 16, Method.icmpOther],
  [17, 18, Method.icmpMask],
  [256 + 128, 256 + 129, Method.icmpEcho],
  [256 + 139, 256 + 140, Method.icmpOther],
]) {
  QUESTION[question] = method;
  QUESTION[answer] = ANSWER;
}

/** @returns whether there is anything to tell */
function icmp(row: ZeekRow, type: number): boolean {
  const kind = QUESTION[type];
  if (kind === 0) return false;
  if (kind === ANSWER) stray(false);
  else say(kind, spoke(row, respPackets, respBytes) ? Outcome.answered : Outcome.unanswered, 0);
  return true;
}

/** @returns IP protocol number; 0: not known */
function protocolOf(row: ZeekRow): number {
  const at = row.from[proto];
  const first = row.bytes[at];
  const length = row.length(proto);
  if (length === 3 && first === 116) return TCP;
  if (length === 3 && first === 117) return UDP;
  if (length === 4 && first === 105) return ICMP;
  return length === 4 && first === 115 ? SCTP : 0;
}

/** Decides what the row says; false: nothing. */
function decide(row: ZeekRow, protocol: number, v6: boolean, sourcePort: number): boolean {
  verdict.flipped = false;
  if (protocol === TCP) tcp(row, stateOf(row));
  else if (protocol === ICMP) return icmp(row, (v6 ? 256 : 0) + (sourcePort & 255));
  else datagrams(row, stateOf(row), protocol === UDP ? Method.udp : Method.sctpInit);
  return true;
}

function read(row: ZeekRow, { contacts }: Sheaf): number {
  const protocol = protocolOf(row);
  if (protocol === 0) return Line.used;
  const at = beginContact(contacts);
  const { address } = contacts;
  const { sourcePort, targetPort } = row;
  if (!row.ends(address, 8 * at) || sourcePort < 0 || targetPort < 0) return Weird['line-field-impossible'];
  const v6 = !isV4(address, 8 * at);
  if (!decide(row, protocol, v6, sourcePort)) return Line.used;
  if (verdict.flipped) flip(address, 8 * at);
  const isIcmp = protocol === ICMP;
  contacts.time[at] = row.time;
  contacts.input[at] = row.input;
  contacts.record[at] = row.record;
  contacts.protocol[at] = isIcmp && v6 ? ICMP6 : protocol;
  // ICMP has the type where the target's port stands, and the code where the source's does
  contacts.sourcePort[at] = isIcmp || verdict.flipped ? targetPort : sourcePort;
  contacts.targetPort[at] = isIcmp || verdict.flipped ? sourcePort : targetPort;
  contacts.method[at] = verdict.method;
  contacts.outcome[at] = verdict.outcome;
  contacts.proof[at] = verdict.proof;
  contacts.flags[at] = verdict.flags;
  contacts.traits[at] = (v6 ? Trait.v6 : 0) | (isGroup(address, 8 * at + 4) ? Trait.broadcast : 0) | localEnds(row);
  count(row, contacts, at);
  contacts.count = at + 1;
  return Line.used;
}

/** Ends that Zeek was told are local (Site::local_nets). */
function localEnds(row: ZeekRow): number {
  const { sourceHere, targetHere } = Trait;
  const orig = isTrue(row, localOrig) ? (verdict.flipped ? targetHere : sourceHere) : 0;
  return orig | (isTrue(row, localResp) ? (verdict.flipped ? sourceHere : targetHere) : 0);
}

/** `T`, of JSON `true`. */
const isTrue = (row: ZeekRow, field: number): boolean =>
  row.length(field) > 0 && (row.bytes[row.from[field]] | 32) === 116;

/** Payload each way, and how often the source tried. */
function count(row: ZeekRow, contacts: ContactBatch, at: number): void {
  const packets = row.number(origPackets);
  const sent = row.number(origBytes);
  const got = row.number(respBytes);
  contacts.bytesOut[at] = Math.max(0, Math.min(0xffffffff, verdict.flipped ? got : sent));
  contacts.bytesIn[at] = Math.max(0, Math.min(0xffffffff, verdict.flipped ? sent : got));
  if (packets > 0 && contacts.protocol[at] !== TCP) contacts.length[at] = Math.round(contacts.bytesOut[at] / packets);
  // Echo requests have no ports: those of one conversation are one question put again.
  const again =
    verdict.outcome === Outcome.unanswered || verdict.outcome === Outcome.refused || verdict.method === Method.icmpEcho;
  contacts.tries[at] = again ? Math.max(1, Math.min(255, packets)) : 1;
}

function flip(words: Uint32Array, at: number): void {
  for (let word = at; word < at + 4; word += 1) {
    const kept = words[word];
    words[word] = words[word + 4];
    words[word + 4] = kept;
  }
}

export const conn: ZeekLog = {
  path: 'conn',
  fields: [
    ...ENDS,
    'proto',
    'orig_bytes',
    'resp_bytes',
    'conn_state',
    'history',
    'orig_pkts',
    'resp_pkts',
    'local_orig',
    'local_resp',
  ],
  own: ['conn_state'],
  read,
};
