// Preloaded into worker threads by a test: what they wait with is broken.
import { isMainThread } from 'node:worker_threads';

if (!isMainThread)
  Atomics.notify = () => {
    throw new Error('sabotage');
  };
