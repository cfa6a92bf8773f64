import { fstatSync } from 'node:fs';
import { CodedError } from '../../config/errors.ts';
import type { ByteSource } from '../input.ts';
import { FileSource, reasonOf } from './file.ts';

const STDIN = 0;
const NOTHING = new Uint8Array(0);

/** A pipe, socket or terminal on standard input. Waiting for a slow writer holds up neither the thread nor the exit. */
class PipeSource implements ByteSource {
  readonly name = '-';
  readonly size = undefined;
  readonly trouble = undefined;
  consumed = 0;
  readonly #stream = process.stdin;
  /** bytes that came and have not been taken: #come[#taken …) */
  #come: Uint8Array = NOTHING;
  #taken = 0;
  #over = false;
  #error: unknown;
  #wake = (): void => {};

  constructor() {
    this.#stream.on('readable', () => this.#wake());
    this.#stream.on('end', () => this.#finish());
    this.#stream.on('close', () => this.#finish());
    this.#stream.on('error', (error) => {
      this.#error = error;
      this.#finish();
    });
  }

  read(into: Uint8Array): number | Promise<number> {
    return this.#pull() ? this.#give(into) : this.#wait(into);
  }

  close(): void {
    this.#stream.destroy();
    this.#come = NOTHING;
    this.#taken = 0;
    this.#finish();
  }

  async #wait(into: Uint8Array): Promise<number> {
    while (!this.#pull()) {
      if (this.#error !== undefined)
        throw new CodedError('INPUT_READ', { path: 'standard input', reason: reasonOf(this.#error) }, this.#error);
      if (this.#over) return 0;
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
    return this.#give(into);
  }

  #pull(): boolean {
    if (this.#taken < this.#come.length) return true;
    this.#come = (this.#stream.read() as Uint8Array | null) ?? NOTHING;
    this.#taken = 0;
    return this.#come.length > 0;
  }

  #give(into: Uint8Array): number {
    const bytes = Math.min(into.length, this.#come.length - this.#taken);
    into.set(this.#come.subarray(this.#taken, this.#taken + bytes));
    this.#taken += bytes;
    this.consumed += bytes;
    return bytes;
  }

  #finish(): void {
    this.#over = true;
    this.#wake();
  }
}

/** Opens standard input. */
export function openStdin(): ByteSource {
  const stat = fstatSync(STDIN);
  return stat.isFile() ? new FileSource('-', STDIN, stat.size) : new PipeSource();
}
