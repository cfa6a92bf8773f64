import { workerData } from 'node:worker_threads';
import { datingOf } from '../../input/carry/dating.ts';
import { openInput } from '../../input/index.ts';
import { digest } from '../../record/digest.ts';
import { allocateSheaf, copySheaf, sheafOver } from '../../record/sheaf.ts';
import { WeirdCounts } from '../../record/weird.ts';
import { isFree, type ReadingMemory, type ReadingTask, slotOf, TEXT_ROOM, Word } from './reading.ts';
import { matchOf } from '../prefixes.ts';

/** A thread that reads one log into shared sheaves. Started by `reading.ts`. */

const { task, memory } = workerData as { readonly task: ReadingTask; readonly memory: ReadingMemory };
const words = new Int32Array(memory.control);
const figures = new Float64Array(memory.figures);
const slots = memory.slots.map((slot) => sheafOver(slot, TEXT_ROOM));

function ring(): void {
  Atomics.add(words, Word.bell, 1);
  Atomics.notify(words, Word.bell);
}

/** Waits for a slot; false: nobody listens any more. */
function mayWrite(written: number): boolean {
  for (;;) {
    const bell = Atomics.load(words, Word.bell);
    if (Atomics.load(words, Word.stopped) === 1) return false;
    if (isFree(written, Atomics.load(words, Word.heard))) return true;
    Atomics.wait(words, Word.bell, bell);
  }
}

const { path, format, input, zone, proxies, logFormats } = task;
const context = {
  input,
  weird: new WeirdCounts(memory.weird),
  dating: datingOf(path, zone),
  proxies: matchOf(proxies),
  logFormats,
};
const { carries, reader, source } = await openInput(path, context, {}, format);
if (carries !== 'records') throw new Error(`${path} is a capture, which is not read here`);
const sheaf = allocateSheaf();
for (let written = 0; await reader.fill(sheaf); written += 1) {
  // so that who hears it need not
  digest(sheaf.requests);
  if (!mayWrite(written)) break;
  copySheaf(slots[slotOf(written)], sheaf);
  figures[0] = reader.records;
  figures[1] = source.consumed;
  Atomics.add(words, Word.written, 1);
  ring();
}
figures[0] = reader.records;
figures[2] = Number(context.dating.assumed.year);
figures[3] = Number(context.dating.assumed.zone);
figures[4] = Number(context.dating.assumed.columns);
reader.close();
Atomics.store(words, Word.ended, 1);
ring();
