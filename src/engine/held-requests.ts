import { allocateRequests, keepText, type RequestBatch, requestSchema } from '../record/request.ts';

const TEXTS = ['name', 'site', 'agent', 'referer'] as const;
const COLUMNS = Object.entries(requestSchema) as [keyof typeof requestSchema, readonly [string, number]][];

/** Bytes of one text that are kept. */
const LONGEST = 2048;
/** Room that one request may need. */
const MOST = TEXTS.length * LONGEST;

/** Requests that are held, with their texts, until the ledger can judge them. */
export class HeldRequests {
  readonly #rows: number;
  #batch: RequestBatch | undefined;

  /** @param rows that can be held */
  constructor(rows: number) {
    this.#rows = rows;
  }

  get batch(): RequestBatch {
    this.#batch ??= allocateRequests(this.#rows);
    return this.#batch;
  }

  get count(): number {
    return this.#batch?.count ?? 0;
  }

  /** Nothing is held any more, and the room for it is given back. */
  release(): void {
    this.#batch = undefined;
  }

  /** Copies rows `from` … as long as there is room. @returns the first row that was not taken */
  take(batch: RequestBatch, from: number, to: number): number {
    const held = this.batch;
    let row = from;
    for (; row < to && held.count < held.capacity && held.text.length - held.textUsed >= MOST; row += 1) {
      const place = held.count;
      for (const [column, [, width]] of COLUMNS)
        for (let cell = 0; cell < width; cell += 1)
          held[column][place * width + cell] = batch[column][row * width + cell];
      for (const text of TEXTS) {
        const length = Math.min(batch[`${text}Length`][row], LONGEST);
        held[text][place] = keepText(held, batch.text, batch[text][row], batch[text][row] + length);
        held[`${text}Length`][place] = length;
      }
      held.count = place + 1;
    }
    return row;
  }
}
