import type { RecordReader } from '../../input/input.ts';
import { allocateSheaf, type Sheaf } from '../../record/sheaf.ts';

/** Where the sheaves of an open log come from: its reader, or a thread that reads beside us. */
export interface Sheaves {
  /** records read so far */
  readonly records: number;
  /** The next sheaf, which is the caller's until the next call; undefined: no more. */
  next(): Promise<Sheaf | undefined>;
  close(): Promise<void>;
}

/** Read when they are asked for. */
export class OwnSheaves implements Sheaves {
  readonly #reader: RecordReader;
  readonly #sheaf = allocateSheaf();

  constructor(reader: RecordReader) {
    this.#reader = reader;
  }

  get records(): number {
    return this.#reader.records;
  }

  async next(): Promise<Sheaf | undefined> {
    return (await this.#reader.fill(this.#sheaf)) ? this.#sheaf : undefined;
  }

  async close(): Promise<void> {
    this.#reader.close();
  }
}
