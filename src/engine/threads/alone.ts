import { decode } from '../../input/capture/decode/index.ts';
import { allocatePackets, type PacketBatch } from '../../record/packet.ts';
import type { WeirdCounts } from '../../record/weird.ts';
import type { Crew, Hear } from './crew.ts';
import { ALL_SHARDS, allocateTold, type Shed, Stage } from './stage.ts';

/** The main thread does everything, one batch at a time. */
export class Alone implements Crew {
  readonly #packets = allocatePackets();
  readonly #told = allocateTold(ALL_SHARDS);
  readonly #weirds: readonly WeirdCounts[];
  readonly #hear: Hear;
  #stage: Stage | undefined;

  /** @param weirds counters, input by input */
  constructor(weirds: readonly WeirdCounts[], hear: Hear) {
    this.#weirds = weirds;
    this.#hear = hear;
  }

  async next(): Promise<PacketBatch> {
    return this.#packets;
  }

  orFailure<T>(promise: Promise<T>): Promise<T> {
    return promise;
  }

  follow(seed: number): void {
    const weird = this.#weirds[this.#packets.input];
    this.#stage ??= new Stage(ALL_SHARDS, seed);
    decode(this.#packets, weird, seed);
    this.#stage.follow(this.#packets, this.#told, weird);
    this.#hear([this.#told]);
  }

  async settle(): Promise<void> {}

  async finish(): Promise<Shed> {
    const stage = this.#stage ?? new Stage(ALL_SHARDS, 0);
    for (let more = true; more; ) {
      more = stage.finish(this.#told);
      this.#hear([this.#told]);
    }
    return stage.shed;
  }

  async close(): Promise<void> {}
}
