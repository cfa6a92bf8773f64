// Hot: `line` runs once a tuple.
import { Proof } from '../../record/contact.ts';
import { TCP, UDP } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { ACK, RST, SYN } from '../../record/tcp-flags.ts';
import { Weird } from '../../record/weird.ts';
import { documentInput } from '../documents.ts';
import { addressInto, numberIn } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line, type LineParser } from '../lines.ts';
import { UNTOLD } from './decide.ts';
import { Pairs } from './pairs.ts';
import { tellRefused } from './refused.ts';

/*
 * Flow logs of Azure (Microsoft Learn, "Flow logging for network security groups", "Virtual network flow logs"): documents
 * in whose depths arrays `flowTuples` stand; a tuple is a text with commas.
 *
 *   NSG 1  seconds,source,target,source port,target port,T|U,I|O,A|D
 *   NSG 2  … ,B|C|E[,packets,bytes,packets back,bytes back]
 *   VNet   milliseconds,source,target,source port,target port,protocol,I|O,B|C|E|D,encryption,packets,bytes,packets back,bytes back
 *
 * A, D: allowed, denied. B: a flow begins, nothing is counted yet; its end (E), or every five minutes its going on (C),
 * tells it again with counts, so that B becomes nothing. A, of version 1, is all that is told: how it ended is not known.
 */
const FIELDS = 13;
const COMMA = 44;
/** IP bytes of a segment that carries next to nothing. */
const BARE = 66;

class Azure implements LineParser {
  readonly #pairs: Pairs;
  readonly #input: number;
  readonly #from = new Int32Array(FIELDS);
  readonly #to = new Int32Array(FIELDS);

  constructor({ input }: ReaderContext) {
    this.#pairs = new Pairs(input);
    this.#input = input;
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    const fields = this.#split(bytes, from, to);
    if (fields < 8) return Weird['line-malformed'];
    const { flow } = this.#pairs;
    flow.clear();
    flow.record = record;
    if (!this.#ends(bytes)) return Weird['line-field-impossible'];
    const virtual = fields === FIELDS && this.#letter(bytes, 7) !== 65;
    const decision = this.#letter(bytes, 7);
    const state = virtual ? decision : fields > 8 ? this.#letter(bytes, 8) : 0;
    // D
    if (decision === 68) tellRefused(flow, sheaf.contacts, this.#input, Proof.filtered);
    // B
    else if (state !== 66) this.#add(bytes, fields, sheaf);
    return Line.used;
  }

  end(sheaf: Sheaf): void {
    this.#pairs.drain(sheaf.contacts);
  }

  #split(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    let field = 0;
    for (; field < FIELDS && at <= end; field += 1) {
      this.#from[field] = at;
      while (at < end && bytes[at] !== COMMA) at += 1;
      this.#to[field] = at;
      at += 1;
    }
    return field;
  }

  #number(bytes: Uint8Array, field: number): number {
    return numberIn(bytes, this.#from[field], this.#to[field]);
  }

  #letter(bytes: Uint8Array, field: number): number {
    return this.#to[field] > this.#from[field] ? bytes[this.#from[field]] : 0;
  }

  #ends(bytes: Uint8Array): boolean {
    const { flow } = this.#pairs;
    const stamp = this.#number(bytes, 0);
    const protocol = this.#protocol(bytes);
    const sourcePort = this.#number(bytes, 3);
    const targetPort = this.#number(bytes, 4);
    flow.start = stamp > 99_999_999_999 ? stamp * 1000 : stamp * 1e6;
    flow.end = flow.start;
    flow.protocol = protocol;
    flow.sourcePort = sourcePort;
    flow.targetPort = protocol === TCP || protocol === UDP ? targetPort : UNTOLD;
    const ports = sourcePort >= 0 && sourcePort <= 0xffff && targetPort >= 0 && targetPort <= 0xffff;
    return stamp > 0 && protocol >= 0 && ports && this.#address(bytes, 1, 0) && this.#address(bytes, 2, 4);
  }

  #address(bytes: Uint8Array, field: number, at: number): boolean {
    return addressInto(bytes, this.#from[field], this.#to[field], this.#pairs.flow.address, at);
  }

  #protocol(bytes: Uint8Array): number {
    const letter = this.#letter(bytes, 5);
    if (letter === 84) return TCP;
    if (letter === 85) return UDP;
    const number = this.#number(bytes, 5);
    return number < 256 ? number : -1;
  }

  #add(bytes: Uint8Array, fields: number, sheaf: Sheaf): void {
    const { flow } = this.#pairs;
    flow.packets = Math.max(1, this.#number(bytes, fields - 4));
    flow.bytes = Math.max(0, this.#number(bytes, fields - 3));
    flow.packetsBack = Math.max(0, this.#number(bytes, fields - 2));
    flow.bytesBack = Math.max(0, this.#number(bytes, fields - 1));
    if (fields < 12) {
      // only that it was let through
      flow.packets = 1;
      flow.packetsBack = 0;
      flow.bytes = 0;
      flow.bytesBack = 0;
      flow.sampled = true;
    } else if (flow.protocol === TCP) this.#infer();
    this.#pairs.add(sheaf.contacts);
  }

  /** Flags as counts tell them: as many bare segments back as there were out are RSTs, for a SYN-ACK would be followed by more. */
  #infer(): void {
    const { flow } = this.#pairs;
    const bare = flow.bytes <= BARE * flow.packets && flow.bytesBack <= BARE * flow.packetsBack;
    if (flow.packetsBack === 0) flow.flags = SYN;
    else if (bare && flow.packets === flow.packetsBack && flow.packets <= 3) {
      flow.flags = SYN;
      flow.flagsBack = RST | ACK;
    } else {
      flow.flags = flow.packets >= 3 ? SYN | ACK : SYN;
      flow.flagsBack = SYN | ACK;
    }
  }
}

export const azure = documentInput({
  name: 'azure-flow',
  about: 'Flow logs of Azure: network security groups, versions 1 and 2, and virtual networks.',
  sample:
    '{"records":[{"time":"2026-11-21T23:27:00Z","category":"NetworkSecurityGroupFlowEvent","properties":{"Version":2,"flows":[{"rule":"DefaultRule_DenyAllInBound","flows":[{"mac":"000D3AF87856","flowTuples":["1795303619,192.0.2.7,203.0.113.10,44298,3389,T,I,D,B,,,,"]}]}]}}]}',
  arrays: ['flowTuples'],
  elements: 'texts',
  parser: (context) => new Azure(context),
});
