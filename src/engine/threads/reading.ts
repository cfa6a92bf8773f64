import { extname } from 'node:path';
import { getCompileCacheDir } from 'node:module';
import { setImmediate as eventsIn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Assumed } from '../../input/input.ts';
import { type Sheaf, sheafBytes, sheafOver } from '../../record/sheaf.ts';
import { WeirdCounts } from '../../record/weird.ts';
import type { Sheaves } from './sheaves.ts';

/*
 * One thread reads a log into sheaves of shared memory, and we hear them: so much of a line as is parsing costs us
 * nothing. Sheaf n is in slot n % SLOTS; it is written when all of sheaf n − SLOTS has been heard.
 */
const SLOTS = 4;

/** Texts of requests: a block of lines, and room behind it (input/lines.ts). */
export const TEXT_ROOM = 1 << 21;

/** Words of the control block; `written` and `heard` count sheaves. */
export const Word = { bell: 0, written: 1, heard: 2, ended: 3, stopped: 4 } as const;
const WORDS = 16;

/** So long (ms) we block before we look whether the thread has died without a word. */
const BLOCK_MS = 50;

/** What the thread reads. */
export interface ReadingTask {
  readonly path: string;
  readonly format: string;
  readonly input: number;
  readonly zone: number;
  readonly proxies: readonly string[];
  readonly logFormats: readonly string[];
}

const FIGURES = 5;

/** Memory that both threads see. */
export interface ReadingMemory {
  readonly control: SharedArrayBuffer;
  /** records read, bytes consumed; 1: a year, a zone, columns were assumed */
  readonly figures: SharedArrayBuffer;
  readonly weird: SharedArrayBuffer;
  readonly slots: readonly SharedArrayBuffer[];
}

const SCRIPT = new URL(`./reading-worker${extname(import.meta.url)}`, import.meta.url);

/** Read by a thread of its own, ahead of us. */
export class ReadAhead implements Sheaves {
  readonly #memory: ReadingMemory;
  readonly #words: Int32Array;
  readonly #figures: Float64Array;
  readonly #sheaves: readonly Sheaf[];
  readonly #thread: Worker;
  readonly #weird: WeirdCounts;
  #failure: Error | undefined;
  #holding = false;

  /** @param weird where the thread's counts go when it has ended */
  constructor(task: ReadingTask, weird: WeirdCounts) {
    this.#weird = weird;
    this.#memory = {
      control: new SharedArrayBuffer(WORDS * 4),
      figures: new SharedArrayBuffer(8 * FIGURES),
      weird: new SharedArrayBuffer(WeirdCounts.BYTES),
      slots: Array.from({ length: SLOTS }, () => new SharedArrayBuffer(sheafBytes(TEXT_ROOM))),
    };
    this.#words = new Int32Array(this.#memory.control);
    this.#figures = new Float64Array(this.#memory.figures);
    this.#sheaves = this.#memory.slots.map((slot) => sheafOver(slot, TEXT_ROOM));
    const cache = getCompileCacheDir();
    this.#thread = new Worker(SCRIPT, {
      workerData: { task, memory: this.#memory },
      env: cache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: cache },
    });
    this.#thread.once('error', (error) => (this.#failure = error as Error));
    // Looked at only when the thread has not said that it is done.
    this.#thread.once('exit', (code) => (this.#failure ??= new Error(`a thread that read ended with code ${code}`)));
  }

  get records(): number {
    return this.#figures[0];
  }

  /** Bytes of the input that have been read. */
  get consumed(): number {
    return this.#figures[1];
  }

  /** What the stamps left out. */
  get assumed(): Assumed {
    return { year: this.#figures[2] === 1, zone: this.#figures[3] === 1, columns: this.#figures[4] === 1 };
  }

  async next(): Promise<Sheaf | undefined> {
    const words = this.#words;
    if (this.#holding) {
      Atomics.add(words, Word.heard, 1);
      this.#ring();
    }
    this.#holding = false;
    for (;;) {
      const bell = Atomics.load(words, Word.bell);
      const heard = Atomics.load(words, Word.heard);
      if (Atomics.load(words, Word.written) > heard) {
        this.#holding = true;
        return this.#sheaves[heard % SLOTS];
      }
      if (Atomics.load(words, Word.ended) === 1) return undefined;
      if (this.#failure) throw this.#failure;
      if (Atomics.wait(words, Word.bell, bell, BLOCK_MS) === 'timed-out') await eventsIn();
    }
  }

  async close(): Promise<void> {
    Atomics.store(this.#words, Word.stopped, 1);
    this.#ring();
    await this.#thread.terminate();
    this.#weird.merge(new WeirdCounts(this.#memory.weird));
  }

  #ring(): void {
    Atomics.add(this.#words, Word.bell, 1);
    Atomics.notify(this.#words, Word.bell);
  }
}

/** Number of slots, for the thread. */
export const slotOf = (sheaf: number): number => sheaf % SLOTS;
/** Whether sheaf `written` may be written when so many have been heard. */
export const isFree = (written: number, heard: number): boolean => written - heard < SLOTS;
