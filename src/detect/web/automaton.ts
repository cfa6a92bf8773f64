// Hot: `step`, `firstOut` and `nextOut` for every byte of a request whose text is new.
import { lower } from '../../record/ascii.ts';

/**
 * Many words looked for at once: the automaton of Aho and Corasick (Communications of the ACM 18(6), 1975), with every
 * failure link worked into one dense table, so that a byte costs two loads whatever stands in the text. Letters are
 * matched without case. States are numbered breadth first: those near the root, where ordinary text stays, lie together.
 *
 *     let state = 0;
 *     for (…) {
 *       state = next[state * width + symbol[bytes[at]]];
 *       for (let out = first[state]; out >= 0; out = chain[out]) … word[out] ends at `at`
 *     }
 */
export interface Automaton {
  /** byte → symbol; 0: a byte of no word */
  readonly symbol: Uint8Array;
  /** state × width + symbol → state */
  readonly next: Uint16Array;
  /** symbols there are */
  readonly width: number;
  /** state → its first output, −1: none */
  readonly first: Int32Array;
  /** output → the next one of the same state, −1: no more */
  readonly chain: Int32Array;
  /** output → place of the word in the list that was given */
  readonly word: Uint16Array;
}

/**
 * The automaton of some words, worked out when it is first asked for: most runs see no request.
 *
 * @param words texts of characters below 256, none empty; the same text may stand in the list more than once
 */
export function automatonFor(words: readonly string[]): () => Automaton {
  let made: Automaton | undefined;
  return () => (made ??= automatonOf(words));
}

/** @param words as in `automatonFor` */
export function automatonOf(words: readonly string[]): Automaton {
  const symbol = symbolsOf(words);
  const width = Math.max(...symbol) + 1;
  const { children, size, wordsAt } = trieOf(words, symbol, width);
  if (size > 0xffff) throw new Error(`${size} states do not fit into 16 bits`);
  const next = new Uint16Array(size * width);
  const first = new Int32Array(size).fill(-1);
  const chain: number[] = [];
  const word: number[] = [];
  const fail = new Uint16Array(size);
  /** the trie's node by state */
  const nodes = [0];
  // breadth first: a state's failure link has a lower number, so its row and outputs are complete
  for (let state = 0; state < nodes.length; state += 1) {
    const node = nodes[state];
    const row = state * width;
    if (state > 0) next.copyWithin(row, fail[state] * width, (fail[state] + 1) * width);
    for (let letter = 1; letter < width; letter += 1) {
      const child = children[node * width + letter];
      if (child === 0) continue;
      fail[nodes.length] = state === 0 ? 0 : next[row + letter];
      next[row + letter] = nodes.length;
      nodes.push(child);
    }
    first[state] = state > 0 ? first[fail[state]] : -1;
    for (const which of wordsAt.get(node) ?? []) {
      chain.push(first[state]);
      word.push(which);
      first[state] = chain.length - 1;
    }
  }
  return { symbol, next, width, first, chain: Int32Array.from(chain), word: Uint16Array.from(word) };
}

/** Every byte that occurs in a word gets a symbol of its own; upper-case letters share that of the lower-case ones. */
function symbolsOf(words: readonly string[]): Uint8Array {
  const symbol = new Uint8Array(256);
  let count = 0;
  for (const text of words)
    for (let at = 0; at < text.length; at += 1) {
      const byte = lower(text.charCodeAt(at));
      if (symbol[byte] === 0) symbol[byte] = ++count;
    }
  for (let byte = 0x41; byte <= 0x5a; byte += 1) symbol[byte] = symbol[byte | 0x20];
  return symbol;
}

interface Trie {
  /** node × width + symbol → node; 0: none, for no word leads back to the root */
  readonly children: Uint16Array;
  /** nodes there are */
  readonly size: number;
  /** node → the words that end there */
  readonly wordsAt: ReadonlyMap<number, readonly number[]>;
}

/** The words as a trie, its nodes numbered as they are made. */
function trieOf(words: readonly string[], symbol: Uint8Array, width: number): Trie {
  const children = new Uint16Array(width * (1 + words.reduce((sum, { length }) => sum + length, 0)));
  const wordsAt = new Map<number, number[]>();
  let size = 1;
  for (const [which, text] of words.entries()) {
    let node = 0;
    for (let place = 0; place < text.length; place += 1) {
      const cell = node * width + symbol[text.charCodeAt(place)];
      if (children[cell] === 0) children[cell] = size++;
      node = children[cell];
    }
    wordsAt.set(node, [...(wordsAt.get(node) ?? []), which]);
  }
  return { children, size, wordsAt };
}
