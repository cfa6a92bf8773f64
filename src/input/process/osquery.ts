import { Outcome, Proof } from '../../record/contact.ts';
import { Did } from '../../record/execution.ts';
import { hasRoom, ROWS_PER_RECORD, type Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { EPHEMERAL } from '../../record/ports.ts';
import { TCP } from '../../record/protocols.ts';
import type { ReaderContext } from '../input.ts';
import type { Json, JsonObject } from '../json-value.ts';
import { isObject, type JsonParser, jsonLinesInput, numberAt, pick, textAt } from '../json.ts';
import { Line } from '../lines.ts';
import { type Act, addressOf, isInNoSession, portOf, processOf, tell } from './tell.ts';
import { since } from './time.ts';

/*
 * Results of osquery's scheduled queries as JSON lines (osquery documentation, "Logging", "Schema").
 *
 *   result   = {"name", "hostIdentifier", "unixTime", …, one of
 *               "columns": row, "action": "added" | "removed"          one row a line
 *               "diffResults": {"added": [row], "removed": [row]}      all rows of a run
 *               "snapshot": [row], "action": "snapshot"}
 *
 * The query may be named anything: rows are known by their columns.
 *
 *   process_open_sockets   pid, path, protocol, local_address, local_port, remote_address, remote_port, state; joined with
 *                          processes often name, cmdline
 *   process_events         pid, path, cmdline, parent, uid, auid, time     also bpf_process_events, es_process_events
 *   socket_events          pid, path, action = connect | bind | accept, local_…, remote_…, success, status, time
 *   listening_ports        pid, port, protocol, address
 *
 * A snapshot tells the same sockets again and again, and neither when nor by whom a connection was opened: only those count
 * that the snapshots before did not have, and the end with the higher port has opened it.
 */
type Row = JsonObject;

/** Sockets that are remembered, twice: a full memory becomes the old one. */
const REMEMBERED = 1 << 14;
/** Rows that wait for a later line's room. */
const WAITING = 1 << 14;

class Osquery implements JsonParser {
  readonly #input: number;
  readonly #weird: ReaderContext['weird'];
  #known = new Set<string>();
  #before = new Set<string>();
  #waiting: Act[] = [];
  #next = 0;

  constructor({ input, weird }: ReaderContext) {
    this.#input = input;
    this.#weird = weird;
  }

  object(value: JsonObject, sheaf: Sheaf, record: number): number {
    const host = textAt(value, 'hostIdentifier') || textAt(value, 'decorations', 'hostname');
    const isResult = textAt(value, 'name') !== '' && ['columns', 'diffResults', 'snapshot'].some((key) => key in value);
    if (!isResult || (host === '' && textAt(value, 'calendarTime') === '')) return Line.foreign;
    const time = since(numberAt(value, 'unixTime'), 1);
    if (time === 0) return Weird['line-time-impossible'];
    if (textAt(value, 'action') !== 'removed')
      for (const row of rowsOf(value)) this.#take(row, { time, record, host }, 'snapshot' in value);
    this.#drain(sheaf, ROWS_PER_RECORD);
    return Line.used;
  }

  end(sheaf: Sheaf): void {
    while (this.#next < this.#waiting.length && hasRoom(sheaf)) this.#drain(sheaf, 1);
  }

  #take(row: Json, base: Base, isSnapshot: boolean): void {
    const act = actOf(row, base);
    if (act === undefined || (isSnapshot && act.did !== Did.started && this.#isKnown(act))) return;
    if (this.#waiting.length - this.#next < WAITING) this.#waiting.push(act);
    else this.#weird.count(Weird['line-rows-too-many'], base.record);
  }

  /** Remembers it, too. */
  #isKnown({ host, process, own, ownPort, peer, peerPort, protocol }: Act): boolean {
    const key = `${host} ${process} ${own?.join()} ${ownPort} ${peer?.join()} ${peerPort} ${protocol}`;
    const known = this.#known.has(key) || this.#before.has(key);
    if (this.#known.size >= REMEMBERED) {
      this.#before = this.#known;
      this.#known = new Set();
    }
    this.#known.add(key);
    return known;
  }

  #drain(sheaf: Sheaf, most: number): void {
    for (let left = most; left > 0 && this.#next < this.#waiting.length; left -= 1) {
      tell(sheaf, this.#input, this.#waiting[this.#next]);
      this.#next += 1;
    }
    if (this.#next < this.#waiting.length) return;
    this.#waiting = [];
    this.#next = 0;
  }
}

function rowsOf(value: JsonObject): readonly Json[] {
  const columns = pick(value, 'columns');
  if (isObject(columns)) return [columns];
  const rows = pick(value, 'snapshot') ?? pick(value, 'diffResults', 'added');
  return Array.isArray(rows) ? (rows as readonly Json[]) : [];
}

type Base = Pick<Act, 'time' | 'record' | 'host'>;

function actOf(row: Json, base: Base): Act | undefined {
  if (!isObject(row)) return undefined;
  const command = textAt(row, 'cmdline');
  const told = {
    ...base,
    // events have a time of their own
    time: since(numberAt(row, 'time'), 1) || base.time,
    process: processOf(textAt(row, 'pid')),
    image: textAt(row, 'path') || textAt(row, 'name'),
    command,
    user: textAt(row, 'username') || textAt(row, 'uid'),
    parent: textAt(row, 'parent_path'),
    parentProcess: processOf(textAt(row, 'parent')),
    daemon: isInNoSession(textAt(row, 'auid')),
  };
  if (told.image === '' && command === '') return undefined;
  if ('remote_address' in row || 'action' in row) return socketOf(row, told);
  if ('port' in row && 'address' in row) return listening(row, told);
  return command === '' ? undefined : { ...told, did: Did.started };
}

type Told = Base & Pick<Act, 'process' | 'image' | 'command' | 'user' | 'parent' | 'parentProcess' | 'daemon'>;

function socketOf(row: Row, told: Told): Act | undefined {
  const own = addressOf(textAt(row, 'local_address'));
  const peer = addressOf(textAt(row, 'remote_address'));
  const ownPort = portOf(numberAt(row, 'local_port'));
  const peerPort = portOf(numberAt(row, 'remote_port'));
  const protocol = numberAt(row, 'protocol') || (textAt(row, 'state') === '' ? 0 : TCP);
  const act = { ...told, own, ownPort, protocol };
  const action = textAt(row, 'action');
  if (action === 'bind' || textAt(row, 'state') === 'LISTEN') return { ...act, did: Did.listened };
  if (peer === null || peerPort === 0) return undefined;
  const opened = action === 'connect' || (action !== 'accept' && peerPort < EPHEMERAL && ownPort >= EPHEMERAL);
  const accepted = action === 'accept' || (action === '' && ownPort < EPHEMERAL && peerPort >= EPHEMERAL);
  return { ...act, peer, peerPort, opened, accepted, did: Did.connected, ...endOf(row) };
}

/** How it ended, where that is told. */
function endOf(row: Row): Pick<Act, 'outcome' | 'proof'> {
  const state = textAt(row, 'state');
  if (state === 'ESTABLISHED') return { outcome: Outcome.answered, proof: Proof.handshake };
  if (textAt(row, 'action') === 'connect' && (textAt(row, 'success') === '0' || textAt(row, 'status') === 'failed'))
    return { outcome: Outcome.unknown };
  return {};
}

function listening(row: Row, told: Told): Act | undefined {
  const ownPort = portOf(numberAt(row, 'port'));
  if (ownPort === 0) return undefined;
  const own = addressOf(textAt(row, 'address'));
  return { ...told, did: Did.listened, own, ownPort, protocol: numberAt(row, 'protocol') || 0 };
}

export const osquery = jsonLinesInput({
  name: 'osquery',
  about: 'Results of osquery as JSON lines: process_events, socket_events, process_open_sockets, listening_ports.',
  sample:
    '{"name":"pack_net_open_sockets","hostIdentifier":"node1","calendarTime":"Sat Nov 21 23:28:03 2026 UTC","unixTime":1795303683,"columns":{"pid":"4711","path":"/usr/bin/curl","protocol":"6","local_address":"198.51.100.7","local_port":"50123","remote_address":"192.0.2.9","remote_port":"443","state":"ESTABLISHED"},"action":"added"}',
  parser: (context) => new Osquery(context),
});
