import { latinBytes } from './latin.ts';

// Hot: inlined where bytes are hashed.

/** FNV-1a, 32 bits (Fowler, Noll, Vo; draft-eastlake-fnv): start with `FNV_START`, then `blend` in byte after byte. Signed. */
export const FNV_START = 0x811c9dc5 | 0;

export const blend = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193);

/** Hash of bytes[from … to). */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = FNV_START;
  for (let at = from; at < to; at += 1) hash = blend(hash, bytes[at]);
  return hash;
}

/** Hash of the letters of a Latin-1 text; for constants. */
export function hashLetters(text: string): number {
  const bytes = latinBytes(text);
  return hashBytes(bytes, 0, bytes.length);
}
