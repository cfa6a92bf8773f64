import { fstatSync, read } from 'node:fs';
import { promisify } from 'node:util';
import { CodedError } from '../../config/errors.ts';
import type { ByteSource } from '../input.ts';

const STDIN = 0;
/** How long to wait when a pipe that does not block has nothing to give. */
const RETRY_MS = 5;
const readAsync = promisify(read);

/** Standard input. Waiting for a slow writer does not hold up the thread. */
class StdinSource implements ByteSource {
  readonly name = '-';
  readonly size: number | undefined;
  readonly trouble = undefined;
  consumed = 0;
  #closed = false;

  constructor(size: number | undefined) {
    this.size = size;
  }

  async read(into: Uint8Array): Promise<number> {
    while (!this.#closed) {
      try {
        const { bytesRead } = await readAsync(STDIN, into, 0, into.length, null);
        this.consumed += bytesRead;
        return bytesRead;
      } catch (error) {
        await this.#excuse(error);
      }
    }
    return 0;
  }

  close(): void {
    this.#closed = true;
  }

  /** A pipe that has nothing yet is asked again; one whose writer is gone has ended; anything else is an error. */
  async #excuse(error: unknown): Promise<void> {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN') await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    else if (code === 'EOF') this.#closed = true;
    else throw new CodedError('INPUT_READ', { path: 'standard input', reason: code ?? String(error) }, error);
  }
}

/** Opens standard input. */
export function openStdin(): ByteSource {
  const stat = fstatSync(STDIN);
  return new StdinSource(stat.isFile() ? stat.size : undefined);
}
