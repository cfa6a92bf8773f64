// Hot: `line` runs once a row.
import { latinText } from '../../../record/latin.ts';
import type { Sheaf } from '../../../record/sheaf.ts';
import { Weird } from '../../../record/weird.ts';
import { numberIn, standsAt } from '../../field.ts';
import type { ReaderContext } from '../../input.ts';
import type { Json, JsonObject } from '../../json-value.ts';
import { parseObject, pick } from '../../json.ts';
import { Line, type LineParser, lineInput } from '../../lines.ts';
import { Stamps } from '../../stamp.ts';
import { conn } from './conn.ts';
import { dns } from './dns.ts';
import { http } from './http.ts';
import { type ZeekLog, ZeekRow } from './row.ts';
import { ssh } from './ssh.ts';
import { ssl } from './ssl.ts';

/*
 * Logs of Zeek (docs.zeek.org, "Zeek Logs", and the frameworks `logging/writers/ascii`, `logging/writers/json`).
 *
 *   TSV    head  = "#separator" SP char | "#" name separator value
 *                  name: set_separator, empty_field, unset_field, path, open, close, fields, types
 *          char  = the character, or "\x" 2HEX
 *          row   = field *(separator field), in the order of `#fields`; bytes that would confuse stand as \xHH
 *   JSON   one object a line, fields by name, unset ones left out; `_path` (or `@stream`) where the writer was told to add it
 *   ts     seconds since 1970 with six decimal places; in JSON also milliseconds, or as ISO 8601
 *
 * Heads may come again in mid-file, with other fields.
 */

/** Every log that is read. Add one: one import, one line. */
const LOGS: readonly ZeekLog[] = [conn, http, dns, ssh, ssl];

const HASH = 35;
const TAB = 9;
const OPEN_BRACE = 123;
const NAMES = ['set_separator', 'empty_field', 'unset_field', 'path', 'open', 'close', 'fields', 'types'];
/** Bytes for the fields of one JSON row. */
const SCRATCH = 1 << 20;
const encoder = new TextEncoder();

class Zeek implements LineParser {
  readonly #row = new ZeekRow();
  readonly #stamps: Stamps;
  #separator = TAB;
  #unset = '-';
  #empty = '(empty)';
  #path = '';
  /** a head has been read, or a JSON row of a log: later rows are of Zeek too */
  #known = false;
  #log: ZeekLog | undefined;
  /** column → place in `fields` of the log; −1: not read */
  #places = new Int8Array(0);
  #scratch: Uint8Array | undefined;

