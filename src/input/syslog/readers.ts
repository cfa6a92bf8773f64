import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import type { ReaderContext } from '../input.ts';
import { Line } from '../lines.ts';
import type { Dialect, DialectReader, SyslogLine } from './dialect.ts';
import { dialects } from './index.ts';

/** Names of programs that are remembered. */
const PROGRAMS = 1024;

/** The readers of all dialects for one file. Hands a line to those that its program may write, in the order of the list. */
export class Readers {
  readonly #all: readonly DialectReader[];
  readonly #byProgram = new Map<string, readonly DialectReader[]>();

  constructor(context: ReaderContext) {
    this.#all = dialects.map((dialect) => dialect.reader(context));
  }

  /** Line.used or a Weird. */
  read(line: SyslogLine, sheaf: Sheaf): number {
    for (const reader of this.#of(line.program)) {
      const said = reader.read(line, sheaf);
      if (said !== Line.foreign) return said;
    }
    return Weird['line-of-another-program'];
  }

  end(sheaf: Sheaf): void {
    for (const reader of this.#all) reader.end?.(sheaf);
  }

  #of(program: string): readonly DialectReader[] {
    const known = this.#byProgram.get(program);
    if (known) return known;
    const readers = this.#all.filter((_, at) => mayWrite(dialects[at], program));
    if (this.#byProgram.size < PROGRAMS) this.#byProgram.set(program, readers);
    return readers;
  }
}

function mayWrite({ programs }: Dialect, program: string): boolean {
  return programs.length === 0 || program === '' || programs.some((name) => isNamed(program, name));
}

function isNamed(program: string, name: string): boolean {
  return name.endsWith('*') ? program.startsWith(name.slice(0, -1)) : program === name;
}
