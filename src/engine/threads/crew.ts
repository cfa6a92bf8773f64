import type { PacketBatch } from '../../record/packet.ts';
import type { Shed, Told } from './stage.ts';

/** Hears what was told during one batch: an entry for each member that carries shards, in the order of the shards. */
export type Hear = (told: readonly Told[]) => void;

/**
 * Those who decode batches and follow flows: the main thread alone, or workers beside it. Whoever they are, what is
 * told is heard in the same order, batch by batch and shard by shard.
 */
export interface Crew {
  /** The batch to fill next. */
  next(): Promise<PacketBatch>;
  /** What the promise comes to; rejects at once when a member fails meanwhile. */
  orFailure<T>(promise: Promise<T>): Promise<T>;
  /** Takes over the batch that has been filled. The seed is the same every time. */
  follow(seed: number): void;
  /** Waits until all that was taken over has been heard. */
  settle(): Promise<void>;
  /** After the last batch: what is still open is told, and all counters are complete. */
  finish(): Promise<Shed>;
  close(): Promise<void>;
}
