/**
 * A bet against a stated chance: each step succeeds with probability at most p0, given all before it, unless somebody
 * makes it succeed. The stake grows by p1/p0 with a success and shrinks by (1 − p1)/(1 − p0) without; a fixed mean over
 * a few p1 is an e-process (Shafer 2021, "Testing by betting"), so it reaches 2^b with probability at most 2^−b. Each
 * part begins anew when it falls under 1, and the bound is then per step, as that of an account is per contact.
 */
const GRID = [0.5, 0.75, 0.95] as const;

export class Bets {
  readonly #log2 = new Float64Array(GRID.length);
  readonly #since = new Int32Array(GRID.length);
  /** log2 of the mean stake */
  bits = 0;
  /** step at which the part that holds most began */
  since = 0;

  /** @param p0 upper bound on the chance of success; at least as large as an alternative: no bet is taken on it */
  take(step: number, success: boolean, p0: number): void {
    for (let part = 0; part < GRID.length; part += 1) {
      if (p0 >= GRID[part]) continue;
      if (this.#log2[part] <= 0) {
        this.#log2[part] = 0;
        this.#since[part] = step;
      }
      this.#log2[part] += Math.log2(success ? GRID[part] / p0 : (1 - GRID[part]) / (1 - p0));
    }
    const most = Math.max(...this.#log2);
    this.bits = most + Math.log2(this.#log2.reduce((sum, each) => sum + 2 ** (each - most), 0) / GRID.length);
    this.since = this.#since[this.#log2.indexOf(most)];
  }
}
