import { Asked, beginRequest, BYTES_UNKNOWN, keepText, type RequestBatch } from '../record/request.ts';

/** Bytes of a text that a waiting request keeps. */
const TEXT_MAX = 255;
/** Requests that wait at most; the one that came first goes when there are more. */
const WAITING_MAX = 4096;

/** What is known so far of a request of which more lines may tell. Its texts are copies. */
export class Held {
  time = 0;
  record = 0;
  readonly address = new Uint32Array(8);
  addressTold = false;
  port = 0;
  asked = 0;
  reply = 0;
  status = 0;
  traits = 0;
  readonly name = new Uint8Array(TEXT_MAX);
  nameLength = 0;
  readonly site = new Uint8Array(TEXT_MAX);
  siteLength = 0;
  /** is to become a row when nothing more comes; otherwise it only remembers what has become one */
  open = false;
  /** what the reader of the lines notes */
  note = 0;

  begin(time: number, record: number): void {
    this.time = time;
    this.record = record;
    this.address.fill(0);
    this.addressTold = false;
    this.port = 0;
    this.asked = Asked.nothing;
    this.reply = 0;
    this.status = 0;
    this.traits = 0;
    this.nameLength = 0;
    this.siteLength = 0;
    this.open = false;
    this.note = 0;
  }

  setName(bytes: Uint8Array, from: number, to: number): void {
    this.nameLength = copy(bytes, from, to, this.name);
  }

  setSite(bytes: Uint8Array, from: number, to: number): void {
    this.siteLength = copy(bytes, from, to, this.site);
  }

  isNamed(bytes: Uint8Array, from: number, to: number): boolean {
    if (Math.min(to - from, TEXT_MAX) !== this.nameLength) return false;
    for (let at = 0; at < this.nameLength; at += 1) if (this.name[at] !== bytes[from + at]) return false;
    return true;
  }

  isFrom(words: Uint32Array): boolean {
    for (let word = 0; word < 4; word += 1) if (this.address[word] !== words[word]) return false;
    return true;
  }
}

function copy(bytes: Uint8Array, from: number, to: number, into: Uint8Array): number {
  const length = Math.min(to - from, TEXT_MAX);
  for (let at = 0; at < length; at += 1) into[at] = bytes[from + at];
  return length;
}

/**
 * Requests of which later lines tell more, by a key of the reader's (a process id, a serial number). A request waits for
 * `patience` µs of the log's own clock, and until the file ends at most. Bounded; what has to go becomes a row as it is.
 */
export class Waiting {
  readonly #patience: number;
  readonly #input: number;
  /** In the order in which they came: the order of a Map is that of insertion, whatever the keys are. */
  readonly #held = new Map<number, Held>();
  readonly #spare: Held[] = [];
  /** no request that waits is older; µs */
  #oldest = Number.MAX_VALUE;

  constructor(input: number, patience: number) {
    this.#input = input;
    this.#patience = patience;
  }

  get(key: number): Held | undefined {
    return this.#held.get(key);
  }

  /** Begins one that is not open yet; the one under the same key becomes a row if it still waits. */
  begin(key: number, time: number, record: number, batch: RequestBatch): Held {
    this.done(key, batch);
    if (this.#held.size >= WAITING_MAX) this.#release(1, Number.NEGATIVE_INFINITY, batch);
    const held = this.#spare.pop() ?? new Held();
    held.begin(time, record);
    this.#held.set(key, held);
    if (time < this.#oldest) this.#oldest = time;
    return held;
  }

  /** Takes it out, as a row if it still waits. */
  done(key: number, batch: RequestBatch): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#tell(held, batch);
    this.forget(key);
  }

  /** Takes it out without a word. */
  forget(key: number): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#held.delete(key);
    this.#spare.push(held);
  }

  /** Lets those go that have waited long enough at `time`; a few at once, the others at the next line. */
  expire(time: number, batch: RequestBatch): void {
    if (time - this.#oldest > this.#patience) this.#release(8, time - this.#patience, batch);
  }

  /** Lets all go that fit into the batch. */
  end(batch: RequestBatch): void {
    this.#release(Math.min(WAITING_MAX, batch.capacity - batch.count), Number.POSITIVE_INFINITY, batch);
  }

  /** Becomes a row now and is remembered as told. */
  tell(held: Held, batch: RequestBatch): void {
    this.#tell(held, batch);
    held.open = false;
  }

  /** Takes up to `most` out from the front: the very first whatever its time where `before` is −∞, else those before it. */
  #release(most: number, before: number, batch: RequestBatch): void {
    let left = most;
    for (const [key, held] of this.#held) {
      this.#oldest = held.time;
      if (left === 0 || (before > Number.NEGATIVE_INFINITY && held.time >= before)) return;
      this.#tell(held, batch);
      this.forget(key);
      left -= 1;
    }
    this.#oldest = Number.MAX_VALUE;
  }

  #tell(held: Held, batch: RequestBatch): void {
    if (!held.open || !held.addressTold) return;
    const row = beginRequest(batch);
    batch.time[row] = held.time;
    batch.input[row] = this.#input;
    batch.record[row] = held.record;
    for (let word = 0; word < 8; word += 1) batch.address[row * 8 + word] = held.address[word];
    batch.port[row] = held.port;
    batch.asked[row] = held.asked;
    batch.reply[row] = held.reply;
    batch.status[row] = held.status;
    batch.traits[row] = held.traits;
    batch.bytes[row] = BYTES_UNKNOWN;
    batch.nameLength[row] = held.nameLength;
    if (held.nameLength > 0) batch.name[row] = keepText(batch, held.name, 0, held.nameLength);
    batch.siteLength[row] = held.siteLength;
    if (held.siteLength > 0) batch.site[row] = keepText(batch, held.site, 0, held.siteLength);
    batch.count = row + 1;
  }
}
