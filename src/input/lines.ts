// Hot: `fill` runs its loop once a line.
import { allocateSheaf, clearSheaf, hasRoom, rowsOf, SHEAF_RECORDS, type Sheaf } from '../record/sheaf.ts';
import { Weird, WeirdCounts } from '../record/weird.ts';
import { Refill } from './carry/refill.ts';
import type { ByteSource, ReaderContext, RecordInput, RecordReader } from './input.ts';
import { trialContext } from './trial.ts';

/** What a parser says of a line: one of these, or the number of a Weird (then it is counted as that and not used). */
export const Line = {
  /** used: it became rows, or says something that needs none (a header, a note) */
  used: -1,
  /** in another format */
  foreign: -2,
} as const;

/**
 * Reads the lines of one file. Keeps what later lines depend on (column names, the year), and nothing else.
 * Texts of requests may point into the block of the line itself (`sheaf.requests.text` is that block), which can also
 * be rewritten in place, or be copied by `keepText`, `keepString`.
 */
export interface LineParser {
  /** Reads bytes[from … to), a line without its end; never empty. Appends at most ROWS_PER_RECORD rows a batch. */
  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number;
  /** At the end of the file: appends what still waits, as much as fits; asked again until it appends nothing. */
  end?(sheaf: Sheaf): void;
}

/** A format of lines. */
export interface LineFormat {
  readonly name: string;
  /** One sentence for `vedette formats` and the docs. */
  readonly about: string;
  /** A line of it. */
  readonly sample: string;
  /** How its lines begin, whatever they say: by this it is known where none of the first concerns what is looked for. */
  readonly envelope?: RegExp;
  parser(context: ReaderContext): LineParser;
}

/** Bytes of a record at most; longer lines are counted and left out. */
export const LINE_MAX = 1 << 20;
/** Room behind the block for texts that are not in the line as they are meant (unescaped, joined). */
const TEXT_ROOM = 1 << 20;
const LF = 10;
const CR = 13;

/** Lines that recognising looks at. */
const LOOKED_AT = 64;

/** An input whose records are lines, which may also stand within those of another (syslog/container.ts). */
export interface LineInput extends RecordInput {
  readonly parser: LineFormat['parser'];
}

/** An input made of a format of lines. Recognised by the share of the first lines that its parser takes. */
export function lineInput(format: LineFormat): LineInput {
  const { name, about, sample } = format;
  return {
    carries: 'records',
    name,
    about,
    sample,
    parser: (context) => format.parser(context),
    recognise(head, _, context) {
      const taken = shareTaken(head, format.parser(context ? withoutCounts(context) : trialContext()));
      return taken < BY_ENVELOPE && isEnveloped(head, format.envelope) ? BY_ENVELOPE : taken;
    },
    open: (bytes, context) => new LineReader(bytes, context, format.parser(context)),
  };
}

/** By the envelope alone: less than whatever takes a line in fifteen. */
export const BY_ENVELOPE = 0.06;
/** Lines whose beginning is looked at, and the share that must have it. */
const ENVELOPES = 16;
const ENVELOPED = 0.9;
const decoder = new TextDecoder();

function isEnveloped(head: Uint8Array, envelope: RegExp | undefined): boolean {
  if (envelope === undefined) return false;
  const lines = decoder
    .decode(head.subarray(0, 1 << 14))
    .split('\n', ENVELOPES + 1)
    .slice(0, ENVELOPES)
    .filter((line) => line !== '');
  return lines.length > 0 && lines.filter((line) => envelope.test(line)).length >= ENVELOPED * lines.length;
}

const withoutCounts = (context: ReaderContext): ReaderContext => ({ ...context, weird: new WeirdCounts() });

let scratch: Sheaf | undefined;

