// Hot: once a conversation.
import { isGroup, isV4 } from '../../record/address.ts';
import { beginContact, type ContactBatch, Method, Outcome } from '../../record/contact.ts';
import { Trait } from '../../record/packet.ts';
import { hasPorts, ICMP, TCP, UDP } from '../../record/protocols.ts';
import { PSH, SYN } from '../../record/tcp-flags.ts';
import type { Conversations } from './conversations.ts';
import type { Talk } from './decide.ts';
import { UNTOLD } from './flow-record.ts';

/** Appends the contact that a conversation comes to. */
export function tell(talk: Talk, t: Conversations, row: number, contacts: ContactBatch, input: number): void {
  const at = beginContact(contacts);
  const { source } = talk;
  const out = 2 * row + source;
  const told = t.seen[out] === 0 ? out ^ 1 : out;
  t.addressTo(row, source, contacts.address, 8 * at);
  t.addressTo(row, 1 - source, contacts.address, 8 * at + 4);
  const v6 = !isV4(contacts.address, 8 * at);
  contacts.time[at] = t.start[told];
  contacts.input[at] = input;
  contacts.record[at] = t.record[told];
  contacts.protocol[at] = talk.protocol;
  contacts.method[at] = talk.method;
  contacts.outcome[at] = talk.outcome;
  contacts.proof[at] = talk.proof;
  contacts.traits[at] = (v6 ? Trait.v6 : 0) | (isGroup(contacts.address, 8 * at + 4) ? Trait.broadcast : 0);
  contacts.flags[at] = firstFlags(talk);
  contacts.ttl[at] = t.ttl[out];
  contacts.bytesOut[at] = payload(talk, source, v6);
  contacts.bytesIn[at] = payload(talk, 1 - source, v6);
  contacts.length[at] = Math.round(contacts.bytesOut[at] / Math.max(1, t.packets[out]));
  // Echo requests have no ports: those of one conversation are one question put again.
  const again =
    talk.outcome === Outcome.unanswered || talk.outcome === Outcome.refused || talk.method === Method.icmpEcho;
  contacts.tries[at] = again ? Math.max(1, Math.min(255, t.packets[out])) : 1;
  ports(talk, t.question(row), t.code[row], contacts, at);
  contacts.count = at + 1;
}

/** Ports as `ContactBatch` has them: ICMP has its type as the target's and its code as the source's, other protocols their number. */
function ports(talk: Talk, question: number, code: number, contacts: ContactBatch, at: number): void {
  const { source, protocol } = talk;
  contacts.sourcePort[at] = talk.port[source];
  contacts.targetPort[at] = talk.port[1 - source];
  if (hasPorts(protocol)) return;
  contacts.sourcePort[at] = question < 0 ? 0 : code;
  contacts.targetPort[at] = question < 0 ? protocol : question;
}

/** The flags of the first segment, going by those of all. */
function firstFlags({ flags, source, protocol, method }: Talk): number {
  if (flags[source] === UNTOLD || protocol !== TCP) return 0;
  return method === Method.tcpSyn || method === Method.tcpConnect ? SYN : flags[source];
}

/** Bytes of payload, going by those of the packets: less the headers (TCP: with timestamps). TCP that never pushed carried none. */
function payload({ protocol, flags, bytes, packets }: Talk, side: number, v6: boolean): number {
  if (protocol === TCP && flags[side] !== UNTOLD && (flags[side] & PSH) === 0) return 0;
  const header = (v6 ? 40 : 20) + (protocol === TCP ? 32 : protocol === UDP || protocol === ICMP ? 8 : 0);
  return Math.max(0, Math.min(0xffffffff, bytes[side] - packets[side] * header));
}
