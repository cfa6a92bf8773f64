import { VERBS } from '../../record/request.ts';
import { addressInto } from '../field.ts';
import { Stamps } from '../stamp.ts';
import { trialContext } from '../trial.ts';
import { Tells } from './entry.ts';
import { clientInto } from './forwarded.ts';
import { timeAt } from './moment.ts';
import type { Format, Part } from './plan.ts';

/**
 * The columns of an access log that nobody named, told from its lines. Fields stand between tabs, bars, semicolons,
 * commas or blanks, in quotes, in brackets, or as they are, filled up with blanks or not; what stands between them is the
 * same in every line that counts. A column is what nearly all of its values can be: a moment, an address, a request line, a status.
 */

/**
 * The share of lines that must have the same text between the same number of fields. Of fewer than `FEW` all must, and
 * nothing may be left to choose: which of two addresses is the client's, or of two numbers the status, it takes more to see.
 */
const FEW = 5;
const ALIKE = 0.8;
const NEARLY_ALL = 0.9;
const SEPARATORS = ['\t', '|', ';', ',', ' '] as const;
const LEAST_FIELDS = 4;
/** Fields that are looked at; what is behind them is one. */
const MOST_FIELDS = 64;
/** Moments are taken for one from 2000 to 2100 only: any number is a moment otherwise. */
const EARLIEST = 946_684_800e6;
const LATEST = 4_102_444_800e6;

/** A field of a line: its text, and what stands before it. */
interface Field {
  readonly before: string;
  readonly text: string;
}

const encoder = new TextEncoder();
const stamps = new Stamps(trialContext().dating);
const words = new Uint32Array(4);

const bytesOf = (text: string): Uint8Array => encoder.encode(`${text}\n`);

/** Characters of the moment that a text begins with; 0: it begins with none. */
function momentIn(text: string): number {
  if (!/^\d{4}[-/]|^\d{1,2}\/|^\d{9}|^[A-Z][a-z]{2} /.test(text)) return 0;
  const end = timeAt(stamps, bytesOf(text), 0);
  return end > 0 && stamps.time >= EARLIEST && stamps.time < LATEST ? end : 0;
}

/** Characters that a field takes at the start of a text, and where the text in it begins and ends. */
function extent(text: string, separator: string, isPadded: boolean): readonly [from: number, to: number, all: number] {
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(text) ?? /^\[([^\]]{0,64})\]/.exec(text);
  if (quoted) return [1, quoted[0].length - 1, quoted[0].length];
  const moment = momentIn(text);
  if (moment > 0 && (moment === text.length || text[moment] === separator || (isPadded && text[moment] === ' ')))
    return [0, moment, moment];
  const place = text.indexOf(separator);
  const end = place < 0 ? text.length : place;
  return isPadded ? [0, text.slice(0, end).trimEnd().length, end] : [0, end, end];
}

/**
 * Takes a line apart; the last field is what stands behind all others.
 *
 * @param isPadded blanks at the ends of a field are none of it, and any number of them is as good as one
 */
function fieldsOf(line: string, separator: string, isPadded: boolean): Field[] {
  const fields: Field[] = [];
  const blanks = (at: number): number => (/^ */.exec(line.slice(at))?.[0] ?? '').length;
  let before = '';
  let at = isPadded ? blanks(0) : 0;
  while (at < line.length && fields.length < MOST_FIELDS) {
    const [from, to, all] = extent(line.slice(at), separator, isPadded);
    fields.push({ before: before + line.slice(at, at + from), text: line.slice(at + from, at + to) });
    before = isPadded ? line.slice(at + to, at + all).trim() : line.slice(at + to, at + all);
    at += all;
    if (isPadded && separator !== ' ') at += blanks(at);
    const gap = separator === ' ' ? blanks(at) : line.startsWith(separator, at) ? 1 : 0;
    if (at < line.length && gap === 0) return [];
    before += isPadded ? line.slice(at, at + Math.min(1, gap)) : line.slice(at, at + gap);
    at += gap;
    if (isPadded) at += blanks(at);
  }
  return [...fields, { before, text: line.slice(at) }];
}

