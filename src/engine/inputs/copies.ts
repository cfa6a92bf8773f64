import { createHash } from 'node:crypto';
import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { isRegular } from '../../input/carry/folder.ts';

/** Bytes at both ends of a file that are looked at first. */
const END_BYTES = 1 << 16;
/** Bytes that are compared at once. */
const CHUNK_BYTES = 1 << 20;

/** Those paths whose file holds the very bytes of one before it. Pipes are not looked into. */
export function copiesOf(paths: readonly string[]): ReadonlySet<string> {
  const sizes = new Map<number, string[]>();
  for (const path of paths) {
    const size = sizeOf(path);
    if (size !== undefined) sizes.set(size, [...(sizes.get(size) ?? []), path]);
  }
  const copies = new Set<string>();
  for (const [size, same] of sizes) if (same.length > 1) addCopies(same, size, copies);
  return copies;
}

/** Nothing for what is no plain file, or cannot be read: opening it says so. */
function sizeOf(path: string): number | undefined {
  if (!isRegular(path)) return undefined;
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).size;
  } catch {
    return undefined;
  }
}

/** Of files of one size. */
function addCopies(paths: readonly string[], size: number, copies: Set<string>): void {
  const originals = new Map<string, string[]>();
  for (const path of paths) {
    const ends = endsOf(path, size);
    const alike = originals.get(ends) ?? [];
    if (alike.some((original) => sameBytes(original, path))) copies.add(path);
    else originals.set(ends, [...alike, path]);
  }
}

function endsOf(path: string, size: number): string {
  const hash = createHash('sha256');
  const bytes = new Uint8Array(Math.min(END_BYTES, size));
  reading(path, (file) => {
    for (const at of [0, size - bytes.length])
      hash.update(bytes.subarray(0, readSync(file, bytes, 0, bytes.length, at)));
  });
  return hash.digest('hex');
}

function sameBytes(one: string, other: string): boolean {
  const a = Buffer.alloc(CHUNK_BYTES);
  const b = Buffer.alloc(CHUNK_BYTES);
  return reading(one, (fileA) =>
    reading(other, (fileB) => {
      for (;;) {
        const read = readSync(fileA, a, 0, CHUNK_BYTES, null);
        if (read !== readSync(fileB, b, 0, CHUNK_BYTES, null)) return false;
        if (read === 0) return true;
        if (a.compare(b, 0, read, 0, read) !== 0) return false;
      }
    }),
  );
}

function reading<T>(path: string, use: (file: number) => T): T {
  const file = openSync(path, 'r');
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}
