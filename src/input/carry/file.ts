import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { CodedError, closest } from '../../config/errors.ts';
import type { ByteSource } from '../input.ts';

/** A file, read straight into the caller's block. */
export class FileSource implements ByteSource {
  readonly name: string;
  readonly size: number | undefined;
  readonly trouble = undefined;
  consumed = 0;
  #descriptor: number;

  constructor(path: string, descriptor: number, size: number | undefined) {
    this.name = path;
    this.size = size;
    this.#descriptor = descriptor;
  }

  read(into: Uint8Array): number {
    if (this.#descriptor < 0) return 0;
    try {
      const bytes = readSync(this.#descriptor, into, 0, into.length, null);
      this.consumed += bytes;
      return bytes;
    } catch (error) {
      throw new CodedError('INPUT_READ', { path: this.name, reason: reasonOf(error) }, error);
    }
  }

  close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EISDIR: 'it is a folder',
  ELOOP: 'its links go in a circle',
  EMFILE: 'too many files are open',
  EIO: 'the disk reports an error',
};

/** What the system's error means, in words. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return REASONS[code] ?? (code === '' ? String(error) : code);
}

/** The error for a path that could not be opened, with the name in its folder that was probably meant. */
export function openError(path: string, error: unknown): CodedError {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOENT' && code !== 'ENOTDIR')
    return new CodedError('INPUT_UNREADABLE', { path, reason: reasonOf(error) }, error);
  return new CodedError('INPUT_MISSING', { path, closest: nameMeant(path) }, error);
}

function nameMeant(path: string): string | undefined {
  try {
    return closest(basename(path), readdirSync(dirname(path)));
  } catch {
    return undefined;
  }
}

/** Opens a file, a named pipe or a device. */
export function openFile(path: string): ByteSource {
  try {
    const descriptor = openSync(path, 'r');
    const stat = fstatSync(descriptor);
    return new FileSource(path, descriptor, stat.isFile() ? stat.size : undefined);
  } catch (error) {
    throw openError(path, error);
  }
}
