import type { Finding, Summary } from '../finding/finding.ts';

/** Where an output writes, and what is known about who reads there. */
export interface Sink {
  write(text: string): void;
  /** Width of the terminal in cells; for files and pipes the width that text is laid out for. */
  readonly columns: number;
  readonly colours: boolean;
  /** What the reader types to run the program: `vedette`, or `npm start --` in a clone. */
  readonly program?: string;
  /** Findings to show before an output for people says "and N more". */
  readonly limit: number;
}

/** An output that has been opened: findings in their order, then one summary. */
export interface Writer {
  write(finding: Finding): void;
  summary(summary: Summary): void;
  close(): Promise<void>;
}

/** A form in which findings can leave. */
export interface Output {
  readonly name: string;
  /** One sentence for `vedette formats`, `--help` and the docs. */
  readonly about: string;
  open(sink: Sink): Writer;
}
