import type { Finding } from '../../finding/finding.ts';
import { timeText } from '../../finding/time.ts';

/**
 * How far a campaign has come, and when it will be done: at its present pace, and only where that pace is steady. The
 * interval is that of a Poisson rate: of the count k of the last half of the time, the rate lies between the 5 % point
 * of gamma(k) and the 95 % point of gamma(k + 1) (Garwood 1936), both by Wilson and Hilferty (1931).
 */
export type Progress = NonNullable<Finding['progress']>;

export interface Course {
  readonly what: Progress['what'];
  /** the range or list, as a person would call it */
  readonly within: string;
  readonly done: number;
  readonly of: number;
  /** when new targets were come to, µs, in order */
  readonly times: readonly number[];
  /** new targets that all of `times` stand for; absent: as many as they are */
  readonly steps?: number;
}

/** New targets from which on there is a pace, and probes in each half of it. */
const PACE = 20;
/** Standard deviations by which the halves of a steady pace may differ. */
const STEADY = 3;
const Z = 1.645;

/** undefined: there is no range to speak of. */
export function progressOf({ what, within, done, of, times, steps }: Course): Progress | undefined {
  if (of <= 1 || done > of || done < 1) return undefined;
  const end = endOf(of - done, times, steps ?? times.length);
  return { what, within, done, of, ...(end && { end }) };
}

function endOf(left: number, times: readonly number[], steps: number): Progress['end'] {
  if (left === 0 || times.length < PACE) return undefined;
  const [first, last] = [times[0], times[times.length - 1]];
  const half = (last - first) / 2;
  const late = times.filter((time) => time >= first + half).length;
  const early = times.length - late;
  if (half <= 0 || Math.abs(early - late) > STEADY * Math.sqrt(times.length)) return undefined;
  const each = steps / times.length;
  const [slow, fast] = [gamma(late, -Z), gamma(late + 1, Z)].map((count) => (each * count) / half);
  return { from: timeText(last + left / fast), to: timeText(last + left / slow) };
}

const gamma = (shape: number, z: number): number => shape * (1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape))) ** 3;

/** What is foretold is not known to the microsecond. */
const toSecond = (time: string): string => time.replace(/\.\d+/, '');

/** The same in words. */
export function progressText(progress: Finding['progress']): string[] {
  if (!progress) return [];
  const { what, within, done, of, end } = progress;
  const share = Math.floor((100 * done) / of);
  const covered = `covered ${done} of ${of} ${what} of ${within} (${share} %)`;
  if (!end) return [covered];
  return [covered, `at its pace the rest is done between ${toSecond(end.from)} and ${toSecond(end.to)} (90 %)`];
}
