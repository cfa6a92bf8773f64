// Hot: `read` runs once a line.
import { RequestTrait } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { addressInto, find, findText, numberIn, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { keyOf, Questions, traitsOf } from './question.ts';

/*
 * dnsmasq (dnsmasq(8): --log-queries, --log-queries=extra; cache.c, log_query).
 *
 *   line     = [serial SP address "/" port SP] said          the first two with `extra`; `* ` stands for none
 *   said     = ("query" | "auth") "[" type "] " name " from " address
 *            | how SP name " is " result                     how: config, reply, cached, DHCP, a file's name …
 *            | "forwarded " name " to " address | …
 *   result   = address | "NXDOMAIN" | "NODATA" … | "REFUSED" … | "SERVFAIL" … | "<CNAME>" | …
 *
 * The first result ends the question; what follows (the links of a CNAME) is of none. With serials, question and result
 * are joined by those, without them by the name: then the last who asked for it.
 */
const SPACE = 32;
/** µs that a question waits for its result */
const PATIENCE = 30e6;

const RESULTS = [
  ['NXDOMAIN', 3],
  ['REFUSED', 5],
  ['SERVFAIL', 2],
  ['NOTIMP', 4],
  ['FORMERR', 1],
] as const;

class Dnsmasq implements DialectReader {
  readonly #questions: Questions;
  readonly #words = new Uint32Array(8);
  readonly #nobody = new Uint32Array(8);

  constructor({ input }: ReaderContext) {
    this.#questions = new Questions(input, PATIENCE);
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const { bytes, end } = line;
    if (line.program === '') return Line.foreign;
    const batch = sheaf.requests;
    this.#questions.expire(line.time, batch);
    let at = line.message;
    const serialEnd = find(bytes, SPACE, at, end);
    const serial = numberIn(bytes, at, serialEnd);
    if (serial >= 0) at = find(bytes, SPACE, serialEnd + 1, end) + 1;
    const open = find(bytes, 91, at, Math.min(end, at + 6));
    if (standsAt(bytes, at, end, 'query[') || standsAt(bytes, at, end, 'auth[')) this.#ask(line, open, serial, sheaf);
    else this.#result(line, at, serial, sheaf);
    return Line.used;
  }

  end(sheaf: Sheaf): void {
    this.#questions.end(sheaf.requests);
  }

  #ask(line: SyslogLine, open: number, serial: number, { requests: batch }: Sheaf): void {
    const { bytes, end } = line;
    const close = find(bytes, 93, open, end);
    const name = close + 2;
    const words = this.#words.fill(0);
    // A name may hold anything but blanks in logs; the address is the last word.
    const last = lastBlank(bytes, name, end);
    if (last < name + 6 || !addressInto(bytes, last + 1, end, words, 0)) return;
    const nameEnd = last - 5;
    const held = this.#questions.ask(this.#key(serial, bytes, name, nameEnd), line, words, name, nameEnd, batch);
    held.traits = traitsOf(bytes, name, nameEnd, open + 1, close);
    if ((held.traits & RequestTrait.zoneTransfer) !== 0) held.traits |= RequestTrait.proven;
  }

  #result(line: SyslogLine, at: number, serial: number, { requests: batch }: Sheaf): void {
    const { bytes, end } = line;
    const name = find(bytes, SPACE, at, end) + 1;
    const is = findText(bytes, ' is ', name, end);
    if (is < 0) return;
    const key = this.#key(serial, bytes, name, is);
    if (!this.#questions.get(key)) return;
    const result = RESULTS.find(([word]) => standsAt(bytes, is + 4, end, word));
    this.#questions.answer(key, result?.[1] ?? 0, batch);
  }

  #key(serial: number, bytes: Uint8Array, name: number, nameEnd: number): number {
    return serial >= 0 ? 2 ** 40 + serial : keyOf(this.#nobody, bytes, name, nameEnd, 0, 0);
  }
}

function lastBlank(bytes: Uint8Array, from: number, to: number): number {
  for (let at = to - 1; at > from; at -= 1) if (bytes[at] === SPACE) return at;
  return -1;
}

export const dnsmasq: Dialect = {
  name: 'dnsmasq',
  about: 'Logs of dnsmasq with log-queries, also with `extra`: questions and what became of them.',
  sample: 'Nov 21 23:28:03 dnsmasq[19426]: 3037 192.0.2.7/58399 query[A] www.example.org from 192.0.2.7',
  programs: ['dnsmasq*'],
  reader: (context) => new Dnsmasq(context),
};
