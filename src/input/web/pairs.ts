// Hot: `line` runs once a line.
import { blend, FNV_START, hashLetters } from '../../record/fnv.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { addressInto, find } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import { Entry, Tells } from './entry.ts';
import { timeAt } from './moment.ts';
import { quoteEnd } from './text.ts';

/*
 * Access logs whose fields have names, in any order:
 *
 *   line  = pair *(HTAB pair) | pair *(1*SP pair)
 *   pair  = key ":" value                                   LTSV (ltsv.org): tabs between the pairs
 *         | key "=" (value | DQUOTE escaped DQUOTE)         logfmt, and formats of Nginx and Apache that are written so
 *   key   = 1*(ALPHA | DIGIT | "_" | "-" | "." | "@")       signs and capitals do not count: `X-Forwarded-For`, `xForwardedFor`
 *
 * A value without quotes ends at the next tab, or at the next blank where the line has no tab. `host` is the client in
 * LTSV, and the site elsewhere: an address is the one, a name the other.
 */
const TAB = 9;
const SPACE = 32;
const QUOTE = 34;
const COLON = 58;
const EQUALS = 61;
const OPEN = 91;

/** What a key stands for that can be two things. */
const HOST = -1;

const KEYS: readonly (readonly [tells: number, keys: string])[] = [
  [
    Tells.client,
    'remoteaddr remoteaddress client clientip clientaddr clientaddress clienthost remote remoteip remotehost ip peer srcip sourceip cip',
  ],
  [Tells.forwarded, 'forwardedfor xforwardedfor httpxforwardedfor xff fwd realip xrealip'],
  [Tells.time, 'time ts timestamp timelocal timeiso8601 datetime date start starttime startutc msec'],
  [Tells.request, 'req request requestline'],
  [Tells.verb, 'method requestmethod httpmethod reqmethod verb'],
  [Tells.target, 'uri requesturi requri path requestpath reqpath'],
  [Tells.query, 'args query querystring'],
  [Tells.url, 'url requesturl'],
  [Tells.status, 'status statuscode httpstatus responsestatus respstatus responsecode code downstreamstatus'],
  [
    Tells.bytes,
    'size bytes bodybytessent bytessent bodybytes responsesize responsebytes respsize length contentlength downstreamcontentsize',
  ],
  [Tells.referer, 'referer referrer httpreferer requestreferer'],
  [Tells.agent, 'ua useragent httpuseragent agent requestuseragent'],
  [HOST, 'host httphost'],
  [Tells.host, 'vhost virtualhost authority requesthost domain site hostname'],
  [Tells.server, 'server servername'],
  [Tells.address, 'serveraddr serverip'],
  [Tells.port, 'serverport'],
  [Tells.scheme, 'scheme requestscheme'],
  [Tells.tls, 'tls tlsversion sslprotocol'],
];

const MEANINGS: ReadonlyMap<number, number> = new Map(
  KEYS.flatMap(([tells, keys]) => keys.split(' ').map((key): [number, number] => [hashLetters(key), tells])),
);

/** By byte: what it counts as in a key, 0: it ends one, 1: a sign that does not count. */
const LETTERS = new Uint8Array(256);
for (const letter of 'abcdefghijklmnopqrstuvwxyz0123456789') {
  LETTERS[letter.charCodeAt(0)] = letter.charCodeAt(0);
  LETTERS[letter.toUpperCase().charCodeAt(0)] = letter.charCodeAt(0);
}
for (const sign of '_-.@') LETTERS[sign.charCodeAt(0)] = 1;

/** Reads lines of this format, wherever they stand. */
export class Pairs implements LineParser {
  readonly #entry: Entry;
  readonly #stamps: Stamps;
  readonly #words = new Uint32Array(4);
  /** hash of the key that was read last */
  #key = 0;

  constructor(context: ReaderContext) {
    this.#entry = new Entry(context);
    this.#stamps = new Stamps(context.dating);
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    return this.within(bytes, from, to, -1, sheaf, record);
  }

