import { Did } from '../../record/execution.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import type { ReaderContext } from '../input.ts';
import type { JsonObject } from '../json-value.ts';
import { isObject, type JsonParser, jsonLinesInput, numberAt, pick, textAt } from '../json.ts';
import { Line } from '../lines.ts';
import { type Act, addressOf, portOf, TRANSPORTS, tell } from './tell.ts';
import { since, Times } from './time.ts';

/*
 * Falco's alerts as JSON lines (falco.org documentation, "Output Formatting", "Supported Fields").
 *
 *   alert = {"output", "priority", "rule", "time", "hostname", "output_fields": {FIELD: value, …}, …}
 *
 *   evt.type                                                execve | execveat | clone … | connect | accept | accept4 | bind | listen | sendto
 *   evt.time                                                ns since 1970
 *   proc.pid, proc.exepath, proc.name, proc.cmdline, proc.pname, proc.pexepath, proc.ppid, user.name
 *   fd.name                                                 "client:port->server:port" of a connection, "::1:53" of a listener
 *   fd.cip, fd.cport, fd.sip, fd.sport, fd.lip, fd.lport, fd.rip, fd.rport, fd.l4proto
 *
 * Which fields there are is up to the rule's author.
 */
type Fields = JsonObject;

class Falco implements JsonParser {
  readonly #input: number;
  readonly #times: Times;

  constructor(context: ReaderContext) {
    this.#input = context.input;
    this.#times = new Times(context);
  }

  object(value: JsonObject, sheaf: Sheaf, record: number): number {
    const fields = pick(value, 'output_fields');
    if (!isObject(fields) || textAt(value, 'rule') === '') return Line.foreign;
    const time = since(numberAt(fields, 'evt.time'), 1e9) || this.#times.iso(textAt(value, 'time'));
    if (time === 0) return Weird['line-time-impossible'];
    const host = textAt(value, 'hostname') || textAt(fields, 'evt.hostname');
    const act = actOf(fields, { time, record, host });
    if (act) tell(sheaf, this.#input, act);
    return Line.used;
  }
}

function actOf(fields: Fields, base: Pick<Act, 'time' | 'record' | 'host'>): Act | undefined {
  const image = textAt(fields, 'proc.exepath') || textAt(fields, 'proc.name');
  const command = textAt(fields, 'proc.cmdline');
  if (image === '' && command === '') return undefined;
  const told = {
    ...base,
    process: numberAt(fields, 'proc.pid') || 0,
    image: image || (command.split(' ', 1)[0] ?? ''),
    command,
    user: textAt(fields, 'user.name'),
    parent: textAt(fields, 'proc.pexepath') || textAt(fields, 'proc.pname'),
    parentProcess: numberAt(fields, 'proc.ppid') || 0,
  };
  const type = textAt(fields, 'evt.type');
  const ends = endsOf(fields);
  if (type === 'listen' || type === 'bind') return { ...told, did: Did.listened };
  if (!ends) return { ...told, did: Did.started };
  const accepted = type.startsWith('accept') || type.startsWith('recv');
  const { client, clientPort, server, serverPort, protocol } = ends;
  return {
    ...told,
    did: Did.connected,
    own: accepted ? server : client,
    ownPort: accepted ? serverPort : clientPort,
    peer: accepted ? client : server,
    peerPort: accepted ? clientPort : serverPort,
    protocol,
    opened: !accepted,
    accepted,
  };
}

interface Ends {
  readonly client: Uint32Array | null;
  readonly clientPort: number;
  readonly server: Uint32Array | null;
  readonly serverPort: number;
  readonly protocol: number;
}

/** Client and server of the connection that the alert is about. */
function endsOf(fields: Fields): Ends | undefined {
  const [from = '', to = ''] = textAt(fields, 'fd.name').split('->', 2);
  const server = addressOf(textAt(fields, 'fd.sip') || textAt(fields, 'fd.rip') || hostOf(to));
  if (server === null) return undefined;
  return {
    client: addressOf(textAt(fields, 'fd.cip') || textAt(fields, 'fd.lip') || hostOf(from)),
    clientPort: portOf(numberAt(fields, 'fd.cport') || numberAt(fields, 'fd.lport') || portIn(from)),
    server,
    serverPort: portOf(numberAt(fields, 'fd.sport') || numberAt(fields, 'fd.rport') || portIn(to)),
    protocol: TRANSPORTS.get(textAt(fields, 'fd.l4proto')) ?? TRANSPORTS.get('tcp') ?? 0,
  };
}

const hostOf = (end: string): string => end.slice(0, Math.max(0, end.lastIndexOf(':'))).replace(/^\[|\]$/gu, '');
const portIn = (end: string): number => Number(end.slice(end.lastIndexOf(':') + 1)) || 0;

export const falco = jsonLinesInput({
  name: 'falco',
  about: 'Falco alerts as JSON lines: processes that started or connected, by the fields that the rules put out.',
  sample:
    '{"hostname":"node1","output":"Network tool launched","priority":"Notice","rule":"Launch Suspicious Network Tool in Container","source":"syscall","time":"2026-11-21T23:28:03.123456789Z","output_fields":{"evt.time":1795303683123456789,"evt.type":"execve","proc.pid":4711,"proc.exepath":"/usr/bin/nmap","proc.cmdline":"nmap -sT -p 22 192.0.2.0/24","proc.pname":"bash","user.name":"root"}}',
  parser: (context) => new Falco(context),
});
