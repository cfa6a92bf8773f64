import type { RunOptions, RunResult } from '../engine/options.ts';

/** The engine. */
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
  /** Writes to standard output as it stands, and waits until it is taken. False: the reader has gone. */
  bytes(bytes: Uint8Array): Promise<boolean>;
  readonly environment: NodeJS.ProcessEnv;
  /** The capture that is read when the operator names none. */
  readonly sample: string;
  /** Loads the engine: only commands that run it pay for that. */
  engine(): Promise<Run>;
}
