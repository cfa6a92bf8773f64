// Hot: once a line.
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

const isLetter = (byte: number): boolean => (byte | 32) >= 97 && (byte | 32) <= 122;
