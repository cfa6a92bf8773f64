/**
 * Longest increasing subsequence as a test of order. In a random order of k distinct numbers,
 * P(LIS ≥ l) ≤ C(k, l) ÷ l! (the expected number of increasing subsequences of length l; Ulam's problem).
 */

/** Length of the longest strictly increasing subsequence (patience sorting, O(k log k)). */
export function longestIncreasing(values: ArrayLike<number>): number {
  const tails = new Float64Array(values.length);
  let length = 0;
  for (let at = 0; at < values.length; at += 1) {
    const place = countBelow(tails, values[at], length);
    tails[place] = values[at];
    if (place === length) length += 1;
  }
  return length;
}

/** Places of the values of one longest strictly increasing subsequence. */
export function increasingPlaces(values: readonly number[]): number[] {
  /** by length: the least value that such a subsequence ends with, and its place; by place: the one before it */
  const tails = new Float64Array(values.length);
  const ends: number[] = [];
  const before = new Int32Array(values.length).fill(-1);
  for (const [at, value] of values.entries()) {
    const length = countBelow(tails, value, ends.length);
    if (length > 0) before[at] = ends[length - 1];
    tails[length] = value;
    ends[length] = at;
  }
  const places: number[] = [];
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at]) places.push(at);
  return places.reverse();
}

/** log2 of the bound on P(LIS ≥ l) among k numbers in random order; at most 0. */
export function orderLog2P(k: number, l: number): number {
  let log = 0;
  for (let i = 1; i <= l; i += 1) log += Math.log2((k - l + i) / i) - Math.log2(i);
  return Math.min(0, log);
}

/**
 * A p-value made into an e-value, in bits: (1 − p + p ln p) ÷ (p ln² p), the mean of all calibrators κ p^(κ−1) (Vovk,
 * Wang 2021, "E-values: calibration, combination and applications", section 2). It keeps nearly all bits of a small p.
 */
export function evidenceBits(log2P: number): number {
  const nats = -log2P * Math.LN2;
  if (nats < 1e-3) return -1;
  const p = Math.exp(-nats);
  return Math.log2(1 - p - p * nats) - log2P - 2 * Math.log2(nats);
}

/** The numbers without repeats, each where it first stood. */
export const distinct = (values: readonly number[]): number[] => [...new Set(values)];

/** An IPv4 address with its bytes in reverse: the order in which some scanners count. */
export const reversedBytes = (word: number): number =>
  (((word & 0xff) << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24)) >>> 0;

/** How many of the values, of which the first `length` are in ascending order, are less than one. */
export function countBelow(sorted: ArrayLike<number>, value: number, length = sorted.length): number {
  let low = 0;
  for (let high = length; low < high; ) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