  constructor({ dating, input }: ReaderContext) {
    this.#stamps = new Stamps(dating);
    this.#row.input = input;
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    const first = bytes[from];
    if (first === HASH) return this.#head(bytes, from, to);
    if (first === TAB && bytes[from + 1] === HASH) return this.#head(bytes, from + 1, to);
    this.#row.record = record;
    if (first === OPEN_BRACE) return this.#json(bytes, from, to, sheaf);
    if (this.#log === undefined) return this.#known ? Weird['line-of-another-program'] : Line.foreign;
    if (!this.#split(bytes, from, to)) return Weird['line-malformed'];
    return this.#read(this.#log, sheaf);
  }

  #head(bytes: Uint8Array, from: number, to: number): number {
    if (standsAt(bytes, from, to, '#separator ')) {
      this.#separator = separatorOf(latinText(bytes, from + 11, to));
      this.#known = true;
      return Line.used;
    }
    const name = NAMES.find((known) => standsAt(bytes, from + 1, to, known));
    const value = from + 2 + (name?.length ?? 0);
    if (name === undefined || (value <= to && bytes[value - 1] !== this.#separator)) return Line.foreign;
    const text = latinText(bytes, value, to);
    if (name === 'path') this.#path = text;
    else if (name === 'unset_field') this.#unset = text;
    else if (name === 'empty_field') this.#empty = text;
    else if (name === 'fields') this.#columns(text.split(String.fromCharCode(this.#separator)));
    this.#known = true;
    return Line.used;
  }

  #columns(names: readonly string[]): void {
    const log = LOGS.find(({ path }) => isOf(this.#path, path)) ?? (this.#path === '' ? byFields(names) : undefined);
    this.#log = log;
    if (log === undefined) return;
    this.#row.clear();
    const places = names.map((name) => log.fields.indexOf(name));
    for (const place of places) if (place >= 0) this.#row.told[place] = 1;
    // what stands behind the last column that is read is not looked at
    this.#places = Int8Array.from(places.slice(0, places.findLastIndex((place) => place >= 0) + 1));
  }

  /** Finds the fields; false when there are too few. */
  #split(bytes: Uint8Array, start: number, to: number): boolean {
    const places = this.#places;
    const separator = this.#separator;
    const row = this.#row;
    const columns = places.length;
    let at = start;
    row.bytes = bytes;
    for (let column = 0; column < columns; column += 1) {
      if (at > to) return false;
      const from = at;
      while (at < to && bytes[at] !== separator) at += 1;
      const place = places[column];
      if (place >= 0) {
        row.from[place] = from;
        row.to[place] = this.#isNothing(bytes, from, at) ? from : at;
      }
      at += 1;
    }
    return true;
  }

  #isNothing(bytes: Uint8Array, from: number, to: number): boolean {
    if (to - from === this.#unset.length && standsAt(bytes, from, to, this.#unset)) return true;
    return to - from === this.#empty.length && standsAt(bytes, from, to, this.#empty);
  }

  #read(log: ZeekLog, sheaf: Sheaf): number {
    const row = this.#row;
    const time = this.#time(row.bytes, row.from[0], row.to[0]);
    if (!(time > 0)) return Weird['line-time-impossible'];
    row.time = time;
    return log.read(row, sheaf);
  }

  /** µs since 1970; −1: no time. */
  #time(bytes: Uint8Array, from: number, to: number): number {
    const stamps = this.#stamps;
    if (to - from === 13) {
      const milliseconds = numberIn(bytes, from, to);
      if (milliseconds >= 0) return milliseconds * 1000;
    }
    const ends = stamps.epoch(bytes, from);
    if (ends === to || stamps.iso(bytes, from) === to) return stamps.time;
    return -1;
  }

  #json(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf): number {
    const value = parseObject(bytes, from, to);
    if (typeof value === 'number') return this.#known ? value : Line.foreign;
    const isZeek = 'ts' in value && ('_path' in value || fieldOf(value, 'id.orig_h') !== undefined);
    if (!isZeek) return this.#known ? Weird['line-of-another-program'] : Line.foreign;
    this.#known = true;
    const path = value['_path'] ?? value['@stream'];
    const log = LOGS.find((one) =>
      typeof path === 'string' ? isOf(path, one.path) : one.own.some((name) => name in value),
    );
    if (log === undefined) return Weird['line-of-another-program'];
    this.#lay(log, value);
    return this.#read(log, sheaf);
  }

  /** Writes the fields of an object as if they had stood in a line. */
  #lay(log: ZeekLog, value: JsonObject): void {
    this.#scratch ??= new Uint8Array(SCRATCH);
    const scratch = this.#scratch;
    const row = this.#row;
    row.bytes = scratch;
    row.told.fill(1);
    let used = 0;
    for (const [place, name] of log.fields.entries()) {
      const text = asText(fieldOf(value, name));
      row.from[place] = used;
      used += encoder.encodeInto(text, scratch.subarray(used)).written;
      row.to[place] = used;
      // so that a number does not run on into the next
      if (used < scratch.length) scratch[used++] = TAB;
    }
    // a head that comes later lays its own columns
    this.#log = undefined;
  }
}

/** `\x09`, as others write it `\t`, or the character itself. */
function separatorOf(text: string): number {
  if (text.startsWith('\\x')) return Number.parseInt(text.slice(2), 16) & 255;
  return text === '\\t' ? TAB : text.charCodeAt(0);
}

/** A field by its name, also where dots were made underscores or objects. */
function fieldOf(value: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(value, name)) return value[name];
  if (!name.includes('.')) return undefined;
  return pick(value, name.replace('.', '_')) ?? pick(value, ...name.split('.'));
}

function asText(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (typeof value === 'boolean') return value ? 'T' : 'F';
  return Array.isArray(value) ? value.map(asText).join(',') : '';
}

/** Whether a log is one of these: by its own name, or that of those still open (`open_conn`). */
const isOf = (name: string, path: string): boolean => name === path || name === `open_${path}`;

const byFields = (names: readonly string[]): ZeekLog | undefined =>
  LOGS.find(({ own }) => own.some((name) => names.includes(name)));

export const zeek = lineInput({
  name: 'zeek',
  about: 'Logs of Zeek, TSV and JSON: conn, http, dns, ssh, ssl.',
  sample:
    '{"ts":1795303619.403127,"uid":"CHhAvVGS1DHFjwGM9","id.orig_h":"192.0.2.7","id.orig_p":51234,"id.resp_h":"203.0.113.10","id.resp_p":23,"proto":"tcp","conn_state":"S0","history":"S","orig_pkts":1,"resp_pkts":0}',
  parser: (context) => new Zeek(context),
});
