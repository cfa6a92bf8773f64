import { isBroadcast, isMulticast, isUnspecified, isV4, parseAddress } from '../../record/address.ts';
import { beginContact, Method, Outcome } from '../../record/contact.ts';
import { beginExecution, Did } from '../../record/execution.ts';
import { TCP, UDP } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { keepString } from '../texts.ts';

/** What a record says that a process did. What it does not tell is left out. */
export interface Act {
  /** µs since 1970 */
  readonly time: number;
  readonly record: number;
  /** one of Did; 0: nobody did it (a filter dropped it), it is a contact only */
  readonly did: number;
  readonly process?: number;
  readonly host?: string;
  readonly image?: string;
  readonly command?: string;
  readonly user?: string;
  readonly parent?: string;
  readonly parentProcess?: number;
  /** of a service, in no session of a user */
  readonly daemon?: boolean;
  readonly own?: Uint32Array | null;
  readonly ownPort?: number;
  readonly peer?: Uint32Array | null;
  readonly peerPort?: number;
  readonly protocol?: number;
  /** the process opened the connection; otherwise it accepted it, or that is not told (`accepted`) */
  readonly opened?: boolean;
  readonly accepted?: boolean;
  /** how it ended: one of Outcome, bits of Proof */
  readonly outcome?: number;
  readonly proof?: number;
}

/** Bytes of each text that are kept: 32 rows of one record are to fit into what a sheaf keeps free. */
const HOST = 96;
const IMAGE = 384;
const COMMAND = 1152;
const USER = 96;
const PARENT = 320;

/** Appends an act as an execution and, when it tells both ends of a connection, as a contact. */
export function tell(sheaf: Sheaf, input: number, act: Act): void {
  if (act.did !== 0) tellExecution(sheaf, input, act);
  if (act.did !== Did.started && act.did !== Did.listened) tellContact(sheaf, input, act);
}

function tellExecution({ executions: batch }: Sheaf, input: number, act: Act): void {
  const row = beginExecution(batch);
  batch.time[row] = act.time;
  batch.input[row] = input;
  batch.record[row] = act.record;
  batch.did[row] = act.did;
  batch.process[row] = act.process ?? 0;
  batch.parentProcess[row] = act.parentProcess ?? 0;
  batch.daemon[row] = act.daemon ? 1 : 0;
  if (act.own) batch.address.set(act.own, row * 8);
  if (act.peer) batch.address.set(act.peer, row * 8 + 4);
  batch.ownPort[row] = act.ownPort ?? 0;
  batch.peerPort[row] = act.peerPort ?? 0;
  batch.protocol[row] = act.protocol ?? 0;
  batch.opened[row] = act.opened ? 1 : 0;
  batch.host[row] = keepString(batch, cut(act.host, HOST));
  batch.hostLength[row] = batch.textUsed - batch.host[row];
  batch.image[row] = keepString(batch, cut(act.image, IMAGE));
  batch.imageLength[row] = batch.textUsed - batch.image[row];
  batch.command[row] = keepString(batch, cut(act.command, COMMAND));
  batch.commandLength[row] = batch.textUsed - batch.command[row];
  batch.user[row] = keepString(batch, cut(act.user, USER));
  batch.userLength[row] = batch.textUsed - batch.user[row];
  batch.parent[row] = keepString(batch, cut(act.parent, PARENT));
  batch.parentLength[row] = batch.textUsed - batch.parent[row];
  batch.count = row + 1;
}

/** A character is at most three bytes of UTF-8; most are one. */
const cut = (text: string | undefined, bytes: number): string => {
  if (text === undefined || text.length * 3 <= bytes) return text ?? '';
  let room = bytes;
  let end = 0;
  while (end < text.length) {
    const code = text.charCodeAt(end);
    room -= code < 0x80 ? 1 : code < 0x800 ? 2 : 3;
    if (room < 0) break;
    end += 1;
  }
  return text.slice(0, end);
};

function tellContact({ contacts: batch }: Sheaf, input: number, act: Act): void {
  const { own, peer, protocol = 0 } = act;
  if (!own || !peer || (protocol !== TCP && protocol !== UDP)) return;
  if (!isFar(own) || !isFar(peer) || own.every((word, at) => word === peer[at])) return;
  // Who got a datagram may as well have asked for it, unless it was refused.
  if (!act.opened && (!act.accepted || (protocol !== TCP && act.outcome === undefined))) return;
  const row = beginContact(batch);
  batch.time[row] = act.time;
  batch.input[row] = input;
  batch.record[row] = act.record;
  batch.address.set(act.opened ? own : peer, row * 8);
  batch.address.set(act.opened ? peer : own, row * 8 + 4);
  batch.sourcePort[row] = (act.opened ? act.ownPort : act.peerPort) ?? 0;
  batch.targetPort[row] = (act.opened ? act.peerPort : act.ownPort) ?? 0;
  batch.protocol[row] = protocol;
  batch.method[row] = protocol === TCP ? Method.tcpConnect : Method.udp;
  batch.outcome[row] = act.outcome ?? (act.opened ? Outcome.unknown : Outcome.answered);
  batch.proof[row] = act.proof ?? 0;
  batch.count = row + 1;
}

/** An address of another host, and not of this one only. */
function isFar(words: Uint32Array): boolean {
  const isLoop = isV4(words, 0) ? words[3] >>> 24 === 127 : words[3] === 1 && (words[0] | words[1] | words[2]) === 0;
  return !isLoop && !isUnspecified(words, 0) && !isMulticast(words, 0) && !isBroadcast(words, 0);
}

/** An address as telemetry writes it: with a zone, or IPv4 mapped into IPv6; null: it is none. */
export function addressOf(text: string): Uint32Array | null {
  const zone = text.indexOf('%');
  return parseAddress(zone < 0 ? text : text.slice(0, zone));
}

/** The number of a port in a text or number; 0: it is none. */
export function portOf(value: number): number {
  return value > 0 && value <= 0xffff ? Math.floor(value) : 0;
}

/** The number of a process, decimal or `0x1a2c`; 0: it is none. */
export function processOf(text: string): number {
  const value = Number(text);
  return value > 0 && value <= 0xffffffff ? Math.floor(value) : 0;
}

/** `auid` of who is in no session (audit_setloginuid(3)): −1 as u32, or so called. */
export const isInNoSession = (login: string): boolean => login === '4294967295' || login === 'unset' || login === '-1';

/** IP protocol numbers by the names that telemetry uses. */
export const TRANSPORTS: ReadonlyMap<string, number> = new Map([
  ['tcp', TCP],
  ['6', TCP],
  ['IPPROTO_TCP', TCP],
  ['SOCK_STREAM', TCP],
  ['udp', UDP],
  ['17', UDP],
  ['IPPROTO_UDP', UDP],
  ['SOCK_DGRAM', UDP],
]);

/** Arguments as one line: those with blanks in quotes. */
export const commandOf = (args: readonly string[]): string =>
  args.map((arg) => (arg === '' || /[\s"]/u.test(arg) ? `'${arg}'` : arg)).join(' ');
