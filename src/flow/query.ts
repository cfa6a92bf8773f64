import { Method, Outcome } from '../record/contact.ts';
import { ICMP_QUERIES } from '../record/icmp.ts';
import { Trait } from '../record/packet.ts';
import { HEAD8, Head8, Key, LINE8, Line8, Mark, Queue, State, TYPE_SHIFT } from './layout.ts';
import { Asker } from './sought.ts';
import { tell, tellExchange } from './tells.ts';
import type { Tracker } from './tracker.ts';

// Hot: ICMP, ARP and neighbour discovery, and IP protocols without ports.

/*
 * Questions with one kind of answer. The asker is part of the key, since both ends may ask each other the same at the
 * same time; of ICMP queries the identifier is too, so that a series of pings is one contact, and each reply finds its own.
 *
 *   ICMP    echo 8 → 0, timestamp 13 → 14, information 15 → 16, mask 17 → 18      RFC 792, RFC 950
 *           extended echo 42 → 43                                                 RFC 8335
 *   ICMPv6  echo 128 → 129, node information 139 → 140                            RFC 4443, RFC 4620
 *           extended echo 160 → 161                                               RFC 8335
 *           neighbour solicitation 135 → advertisement 136                        RFC 4861
 *   ARP     request 1 → reply 2                                                   RFC 826
 */

const IPPROTO_ICMP6 = 58;
const SOLICITATION = 135;
const ADVERTISEMENT = 136;
const ARP_REQUEST = 1;
const ARP_REPLY = 2;

/** Packets each way that make an exchange of a protocol without ports. */
const EXCHANGE = 2;

/** ICMP type → the type of its question; a question's is its own; 255: neither. Version 6 from 256. */
const QUESTION = new Uint8Array(512).fill(255);
/** ICMP question → Method. */
const METHOD = new Uint8Array(512);
for (const [question, reply, method] of ICMP_QUERIES) {
  QUESTION[question] = question & 255;
  QUESTION[reply] = question & 255;
  METHOD[question] = method;
}

/** Finds the flow of an ICMP query, asked or answered, with these words; sets up the key for `open`. */
export function findQuery(
  t: Tracker,
  words: Uint32Array,
  at: number,
  protocol: number,
  v6: boolean,
  type: number,
  identifier: number,
): number {
  const question = QUESTION[(protocol === IPPROTO_ICMP6 ? 256 : 0) + type];
  const asks = question === type || question === 255;
  const d = protocol | Key.query | (v6 ? Key.v6 : 0) | ((asks ? type : question) << TYPE_SHIFT);
  return t.find(words, at, identifier, identifier, d, asks ? Asker.sender : Asker.receiver);
}

/** Any other message to a group (multicast listeners, routers) asks nothing of anybody. */
export function icmp(t: Tracker, row: number): void {
  const { address, protocol, sourcePort, seq, traits } = t.packets;
  const type = sourcePort[row];
  const cell = (protocol[row] === IPPROTO_ICMP6 ? 256 : 0) + type;
  if (QUESTION[cell] === 255 && (traits[row] & Trait.broadcast) !== 0) return;
  const v6 = (traits[row] & Trait.v6) !== 0;
  const identifier = QUESTION[cell] === 255 ? 0 : seq[row] >>> 16;
  const flow = findQuery(t, address, 8 * row, protocol[row], v6, type, identifier);
  const asks = QUESTION[cell] === type || QUESTION[cell] === 255;
  if (flow >= 0) exchange(t, flow, row, asks);
  else if (asks) ask(t, row, METHOD[cell] === 0 ? Method.icmpOther : METHOD[cell], t.packets.targetPort[row]);
  else strayReply(t, row, type);
}

/** Gratuitous ARP and probes for one's own address (RFC 5227) reach for nobody. */
export function arp(t: Tracker, row: number): void {
  const { address, sourcePort } = t.packets;
  const operation = sourcePort[row];
  const sender = address[8 * row + 3];
  if (sender === 0 || sender === address[8 * row + 7] || operation < ARP_REQUEST || operation > ARP_REPLY) return;
  const asks = operation === ARP_REQUEST;
  const d = Key.query;
  const flow = t.find(address, 8 * row, 0, 0, d, asks ? Asker.sender : Asker.receiver);
  if (flow >= 0) exchange(t, flow, row, asks);
  else if (asks) ask(t, row, Method.arp, 0);
  else strayReply(t, row, operation);
}

/** Solicitations from the unspecified address look whether one's own address is taken (RFC 4862 section 5.4). */
export function neighbour(t: Tracker, row: number): void {
  const { address, sourcePort } = t.packets;
  const type = sourcePort[row];
  const at = 8 * row;
  if (type !== SOLICITATION && type !== ADVERTISEMENT) return;
  if ((address[at] | address[at + 1] | address[at + 2] | address[at + 3]) === 0) return;
  const asks = type === SOLICITATION;
  const d = IPPROTO_ICMP6 | Key.query | Key.v6 | (SOLICITATION << TYPE_SHIFT);
  const flow = t.find(address, at, 0, 0, d, asks ? Asker.sender : Asker.receiver);
  if (flow >= 0) exchange(t, flow, row, asks);
  else if (asks) ask(t, row, Method.nd, 0);
}

/** Any other IP protocol: a packet of the same protocol back is an answer. To a group it is routing, or group membership. */
export function bareIp(t: Tracker, row: number): void {
  const { address, protocol, traits } = t.packets;
  if ((traits[row] & Trait.broadcast) !== 0) return;
  const v6 = (traits[row] & Trait.v6) !== 0 ? Key.v6 : 0;
  const d = protocol[row] | Key.query | v6 | (protocol[row] << TYPE_SHIFT);
  const flow = t.find(address, 8 * row, 0, 0, d, Asker.none);
  if (flow < 0) {
    ask(t, row, Method.ipProtocol, 0);
    return;
  }
  exchange(t, flow, row, !t.reverse);
  const { line8 } = t.flows;
  if (line8[LINE8 * flow + Line8.sent] < EXCHANGE || line8[LINE8 * flow + Line8.got] < EXCHANGE) return;
  if (line8[LINE8 * flow + Line8.state] === State.open && !t.marked(flow, Mark.exchanged)) tellExchange(t, flow, row);
}

/** @param detail what stands in the contact's source port: the ICMP code */
function ask(t: Tracker, row: number, method: number, detail: number): void {
  const flow = t.open(row, State.asked, method);
  if (flow >= 0) t.flows.head8[HEAD8 * flow + Head8.detail] = detail;
}

function strayReply(t: Tracker, row: number, type: number): void {
  const flow = t.open(row, State.stray, Method.strayAnswer);
  if (flow >= 0) t.flows.head8[HEAD8 * flow + Head8.detail] = type;
}

function exchange(t: Tracker, flow: number, row: number, asks: boolean): void {
  t.count(flow, row);
  const state = t.flows.line8[LINE8 * flow + Line8.state];
  if (state === State.stray) {
    t.retry(flow);
    return;
  }
  if (asks) {
    if (state === State.asked) t.retry(flow);
    return;
  }
  if (state !== State.asked && state !== State.quiet) return;
  tell(t, flow, Outcome.answered, 0);
  t.turn(flow, State.open, Queue.talk);
}
