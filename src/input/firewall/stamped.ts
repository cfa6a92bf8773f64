// Hot: called once a line.
import type { Stamps } from '../stamp.ts';
import { type Named, Slot } from './keyed.ts';

/** What a stamp is put together in. */
const STAMP = new Uint8Array(64);
const SPACE = 32;

/**
 * µs since 1970 of named values; NaN: they tell none.
 *
 *   eventtime = seconds [fraction, to nanoseconds]                    Fortinet
 *   time, rt, start = seconds | milliseconds | stamp                  CEF, LEEF (devTime), Check Point, SonicWall;
 *                     the stamp also as "Nov 21 2026 23:27:44"
 *   date "2026-11-21", time "23:27:44", tz "+0000"                    Fortinet, Sophos
 */
export function stampOf(named: Named, stamps: Stamps): number {
  const { bytes } = named;
  const event = named.start(Slot.eventTime);
  if (named.end(Slot.eventTime) - event >= 10) return epochOf(bytes, event, named.end(Slot.eventTime));
  if (!named.has(Slot.time)) return Number.NaN;
  const number = named.number(Slot.time);
  if (number > 1e8) return epochOf(bytes, named.start(Slot.time), named.end(Slot.time));
  let length = put(named, Slot.date, 0);
  if (length > 0) STAMP[length++] = SPACE;
  length = put(named, Slot.time, length);
  if (named.has(Slot.zone) && !isName(bytes[named.start(Slot.zone)])) length = put(named, Slot.zone, length);
  STAMP.fill(0, length);
  return stamps.iso(STAMP, 0) < 0 && stamps.syslog(STAMP, 0) < 0 ? Number.NaN : stamps.time;
}

/** µs since 1970 of a stamp that is all of bytes[from … to), whatever stands behind it; NaN: it is none. */
export function stampIn(bytes: Uint8Array, from: number, to: number, stamps: Stamps): number {
  const length = Math.min(to - from, STAMP.length);
  for (let n = 0; n < length; n += 1) STAMP[n] = bytes[from + n];
  STAMP.fill(0, length);
  return stamps.iso(STAMP, 0) < 0 ? Number.NaN : stamps.time;
}

/** Ten digits of seconds and up to six of a fraction. */
function epochOf(bytes: Uint8Array, from: number, to: number): number {
  let time = 0;
  for (let digit = 0; digit < 16; digit += 1) {
    const value = from + digit < to ? bytes[from + digit] - 48 : 0;
    time = time * 10 + (value >= 0 && value <= 9 ? value : 0);
  }
  return time;
}

function put(named: Named, slot: number, at: number): number {
  const from = named.start(slot);
  const length = Math.min(named.end(slot) - from, 24);
  for (let n = 0; n < length; n += 1) STAMP[at + n] = named.bytes[from + n];
  return at + length;
}

/** Zones by name differ from place to place; a sign makes an offset. */
const isName = (byte: number): boolean => byte >= 65 && byte !== 90;
