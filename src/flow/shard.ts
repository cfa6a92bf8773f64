import type { AnswerBatch } from '../record/answer.ts';
import type { ContactBatch } from '../record/contact.ts';
import { Kind, type PacketBatch } from '../record/packet.ts';
import type { RequestBatch } from '../record/request.ts';
import type { WeirdCounts } from '../record/weird.ts';
import { mix } from '../table/hash.ts';
import { Fragments } from './fragments.ts';
import { arp, bareIp, icmp, neighbour } from './query.ts';
import { icmpError } from './refusal.ts';
import { sctp } from './sctp.ts';
import { tcp } from './tcp.ts';
import { Tracker } from './tracker.ts';
import { udp } from './udp.ts';

// Hot: `observe` goes through every packet.

/** Flows that one shard follows at a time: 2^18 in all shards. */
export const SHARD_FLOWS = 1 << 14;

/** Packets → contacts, requests, and what the targets told, for the flows of one shard. */
export class FlowShard {
  readonly shard: number;
  readonly #tracker: Tracker;
  readonly #fragments: Fragments;

  /** @param seed of the run; unknown to those who send the packets */
  constructor(shard: number, seed: number, options: { readonly capacity?: number } = {}) {
    this.shard = shard;
    this.#tracker = new Tracker(options.capacity ?? SHARD_FLOWS, mix(seed, shard));
    this.#fragments = new Fragments();
  }

  /** Flows followed now. */
  get flows(): number {
    return this.#tracker.flows.size;
  }

  /** Flows let go before their time because the table was full. */
  get evicted(): number {
    return this.#tracker.evicted;
  }

  /** Packets that could not begin a flow for want of room. */
  get untracked(): number {
    return this.#tracker.untracked;
  }

  /** Answers and requests that found no room in their batches. */
  get unheard(): number {
    return this.#tracker.answers.unheard + this.#tracker.requests.untold;
  }

  /**
   * Takes this shard's rows of the batch, in order, and then tells the flows whose time is up by the batch's clock.
   * Appends at most one contact a row and 512 more, at most one answer a row, and at most one request a row and 128 more.
   */
  observe(
    packets: PacketBatch,
    contacts: ContactBatch,
    answers: AnswerBatch,
    requests: RequestBatch,
    weird: WeirdCounts,
  ): void {
    const { order, kind, shardStart, time } = packets;
    const start = shardStart[this.shard];
    const end = shardStart[this.shard + 1];
    const tracker = this.#tracker;
    const { now } = tracker.flows;
    tracker.bind(packets, contacts, answers, end - start, weird);
    tracker.requests.bind(requests, end - start);
    tracker.prepare(order, start, end);
    for (let at = start; at < end; at += 1) {
      const row = order[at];
      now[0] = time[row];
      if (kind[row] === Kind.fragment) {
        if (this.#fragments.complete(tracker, row)) {
          tracker.rehash(row);
          this.#row(kind[row], row);
        }
        tracker.packets.bytes = packets.bytes;
      } else this.#row(kind[row], row);
    }
    now[0] = packets.clock;
    this.#fragments.expire(tracker);
    tracker.expire();
    contacts.count = tracker.contacts.count;
  }

  /**
   * At the end of all data: lets go of up to 512 flows as if their time were up, and of all requests that wait for a
   * reply; true while more remain.
   */
  finish(contacts: ContactBatch, answers: AnswerBatch, requests: RequestBatch): boolean {
    const tracker = this.#tracker;
    tracker.contacts.bind(contacts);
    tracker.answers.bind(answers, 0, 1);
    tracker.requests.bind(requests, 0);
    const flows = tracker.drain();
    if (!flows) this.#fragments.finish(tracker);
    const asked = tracker.requests.drain();
    contacts.count = tracker.contacts.count;
    return flows || asked;
  }

  #row(kind: number, row: number): void {
    const tracker = this.#tracker;
    switch (kind) {
      case Kind.tcp:
        return tcp(tracker, row);
      case Kind.udp:
        return udp(tracker, row);
      case Kind.icmp:
        return icmp(tracker, row);
      case Kind.icmpError:
        return icmpError(tracker, row);
      case Kind.arp:
        return arp(tracker, row);
      case Kind.nd:
        return neighbour(tracker, row);
      case Kind.sctp:
        return sctp(tracker, row);
      case Kind.ip:
        return bareIp(tracker, row);
    }
  }
}
