// Hot: called once a line.
import { Asked, Reply, type RequestBatch, RequestTrait } from '../../record/request.ts';
import { standsAt } from '../field.ts';
import { type Held, Waiting } from '../waiting.ts';

/** Names of RCODEs in logs (RFC 1035 section 4.1.1, RFC 2136 section 2.2, IANA DNS parameters), and their numbers. */
const RCODES: readonly (readonly [string, number])[] = [
  ['NOERROR', 0],
  ['FORMERR', 1],
  ['SERVFAIL', 2],
  ['NXDOMAIN', 3],
  ['NOTIMP', 4],
  ['REFUSED', 5],
  ['YXDOMAIN', 6],
  ['YXRRSET', 7],
  ['NXRRSET', 8],
  ['NOTAUTH', 9],
  ['NOTZONE', 10],
];

/** Number of the RCODE bytes[from … to); −1: it is none. */
export function rcodeOf(bytes: Uint8Array, from: number, to: number): number {
  for (const [name, code] of RCODES) if (to - from === name.length && standsAt(bytes, from, to, name)) return code;
  return -1;
}

/** What an RCODE says of the name. */
export function replyOfRcode(rcode: number): number {
  if (rcode === 0) return Reply.answered;
  if (rcode === 3) return Reply.missed;
  if (rcode === 5 || rcode === 9) return Reply.denied;
  return rcode === 2 ? Reply.failed : Reply.malformed;
}

const THREE = 51;

/** Traits of a question, from its type (and class): `AXFR`, `IXFR`, `MX`, `SOA`, `NSEC`; `version.bind` and the like. */
export function traitsOf(bytes: Uint8Array, name: number, nameEnd: number, type: number, typeEnd: number): number {
  const isTransfer = typeEnd - type === 4 && (bytes[type] | 32) < 106 && hasTail(bytes, type + 1, 'xfr');
  const isMail = typeEnd - type === 2 && hasTail(bytes, type, 'mx');
  const isSerial = typeEnd - type === 3 && hasTail(bytes, type, 'soa');
  const isNext =
    (typeEnd - type === 4 || (typeEnd - type === 5 && bytes[typeEnd - 1] === THREE)) && hasTail(bytes, type, 'nsec');
  return (
    (isSerial ? RequestTrait.serialAsked : 0) |
    (isNext ? RequestTrait.nextAsked : 0) |
    (isTransfer ? RequestTrait.zoneTransfer : 0) |
    (isMail ? RequestTrait.mailAsked : 0) |
    (asksVersion(bytes, name, nameEnd) ? RequestTrait.versionAsked : 0)
  );
}

/** Names that servers tell about themselves by (RFC 4892; BIND 9 ARM, "Built-in server information zones"). */
const ABOUT_SERVER = ['version.bind', 'hostname.bind', 'authors.bind', 'id.server', 'version.server'] as const;

function asksVersion(bytes: Uint8Array, from: number, to: number): boolean {
  const end = to > from && bytes[to - 1] === 46 ? to - 1 : to;
  return ABOUT_SERVER.some((name) => end - from === name.length && hasTail(bytes, from, name));
}

/** Whether `text` (small letters) stands at a place, in letters of any size. */
function hasTail(bytes: Uint8Array, at: number, text: string): boolean {
  for (let n = 0; n < text.length; n += 1) {
    const wanted = text.charCodeAt(n);
    if (bytes[at + n] !== wanted && (bytes[at + n] | 32) !== wanted) return false;
  }
  return true;
}

/** A line that told of a question. */
export interface Heard {
  readonly bytes: Uint8Array;
  readonly time: number;
  readonly record: number;
  readonly host: number;
  readonly hostEnd: number;
}

/** Questions of which another line tells what became of them. Each becomes one row, with or without that. */
export class Questions {
  readonly #waiting: Waiting;

  /** @param patience µs that a question waits for its answer */
  constructor(input: number, patience: number) {
    this.#waiting = new Waiting(input, patience);
  }

  expire(time: number, batch: RequestBatch): void {
    this.#waiting.expire(time, batch);
  }

  end(batch: RequestBatch): void {
    this.#waiting.end(batch);
  }

  /** The question that waits under a key. */
  get(key: number): Held | undefined {
    return this.#waiting.get(key);
  }

  /** A question of words[0 … 4) to words[4 … 8), which are 0 where that is not told. */
  ask(key: number, line: Heard, words: Uint32Array, name: number, nameEnd: number, batch: RequestBatch): Held {
    const { bytes } = line;
    const held = this.#waiting.begin(key, line.time, line.record, batch);
    held.open = true;
    held.address.set(words);
    held.addressTold = true;
    held.port = 53;
    held.asked = Asked.dnsName;
    held.setName(bytes, name, withoutRoot(bytes, name, nameEnd));
    held.setSite(bytes, line.host, line.hostEnd);
    return held;
  }

  /** Nothing more will be told of it. */
  give(key: number, batch: RequestBatch): void {
    this.#waiting.done(key, batch);
  }

  /** What became of it. */
  answer(key: number, rcode: number, batch: RequestBatch): void {
    const held = this.#waiting.get(key);
    if (held === undefined) return;
    held.status = rcode;
    held.reply = replyOfRcode(rcode);
    this.#waiting.done(key, batch);
  }
}

/** End of a name without the dot of the root; the root itself keeps it. */
export const withoutRoot = (bytes: Uint8Array, from: number, to: number): number =>
  to - from > 1 && bytes[to - 1] === 46 ? to - 1 : to;

/** A number for a question: the same name and type (case aside), asked by the same address. */
export function keyOf(
  words: Uint32Array,
  bytes: Uint8Array,
  name: number,
  nameEnd: number,
  type: number,
  typeEnd: number,
): number {
  let hash = 0x811c9dc5;
  for (let word = 0; word < 4; word += 1) hash = Math.imul(hash ^ words[word], 0x85ebca6b) ^ (hash >>> 13);
  const end = withoutRoot(bytes, name, nameEnd);
  for (let at = name; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] | 32), 0x01000193);
  for (let at = type; at < typeEnd; at += 1) hash = Math.imul(hash ^ (bytes[at] | 32), 0x01000193);
  return hash >>> 0;
}
