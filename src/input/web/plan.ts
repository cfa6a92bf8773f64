// Hot: `read` runs once a line.
import { find, numberIn } from '../field.ts';
import type { Stamps } from '../stamp.ts';
import { type Entry, Tells } from './entry.ts';
import { timeAt } from './moment.ts';
import { isNothing, quoteEnd } from './text.ts';

/** A part of a format: text that stands in every line, or what the field there tells (one of Tells). */
export type Part = string | number;

/** A format taken apart. */
export interface Format {
  readonly parts: readonly Part[];
  /** whether the server puts backslashes before what would break the line */
  readonly isEscaped: boolean;
  /** whether fields are filled up with blanks, before or behind what they hold */
  readonly isPadded?: boolean;
}

const BLANK = 32;
const COMMA = 44;
const SLASH = 47;
const QUOTE = 34;

interface Step {
  readonly tells: number;
  /** the text behind the field; empty: at the end, or where another field follows at once */
  readonly behind: Uint8Array;
}

const encoder = new TextEncoder();

/**
 * A format of lines as a small plan: fields, and the text between them. A field ends at the first place at which the text
 * behind it stands; one between quotes ends at a quote without a backslash before it. Every byte is passed once, whatever
 * it is.
 */
export class Plan {
  readonly #before: Uint8Array;
  readonly #steps: readonly Step[];
  readonly #isEscaped: boolean;
  readonly #isPadded: boolean;
  /** room for a moment */
  readonly #room = new Uint8Array(48);

  constructor({ parts, isEscaped, isPadded = false }: Format) {
    const [before, steps] = stepsOf(joinedUp(parts));
    this.#before = before;
    this.#steps = steps;
    this.#isEscaped = isEscaped;
    this.#isPadded = isPadded;
  }

  /** Whether one of the fields tells this. */
  tells(what: number): boolean {
    return this.#steps.some(({ tells }) => tells === what);
  }

