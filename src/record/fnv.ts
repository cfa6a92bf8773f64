// Hot: inlined where bytes are hashed.

/** FNV-1a, 32 bits (Fowler, Noll, Vo; draft-eastlake-fnv): start with `FNV_START`, then `blend` in byte after byte. Signed. */
export const FNV_START = 0x811c9dc5 | 0;

export const blend = (hash: number, byte: number): number => Math.imul(hash ^ byte, 0x01000193);
