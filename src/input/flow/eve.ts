import { Told } from '../../record/answer.ts';
import {
  Asked,
  beginRequest,
  Reply,
  replyOfStatus,
  RequestTrait,
  type RequestBatch,
  verbOf,
} from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { parseAddress } from '../../record/address.ts';
import { ICMP, ICMP6 } from '../../record/protocols.ts';
import type { ReaderContext } from '../input.ts';
import type { Json, JsonObject } from '../json-value.ts';
import { isObject, type JsonParser, jsonLinesInput, numberAt, pick, textAt } from '../json.ts';
import { Wanted } from '../wanted.ts';
import { Line } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import { keepString } from '../texts.ts';
import { UNTOLD } from './decide.ts';
import { isAsked, replyOfCode, traitsOfQuery } from './names.ts';
import { Pairs } from './pairs.ts';
import { protocolOf } from './protocols.ts';
import { keepAnswer, serviceOf } from './told.ts';

/*
 * EVE JSON of Suricata (docs.suricata.io, "EVE JSON Format"), one object a line, each with `timestamp`, `event_type`,
 * `src_ip`, `src_port`, `dest_ip`, `dest_port`, `proto`.
 *
 *   flow      a conversation, both ways: flow.{pkts,bytes}_{toserver,toclient}, tcp.tcp_flags_{ts,tc} (hex), icmp_type
 *   netflow   one direction of it: netflow.{pkts,bytes,start,end}, tcp.tcp_flags
 *   http      http.{hostname,url,http_method,http_user_agent,http_refer,status,length}
 *   dns       version 1 and 2: dns.{type: query|answer, rrname, rrtype, rcode, answers}, an answer once a record in 1;
 *             version 3: dns.{type: request|response, queries: [{rrname, rrtype}], rcode, answers}
 *   tls, ssh  what the server told: tls.{sni,subject,subjectaltname}, ssh.{client,server}.{proto_version,software_version}
 *
 * A question that has been answered is told by its answer; one that has not, when the file ends or many have come since.
 * Alerts and all other events become nothing: the flows that they are about are told by themselves.
 */
const encoder = new TextEncoder();
const SSH = serviceOf('ssh');
const TLS = serviceOf('tls');

/** Bytes of the link's header, which Suricata counts. */
const LINK_HEADER = 14;
/** Questions that wait for their answers; and answers that are known, for they come again. */
const WAITING = 4096;

/** Names of types and codes that EVE writes (IANA, "Domain Name System Parameters"). */
const TYPES: ReadonlyMap<string, number> = new Map([
  ['IXFR', 251],
  ['AXFR', 252],
]);
const CODES: readonly string[] = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
];

/** A question that has not been answered yet. */
interface Question {
  readonly time: number;
  readonly record: number;
  readonly address: Uint32Array;
  readonly port: number;
  readonly name: string;
  readonly traits: number;
}

class Eve implements JsonParser {
  readonly #pairs: Pairs;
  readonly #stamps: Stamps;
  readonly #input: number;
  /** by flow and number of the question, in the order in which they came; null: answered */
  readonly #questions = new Map<string, Question | null>();
  readonly #ends = new Uint32Array(8);
  #time = 0;

  constructor({ dating, input }: ReaderContext) {
    this.#pairs = new Pairs(input);
    this.#stamps = new Stamps(dating);
    this.#input = input;
  }

