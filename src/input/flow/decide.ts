// Hot: once a conversation.
import { Method, Outcome, Proof } from '../../record/contact.ts';
import { ANSWERER_AT, isFromService, SYSTEM_PORTS } from '../../record/ports.ts';
import { TCP, UDP } from '../../record/protocols.ts';
import { ACK, FIN, methodOfProbe, PSH, RST, SIX, SYN, URG } from '../../record/tcp-flags.ts';
import { UNTOLD } from './flow-record.ts';

export { UNTOLD } from './flow-record.ts';

/** What flow records say of one conversation: side 0 and side 1, each with what it sent, and what was made of that. */
export class Talk {
  /** whether a record of what this side sent has been seen */
  readonly seen = new Uint8Array(2);
  readonly port = new Uint16Array(2);
  /** TCP flags of all its packets together; UNTOLD */
  readonly flags = new Uint16Array(2);
  readonly packets = new Float64Array(2);
  /** bytes of IP packets */
  readonly bytes = new Float64Array(2);
  /** µs since 1970 */
  readonly start = new Float64Array(2);
  protocol = 0;
  /** side of the first record that came */
  first = 0;
  /** the exporter itself said which side began: `first` */
  begun = false;
  /** not all packets were looked at */
  sampled = false;
  /** a filter let nothing pass */
  denied = false;

  /** decided: the side that is the source; one of Method; one of Outcome; bits of Proof */
  source = 0;
  method = 0;
  outcome = 0;
  proof = 0;
}

/** µs by which one side must have begun before the other to count: exporters count in ms. */
const EARLIER = 500;
/** IP bytes of a segment or datagram that carries next to nothing. */
const BARE = 66;
/** Packets each way that make a connection where no flags are told, and an exchange of datagrams. */
const ESTABLISHED = 3;
const EXCHANGE = 2;
/**
 * Bytes of a datagram's payload from a service's port that are an answer's: questions of DNS, NTP, SNMP, LDAP and their like
 * have a few dozen, and reflected answers are large because that is what they are used for.
 */
const ANSWER_BYTES = 300;
/** Bytes of the headers of IPv4 and UDP. */
const HEADERS = 28;
/** A probe without SYN is repeated at most so often. */
const RETRIES = 3;

/** Decides who asked whom, how, and how it ended. Side 0 of a conversation whose kind says who asks (ICMP) is the asker. */
export function decide(t: Talk, asked: boolean, method: number): void {
  t.proof = 0;
  if (t.protocol === TCP) tcp(t);
  else if (asked) query(t, method);
  else datagrams(t, method);
}

/** The end of a service, going by the ports alone. */
function serves(t: Talk, side: number): boolean {
  return isFromService(t.port[side], t.port[1 - side]);
}

/** The end of a service that answers whoever asks, and not from one to another. */
function reflects(t: Talk, side: number): boolean {
  return ANSWERER_AT[t.port[side]] === 1 && ANSWERER_AT[t.port[1 - side]] === 0;
}

/** Who began: whom the exporter names, who was first, who is not the service, whose record came first. */
function beginner(t: Talk): number {
  const lead = t.start[1] - t.start[0];
  if (t.begun) return t.first;
  if (lead >= EARLIER) return 0;
  if (lead <= -EARLIER) return 1;
  return client(t);
}

function client(t: Talk): number {
  if (serves(t, 0)) return 1;
  if (serves(t, 1)) return 0;
  if (t.port[0] === t.port[1]) return t.first;
  return t.port[0] > t.port[1] ? 0 : 1;
}

function say(t: Talk, source: number, method: number, outcome: number, proof: number): void {
  t.source = source;
  t.method = method;
  t.outcome = outcome;
  t.proof = proof;
  if (outcome !== Outcome.unanswered) return;
  if (t.denied) {
    t.outcome = Outcome.refused;
    t.proof = proof | Proof.filtered;
  } else if (t.sampled) t.outcome = Outcome.unknown;
}

/** A question of which only one side can be the asker. */
function query(t: Talk, method: number): void {
  if (t.seen[0] === 0) say(t, 1, Method.strayAnswer, Outcome.unknown, 0);
  else say(t, 0, method, t.seen[1] === 0 ? Outcome.unanswered : Outcome.answered, 0);
}

function datagrams(t: Talk, method: number): void {
  if (t.seen[0] !== 0 && t.seen[1] !== 0) {
    const exchange = t.packets[0] >= EXCHANGE && t.packets[1] >= EXCHANGE;
    say(t, beginner(t), method, Outcome.answered, exchange ? Proof.exchange : 0);
    return;
  }
  const side = t.seen[0] !== 0 ? 0 : 1;
  const { port, bytes, packets } = t;
  const isLarge = isAnswer(port[side], port[1 - side], bytes[side], packets[side], HEADERS);
  const reply = t.protocol === UDP && ((!t.begun && (serves(t, side) || reflects(t, side))) || isLarge);
  if (reply) say(t, side, Method.strayAnswer, Outcome.unknown, 0);
  else if (method === Method.ipProtocol && t.packets[side] > RETRIES)
    say(t, side, Method.midstream, Outcome.unknown, 0);
  else say(t, side, method, Outcome.unanswered, 0);
}

/** Whether datagrams go from a service to another port, and each has more bytes than a question. @param headers of each, in `bytes` */
export function isAnswer(from: number, to: number, bytes: number, packets: number, headers = 0): boolean {
  if (from >= SYSTEM_PORTS || from === to) return false;
  return bytes >= (ANSWER_BYTES + headers) * Math.max(1, packets);
}

