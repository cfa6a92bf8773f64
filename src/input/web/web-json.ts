import type { RequestBatch } from '../../record/request.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import { Weird } from '../../record/weird.ts';
import type { Input, ReaderContext } from '../input.ts';
import type { Json, JsonObject } from '../json-value.ts';
import { isObject, jsonLinesInput, type JsonParser } from '../json.ts';
import { Line } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import { keepString } from '../texts.ts';
import { Entry, Tells, Written } from './entry.ts';
import { JSON_FORMATS, type WebJson } from './json-formats.ts';
import { timeAt } from './moment.ts';

/** A kind of field, and where it may stand. */
interface Place {
  readonly tells: number;
  readonly paths: readonly (readonly string[])[];
}

const scratch = new Uint8Array(64);

/** Reads the objects of one format. */
class WebObjects implements JsonParser {
  readonly #places: readonly Place[];
  readonly #entry: Entry;
  readonly #stamps: Stamps;

  constructor(format: WebJson, context: ReaderContext) {
    this.#places = placesOf(format);
    this.#entry = new Entry(context);
    this.#entry.written = Written[format.written ?? 'asItIs'];
    this.#stamps = new Stamps(context.dating);
  }

  object(value: JsonObject, sheaf: Sheaf, record: number): number {
    const entry = this.#entry;
    const { requests: batch } = sheaf;
    const used = batch.textUsed;
    entry.clear();
    for (const { tells, paths } of this.#places) this.#take(value, tells, paths, batch);
    const isRequest = [Tells.request, Tells.target, Tells.path, Tells.url].some((what) => entry.to[what] >= 0);
    if (entry.to[Tells.client] < 0 || !isRequest) {
      batch.textUsed = used;
      return Weird['line-not-about-network'];
    }
    const hasQuery = entry.to[Tells.query] > entry.from[Tells.query];
    if (hasQuery && entry.to[Tells.request] < 0) queryApart(entry, batch);
    return entry.append(batch.text, batch, record);
  }

  #take(value: JsonObject, tells: number, paths: Place['paths'], batch: RequestBatch): void {
    for (const path of paths) {
      const text = textOf(valueAt(value, path));
      if (text === undefined || text === '') continue;
      if (tells === Tells.time) {
        this.#time(text);
        if (this.#entry.time < 0) continue;
        return;
      }
      const from = keepString(batch, text);
      this.#entry.set(tells, from, batch.textUsed);
      return;
    }
    // an agent that stands there and is empty was sent so
    if ((tells === Tells.agent || tells === Tells.referer) && paths.some((path) => valueAt(value, path) !== undefined))
      this.#entry.set(tells, batch.textUsed, batch.textUsed);
  }

  #time(text: string): void {
    scratch.fill(0);
    const length = Math.min(text.length, scratch.length - 8);
    for (let n = 0; n < length; n += 1) scratch[n] = text.charCodeAt(n);
    const isClipped = length < text.length;
    const end = isClipped ? -1 : timeAt(this.#stamps, scratch, 0);
    this.#entry.time = end < 0 ? -1 : this.#stamps.time;
  }
}

/** A target without its query, which is told beside it, is a path. */
function queryApart(entry: Entry, batch: RequestBatch): void {
  const from = entry.from[Tells.target];
  const to = entry.to[Tells.target];
  if (to < 0 || batch.text.subarray(from, to).includes(63)) return;
  entry.set(Tells.path, from, to);
  entry.to[Tells.target] = -1;
}

/** What stands under own keys; a path may also be one key with dots in it. */
function valueAt(value: JsonObject, path: readonly string[]): Json | undefined {
  let at: Json = value;
  for (const key of path) {
    if (!isObject(at) || !Object.hasOwn(at, key)) return path.length > 1 ? ownOf(value, path.join('.')) : undefined;
    at = at[key];
  }
  return at;
}

const ownOf = (value: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(value, key) ? value[key] : undefined;

/** A text or number; of several values of a header all, as HTTP joins them. */
function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return Array.isArray(value) ? value.filter((part) => typeof part === 'string').join(', ') : undefined;
}

const placesOf = ({ told }: WebJson): Place[] =>
  Object.entries(told).map(([name, keys]) => ({
    tells: Tells[name as keyof typeof Tells],
    paths: keys.map((key) => key.split('.')),
  }));

/** Inputs of access logs in JSON, the more special ones first. */
export const webJson: readonly Input[] = JSON_FORMATS.map((format) => {
  const { name, about, sample } = format;
  return jsonLinesInput({ name, about, sample, parser: (context) => new WebObjects(format, context) });
});

/** Reads an object in any of these formats, for lines within other logs. */
export class AnyWebJson implements JsonParser {
  readonly #all: readonly WebObjects[];

  constructor(context: ReaderContext) {
    this.#all = JSON_FORMATS.map((format) => new WebObjects(format, context));
  }

  object(value: JsonObject, sheaf: Sheaf, record: number): number {
    for (const one of this.#all) if (one.object(value, sheaf, record) === Line.used) return Line.used;
    return Line.foreign;
  }
}
