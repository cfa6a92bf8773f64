import { VISITS_KEPT as VISITS } from '../../record/habit.ts';

// Hot: `visit` and `ask`, for every contact and request.

/**
 * Visits to others after which a target that was visited once is no longer waited for; more for who has more targets, for a
 * round of them takes as long.
 */
const PATIENCE = 128;
const ROUND = 1.25;
/** Targets that anybody looks after. */
const WATCHED = 512;
/** Visits that tell a pace; with fewer, requests over a connection that was kept tell it. */
const ENOUGH = 4;

/**
 * When sources came to one target of theirs, the first that they came back to: by it one sees whether they keep a pace.
 * Contacts of a block come in the order of their shards, so times are put in order when they are asked for.
 */
export class Beacons {
  readonly #beacon: Int32Array;
  readonly #visits: Float64Array;
  readonly #visited: Uint8Array;
  /** requests at the same target, which may all be of one contact */
  readonly #asks: Float64Array;
  readonly #asked: Uint8Array;
  /** visits to others since the only one to the beacon */
  readonly #passed: Uint16Array;

  constructor(accounts: number) {
    this.#beacon = new Int32Array(accounts);
    this.#visits = new Float64Array(accounts * VISITS);
    this.#visited = new Uint8Array(accounts);
    this.#asks = new Float64Array(accounts * VISITS);
    this.#asked = new Uint8Array(accounts);
    this.#passed = new Uint16Array(accounts);
  }

  forget(account: number): void {
    this.#beacon[account] = 0;
    this.#visited[account] = 0;
    this.#asked[account] = 0;
    this.#passed[account] = 0;
  }

  /** Hash of the target that is kept. */
  of(account: number): number {
    return this.#beacon[account];
  }

  /** µs, in order. */
  visitsOf(account: number): number[] {
    const from = account * VISITS;
    const visits = [...this.#visits.subarray(from, from + this.#visited[account])];
    if (visits.length < ENOUGH) visits.push(...this.#asks.subarray(from, from + this.#asked[account]));
    return visits.sort((a, b) => a - b);
  }

  /**
   * Notes when a source came to its first target, of which not all visits are noted yet; or to another, when it did not
   * come back to that one for long (some records stand for all that was said in an hour).
   *
   * @param known targets that the source has tried so far
   */
  visit(account: number, target: number, times: Float64Array, row: number, known = 0): void {
    const count = this.#visited[account];
    if (count >= VISITS) return;
    if (count > 0 && this.#beacon[account] !== target) {
      if (count > 1 || this.#asked[account] > 1) return;
      this.#passed[account] += 1;
      const round = ROUND * (known < WATCHED ? known : WATCHED);
      if (this.#passed[account] < (round > PATIENCE ? round : PATIENCE)) return;
    }
    const visit = this.#beacon[account] === target ? count : 0;
    if (this.#beacon[account] !== target) this.#asked[account] = 0;
    this.#beacon[account] = target;
    this.#passed[account] = 0;
    this.#visits[account * VISITS + visit] = times[row];
    this.#visited[account] = visit + 1;
  }

  /** Notes that a source, beside its contacts, asked something of a target. */
  ask(account: number, target: number, times: Float64Array, row: number): void {
    const count = this.#asked[account];
    if (count >= VISITS || this.#beacon[account] !== target || this.#visited[account] >= ENOUGH) return;
    this.#asks[account * VISITS + count] = times[row];
    this.#asked[account] = count + 1;
  }
}