function tcp(t: Talk): void {
  const both = t.seen[0] !== 0 && t.seen[1] !== 0;
  const untold = (t.seen[0] === 0 || t.flags[0] === UNTOLD) && (t.seen[1] === 0 || t.flags[1] === UNTOLD);
  if (untold) withoutFlags(t, both);
  else if (both) bothSides(t);
  else oneSide(t, t.seen[0] !== 0 ? 0 : 1);
}

function withoutFlags(t: Talk, both: boolean): void {
  if (both) {
    const established = t.packets[0] >= ESTABLISHED && t.packets[1] >= ESTABLISHED;
    const source = beginner(t);
    if (established) say(t, source, Method.tcpConnect, Outcome.answered, Proof.handshake | exchange(t));
    else say(t, source, Method.tcpSyn, Outcome.answered, 0);
    return;
  }
  const side = t.seen[0] !== 0 ? 0 : 1;
  if (!t.begun && serves(t, side)) say(t, side, Method.midstream, Outcome.unknown, 0);
  else say(t, side, Method.tcpSyn, Outcome.unanswered, 0);
}

/** Proof.exchange when both sides sent data. */
function exchange(t: Talk): number {
  return carries(t, 0) && carries(t, 1) ? Proof.exchange : 0;
}

function carries(t: Talk, side: number): boolean {
  const flags = t.flags[side];
  if (flags !== UNTOLD && (flags & PSH) !== 0) return true;
  return t.bytes[side] > BARE * t.packets[side];
}

const six = (flags: number): number => (flags === UNTOLD ? 0 : flags & SIX);

function bothSides(t: Talk): void {
  const source = asker(t);
  const out = six(t.flags[source]);
  const back = six(t.flags[1 - source]);
  if ((out & SYN) !== 0) begun(t, source, out, back);
  else if (isProbe(t, source, out) && !serves(t, source) && (back & (SYN | FIN | PSH | RST)) === RST)
    say(t, source, methodOfProbe(out), Outcome.refused, Proof.closed);
  else say(t, source, Method.midstream, Outcome.answered, exchange(t));
}

function asker(t: Talk): number {
  const low = six(t.flags[0]);
  const high = six(t.flags[1]);
  if (asks(low) !== asks(high)) return asks(low) ? 0 : 1;
  if ((low & SYN) !== (high & SYN)) return (low & SYN) !== 0 ? 0 : 1;
  if ((low & SYN) !== 0) return beginner(t);
  // no SYN was seen: an RST alone answers a probe
  const ends = (flags: number): boolean => (flags & (FIN | PSH | RST)) === RST;
  if (ends(low) !== ends(high)) return ends(low) ? 1 : 0;
  return client(t);
}

const asks = (flags: number): boolean => (flags & (SYN | ACK)) === SYN;

/** The source's SYN was seen, and something of the target. */
function begun(t: Talk, source: number, out: number, back: number): void {
  const goesOn = (out & (PSH | FIN)) !== 0;
  if ((back & SYN) !== 0) connected(t, source, out);
  else if ((back & RST) === 0)
    say(t, source, (out & ACK) !== 0 ? Method.tcpConnect : Method.tcpSyn, Outcome.answered, exchange(t));
  // SYN and ACK without a word more, and RST for it: an answer nobody asked for
  else if ((out & (SYN | ACK)) === (SYN | ACK) && !goesOn) say(t, source, Method.strayAnswer, Outcome.unknown, 0);
  else say(t, source, methodOfSyn(out), Outcome.refused, Proof.closed);
}

function connected(t: Talk, source: number, out: number): void {
  if ((out & ACK) !== 0) say(t, source, Method.tcpConnect, Outcome.answered, Proof.handshake | exchange(t));
  else say(t, source, methodOfSyn(out), Outcome.answered, (out & RST) !== 0 ? Proof.brokenOff : 0);
}

/** A SYN, and an RST after the answer to it; anything else with it is odd. */
const methodOfSyn = (out: number): number => ((out & (FIN | PSH | URG)) === 0 ? Method.tcpSyn : Method.tcpOdd);

function oneSide(t: Talk, side: number): void {
  const flags = six(t.flags[side]);
  const goesOn = (flags & (PSH | FIN)) !== 0 || carries(t, side);
  if (asks(flags)) say(t, side, methodOfSyn(flags), Outcome.unanswered, 0);
  else if ((flags & SYN) !== 0) acknowledged(t, side, flags, goesOn);
  else if ((flags & RST) !== 0 && !goesOn) say(t, side, Method.strayAnswer, Outcome.unknown, 0);
  else if (isProbe(t, side, flags) && !serves(t, side)) say(t, side, methodOfProbe(flags), Outcome.unanswered, 0);
  else say(t, serves(t, side) ? 1 - side : side, Method.midstream, Outcome.unknown, 0);
}

/** SYN and ACK of one side: what a server answers with, or a client that was answered, out of sight. */
function acknowledged(t: Talk, side: number, flags: number, goesOn: boolean): void {
  if (t.packets[side] === 1 || !(goesOn || (flags & RST) !== 0 || serves(t, 1 - side)))
    say(t, side, Method.strayAnswer, Outcome.unknown, 0);
  else if (serves(t, side)) say(t, 1 - side, Method.midstream, Outcome.answered, 0);
  else if (goesOn) say(t, side, Method.tcpConnect, Outcome.answered, Proof.continued);
  else say(t, side, Method.tcpConnect, Outcome.unknown, 0);
}

/** Few bare segments without SYN and RST: a probe, or the last words of a connection, which have both FIN and PSH, or data. */
function isProbe(t: Talk, side: number, flags: number): boolean {
  if ((flags & (SYN | RST)) !== 0 || t.packets[side] > RETRIES) return false;
  if ((flags & ACK) === 0) return !t.sampled || flags !== PSH;
  return !t.sampled && (flags === ACK || flags === (FIN | ACK)) && !carries(t, side);
}
