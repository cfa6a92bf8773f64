import type { ExecutionBatch } from '../record/execution.ts';

/** What processes on our own hosts did, to be joined to the contacts that they made. */
export class Processes {
  /** executions seen */
  seen = 0;

  observe(_batch: ExecutionBatch, from: number, to: number): void {
    this.seen += to - from;
  }
}
