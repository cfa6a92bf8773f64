import { CodedError } from '../config/errors.ts';
import { batchesOf, clearSheaf, copySheaf, type Sheaf, textBytes, turnedSheaf } from '../record/sheaf.ts';
import { Weird, type WeirdCounts } from '../record/weird.ts';
import type { RecordReader } from './input.ts';

/*
 * Stores of logs hand out what is newest first (Kibana, Splunk, CloudWatch Logs Insights, Loki, journalctl -r). Everything
 * here goes by the order of time: such an input is read to its end, and then told from there. Its records keep their
 * numbers.
 */

/** Moments (µs) that lie no further apart are of one second, in which records stand in any order. */
const ONE_SECOND = 1e6;
const AN_HOUR = 3600e6;
/** So many steps back in time at least, and so many times as often as steps forth. */
const LEAST_FALLS = 3;
const FALLS_TO_RISES = 8;
/** Texts of records that are kept until the end is read. */
const MOST_KEPT = 1 << 28;

/** Whether the rows stand newest first. */
function isTurned(sheaf: Sheaf): boolean {
  let falls = 0;
  let rises = 0;
  for (const { time, count } of batchesOf(sheaf))
    for (let row = 1; row < count; row += 1) {
      if (time[row - 1] - time[row] >= ONE_SECOND) falls += 1;
      else if (time[row] - time[row - 1] >= ONE_SECOND) rises += 1;
    }
  return falls >= LEAST_FALLS && falls >= FALLS_TO_RISES * rises;
}

/** Tells the records of a reader in the order of time, also where they stand newest first. */
export class InOrder implements RecordReader {
  readonly #reader: RecordReader;
  readonly #path: string;
  readonly #weird: WeirdCounts;
  /** what was read of an input that stands newest first, the oldest last */
  readonly #kept: Sheaf[] = [];
  #isKnown = false;
  /** of the last request, µs since 1970 */
  #time = 0;

  constructor(reader: RecordReader, path: string, weird: WeirdCounts) {
    this.#reader = reader;
    this.#path = path;
    this.#weird = weird;
  }

  get records(): number {
    return this.#reader.records;
  }

  async fill(sheaf: Sheaf): Promise<boolean> {
    if (!this.#isKnown) {
      const more = await this.#reader.fill(sheaf);
      this.#isKnown = batchesOf(sheaf).some(({ count }) => count > 0);
      if (!this.#isKnown || !isTurned(sheaf)) return more && this.#passed(sheaf);
      await this.#keepAll(sheaf);
    }
    const oldest = this.#kept.pop();
    if (oldest === undefined) return (await this.#reader.fill(sheaf)) && this.#passed(sheaf);
    clearSheaf(sheaf);
    sheaf.requests.text = oldest.requests.text;
    copySheaf(sheaf, oldest);
    return true;
  }

  close(): void {
    this.#reader.close();
  }

  /** Notes where time goes back by far more than a request lasts: files that were put one behind the other, perhaps. */
  #passed({ requests: { time, record, count } }: Sheaf): true {
    for (let row = 0; row < count; row += 1) {
      if (this.#time - time[row] >= AN_HOUR) this.#weird.count(Weird['record-time-goes-back'], record[row]);
      this.#time = time[row];
    }
    return true;
  }

  async #keepAll(sheaf: Sheaf): Promise<void> {
    let bytes = 0;
    do {
      bytes += textBytes(sheaf);
      if (bytes > MOST_KEPT) throw new CodedError('INPUT_NEWEST_FIRST', { path: this.#path });
      this.#kept.push(turnedSheaf(sheaf));
    } while (await this.#reader.fill(sheaf));
    this.#weird.count(Weird['record-newest-first'], 1);
    this.#weird.counts[Weird['record-newest-first']] = this.records;
  }
}
