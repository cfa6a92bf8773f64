// Hot: once a refused flow.
import { isGroup, isV4 } from '../../record/address.ts';
import { beginContact, type ContactBatch, Method, Outcome } from '../../record/contact.ts';
import { Trait } from '../../record/packet.ts';
import { ICMP, ICMP6, SCTP, TCP, UDP } from '../../record/protocols.ts';
import type { FlowRecord } from './pairs.ts';
import { UNTOLD } from './decide.ts';

const ECHO = 8;
const ECHO6 = 128;

function methodOf(protocol: number, type: number): number {
  if (protocol === TCP) return Method.tcpSyn;
  if (protocol === UDP) return Method.udp;
  if (protocol === SCTP) return Method.sctpInit;
  if (protocol !== ICMP && protocol !== ICMP6) return Method.ipProtocol;
  return type === ECHO || type === ECHO6 ? Method.icmpEcho : Method.icmpOther;
}

/** Appends the contact of a flow that was not let through, or refused: nothing more will come of it. @param proof bits of Proof */
export function tellRefused(flow: FlowRecord, contacts: ContactBatch, input: number, proof: number): void {
  const at = beginContact(contacts);
  const { address } = contacts;
  const { protocol } = flow;
  for (let word = 0; word < 8; word += 1) address[8 * at + word] = flow.address[word];
  const isIcmp = protocol === ICMP || protocol === ICMP6;
  const echo = protocol === ICMP ? ECHO : ECHO6;
  const type = flow.targetPort === UNTOLD ? echo : flow.targetPort >>> 8;
  const hasPorts = protocol === TCP || protocol === UDP || protocol === SCTP;
  contacts.time[at] = flow.start;
  contacts.input[at] = input;
  contacts.record[at] = flow.record;
  contacts.protocol[at] = protocol;
  contacts.sourcePort[at] = hasPorts ? flow.sourcePort : 0;
  contacts.targetPort[at] = hasPorts ? flow.targetPort : isIcmp ? type : protocol;
  contacts.method[at] = methodOf(protocol, type);
  contacts.outcome[at] = Outcome.refused;
  contacts.proof[at] = proof;
  const toGroup = isGroup(address, 8 * at + 4);
  contacts.traits[at] = (isV4(address, 8 * at) ? 0 : Trait.v6) | (toGroup ? Trait.broadcast : 0);
  contacts.flags[at] = protocol === TCP ? 2 : 0;
  contacts.tries[at] = Math.max(1, Math.min(255, flow.packets));
  contacts.count = at + 1;
}
