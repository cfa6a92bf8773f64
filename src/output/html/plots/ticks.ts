import { timeText } from '../../../finding/time.ts';

/** Round moments for the axis of a timeline. */
export interface Tick {
  /** µs since 1970 */
  readonly time: number;
  readonly label: string;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
const STEPS: readonly number[] = [
  1,
  2,
  5,
  10,
  15,
  30,
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 7, 14, 30, 91, 365].map((days) => days * DAY),
];

/** At most so many. */
const MOST = 6;

/** Between two times in µs; labelled with what changes from one to the next. */
export function ticksOf(first: number, last: number): Tick[] {
  const seconds = (last - first) / 1e6;
  const step = STEPS.find((length) => seconds / length <= MOST) ?? Math.ceil(seconds / MOST / DAY) * DAY;
  const ticks: Tick[] = [];
  for (let at = Math.ceil(first / 1e6 / step) * step; at * 1e6 <= last; at += step) {
    const text = timeText(at * 1e6);
    const label = step >= DAY ? text.slice(0, 10) : step >= MINUTE ? text.slice(11, 16) : text.slice(11, 19);
    ticks.push({ time: at * 1e6, label });
  }
  return ticks;
}