  /** Sets what bytes[from … to) tell; whether they are in this format. Fields behind the last are let be. */
  read(bytes: Uint8Array, from: number, to: number, entry: Entry, stamps: Stamps): boolean {
    entry.clear();
    if (!stands(this.#before, bytes, from, to)) return false;
    let at = from + this.#before.length;
    for (let n = 0; n < this.#steps.length; n += 1) {
      const { tells, behind } = this.#steps[n];
      if (this.#isPadded) at = behindBlanks(bytes, at, to);
      const end = tells === Tells.time ? this.#time(n, bytes, at, to, entry, stamps) : this.#endOf(n, bytes, at, to);
      if (end < 0 || end > to || !stands(behind, bytes, end, to)) return false;
      const last = this.#isPadded ? beforeBlanks(bytes, at, end) : end;
      // the surest sign of a line in another format
      if (tells === Tells.status && !isStatus(bytes, at, last)) return false;
      if (tells !== Tells.nothing) entry.set(tells, at, last);
      at = end + behind.length;
    }
    addFraction(bytes, entry);
    return at === to || bytes[at] === BLANK;
  }

  #time(n: number, bytes: Uint8Array, at: number, to: number, entry: Entry, stamps: Stamps): number {
    const { behind } = this.#steps[n];
    let end = timeAt(stamps, bytes, at);
    // digits behind a comma are a fraction of the second, or the next of the fields that commas stand between
    if (behind[0] === COMMA && !stands(behind, bytes, end, to)) end = this.#timeAlone(bytes, at, to, stamps);
    if (end >= 0 && end <= to) entry.time = stamps.time;
    return this.#isPadded && end >= 0 && behind[0] !== BLANK ? behindBlanks(bytes, end, to) : end;
  }

  /** The same of a moment that ends before the next comma. */
  #timeAlone(bytes: Uint8Array, at: number, to: number, stamps: Stamps): number {
    const end = find(bytes, COMMA, at, to);
    if (end - at >= this.#room.length) return -1;
    this.#room.fill(0);
    this.#room.set(bytes.subarray(at, end));
    return timeAt(stamps, this.#room, 0) === end - at ? end : -1;
  }

  #endOf(n: number, bytes: Uint8Array, at: number, to: number): number {
    const steps = this.#steps;
    const { tells, behind } = steps[n];
    if (behind.length > 0) {
      if (behind[0] === QUOTE && this.#isEscaped) return quoteEnd(bytes, at, to);
      return tells === Tells.request ? requestEnd(behind, bytes, at, to) : placeOf(behind, bytes, at, to);
    }
    if (n + 1 === steps.length) return to;
    // fields that touch: a path begins at its slash, anything else has got it all
    let next = n + 1;
    while (next + 1 < steps.length && steps[next].behind.length === 0) next += 1;
    const end = this.#endOf(next, bytes, at, to);
    const follows = steps[n + 1].tells;
    return end >= 0 && (follows === Tells.target || follows === Tells.path) ? find(bytes, SLASH, at, end) : end;
  }
}

/**
 * Ports belong to clients and fractions to seconds: colons stand in addresses too, and whoever reads an address or a stamp
 * knows best where it ends.
 */
function joinedUp(parts: readonly Part[]): Part[] {
  const kept: Part[] = [];
  for (let n = 0; n < parts.length; n += 1) {
    const isPort = parts[n] === Tells.client && parts[n + 1] === ':' && typeof parts[n + 2] === 'number';
    const isFraction = parts[n] === Tells.time && parts[n + 1] === '.' && FRACTIONS.has(parts[n + 2]);
    kept.push(isPort ? Tells.peer : parts[n]);
    if (isPort || isFraction) n += 2;
  }
  return kept;
}

const FRACTIONS: ReadonlySet<Part | undefined> = new Set([Tells.millis, Tells.micros]);

function stepsOf(parts: readonly Part[]): [Uint8Array, Step[]] {
  let before = '';
  const steps: { tells: number; behind: string }[] = [];
  for (const part of parts) {
    if (typeof part === 'number') steps.push({ tells: part, behind: '' });
    else if (steps.length === 0) before += part;
    else steps[steps.length - 1].behind += part;
  }
  return [encoder.encode(before), steps.map(({ tells, behind }) => ({ tells, behind: encoder.encode(behind) }))];
}

/** A request line that stands without quotes holds blanks; it ends behind its version. */
function requestEnd(behind: Uint8Array, bytes: Uint8Array, at: number, to: number): number {
  const version = placeOf(HTTP, bytes, at, to);
  return placeOf(behind, bytes, version < 0 ? at : version + HTTP.length, to);
}

const HTTP = encoder.encode(' HTTP/');

/** Three digits; `-` or 0 where the client was gone before there was one. */
const isStatus = (bytes: Uint8Array, from: number, to: number): boolean =>
  isNothing(bytes, from, to) || (to - from <= 3 && numberIn(bytes, from, to) >= 0);

function addFraction(bytes: Uint8Array, entry: Entry): void {
  for (let tells: number = Tells.millis; tells <= Tells.micros; tells += 1) {
    if (entry.to[tells] < 0 || entry.time < 0) continue;
    const value = numberIn(bytes, entry.from[tells], entry.to[tells]);
    if (value >= 0 && value < 1e6) entry.time += tells === Tells.millis ? value * 1000 : value;
  }
}

function behindBlanks(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] === BLANK) at += 1;
  return at;
}

function beforeBlanks(bytes: Uint8Array, from: number, to: number): number {
  let end = to;
  while (end > from && bytes[end - 1] === BLANK) end -= 1;
  return end;
}

function stands(text: Uint8Array, bytes: Uint8Array, at: number, to: number): boolean {
  if (at + text.length > to) return false;
  for (let n = 0; n < text.length; n += 1) if (bytes[at + n] !== text[n]) return false;
  return true;
}

/** First place of a text, not empty; −1: it is not there. */
function placeOf(text: Uint8Array, bytes: Uint8Array, from: number, to: number): number {
  const [first] = text;
  const last = to - text.length;
  for (let at = from; at <= last; at += 1) if (bytes[at] === first && stands(text, bytes, at, to)) return at;
  return -1;
}
