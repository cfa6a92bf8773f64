// Preloaded into worker threads by a test: they end without a word.
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';

if (!isMainThread) process.exit(0);
