// Hot: once a line.
import { isLetter } from '../../record/ascii.ts';
import type { Stamps } from '../stamp.ts';

/*
 * A moment, in any form that the format of a web log may choose:
 *
 *   moment = 21/Nov/2026:23:27:01 +0000                       common log format
 *          | 2026-11-21T23:27:01.123Z …                       RFC 3339 and its relatives
 *          | [Sat ] Nov 21 23:27:01 2026                      C's ctime
 *          | seconds ["." digits] | ms | µs | ns              since 1970: whole numbers are told apart by how many digits they have
 */

/** Reads the moment at `at` into `stamps.time`; returns its end, −1 when there is none. */
export function timeAt(stamps: Stamps, bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first < 48 || first > 57)
    return stamps.syslog(bytes, bytes[at + 3] === 32 && isLetter(bytes[at + 4]) ? at + 4 : at);
  if (bytes[at + 2] === 47) return stamps.common(bytes, at);
  const fifth = bytes[at + 4];
  if (fifth === 45 || fifth === 47) return stamps.iso(bytes, at);
  return sinceAt(stamps, bytes, at);
}

function sinceAt(stamps: Stamps, bytes: Uint8Array, at: number): number {
  let digits = 0;
  let value = 0;
  while (digits < 20 && bytes[at + digits] >= 48 && bytes[at + digits] <= 57) {
    value = value * 10 + bytes[at + digits] - 48;
    digits += 1;
  }
  if (digits <= 11) return stamps.epoch(bytes, at);
  stamps.time = Math.round(digits <= 14 ? value * 1000 : digits <= 17 ? value : value / 1000);
  return at + digits;
}

/** Room for a moment that is put together of two fields. */
const LONGEST = 48;
const BLANK = 32;
const SLASH = 47;
const COLON = 58;

/** Moments of which the date and the clock stand apart: `2026-11-21` or `21/Nov/2026`, and `23:27:01.123+01:00`. */
export class Pieces {
  readonly #room = new Uint8Array(LONGEST);

  /** Reads the date in bytes[day … dayEnd) and the clock in bytes[clock … clockEnd) into `stamps.time`; whether they are a moment. */
  join(stamps: Stamps, bytes: Uint8Array, day: number, dayEnd: number, clock: number, clockEnd: number): boolean {
    const room = this.#room;
    let length = dayEnd - day;
    if (length + 1 + clockEnd - clock >= LONGEST) return false;
    for (let n = 0; n < length; n += 1) room[n] = bytes[day + n];
    room[length] = room[2] === SLASH ? COLON : BLANK;
    length += 1;
    for (let at = clock; at < clockEnd; at += 1, length += 1) room[length] = bytes[at];
    room[length] = 0;
    return timeAt(stamps, room, 0) === length;
  }
}