  object(value: JsonObject, sheaf: Sheaf, record: number): number {
    const type = value['event_type'];
    if (typeof type !== 'string' || typeof value['timestamp'] !== 'string') return Line.foreign;
    const tell = TELLERS.get(type);
    if (tell === undefined) return Line.used;
    this.#time = this.#stamp(value['timestamp']);
    if (this.#time <= 0) return Weird['line-time-impossible'];
    if (!this.#address(value['src_ip'], 0) || !this.#address(value['dest_ip'], 4))
      return Weird['line-field-impossible'];
    return tell(this, value, sheaf, record);
  }

  end(sheaf: Sheaf): void {
    this.#pairs.drain(sheaf.contacts);
    for (const [key, question] of this.#questions) {
      if (sheaf.requests.count === sheaf.requests.capacity) return;
      if (question !== null) this.#ask(question, Reply.unknown, 0, sheaf.requests);
      this.#questions.delete(key);
    }
  }

  flow(value: JsonObject, sheaf: Sheaf, record: number): number {
    const { flow } = this.#pairs;
    const told = pick(value, 'flow');
    if (!this.#begin(value, told, record)) return Weird['line-field-impossible'];
    flow.packets = count(told, 'pkts_toserver');
    flow.packetsBack = count(told, 'pkts_toclient');
    flow.bytes = Math.max(0, count(told, 'bytes_toserver') - LINK_HEADER * flow.packets);
    flow.bytesBack = Math.max(0, count(told, 'bytes_toclient') - LINK_HEADER * flow.packetsBack);
    flow.flags = flagsAt(value, 'tcp_flags_ts');
    flow.flagsBack = flagsAt(value, 'tcp_flags_tc');
    if (flow.packets > 0) this.#pairs.add(sheaf.contacts);
    return Line.used;
  }

  netflow(value: JsonObject, sheaf: Sheaf, record: number): number {
    const { flow } = this.#pairs;
    const told = pick(value, 'netflow');
    if (!this.#begin(value, told, record)) return Weird['line-field-impossible'];
    flow.packets = count(told, 'pkts');
    flow.bytes = Math.max(0, count(told, 'bytes') - LINK_HEADER * flow.packets);
    flow.flags = flagsAt(value, 'tcp_flags');
    flow.ttl = count(told, 'max_ttl') & 255;
    if (flow.packets > 0) this.#pairs.add(sheaf.contacts);
    return Line.used;
  }

  http(value: JsonObject, sheaf: Sheaf, record: number): number {
    const { requests } = sheaf;
    const http = value['http'];
    const row = this.#beginRequest(requests, record, port(value, 'dest_port'));
    const url = textAt(http, 'url');
    const verb = encoder.encode(textAt(http, 'http_method'));
    const status = numberAt(http, 'status');
    const length = numberAt(http, 'length');
    requests.asked[row] = url === '' && verb.length === 0 ? Asked.nothing : Asked.path;
    requests.verb[row] = verb.length === 0 ? 0 : verbOf(verb, 0, verb.length);
    if (status > 0) {
      requests.status[row] = status;
      requests.reply[row] = replyOfStatus(status);
    }
    if (length >= 0) requests.bytes[row] = Math.min(0xfffffffe, length);
    requests.traits[row] = RequestTrait.proven | RequestTrait.agentTold;
    // the referer stands only in the extended form, which tells the protocol too
    if (textAt(http, 'protocol') !== '') requests.traits[row] |= RequestTrait.refererTold;
    requests.name[row] = keepString(requests, url);
    requests.nameLength[row] = requests.textUsed - requests.name[row];
    requests.site[row] = keepString(requests, textAt(http, 'hostname'));
    requests.siteLength[row] = requests.textUsed - requests.site[row];
    requests.agent[row] = keepString(requests, textAt(http, 'http_user_agent'));
    requests.agentLength[row] = requests.textUsed - requests.agent[row];
    requests.referer[row] = keepString(requests, textAt(http, 'http_refer'));
    requests.refererLength[row] = requests.textUsed - requests.referer[row];
    requests.count = row + 1;
    return Line.used;
  }

  dns(value: JsonObject, sheaf: Sheaf, record: number): number {
    const dns = value['dns'];
    const kind = textAt(dns, 'type');
    const answers = kind === 'answer' || kind === 'response';
    // answers stand in the direction of their packets, or (from version 3 on) in that of the question
    const turned = answers && isAsked(port(value, 'src_port')) && servesNames(value);
    if (turned) this.#turn();
    const serverPort = port(value, turned ? 'src_port' : 'dest_port');
    if (!isAsked(serverPort)) return Line.used;
    const key = `${textAt(value, 'flow_id')} ${textAt(dns, 'id')}`;
    const known = this.#questions.get(key);
    if (known === null) return Line.used;
    const question = known ?? this.#question(value, dns, record, serverPort);
    this.#makeRoom(sheaf.requests);
    this.#questions.set(key, answers ? null : question);
    if (answers) {
      const code = codeOf(textAt(dns, 'rcode'));
      this.#ask(
        question,
        code < 0 ? Reply.unknown : replyOfCode(code, hasData(dns)),
        Math.max(0, code),
        sheaf.requests,
      );
    }
    return Line.used;
  }

  tls(value: JsonObject, sheaf: Sheaf, record: number): number {
    const { requests, answers } = sheaf;
    const tls = value['tls'];
    const row = this.#beginRequest(requests, record, port(value, 'dest_port'));
    const names = namesOf(tls);
    const bytes = encoder.encode(names);
    keepAnswer(answers, requests, row, Told.certificateNames, TLS, bytes, 0, bytes.length);
    const sni = textAt(tls, 'sni');
    if (sni === '') return Line.used;
    requests.reply[row] = textAt(tls, 'version') === '' && names === '' ? Reply.unknown : Reply.answered;
    requests.traits[row] = RequestTrait.encrypted | RequestTrait.proven;
    requests.site[row] = keepString(requests, sni);
    requests.siteLength[row] = requests.textUsed - requests.site[row];
    requests.count = row + 1;
    return Line.used;
  }

  ssh(value: JsonObject, sheaf: Sheaf, record: number): number {
    const { requests, answers } = sheaf;
    const row = this.#beginRequest(requests, record, port(value, 'dest_port'));
    requests.traits[row] = RequestTrait.encrypted | RequestTrait.proven | RequestTrait.agentTold;
    requests.agent[row] = keepString(requests, identification(pick(value, 'ssh', 'client')));
    requests.agentLength[row] = requests.textUsed - requests.agent[row];
    requests.count = row + 1;
    const banner = encoder.encode(identification(pick(value, 'ssh', 'server')));
    keepAnswer(answers, requests, row, Told.banner, SSH, banner, 0, banner.length);
    return Line.used;
  }

  /** µs since 1970; −1: no time. */
  #stamp(text: string): number {
    return this.#stamps.isoText(text) ? this.#stamps.time : -1;
  }

  #address(value: Json | undefined, at: number): boolean {
    const words = typeof value === 'string' ? parseAddress(value) : null;
    if (words === null) return false;
    this.#ends.set(words, at);
    return true;
  }

