import { Proof } from '../../record/contact.ts';
import { ICMP, ICMP6 } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { documentInput } from '../documents.ts';
import type { ReaderContext } from '../input.ts';
import type { Json, JsonObject } from '../json-value.ts';
import { isObject, numberAt, parseObject, pick, textAt } from '../json.ts';
import { Line, type LineParser } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import { UNTOLD } from './decide.ts';
import { Pairs } from './pairs.ts';
import { tellRefused } from './refused.ts';

/*
 * VPC flow logs and firewall rules logs of Google Cloud (Google Cloud documentation, "About VPC Flow Logs records",
 * "Firewall Rules Logging"): log entries as lines of JSON, or as an array of them.
 *
 *   flow      jsonPayload.connection.{src_ip, src_port, dest_ip, dest_port, protocol}, packets_sent, bytes_sent,
 *             start_time, end_time, reporter: SRC | DEST          one direction; told twice when both ends are in the cloud
 *   firewall  jsonPayload.connection, disposition: ALLOWED | DENIED
 *
 * Of flows not all packets are looked at, so that one without an answer may have had one. ICMP comes without its type:
 * what is asked is taken for an echo.
 */
class Gcp implements LineParser {
  readonly #pairs: Pairs;
  readonly #stamps: Stamps;
  readonly #input: number;

  constructor({ dating, input }: ReaderContext) {
    this.#pairs = new Pairs(input);
    this.#stamps = new Stamps(dating);
    this.#input = input;
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    const value = parseObject(bytes, from, to);
    if (typeof value === 'number') return value;
    const payload = pick(value, 'jsonPayload') ?? pick(value, 'json_payload') ?? value;
    const connection = pick(payload, 'connection');
    if (!isObject(connection) || !('src_ip' in connection)) return Line.foreign;
    const { flow } = this.#pairs;
    flow.clear();
    flow.record = record;
    flow.start = this.#time(textAt(payload, 'start_time')) || this.#time(textAt(value, 'timestamp'));
    flow.end = Math.max(flow.start, this.#time(textAt(payload, 'end_time')));
    if (flow.start <= 0) return Weird['line-time-impossible'];
    if (!this.#ends(connection)) return Weird['line-field-impossible'];
    return this.#tell(payload, sheaf);
  }

  end(sheaf: Sheaf): void {
    this.#pairs.drain(sheaf.contacts);
  }

  #tell(payload: Json, sheaf: Sheaf): number {
    const { flow } = this.#pairs;
    flow.packets = Math.max(1, numberAt(payload, 'packets_sent') || 1);
    flow.bytes = Math.max(0, numberAt(payload, 'bytes_sent') || 0);
    flow.sampled = true;
    if (textAt(payload, 'disposition') === 'DENIED') tellRefused(flow, sheaf.contacts, this.#input, Proof.filtered);
    else this.#pairs.add(sheaf.contacts);
    return Line.used;
  }

  #ends(connection: JsonObject): boolean {
    const protocol = numberAt(connection, 'protocol');
    const sourcePort = numberAt(connection, 'src_port') || 0;
    const targetPort = numberAt(connection, 'dest_port') || 0;
    return this.#pairs.flow.between(
      textAt(connection, 'src_ip'),
      textAt(connection, 'dest_ip'),
      protocol,
      sourcePort,
      protocol === ICMP || protocol === ICMP6 ? UNTOLD : targetPort,
    );
  }

  /** µs since 1970; 0: none told. */
  #time(text: string): number {
    return this.#stamps.isoText(text) ? this.#stamps.time : 0;
  }
}

export const gcp = documentInput({
  name: 'gcp-flow',
  about: 'VPC flow logs and firewall rules logs of Google Cloud, lines or arrays of JSON.',
  sample:
    '{"insertId":"1f3i7wdfgbwjgh","jsonPayload":{"connection":{"src_ip":"192.0.2.7","src_port":44298,"dest_ip":"203.0.113.10","dest_port":3389,"protocol":6},"disposition":"DENIED","rule_details":{"direction":"INGRESS"}},"timestamp":"2026-11-21T23:27:01.403127Z"}',
  arrays: ['entries'],
  elements: 'objects',
  parser: (context) => new Gcp(context),
});
