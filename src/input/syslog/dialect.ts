import type { Sheaf } from '../../record/sheaf.ts';
import type { ReaderContext } from '../input.ts';

/** A line of syslog with its envelope taken off. One object, overwritten for every line: copy what you keep. */
export interface SyslogLine {
  readonly bytes: Uint8Array;
  /** µs since 1970 */
  readonly time: number;
  /** bytes[host … hostEnd): the host that wrote it; empty when that is not told */
  readonly host: number;
  readonly hostEnd: number;
  /** the program's name, without process id: `sshd`, `kernel`; '' when it is not told */
  readonly program: string;
  /** bytes[message … end): what it said */
  readonly message: number;
  readonly end: number;
  /** number of the line */
  readonly record: number;
}

/** The same, for who takes the envelope off to fill in. */
export class Unwrapped implements SyslogLine {
  bytes: Uint8Array = new Uint8Array(0);
  time = 0;
  host = 0;
  hostEnd = 0;
  program = '';
  message = 0;
  end = 0;
  record = 0;
}

/** What one kind of program writes to syslog. */
export interface Dialect {
  readonly name: string;
  /** One sentence for `vedette formats` and the docs. */
  readonly about: string;
  /** A whole line of it, with envelope. */
  readonly sample: string;
  /** Names of the programs that write it; a name ending in `*` stands for all that begin so. Empty: any may, `reader` looks at the content. */
  readonly programs: readonly string[];
  reader(context: ReaderContext): DialectReader;
}

/** Reads the lines of one file that are in a dialect. May keep what later lines depend on. */
export interface DialectReader {
  /**
   * Appends what the line says (texts of requests may point into `line.bytes`, which is `sheaf.requests.text`).
   *
   * @returns Line.used; Line.foreign when this dialect does not know such a line; or the Weird that it is
   */
  read(line: SyslogLine, sheaf: Sheaf): number;
  /** No line comes any more: appends what still waited for one, as much as fits. Called again until nothing is appended. */
  end?(sheaf: Sheaf): void;
}
