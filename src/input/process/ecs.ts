import { Outcome } from '../../record/contact.ts';
import { Did } from '../../record/execution.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import type { ReaderContext } from '../input.ts';
import type { Json, JsonObject } from '../json-value.ts';
import { isObject, type JsonParser, jsonLinesInput, pick } from '../json.ts';
import { Line } from '../lines.ts';
import { type Act, addressOf, commandOf, portOf, TRANSPORTS, tell } from './tell.ts';
import { Times } from './time.ts';

/*
 * Process and network events in the Elastic Common Schema 8 (elastic.co, "ECS Field Reference") as JSON lines, as Elastic
 * Endpoint, Auditbeat and others write them; also the hits of a search, and with dotted names.
 *
 *   @timestamp
 *   event.category   process | network (a text or a list)      event.type   start | connection | end | …
 *   event.action     exec | fork | connection_attempted | connection_accepted | bound-socket | …
 *   process.{executable, name, command_line, args, pid, parent.executable, parent.name, parent.pid}
 *   user.name, host.{hostname, name, ip}
 *   source.{ip, port}, destination.{ip, port}, network.{transport, direction}
 *
 * Network events without a process are for those who read flows.
 */
class Ecs implements JsonParser {
  readonly #input: number;
  readonly #times: Times;

  constructor(context: ReaderContext) {
    this.#input = context.input;
    this.#times = new Times(context);
  }

  object(given: JsonObject, sheaf: Sheaf, record: number): number {
    const source = pick(given, '_source');
    const value = isObject(source) ? source : given;
    const categories = textsAt(value, 'event', 'category');
    const image = textAt(value, 'process', 'executable') || textAt(value, 'process', 'name');
    if (image === '' || !categories.some((category) => category === 'process' || category === 'network'))
      return Line.foreign;
    const time = this.#times.iso(textAt(value, '@timestamp'));
    if (time === 0) return Weird['line-time-impossible'];
    const act = actOf(value, { time, record, image }, categories);
    if (act) tell(sheaf, this.#input, act);
    return Line.used;
  }
}

type Base = Pick<Act, 'time' | 'record' | 'image'>;

function actOf(value: JsonObject, base: Base, categories: readonly string[]): Act | undefined {
  const types = textsAt(value, 'event', 'type');
  const action = textAt(value, 'event', 'action');
  const args = at(value, 'process', 'args');
  const told = {
    ...base,
    process: Number(textAt(value, 'process', 'pid')) || 0,
    host: textAt(value, 'host', 'hostname') || textAt(value, 'host', 'name'),
    command:
      textAt(value, 'process', 'command_line') ||
      (Array.isArray(args) ? commandOf((args as readonly Json[]).map(String)) : ''),
    user: textAt(value, 'user', 'name'),
    parent: textAt(value, 'process', 'parent', 'executable') || textAt(value, 'process', 'parent', 'name'),
    parentProcess: Number(textAt(value, 'process', 'parent', 'pid')) || 0,
  };
  if (categories.includes('network')) return connection(value, told, types, action);
  const starts = types.includes('start') || action === 'exec' || action === 'start' || action === 'executed';
  return starts && !types.includes('end') ? { ...told, did: Did.started, own: hostAddress(value) } : undefined;
}

function connection(value: JsonObject, told: Base, types: readonly string[], action: string): Act | undefined {
  if (types.includes('end') || action.startsWith('disconnect') || action.startsWith('lookup')) return undefined;
  const one = addressOf(textAt(value, 'source', 'ip') || textAt(value, 'source', 'address'));
  const other = addressOf(textAt(value, 'destination', 'ip') || textAt(value, 'destination', 'address'));
  const onePort = portOf(Number(textAt(value, 'source', 'port')));
  const otherPort = portOf(Number(textAt(value, 'destination', 'port')));
  const direction = textAt(value, 'network', 'direction');
  const accepted = direction.startsWith('in') || /accept/u.test(action);
  const act = { ...told, protocol: TRANSPORTS.get(textAt(value, 'network', 'transport')) ?? 0 };
  if (other === null) return one ? { ...act, did: Did.listened, own: one, ownPort: onePort } : undefined;
  return {
    ...act,
    did: Did.connected,
    own: accepted ? other : one,
    ownPort: accepted ? otherPort : onePort,
    peer: accepted ? one : other,
    peerPort: accepted ? onePort : otherPort,
    opened: !accepted,
    accepted,
    ...(textAt(value, 'event', 'outcome') === 'failure' && { outcome: Outcome.refused }),
  };
}

/** The first address of the host that others can reach. */
function hostAddress(value: JsonObject): Uint32Array | null {
  for (const text of textsAt(value, 'host', 'ip')) {
    const words = addressOf(text);
    if (words && !/^(?:127\.|169\.254\.|fe80|::1$)/u.test(text)) return words;
  }
  return null;
}

/** What stands under a path, be its names nested or dotted. */
function at(value: JsonObject, ...path: readonly string[]): Json | undefined {
  return pick(value, ...path) ?? pick(value, path.join('.'));
}

/** A text, number or the first of a list of them; '' for anything else. */
const textAt = (value: JsonObject, ...path: readonly string[]): string => textsAt(value, ...path)[0] ?? '';

function textsAt(value: JsonObject, ...path: readonly string[]): string[] {
  const found = at(value, ...path);
  const list = Array.isArray(found) ? (found as readonly Json[]) : [found];
  return list.flatMap((each) => (typeof each === 'string' ? [each] : typeof each === 'number' ? [String(each)] : []));
}

export const ecs = jsonLinesInput({
  name: 'ecs',
  about: 'Process and network events in the Elastic Common Schema as JSON lines (Elastic Endpoint, Auditbeat).',
  sample:
    '{"@timestamp":"2026-11-21T23:28:03.123Z","event":{"category":["network"],"type":["start"],"action":"connection_attempted"},"host":{"hostname":"pc7"},"process":{"pid":4711,"executable":"C:\\\\Windows\\\\System32\\\\svchost.exe"},"source":{"ip":"198.51.100.7","port":50123},"destination":{"ip":"192.0.2.9","port":443},"network":{"transport":"tcp","direction":"egress"}}',
  parser: (context) => new Ecs(context),
});
