import type { Wordlist } from './format.ts';
import { CAPITALS_MASK, FOLD_MASK } from './words.ts';

/**
 * Where a word stands, over all lists: an open-addressing table from the word in lower case to its number, and the
 * postings of each number in one array. A posting is 13 bits list, 15 bits position, 4 bits capitals.
 * Only words of lists are put in, a guess only looks; the table grows so that it stays at most half full.
 */

/** Lists that the bits of a posting can tell apart. */
export const LISTS = 1 << 13;
const POSITION_BITS = 15;
const POSITION_MASK = (1 << POSITION_BITS) - 1;
const FIRST_BITS = 12;

export const listOf = (posting: number): number => posting >>> (POSITION_BITS + 4);
export const positionOf = (posting: number): number => (posting >>> 4) & POSITION_MASK;
export const capitalsOf = (posting: number): number => posting & CAPITALS_MASK;

export class Lookup {
  /** Postings of word n: from `starts[n]` up to `starts[n + 1]`, by list and position. */
  readonly postings: Uint32Array;
  readonly starts: Uint32Array;

  #bits = FIRST_BITS;
  /** Word in lower case and its number, side by side; word 0 is free. */
  #slots: Uint32Array = new Uint32Array(2 << FIRST_BITS);
  #count = 0;

  constructor(lists: readonly Wordlist[]) {
    const total = lists.reduce((sum, { hashes }) => sum + hashes.length, 0);
    const numbers = this.#numbers(lists, total);
    this.starts = new Uint32Array(this.#count + 1);
    this.postings = new Uint32Array(total);
    const next = this.#starts(numbers);
    for (let list = 0, nth = 0; list < lists.length; list += 1) {
      const { hashes } = lists[list];
      for (let at = 0; at < hashes.length; at += 1, nth += 1) {
        const word = numbers[nth];
        const capitals = hashes[at] & CAPITALS_MASK;
        this.postings[next[word]] = ((list << (POSITION_BITS + 4)) | (at << 4) | capitals) >>> 0;
        next[word] += 1;
      }
    }
  }

  /** Number of a word whatever its capitals, −1 when no list has it. */
  numberOf(hash: number): number {
    const key = (hash & FOLD_MASK) >>> 0;
    const slot = slotOf(this.#slots, this.#bits, key);
    return this.#slots[slot] === key ? this.#slots[slot + 1] : -1;
  }

  /** Numbers all words in the order in which they come first. @returns the number of each word of each list */
  #numbers(lists: readonly Wordlist[], total: number): Uint32Array {
    const numbers = new Uint32Array(total);
    let [bits, count, nth] = [this.#bits, 0, 0];
    let slots = this.#slots;
    for (const { hashes } of lists)
      for (let at = 0; at < hashes.length; at += 1, nth += 1) {
        const key = (hashes[at] & FOLD_MASK) >>> 0;
        const slot = slotOf(slots, bits, key);
        numbers[nth] = slots[slot + 1];
        if (slots[slot] !== 0) continue;
        slots[slot] = key;
        slots[slot + 1] = count;
        numbers[nth] = count;
        count += 1;
        if (count <= 1 << (bits - 1)) continue;
        bits += 1;
        slots = grown(slots, bits);
      }
    [this.#slots, this.#bits, this.#count] = [slots, bits, count];
    return numbers;
  }

  /** Fills `starts`. @returns a copy of it, to be moved on while postings are placed */
  #starts(numbers: Uint32Array): Uint32Array {
    const { starts } = this;
    for (let at = 0; at < numbers.length; at += 1) starts[numbers[at] + 1] += 1;
    for (let word = 0; word < this.#count; word += 1) starts[word + 1] += starts[word];
    return starts.slice();
  }
}

/** Place of a key, or of the free slot where it would go. */
function slotOf(slots: Uint32Array, bits: number, key: number): number {
  const last = slots.length - 1;
  let slot = (key >>> (32 - bits)) << 1;
  while (slots[slot] !== 0 && slots[slot] !== key) slot = (slot + 2) & last;
  return slot;
}

function grown(old: Uint32Array, bits: number): Uint32Array {
  const slots = new Uint32Array(2 << bits);
  for (let at = 0; at < old.length; at += 2) {
    if (old[at] === 0) continue;
    const slot = slotOf(slots, bits, old[at]);
    slots[slot] = old[at];
    slots[slot + 1] = old[at + 1];
  }
  return slots;
}