/** The lines of which most have so many fields alike, as many fields as can be. */
function alike(lines: readonly (readonly Field[])[], share: number): readonly (readonly Field[])[] {
  const longest = Math.max(0, ...lines.map(({ length }) => length));
  for (let count = longest; count >= LEAST_FIELDS; count -= 1) {
    const groups = new Map<string, (readonly Field[])[]>();
    for (const fields of lines) {
      if (fields.length < count) continue;
      const kept = fields.slice(0, count);
      const key = kept.map(({ before }) => before).join('\0');
      groups.set(key, [...(groups.get(key) ?? []), kept]);
    }
    const most = [...groups.values()].sort((a, b) => b.length - a.length)[0];
    if (most !== undefined && most.length >= share * lines.length) return most;
  }
  return [];
}

const isAddress = (text: string): boolean => {
  const bytes = bytesOf(text);
  return addressInto(bytes, 0, bytes.length - 1, words, 0) || clientInto(bytes, 0, bytes.length - 1, words, 0);
};
const isMoment = (text: string): boolean => momentIn(text) === text.length && text !== '';
const isDate = (text: string): boolean => /^\d{4}([-/])\d\d\1\d\d$|^\d\d\/[A-Z][a-z]{2}\/\d{4}$/.test(text);
const isClock = (text: string): boolean => /^\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/.test(text);
const isRequest = (text: string): boolean => /^[A-Z]{3,16} \S.* HTTP\/\d/.test(text);
const isBareRequest = (text: string): boolean => /^[A-Z]{3,16} \/\S*$/.test(text);
const isUrlRequest = (text: string): boolean => /^[A-Z]{3,16} https?:\/\/\S+ HTTP\/\d/.test(text);
const isVerb = (text: string): boolean =>
  text !== '' && text !== 'other' && (VERBS as readonly string[]).includes(text);
const isTarget = (text: string): boolean => /^\/\S*$/.test(text);
const isUrl = (text: string): boolean => /^https?:\/\/\S+$/.test(text);
const isStatus = (text: string): boolean => /^[1-5]\d\d$/.test(text);
const isNumber = (text: string): boolean => /^\d{1,12}$/.test(text);
const isScheme = (text: string): boolean => text === 'http' || text === 'https';
const isHost = (text: string): boolean =>
  /^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.[a-z][a-z0-9-]*(:\d+)?$/i.test(text) && !isAddress(text);
const isAgent = (text: string): boolean =>
  /Mozilla\/|^[\w.-]+\/\d|bot\b/i.test(text) && !/^https?:|^HTTP\/|^TLS/.test(text);

/** The columns of alike lines, each asked what its values are. Each column is taken once. */
class Columns {
  readonly #columns: readonly (readonly string[])[];
  readonly #quoted: readonly boolean[];
  readonly tells: number[];

  constructor(lines: readonly (readonly Field[])[]) {
    const [first] = lines;
    this.#columns = first.map((_, at) => lines.map((fields) => fields[at].text));
    this.#quoted = first.map(({ before }) => before.endsWith('"'));
    this.tells = first.map(() => Tells.nothing);
  }

