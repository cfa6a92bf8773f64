import { Did } from '../../record/execution.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import type { ReaderContext } from '../input.ts';
import type { Json, JsonObject } from '../json-value.ts';
import { isObject, type JsonParser, jsonLinesInput, numberAt, pick, textAt } from '../json.ts';
import { Line } from '../lines.ts';
import { type Act, addressOf, portOf, TRANSPORTS, tell } from './tell.ts';
import { Times } from './time.ts';

/*
 * Events of Tetragon as JSON lines (tetragon.io documentation, "gRPC API"; the names are those of its protobuf messages).
 *
 *   event   = {KIND: {"process": process, "parent": process, …}, "node_name", "time"}
 *   KIND    = process_exec | process_exit | process_kprobe | process_tracepoint | …
 *   process = {"pid", "uid", "binary", "arguments", "pod": {"name", …}, …}
 *   kprobe  + {"function_name", "args": [{"sock_arg": {"type", "protocol", "saddr", "daddr", "sport", "dport"}}
 *              | {"sockaddr_arg": {"family", "addr", "port"}}, …]}
 *
 * Of kprobes those are read that open or accept connections; which are hooked is up to the operator's tracing policies.
 */
const OPENS: ReadonlySet<string> = new Set([
  'tcp_connect',
  'tcp_v4_connect',
  'tcp_v6_connect',
  'security_socket_connect',
  'ip4_datagram_connect',
  'ip6_datagram_connect',
  '__sys_connect',
  'udp_sendmsg',
]);
const ACCEPTS: ReadonlySet<string> = new Set(['inet_csk_accept', 'security_socket_accept']);
const LISTENS: ReadonlySet<string> = new Set(['inet_csk_listen_start', 'security_socket_listen', 'inet_listen']);

class Tetragon implements JsonParser {
  readonly #input: number;
  readonly #times: Times;

  constructor(context: ReaderContext) {
    this.#input = context.input;
    this.#times = new Times(context);
  }

  object(value: JsonObject, sheaf: Sheaf, record: number): number {
    const kind = Object.keys(value).find((key) => key.startsWith('process_'));
    const event = kind === undefined ? undefined : value[kind];
    if (!isObject(event) || !isObject(pick(event, 'process')) || textAt(value, 'time') === '') return Line.foreign;
    const time = this.#times.iso(textAt(value, 'time'));
    if (time === 0) return Weird['line-time-impossible'];
    const act = actOf(kind ?? '', event, time, record);
    if (act) tell(sheaf, this.#input, { ...act, host: textAt(value, 'node_name') });
    return Line.used;
  }
}

function actOf(kind: string, event: JsonObject, time: number, record: number): Act | undefined {
  const name = textAt(event, 'function_name').replace(/^.*\//u, '');
  const base = {
    time,
    record,
    process: numberAt(event, 'process', 'pid') || 0,
    image: textAt(event, 'process', 'binary'),
    command: `${textAt(event, 'process', 'binary')} ${textAt(event, 'process', 'arguments')}`.trim(),
    user: textAt(event, 'process', 'uid'),
    parent: textAt(event, 'parent', 'binary'),
    parentProcess: numberAt(event, 'parent', 'pid') || 0,
  };
  if (kind === 'process_exec') return { ...base, did: Did.started };
  if (kind !== 'process_kprobe') return undefined;
  const opened = OPENS.has(name);
  const accepted = ACCEPTS.has(name);
  if (!opened && !accepted && !LISTENS.has(name)) return undefined;
  const args = pick(event, 'args');
  const socket = Array.isArray(args) ? (args as readonly Json[]).find(isSocket) : undefined;
  if (socket === undefined) return undefined;
  const ends = endsOf(socket);
  if (!opened && !accepted) return { ...base, ...ends, did: Did.listened };
  return ends.peer === null ? undefined : { ...base, ...ends, did: Did.connected, opened, accepted };
}

const isSocket = (arg: Json): boolean => isObject(pick(arg, 'sock_arg')) || isObject(pick(arg, 'sockaddr_arg'));

function endsOf(arg: Json): Pick<Act, 'own' | 'ownPort' | 'peer' | 'peerPort' | 'protocol'> {
  const bare = pick(arg, 'sockaddr_arg');
  if (isObject(bare))
    return { peer: addressOf(textAt(bare, 'addr')), peerPort: portOf(numberAt(bare, 'port')), protocol: 0 };
  const socket = pick(arg, 'sock_arg');
  return {
    own: addressOf(textAt(socket, 'saddr')),
    ownPort: portOf(numberAt(socket, 'sport')),
    peer: addressOf(textAt(socket, 'daddr')),
    peerPort: portOf(numberAt(socket, 'dport')),
    protocol: TRANSPORTS.get(textAt(socket, 'protocol')) ?? TRANSPORTS.get(textAt(socket, 'type')) ?? 0,
  };
}

export const tetragon = jsonLinesInput({
  name: 'tetragon',
  about: 'Tetragon events as JSON lines: process_exec, and process_kprobe of functions that connect, accept or listen.',
  sample:
    '{"process_kprobe":{"process":{"pid":4711,"uid":0,"binary":"/usr/bin/curl","arguments":"https://192.0.2.9/"},"parent":{"binary":"/bin/bash"},"function_name":"tcp_connect","args":[{"sock_arg":{"family":"AF_INET","type":"SOCK_STREAM","protocol":"IPPROTO_TCP","saddr":"198.51.100.7","daddr":"192.0.2.9","sport":50123,"dport":443}}]},"node_name":"node1","time":"2026-11-21T23:28:03.123456789Z"}',
  parser: (context) => new Tetragon(context),
});
