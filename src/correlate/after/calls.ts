// Hot: `hear` runs for every contact, and looks at hardly any.
import { isDigit } from '../../record/ascii.ts';
import { formatAddress, isPrivate, neighbourhood, parseAddress } from '../../record/address.ts';
import { type ContactBatch, Outcome, tellsExchange } from '../../record/contact.ts';
import { OPEN_AT } from '../../record/login.ts';
import { latinText } from '../../record/latin.ts';
import { byteAt, byteEnd } from '../../record/percent.ts';
import { TCP } from '../../record/protocols.ts';
import type { RequestBatch } from '../../record/request.ts';
import { type Cited, SECOND, soon, type Weight } from './access.ts';
import { Recent } from './notes.ts';
import { Outgoing, SOON } from './outgoing.ts';

/**
 * Servers that go out after they were attacked: to the address that stood in the request, or anywhere they never were,
 * soon after. An exchange with a service that asks for no login is as good as an attack: who speaks with it commands it;
 * but so do scanners, and only what a scan goes before tells it from use.
 */
const CALLS = 256;
const SERVERS = 1024;
const RECENT = 512;
/** Nobody else asks a server to call this address. */
const NAMED = 30;
/** Bits of going out soon after at which that is told: who is a scanner's neighbour speaks with what it found, too. */
const OUT_BITS = 10;
/** Who is asked for names and the time, everybody calls. */
const NAMES = 53;
const TIME = 123;
const PERCENT = 37;
const OPEN = 91;
const CLOSE = 93;
/** Letters of an IPv6 address. */
const V6_LONGEST = 45;

/** How the ledger sees contacts: as in Admission. */
export interface Ways {
  readonly way: Uint8Array;
  readonly first: Uint8Array;
  readonly nth: Uint32Array;
}

/** An exploit that worked, as far as can be told. */
export interface Success {
  readonly source: string;
  readonly near: string;
  /** the server, or '' where it is not told */
  readonly server: string;
  readonly port: number;
  readonly path: string;
  readonly tried: Cited;
  readonly times: number;
  readonly worked: Cited;
  readonly weight: Weight;
  /** where the server called; '' no call */
  readonly called: string;
  /** a service that asks for no login was spoken with: nothing else says that it was attacked */
  readonly isOpen?: boolean;
}

export class Calls {
  /** addresses that requests told a server to call */
  readonly #named: Outgoing;
  /** servers that were attacked */
  readonly #servers: Outgoing;
  readonly #outNth = new Uint32Array(SERVERS);
  /** port of the service without a login that was spoken with; 0: it was attacked by a request */
  readonly #open = new Uint16Array(SERVERS);
  readonly #word = new Uint32Array(4);
  /** first contacts of ours with the outside, the last of them: contacts of a block are heard before its requests */
  readonly #recent = new Recent(RECENT);
  readonly #recentNth = new Uint32Array(RECENT);
  #begin = Number.POSITIVE_INFINITY;

  constructor(seed: number) {
    this.#named = new Outgoing(CALLS, seed);
    this.#servers = new Outgoing(SERVERS, seed);
  }

