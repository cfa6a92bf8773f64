import { Processes } from '../../../src/correlate/process/process.ts';
import { tell } from '../../../src/input/process/tell.ts';
import { parseAddress } from '../../../src/record/address.ts';
import { Did, type ExecutionBatch } from '../../../src/record/execution.ts';
import { allocateSheaf } from '../../../src/record/sheaf.ts';

/** 2026-11-19 08:00 UTC, µs */
export const START = Date.UTC(2026, 10, 19, 8) * 1000;

/** One execution, as a test says it. With a peer it is a connection that was opened. */
export interface Spec {
  /** seconds after START */
  readonly at: number;
  readonly host?: string;
  readonly image: string;
  readonly command?: string;
  readonly process?: number;
  readonly own?: string;
  readonly peer?: string;
  readonly port?: number;
  readonly accepted?: boolean;
}

export function executions(specs: readonly Spec[]): ExecutionBatch {
  const sheaf = allocateSheaf();
  for (const [at, spec] of specs.entries())
    tell(sheaf, 0, {
      time: START + spec.at * 1e6,
      record: at + 1,
      did: spec.peer === undefined ? Did.started : Did.connected,
      host: spec.host ?? 'pc7',
      image: spec.image,
      command: spec.command ?? '',
      process: spec.process ?? 100,
      own: spec.own === undefined ? null : parseAddress(spec.own),
      peer: spec.peer === undefined ? null : parseAddress(spec.peer),
      ownPort: spec.accepted ? (spec.port ?? 443) : 50_000,
      peerPort: spec.accepted ? 50_000 : (spec.port ?? 443),
      protocol: 6,
      opened: !spec.accepted,
      accepted: spec.accepted ?? false,
    });
  return sheaf.executions;
}

/** Lets processes observe batch by batch, each cut into ranges. */
export function observed(specs: readonly Spec[], cut = 1000): Processes {
  const processes = new Processes(7);
  for (let from = 0; from < specs.length; from += 4000) {
    const batch = executions(specs.slice(from, from + 4000));
    for (let row = 0; row < batch.count; row += cut) processes.observe(batch, row, Math.min(batch.count, row + cut));
  }
  return processes;
}
