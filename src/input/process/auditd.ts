import { Outcome, Proof } from '../../record/contact.ts';
import { Did } from '../../record/execution.ts';
import { TCP } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { findText } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { type Act, commandOf, isInNoSession, tell } from './tell.ts';
import { hexText, socketAddress } from './saddr.ts';
import { callOf, Call } from './syscalls.ts';

/*
 * The audit log of Linux (audit.log; linux-audit/audit-documentation, "Audit record types", "Audit event fields";
 * ausearch(8), auditd.conf(5) log_format).
 *
 *   line    = ["node=" host SP] "type=" TYPE SP "msg=audit(" seconds "." ms ":" serial "):" *(SP name "=" value) [GS *(name "=" value SP)]
 *   value   = '"' text '"' | hex of a text with blanks, quotes or control characters | bare
 *
 *   SYSCALL     arch (hex of the ELF machine and its width), syscall, success, exit (negative: −errno), ppid, pid, auid, uid, comm, exe
 *   EXECVE      argc, a0, a1 …; a long one in parts a1[0], a1[1] …
 *   SOCKADDR    saddr, the hex of a struct sockaddr
 *   PROCTITLE   proctitle, the arguments with NUL between them; the last record of an event
 *   EOE         the end of an event, where it is written
 *
 * Records of one event have the same msg and may stand among those of others. Behind GS (log_format = ENRICHED) names
 * stand for numbers.
 */
const READ: ReadonlySet<string> = new Set(['SYSCALL', 'EXECVE', 'SOCKADDR', 'PROCTITLE', 'EOE']);

/** Events that may wait for more records. The oldest becomes a row when there is no room. */
const WAITING = 256;
/** Arguments of a command, and bytes of them, that are kept. */
const ARGS = 256;
const ARG_BYTES = 4096;

/** errno of Linux that tell how a connection ended. */
const NETWORK_UNREACHABLE = -101;
const TIMED_OUT = -110;
const REFUSED = -111;
const HOST_UNREACHABLE = -113;

interface Event {
  readonly time: number;
  readonly host: string;
  record: number;
  call: number;
  exit: number;
  process: number;
  parentProcess: number;
  daemon: boolean;
  user: string;
  image: string;
  args: string[];
  title: string;
  saddr: string;
}

/** Puts the records of events together. */
class Audit {
  readonly #input: number;
  /** In the order in which they came: that of a Map is that of insertion, whatever the keys are. */
  readonly #events = new Map<string, Event>();

  constructor({ input }: ReaderContext) {
    this.#input = input;
  }

  /** Reads bytes[from … to). */
  read(bytes: Uint8Array, from: number, to: number, host: string, sheaf: Sheaf, record: number): number {
    const type = findText(bytes, 'type=', from, Math.min(to, from + 300));
    const msg = type < 0 ? -1 : findText(bytes, 'msg=audit(', type, Math.min(to, type + 80));
    if (msg < 0) return Line.foreign;
    const text = decoder.decode(bytes.subarray(from, to));
    const head = HEAD.exec(text);
    if (head === null) return Line.foreign;
    const [all, node = '', kind, key, seconds, fraction] = head;
    if (!READ.has(kind)) return Line.used;
    const time = Number(seconds) * 1e6 + Number(fraction.padEnd(6, '0').slice(0, 6));
    if (!(time > 0 && time < 253_402_300_800e6)) return Weird['line-time-impossible'];
    const name = `${node} ${key}`;
    const event = this.#events.get(name) ?? this.#begin(name, time, node || host, sheaf);
    this.#note(event, kind, fieldsOf(text, all.length), record);
    if (kind === 'PROCTITLE' || kind === 'EOE') this.#release(name, event, sheaf);
    return Line.used;
  }

  end(sheaf: Sheaf): void {
    const { executions, contacts } = sheaf;
    for (const [name, event] of this.#events) {
      if (executions.count >= executions.capacity || contacts.count >= contacts.capacity) return;
      this.#release(name, event, sheaf);
    }
  }

  #begin(name: string, time: number, host: string, sheaf: Sheaf): Event {
    if (this.#events.size >= WAITING) {
      const [[oldest, event]] = this.#events;
      this.#release(oldest, event, sheaf);
    }
    const event: Event = {
      time,
      host,
      record: 0,
      call: Call.other,
      exit: 0,
      process: 0,
      parentProcess: 0,
      daemon: false,
      user: '',
      image: '',
      args: [],
      title: '',
      saddr: '',
    };
    this.#events.set(name, event);
    return event;
  }

  #note(event: Event, kind: string, fields: ReadonlyMap<string, string>, record: number): void {
    const field = (name: string): string => fields.get(name) ?? '';
    if (kind === 'SYSCALL') {
      event.record = record;
      event.call = callOf(field('arch'), field('syscall'), field('SYSCALL'), field('a0'));
      event.exit = Number(field('exit')) || 0;
      event.process = Number(field('pid')) || 0;
      event.parentProcess = Number(field('ppid')) || 0;
      event.daemon = isInNoSession(field('auid'));
      event.user = field('UID').replaceAll('"', '') || field('uid');
      event.image = textIn(field('exe')) || textIn(field('comm'));
    } else if (kind === 'EXECVE') event.args = argsOf(fields, event.args);
    else if (kind === 'SOCKADDR') event.saddr = field('saddr');
    else if (kind === 'PROCTITLE') event.title = textIn(field('proctitle')).split('\0').filter(Boolean).join(' ');
  }

  #release(name: string, event: Event, sheaf: Sheaf): void {
    this.#events.delete(name);
    const act = actOf(event);
    if (act) tell(sheaf, this.#input, act);
  }
}

