import type { ReaderContext } from '../input.ts';
import { Stamps } from '../stamp.ts';

const encoder = new TextEncoder();

/** Reads times that stand in strings. */
export class Times {
  readonly #stamps: Stamps;
  readonly #stamp = new Uint8Array(48);

  constructor({ dating }: Pick<ReaderContext, 'dating'>) {
    this.#stamps = new Stamps(dating);
  }

  /** µs since 1970 of an RFC 3339 stamp; 0: it is none. */
  iso(text: string): number {
    this.#stamp.fill(0);
    encoder.encodeInto(text, this.#stamp);
    return this.#stamps.iso(this.#stamp, 0) < 0 ? 0 : this.#stamps.time;
  }
}

/** The latest time, in µs, that is believed: the end of 9999. */
const LATEST = 253_402_300_800e6;

/** µs since 1970 of so many units since then; 0: impossible. */
export const since = (value: number, perSecond: number): number => {
  const time = Math.round((value / perSecond) * 1e6);
  return time > 0 && time < LATEST ? time : 0;
};
