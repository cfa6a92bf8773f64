// Hot: `read` runs once a line.
import type { Sheaf } from '../../record/sheaf.ts';
import { addressInto, find, standsAt } from '../field.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import type { Dialect, DialectReader, SyslogLine } from '../syslog/dialect.ts';
import { keyOf, Questions, rcodeOf, traitsOf } from './question.ts';

/*
 * Unbound (unbound.conf(5): log-queries, log-replies, log-tag-queryreply; util/module.c, log_reply_info).
 *
 *   line   = (own | syslog) ("info" | "query" | "reply") ": " address SP name SP type SP class [SP rcode SP seconds SP cached SP size …]
 *   own    = "[" seconds "] unbound[" process ":" thread "] "        syslog = "unbound: [" process ":" thread "] "
 *
 * Where both are logged a question and its reply come to one row. A reply without its question is one as well.
 */
const SPACE = 32;
/** µs that a question waits for its reply */
const PATIENCE = 10e6;
const TAGS = ['info: ', 'query: ', 'reply: '] as const;

class Unbound implements DialectReader {
  readonly #questions: Questions;
  readonly #words = new Uint32Array(8);

  constructor({ input }: ReaderContext) {
    this.#questions = new Questions(input, PATIENCE);
  }

  read(line: SyslogLine, sheaf: Sheaf): number {
    const { bytes, end, host } = line;
    const isSyslog = line.program.startsWith('unbound');
    const isOwn = !isSyslog && standsAt(bytes, host, end, 'unbound[');
    if (!isSyslog && !isOwn) return Line.foreign;
    const batch = sheaf.requests;
    this.#questions.expire(line.time, batch);
    let at = line.message;
    if (isSyslog && bytes[at] === 91) at = find(bytes, SPACE, at, end) + 1;
    for (const tag of TAGS) if (standsAt(bytes, at, end, tag)) at += tag.length;
    const words = this.#words.fill(0);
    const addressEnd = find(bytes, SPACE, at, end);
    if (!addressInto(bytes, at, addressEnd, words, 0)) return Line.used;
    const name = addressEnd + 1;
    const nameEnd = find(bytes, SPACE, name, end);
    const type = nameEnd + 1;
    const typeEnd = find(bytes, SPACE, type, end);
    if (typeEnd >= end) return Line.used;
    const rcode = find(bytes, SPACE, typeEnd + 1, end) + 1;
    const key = keyOf(words, bytes, name, nameEnd, type, typeEnd);
    const code = rcode < end ? rcodeOf(bytes, rcode, find(bytes, SPACE, rcode, end)) : -1;
    if (code < 0 || !this.#questions.get(key)) {
      const heard = isOwn ? { bytes, time: line.time, record: line.record, host: 0, hostEnd: 0 } : line;
      this.#questions.ask(key, heard, words, name, nameEnd, batch).traits = traitsOf(
        bytes,
        name,
        nameEnd,
        type,
        typeEnd,
      );
    }
    if (code >= 0) this.#questions.answer(key, code, batch);
    return Line.used;
  }

  end(sheaf: Sheaf): void {
    this.#questions.end(sheaf.requests);
  }
}

export const unbound: Dialect = {
  name: 'unbound',
  about: 'Unbound with log-queries or log-replies: questions and how they were answered; syslog or own file.',
  sample: 'Nov 21 23:28:03 ns1 unbound: [501:0] info: 192.0.2.7 www.example.org. A IN NXDOMAIN 0.000000 1 55',
  programs: ['unbound*', 'info', 'query', 'reply'],
  reader: (context) => new Unbound(context),
};