  /** The free columns whose values are such, but for those that are not told. */
  all(is: (text: string) => boolean, share: number = NEARLY_ALL): number[] {
    return this.#columns.flatMap((values, at) => {
      const told = values.filter((text) => text !== '-' && text !== '');
      const such = told.filter(is).length;
      return this.tells[at] === Tells.nothing && such > 0 && such >= share * told.length ? [at] : [];
    });
  }

  /** Takes the first such column at or behind a place, or else the first at all; returns it, −1: there is none. */
  take(tells: number, is: (text: string) => boolean, behind = 0, share: number = NEARLY_ALL): number {
    const such = this.all(is, share);
    const at = such.find((place) => place >= behind) ?? such[0] ?? -1;
    if (at >= 0) this.tells[at] = tells;
    return at;
  }

  /**
   * Takes the client's address and the server's. Servers write headers in quotes, and X-Forwarded-For is one: it is the
   * client only where there is no other. An address that is always the same, where another is not, is the server's.
   */
  takeClient(): boolean {
    const such = this.all(isAddress);
    const plain = such.filter((at) => !this.#quoted[at]);
    const [first, ...others] = plain.length > 0 ? plain : such;
    if (first === undefined) return false;
    const other = this.#variety(first) > 1 ? undefined : others.find((at) => this.#variety(at) > 1);
    this.tells[other ?? first] = Tells.client;
    if (other !== undefined) this.tells[first] = Tells.address;
    const header = plain.length > 0 ? such.find((at) => this.#quoted[at]) : undefined;
    if (header !== undefined) this.tells[header] = Tells.forwarded;
    return true;
  }

  #variety(at: number): number {
    return new Set(this.#columns[at]).size;
  }
}

/** A moment in one column, or a date and a clock. */
const dated = (columns: Columns): boolean =>
  columns.take(Tells.time, isMoment) >= 0 ||
  (columns.take(Tells.date, isDate) >= 0 && columns.take(Tells.clock, isClock) >= 0);

/** Tells the columns; whether who, when, what and how it was answered are among them. */
function told(columns: Columns, isFew: boolean): boolean {
  if (!dated(columns)) return false;
  let asked = columns.take(Tells.urlRequest, isUrlRequest);
  if (asked < 0) asked = columns.take(Tells.request, isRequest, 0, ALIKE);
  if (asked < 0) asked = columns.take(BARE, isBareRequest);
  if (asked < 0) {
    if (columns.take(Tells.verb, isVerb) < 0) return false;
    asked = columns.take(Tells.target, isTarget);
    if (asked < 0) asked = columns.take(Tells.url, isUrl);
  }
  if (asked < 0 || (isFew && (columns.all(isAddress).length > 1 || columns.all(isStatus).length > 1))) return false;
  if (!columns.takeClient()) return false;
  const status = columns.take(Tells.status, isStatus, asked);
  if (status < 0) return false;
  const numbers = columns.all(isNumber);
  if (numbers.includes(status + 1)) columns.tells[status + 1] = Tells.bytes;
  else if (numbers.includes(status - 1)) columns.tells[status - 1] = Tells.bytes;
  columns.take(Tells.agent, isAgent, 0, 0.5);
  columns.take(Tells.referer, isUrl);
  columns.take(Tells.host, isHost);
  columns.take(Tells.scheme, isScheme);
  return true;
}

/** The plan of the fields. What is behind the last one that tells something is let be. */
function partsOf(fields: readonly Field[], tells: readonly number[]): Part[] {
  const parts: Part[] = [];
  const last = fields.length - 1;
  for (const [at, { before }] of fields.entries()) {
    if (before !== '') parts.push(before);
    if (tells[at] === BARE) parts.push(Tells.verb, ' ', Tells.target);
    // a user agent that nothing encloses holds blanks, and stands at the end then
    else if (tells[at] === Tells.agent && before.endsWith(' ') && !tells.some((what, place) => place > at && what > 0))
      return [...parts, Tells.agent];
    else if (at < last || fields[at].text !== '') parts.push(at < last ? tells[at] : Tells.nothing);
  }
  return parts;
}

/** A verb and a target in one field. */
const BARE = 100;

/** The format of these lines; nothing where too few agree, or too little is told. */
export function guessed(lines: readonly string[]): Format | undefined {
  const isFew = lines.length < FEW;
  for (const isPadded of [false, true])
    for (const separator of SEPARATORS) {
      const same = alike(
        lines.map((line) => fieldsOf(line, separator, isPadded)),
        isFew ? 1 : ALIKE,
      );
      if (same.length === 0 || (!isFew && same.length < FEW)) continue;
      const columns = new Columns(same);
      if (told(columns, isFew)) return { parts: partsOf(same[0], columns.tells), isEscaped: true, isPadded };
    }
  return undefined;
}
