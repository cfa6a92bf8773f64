import type { Sheaf } from '../../record/sheaf.ts';
import { latinText } from '../../record/latin.ts';
import { find } from '../field.ts';
import type { ReaderContext, RecordInput } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Journal } from './journal.ts';

/*
 * What `journalctl -o export` prints, and systemd-journal-remote and -upload send (systemd, "Journal Export Formats"):
 *
 *   entry = "__CURSOR=" cursor LF *field LF
 *   field = name "=" value LF
 *         | name LF length data LF           a value with line ends; length: 8 bytes, little-endian
 *
 * The cursor comes first of all, so that it begins an entry. Of a field that came several times the first counts, and what
 * stands in a value of many lines is no field: such a value begins with its length, and its entry is left out.
 */
const EQUALS = 61;
const FIRST = '__CURSOR';
const NAME = /^[A-Z_][A-Z\d_]{0,63}$/;
const NAME_MAX = 64;
const READ: ReadonlySet<string> = new Set([
  '__REALTIME_TIMESTAMP',
  '_SOURCE_REALTIME_TIMESTAMP',
  '_HOSTNAME',
  'SYSLOG_IDENTIFIER',
  '_COMM',
  'MESSAGE',
]);
const decoder = new TextDecoder();

class JournalExport implements LineParser {
  readonly #journal: Journal;
  #entry: Record<string, string> = {};
  /** a value of many lines has begun */
  #isBinary = false;
  /** number of the line that was read last */
  #record = 0;

  constructor(context: ReaderContext) {
    this.#journal = new Journal(context);
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    const equals = find(bytes, EQUALS, from, Math.min(to, from + NAME_MAX));
    const name = latinText(bytes, from, equals);
    if (name === FIRST) {
      const said = this.#finish(sheaf);
      this.#record = record;
      this.#entry[FIRST] = '';
      return said;
    }
    this.#record = record;
    if (this.#isBinary) return Line.used;
    if (!(FIRST in this.#entry) || !NAME.test(name)) return Line.foreign;
    if (bytes[equals] !== EQUALS || equals === to) this.#isBinary = true;
    else if (READ.has(name)) this.#entry[name] ??= decoder.decode(bytes.subarray(equals + 1, to));
    return Line.used;
  }

  end(sheaf: Sheaf): void {
    this.#finish(sheaf);
    this.#journal.end(sheaf);
  }

  /** Reads the entry that has ended. */
  #finish(sheaf: Sheaf): number {
    const entry = this.#entry;
    const isWhole = !this.#isBinary && '__REALTIME_TIMESTAMP' in entry;
    this.#entry = {};
    this.#isBinary = false;
    return isWhole ? this.#journal.object(entry, sheaf, this.#record) : Line.used;
  }
}

const input = lineInput({
  name: 'journal-export',
  about: 'The journal of systemd, as journalctl -o export prints it.',
  sample: [
    '__CURSOR=s=739ad463;i=1;b=4ece7;m=4f;t=4d1;x=d',
    '__REALTIME_TIMESTAMP=1795303683123456',
    '_HOSTNAME=gate',
    'SYSLOG_IDENTIFIER=sshd',
    'MESSAGE=Failed password for root from 192.0.2.7 port 33753 ssh2',
  ].join('\n'),
  parser: (context) => new JournalExport(context),
});

const BEGINNING = new RegExp(`^${FIRST}=[^\\n]*\\n(?:__[A-Z_]+=[^\\n]*\\n)*__REALTIME_TIMESTAMP=`);

/** Known by its names, not by what its programs wrote: of those most concern no scan. */
export const journalExport: RecordInput = {
  ...input,
  recognise: (head) => (BEGINNING.test(latinText(head, 0, Math.min(head.length, 1024))) ? 0.97 : 0),
};
