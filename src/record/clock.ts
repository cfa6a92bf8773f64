// Hot: `observe` runs once a batch, its loop once a row.

/** The data's clock goes ahead at most so far (µs) on the word of a single record. */
const LEAP = 60e6;

/**
 * The data's clock: where the records are in time. It never runs back, and no machine's clock has a part in it.
 *
 * A record far ahead of the clock does not move it; it is held as a claim, and the next record decides. Agrees that one
 * (it is no more than `LEAP` behind the claim), the clock goes there; so a capture with hours between its packets gets
 * on, one record late. Agrees it not, its own time is the claim, if it is ahead at all. One record dated 1970 or 2038
 * thus moves nothing, not even when it is the first.
 */
export class Clock {
  /** µs since 1970; 0 until two records have been seen. */
  now = 0;
  /** Time claimed by the last record; negative when it claimed none. */
  #claim = -1;

  /**
   * @param times µs since 1970, in the order in which the records were read
   * @param count valid times
   * @returns the clock after them
   */
  observe(times: Float64Array, count: number): number {
    let { now } = this;
    let claim = this.#claim;
    for (let row = 0; row < count; row += 1) {
      const time = times[row];
      if (claim >= 0 && time >= claim - LEAP) now = Math.min(claim, time);
      const ahead = time > now + LEAP;
      if (!ahead && time > now) now = time;
      claim = ahead ? time : -1;
    }
    this.now = now;
    this.#claim = claim;
    return now;
  }
}