  /** Takes contacts: does a server that was attacked go out? */
  hear(batch: ContactBatch, from: number, to: number, { way, first, nth }: Ways): void {
    const { address, outcome, time, targetPort, protocol } = batch;
    if (time[from] < this.#begin) this.#begin = time[from];
    for (let row = from; row < to; row += 1) {
      if (way[row] === INWARD && OPEN_AT[targetPort[row]] === 1 && tellsExchange(batch, row))
        if (protocol[row] === TCP) this.#speak(batch, row);
      if (way[row] !== OUTWARD || outcome[row] >= Outcome.exchanged) continue;
      const isUsual = targetPort[row] === NAMES || targetPort[row] === TIME;
      const call = this.#named.keys.findAt(address, row * 8 + 4);
      if (call >= 0 && !isUsual && this.#named.awaits(call, time[row])) this.#named.happen(call, batch, row, row * 8);
      if (first[row] === 0 || isUsual) continue;
      this.#remember(batch, row, nth[row]);
      const server = this.#servers.keys.findAt(address, row * 8);
      if (server < 0 || !this.#servers.awaits(server, time[row])) continue;
      if (time[row] - this.#servers.tried.time(server) > SOON) continue;
      this.#servers.happen(server, batch, row, row * 8 + 4);
      this.#outNth[server] = nth[row];
    }
  }

  /** Takes a request of a suspect: notes the addresses that it tells the server to call. */
  name(batch: RequestBatch, at: number): void {
    this.#callbacks(batch, at, batch.name[at], batch.nameLength[at]);
    this.#callbacks(batch, at, batch.agent[at], batch.agentLength[at]);
    this.#callbacks(batch, at, batch.referer[at], batch.refererLength[at]);
  }

  /** Takes a request that attacks its server. */
  attack(batch: RequestBatch, at: number): void {
    const { address } = batch;
    if (address[at * 8 + 6] === 0 && address[at * 8 + 4] === 0) return;
    const row = this.#servers.begin(address, at * 8 + 4);
    if (this.#servers.happened[row] === 1) return;
    this.#servers.attack(row, batch, at);
    this.#open[row] = 0;
    const last = batch.time[at] + SOON;
    const went = this.#recall(address, at * 8 + 4, 0, batch.time[at], last);
    if (went < 0) return;
    this.#servers.happen(row, this.#recent, went, went * 8 + 4);
    this.#outNth[row] = this.#recentNth[went];
  }

  /** Notes the first contact of a host of ours with an address outside, in case its cause is told after it. */
  #remember(batch: ContactBatch, at: number, nth: number): void {
    this.#recentNth[this.#recent.keep(batch, at)] = nth;
  }

  /** The earliest recent contact in a span of time with an address at one end; −1: none. @param end 0: from it, 4: to it */
  #recall(words: Uint32Array, from: number, end: number, begin: number, last: number): number {
    const { time, address } = this.#recent;
    let found = -1;
    for (let row = 0; row < RECENT; row += 1) {
      if (time[row] < begin || time[row] > last || (found >= 0 && time[found] <= time[row])) continue;
      let n = 0;
      while (n < 4 && address[row * 8 + end + n] === words[from + n]) n += 1;
      if (n === 4) found = row;
    }
    return found;
  }

  /** An exchange with a service that asks for no login, of a server that no request attacked. */
  #speak(batch: ContactBatch, at: number): void {
    const isKnown = this.#servers.keys.findAt(batch.address, at * 8 + 4) >= 0;
    const row = this.#servers.begin(batch.address, at * 8 + 4);
    if (isKnown && (this.#servers.happened[row] === 1 || this.#open[row] === 0)) return;
    this.#servers.attack(row, batch, at);
    this.#open[row] = batch.targetPort[at];
  }

  /** Notes the addresses that a text tells the server to call: dotted quads, and of IPv6 what stands in brackets. */
  #callbacks(batch: RequestBatch, at: number, from: number, length: number): void {
    const { text } = batch;
    const to = from + length;
    let begin = from;
    for (let place = from; place < to; place += 1) {
      if (byteAt(text, place, to) === OPEN) this.#callback(batch, at, bracketed(text, byteEnd(text, place, to), to));
      // "%20" is a blank, and no digits.
      if (text[place] === PERCENT) {
        place += 2;
        begin = place + 1;
        continue;
      }
      if (!isDigit(text[place]) || (place > begin && isDigitOrDot(text[place - 1]))) continue;
      const end = quadEnd(text, place, to);
      if (end < 0) continue;
      this.#callback(batch, at, parseAddress(latinText(text, place, end)));
      place = end;
    }
  }

  #callback(batch: RequestBatch, at: number, words: Uint32Array | null): void {
    if (words === null || isPrivate(words, 0) || isServer(batch, at, words)) return;
    this.#word.set(words);
    if (this.#named.keys.findAt(this.#word, 0) >= 0) return;
    const row = this.#named.begin(this.#word, 0);
    this.#named.attack(row, batch, at);
    const went = this.#recall(words, 0, 4, batch.time[at], Number.POSITIVE_INFINITY);
    if (went >= 0) this.#named.happen(row, this.#recent, went, went * 8);
  }

  /** What worked. */
  successes(): Success[] {
    return [...this.#callsBack(), ...this.#goesOut()];
  }

  #callsBack(): Success[] {
    const { at, by, end, keys } = this.#named;
    return this.#named.rows().map((row) => {
      const called = formatAddress(keys.keys, row * 4);
      return {
        ...endsOf(by, row),
        server: formatAddress(end, row * 4),
        port: 0,
        path: '',
        tried: this.#named.causeOf(row),
        times: 1,
        worked: at.of(row),
        called,
        weight: { bits: NAMED, why: `called ${called}, which the request had named: stated bound ${NAMED} bits` },
      };
    });
  }

  #goesOut(): Success[] {
    const { by, end } = this.#servers;
    return this.#servers.rows().flatMap((row) => {
      const tried = this.#servers.causeOf(row);
      const worked = this.#servers.at.of(row);
      const gap = (worked.time - tried.time) / SECOND;
      const span = Math.max(0, worked.time - this.#begin) / SECOND;
      const weight = soon(gap, Math.max(0, this.#outNth[row] - 1), span, 3600, 'a first visit');
      const called = formatAddress(end, row * 4);
      const isOpen = this.#open[row] > 0;
      if (weight.bits < OUT_BITS || this.#named.keys.findAt(end, row * 4) >= 0) return [];
      const why = `went out to ${called}, where it had never been; ${weight.why}`;
      return [
        {
          ...endsOf(by, row),
          port: this.#open[row],
          path: '',
          tried,
          times: 1,
          worked,
          called,
          weight: { bits: weight.bits, why },
          ...(isOpen && { isOpen }),
        },
      ];
    });
  }
}

/** `Way` of the ledger. */
const INWARD = 0;
const OUTWARD = 1;

/** Both ends of a row: who attacked, and the server where it is told. */
export function endsOf(address: Uint32Array, row: number): { source: string; near: string; server: string } {
  const at = row * 8 + 4;
  const isTold = address[at + 2] !== 0 || address[at] !== 0;
  return {
    source: formatAddress(address, row * 8),
    near: neighbourhood(address, row * 8),
    server: isTold ? formatAddress(address, at) : '',
  };
}

const isServer = ({ address }: RequestBatch, at: number, words: Uint32Array): boolean =>
  words.every((word, n) => address[at * 8 + 4 + n] === word);

const isDigitOrDot = (byte: number): boolean => isDigit(byte) || byte === 46;

/** The IPv6 address from there to a bracket (RFC 3986 section 3.2.2), signs of which may be percent-encoded; null: there is none. */
function bracketed(bytes: Uint8Array, from: number, to: number): Uint32Array | null {
  let text = '';
  for (let at = from; at < to && text.length <= V6_LONGEST; at = byteEnd(bytes, at, to)) {
    const byte = byteAt(bytes, at, to);
    if (byte === CLOSE) return text.includes(':') ? parseAddress(text) : null;
    text += String.fromCharCode(byte);
  }
  return null;
}

/** Where a dotted quad that begins at `from` ends; −1: there is none. */
function quadEnd(bytes: Uint8Array, from: number, to: number): number {
  let dots = 0;
  let at = from;
  while (at < to && isDigitOrDot(bytes[at])) {
    if (bytes[at] === 46) dots += 1;
    at += 1;
  }
  return dots === 3 && at - from >= 7 && at - from <= 15 ? at : -1;
}
