import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** Replays keep a core busy each: they are spread over threads. What comes out is the same for any number of them. */

/** Threads, as many as there are cores; more would hold more tables than help. */
const MOST = 4;

/** What a thread is started for: an exported function of a module. */
interface Job {
  readonly module: string;
  readonly work: string;
}

/** One call of it: which of all items, and the item. */
type Call = readonly [nth: number, item: unknown];

/**
 * Calls a function for every item, on as many threads as there are cores.
 *
 * @param module `import.meta.url` of the module that exports the function under its own name
 * @param work its item and its result are copied between threads, so they must be plain data
 * @returns the results in the order of the items
 * @throws what the function threw first
 */
export async function inParallel<T, R>(
  module: string,
  work: (item: T) => Promise<R>,
  items: readonly T[],
): Promise<Awaited<R>[]> {
  const results: Awaited<R>[] = [];
  const waiting = items.entries();
  const job: Job = { module, work: work.name };
  const threads = Math.min(MOST, availableParallelism(), items.length);
  await Promise.all(Array.from({ length: threads }, () => busy(job, waiting, results)));
  return results;
}

/** Keeps one thread busy until nothing waits. */
async function busy(job: Job, waiting: Iterator<Call, undefined>, results: unknown[]): Promise<void> {
  const thread = new Worker(new URL(import.meta.url), { workerData: job });
  try {
    await new Promise<void>((resolve, reject) => {
      const next = (): void => {
        const call: IteratorResult<Call, undefined> = waiting.next();
        if (call.done) resolve();
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
        else thread.postMessage(call.value);
      };
      thread.on('message', ([nth, result]: Call) => {
        results[nth] = result;
        next();
      });
      thread.on('error', reject);
      next();
    });
  } finally {
    await thread.terminate();
  }
}

/** The other end: this module, started as a thread. An error ends the thread and reaches the one who waits. */
function serve(port: NonNullable<typeof parentPort>, { module, work }: Job): void {
  const loaded = import(module) as Promise<Record<string, (item: unknown) => Promise<unknown>>>;
  port.on('message', ([nth, item]: Call) => {
    void loaded.then(async (exported) => port.postMessage([nth, await exported[work](item)] satisfies Call));
  });
}

const isJob = (data: unknown): data is Job => typeof data === 'object' && data !== null && 'work' in data;

if (!isMainThread && parentPort && isJob(workerData)) serve(parentPort, workerData);
