// Hot: `digest` runs once for every batch of requests.
import { FNV_START, hashBytes } from './fnv.ts';
import { hashCaseless, hashName, type NameHash } from './name.ts';
import { Asked, type RequestBatch } from './request.ts';

/*
 * Hashes of the texts of requests, made once and read by everybody who has to tell one text from another. The same few
 * names and agents come again and again, so what was computed for a text is remembered with the text itself: a
 * comparison of words costs a fraction of a hash over bytes.
 */

/** Longest name and agent that are remembered; longer ones are hashed each time. */
const NAME_ROOM = 128;
const AGENT_ROOM = 256;
/** Texts that are remembered, each in the place that its words tell. */
const NAMES = 1 << 12;
const AGENTS = 1 << 9;
/** Words of an agent that choose its place. */
const SAMPLED = 8;
/** What is remembered of a text: hashes, in this order. */
const Kept = { a: 0, b: 1, whole: 2, mixed: 3 } as const;
const KEPT = 4;

/** Texts of at most `room` bytes and what was made of them; a new text takes the place of the one that was there. */
class Memory {
  readonly room: number;
  readonly values: Int32Array;
  readonly #mask: number;
  readonly #length: Uint16Array;
  readonly #text: DataView;

  constructor(places: number, room: number) {
    this.room = room;
    this.values = new Int32Array(places * KEPT);
    this.#mask = places - 1;
    this.#length = new Uint16Array(places);
    this.#text = new DataView(new ArrayBuffer(places * room));
  }

  /** Where the values of a text stand, whose hash of words is given; the text itself decides whether it is known. */
  placeOf(hash: number): number {
    return (hash ^ (hash >>> 16)) & this.#mask;
  }

