// Hot: `step`, `firstOut` and `nextOut` for every byte of a request whose text is new.

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

interface Node {
  readonly children: Map<number, number>;
  readonly words: number[];
}

const lower = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte);

/** @param words texts of characters below 256, none empty; the same text may stand in the list more than once */
export function automatonOf(words: readonly string[]): Automaton {
  const symbol = symbolsOf(words);
  const nodes = trieOf(words, symbol);
  const width = Math.max(...symbol) + 1;
  const next = new Uint16Array(nodes.length * width);
  if (nodes.length > 0xffff) throw new Error(`${nodes.length} states do not fit into 16 bits`);
  const first = new Int32Array(nodes.length).fill(-1);
  const chain: number[] = [];
  const word: number[] = [];
  const fail = new Uint16Array(nodes.length);
  // breadth first: a state's failure link has a lower number, so its row and outputs are complete
  for (let state = 0; state < nodes.length; state += 1) {
    const row = state * width;
    if (state > 0) next.copyWithin(row, fail[state] * width, (fail[state] + 1) * width);
    for (const [letter, child] of nodes[state].children) {
      fail[child] = state === 0 ? 0 : next[row + letter];
      next[row + letter] = child;
    }
    first[state] = state > 0 ? first[fail[state]] : -1;
    for (const which of nodes[state].words) {
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

/** The words as a trie, its nodes numbered breadth first. */
function trieOf(words: readonly string[], symbol: Uint8Array): Node[] {
  const made: Node[] = [{ children: new Map(), words: [] }];
  for (const [which, text] of words.entries()) {
    let at = 0;
    for (let place = 0; place < text.length; place += 1) {
      const letter = symbol[text.charCodeAt(place)];
      let child = made[at].children.get(letter);
      if (child === undefined) {
        child = made.push({ children: new Map(), words: [] }) - 1;
        made[at].children.set(letter, child);
      }
      at = child;
    }
    made[at].words.push(which);
  }
  const order = [0];
  for (let place = 0; place < order.length; place += 1) order.push(...made[order[place]].children.values());
  const number = new Map(order.map((old, place) => [old, place]));
  return order.map((old) => ({
    words: made[old].words,
    children: new Map([...made[old].children].map(([letter, child]) => [letter, number.get(child) as number])),
  }));
}
