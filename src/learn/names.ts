import { latinText } from '../record/latin.ts';
import type { RequestBatch } from '../record/request.ts';
import { hashWords } from '../table/hash.ts';
import { KeyTable } from '../table/keys.ts';
import { NOTHING, type Seen, Times } from './seen.ts';
import type { Use } from './uses.ts';

// Hot: `row` runs for every request that was answered.

export const NAME_ROWS = 1 << 14;
/** Bytes of a name that are kept: as many as a finding shows. */
const LONGEST = 200;

/** Names that are there: paths, hosts, users, DNS names, with the answer that each gave last. */
export class Names {
  /** (asked and port, site, two hashes of the name) */
  readonly #keys: KeyTable;
  readonly #times = new Times(NAME_ROWS);
  readonly #server = new Uint32Array(4 * NAME_ROWS);
  readonly #status = new Uint16Array(NAME_ROWS);
  readonly #bytes = new Uint32Array(NAME_ROWS);
  readonly #siteText: string[] = [];
  readonly #nameText: string[] = [];

  constructor(seed: number) {
    this.#keys = new KeyTable(NAME_ROWS, seed ^ 0x1f83d9ab);
  }

  /** Answers that found no room. */
  get refused(): number {
    return this.#keys.refused;
  }

  /** Row of the name of a request that has been digested; −1: no room. */
  row(batch: RequestBatch, row: number): number {
    const { address, asked, port, text, name, nameLength, site, siteLength, status, bytes, time } = batch;
    const at = row * 8 + 4;
    const where = batch.siteHash[row] ^ hashWords(0, address, at);
    const { size } = this.#keys;
    const place = this.#keys.insert((port[row] << 4) | asked[row], where, batch.nameHash[row], batch.nameMix[row]);
    if (place < 0) return -1;
    const isNew = this.#keys.size > size;
    this.#times.note(place, time, row, isNew);
    this.#status[place] = status[row];
    this.#bytes[place] = bytes[row];
    if (!isNew) return place;
    for (let word = 0; word < 4; word += 1) this.#server[4 * place + word] = address[at + word];
    this.#siteText[place] = shownOf(text, site[row], siteLength[row]);
    this.#nameText[place] = shownOf(text, name[row], nameLength[row]);
    return place;
  }

  /** @param useOf by row */
  seen(useOf: (row: number) => Use | undefined): Seen[] {
    return Array.from({ length: this.#keys.extent }, (_, row) => {
      const [kind] = this.#keys.keys.subarray(4 * row, 4 * row + 1);
      return {
        ...NOTHING,
        kind: 'name',
        address: this.#server.slice(4 * row, 4 * row + 4),
        port: kind >>> 4,
        asked: kind & 15,
        state: 'open',
        site: this.#siteText[row],
        name: this.#nameText[row],
        status: this.#status[row],
        bytes: this.#bytes[row],
        use: useOf(row),
        ...this.#times.of(row),
      };
    });
  }
}

const shownOf = (bytes: Uint8Array, from: number, length: number): string =>
  latinText(bytes, from, from + Math.min(length, LONGEST));
