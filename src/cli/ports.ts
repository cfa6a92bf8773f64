import type { Finding, Summary } from '../finding/finding.ts';

/** What a run is asked for. */
export interface RunOptions {
  /** files, folders or `-` */
  paths: string[];
  workers: number;
  /** own prefixes; empty: infer */
  home: string[];
  falsePerDay: number;
  bar?: number;
  /** µs since 1970 */
  since?: number;
  until?: number;
  progress?: (progress: Progress) => void;
  seed?: number;
}

/** How far a run is; `done` and `total` in bytes of input. */
export interface Progress {
  done: number;
  total: number | undefined;
  records: number;
  findings: number;
}

export interface RunResult {
  /** in their order: most worth first */
  findings: Finding[];
  summary: Summary;
}

export type Run = (options: RunOptions) => Promise<RunResult>;

/** Where text goes to. */
export interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What the command line touches of the outside: replaced in tests. */
export interface Ports {
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly environment: NodeJS.ProcessEnv;
  /** The capture that is read when the operator names none. */
  readonly sample: string;
  /** Loads the engine: only commands that run it pay for that. */
  engine(): Promise<Run>;
}
