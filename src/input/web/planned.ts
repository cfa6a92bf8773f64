// Hot: `line` runs once a line.
import type { Sheaf } from '../../record/sheaf.ts';
import type { ReaderContext } from '../input.ts';
import { Line, type LineParser } from '../lines.ts';
import { Stamps } from '../stamp.ts';
import { Entry, Tells, Written } from './entry.ts';
import { Pieces } from './moment.ts';
import { type Format, Plan } from './plan.ts';

/** Reads lines in formats that are told by plans: the first plan that fits a line counts. */
export class Planned implements LineParser {
  readonly #plans: readonly Plan[];
  readonly #formats: readonly Format[];
  readonly #entry: Entry;
  readonly #stamps: Stamps;
  readonly #pieces = new Pieces();

  constructor(context: ReaderContext, formats: readonly Format[]) {
    this.#formats = formats;
    this.#plans = formats.map((format) => new Plan(format));
    this.#entry = new Entry(context);
    this.#stamps = new Stamps(context.dating);
  }

  line(bytes: Uint8Array, from: number, to: number, sheaf: Sheaf, record: number): number {
    const entry = this.#entry;
    for (let n = 0; n < this.#plans.length; n += 1) {
      if (!this.#plans[n].read(bytes, from, to, entry, this.#stamps)) continue;
      if (entry.time < 0) this.#joinTime(bytes, entry);
      entry.written = this.#formats[n].isEscaped ? Written.escaped : Written.asItIs;
      return entry.append(bytes, sheaf.requests, record);
    }
    return Line.foreign;
  }

  #joinTime(bytes: Uint8Array, entry: Entry): void {
    const { from, to } = entry;
    if (to[Tells.date] < 0 || to[Tells.clock] < 0) return;
    const stamps = this.#stamps;
    if (this.#pieces.join(stamps, bytes, from[Tells.date], to[Tells.date], from[Tells.clock], to[Tells.clock]))
      entry.time = stamps.time;
  }
}