  /** Whether the place holds this text, which is at least a word long. */
  holds(place: number, view: DataView, from: number, length: number): boolean {
    if (this.#length[place] !== length) return false;
    const text = this.#text;
    const start = place * this.room;
    const last = length - 4;
    for (let at = 0; at < last; at += 4)
      if (text.getInt32(start + at, true) !== view.getInt32(from + at, true)) return false;
    return text.getInt32(start + last, true) === view.getInt32(from + last, true);
  }

  /** Puts a text of at least a word into a place. */
  put(place: number, view: DataView, from: number, length: number): void {
    const start = place * this.room;
    const last = length - 4;
    for (let at = 0; at < last; at += 4) this.#text.setInt32(start + at, view.getInt32(from + at, true), true);
    this.#text.setInt32(start + last, view.getInt32(from + last, true), true);
    this.#length[place] = length;
  }
}

const names = new Memory(NAMES, NAME_ROOM);
const agents = new Memory(AGENTS, AGENT_ROOM);
const name: NameHash = { a: 0, b: 0 };
let seen = new Uint8Array(0);
let view = new DataView(seen.buffer);

/** Fills the hashes of the rows of a batch that have none yet. */
export function digest(batch: RequestBatch): void {
  const from = batch.digested;
  const to = batch.count;
  if (from >= to) return;
  if (batch.text !== seen) {
    seen = batch.text as Uint8Array<ArrayBuffer>;
    view = new DataView(seen.buffer, seen.byteOffset, seen.length);
  }
  const { text, siteLength, site, siteHash, agentLength, agent, agentHash, refererLength, referer, refererHash } =
    batch;
  for (let row = from; row < to; row += 1) {
    nameOf(batch, row);
    agentHash[row] = agentLength[row] === 0 ? FNV_START : agentOf(text, agent[row], agentLength[row]);
    siteHash[row] = siteLength[row] === 0 ? FNV_START : hashCaseless(text, site[row], siteLength[row]);
    refererHash[row] = refererLength[row] === 0 ? 0 : wordsOf(text, referer[row], refererLength[row]);
  }
  batch.digested = to;
}

function nameOf(batch: RequestBatch, row: number): void {
  const { text, nameA, nameB, nameHash, nameMix } = batch;
  const from = batch.name[row];
  const length = batch.nameLength[row];
  if (batch.asked[row] === Asked.dnsName && toSmall(text, from, length)) return hashInto(batch, row, small, 0, length);
  const place = length < 4 || length > NAME_ROOM ? -1 : names.placeOf(wordsOf(text, from, length));
  const { values } = names;
  const at = place * KEPT;
  if (place >= 0 && names.holds(place, view, from, length)) {
    nameA[row] = values[at + Kept.a];
    nameB[row] = values[at + Kept.b];
    nameHash[row] = values[at + Kept.whole];
    nameMix[row] = values[at + Kept.mixed];
    return;
  }
  hashInto(batch, row, text, from, length);
  if (place < 0) return;
  names.put(place, view, from, length);
  values[at + Kept.a] = nameA[row];
  values[at + Kept.b] = nameB[row];
  values[at + Kept.whole] = nameHash[row];
  values[at + Kept.mixed] = nameMix[row];
}

function hashInto(batch: RequestBatch, row: number, text: Uint8Array, from: number, length: number): void {
  hashName(text, from, length, name);
  batch.nameA[row] = name.a;
  batch.nameB[row] = name.b;
  batch.nameHash[row] = hashBytes(text, from, from + length);
  batch.nameMix[row] = mixedHash(text, from, length);
}

/** Longest name of DNS in letters (RFC 1035 section 2.3.4), each of which may be written as an escape of four. */
const DNS_ROOM = 1024;
const small = new Uint8Array(DNS_ROOM);

/**
 * Writes a DNS name that has capitals into `small`, without them: case does not count (RFC 4343), and resolvers mix it by
 * chance so that answers cannot be forged (draft-vixie-dnsext-dns0x20).
 *
 * @returns whether it has any
 */
function toSmall(text: Uint8Array, from: number, length: number): boolean {
  if (length > DNS_ROOM) return false;
  let capitals = 0;
  for (let at = 0; at < length; at += 1) {
    const byte = text[from + at];
    const isCapital = byte >= 65 && byte <= 90;
    if (isCapital) capitals += 1;
    small[at] = isCapital ? byte | 32 : byte;
  }
  return capitals > 0;
}

function agentOf(text: Uint8Array, from: number, length: number): number {
  if (length < 4 || length > AGENT_ROOM) return hashBytes(text, from, from + length);
  const place = agents.placeOf(length <= 4 * SAMPLED ? wordsOf(text, from, length) : sampleOf(from, length));
  if (!agents.holds(place, view, from, length)) {
    agents.put(place, view, from, length);
    agents.values[place * KEPT + Kept.whole] = hashBytes(text, from, from + length);
  }
  return agents.values[place * KEPT + Kept.whole];
}

const blendWord = (hash: number, word: number): number => {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
};

/** Hash of a text by words, of which the last two may overlap. i32. */
function wordsOf(text: Uint8Array, from: number, length: number): number {
  let hash = FNV_START ^ length;
  if (length < 4) for (let at = from; at < from + length; at += 1) hash = blendWord(hash, text[at]);
  else {
    const last = from + length - 4;
    for (let at = from; at < last; at += 4) hash = blendWord(hash, view.getInt32(at, true));
    hash = blendWord(hash, view.getInt32(last, true));
  }
  return hash;
}

/** Hash of a few words of a long text. */
function sampleOf(from: number, length: number): number {
  const step = Math.trunc((length - 4) / (SAMPLED - 1));
  let hash = FNV_START ^ length;
  for (let n = 0, at = from; n < SAMPLED; n += 1, at += step) hash = blendWord(hash, view.getInt32(at, true));
  return hash;
}

/** Another hash of a whole text. */
function mixedHash(text: Uint8Array, from: number, length: number): number {
  let hash = 0x2545f491;
  for (let at = from; at < from + length; at += 1) {
    hash = Math.imul(hash ^ text[at], 0x85ebca6b);
    hash ^= hash >>> 15;
  }
  return hash;
}
