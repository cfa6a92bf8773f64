// Hot: `line` runs once a line.
import type { Sheaf } from '../../record/sheaf.ts';
import type { ReaderContext } from '../input.ts';
import { Line, type LineParser } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import { Entry, Written } from './entry.ts';
import { Plan } from './plan.ts';
import type { Format } from './variables.ts';

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