  #turn(): void {
    const source = this.#ends.slice(0, 4);
    this.#ends.copyWithin(0, 4);
    this.#ends.set(source, 4);
  }

  /** Begins a flow record; false when a field of it is impossible. */
  #begin(value: JsonObject, told: Json | undefined, record: number): boolean {
    const { flow } = this.#pairs;
    const protocol = protocolOf(textAt(value, 'proto'));
    const source = port(value, 'src_port');
    const target = port(value, 'dest_port');
    if (protocol < 0 || source < 0 || target < 0) return false;
    flow.clear();
    flow.record = record;
    flow.address.set(this.#ends);
    flow.protocol = protocol;
    flow.sourcePort = source;
    flow.targetPort = protocol === ICMP || protocol === ICMP6 ? icmpOf(value) : target;
    flow.seen = this.#time;
    const start = this.#stamp(textAt(told, 'start'));
    const end = this.#stamp(textAt(told, 'end'));
    flow.start = start > 0 ? start : this.#time;
    flow.end = end > 0 ? end : this.#time;
    return true;
  }

  #beginRequest(requests: RequestBatch, record: number, serverPort: number): number {
    const row = beginRequest(requests);
    requests.time[row] = this.#time;
    requests.input[row] = this.#input;
    requests.record[row] = record;
    requests.address.set(this.#ends, 8 * row);
    requests.port[row] = Math.max(0, serverPort);
    return row;
  }

  #question(value: JsonObject, dns: Json | undefined, record: number, serverPort: number): Question {
    const first = firstQuery(dns);
    const type = TYPES.get(textAt(first, 'rrtype') || textAt(dns, 'rrtype')) ?? 0;
    const tcp = textAt(value, 'proto') === 'TCP' ? RequestTrait.proven : 0;
    const name = textAt(first, 'rrname') || textAt(dns, 'rrname');
    return {
      time: this.#time,
      record,
      address: this.#ends.slice(),
      port: Math.max(0, serverPort),
      name,
      traits: traitsOfQuery(type, isVersion(name) ? 3 : 1) | tcp,
    };
  }

  /** Before one more is remembered: the question that came first is told as it is. */
  #makeRoom(requests: RequestBatch): void {
    if (this.#questions.size < WAITING) return;
    for (const [key, question] of this.#questions) {
      if (question !== null) this.#ask(question, Reply.unknown, 0, requests);
      this.#questions.delete(key);
      return;
    }
  }

  #ask(question: Question, reply: number, status: number, requests: RequestBatch): void {
    const row = beginRequest(requests);
    requests.time[row] = question.time;
    requests.input[row] = this.#input;
    requests.record[row] = question.record;
    requests.address.set(question.address, 8 * row);
    requests.port[row] = question.port;
    requests.asked[row] = Asked.dnsName;
    requests.reply[row] = reply;
    requests.status[row] = status;
    requests.traits[row] = question.traits;
    requests.name[row] = keepString(requests, question.name);
    requests.nameLength[row] = requests.textUsed - requests.name[row];
    requests.count = row + 1;
  }
}

/** What is read of an event. */
const WANTED = new Wanted([
  ...['event_type', 'timestamp', 'src_ip', 'src_port', 'dest_ip', 'dest_port', 'proto', 'flow_id'].map((name) => [
    name,
  ]),
  ...['icmp_type', 'icmp_code', 'dns'].map((name) => [name]),
  ...['pkts_toserver', 'pkts_toclient', 'bytes_toserver', 'bytes_toclient', 'start', 'end'].map((name) => [
    'flow',
    name,
  ]),
  ...['pkts', 'bytes', 'max_ttl', 'start', 'end'].map((name) => ['netflow', name]),
  ...['tcp_flags', 'tcp_flags_ts', 'tcp_flags_tc'].map((name) => ['tcp', name]),
  ...['url', 'http_method', 'status', 'length', 'protocol'].map((name) => ['http', name]),
  ...['hostname', 'http_user_agent', 'http_refer'].map((name) => ['http', name]),
  ...['sni', 'version', 'subject', 'subjectaltname'].map((name) => ['tls', name]),
  ...['client', 'server'].flatMap((side) => [
    ['ssh', side, 'software_version'],
    ['ssh', side, 'proto_version'],
  ]),
]);

