import { parseAddress } from '../../record/address.ts';
import { beginContact } from '../../record/contact.ts';
import { ICMP, ICMP6 } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import type { ReaderContext, RecordInput } from '../input.ts';
import type { JsonObject } from '../json-value.ts';
import { type JsonParser, jsonLinesInput } from '../json.ts';
import { Line } from '../lines.ts';
import { Moments } from '../syslog/members.ts';
import { firstOf, pathsOf, wantedOf, within } from '../synonyms.ts';
import { addressSession, Session, tellSession } from './session.ts';
import { protocolIn, Verdict, verdictIn } from './words.ts';

/*
 * Connections that a gateway tells as one JSON object each, by names that many took: Elastic Common Schema (firewall and
 * flow events), OCSF 1.x class 4001 (Network Activity), Azure Firewall ("AZFWNetworkRule"), AWS Network Firewall (Suricata's
 * alerts within `event`), ulogd2 (output plugin JSON), and whoever takes such names.
 *
 *   object = {time, source, target, protocol [, ports, action]}     by the names below, at the top or within `WITHIN`
 *
 * What tells a process or a request is another format's. Without an action it is not known what became of it.
 */
const WITHIN = ['properties', 'event', 'data'] as const;

const PATHS = {
  time: pathsOf(
    '@timestamp timestamp time event_timestamp eventTime TimeGenerated receive_time ts date datetime Datetime start __time__ oob.time.sec',
  ),
  source: pathsOf(
    'src_ip csip source.ip source.address srcip src_addr src SourceIp SourceIP sourceIp sourceIpAddress source_ip src_endpoint.ip',
  ),
  target: pathsOf(
    'dest_ip dst_ip cdip destination.ip destination.address dstip dst_addr dst DestinationIp DestinationIP destinationIp destinationIpAddress destination_ip dst_endpoint.ip',
  ),
  sourcePort: pathsOf(
    'src_port csport source.port srcport sport spt SourcePort sourcePort source_port src_endpoint.port',
  ),
  targetPort: pathsOf(
    'dest_port dst_port cdport destination.port dstport dport dpt DestinationPort destinationPort destination_port dst_endpoint.port',
  ),
  protocol: pathsOf(
    'proto network.transport network.iana_number protocol transport Protocol Transport ip_protocol ip.protocol connection_info.protocol_num connection_info.protocol_name protoname',
  ),
  action: pathsOf(
    'action Action event.action event.type disposition verdict rule_result alert.action fw_action oob.prefix',
  ),
  other: pathsOf('process.pid process.executable http.request.method url.original url.path'),
};

const encoder = new TextEncoder();
/** Room for a word that is looked up. */
const word = new Uint8Array(64);

/** What a vocabulary says of a text. */
function lookedUp(text: string, say: (bytes: Uint8Array, from: number, to: number) => number): number {
  return say(word, 0, encoder.encodeInto(text, word).written);
}

class AnyJson implements JsonParser {
  readonly #moments: Moments;
  readonly #session = new Session();
  readonly #input: number;

  constructor({ dating, input }: ReaderContext) {
    this.#moments = new Moments(dating);
    this.#input = input;
  }

  object(outer: JsonObject, { contacts: batch }: Sheaf, record: number): number {
    const value = within(outer, WITHIN, PATHS.source);
    const source = parseAddress(firstOf(value, PATHS.source));
    const target = parseAddress(firstOf(value, PATHS.target));
    const protocol = lookedUp(firstOf(value, PATHS.protocol), protocolIn);
    if (source === null || target === null || protocol < 0 || firstOf(value, PATHS.other) !== '') return Line.foreign;
    const time = this.#moments.of(firstOf(value, PATHS.time) || firstOf(outer, PATHS.time));
    if (Number.isNaN(time)) return Weird['line-time-impossible'];
    const sourcePort = Number(firstOf(value, PATHS.sourcePort));
    const targetPort = Number(firstOf(value, PATHS.targetPort));
    const isPort = (port: number): boolean => Number.isInteger(port) && port >= 0 && port <= 0xffff;
    if (!isPort(sourcePort) || !isPort(targetPort)) return Weird['line-field-impossible'];
    const session = this.#session;
    session.clear();
    session.verdict = lookedUp(firstOf(value, PATHS.action) || firstOf(outer, PATHS.action), verdictIn);
    if (session.verdict === Verdict.noted) return Line.used;
    const row = beginContact(batch);
    batch.time[row] = time;
    batch.input[row] = this.#input;
    batch.record[row] = record;
    batch.address.set(source, row * 8);
    batch.address.set(target, row * 8 + 4);
    batch.protocol[row] = protocol;
    const hasPorts = protocol !== ICMP && protocol !== ICMP6;
    batch.sourcePort[row] = hasPorts ? sourcePort : 0;
    batch.targetPort[row] = hasPorts ? targetPort : 0;
    if (addressSession(batch, row, false)) tellSession(batch, row, session);
    return Line.used;
  }
}

/** A format that knows its own objects knows them better; what only carries objects does not. */
const SURE = 0.96;

const input = jsonLinesInput({
  name: 'connections-json',
  about:
    'Connections that a gateway tells as JSON by usual names: Elastic Common Schema, OCSF, Azure Firewall, AWS Network Firewall, ulogd.',
  sample:
    '{"@timestamp":"2026-11-21T23:27:44.123Z","event":{"action":"deny","category":["network"]},"source":{"ip":"192.0.2.77","port":51234},"destination":{"ip":"198.51.100.22","port":445},"network":{"transport":"tcp"}}',
  wanted: wantedOf(Object.values(PATHS), WITHIN),
  parser: (context) => new AnyJson(context),
});

export const anyJson: RecordInput = {
  ...input,
  atMost: SURE,
  recognise: (head, name, context) => SURE * input.recognise(head, name, context),
};
