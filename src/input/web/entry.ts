// Hot: `append` runs once a line.
import {
  Asked,
  beginRequest,
  keepText,
  type RequestBatch,
  replyOfStatus,
  RequestTrait,
  verbOf,
} from '../../record/request.ts';
import { Weird } from '../../record/weird.ts';
import { addressInto, find, numberIn, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import { clientInto, Forwarded, peerInto } from './forwarded.ts';
import { isNothing, setAgent, setReferer, setRequestLine, setSite, unescaped, unpercented, unplussed } from './text.ts';

/** What a field of a web log tells. */
export const Tells = {
  /** nothing that matters here */
  nothing: 0,
  /** address of the peer, with or without a port */
  client: 1,
  /** X-Forwarded-For, Forwarded, or one address that a proxy put in its place */
  forwarded: 2,
  /** a moment in any form that `timeAt` reads */
  time: 3,
  /** parts of a moment: a date, a clock in UTC, ms or µs to be added to it */
  date: 4,
  clock: 5,
  millis: 6,
  micros: 7,
  /** a whole request line */
  request: 8,
  verb: 9,
  /** path and query */
  target: 10,
  /** path without query, and a query with or without its question mark */
  path: 11,
  query: 12,
  /** absolute: scheme, host, path and query */
  url: 13,
  status: 14,
  bytes: 15,
  referer: 16,
  agent: 17,
  /** host that was asked for; name of the site that answered, of less worth */
  host: 18,
  server: 19,
  port: 20,
  /** `https` */
  scheme: 21,
  /** version of TLS or its cipher; `-` without TLS */
  tls: 22,
  /** address of the server */
  address: 23,
  /** a request line whose target the server itself has made absolute */
  urlRequest: 24,
  /** address and port of the peer */
  peer: 25,
} as const;

const KINDS = 26;

/** How a log writes what does not fit into it. */
export const Written = {
  asItIs: 0,
  /** `\x22`, `\"`, `\u0022` */
  escaped: 1,
  /** `+` for a blank, in agents and referers */
  plus: 2,
  /** percent-encoded, in agents and referers */
  percent: 3,
} as const;

const COLON = 58;
const SLASH = 47;
const QUESTION = 63;

/** What one line tells, as places in its bytes. One object, cleared for every line. */
export class Entry {
  /** by Tells: the text is bytes[from … to); `to` is −1 where nothing is told */
  readonly from = new Int32Array(KINDS);
  readonly to = new Int32Array(KINDS);
  /** µs since 1970; −1: not told */
  time = -1;
  /** one of Written */
  written: number = Written.escaped;
  readonly #input: number;
  readonly #forwarded: Forwarded;

  constructor({ input, proxies }: ReaderContext) {
    this.#input = input;
    this.#forwarded = new Forwarded(proxies);
  }

  clear(): void {
    this.to.fill(-1);
    this.time = -1;
  }

  set(tells: number, from: number, to: number): void {
    this.from[tells] = from;
    this.to[tells] = to;
  }

  /** Whether something is told, and it is not `-`. */
  has(bytes: Uint8Array, tells: number): boolean {
    const to = this.to[tells];
    return to >= 0 && !isNothing(bytes, this.from[tells], to);
  }

  /** Appends a row; returns Line.used, or the Weird that the line is. */
  append(bytes: Uint8Array, batch: RequestBatch, record: number): number {
    const { from, to } = this;
    if (this.time < 0) return Weird['line-time-impossible'];
    const row = beginRequest(batch);
    if (!this.#client(bytes, batch, row)) return this.#withoutClient(bytes);
    batch.time[row] = this.time;
    batch.input[row] = this.#input;
    batch.record[row] = record;
    batch.traits[row] |= RequestTrait.proven;
    if (this.has(bytes, Tells.forwarded)) {
      if (this.#forwarded.believes(batch, row))
        this.#forwarded.set(batch, row, bytes, from[Tells.forwarded], to[Tells.forwarded]);
      else batch.traits[row] |= RequestTrait.hearsay;
    }
    this.#site(bytes, batch, row);
    this.#asked(bytes, batch, row);
    this.#reply(bytes, batch, row);
    this.#texts(bytes, batch, row);
    batch.count = row + 1;
    return Line.used;
  }

  #client(bytes: Uint8Array, batch: RequestBatch, row: number): boolean {
    if (this.to[Tells.peer] >= 0 && peerInto(bytes, this.from[Tells.peer], this.to[Tells.peer], batch.address, row * 8))
      return true;
    const from = this.from[Tells.client];
    const to = this.to[Tells.client];
    if (to < 0) return false;
    return clientInto(bytes, from, to, batch.address, row * 8) || this.#forwarded.setFirst(batch, row, bytes, from, to);
  }

  /** Requests over a socket of the machine itself have no client: `-`, `unix:`. */
  #withoutClient(bytes: Uint8Array): number {
    const from = this.from[Tells.client];
    if (!this.has(bytes, Tells.client) && !this.has(bytes, Tells.peer)) return Weird['line-not-about-network'];
    return standsAt(bytes, from, this.to[Tells.client], 'unix:')
      ? Weird['line-not-about-network']
      : Weird['line-field-impossible'];
  }

  /** Takes the escapes out of a text, which gets shorter. */
  #read(bytes: Uint8Array, tells: number): number {
    if (this.written === Written.escaped && this.to[tells] >= 0)
      this.to[tells] = unescaped(bytes, this.from[tells], this.to[tells]);
    return this.to[tells];
  }

  #site(bytes: Uint8Array, batch: RequestBatch, row: number): void {
    const { from } = this;
    const told = this.has(bytes, Tells.host) ? Tells.host : Tells.server;
    if (this.has(bytes, told) && bytes[from[told]] !== 95)
      setSite(batch, row, bytes, from[told], this.#read(bytes, told));
    const port = this.#number(bytes, Tells.port);
    if (port > 0 && port <= 0xffff) batch.port[row] = port;
    if (this.has(bytes, Tells.address))
      addressInto(bytes, from[Tells.address], this.to[Tells.address], batch.address, row * 8 + 4);
    if (this.has(bytes, Tells.tls) || this.#isSecure(bytes, Tells.scheme)) batch.traits[row] |= RequestTrait.encrypted;
  }

  /** `https`, `wss`, `h2`, `grpcs`: all but `http`, `ws`, `h2c`, `grpc` and what is unknown. */
  #isSecure(bytes: Uint8Array, tells: number): boolean {
    const to = this.to[tells];
    if (to < 0) return false;
    const last = bytes[to - 1] | 32;
    return (last === 115 && to - this.from[tells] > 2) || (standsAt(bytes, this.from[tells], to, 'h2') && last === 50);
  }

  #asked(bytes: Uint8Array, batch: RequestBatch, row: number): void {
    const { from } = this;
    if (this.to[Tells.request] >= 0)
      return setRequestLine(batch, row, bytes, from[Tells.request], this.#read(bytes, Tells.request));
    if (this.to[Tells.urlRequest] >= 0) {
      // `- http://www.example.org:80- -`: what came was no request
      if (standsAt(bytes, from[Tells.urlRequest], this.to[Tells.urlRequest], '- ')) {
        batch.traits[row] |= RequestTrait.brokenLine;
        return;
      }
      setRequestLine(batch, row, bytes, from[Tells.urlRequest], this.#read(bytes, Tells.urlRequest));
      return this.#url(bytes, batch, row, batch.name[row], batch.name[row] + batch.nameLength[row]);
    }
    if (this.has(bytes, Tells.verb)) batch.verb[row] = verbOf(bytes, from[Tells.verb], this.#read(bytes, Tells.verb));
    if (this.to[Tells.url] >= 0) this.#url(bytes, batch, row, from[Tells.url], this.#read(bytes, Tells.url));
    else if (this.has(bytes, Tells.target)) this.#name(batch, row, from[Tells.target], this.#read(bytes, Tells.target));
    else if (this.has(bytes, Tells.path)) this.#path(bytes, batch, row);
  }

  #name(batch: RequestBatch, row: number, from: number, to: number): void {
    batch.asked[row] = Asked.path;
    batch.name[row] = from;
    batch.nameLength[row] = Math.min(0xffff, to - from);
  }

  /** Path and query, which are joined by a question mark behind the texts where both are told. */
  #path(bytes: Uint8Array, batch: RequestBatch, row: number): void {
    const { from } = this;
    const end = this.#read(bytes, Tells.path);
    if (!this.has(bytes, Tells.query)) return this.#name(batch, row, from[Tells.path], end);
    const start = keepText(batch, bytes, from[Tells.path], end);
    const query = from[Tells.query];
    if (bytes[query] !== QUESTION && batch.textUsed < batch.text.length) {
      batch.text[batch.textUsed] = QUESTION;
      batch.textUsed += 1;
    }
    keepText(batch, bytes, query, this.#read(bytes, Tells.query));
    this.#name(batch, row, start, batch.textUsed);
  }

  /** `https://www.example.org:443/path?query`: what the client sent was the path, and the host apart from it. */
  #url(bytes: Uint8Array, batch: RequestBatch, row: number, from: number, to: number): void {
    let host = from;
    while (host < to && host - from < 8 && bytes[host] !== COLON) host += 1;
    if (!standsAt(bytes, host, to, '://')) return this.#name(batch, row, from, to);
    if (bytes[host - 1] === 115) batch.traits[row] |= RequestTrait.encrypted;
    const slash = find(bytes, SLASH, host + 3, to);
    if (batch.siteLength[row] === 0) setSite(batch, row, bytes, host + 3, slash);
    this.#name(batch, row, slash, to);
  }

  #number(bytes: Uint8Array, tells: number): number {
    return this.to[tells] < 0 ? -1 : numberIn(bytes, this.from[tells], this.to[tells]);
  }

  #reply(bytes: Uint8Array, batch: RequestBatch, row: number): void {
    const status = this.#number(bytes, Tells.status);
    if (status >= 100 && status <= 999) {
      batch.status[row] = status;
      batch.reply[row] = replyOfStatus(status);
    }
    const size = this.#number(bytes, Tells.bytes);
    if (size >= 0) batch.bytes[row] = Math.min(size, 0xfffffffe);
    else if (this.to[Tells.bytes] >= 0 && !this.has(bytes, Tells.bytes)) batch.bytes[row] = 0;
  }

  #texts(bytes: Uint8Array, batch: RequestBatch, row: number): void {
    const { from, to } = this;
    if (to[Tells.agent] >= 0) setAgent(batch, row, bytes, from[Tells.agent], this.#header(bytes, Tells.agent));
    if (to[Tells.referer] >= 0) setReferer(batch, row, bytes, from[Tells.referer], this.#header(bytes, Tells.referer));
  }

  /** Agents and referers are written in their own way by some. */
  #header(bytes: Uint8Array, tells: number): number {
    const from = this.from[tells];
    const to = this.#read(bytes, tells);
    if (this.written === Written.plus) unplussed(bytes, from, to);
    if (this.written !== Written.percent) return to;
    const once = unpercented(bytes, from, to);
    // CloudFront has long encoded the percent sign once more
    return holdsEscape(bytes, from, once) ? unpercented(bytes, from, once) : once;
  }
}

/** Whether `%20` is in the text. */
function holdsEscape(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = find(bytes, 37, from, to); at < to; at = find(bytes, 37, at + 1, to))
    if (bytes[at + 1] === 50 && bytes[at + 2] === 48) return at + 3 <= to;
  return false;
}
