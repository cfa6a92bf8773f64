/** Times of a finding: RFC 3339 in UTC with microseconds, made from and read back to µs since 1970. */

/** The second that was written last: evidence comes in bursts. */
let lastSecond = Number.NaN;
let lastText = '';

/** µs since 1970 → `2026-11-21T22:34:32.694069Z`. */
export function timeText(microseconds: number): string {
  const whole = Math.floor(microseconds);
  const seconds = Math.floor(whole / 1e6);
  if (seconds !== lastSecond) {
    lastText = new Date(seconds * 1000).toISOString().slice(0, 19);
    lastSecond = seconds;
  }
  return `${lastText}.${String(whole - seconds * 1e6).padStart(6, '0')}Z`;
}

/** RFC 3339 (any offset, any number of decimals up to µs) → µs since 1970; NaN when it is no time. */
export function timeOf(text: string): number {
  const parts = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/.exec(text);
  if (parts === null) return Number.NaN;
  const [, day, clock, decimals = '', zone] = parts;
  const seconds = Date.parse(`${day}T${clock}${zone.toUpperCase()}`) / 1000;
  return seconds * 1e6 + Number(decimals.padEnd(6, '0').slice(0, 6));
}
