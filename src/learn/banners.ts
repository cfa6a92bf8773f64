import type { AnswerBatch } from '../record/answer.ts';
import { SERVICES, Told } from '../record/answer.ts';
import { TextTable } from '../record/text.ts';
import { hash4 } from '../table/hash.ts';
import { KeyTable } from '../table/keys.ts';

/** How much a kind of text says, by Told: a greeting least, then a version, then who or what it is. */
const WORTH = new Uint8Array(8);
WORTH[Told.banner] = 1;
WORTH[Told.version] = 2;
WORTH[Told.server] = 3;
WORTH[Told.certificateNames] = 3;
WORTH[Told.description] = 3;

/**
 * What targets told sources, by (source, target, port): the first text of the kind that says most. Bounded; when it is
 * full, what is told later is counted and not kept.
 */
export class Banners {
  readonly #keys: KeyTable;
  readonly #text: Uint32Array;
  readonly #service: Uint8Array;
  /** how much the kind of text says that is kept, 0: none is */
  readonly #worth: Uint8Array;
  readonly #texts: TextTable;
  readonly #seed: number;

  constructor(capacity: number, seed: number) {
    this.#keys = new KeyTable(capacity, seed);
    this.#text = new Uint32Array(capacity);
    this.#service = new Uint8Array(capacity);
    this.#worth = new Uint8Array(capacity);
    this.#texts = new TextTable(capacity, capacity * 32, seed);
    this.#seed = seed;
  }

  /** Texts that found no room. */
  get refused(): number {
    return this.#keys.refused;
  }

  observe(batch: AnswerBatch): void {
    const { address, targetPort, protocol, told, service, start, length, text, count } = batch;
    for (let row = 0; row < count; row += 1) {
      const key = this.#row(address, row * 8, address, row * 8 + 4, targetPort[row], protocol[row]);
      if (key < 0 || WORTH[told[row]] <= this.#worth[key]) continue;
      this.#worth[key] = WORTH[told[row]];
      this.#text[key] = this.#texts.intern(text, start[row], length[row]);
      this.#service[key] = service[row];
    }
  }

  /** What one target told one source, or undefined. */
  find(
    source: Uint32Array,
    target: Uint32Array,
    port: number,
    protocol: number,
  ): { service: string; banner: string } | undefined {
    const key = this.#keys.find(...this.#words(source, 0, target, 0, port, protocol));
    return key < 0 ? undefined : { service: SERVICES[this.#service[key]], banner: this.#texts.get(this.#text[key]) };
  }

  #row(source: Uint32Array, at: number, target: Uint32Array, to: number, port: number, protocol: number): number {
    return this.#keys.insert(...this.#words(source, at, target, to, port, protocol));
  }

  #words(
    source: Uint32Array,
    at: number,
    target: Uint32Array,
    to: number,
    port: number,
    protocol: number,
  ): [number, number, number, number] {
    return [
      hash4(this.#seed, source[at], source[at + 1], source[at + 2], source[at + 3]),
      hash4(this.#seed, target[to], target[to + 1], target[to + 2], target[to + 3]),
      (protocol << 16) | port,
      source[at + 3],
    ];
  }
}
