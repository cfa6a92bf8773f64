import { ICMP, ICMP6, TCP } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { documentInput } from '../documents.ts';
import type { ReaderContext } from '../input.ts';
import type { JsonObject } from '../json-value.ts';
import { numberAt, parseObject, textAt } from '../json.ts';
import { Line, type LineParser } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import { UNTOLD } from './decide.ts';
import { Errors } from './errors.ts';
import { isIn } from './flow-record.ts';
import { Pairs } from './pairs.ts';
import { partFlags } from './part-flags.ts';
import { flagsIn } from './protocols.ts';

/*
 * JSON of nfdump 1.7 (man page nfdump(1), `-o json`, from 1.7.2 `-o ndjson`): an array of objects, or objects as lines.
 *
 *   first last received   "2026-11-21T22:34:35.965" in the zone of the machine nfdump ran on; received: when the record
 *                         came, which is what is left where the exporter told no time (1970)
 *   src4_addr dst4_addr   or src6_addr dst6_addr; src_port, dst_port; icmp_type, icmp_code; proto: a number
 *   in_packets in_bytes   of what went; out_packets out_bytes: of what came back, where the exporter tells both ways
 *   tcp_flags             letters of CEUAPRSF, dots for those not set
 *   sampled               0, 1
 *
 * A record tells one direction mostly: `Pairs` puts both together, `Errors` what was refused by ICMP.
 */
const encoder = new TextEncoder();

class NfdumpJson implements LineParser {
  readonly #pairs: Pairs;
  readonly #errors = new Errors();
  readonly #stamps: Stamps;

  constructor({ dating, input }: ReaderContext) {
    this.#pairs = new Pairs(input);
    this.#stamps = new Stamps(dating);
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    const value = parseObject(bytes, from, to);
    if (typeof value === 'number') return value;
    if (!('first' in value) || !('in_packets' in value) || !('proto' in value)) return Line.foreign;
    const { flow } = this.#pairs;
    flow.clear();
    flow.record = record;
    flow.seen = this.#time(textAt(value, 'received'));
    flow.start = this.#time(textAt(value, 'first')) || flow.seen;
    flow.end = Math.max(flow.start, this.#time(textAt(value, 'last')));
    if (flow.start <= 0) return Weird['line-time-impossible'];
    if (!this.#ends(value)) return Weird['line-field-impossible'];
    this.#counts(value);
    if (this.#errors.take(flow)) return Line.used;
    const before = sheaf.contacts.count;
    this.#pairs.add(sheaf.contacts);
    this.#errors.apply(sheaf.contacts, before);
    return Line.used;
  }

  end(sheaf: Sheaf): void {
    const before = sheaf.contacts.count;
    this.#pairs.drain(sheaf.contacts);
    this.#errors.apply(sheaf.contacts, before);
  }

  #ends(value: JsonObject): boolean {
    const protocol = numberAt(value, 'proto');
    const isIcmp = protocol === ICMP || protocol === ICMP6;
    return this.#pairs.flow.between(
      textAt(value, 'src4_addr') || textAt(value, 'src6_addr'),
      textAt(value, 'dst4_addr') || textAt(value, 'dst6_addr'),
      protocol,
      isIcmp ? 0 : numberAt(value, 'src_port') || 0,
      isIcmp ? typeOf(value) : numberAt(value, 'dst_port') || 0,
    );
  }

  #counts(value: JsonObject): void {
    const { flow } = this.#pairs;
    const letters = encoder.encode(textAt(value, 'tcp_flags').slice(0, 16));
    flow.flags = flow.protocol === TCP && letters.length > 0 ? flagsIn(letters, 0, letters.length) : UNTOLD;
    flow.packets = Math.max(1, numberAt(value, 'in_packets') || 1);
    flow.bytes = Math.max(0, numberAt(value, 'in_bytes') || 0);
    flow.sampled = numberAt(value, 'sampled') === 1;
    // 0 here is what exporters of one direction have as well
    const back = numberAt(value, 'out_packets') || 0;
    if (back <= 0) return;
    flow.packetsBack = back;
    flow.bytesBack = Math.max(0, numberAt(value, 'out_bytes') || 0);
    partFlags(flow);
  }

  /** µs since 1970; 0: none told. */
  #time(text: string): number {
    return this.#stamps.isoText(text) ? this.#stamps.time : 0;
  }
}

/** ICMP type and code as `type * 256 + code`; UNTOLD. */
function typeOf(value: JsonObject): number {
  const type = numberAt(value, 'icmp_type');
  return isIn(type, 255) ? type * 256 + (numberAt(value, 'icmp_code') || 0) : UNTOLD;
}

export const nfdumpJson = documentInput({
  name: 'nfdump-json',
  about: 'Flows as JSON of nfdump (-o json, -o ndjson).',
  sample:
    '{"type":"FLOW","sampled":0,"first":"2026-11-21T22:34:35.965","last":"2026-11-21T22:34:35.965","in_packets":1,"in_bytes":44,"proto":6,"tcp_flags":"......S.","src_port":44298,"dst_port":23,"src4_addr":"192.0.2.7","dst4_addr":"203.0.113.10"}',
  arrays: [],
  elements: 'objects',
  parser: (context) => new NfdumpJson(context),
});
