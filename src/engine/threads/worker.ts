import { workerData } from 'node:worker_threads';
import { Counts, Ring, type Shared, SLOTS } from './ring.ts';
import { Stage, shardsOf } from './stage.ts';

/** A worker thread: decodes batches, follows the flows of its shards. Started by `pool.ts`. */

/** What it is started with. */
export interface Assignment {
  readonly shared: Shared;
  readonly worker: number;
}

function work(ring: Ring, counts: Counts, worker: number): void {
  let stage: Stage | undefined;
  let number = 0;
  while (!ring.stopped && number !== ring.total) {
    const seen = ring.bell;
    if (ring.isDecoded(number)) {
      stage ??= new Stage(shardsOf(worker, ring.workers), ring.seed);
      const { packets, told } = ring.slot(number);
      stage.follow(packets, told[worker], counts.weirds[packets.input]);
      ring.tellFollowed(worker);
      number += 1;
    } else if (!ring.decodeNext(counts.weirds) && number !== ring.total) ring.wait(seen);
  }
  if (!ring.stopped) finish(ring, counts, worker, stage ?? new Stage(shardsOf(worker, ring.workers), ring.seed));
}

/** Tells the flows that are still open, a slot at a time. */
function finish(ring: Ring, counts: Counts, worker: number, stage: Stage): void {
  let number = ring.total;
  for (let more = true; more && roomFor(ring, number); number += 1) {
    more = stage.finish(ring.slot(number).told[worker]);
    if (!more) end(ring, counts, worker, stage);
    ring.tellFollowed(worker);
  }
}

/** Waits until all has been heard that was in the slot of this round; false: there is no use any more. */
function roomFor(ring: Ring, number: number): boolean {
  for (;;) {
    const seen = ring.bell;
    if (ring.stopped) return false;
    if (ring.heard > number - SLOTS) return true;
    ring.wait(seen);
  }
}

function end(ring: Ring, counts: Counts, worker: number, { shed }: Stage): void {
  counts.shed.set([shed.evicted, shed.untracked, shed.unheard]);
  ring.tellEnded(worker);
}

const { shared, worker } = workerData as Assignment;
const ring = new Ring(shared);
try {
  work(ring, new Counts(shared, worker), worker);
} catch (error) {
  ring.stop();
  throw error;
}
