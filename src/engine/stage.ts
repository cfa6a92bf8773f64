import { FlowShard } from '../flow/shard.ts';
import { type AnswerBatch, allocateAnswers } from '../record/answer.ts';
import { allocateContacts, type ContactBatch } from '../record/contact.ts';
import { PACKET_ROWS, type PacketBatch, SHARDS } from '../record/packet.ts';
import type { WeirdCounts } from '../record/weird.ts';

/** Flows that one shard may tell at the end of a batch, beside one a packet. */
const EXPIRIES = 512;

/** Rows that the contacts of one packet batch can take, for so many shards. */
export const contactRows = (shards: number): number => PACKET_ROWS + shards * EXPIRIES;
/** Rows for what targets told during one packet batch. */
export const ANSWER_ROWS = PACKET_ROWS;

/** What the flows of some shards told during one packet batch. */
export interface Told {
  readonly contacts: ContactBatch;
  readonly answers: AnswerBatch;
  /** rows of shard s end here, in order of shards; those of shards that others carry are left as they were */
  readonly end: Uint32Array;
}

/** Columns for what is told, over a buffer of their own. */
export function allocateTold(shards: number): Told {
  return {
    contacts: allocateContacts(contactRows(shards)),
    answers: allocateAnswers(ANSWER_ROWS),
    end: new Uint32Array(SHARDS),
  };
}

/** The flows of some of the shards. Which worker carries a shard has no influence on what the shard tells. */
export class Stage {
  readonly #shards: readonly FlowShard[];

  constructor(shards: readonly number[], seed: number) {
    this.#shards = shards.map((shard) => new FlowShard(shard, seed));
  }

  /** Follows the flows of a decoded batch. */
  follow(packets: PacketBatch, told: Told, weird: WeirdCounts): void {
    told.contacts.count = 0;
    told.answers.count = 0;
    told.answers.textUsed = 0;
    for (const shard of this.#shards) {
      shard.observe(packets, told.contacts, told.answers, weird);
      told.end[shard.shard] = told.contacts.count;
    }
  }

  /** At the end of all data: tells some of the flows that are still open; true while more remain. */
  finish(told: Told): boolean {
    told.contacts.count = 0;
    told.answers.count = 0;
    told.answers.textUsed = 0;
    let more = false;
    for (const shard of this.#shards) {
      more = shard.finish(told.contacts, told.answers) || more;
      told.end[shard.shard] = told.contacts.count;
    }
    return more;
  }

  /** Flows let go before their time, packets that found no room, answers that could not be kept. */
  get shed(): { evicted: number; untracked: number; unheard: number } {
    const sum = { evicted: 0, untracked: 0, unheard: 0 };
    for (const { evicted, untracked, unheard } of this.#shards) {
      sum.evicted += evicted;
      sum.untracked += untracked;
      sum.unheard += unheard;
    }
    return sum;
  }
}