/** Share of the whole lines of `head` that the parser uses, less a little for few of them: 0 … 0.98. */
function shareTaken(head: Uint8Array, parser: LineParser): number {
  if (head.subarray(0, 1024).includes(0)) return 0;
  scratch ??= allocateSheaf();
  const bytes = Uint8Array.from(head);
  scratch.requests.text = bytes;
  let lines = 0;
  let taken = 0;
  for (let at = 0; at < bytes.length && lines < LOOKED_AT; ) {
    const found = bytes.indexOf(LF, at);
    if (found < 0 && lines > 0) break;
    const next = found < 0 ? bytes.length : found;
    const to = next > at && bytes[next - 1] === CR ? next - 1 : next;
    clearSheaf(scratch);
    if (to > at) {
      lines += 1;
      if (parser.line(bytes, at, to, scratch, lines) === Line.used) taken += 1;
    }
    at = next + 1;
  }
  return lines === 0 ? 0 : (0.98 * taken) / lines;
}

/** Reads a source line by line through a parser. */
export class LineReader implements RecordReader {
  records = 0;
  readonly #refill: Refill;
  readonly #context: ReaderContext;
  readonly #parser: LineParser;
  readonly #block = new Uint8Array(LINE_MAX + TEXT_ROOM);
  readonly #lines = this.#block.subarray(0, LINE_MAX);
  /** the same bytes, for the machine's own search, which a Buffer has */
  readonly #search = Buffer.from(this.#block.buffer, 0, LINE_MAX);
  /** where reading of the block stands, and where its valid bytes end */
  #at = 0;
  #end = 0;
  /** within a line that is too long, of which no end has been seen yet */
  #skipping = false;

  constructor(bytes: ByteSource, context: ReaderContext, parser: LineParser) {
    this.#refill = new Refill(bytes, context.weird);
    this.#context = context;
    this.#parser = parser;
  }

  async fill(sheaf: Sheaf): Promise<boolean> {
    clearSheaf(sheaf);
    sheaf.requests.text = this.#block;
    sheaf.requests.textUsed = LINE_MAX + 1;
    const before = this.records;
    while (this.records === before) {
      if (this.#isSpent() && !(await this.#next())) {
        this.#parser.end?.(sheaf);
        return rowsOf(sheaf) > 0;
      }
      this.#parse(sheaf);
    }
    return true;
  }

  close(): void {
    this.#refill.close();
  }

  /** No whole line is left in the block. */
  #isSpent(): boolean {
    if (this.#at === this.#end) return true;
    if (this.#refill.ended) return false;
    const next = this.#search.indexOf(LF, this.#at);
    return next < 0 || next >= this.#end;
  }

  async #next(): Promise<boolean> {
    this.#refill.keep(this.#lines, this.#at, this.#end, false);
    if (this.#refill.drained) return false;
    this.#end = await this.#refill.into(this.#lines);
    // What is read field by field ends here, and not in what the block held before.
    this.#block[this.#end] = LF;
    this.#at = 0;
    return this.#end > 0;
  }

  #parse(sheaf: Sheaf): void {
    const lines = this.#lines;
    const search = this.#search;
    const parser = this.#parser;
    const { weird } = this.#context;
    const most = this.records + SHEAF_RECORDS;
    let at = this.#at;
    const end = this.#end;
    while (at < end && this.records < most && hasRoom(sheaf)) {
      let next = search.indexOf(LF, at);
      if (next < 0 || next >= end) {
        if (!this.#refill.ended) {
          if (at > 0 || end < lines.length) break;
          this.#skipping = true;
          at = end;
          break;
        }
        next = end;
      }
      const to = next > at && lines[next - 1] === CR ? next - 1 : next;
      if (to > at || this.#skipping) {
        this.records += 1;
        const said = this.#skipping ? Weird['line-too-long'] : parser.line(lines, at, to, sheaf, this.records);
        if (said !== Line.used) weird.count(said === Line.foreign ? Weird['line-malformed'] : said, this.records);
        this.#skipping = false;
      }
      at = next + 1 < end ? next + 1 : end;
    }
    this.#at = at;
  }
}