type Teller = (eve: Eve, value: JsonObject, sheaf: Sheaf, record: number) => number;
const TELLERS: ReadonlyMap<string, Teller> = new Map<string, Teller>([
  ['flow', (eve, value, sheaf, record) => eve.flow(value, sheaf, record)],
  ['netflow', (eve, value, sheaf, record) => eve.netflow(value, sheaf, record)],
  ['http', (eve, value, sheaf, record) => eve.http(value, sheaf, record)],
  ['dns', (eve, value, sheaf, record) => eve.dns(value, sheaf, record)],
  ['tls', (eve, value, sheaf, record) => eve.tls(value, sheaf, record)],
  ['ssh', (eve, value, sheaf, record) => eve.ssh(value, sheaf, record)],
]);

/** A count that is there, or 0. */
function count(value: Json | undefined, key: string): number {
  const found = numberAt(value, key);
  return found > 0 ? found : 0;
}

/** A port; 0: none told; −1: impossible. */
function port(value: JsonObject, key: string): number {
  const found = numberAt(value, key);
  if (Number.isNaN(found)) return 0;
  return found >= 0 && found <= 0xffff ? found : -1;
}

function flagsAt(value: JsonObject, key: string): number {
  const text = textAt(value, 'tcp', key);
  const flags = Number.parseInt(text, 16);
  return Number.isNaN(flags) ? UNTOLD : flags & 255;
}

function icmpOf(value: JsonObject): number {
  const type = numberAt(value, 'icmp_type');
  return type >= 0 && type < 256 ? type * 256 + (count(value, 'icmp_code') & 255) : UNTOLD;
}

/** Whether the packet came from the server: its port is the one of name servers, or the lower of the two. */
function servesNames(value: JsonObject): boolean {
  const from = port(value, 'src_port');
  const to = port(value, 'dest_port');
  return from === 53 || (to !== 53 && from < to);
}

function firstQuery(dns: Json | undefined): Json | undefined {
  const queries = pick(dns, 'queries') ?? pick(dns, 'query');
  return Array.isArray(queries) ? (queries[0] as Json) : undefined;
}

/** RCODE by its name or number; −1: not told. */
function codeOf(text: string): number {
  const known = CODES.indexOf(text);
  if (known >= 0 || text === '') return known;
  const code = Number(text.replace('RCODE', ''));
  return code >= 0 && code < 4096 ? code : -1;
}

function hasData(dns: Json | undefined): boolean {
  const answers = pick(dns, 'answers');
  if (Array.isArray(answers)) return answers.length > 0;
  return textAt(dns, 'rdata') !== '' || isObject(pick(dns, 'grouped'));
}

const isVersion = (name: string): boolean => /^(?:version|hostname|id)\.(?:bind|server)$/i.test(name);

/** Names in the certificate: the alternative ones, else the common name of the subject. */
function namesOf(tls: Json | undefined): string {
  const names = pick(tls, 'subjectaltname');
  if (Array.isArray(names) && names.length > 0) return names.filter((name) => typeof name === 'string').join(', ');
  const subject = textAt(tls, 'subject');
  const common = subject.split(', ').find((part) => part.startsWith('CN='));
  return common === undefined ? '' : common.slice(3);
}

/** `SSH-2.0-OpenSSH_9.6` (RFC 4253 section 4.2). */
function identification(side: Json | undefined): string {
  const software = textAt(side, 'software_version');
  return software === '' ? '' : `SSH-${textAt(side, 'proto_version') || '2.0'}-${software}`;
}

export const eve = jsonLinesInput({
  name: 'eve',
  about: 'EVE JSON of Suricata: flow, netflow, http, dns, tls, ssh.',
  sample:
    '{"timestamp":"2026-11-21T23:27:01.403127+0000","flow_id":1265931569107445,"event_type":"flow","src_ip":"192.0.2.7","src_port":34680,"dest_ip":"203.0.113.10","dest_port":23,"proto":"TCP","flow":{"pkts_toserver":1,"pkts_toclient":0,"bytes_toserver":74,"bytes_toclient":0,"start":"2026-11-21T23:26:01.403127+0000","end":"2026-11-21T23:26:01.403127+0000","state":"new"},"tcp":{"tcp_flags":"02","tcp_flags_ts":"02","tcp_flags_tc":"00"}}',
  wanted: WANTED,
  parser: (context) => new Eve(context),
});