  /** The same within another log. @param time of its line, for those without one of their own */
  within(bytes: Uint8Array, from: number, to: number, time: number, sheaf: Sheaf, record: number): number {
    const entry = this.#entry;
    entry.clear();
    if (LETTERS[bytes[from]] === 0) return Line.foreign;
    const separator = find(bytes, TAB, from, to) < to ? TAB : SPACE;
    for (let at = from; at < to; ) {
      const sign = this.#keyEnd(bytes, at, to);
      if (bytes[sign] !== EQUALS && (bytes[sign] !== COLON || separator !== TAB)) {
        // a word without a value
        at = find(bytes, separator, at, to) + 1;
        continue;
      }
      at = this.#value(bytes, sign + 1, to, separator) + 1;
    }
    if (entry.time < 0) entry.time = time;
    return this.#isRequest() ? entry.append(bytes, sheaf.requests, record) : Line.foreign;
  }

  /** Place of the sign behind the key at `at`, whose hash is kept. */
  #keyEnd(bytes: Uint8Array, from: number, to: number): number {
    let hash = FNV_START;
    let at = from;
    for (; at < to && LETTERS[bytes[at]] !== 0; at += 1)
      if (LETTERS[bytes[at]] !== 1) hash = blend(hash, LETTERS[bytes[at]]);
    this.#key = hash;
    return at > from && at < to ? at : from;
  }

  /** Takes the value at `at`; returns where it ends, behind its quote. */
  #value(bytes: Uint8Array, at: number, to: number, separator: number): number {
    const isQuoted = bytes[at] === QUOTE && at < to;
    const start = isQuoted ? at + 1 : at;
    const end = isQuoted ? quoteEnd(bytes, start, to) : this.#plainEnd(bytes, start, to, separator);
    const tells = MEANINGS.get(this.#key);
    if (tells !== undefined) this.#take(tells, bytes, start, end);
    return isQuoted ? Math.min(to, end + 1) : end;
  }

  /** A stamp in brackets may hold blanks. */
  #plainEnd(bytes: Uint8Array, at: number, to: number, separator: number): number {
    return find(bytes, separator, bytes[at] === OPEN ? find(bytes, 93, at, to) : at, to);
  }

  #take(tells: number, bytes: Uint8Array, from: number, to: number): void {
    const entry = this.#entry;
    if (tells === Tells.time) {
      if (entry.time >= 0) return;
      const end = timeAt(this.#stamps, bytes, bytes[from] === OPEN ? from + 1 : from);
      if (end >= 0 && end <= to) entry.time = this.#stamps.time;
    } else if (tells === HOST) {
      const isClient = addressInto(bytes, from, to, this.#words, 0) && entry.to[Tells.client] < 0;
      entry.set(isClient ? Tells.client : Tells.host, from, to);
    } else if (entry.to[tells] < 0) entry.set(tells, from, to);
  }

  /** Who, when, what and how it was answered must be told, or else it is another kind of log. */
  #isRequest(): boolean {
    const { to, from } = this.#entry;
    // Who logs that alone has the address from the router in front, as its last one.
    if (to[Tells.client] < 0 && to[Tells.forwarded] >= 0)
      this.#entry.set(Tells.client, from[Tells.forwarded], to[Tells.forwarded]);
    if (to[Tells.query] >= 0 && to[Tells.target] >= 0) {
      this.#entry.set(Tells.path, from[Tells.target], to[Tells.target]);
      to[Tells.target] = -1;
    }
    const isAsked =
      to[Tells.request] >= 0 ||
      (to[Tells.verb] >= 0 && (to[Tells.target] >= 0 || to[Tells.path] >= 0 || to[Tells.url] >= 0));
    return isAsked && to[Tells.client] >= 0 && to[Tells.status] >= 0 && this.#entry.time >= 0;
  }
}

export const webPairs = lineInput({
  name: 'web-pairs',
  about: 'Access log of named fields in any order: LTSV, logfmt and other `key=value` lines.',
  sample:
    'time:[21/Nov/2026:23:27:01 +0000]\thost:192.0.2.7\treq:GET /admin HTTP/1.1\tstatus:404\tsize:153\treferer:-\tua:curl/8.10.1\tvhost:www.example.org',
  parser: (context) => new Pairs(context),
});