function actOf({ call, exit, ...event }: Event): Act | undefined {
  const { time, host, record, process, parentProcess, daemon, user, image } = event;
  const command = event.args.length > 0 ? commandOf(event.args) : event.title;
  const base = { time, host, record, process, parentProcess, daemon, user, image, command };
  if (call === Call.execute) return exit < 0 ? undefined : { ...base, did: Did.started };
  const socket = socketAddress(event.saddr);
  if (socket === undefined) return undefined;
  const { address, port } = socket;
  if (call === Call.connect) {
    // To connect a datagram socket succeeds at once; whatever else happens there, happens to streams.
    const protocol = exit === 0 || exit === NETWORK_UNREACHABLE ? 0 : TCP;
    return { ...base, did: Did.connected, peer: address, peerPort: port, protocol, opened: true, ...endOf(exit) };
  }
  if (call === Call.accept)
    return { ...base, did: Did.connected, peer: address, peerPort: port, protocol: TCP, accepted: true };
  return call === Call.bind ? { ...base, did: Did.listened, own: address, ownPort: port } : undefined;
}

function endOf(exit: number): Pick<Act, 'outcome' | 'proof'> {
  if (exit === REFUSED) return { outcome: Outcome.refused, proof: Proof.closed };
  if (exit === HOST_UNREACHABLE) return { outcome: Outcome.refused, proof: Proof.byRouter };
  return exit === TIMED_OUT ? { outcome: Outcome.unanswered } : {};
}

const decoder = new TextDecoder();
const HEAD = /^(?:node=(\S{1,255}) )?type=([A-Z_0-9]{1,40}) msg=audit\(((\d{1,12})\.(\d{1,9}):\d{1,20})\): ?/u;
const SEPARATOR = '\x1d';

/** Names and values behind `from`, values as they are written. */
function fieldsOf(text: string, from: number): Map<string, string> {
  const fields = new Map<string, string>();
  for (let at = from; at < text.length && fields.size < 4 * ARGS; ) {
    const equals = text.indexOf('=', at);
    if (equals < 0) break;
    const name = text.slice(at, equals);
    const quote = text[equals + 1];
    let end = quote === '"' || quote === "'" ? text.indexOf(quote, equals + 2) + 1 : endOfWord(text, equals + 1);
    if (end <= 0) end = text.length;
    fields.set(name, text.slice(equals + 1, end));
    at = end;
    while (text[at] === ' ' || text[at] === SEPARATOR) at += 1;
  }
  return fields;
}

function endOfWord(text: string, from: number): number {
  let at = from;
  while (at < text.length && text[at] !== ' ' && text[at] !== SEPARATOR) at += 1;
  return at;
}

/** The text that a value stands for: quoted, hexadecimal, or as it is. */
function textIn(value: string): string {
  if (value.startsWith('"')) return value.slice(1, -1);
  if (value === '(null)' || value === '?') return '';
  return hexText(value) ?? value;
}

function argsOf(fields: ReadonlyMap<string, string>, before: readonly string[]): string[] {
  const args = [...before];
  let bytes = 0;
  for (const [name, value] of fields) {
    const found = /^a(\d{1,3})(?:\[\d{1,4}\])?$/u.exec(name);
    const place = Number(found?.[1] ?? ARGS);
    if (place >= ARGS || bytes > ARG_BYTES) continue;
    const text = textIn(value);
    bytes += text.length;
    while (args.length <= place) args.push('');
    args[place] += text;
  }
  return args;
}

class AuditLines implements LineParser {
  readonly #audit: Audit;

  constructor(context: ReaderContext) {
    this.#audit = new Audit(context);
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    return this.#audit.read(bytes, from, to, '', sheaf, record);
  }

  end(sheaf: Sheaf): void {
    this.#audit.end(sheaf);
  }
}

export const auditd = lineInput({
  name: 'auditd',
  about: 'The audit log of Linux (audit.log): execve, connect, accept and bind, put together from their records.',
  sample:
    'node=node1 type=SYSCALL msg=audit(1795303683.123:92733): arch=c000003e syscall=59 success=yes exit=0 a0=558e a1=558f a2=5590 a3=8 items=2 ppid=29002 pid=4711 auid=1000 uid=1000 gid=1000 euid=1000 tty=pts0 ses=104 comm="nmap" exe="/usr/bin/nmap" key=(null)',
  parser: (context) => new AuditLines(context),
});

class AuditDialect implements DialectReader {
  readonly #audit: Audit;

  constructor(context: ReaderContext) {
    this.#audit = new Audit(context);
  }

  read({ bytes, message, end, host, hostEnd, record }: SyslogLine, sheaf: Sheaf): number {
    const name = decoder.decode(bytes.subarray(host, hostEnd));
    return this.#audit.read(bytes, message, end, name, sheaf, record);
  }

  end(sheaf: Sheaf): void {
    this.#audit.end(sheaf);
  }
}

export const audisp: Dialect = {
  name: 'audisp',
  about: 'The audit log of Linux, sent on to syslog.',
  sample:
    'Nov 21 23:28:03 node1 audispd: type=SYSCALL msg=audit(1795303683.123:92733): arch=c000003e syscall=59 success=yes exit=0 items=2 ppid=29002 pid=4711 uid=1000 comm="nmap" exe="/usr/bin/nmap" key=(null)',
  programs: ['audispd', 'audisp-syslog', 'auditd', 'audit'],
  reader: (context) => new AuditDialect(context),
};
