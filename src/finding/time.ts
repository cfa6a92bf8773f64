/** Times of a finding: RFC 3339 in UTC with microseconds, made from and read back to µs since 1970. */

const SECONDS_A_DAY = 86_400;

/** The day that was written last: a run has few, and the calendar is slow. */
let lastDay = Number.NaN;
let dayText = '';

/** A number with two digits, and with six. */
const two = (value: number): string => (value < 10 ? `0${value}` : String(value));
const six = (value: number): string => String(1e6 + value).slice(1);

/** µs since 1970 → `2026-11-21T22:34:32.694069Z`. */
export function timeText(microseconds: number): string {
  const whole = Math.floor(microseconds);
  const seconds = Math.floor(whole / 1e6);
  const day = Math.floor(seconds / SECONDS_A_DAY);
  if (day !== lastDay) {
    dayText = new Date(day * SECONDS_A_DAY * 1000).toISOString().slice(0, 10);
    lastDay = day;
  }
  const clock = seconds - day * SECONDS_A_DAY;
  const minutes = Math.floor(clock / 60);
  const hours = Math.floor(minutes / 60);
  return `${dayText}T${two(hours)}:${two(minutes - 60 * hours)}:${two(clock - 60 * minutes)}.${six(whole - seconds * 1e6)}Z`;
}

/** RFC 3339 (any offset, any number of decimals up to µs) → µs since 1970; NaN when it is no time. */
export function timeOf(text: string): number {
  const parts = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/.exec(text);
  if (parts === null) return Number.NaN;
  const [, day, clock, decimals = '', zone] = parts;
  const seconds = Date.parse(`${day}T${clock}${zone.toUpperCase()}`) / 1000;
  return seconds * 1e6 + Number(decimals.padEnd(6, '0').slice(0, 6));
}
