// Hot: `match` runs a few times a line.
import { addressInto, findText, standsAt } from './field.ts';

/*
 * A phrase is what a program says, with gaps:
 *
 *   phrase = *(literal | "{" gap "}")
 *   gap    = "name" | "agent"     any text, chosen by who is far away: ends at the last place from which the rest fits
 *          | "source" | "server"  an address, with or without a zone
 *          | "host"               an address or a word without blanks; where it is an address, it is the source
 *          | "word"               one or more bytes without blanks, as few as possible
 *          | "count" | "port"     a decimal number; `port` is not kept
 *          | "…"                  any text, as little as possible; at the end: all the rest
 *
 * A phrase that does not end in "{…}" must fit up to the end of the line. Text that the other side chose stands before
 * what the program says of it, so the last place that fits is the true one: a user called `x from 192.0.2.1 port 1 ssh2`
 * cannot put on the address of somebody else.
 */
const NAME = 0;
const AGENT = 1;
const WORD = 2;
const COUNT = 3;
const SOURCE = 4;
const SERVER = 5;
const HOST = 6;
const PORT = 7;
const REST = 8;
const LITERAL = 9;

const GAPS: ReadonlyMap<string, number> = new Map([
  ['name', NAME],
  ['agent', AGENT],
  ['word', WORD],
  ['count', COUNT],
  ['source', SOURCE],
  ['server', SERVER],
  ['host', HOST],
  ['port', PORT],
  ['…', REST],
]);

/** Places that are tried as the end of a text which the other side chose. */
const TRIES = 16;
/** Bytes of a word, and of an address, at most. */
const WORD_MAX = 255;
const ADDRESS_MAX = 64;
const SPACE = 32;
const DOT = 46;
const COLON = 58;

/** What a phrase found. One object for all: what a phrase has no gap for is empty. */
export class Found {
  /** source 0–3, server 4–7; zeros where there is none */
  readonly address = new Uint32Array(8);
  sourceTold = false;
  serverTold = false;
  name = 0;
  nameEnd = 0;
  agent = 0;
  agentEnd = 0;
  word = 0;
  wordEnd = 0;
  count = 0;

  clear(): void {
    this.sourceTold = false;
    this.serverTold = false;
    this.address.fill(0);
    this.name = 0;
    this.nameEnd = 0;
    this.agent = 0;
    this.agentEnd = 0;
    this.word = 0;
    this.wordEnd = 0;
    this.count = 0;
  }
}

interface Step {
  readonly gap: number;
  readonly text: string;
}

const LAST: Step = { gap: LITERAL, text: '' };

/** See the grammar above. */
export class Phrase {
  readonly #steps: readonly Step[];

  constructor(pattern: string) {
    this.#steps = pattern
      .split(/[{}]/u)
      .map((text, at) => (at % 2 === 0 ? { gap: LITERAL, text } : { gap: gapOf(text), text: '' }))
      .filter(({ gap, text }) => gap !== LITERAL || text !== '');
  }

  /** The byte that it begins with; −1: any may. */
  get first(): number {
    const [{ gap, text }] = this.#steps;
    return gap === LITERAL ? text.charCodeAt(0) : -1;
  }

  /** Whether bytes[at … to) is this phrase. Fills `found`; what stands there is of no use when it is not. */
  match(bytes: Uint8Array, at: number, to: number, found: Found): boolean {
    const [first] = this.#steps;
    if (first.gap === LITERAL && !standsAt(bytes, at, to, first.text)) return false;
    found.clear();
    return this.#from(0, bytes, at, to, found);
  }

