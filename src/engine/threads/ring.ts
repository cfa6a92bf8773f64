import { decode } from '../../input/capture/decode/index.ts';
import { allocatePackets, type PacketBatch, packetBytes } from '../../record/packet.ts';
import { WeirdCounts } from '../../record/weird.ts';
import { allocateTold, shardsOf, type Told, toldBytes } from './stage.ts';

/*
 * Batches go round in a few slots of shared memory, numbered from 0 through the whole run; batch n is in slot
 * n % SLOTS. A slot holds the packets of one batch and, for each worker, what the flows of its shards told.
 *
 *   main      frames batch n into its slot, when all has been heard of batch n − SLOTS
 *   anyone    claims the next framed batch and decodes it
 *   workers   each follows its own shards of the decoded batches, in order
 *   main      hears what was told of batch n, worker by worker, and the slot is free
 *
 * After the last batch the workers tell the flows that are still open in rounds, which are numbered on like batches.
 * Only the control words below say who may touch a slot; a word is written after what it speaks about.
 */
const Word = {
  /** changes whenever any other word has; who finds nothing to do waits for it */
  bell: 0,
  seed: 1,
  framed: 2,
  claimed: 3,
  heard: 4,
  /** number of batches in the run, −1: not known yet */
  total: 5,
  /** 1: a thread has failed or the run has been given up */
  stopped: 6,
} as const;
const WORDS = 16;

/** Batches under way at a time. */
export const SLOTS = 6;

/** Numbers of one worker about the whole run. */
const TALLIES = 3;

/** What a worker is started with: the memory that all threads share, and which part is its own. */
export interface Shared {
  readonly workers: number;
  readonly inputs: number;
  readonly control: SharedArrayBuffer;
  readonly slots: readonly SharedArrayBuffer[];
  /** per worker: tallies, then weird counts of every input */
  readonly counts: readonly SharedArrayBuffer[];
}

interface Slot {
  readonly packets: PacketBatch;
  /** worker by worker */
  readonly told: readonly Told[];
}

/** Shared memory for so many workers beside the main thread. */
export function share(workers: number, inputs: number): Shared {
  const told = Array.from({ length: workers }, (_, worker) => toldBytes(shardsOf(worker, workers)));
  const slotBytes = told.reduce((sum, bytes) => sum + bytes, packetBytes());
  const many = (count: number, bytes: number): SharedArrayBuffer[] =>
    Array.from({ length: count }, () => new SharedArrayBuffer(bytes));
  const control = new SharedArrayBuffer((WORDS + SLOTS + 2 * workers) * 4);
  new Int32Array(control)[Word.total] = -1;
  return {
    workers,
    inputs,
    control,
    slots: many(SLOTS, slotBytes),
    counts: many(workers, TALLIES * 8 + inputs * WeirdCounts.BYTES),
  };
}

function slotOver(buffer: SharedArrayBuffer, workers: number): Slot {
  const packets = allocatePackets(buffer);
  let at = packetBytes();
  const told = Array.from({ length: workers }, (_, worker) => {
    const shards = shardsOf(worker, workers);
    const start = at;
    at += toldBytes(shards);
    return allocateTold(shards, buffer, start);
  });
  return { packets, told };
}

/** One thread's view of the slots and of the words that rule them. */
export class Ring {
  readonly workers: number;
  readonly #words: Int32Array;
  readonly #slots: readonly Slot[];
  /** words from here on, a slot each: number + 1 of the batch that stands in it decoded */
  readonly #decoded = WORDS;
  /** words from here on, a worker each: batches and rounds it has followed; and how many there are, 0: not known yet */
  readonly #followed = WORDS + SLOTS;
  readonly #ended: number;

  constructor(shared: Shared) {
    this.workers = shared.workers;
    this.#words = new Int32Array(shared.control);
    this.#slots = shared.slots.map((buffer) => slotOver(buffer, shared.workers));
    this.#ended = this.#followed + shared.workers;
  }

  slot(number: number): Slot {
    return this.#slots[number % SLOTS];
  }

  get seed(): number {
    return Atomics.load(this.#words, Word.seed);
  }

  get framed(): number {
    return Atomics.load(this.#words, Word.framed);
  }

  get heard(): number {
    return Atomics.load(this.#words, Word.heard);
  }

  get total(): number {
    return Atomics.load(this.#words, Word.total);
  }

  get stopped(): boolean {
    return Atomics.load(this.#words, Word.stopped) !== 0;
  }

  /** The next batch has been framed. The seed is the same every time. */
  tellFramed(seed: number): void {
    Atomics.store(this.#words, Word.seed, seed);
    Atomics.add(this.#words, Word.framed, 1);
    this.#ring();
  }

  /** All has been heard that there was in the next slot. */
  tellHeard(): void {
    Atomics.add(this.#words, Word.heard, 1);
    this.#ring();
  }

  /** No batch comes after those that have been framed. */
  tellTotal(): void {
    Atomics.store(this.#words, Word.total, this.framed);
    this.#ring();
  }

  stop(): void {
    Atomics.store(this.#words, Word.stopped, 1);
    this.#ring();
  }

  /** Decodes the next framed batch, if there is one that nobody has claimed. */
  decodeNext(weirds: readonly WeirdCounts[]): boolean {
    const words = this.#words;
    const number = Atomics.load(words, Word.claimed);
    if (number >= this.framed) return false;
    if (Atomics.compareExchange(words, Word.claimed, number, number + 1) !== number) return true;
    const { packets } = this.slot(number);
    decode(packets, weirds[packets.input], this.seed);
    Atomics.store(words, this.#decoded + (number % SLOTS), number + 1);
    this.#ring();
    return true;
  }

  isDecoded(number: number): boolean {
    return Atomics.load(this.#words, this.#decoded + (number % SLOTS)) === number + 1;
  }

  /** A worker has told all of its next batch or round. */
  tellFollowed(worker: number): void {
    Atomics.add(this.#words, this.#followed + worker, 1);
    this.#ring();
  }

  /** The worker's next round is its last. */
  tellEnded(worker: number): void {
    Atomics.store(this.#words, this.#ended + worker, Atomics.load(this.#words, this.#followed + worker) + 1);
  }

  isFollowed(worker: number, number: number): boolean {
    return Atomics.load(this.#words, this.#followed + worker) > number;
  }

  /** Whether a worker has nothing to tell in this round or any after it. */
  hasEnded(worker: number, number: number): boolean {
    const ended = Atomics.load(this.#words, this.#ended + worker);
    return ended !== 0 && ended <= number;
  }

  get bell(): number {
    return Atomics.load(this.#words, Word.bell);
  }

  /** Blocks until the bell is not what it was seen to be, at most so many ms; false: the time was up. */
  wait(seen: number, most = Number.POSITIVE_INFINITY): boolean {
    return Atomics.wait(this.#words, Word.bell, seen, most) !== 'timed-out';
  }

  #ring(): void {
    Atomics.add(this.#words, Word.bell, 1);
    Atomics.notify(this.#words, Word.bell);
  }
}

/** What one worker counts, in shared memory. */
export class Counts {
  /** input by input */
  readonly weirds: readonly WeirdCounts[];
  /** evicted, untracked, unheard */
  readonly shed: Float64Array;

  constructor({ counts, inputs }: Shared, worker: number) {
    const buffer = counts[worker];
    this.shed = new Float64Array(buffer, 0, TALLIES);
    this.weirds = Array.from(
      { length: inputs },
      (_, input) => new WeirdCounts(buffer, TALLIES * 8 + input * WeirdCounts.BYTES),
    );
  }
}
