// Hot: called for every row.

/**
 * One word into a running hash: the finalizer of MurmurHash3 (A. Appleby, public domain), a bijection of
 * the word for a given seed in which every bit of the input reaches every bit of the output.
 *
 * @returns u32
 */
export function mix(seed: number, a: number): number {
  return mixSigned(seed, a) >>> 0;
}

/** Hash of four words, u32. The order of the words matters. */
export function hash4(seed: number, a: number, b: number, c: number, d: number): number {
  return hash4Signed(seed, a, b, c, d) >>> 0;
}

/**
 * The same bits as `mix`, as i32: for loops too large for the compiler to inline the call, where a u32 of 2^31 or more
 * would be returned as an object on the heap.
 */
export function mixSigned(seed: number, a: number): number {
  let h = seed ^ a;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** The same bits as `hash4`, as i32. */
export function hash4Signed(seed: number, a: number, b: number, c: number, d: number): number {
  return mixSigned(mixSigned(mixSigned(mixSigned(seed, a), b), c), d);
}
