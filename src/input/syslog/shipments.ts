import type { Sheaf } from '../../record/sheaf.ts';
import type { Input, ReaderContext } from '../input.ts';
import { isObject, parseObject, pick } from '../json.ts';
import { Line, type LineParser } from '../lines.ts';
import { firstOf, type Path, pathsOf } from '../synonyms.ts';
import { Wanted } from '../wanted.ts';
import { Carried } from './carried.ts';
import { MEMBERS, Moments } from './members.ts';

/*
 * Lines that a shipper or a store of logs keeps in JSON, one object each: line by line, one behind the other, or in the
 * document that an interface answers with. The names of the members are those of `MEMBERS`.
 *
 *   object = the line as a text, beside it time, host and program
 *          | what had been read of the line, as an object of another format
 *          | either of these within one of `WITHIN`, or in an array of them
 */

/** Under which an object holds the one that is meant: Elasticsearch, Splunk, Datadog, Google Cloud, Filebeat, AWS Network Firewall. */
const WITHIN = ['_source', 'result', 'content', 'jsonPayload', 'json', 'event'] as const;

const TEXT = pathsOf(MEMBERS.text);
const TIME = pathsOf(MEMBERS.time);
const HOST = pathsOf(MEMBERS.host);
const PROGRAM = pathsOf(MEMBERS.program);
/** What is in `WITHIN` may be an object of any format, so that it is wanted whole. */
const WANTED = new Wanted([...TEXT, ...TIME, ...HOST, ...PROGRAM, ...WITHIN.map((name) => [name])]);

const decoder = new TextDecoder();

/** Reads objects that hold a line, or are a record. */
export class Shipments implements LineParser {
  readonly #carried: Carried;
  readonly #moments: Moments;

  constructor(context: ReaderContext, inputs: () => readonly Input[]) {
    this.#carried = new Carried(context, inputs);
    this.#moments = new Moments(context.dating);
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    const outer = parseObject(bytes, from, to, WANTED);
    if (typeof outer === 'number') return outer;
    const inner = WITHIN.map((name) => pick(outer, name)).find(isObject);
    const value = inner ?? outer;
    const told = (paths: readonly Path[]): string => firstOf(value, paths) || firstOf(outer, paths);
    const time = this.#moments.of(told(TIME));
    const host = told(HOST);
    const program = told(PROGRAM);
    const text = told(TEXT).trim();
    const carriage = { time, host, program, record };
    const said = text === '' ? Line.foreign : this.#carried.text(text, carriage, sheaf);
    if (said === Line.used) return said;
    // What was read of the line before stands beside it, or instead of it; or the object is a record itself.
    const read = inner === undefined ? said : this.#carried.text(JSON.stringify(inner), carriage, sheaf);
    if (read === Line.used) return read;
    const whole = this.#carried.text(decoder.decode(bytes.subarray(from, to)), carriage, sheaf);
    return whole === Line.used || text === '' ? whole : said;
  }

  end(sheaf: Sheaf): void {
    this.#carried.end(sheaf);
  }
}
