/**
 * Many findings at once: e-BH (Wang, Ramdas 2022, "False discovery rate control with e-values"). Of the accounts of S
 * sources, the k largest stand together when the k-th is at least S ÷ (q · k); then at most a share q of those k is
 * expected to be false, whatever depends on whatever. For ranking and the digest; alarms do not wait for it.
 */

/** The share of false ones among those that stand. */
export const FALSE_DISCOVERIES = 0.01;

/**
 * @param bits of each finding, log2 of its e-value, in any order
 * @param sources how many sources were judged
 * @returns the least bits that stand; infinite when none do
 */
export function standing(bits: readonly number[], sources: number, q = FALSE_DISCOVERIES): number {
  const sorted = bits.toSorted((a, b) => b - a);
  for (let k = sorted.length; k >= 1; k -= 1)
    if (sorted[k - 1] >= Math.log2(Math.max(1, sources) / (q * k))) return sorted[k - 1];
  return Number.POSITIVE_INFINITY;
}
