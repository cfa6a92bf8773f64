// Hot: `read` runs once a line.
import { type RequestBatch, RequestTrait } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { addressInto, find, findText, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import { Found, Phrase } from '../phrase.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import type { Held } from '../waiting.ts';
import { type Heard, keyOf, Questions, rcodeOf, traitsOf } from './question.ts';

/*
 * BIND 9, channels `queries`, `security`, `responses`, `query-errors`, `rate-limit`, to syslog or files of its own
 * (BIND 9 Administrator Reference Manual, "logging", "querylog"; lib/ns/client.c, query.c, xfrout.c).
 *
 *   line   = [stamp SP] [category ": "] [severity ": "] "client " ["@0x" handle SP] address "#" port [" (" name ")"] ": " ["view " view ": "] said
 *   said   = "query: " name SP class SP type SP flags [" (" server ")"]
 *          | "query " ["(cache) "] "'" name "/" type "/" class "' denied" …
 *          | "zone transfer '" name "/" type "/" class "' denied"
 *          | "bad zone transfer request: '" name "/" class "': " …
 *          | "transfer of '" name "/" class "': " ("AXFR" | "IXFR") " started" …
 *          | "rate limit drop " … " for " name SP class SP type …
 *          | "query failed (" rcode ") for " name "/" class "/" type …
 *          | "response: " name SP class SP type SP rcode SP …          9.20: `responselog`
 *
 * A question is told of again when it is denied, fails or is answered, where those channels are on: one row. Updates
 * and notifies are no questions.
 */
const CLIENT = 'client ';
const VIEW = 'view ';
const HASH = 35;
const SPACE = 32;
/** µs that a question waits for what is said of it: BIND says it at once, or never */
const PATIENCE = 3e6;

/** What is said of a question (`word` is its type), and what that makes of it. */
interface Said {
  readonly phrase: Phrase;
  readonly rcode: number;
  readonly traits: number;
}

const said = (pattern: string, rcode: number, traits = 0): Said => ({ phrase: new Phrase(pattern), rcode, traits });

const { zoneTransfer, proven } = RequestTrait;
const NOERROR = 0;
const REFUSED = 5;
const QUERY = new Phrase('query: {name} IN {word} {agent}');
const QUERY_CHAOS = new Phrase('query: {name} CH {word} {agent}');
const RESPONSE = new Phrase('response: {name} IN {word} {agent}');
const FAILED = new Phrase('query failed ({agent}) for {name}/IN/{word} at {…}');

const SAID: readonly Said[] = [
  ...['IN', 'CH'].flatMap((kind) => [
    said(`query (cache) '{name}/{word}/${kind}' denied{…}`, REFUSED),
    said(`query '{name}/{word}/${kind}' denied{…}`, REFUSED),
  ]),
  said('query (cache) denied{…}', REFUSED),
  // Transfers go over TCP (RFC 5936 section 4).
  said("zone transfer '{name}/{word}/IN' denied{…}", REFUSED, zoneTransfer | proven),
  said("bad zone transfer request: '{name}/IN': {…}", REFUSED, zoneTransfer | proven),
  said("transfer of '{name}/IN': {word} started{…}", NOERROR, zoneTransfer | proven),
];

class Bind implements DialectReader {
  readonly #found = new Found();
  readonly #words = new Uint32Array(8);
  readonly #questions: Questions;

  constructor({ input }: ReaderContext) {
    this.#questions = new Questions(input, PATIENCE);
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const { bytes, end } = line;
    this.#questions.expire(line.time, sheaf.requests);
    const isOwn = line.program !== 'named';
    const otherwise = isOwn ? Line.foreign : Line.used;
    // Files of its own have neither host nor program; syslog may have its stamp and category as well.
    const start = isOwn ? line.host : line.message;
    const client = findText(bytes, CLIENT, start, Math.min(end, start + 96));
    if (client < 0) return otherwise;
    const hash = find(bytes, HASH, client, Math.min(end, client + 96));
    let address = hash;
    while (bytes[address - 1] !== SPACE) address -= 1;
    const words = this.#words.fill(0);
    if (bytes[hash] !== HASH || !addressInto(bytes, address, hash, words, 0)) return otherwise;
    const colon = findText(bytes, ': ', hash, end);
    if (colon < 0) return otherwise;
    let at = colon + 2;
    if (standsAt(bytes, at, end, VIEW)) at = Math.max(at, findText(bytes, ': ', at, end) + 2);
    this.#hear(isOwn ? { bytes, time: line.time, record: line.record, host: 0, hostEnd: 0 } : line, at, end, sheaf);
    return Line.used;
  }

  end(sheaf: Sheaf): void {
    this.#questions.end(sheaf.requests);
  }

  #hear(line: Heard, at: number, end: number, { requests: batch }: Sheaf): void {
    const { bytes } = line;
    const found = this.#found;
    if (QUERY.match(bytes, at, end, found) || QUERY_CHAOS.match(bytes, at, end, found)) {
      this.#ask(line, batch);
      return;
    }
    if (RESPONSE.match(bytes, at, end, found)) {
      const rcodeEnd = find(bytes, SPACE, found.agent, found.agentEnd);
      this.#told(line, rcodeOf(bytes, found.agent, rcodeEnd), 0, batch);
      return;
    }
    if (FAILED.match(bytes, at, end, found)) {
      const rcode = rcodeOf(bytes, found.agent, found.agentEnd);
      if (this.#questions.get(this.#key(bytes))) this.#told(line, rcode, 0, batch);
      return;
    }
    const match = SAID.find(({ phrase }) => phrase.match(bytes, at, end, found));
    if (match) this.#told(line, match.rcode, match.traits, batch);
  }

  #ask(line: Heard, batch: RequestBatch): Held {
    const { bytes } = line;
    const found = this.#found;
    const held = this.#questions.ask(this.#key(bytes), line, this.#words, found.name, found.nameEnd, batch);
    held.traits = traitsOf(bytes, found.name, found.nameEnd, found.word, found.wordEnd);
    // Flags: T for TCP.
    for (let at = found.agent; at < found.agentEnd && bytes[at] !== SPACE; at += 1)
      if (bytes[at] === 84) held.traits |= proven;
    const server = lastOf(bytes, 40, found.agent, found.agentEnd);
    if (server >= 0) addressInto(bytes, server + 1, found.agentEnd - 1, held.address, 4);
    return held;
  }

  /** What became of a question, whether it was told before or is told by this line only. */
  #told(line: Heard, rcode: number, traits: number, batch: RequestBatch): void {
    const key = this.#key(line.bytes);
    const { name, nameEnd, word, wordEnd } = this.#found;
    const held = this.#questions.get(key) ?? this.#questions.ask(key, line, this.#words, name, nameEnd, batch);
    held.traits |= traits | traitsOf(line.bytes, name, nameEnd, word, wordEnd);
    this.#questions.answer(key, rcode, batch);
  }

  #key(bytes: Uint8Array): number {
    const { name, nameEnd, word, wordEnd } = this.#found;
    return keyOf(this.#words, bytes, name, nameEnd, word, wordEnd);
  }
}

function lastOf(bytes: Uint8Array, byte: number, from: number, to: number): number {
  for (let at = to - 1; at >= from; at -= 1) if (bytes[at] === byte) return at;
  return -1;
}

export const bind: Dialect = {
  name: 'bind',
  about: 'BIND 9: questions, questions and zone transfers denied, responses; syslog or own files.',
  sample:
    "Nov 21 23:28:03 ns1 named[501]: client @0x7f65100ee4d8 192.0.2.7#3076 (example.org): zone transfer 'example.org/AXFR/IN' denied",
  programs: [
    'named',
    'queries',
    'security',
    'update-security',
    'query-errors',
    'xfer-out',
    'responses',
    'error',
    'info',
  ],
  reader: (context) => new Bind(context),
};
