import { RequestTrait } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { parseAddress } from '../../record/address.ts';
import type { ReaderContext } from '../input.ts';
import type { JsonObject } from '../json-value.ts';
import { type JsonParser, jsonLinesInput, pick, textAt } from '../json.ts';
import { Line } from '../lines.ts';
import { Moments } from '../syslog/members.ts';
import { Wanted } from '../wanted.ts';
import { keyOf, Questions, traitsOf } from './question.ts';

/*
 * The query log of AdGuard Home, querylog.json (AdGuardHome: internal/querylog/entry.go), one object a line.
 *
 *   T       time of the question, RFC 3339
 *   QH      name; QT its type; QC its class
 *   CP      protocol of the client: "", "dnscrypt", "doh", "dot", "doq"
 *   Answer  the message that was sent, in base64; absent where there was none
 *   IP      address of the client
 *   Result  what its filters made of it: IsFiltered, Reason, Rules
 */
const NAME = {
  time: 'T',
  name: 'QH',
  type: 'QT',
  class: 'QC',
  protocol: 'CP',
  answer: 'Answer',
  client: 'IP',
} as const;
const FILTERED = ['Result', 'IsFiltered'] as const;
/** Protocols over which nobody asks from an address that is not theirs. */
const PROVEN: ReadonlySet<string> = new Set(['doh', 'dot', 'doq']);
/** Eight digits of base64 hold six bytes: the header's first words, the RCODE in the fourth byte (RFC 1035 section 4.1.1). */
const HEADER = /^[A-Za-z\d+/]{8}/;
const RCODE_AT = 3;
const encoder = new TextEncoder();

class AdGuard implements JsonParser {
  readonly #questions: Questions;
  readonly #moments: Moments;

  constructor({ input, dating }: ReaderContext) {
    this.#questions = new Questions(input, 0);
    this.#moments = new Moments(dating);
  }

  object(value: JsonObject, { requests: batch }: Sheaf, record: number): number {
    const name = textAt(value, NAME.name);
    const type = textAt(value, NAME.type);
    if (name === '' || type === '' || textAt(value, NAME.class) === '') return Line.foreign;
    const address = parseAddress(textAt(value, NAME.client));
    if (address === null) return Line.foreign;
    const time = this.#moments.of(textAt(value, NAME.time));
    if (Number.isNaN(time)) return Weird['line-time-impossible'];
    const bytes = encoder.encode(name + type);
    const nameEnd = bytes.length - type.length;
    const words = new Uint32Array(8);
    words.set(address);
    const key = keyOf(words, bytes, 0, nameEnd, nameEnd, bytes.length);
    const held = this.#questions.ask(key, { bytes, time, record, host: 0, hostEnd: 0 }, words, 0, nameEnd, batch);
    held.traits =
      traitsOf(bytes, 0, nameEnd, nameEnd, bytes.length) |
      (PROVEN.has(textAt(value, NAME.protocol)) ? RequestTrait.proven : 0);
    const rcode = rcodeIn(value);
    if (rcode < 0) this.#questions.give(key, batch);
    else this.#questions.answer(key, rcode, batch);
    return Line.used;
  }
}

/** RCODE of the answer; −1: there was none, or it is the filter's own and says nothing of the name. */
function rcodeIn(value: JsonObject): number {
  const answer = textAt(value, NAME.answer);
  if (pick(value, ...FILTERED) === true || !HEADER.test(answer)) return -1;
  return atob(answer.slice(0, 8)).charCodeAt(RCODE_AT) & 15;
}

export const adguard = jsonLinesInput({
  name: 'adguard',
  about: 'Query log of AdGuard Home (querylog.json): questions and how they were answered.',
  sample:
    '{"T":"2026-11-21T23:28:03.123456789+00:00","QH":"www.example.org","QT":"A","QC":"IN","CP":"","Answer":"GAOBgwABAAAAAAAAA3d3dwdleGFtcGxlA29yZwAAAQAB","IP":"192.0.2.7","Result":{},"Elapsed":531320}',
  wanted: new Wanted([...Object.values(NAME).map((name) => [name]), FILTERED]),
  parser: (context) => new AdGuard(context),
});
