import { Asked, beginRequest, BYTES_UNKNOWN, keepText, type RequestBatch } from '../record/request.ts';

/** Bytes of a text that a waiting request keeps. */
const TEXT_MAX = 255;
/** Requests that wait at most; the one that came first goes when there are more. */
const WAITING_MAX = 4096;
/** Requests that one line lets go at most. */
const AT_ONCE = 8;

/** What is known so far of a request of which more lines may tell. Its texts are copies. */
export class Held {
  key = 0;
  older: Held | undefined;
  newer: Held | undefined;
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

  begin(key: number, time: number, record: number): void {
    this.key = key;
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
  readonly #held = new Map<number, Held>();
  readonly #spare: Held[] = [];
  /** Ends of the list in which they stand in the order in which they came. */
  readonly #ends = new Held();

  constructor(input: number, patience: number) {
    this.#input = input;
    this.#patience = patience;
    this.#ends.newer = this.#ends;
    this.#ends.older = this.#ends;
  }

  get(key: number): Held | undefined {
    return this.#held.get(key);
  }

  /** Begins one that is not open yet; the one under the same key becomes a row if it still waits. */
  begin(key: number, time: number, record: number, batch: RequestBatch): Held {
    this.done(key, batch);
    if (this.#held.size >= WAITING_MAX) this.#letGo(1, batch);
    const held = this.#spare.pop() ?? new Held();
    held.begin(key, time, record);
    this.#held.set(key, held);
    const ends = this.#ends;
    held.older = ends.older;
    held.newer = ends;
    (ends.older as Held).newer = held;
    ends.older = held;
    return held;
  }

  /** Takes it out, as a row if it still waits. */
  done(key: number, batch: RequestBatch): void {
    const held = this.#held.get(key);
    if (held === undefined) return;
    this.#tell(held, batch);
    this.#take(held);
  }

  /** Takes it out without a word. */
  forget(key: number): void {
    const held = this.#held.get(key);
    if (held !== undefined) this.#take(held);
  }

  /** Lets those go that have waited long enough at `time`; a few at once, the others at the next line. */
  expire(time: number, batch: RequestBatch): void {
    for (let n = 0; n < AT_ONCE && this.#held.size > 0; n += 1) {
      if (time - (this.#ends.newer as Held).time <= this.#patience) return;
      this.#letGo(1, batch);
    }
  }

  /** Lets all go that fit into the batch. */
  end(batch: RequestBatch): void {
    this.#letGo(Math.min(this.#held.size, batch.capacity - batch.count), batch);
  }

  /** Becomes a row now and is remembered as told. */
  tell(held: Held, batch: RequestBatch): void {
    this.#tell(held, batch);
    held.open = false;
  }

  /** Takes out those that came first. */
  #letGo(many: number, batch: RequestBatch): void {
    for (let n = 0; n < many; n += 1) {
      const held = this.#ends.newer as Held;
      this.#tell(held, batch);
      this.#take(held);
    }
  }

  #take(held: Held): void {
    this.#held.delete(held.key);
    (held.older as Held).newer = held.newer;
    (held.newer as Held).older = held.older;
    this.#spare.push(held);
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
