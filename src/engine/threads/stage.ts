import { ROWS_BESIDE } from '../../flow/requests/questions.ts';
import { FlowShard } from '../../flow/shard.ts';
import { type AnswerBatch, allocateAnswers, answerBytes } from '../../record/answer.ts';
import { append, bytesOf } from '../../record/batch.ts';
import { allocateContacts, type ContactBatch, contactSchema } from '../../record/contact.ts';
import { digest } from '../../record/digest.ts';
import { PACKET_ROWS, type PacketBatch, SHARDS } from '../../record/packet.ts';
import { allocateRequests, clearRequests, type RequestBatch, requestBytes } from '../../record/request.ts';
import type { WeirdCounts } from '../../record/weird.ts';

/** Flows that one shard may tell at the end of a batch, beside one a packet. */
const EXPIRIES = 512;

/** Rows that the contacts of one packet batch can take, for so many shards. */
export const contactRows = (shards: number): number => PACKET_ROWS + shards * EXPIRIES;
/** Rows for what targets told during one packet batch. */
const ANSWER_ROWS = PACKET_ROWS;
/** Rows for what was asked during one packet batch, for so many shards. */
const requestRows = (shards: number): number => PACKET_ROWS + shards * ROWS_BESIDE;

/** Shards `from` … `to` − 1. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export const ALL_SHARDS: Span = { from: 0, to: SHARDS };

/** The shards of one worker out of many: neighbours, so that the workers one after the other are the shards in order. */
export function shardsOf(worker: number, workers: number): Span {
  return { from: Math.floor((worker * SHARDS) / workers), to: Math.floor(((worker + 1) * SHARDS) / workers) };
}

/** What the flows of some shards told during one packet batch. */
export interface Told {
  readonly shards: Span;
  readonly contacts: ContactBatch;
  readonly answers: AnswerBatch;
  readonly requests: RequestBatch;
  /** the requests of shard s end here; only those of `shards` are valid */
  readonly requestEnd: Uint32Array;
}

/** Bytes that `allocateTold` lays out; a multiple of 64. */
export function toldBytes({ from, to }: Span): number {
  const shards = to - from;
  const ends = SHARDS * 4;
  return (
    bytesOf(contactSchema, contactRows(shards)) + answerBytes(ANSWER_ROWS) + requestBytes(requestRows(shards)) + ends
  );
}

/** Lays columns for what is told out over a buffer. */
export function allocateTold(
  shards: Span,
  buffer: ArrayBufferLike = new ArrayBuffer(toldBytes(shards)),
  start = 0,
): Told {
  const rows = contactRows(shards.to - shards.from);
  const answers = start + bytesOf(contactSchema, rows);
  const asked = requestRows(shards.to - shards.from);
  const requests = answers + answerBytes(ANSWER_ROWS);
  const end = requests + requestBytes(asked);
  return {
    shards,
    contacts: allocateContacts(rows, buffer, start),
    answers: allocateAnswers(ANSWER_ROWS, buffer, answers),
    requests: allocateRequests(asked, buffer, requests),
    requestEnd: new Uint32Array(buffer as ArrayBuffer, end, SHARDS),
  };
}

/** What was let go under pressure. */
export interface Shed {
  /** flows let go before their time */
  readonly evicted: number;
  /** packets that found no room */
  readonly untracked: number;
  /** answers and requests that could not be kept */
  readonly unheard: number;
}

/** The flows of some of the shards. Who else carries shards has no influence on what these tell. */
export class Stage {
  readonly #shards: readonly FlowShard[];

  constructor({ from, to }: Span, seed: number) {
    this.#shards = Array.from({ length: to - from }, (_, at) => new FlowShard(from + at, seed));
  }

  /** Follows the flows of a decoded batch. */
  follow(packets: PacketBatch, told: Told, weird: WeirdCounts): void {
    empty(told);
    for (const shard of this.#shards) {
      shard.observe(packets, told.contacts, told.answers, told.requests, weird);
      told.requestEnd[shard.shard] = told.requests.count;
    }
    // so that who hears it need not
    digest(told.requests);
  }

  /** At the end of all data: tells some of the flows that are still open; true while more remain. */
  finish(told: Told): boolean {
    empty(told);
    let more = false;
    for (const shard of this.#shards) {
      more = shard.finish(told.contacts, told.answers, told.requests) || more;
      told.requestEnd[shard.shard] = told.requests.count;
    }
    return more;
  }

  get shed(): Shed {
    const sum = { evicted: 0, untracked: 0, unheard: 0 };
    for (const { evicted, untracked, unheard } of this.#shards) {
      sum.evicted += evicted;
      sum.untracked += untracked;
      sum.unheard += unheard;
    }
    return sum;
  }
}

function empty({ contacts, answers, requests }: Told): void {
  contacts.count = 0;
  answers.count = 0;
  answers.textUsed = 0;
  clearRequests(requests);
}

/**
 * The contacts of all shards as one batch, in the order of the shards: the more of them are judged at once, the less
 * each costs; and what is judged at once may not depend on who follows which shards.
 */
export class AllContacts {
  #batch: ContactBatch | undefined;

  /** @returns valid until the next call, or until what was told is overwritten */
  of(told: readonly Told[]): ContactBatch {
    if (told.length === 1) return told[0].contacts;
    this.#batch ??= allocateContacts(contactRows(SHARDS));
    this.#batch.count = 0;
    for (const { contacts } of told) append(contactSchema, this.#batch, contacts, 0, contacts.count);
    return this.#batch;
  }
}
