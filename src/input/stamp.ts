// Hot: called once a line.
import { isDigit } from '../record/ascii.ts';
import type { Dating } from './input.ts';
import { asciiInto } from './texts.ts';

const ZERO = 48;
const SECOND = 1e6;
const DAY = 86_400;
/** Room for a stamp that stands in a text of its own. */
const TEXT = 65;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] as const;

/** Days from 1970-01-01 to a date of the Gregorian calendar; month from 1 (Hinnant, "chrono-compatible low-level date algorithms"). */
export function daysOf(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const ofEra = shifted - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

/**
 * Reads the stamps of log lines. Each method reads one form that begins at `at`; it returns where the stamp ends, and
 * sets `time`; −1 when there is no such stamp.
 */
export class Stamps {
  /** µs since 1970 of the stamp read last */
  time = 0;
  readonly #dating: Dating;
  readonly #text = new Uint8Array(TEXT);
  /** the date read last and what it came to, for nearly every line has the date of the one before */
  #dateKey = -1;
  #days = 0;
  /**
   * date and zone of the last common stamp, as words, and the µs at which that day began; the last two words overlap,
   * and as they are here at first no bytes can be both
   */
  readonly #common = Int32Array.of(0, 0, 0, 0, -1);
  #commonStart = 0;
  /** year of the last stamp without one, and its month: December to January is a new year */
  #year = 0;
  #month = 0;

  constructor(dating: Dating) {
    this.#dating = dating;
  }

  /** `21/Nov/2026:23:27:01 +0000` (the common log format); the zone may be missing. */
  common(bytes: Uint8Array, at: number): number {
    if (!this.#isLastCommon(bytes, at)) return this.#newCommon(bytes, at);
    const seconds = clockAt(bytes, at + 12);
    if (seconds < 0) return -1;
    this.time = this.#commonStart + seconds * SECOND;
    return at + COMMON_BYTES;
  }

  /** Whether a stamp has the date and the zone of the one before: then only its clock has to be read. */
  #isLastCommon(bytes: Uint8Array, at: number): boolean {
    const last = this.#common;
    return (
      word(bytes, at) === last[0] &&
      word(bytes, at + 4) === last[1] &&
      word(bytes, at + 8) === last[2] &&
      word(bytes, at + 20) === last[3] &&
      word(bytes, at + 22) === last[4]
    );
  }

  #newCommon(bytes: Uint8Array, at: number): number {
    if (bytes[at + 5] === 47) return this.#numberedCommon(bytes, at);
    const day = two(bytes, at);
    const month = monthAt(bytes, at + 3);
    const year = four(bytes, at + 7);
    if (day < 1 || month === 0 || year < FIRST_YEAR || bytes[at + 2] !== 47 || bytes[at + 6] !== 47) return -1;
    const seconds = clockAt(bytes, at + 12);
    if (seconds < 0) return -1;
    let end = at + 20;
    let fraction = 0;
    if (bytes[end] === 46) {
      const digits = digitsAt(bytes, end + 1);
      fraction = fractionOf(bytes, end + 1, digits);
      end += 1 + digits;
    }
    const after = this.#zoned(bytes, end, this.#date(year, month, day) * DAY + seconds, fraction);
    if (bytes[at + 20] === 32 && after === at + COMMON_BYTES) {
      this.#commonStart = this.time - seconds * SECOND;
      for (let n = 0; n < 5; n += 1) this.#common[n] = word(bytes, at + COMMON_WORDS[n]);
    }
    return after;
  }

  /** `11/21/2026:23:27:01 -0000`, as cPanel has it. */
  #numberedCommon(bytes: Uint8Array, at: number): number {
    const month = two(bytes, at);
    const day = two(bytes, at + 3);
    const year = four(bytes, at + 6);
    const seconds = clockAt(bytes, at + 11);
    if (month < 1 || month > 12 || day < 1 || day > 31 || year < FIRST_YEAR || seconds < 0 || bytes[at + 2] !== 47)
      return -1;
    return this.#zoned(bytes, at + 19, this.#date(year, month, day) * DAY + seconds, 0);
  }

  /** As `iso`, of a text. @returns whether it begins with such a stamp */
  isoText(text: string): boolean {
    asciiInto(this.#text, text);
    return this.iso(this.#text, 0) >= 0;
  }

  /**
   * RFC 3339 and its relatives: `2026-11-21T23:27:01.123456+00:00`, `2026/11/21 23:27:01`, `2026-11-21 23:27:01,123`;
   * without a zone it is the assumed one.
   */
  iso(bytes: Uint8Array, at: number): number {
    const year = four(bytes, at);
    const month = two(bytes, at + 5);
    const day = two(bytes, at + 8);
    if (year < FIRST_YEAR || month < 1 || month > 12 || day < 1 || day > 31 || bytes[at + 4] !== bytes[at + 7])
      return -1;
    if (bytes[at + 4] !== 45 && bytes[at + 4] !== 47) return -1;
    const between = bytes[at + 10];
    if (between !== 84 && between !== 116 && between !== 32 && between !== 95) return -1;
    const seconds = clockAt(bytes, at + 11);
    if (seconds < 0) return -1;
    let end = at + 19;
    let fraction = 0;
    if (bytes[end] === 46 || bytes[end] === 44) {
      const digits = digitsAt(bytes, end + 1);
      fraction = fractionOf(bytes, end + 1, digits);
      if (digits > 0) end += 1 + digits;
    }
    return this.#zoned(bytes, end, this.#date(year, month, day) * DAY + seconds, fraction);
  }

  /** `Nov 21 23:27:01`, `Nov  1 23:27:01` (RFC 3164 section 4.1.2), also `Nov 21 2026 23:27:01` and `Nov 21 23:27:01 2026`. */
  syslog(bytes: Uint8Array, at: number): number {
    const month = monthAt(bytes, at);
    if (month === 0 || bytes[at + 3] !== 32) return -1;
    // `Nov 21`, `Nov  1`, and `Nov 1` where blanks have been lost.
    const isShort = bytes[at + 5] === 32 && bytes[at + 4] !== 32;
    const dayAt = isShort || bytes[at + 4] !== 32 ? at + 4 : at + 5;
    const day = isShort || bytes[at + 4] === 32 ? bytes[dayAt] - ZERO : two(bytes, at + 4);
    if (day < 1 || day > 31) return -1;
    let next = isShort ? at + 6 : at + 7;
    let year = four(bytes, next);
    if (year > 1900 && bytes[next + 4] === 32) next += 5;
    else year = -1;
    const seconds = clockAt(bytes, next);
    if (seconds < 0) return -1;
    let end = next + 8;
    let fraction = 0;
    if (bytes[end] === 46) {
      const digits = digitsAt(bytes, end + 1);
      fraction = fractionOf(bytes, end + 1, digits);
      end += 1 + digits;
    }
    if (year < 0 && bytes[end] === 32 && four(bytes, end + 1) > 1900 && !isDigit(bytes[end + 5])) {
      year = four(bytes, end + 1);
      end += 5;
    }
    if (year < 0) year = this.#yearOf(month, day, seconds);
    this.#dating.assumed.zone = true;
    this.time = (this.#date(year, month, day) * DAY + seconds - this.#dating.zone * 60) * SECOND + fraction;
    return end;
  }

  /** `21-Nov-2026 23:27:01.123` (BIND 9, `print-time local`), in the assumed zone. */
  dayFirst(bytes: Uint8Array, at: number): number {
    const day = two(bytes, at);
    const month = monthAt(bytes, at + 3);
    const year = four(bytes, at + 7);
    if (day < 1 || month === 0 || year < FIRST_YEAR || bytes[at + 2] !== 45 || bytes[at + 6] !== 45) return -1;
    const seconds = clockAt(bytes, at + 12);
    if (seconds < 0) return -1;
    const digits = bytes[at + 20] === 46 ? digitsAt(bytes, at + 21) : 0;
    const fraction = fractionOf(bytes, at + 21, digits);
    const end = digits > 0 ? at + 21 + digits : at + 20;
    return this.#zoned(bytes, end, this.#date(year, month, day) * DAY + seconds, fraction);
  }

  /** Seconds since 1970, with or without a fraction: `1795303619.403`. */
  epoch(bytes: Uint8Array, at: number): number {
    const digits = digitsAt(bytes, at);
    if (digits < 1 || digits > 12) return -1;
    let seconds = 0;
    for (let n = 0; n < digits; n += 1) seconds = seconds * 10 + bytes[at + n] - ZERO;
    let end = at + digits;
    let fraction = 0;
    if (bytes[end] === 46) {
      const places = digitsAt(bytes, end + 1);
      fraction = fractionOf(bytes, end + 1, places);
      end += 1 + places;
    }
    this.time = seconds * SECOND + fraction;
    return end;
  }

  /** `Z`, `+00:00`, `+0000`, ` +0000`; or nothing: the assumed zone. */
  #zoned(bytes: Uint8Array, at: number, seconds: number, fraction: number): number {
    let end = at;
    let sign = bytes[end];
    if (sign === 32 && (bytes[end + 1] === 43 || bytes[end + 1] === 45)) {
      end += 1;
      sign = bytes[end];
    }
    if (sign === 90 || sign === 122) {
      this.time = seconds * SECOND + fraction;
      return end + 1;
    }
    if ((sign === 43 || sign === 45) && two(bytes, end + 1) >= 0) {
      const minutesAt = bytes[end + 3] === COLON ? end + 4 : end + 3;
      const minutes = two(bytes, minutesAt);
      const offset = two(bytes, end + 1) * 3600 + Math.max(0, minutes) * 60;
      this.time = Math.max(0, seconds - (sign === 43 ? offset : -offset)) * SECOND + fraction;
      return minutes < 0 ? end + 3 : minutesAt + 2;
    }
    this.#dating.assumed.zone = true;
    this.time = Math.max(0, seconds - this.#dating.zone * 60) * SECOND + fraction;
    return at;
  }

  /** Days since 1970. */
  #date(year: number, month: number, day: number): number {
    const key = (year * 16 + month) * 32 + day;
    if (key !== this.#dateKey) {
      this.#dateKey = key;
      this.#days = daysOf(year, month, day);
    }
    return this.#days;
  }

  /** The last year in which the stamp does not lie after the anchor; later lines go on from there. */
  #yearOf(month: number, day: number, seconds: number): number {
    this.#dating.assumed.year = true;
    if (this.#year > 0) {
      if (month < this.#month - 6) this.#year += 1;
      else if (month > this.#month + 6) this.#year -= 1;
      this.#month = month;
      return this.#year;
    }
    const last = Math.min(this.#dating.anchor, 253_370_764_800e6);
    let year = new Date(last / 1000).getUTCFullYear();
    // Clocks differ, and zones do: a day later is not yet the year before.
    if ((daysOf(year, month, day) * DAY + seconds) * SECOND > last + DAY * SECOND) year -= 1;
    this.#year = year;
    this.#month = month;
    return year;
  }
}

const COLON = 58;

/** Time is counted from here on. */
const FIRST_YEAR = 1970;
/** Bytes of a common stamp with a zone; places of the words that its date and its zone are in. */
const COMMON_BYTES = 26;
const COMMON_WORDS = [0, 4, 8, 20, 22] as const;

/** Four bytes as one i32. */
const word = (bytes: Uint8Array, at: number): number =>
  (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];

function two(bytes: Uint8Array, at: number): number {
  const tens = bytes[at] - ZERO;
  const ones = bytes[at + 1] - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
}

function four(bytes: Uint8Array, at: number): number {
  const high = two(bytes, at);
  const low = two(bytes, at + 2);
  return high < 0 || low < 0 ? -1 : high * 100 + low;
}

/** Seconds of `23:27:01`, also ` 5:13:11` (MariaDB); −1: it is none. */
function clockAt(bytes: Uint8Array, at: number): number {
  const hours = bytes[at] === 32 && isDigit(bytes[at + 1]) ? bytes[at + 1] - ZERO : two(bytes, at);
  const minutes = two(bytes, at + 3);
  const seconds = two(bytes, at + 6);
  if (hours < 0 || hours > 24 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 60) return -1;
  return bytes[at + 2] === COLON && bytes[at + 5] === COLON ? hours * 3600 + minutes * 60 + seconds : -1;
}

/** Month from 1 of three letters; 0: none. */
function monthAt(bytes: Uint8Array, at: number): number {
  for (let month = 0; month < 12; month += 1) {
    const name = MONTHS[month];
    if (
      (bytes[at] | 32) === name.charCodeAt(0) &&
      (bytes[at + 1] | 32) === name.charCodeAt(1) &&
      (bytes[at + 2] | 32) === name.charCodeAt(2)
    )
      return month + 1;
  }
  return 0;
}

function digitsAt(bytes: Uint8Array, at: number): number {
  let digits = 0;
  while (isDigit(bytes[at + digits])) digits += 1;
  return digits;
}

/** Decimal places → µs. */
function fractionOf(bytes: Uint8Array, at: number, digits: number): number {
  let value = 0;
  for (let n = 0; n < 6; n += 1) value = value * 10 + (n < digits ? bytes[at + n] - ZERO : 0);
  return value;
}
