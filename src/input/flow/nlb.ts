// Hot: `line` runs once a line.
import { beginContact, Method, Outcome, Proof } from '../../record/contact.ts';
import { Trait } from '../../record/packet.ts';
import { TCP } from '../../record/protocols.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { addressInto, find, numberIn, standsAt } from '../field.ts';
import { nothingAssumed, type ReaderContext } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Stamps } from '../stamp.ts';

/*
 * Access log of AWS Network Load Balancers with a TLS listener (AWS, "Access logs for your Network Load Balancer",
 * access log entries): one line for each TCP connection, when it has ended.
 *
 *   line = "tls " version SP time SP balancer SP listener SP client ":" port SP destination ":" port SP
 *          connected SP handshake SP received SP sent SP alert SP certificate SP serial SP cipher SP protocol SP group SP
 *          host SP alpn SP alpn SP alpn [SP created]
 *
 *   connected  ms until the connection was closed     handshake  ms, "-" when there was none
 *   received, sent  bytes without those of TLS        created    when the client came; without a zone, in UTC
 */
const SPACE = 32;
const COLON = 58;
const DASH = 45;
/** Words by their place. */
const Word = { time: 2, client: 5, destination: 6, handshake: 8, received: 9, sent: 10, created: 21 } as const;
const LEAST_WORDS = 12;
const WORDS = 24;

class Nlb implements LineParser {
  readonly #input: number;
  readonly #stamps: Stamps;
  readonly #from = new Uint32Array(WORDS);
  readonly #to = new Uint32Array(WORDS);

  constructor({ input, dating }: ReaderContext) {
    this.#input = input;
    // Stamps are UTC, whatever zone the operator's other logs are in.
    this.#stamps = new Stamps({ ...dating, zone: 0, assumed: nothingAssumed() });
  }

  line(bytes: Uint8Array, from: number, to: number, { contacts: batch }: Sheaf, record: number): number {
    if (!standsAt(bytes, from, to, 'tls ') || this.#split(bytes, from, to) < LEAST_WORDS) return Line.foreign;
    const row = beginContact(batch);
    const source = this.#end(bytes, Word.client, batch.address, row * 8);
    const target = this.#end(bytes, Word.destination, batch.address, row * 8 + 4);
    if (source < 0 || target < 0) return Line.foreign;
    const came = this.#time(bytes, Word.created);
    const time = Number.isNaN(came) ? this.#time(bytes, Word.time) : came;
    if (Number.isNaN(time)) return Weird['line-time-impossible'];
    batch.time[row] = time;
    batch.input[row] = this.#input;
    batch.record[row] = record;
    batch.sourcePort[row] = source;
    batch.targetPort[row] = target;
    batch.protocol[row] = TCP;
    batch.method[row] = Method.tcpConnect;
    batch.outcome[row] = Outcome.answered;
    batch.traits[row] = Trait.untold;
    const hasSpoken = bytes[this.#from[Word.handshake]] !== DASH;
    batch.proof[row] = Proof.handshake | (hasSpoken ? Proof.exchange : 0);
    batch.bytesOut[row] = this.#bytes(bytes, Word.received);
    batch.bytesIn[row] = this.#bytes(bytes, Word.sent);
    batch.tries[row] = 1;
    batch.count = row + 1;
    return Line.used;
  }

  /** @returns number of words, as far as they are looked at */
  #split(bytes: Uint8Array, from: number, to: number): number {
    let words = 0;
    for (let at = from; at < to && words < WORDS; words += 1) {
      const end = find(bytes, SPACE, at, to);
      this.#from[words] = at;
      this.#to[words] = end;
      at = end + 1;
    }
    for (let word = words; word < WORDS; word += 1) this.#from[word] = this.#to[word] = to;
    return words;
  }

  /** Address and port of a word; returns the port, −1: there is none. */
  #end(bytes: Uint8Array, word: number, words: Uint32Array, at: number): number {
    const from = this.#from[word];
    const to = this.#to[word];
    let colon = to - 1;
    while (colon > from && bytes[colon] !== COLON) colon -= 1;
    return addressInto(bytes, from, colon, words, at) ? numberIn(bytes, colon + 1, to) : -1;
  }

  /** µs since 1970; NaN: there is no such time. */
  #time(bytes: Uint8Array, word: number): number {
    if (this.#to[word] - this.#from[word] < 19) return Number.NaN;
    return this.#stamps.iso(bytes, this.#from[word]) < 0 ? Number.NaN : this.#stamps.time;
  }

  #bytes(bytes: Uint8Array, word: number): number {
    return Math.min(0xffffffff, Math.max(0, numberIn(bytes, this.#from[word], this.#to[word])));
  }
}

export const nlb = lineInput({
  name: 'nlb',
  about: 'Access log of AWS Network Load Balancers: connections to TLS listeners.',
  sample:
    'tls 2.0 2026-11-21T23:27:04 net/example/c6e77e28c25b2234 g3d4b5e8bb8464cd 192.0.2.7:51341 198.51.100.20:443 5 2 98 246 - arn:aws:acm:us-east-2:123456789012:certificate/2a108f19 - ECDHE-RSA-AES128-SHA tlsv12 - www.example.org - - - 2026-11-21T23:27:01',
  parser: (context) => new Nlb(context),
});
