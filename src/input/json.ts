import type { LineFormat, LineInput, LineParser } from './lines.ts';
import { Line, lineInput } from './lines.ts';
import type { ReaderContext } from './input.ts';
import type { Json, JsonObject } from './json-value.ts';
import { Weird } from '../record/weird.ts';
import { DEEPEST, select, type Wanted } from './wanted.ts';
import type { Sheaf } from '../record/sheaf.ts';

const OPEN_BRACE = 123;
const OPEN_BRACKET = 91;
const QUOTE = 34;
const BACKSLASH = 92;
const decoder = new TextDecoder();

/**
 * The object that bytes[from … to) holds; a number: the Weird that it is instead. Depth is looked at before parsing.
 * Keys such as `__proto__` become own properties and are never copied into another object.
 *
 * @param wanted members that are read; the others are only passed. Absent: all
 */
export function parseObject(bytes: Uint8Array, from: number, to: number, wanted?: Wanted): JsonObject | number {
  if (wanted !== undefined) return select(bytes, from, to, wanted);
  if (depthOf(bytes, from, to) > DEEPEST) return Weird['json-too-deep'];
  try {
    const value = JSON.parse(decoder.decode(bytes.subarray(from, to))) as Json;
    return isObject(value) ? value : Weird['json-malformed'];
  } catch {
    return Weird['json-malformed'];
  }
}

function depthOf(bytes: Uint8Array, from: number, to: number): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at];
    if (inString) {
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
      if (depth > deepest) deepest = depth;
    } else if (byte === OPEN_BRACE + 2 || byte === OPEN_BRACKET + 2) depth -= 1;
  }
  return deepest;
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What stands under a path of own keys; undefined where it leads nowhere. */
export function pick(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  return under(value, path);
}

function under(value: Json | undefined, path: readonly string[]): Json | undefined {
  let at = value;
  for (let n = 0; n < path.length; n += 1) {
    if (!isObject(at) || !Object.hasOwn(at, path[n])) return undefined;
    at = at[path[n]];
  }
  return at;
}

/** A text, or a number as text; '' for anything else. */
export function textAt(value: Json | undefined, ...path: readonly string[]): string {
  const found = under(value, path);
  return typeof found === 'string' ? found : typeof found === 'number' ? String(found) : '';
}

/** A number, or a text that is one; NaN for anything else. */
export function numberAt(value: Json | undefined, ...path: readonly string[]): number {
  const found = under(value, path);
  if (typeof found === 'number') return found;
  return typeof found === 'string' && found.trim() !== '' ? Number(found) : Number.NaN;
}

/** Reads the objects of one file. */
export interface JsonParser {
  /** Appends what the object says; returns one of Line, or the Weird that it is. */
  object(value: JsonObject, sheaf: Sheaf, record: number): number;
  /** as in LineParser */
  end?(sheaf: Sheaf): void;
}

/** A format of one JSON object a line. */
export interface JsonFormat extends Omit<LineFormat, 'parser'> {
  /** members that the parser reads; absent: all */
  readonly wanted?: Wanted;
  parser(context: ReaderContext): JsonParser;
}

/** An input made of a format of JSON lines. */
export const jsonLinesInput = (format: JsonFormat): LineInput =>
  lineInput({ ...format, parser: (context) => new JsonLines(format.parser(context), format.wanted) });

class JsonLines implements LineParser {
  readonly #parser: JsonParser;
  readonly #wanted: Wanted | undefined;

  constructor(parser: JsonParser, wanted: Wanted | undefined) {
    this.#parser = parser;
    this.#wanted = wanted;
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    if (bytes[from] !== OPEN_BRACE) return Line.foreign;
    const value = parseObject(bytes, from, to, this.#wanted);
    return typeof value === 'number' ? value : this.#parser.object(value, sheaf, record);
  }

  end(sheaf: Sheaf): void {
    this.#parser.end?.(sheaf);
  }
}
