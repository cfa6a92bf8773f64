/**
 * Wordlists as hashes, and the file they come in.
 *
 *   file       "VWL1" · u32 bytes of header · header · u32 number of words · u32 hash × number · lists
 *   header     JSON (UTF-8): for each list {name, source, licence, words, kept}
 *   lists      for each list runs until `kept` words are read; a run is one varint or two:
 *              zigzag(first − (last of the run before + 1)) × 2 + (0: one word, 1: several) ·
 *              where several: number of words − 2
 *
 * All u32 are little-endian, a varint has 7 bits a byte, the lowest first, the top bit set on all but the last.
 * The words stand in the order in which the lists first use them, so a list's own words are one run,
 * and a list that is the front of another or leaves out a few of its words costs next to nothing.
 */

/** Words kept of a list. A scan that goes further is still named by its front. */
export const KEPT_WORDS = 25_000;

/** What is known of a list. */
export interface WordlistAbout {
  /** Whose it is and its path there: `dirb common.txt`. Versions of one list share the name. */
  readonly name: string;
  /** Package or repository, with its version. */
  readonly source: string;
  readonly licence: string;
  /** Words it has; at most KEPT_WORDS of them are kept. */
  readonly words: number;
}

export interface Wordlist extends WordlistAbout {
  /** Hashes of the words kept, in order. */
  readonly hashes: Uint32Array;
  /** The words themselves: of lists of the operator's own only. */
  readonly texts?: readonly string[];
}

const MAGIC = 0x314c5756;

/** Bytes that grow. */
class Sink {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;

  u8(byte: number): void {
    if (this.#length === this.#bytes.length) {
      const wider = new Uint8Array(this.#length * 2);
      wider.set(this.#bytes);
      this.#bytes = wider;
    }
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  u32(value: number): void {
    for (let shift = 0; shift < 32; shift += 8) this.u8((value >>> shift) & 0xff);
  }

  varint(value: number): void {
    let rest = value;
    for (; rest > 0x7f; rest >>>= 7) this.u8((rest & 0x7f) | 0x80);
    this.u8(rest);
  }

  done(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);
const unzigzag = (value: number): number => (value & 1 ? -(value + 1) / 2 : value / 2);

function writeRuns(sink: Sink, ids: readonly number[]): void {
  let expected = 0;
  for (let at = 0; at < ids.length; ) {
    let end = at + 1;
    while (end < ids.length && ids[end] === ids[end - 1] + 1) end += 1;
    const several = end - at > 1 ? 1 : 0;
    sink.varint(zigzag(ids[at] - expected) * 2 + several);
    if (several === 1) sink.varint(end - at - 2);
    expected = ids[end - 1] + 1;
    at = end;
  }
}

/** The bytes of a file that holds these lists. */
export function encodeWordlists(lists: readonly Wordlist[]): Uint8Array {
  const ids = new Map<number, number>();
  for (const { hashes } of lists) for (const hash of hashes) if (!ids.has(hash)) ids.set(hash, ids.size);
  const about = lists.map(({ name, source, licence, words, hashes }) => ({
    name,
    source,
    licence,
    words,
    kept: hashes.length,
  }));
  const header = new TextEncoder().encode(JSON.stringify(about));
  const sink = new Sink();
  sink.u32(MAGIC);
  sink.u32(header.length);
  for (const byte of header) sink.u8(byte);
  sink.u32(ids.size);
  for (const hash of ids.keys()) sink.u32(hash);
  for (const { hashes } of lists)
    writeRuns(
      sink,
      Array.from(hashes, (hash) => ids.get(hash) ?? 0),
    );
  return sink.done();
}

/** Reads bytes in order; reading past their end is an exception: the file is ours. */
class Reader {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u32(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  bytes(length: number): Uint8Array {
    const view = this.#view;
    this.#at += length;
    return new Uint8Array(view.buffer, view.byteOffset + this.#at - length, length);
  }

  varint(): number {
    for (let [value, shift] = [0, 0]; ; shift += 7) {
      const byte = this.#view.getUint8(this.#at);
      this.#at += 1;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }
}

function readRuns(reader: Reader, dictionary: Uint32Array, kept: number): Uint32Array {
  const hashes = new Uint32Array(kept);
  for (let [at, next] = [0, 0]; at < kept; ) {
    const run = reader.varint();
    const first = next + unzigzag(run >>> 1);
    const length = run & 1 ? reader.varint() + 2 : 1;
    for (let id = first; id < first + length; id += 1) hashes[at + id - first] = dictionary[id];
    at += length;
    next = first + length;
  }
  return hashes;
}

/** The lists of a file. Bytes that are no such file are an exception. */
export function decodeWordlists(bytes: Uint8Array): Wordlist[] {
  const reader = new Reader(bytes);
  if (reader.u32() !== MAGIC) throw new Error('not a file of wordlists');
  const header = JSON.parse(new TextDecoder().decode(reader.bytes(reader.u32()))) as (WordlistAbout & {
    readonly kept: number;
  })[];
  const dictionary = new Uint32Array(reader.u32());
  for (let at = 0; at < dictionary.length; at += 1) dictionary[at] = reader.u32();
  return header.map(({ kept, ...about }) => ({ ...about, hashes: readRuns(reader, dictionary, kept) }));
}
