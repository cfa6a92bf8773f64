import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import { standsAt } from '../field.ts';
import type { Input, ReaderContext } from '../input.ts';
import { Line, type LineInput, type LineParser } from '../lines.ts';
import { Unwrapped } from './dialect.ts';
import { readPut } from './put.ts';
import { Readers } from './readers.ts';

/*
 * What a program wrote, as something else carries it: the runtime of a container, a shipper, a store of logs, a table. A text
 * is first shown to the formats that took one before, then to the dialects of syslog, then to all formats of lines.
 */

/** Texts that are shown to all formats, until it is clear that none is meant. */
const TRIES = 1024;
/** Formats that one file may carry side by side. */
const FORMATS = 4;

/** Programs that write without their name, and how what they say begins. */
const NAMELESS: readonly (readonly [program: string, beginnings: readonly string[]])[] = [
  [
    'sshd',
    ['Failed ', 'Invalid user ', 'Accepted ', 'Connection ', 'Disconnect', 'Received disconnect ', 'drop connection '],
  ],
];

/** Formats that carry others: none of them stands within another. */
const CARRIERS: ReadonlySet<string> = new Set(['container', 'shipped', 'table', 'tagged']);

const isLines = (input: Input): input is LineInput => 'parser' in input && !CARRIERS.has(input.name);

/** A text and what its carrier says of it. */
export interface Carriage {
  /** µs since 1970; NaN: not told, then the text has to tell it */
  readonly time: number;
  /** '': not told */
  readonly host: string;
  readonly program: string;
  readonly record: number;
}

/** Reads the texts that one file carries. */
export class Carried {
  readonly #context: ReaderContext;
  readonly #inputs: () => readonly Input[];
  /** made for the first text: most files carry none */
  #readers: Readers | undefined;
  /** made for the first text that is in no dialect */
  #formats: readonly LineParser[] | undefined;
  readonly #line = new Unwrapped();
  /** the formats that took a text */
  readonly #chosen: LineParser[] = [];
  #tries = 0;

  /** @param inputs all formats, of which those of lines may be carried */
  constructor(context: ReaderContext, inputs: () => readonly Input[]) {
    this.#context = context;
    this.#inputs = inputs;
  }

  /** Appends what the text says; Line.used, or the Weird that it is. */
  text(said: string, { time, host, program, record }: Carriage, sheaf: Sheaf): number {
    const line = this.#line;
    line.time = time;
    line.program = program;
    line.record = record;
    return readPut(this, line, host, said, sheaf);
  }

  end(sheaf: Sheaf): void {
    this.#readers?.end(sheaf);
    for (const format of this.#formats ?? []) format.end?.(sheaf);
  }

  /** A text that has been put where it can be read. */
  read(line: Unwrapped, sheaf: Sheaf): number {
    const { bytes, message, end, record } = line;
    for (const format of this.#chosen) {
      const said = format.line(bytes, message, end, sheaf, record);
      if (said === Line.used) return said;
    }
    const said = Number.isNaN(line.time) ? Weird['line-of-another-program'] : this.#spoken(line, sheaf);
    if (said === Line.used || this.#chosen.length >= FORMATS || this.#tries >= TRIES) return said;
    this.#tries += 1;
    this.#formats ??= this.#inputs()
      .filter(isLines)
      .map(({ parser }) => parser(this.#context));
    for (const format of this.#formats) {
      if (this.#chosen.includes(format) || format.line(bytes, message, end, sheaf, record) !== Line.used) continue;
      this.#chosen.push(format);
      return Line.used;
    }
    return said;
  }

  /** By the dialects of syslog. */
  #spoken(line: Unwrapped, sheaf: Sheaf): number {
    const { bytes, message, end } = line;
    if (line.program === '')
      for (const [program, beginnings] of NAMELESS)
        if (beginnings.some((beginning) => standsAt(bytes, message, end, beginning))) line.program = program;
    this.#readers ??= new Readers(this.#context);
    return this.#readers.read(line, sheaf);
  }
}
