import { getCompileCacheDir } from 'node:module';
import { extname } from 'node:path';
import { setImmediate as eventsIn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { PacketBatch } from '../../record/packet.ts';
import type { WeirdCounts } from '../../record/weird.ts';
import type { Crew, Hear } from './crew.ts';
import { Counts, Ring, type Shared, SLOTS, share } from './ring.ts';
import type { Shed } from './stage.ts';
import type { Assignment } from './worker.ts';

/** The same file as source and as compiled. */
const SCRIPT = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);

/** So long (ms) the main thread blocks before it looks whether a worker has died without a word. */
const BLOCK_MS = 50;

/** Workers make no garbage once they run: what they may take for it is kept small. */
const LIMITS = { maxYoungGenerationSizeMb: 4 };

/** Some workers follow the flows; the main thread frames and hears, and decodes when it has nothing else to do. */
export class Pool implements Crew {
  readonly #shared: Shared;
  readonly #ring: Ring;
  readonly #threads: readonly Worker[];
  readonly #weirds: readonly WeirdCounts[];
  readonly #hear: Hear;
  #failure: Error | undefined;
  #onFailure: (error: Error) => void = () => {};

  /**
   * @param workers beside the main thread, 1 … SHARDS
   * @param weirds counters, input by input
   */
  constructor(workers: number, weirds: readonly WeirdCounts[], hear: Hear) {
    this.#weirds = weirds;
    this.#hear = hear;
    this.#shared = share(workers, weirds.length);
    this.#ring = new Ring(this.#shared);
    this.#threads = Array.from({ length: workers }, (_, worker) => this.#start(worker));
  }

  async next(): Promise<PacketBatch> {
    const ring = this.#ring;
    while (ring.framed - ring.heard === SLOTS) await this.#turn();
    return ring.slot(ring.framed).packets;
  }

  async orFailure<T>(promise: Promise<T>): Promise<T> {
    const { promise: either, resolve, reject } = Promise.withResolvers<T>();
    this.#onFailure = reject;
    promise.then(resolve, reject);
    return either;
  }

  follow(seed: number): void {
    this.#ring.tellFramed(seed);
  }

  async settle(): Promise<void> {
    while (this.#ring.heard < this.#ring.framed) await this.#turn();
  }

  async finish(): Promise<Shed> {
    const ring = this.#ring;
    ring.tellTotal();
    while (this.#threads.some((_, worker) => !ring.hasEnded(worker, ring.heard))) await this.#turn();
    return this.#counted();
  }

  async close(): Promise<void> {
    this.#ring.stop();
    await Promise.all(this.#threads.map((thread) => thread.terminate()));
  }

  /** Does the next thing there is to do, or else waits for a worker. */
  async #turn(): Promise<void> {
    if (this.#failure) throw this.#failure;
    const ring = this.#ring;
    const seen = ring.bell;
    if (this.#hearNext() || ring.decodeNext(this.#weirds)) return;
    if (ring.stopped || !ring.wait(seen, BLOCK_MS)) await eventsIn();
  }

  /** Hears the next batch or round, when all have told what they have to tell of it. */
  #hearNext(): boolean {
    const ring = this.#ring;
    const number = ring.heard;
    for (let worker = 0; worker < ring.workers; worker += 1)
      if (!ring.isFollowed(worker, number) && !ring.hasEnded(worker, number)) return false;
    this.#hear(ring.slot(number).told.filter((_, worker) => ring.isFollowed(worker, number)));
    ring.tellHeard();
    return true;
  }

  #counted(): Shed {
    const shed = { evicted: 0, untracked: 0, unheard: 0 };
    for (let worker = 0; worker < this.#ring.workers; worker += 1) {
      const counts = new Counts(this.#shared, worker);
      counts.weirds.forEach((weird, input) => this.#weirds[input].merge(weird));
      shed.evicted += counts.shed[0];
      shed.untracked += counts.shed[1];
      shed.unheard += counts.shed[2];
    }
    return shed;
  }

  #start(worker: number): Worker {
    const cache = getCompileCacheDir();
    const thread = new Worker(SCRIPT, {
      workerData: { shared: this.#shared, worker } satisfies Assignment,
      env: cache === undefined ? process.env : { ...process.env, NODE_COMPILE_CACHE: cache },
      resourceLimits: LIMITS,
    });
    thread.once('error', (error) => this.#lost(error as Error));
    thread.once('exit', (code) => {
      if (!this.#ring.hasEnded(worker, Number.MAX_SAFE_INTEGER))
        this.#lost(new Error(`a worker ended with code ${code}`));
    });
    return thread;
  }

  #lost(error: Error): void {
    this.#failure ??= error;
    this.#onFailure(this.#failure);
  }
}
