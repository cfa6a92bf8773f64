// Hot: `note` runs for requests of suspects.
import { blend, FNV_START, hashBytes } from '../../record/fnv.ts';
import { BYTES_UNKNOWN, Reply, type RequestBatch } from '../../record/request.ts';
import { hashWords } from '../../table/hash.ts';
import { KeyTable } from '../../table/keys.ts';

/**
 * Pages that suspects tried to break, whoever of them did: how often each fell over, and the most that it ever told. A
 * page is a path with the names of its parameters, for what another parameter brings is another page.
 */
const PAGES = 1 << 12;
const QUESTION = 63;
const AND = 38;
const EQUALS = 61;

export class Pages {
  readonly #keys: KeyTable;
  /** answers that failed (5xx) */
  readonly fell: Uint32Array = new Uint32Array(PAGES);
  /** bytes of the largest answer to what was well-formed and harmless; 0: nobody asked so */
  readonly plain: Uint32Array = new Uint32Array(PAGES);
  /** bytes of the largest answer to an attempt that got nothing more by it */
  readonly usual: Uint32Array = new Uint32Array(PAGES);
  readonly #seed: number;
  #hand = 0;

  constructor(seed: number) {
    this.#keys = new KeyTable(PAGES, seed ^ 0x9a6e);
    this.#seed = seed | 0;
  }

  /** Row of the page that a request asks for; when there is no room, another goes in its turn. */
  at(batch: RequestBatch, at: number): number {
    const { address, port, text, name, nameLength, site, siteLength } = batch;
    const server = hashWords(this.#seed, address, at * 8 + 4) ^ hashBytes(text, site[at], site[at] + siteLength[at]);
    const page = pageHash(text, name[at], nameLength[at]);
    const isTold = nameLength[at] > 0 ? 1 : 0;
    const known = this.#keys.find(server, port[at], page, isTold);
    return known >= 0 ? known : this.#begin(server, port[at], page, isTold);
  }

  #begin(server: number, port: number, page: number, isTold: number): number {
    const keys = this.#keys;
    if (keys.size === keys.capacity) {
      keys.remove(this.#hand);
      this.#hand = (this.#hand + 1) % keys.capacity;
    }
    const row = keys.insert(server, port, page, isTold);
    this.fell[row] = 0;
    this.plain[row] = 0;
    this.usual[row] = 0;
    return row;
  }

  /** Notes an answer to what was no attempt. */
  note(batch: RequestBatch, at: number): void {
    const bytes = batch.bytes[at];
    if (batch.reply[at] !== Reply.answered || bytes === BYTES_UNKNOWN) return;
    const page = this.at(batch, at);
    if (bytes > this.plain[page]) this.plain[page] = bytes;
  }
}

/** The path and the names of the parameters, without what they are set to. */
function pageHash(bytes: Uint8Array, from: number, length: number): number {
  let hash = FNV_START;
  let isQuery = false;
  let isValue = false;
  for (let at = from; at < from + length; at += 1) {
    const byte = bytes[at];
    if (byte === QUESTION) isQuery = true;
    if (byte === AND) isValue = false;
    if (!isValue) hash = blend(hash, byte);
    if (byte === EQUALS && isQuery) isValue = true;
  }
  return hash;
}
