// Hot: `line` runs once a line.
import { CodedError } from '../../config/errors.ts';
import type { Sheaf } from '../../record/sheaf.ts';
import type { ReaderContext, RecordInput } from '../input.ts';
import { Line, type LineParser, lineInput } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import { Entry, Tells, Written } from './entry.ts';
import { Plan } from './plan.ts';
import { type Format, formatOf } from './variables.ts';

/** Reads lines in formats that are told by plans: the first plan that fits a line counts. */
export class Planned implements LineParser {
  readonly #plans: readonly Plan[];
  readonly #formats: readonly Format[];
  readonly #entry: Entry;
  readonly #stamps: Stamps;

  constructor(context: ReaderContext, formats: readonly Format[]) {
    this.#formats = formats;
    this.#plans = formats.map(({ parts, isEscaped }) => new Plan(parts, isEscaped));
    this.#entry = new Entry(context);
    this.#stamps = new Stamps(context.dating);
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    const entry = this.#entry;
    for (let n = 0; n < this.#plans.length; n += 1) {
      if (!this.#plans[n].read(bytes, from, to, entry, this.#stamps)) continue;
      entry.written = this.#formats[n].isEscaped ? Written.escaped : Written.asItIs;
      return entry.append(bytes, sheaf.requests, record);
    }
    return Line.foreign;
  }
}

/** What a format must tell, for anything to be told of who asked for what and when. */
const NEEDED: readonly (readonly [tells: readonly number[], what: string])[] = [
  [[Tells.client], 'the address of the client ($remote_addr, %h)'],
  [[Tells.time], 'the time ($time_local, %t)'],
  [[Tells.request, Tells.target, Tells.path], 'the request ($request, %r)'],
];

/** Takes an operator's format apart. Throws a coded error where it leaves out what is needed. */
export function checkedFormat(text: string): Format {
  const format = formatOf(text);
  const missing = NEEDED.find(([tells]) => !tells.some((what) => format.parts.includes(what)));
  if (missing !== undefined) throw new CodedError('LOG_FORMAT', { format: text, missing: missing[1] });
  return format;
}

/** Lines in the formats that the operator gave. */
export const logFormat: RecordInput = lineInput({
  name: 'log-format',
  about: 'access log in a format that you name: --log-format takes any log_format of Nginx and any LogFormat of Apache',
  sample: '192.0.2.7 www.example.org [2026-11-21T23:27:01+00:00] 404 "GET /admin HTTP/1.1" 0.003',
  parser: (context) => new Planned(context, context.logFormats.map(checkedFormat)),
});
