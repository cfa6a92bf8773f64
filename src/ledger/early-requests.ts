import { allocateRequests, type RequestBatch } from '../record/request.ts';

// Hot: `keep` runs for the first few requests of every source.

/** Bytes that are kept of each text. */
const NAME = 200;
const SITE = 64;
const AGENT = 160;
const REFERER = 64;
const ROOM = NAME + SITE + AGENT + REFERER;

/** Who takes requests over: a dossier. */
interface Taker {
  ask(batch: RequestBatch, row: number, isFirst: boolean, missed: number): void;
}

/** Requests of an account that are remembered. */
export const EARLY_REQUESTS = 4;

/** The first requests of accounts that have no dossier yet, texts cut short; placed as `EarlyContacts` places contacts. */
export class EarlyRequests {
  readonly #accounts: number;
  readonly #kept: RequestBatch;
  readonly #first: Uint8Array;
  readonly #missed: Uint8Array;
  /** by account, which are remembered: bit n − 1 of the nth; those between may have come while there was a dossier */
  readonly #which: Uint8Array;

  constructor(accounts: number) {
    const places = accounts * EARLY_REQUESTS;
    this.#accounts = accounts;
    this.#kept = allocateRequests(places);
    this.#kept.text = new Uint8Array(places * ROOM);
    this.#first = new Uint8Array(places);
    this.#missed = new Uint8Array(places);
    this.#which = new Uint8Array(accounts);
  }

  /** Forgets what an account's row remembered of the one before. */
  forget(account: number): void {
    this.#which[account] = 0;
  }

  /**
   * @param nth how-manieth request of its account this is, 1 … EARLY_REQUESTS
   * @param missed as in RequestAdmission
   */
  keep(batch: RequestBatch, row: number, account: number, nth: number, isFirst: boolean, missed: number): void {
    const place = (nth - 1) * this.#accounts + account;
    const kept = this.#kept;
    this.#which[account] |= 1 << (nth - 1);
    kept.time[place] = batch.time[row];
    kept.input[place] = batch.input[row];
    kept.record[place] = batch.record[row];
    kept.port[place] = batch.port[row];
    kept.asked[place] = batch.asked[row];
    kept.reply[place] = batch.reply[row];
    kept.verb[place] = batch.verb[row];
    kept.status[place] = batch.status[row];
    kept.bytes[place] = batch.bytes[row];
    kept.traits[place] = batch.traits[row];
    for (let word = 0; word < 8; word += 1) kept.address[place * 8 + word] = batch.address[row * 8 + word];
    const { text } = batch;
    const room = place * ROOM;
    kept.name[place] = room;
    kept.nameLength[place] = this.#text(text, batch.name[row], batch.nameLength[row], room, NAME);
    kept.site[place] = room + NAME;
    kept.siteLength[place] = this.#text(text, batch.site[row], batch.siteLength[row], room + NAME, SITE);
    kept.agent[place] = room + NAME + SITE;
    kept.agentLength[place] = this.#text(text, batch.agent[row], batch.agentLength[row], room + NAME + SITE, AGENT);
    kept.referer[place] = room + ROOM - REFERER;
    kept.refererLength[place] = this.#text(
      text,
      batch.referer[row],
      batch.refererLength[row],
      room + ROOM - REFERER,
      REFERER,
    );
    this.#first[place] = isFirst ? 1 : 0;
    this.#missed[place] = missed;
  }

  /** Gives those of an account that has made so many requests to a dossier; returns how many they are. */
  give(account: number, requests: number, into: Taker): number {
    let count = 0;
    for (let nth = 1; nth <= requests && nth <= EARLY_REQUESTS; nth += 1) {
      if ((this.#which[account] & (1 << (nth - 1))) === 0) continue;
      const place = (nth - 1) * this.#accounts + account;
      into.ask(this.#kept, place, this.#first[place] === 1, this.#missed[place]);
      count += 1;
    }
    return count;
  }

  /** @returns bytes copied */
  #text(text: Uint8Array, from: number, length: number, start: number, room: number): number {
    const kept = this.#kept.text;
    const most = length < room ? length : room;
    for (let at = 0; at < most; at += 1) kept[start + at] = text[from + at];
    return most;
  }
}
