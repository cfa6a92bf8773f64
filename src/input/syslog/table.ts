import type { Sheaf } from '../../record/sheaf.ts';
import type { Input, ReaderContext, RecordInput } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Carried } from './carried.ts';
import { MEMBERS, Moments } from './members.ts';

/*
 * A table with a column of lines, as stores of logs export it (RFC 4180, with a head; tabs or semicolons as well):
 *
 *   head   = field *(separator field)         one of them the line's, by the names of `MEMBERS`
 *   row    = field *(separator field)
 *   field  = DQUOTE *(any byte but DQUOTE | 2DQUOTE) DQUOTE | *(any byte but separator)
 *
 * A field that goes on in the next line is counted as malformed, and its row with it.
 */
const QUOTE = '"';
const SEPARATORS = [',', '\t', ';'] as const;
/** Which zone a column's moments are in, behind its name; they are UTC. */
const ZONE = / \[UTC\]$/;
/** What a column may be called. */
const NAME = /^[@_\p{L}][\p{L}\d_ .@()/-]*$/u;
const decoder = new TextDecoder();

/** The fields of a row; nothing when a quote is left open, or something stands behind it. */
function fieldsOf(row: string, separator: string): string[] | undefined {
  const fields: string[] = [];
  for (let at = 0; at <= row.length; ) {
    if (row[at] === QUOTE) {
      let end = at + 1;
      while (end < row.length && (row[end] !== QUOTE || row[end + 1] === QUOTE)) end += row[end] === QUOTE ? 2 : 1;
      if (row[end] !== QUOTE || (end + 1 < row.length && row[end + 1] !== separator)) return undefined;
      fields.push(row.slice(at + 1, end).replaceAll('""', QUOTE));
      at = end + 2;
    } else {
      const next = row.indexOf(separator, at);
      const end = next < 0 ? row.length : next;
      fields.push(row.slice(at, end));
      at = end + 1;
    }
  }
  return fields;
}

/** Which column says what; −1: none does. */
interface Columns {
  readonly separator: string;
  readonly count: number;
  readonly text: number;
  readonly time: number;
  readonly host: number;
  readonly program: number;
}

/** What a head says; nothing where no column holds lines. */
function columnsOf(head: string): Columns | undefined {
  for (const separator of SEPARATORS) {
    const names = fieldsOf(head, separator)?.map((name) => name.trim().replace(ZONE, ''));
    if (names === undefined || names.length < 2 || !names.every((name) => NAME.test(name))) continue;
    const find = (known: readonly string[]): number =>
      names.indexOf(known.find((name) => names.includes(name)) ?? 'none of them');
    const text = find([...MEMBERS.text, 'Message', 'Line']);
    const time = find([...MEMBERS.time, 'Time', 'Date']);
    if (text >= 0)
      return { separator, count: names.length, text, time, host: find(MEMBERS.host), program: find(MEMBERS.program) };
  }
  return undefined;
}

class Table implements LineParser {
  readonly #carried: Carried;
  readonly #moments: Moments;
  #columns: Columns | undefined;
  #isBegun = false;

  constructor(context: ReaderContext, inputs: () => readonly Input[]) {
    this.#carried = new Carried(context, inputs);
    this.#moments = new Moments(context.dating);
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    if (!this.#isBegun) {
      this.#isBegun = true;
      this.#columns = columnsOf(decoder.decode(bytes.subarray(from, to)));
      return this.#columns === undefined ? Line.foreign : Line.used;
    }
    const columns = this.#columns;
    if (columns === undefined) return Line.foreign;
    const fields = fieldsOf(decoder.decode(bytes.subarray(from, to)), columns.separator);
    if (fields?.length !== columns.count) return Line.foreign;
    const at = (column: number): string => fields[column] ?? '';
    const text = at(columns.text).trim();
    if (text === '') return Line.used;
    const time = this.#moments.of(at(columns.time));
    return this.#carried.text(text, { time, host: at(columns.host), program: at(columns.program), record }, sheaf);
  }

  end(sheaf: Sheaf): void {
    this.#carried.end(sheaf);
  }
}

/** @param inputs all formats, of which those of lines may stand in a column */
export const tableOver = (inputs: () => readonly Input[]): RecordInput =>
  lineInput({
    name: 'table',
    about: 'Tables (CSV, TSV) with a head and a column of lines of any format: exports of Splunk, Kibana, CloudWatch.',
    sample:
      'ISODATE,HOST,PROGRAM,MESSAGE\n2026-11-21T23:28:03Z,ftp,sshd,Failed password for root from 192.0.2.7 port 33753 ssh2',
    parser: (context) => new Table(context, inputs),
  });
