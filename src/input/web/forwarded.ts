// Hot: `set` runs once a line where proxies are named.
import { type RequestBatch, RequestTrait } from '../../record/request.ts';
import type { PrefixMatch } from '../../table/prefix.ts';
import { addressInto, find, standsAt } from '../field.ts';

/*
 * What a proxy says of the client it forwards for. It is believed only where the peer is one of the proxies that the operator
 * named, and then the client is the right-most address that is none of them: everything left of it may be made up.
 *
 *   list = address *("," [SP] address)                        X-Forwarded-For, as proxies write it
 *   list = pair *(";" pair) *("," [SP] pair …)                Forwarded (RFC 7239 section 4): `for=192.0.2.7;proto=https`
 */
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const SEMICOLON = 59;
/** Proxies that may stand one behind the other. */
const HOPS = 16;

export class Forwarded {
  readonly #proxies: PrefixMatch | undefined;
  readonly #words = new Uint32Array(4);

  constructor(proxies: PrefixMatch | undefined) {
    this.#proxies = proxies;
  }

  /** Whether the source of a row is a proxy that is believed. */
  believes({ address }: RequestBatch, row: number): boolean {
    return this.#proxies?.contains(address, row * 8) === true;
  }

  /** Sets the source of a row to whom bytes[from … to) name; the row's source so far is the proxy that wrote it. */
  set(batch: RequestBatch, row: number, bytes: Uint8Array, from: number, to: number): void {
    this.#walk(batch, row, bytes, from, to, RequestTrait.forwarded);
  }

  /**
   * Sets the source of a row where a list stands in its place. Who wrote its last address is the proxy in front, which the
   * log leaves out; only what stands before that is hearsay.
   *
   * @returns whether there is one
   */
  setFirst(batch: RequestBatch, row: number, bytes: Uint8Array, from: number, to: number): boolean {
    return this.#walk(batch, row, bytes, from, to, 0);
  }

  #walk(batch: RequestBatch, row: number, bytes: Uint8Array, from: number, to: number, trait: number): boolean {
    const words = this.#words;
    let end = to;
    for (let hops = 0; end > from && hops < HOPS; hops += 1) {
      const start = lastPart(bytes, from, end);
      // what is no address ends the chain: nobody knows who stands behind it
      if (!partInto(bytes, start, end, words)) break;
      for (let n = 0; n < 4; n += 1) batch.address[row * 8 + n] = words[n];
      batch.traits[row] |= end === to ? trait : RequestTrait.forwarded;
      if (this.#proxies?.contains(words, 0) !== true) return true;
      end = start - 1;
    }
    return end < to;
  }
}

/** Where the part behind the last comma begins. */
function lastPart(bytes: Uint8Array, from: number, to: number): number {
  let at = to;
  while (at > from && bytes[at - 1] !== COMMA) at -= 1;
  return at;
}

function partInto(bytes: Uint8Array, from: number, to: number, words: Uint32Array): boolean {
  let start = from;
  let end = to;
  while (start < end && bytes[start] === SPACE) start += 1;
  while (end > start && bytes[end - 1] === SPACE) end -= 1;
  if (end - start > 4 && standsAt(bytes, start, end, 'for=')) {
    start += 4;
    end = find(bytes, SEMICOLON, start, end);
  }
  if (end - start > 1 && bytes[start] === QUOTE && bytes[end - 1] === QUOTE) {
    start += 1;
    end -= 1;
  }
  return clientInto(bytes, start, end, words, 0);
}

/** Reads an address, with or without a port: `192.0.2.7`, `192.0.2.7:567`, `2001:db8::7`, `[2001:db8::7]:567`. */
export function clientInto(bytes: Uint8Array, from: number, to: number, words: Uint32Array, at: number): boolean {
  return addressInto(bytes, from, to, words, at) || peerInto(bytes, from, to, words, at);
}

/** Reads an address and a port; IPv6 may go without brackets where a port is certain: `2001:db8::7:567`. */
export function peerInto(bytes: Uint8Array, from: number, to: number, words: Uint32Array, at: number): boolean {
  if (to - from > 64) return false;
  let colon = to - 1;
  while (colon > from && bytes[colon] !== COLON) colon -= 1;
  return colon > from && addressInto(bytes, from, colon, words, at);
}

/** Whether a text ends as a list of clients does: in an address, and that without a port. */
export function isList(bytes: Uint8Array, from: number, to: number): boolean {
  let start = lastPart(bytes, from, to);
  while (start < to && bytes[start] === SPACE) start += 1;
  return addressInto(bytes, start, to, scratch, 0);
}

const scratch = new Uint32Array(4);