  #from(first: number, bytes: Uint8Array, from: number, to: number, found: Found): boolean {
    const steps = this.#steps;
    let at = from;
    for (let n = first; n < steps.length; n += 1) {
      const { gap, text } = steps[n];
      if (gap === LITERAL) {
        if (!standsAt(bytes, at, to, text)) return false;
        at += text.length;
      } else if (gap === REST) {
        at = n + 1 === steps.length ? to : findText(bytes, steps[n + 1].text, at, to);
        if (at < 0) return false;
      } else if (gap === NAME || gap === AGENT) return this.#chosen(n, bytes, at, to, found);
      else {
        at = gap === WORD || gap === HOST ? this.#word(n, bytes, at, to, found) : taken(gap, bytes, at, to, found);
        if (at < 0) return false;
      }
    }
    return at === to;
  }

  /** A text of the other side's, and all behind it. */
  #chosen(n: number, bytes: Uint8Array, from: number, to: number, found: Found): boolean {
    const { text } = this.#steps[n + 1] ?? LAST;
    let end = text === '' ? to : lastPlaceOf(bytes, text, from, to);
    for (let tries = 0; tries < TRIES && end >= from; tries += 1) {
      if (this.#from(n + 1, bytes, end, to, found)) {
        if (this.#steps[n].gap === NAME) {
          found.name = from;
          found.nameEnd = end;
        } else {
          found.agent = from;
          found.agentEnd = end;
        }
        return true;
      }
      end = lastPlaceOf(bytes, text, from, end + text.length - 1);
    }
    return false;
  }

  #word(n: number, bytes: Uint8Array, from: number, to: number, found: Found): number {
    const stop = (this.#steps[n + 1] ?? LAST).text.charCodeAt(0);
    const most = Math.min(to, from + WORD_MAX);
    let at = from;
    while (at < most && bytes[at] !== SPACE && bytes[at] !== stop) at += 1;
    if (at === from && this.#steps[n].gap === WORD) return -1;
    if (this.#steps[n].gap === WORD) {
      found.word = from;
      found.wordEnd = at;
    } else if (addressInto(bytes, from, at, found.address, 0)) found.sourceTold = true;
    return at;
  }
}

function gapOf(name: string): number {
  const gap = GAPS.get(name);
  if (gap === undefined) throw new Error(`no gap is called ${name}`);
  return gap;
}

function lastPlaceOf(bytes: Uint8Array, text: string, from: number, to: number): number {
  const first = text.charCodeAt(0);
  for (let at = to - text.length; at >= from; at -= 1)
    if (bytes[at] === first && standsAt(bytes, at, to, text)) return at;
  return -1;
}

/** Reads a number or an address; returns where it ends, −1 when there is none. */
function taken(gap: number, bytes: Uint8Array, from: number, to: number, found: Found): number {
  if (gap === SOURCE || gap === SERVER) return address(gap === SOURCE ? 0 : 4, bytes, from, to, found);
  let at = from;
  let value = 0;
  while (at < to && at - from < 15 && bytes[at] >= 48 && bytes[at] <= 57) {
    value = value * 10 + bytes[at] - 48;
    at += 1;
  }
  if (at === from) return -1;
  if (gap === COUNT) found.count = value;
  return at;
}

/** Colons behind an address that may be taken for a part of it: `192.0.2.7:53: text`. */
const COLONS_BEHIND = 2;

/** An address ends before what cannot be in one; `192.0.2.7:53`, `2001:db8::7: text` and `192.0.2.7.` end before that sign. */
function address(word: number, bytes: Uint8Array, from: number, to: number, found: Found): number {
  const most = Math.min(to, from + ADDRESS_MAX);
  let end = from;
  while (end < most && isOfAddress(bytes[end])) end += 1;
  while (end > from && bytes[end - 1] === DOT) end -= 1;
  for (let colons = 0; !addressInto(bytes, from, end, found.address, word); colons += 1) {
    end -= 1;
    while (end > from && bytes[end] !== COLON) end -= 1;
    if (end <= from || colons === COLONS_BEHIND) return -1;
  }
  if (word === 0) found.sourceTold = true;
  else found.serverTold = true;
  if (bytes[end] !== 37) return end;
  while (end < most && isOfZone(bytes[end])) end += 1;
  return end;
}

/** Digits, `a` … `f`, dot, colon. */
const isOfAddress = (byte: number): boolean =>
  (byte >= 46 && byte <= 58 && byte !== 47) || ((byte | 32) >= 97 && (byte | 32) <= 102);

/** `%eth0`, `%2` (RFC 4007 section 11). */
const isOfZone = (byte: number): boolean =>
  (byte >= 48 && byte <= 57) || ((byte | 32) >= 97 && (byte | 32) <= 122) || byte === 37 || byte === 46;
