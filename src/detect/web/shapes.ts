// Hot: asked where a sign of the automaton begins a shape; each looks at a bounded span.
import { isDigit, isLetter } from '../../record/ascii.ts';

/**
 * What no list of words can tell: shapes of injected text. All read the plain form of a request (`plain.ts`) from the
 * place where a word of the automaton ended.
 */

/** Bytes of a literal that are read. */
const SPAN = 64;

const SPACE = 0x20;
const QUOTE = 0x27;
const DOUBLE = 0x22;
const OPEN = 0x28;
const CLOSE = 0x29;

const isQuote = (byte: number): boolean => byte === QUOTE || byte === DOUBLE || byte === 0x60;

/**
 * A condition that is true or false whatever the table holds, behind AND, OR and the like:
 *
 *     condition = *(" " / "(" / "!" / "NOT") literal *(" " / ")") operator *(" " / "(") literal
 *     literal   = 1*DIGIT / quote *char [quote]
 *     operator  = "=" / "<" / ">" / "!" / "LIKE" / "RLIKE" / "REGEXP" / "BETWEEN"
 *
 * @param at the byte behind the conjunction
 * @returns whether one stands there
 */
export function isCondition(bytes: Uint8Array, at: number, end: number): boolean {
  let place = skip(bytes, at, end, OPEN);
  if (place + 4 < end && (bytes[place] | 0x20) === 0x6e && (bytes[place + 1] | 0x20) === 0x6f) {
    place = skip(bytes, place + 3, end, OPEN);
  }
  const first = literal(bytes, place, end);
  if (first < 0) return false;
  place = operator(bytes, skip(bytes, first, end, CLOSE), end);
  return place >= 0 && literal(bytes, skip(bytes, place, end, OPEN), end) >= 0;
}

/** Behind blanks and brackets. */
function skip(bytes: Uint8Array, from: number, end: number, bracket: number): number {
  let at = from;
  while (at < end && (bytes[at] === SPACE || bytes[at] === bracket || bytes[at] === 0x21) && at - from < SPAN) {
    // "!=" is an operator
    if (bytes[at] === 0x21 && at + 1 < end && bytes[at + 1] === 0x3d) break;
    at += 1;
  }
  return at;
}

/** Behind the literal at `from`; −1: none stands there. A text may be left open, for the site to close it. */
function literal(bytes: Uint8Array, from: number, end: number): number {
  if (from >= end) return -1;
  let at = from;
  if (isQuote(bytes[at])) {
    const quote = bytes[at];
    for (at += 1; at < end && at - from < SPAN && bytes[at] !== quote; ) at += 1;
    return at < end ? at + 1 : at;
  }
  if (bytes[at] === 0x2d) at += 1;
  const start = at;
  while (at < end && isDigit(bytes[at]) && at - from < SPAN) at += 1;
  // "or 1st" is prose
  return at > start && (at === end || !isLetter(bytes[at])) ? at : -1;
}

function operator(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && (bytes[at] === 0x3d || bytes[at] === 0x3c || bytes[at] === 0x3e || bytes[at] === 0x21)) at += 1;
  if (at > from) return at;
  while (at < end && isLetter(bytes[at]) && at - from < 8) at += 1;
  const length = at - from;
  if (length < 2) return -1;
  const first = bytes[from] | 0x20;
  const last = bytes[at - 1] | 0x20;
  const isWord =
    (length === 4 && first === 0x6c && last === 0x65) || // like
    (length === 5 && first === 0x72 && last === 0x65) || // rlike
    (length === 6 && first === 0x72 && last === 0x70) || // regexp
    (length === 7 && first === 0x62 && last === 0x6e); // between
  return isWord ? at : -1;
}

/** Whether "ORDER BY" is followed by a number: how many columns the query has. */
export function isOrdinal(bytes: Uint8Array, at: number, end: number): boolean {
  const place = skip(bytes, at, end, OPEN);
  return place < end && isDigit(bytes[place]);
}

/**
 * Arithmetic between literals, as in {{7*7}}: an operand (number or short text in quotes), an operator, an operand.
 *
 * @param at the byte behind the opening mark
 */
export function isArithmetic(bytes: Uint8Array, at: number, end: number): boolean {
  let place = skip(bytes, at, end, OPEN);
  place = literal(bytes, place, end);
  if (place < 0) return false;
  place = skip(bytes, place, end, CLOSE);
  const sign = bytes[place];
  if (place >= end || (sign !== 0x2a && sign !== 0x2b && sign !== 0x2d && sign !== 0x2f && sign !== 0x25)) return false;
  return literal(bytes, skip(bytes, place + 1, end, OPEN), end) >= 0;
}

/**
 * Whether the URL that is a parameter's value names a text or program file, or ends in a question mark that would hide
 * what the site appends.
 *
 * @param at the byte behind "://"
 */
export function isRemoteFile(bytes: Uint8Array, at: number, end: number): boolean {
  let slash = -1;
  let dot = -1;
  let place = at;
  for (; place < end && place - at < 256; place += 1) {
    const byte = bytes[place];
    if (byte === 0x26 || byte === SPACE || byte === 0 || byte === 0x3b) break;
    if (byte === 0x3f)
      return slash >= 0 && (place + 1 >= end || bytes[place + 1] === 0x26 || bytes[place + 1] <= SPACE);
    if (byte === 0x2f) slash = place;
    else if (byte === 0x2e) dot = place;
  }
  if (slash < 0 || dot < slash || place - dot < 3 || place - dot > 5) return false;
  const first = bytes[dot + 1] | 0x20;
  const second = bytes[dot + 2] | 0x20;
  // .txt .php .inc .sh .asp .jsp
  return (
    (first === 0x74 && second === 0x78) ||
    (first === 0x70 && second === 0x68) ||
    (first === 0x69 && second === 0x6e) ||
    (first === 0x73 && second === 0x68) ||
    (first === 0x61 && second === 0x73) ||
    (first === 0x6a && second === 0x73 && place - dot > 3)
  );
}

/**
 * Whether a shell would read the word bytes[from … to) as a command: what stands before it, blanks aside, ends another
 * command or opens a substitution, and what follows ends the word as a shell would have it. `;id=5` and `{id:1}` are data,
 * and so is a list of names between bars.
 */
export function isCommand(bytes: Uint8Array, from: number, to: number, end: number): boolean {
  let at = from - 1;
  while (at >= 0 && bytes[at] === SPACE) at -= 1;
  if (at < 0) return false;
  const byte = bytes[at];
  const before = at > 0 ? bytes[at - 1] : 0;
  const isList = byte === 0x7c && before !== 0x7c;
  const opens =
    byte === 0x3b || // ;
    byte === 0x7c || // |
    byte === 0x60 || // `
    (byte === OPEN && (before === 0x24 || before === 0x3c || before === 0x3e)) || // $( <( >(
    (byte === 0x26 && before === 0x26); // &&
  if (!opens) return false;
  if (to >= end) return true;
  const after = bytes[to];
  return (
    after === SPACE ||
    after === 0x60 ||
    after === CLOSE ||
    after === 0x3c ||
    after === 0x3e ||
    after === 0x26 ||
    after === 0x24 ||
    after === 0 ||
    (!isList && (after === 0x3b || after === 0x7c))
  );
}

/**
 * Whether the word bytes[from … to) of a header is a product with its version in a comment, where semicolons are usual:
 * `(Linux; PHP 8.2.7; cURL 7.88.1)` (RFC 9110 sections 5.6.5 and 10.1.5).
 */
export function isProduct(bytes: Uint8Array, from: number, to: number, end: number): boolean {
  if (to + 1 >= end || bytes[to] !== SPACE || !isDigit(bytes[to + 1])) return false;
  let at = from - 1;
  while (at >= 0 && from - at < LONG_RUN && bytes[at] !== OPEN && bytes[at] !== CLOSE) at -= 1;
  return at > 0 && bytes[at] === OPEN && bytes[at - 1] === SPACE;
}

/** Marks in a row, of at least three kinds, as in 1((('",..: tries which of them the database minds. */
export function isQuoteSalad(bytes: Uint8Array, from: number, end: number): boolean {
  let run = 0;
  let kinds = 0;
  for (let at = from; at < end; at += 1) {
    const byte = bytes[at];
    const kind =
      byte === QUOTE
        ? 1
        : byte === DOUBLE
          ? 2
          : byte === OPEN
            ? 4
            : byte === CLOSE
              ? 8
              : byte === 0x2c
                ? 16
                : byte === 0x2e
                  ? 32
                  : 0;
    if (kind === 0) {
      run = 0;
      kinds = 0;
      continue;
    }
    run += 1;
    kinds |= kind;
    if (run >= 6 && (kinds & 3) !== 0 && (kinds & (kinds - 1)) !== 0) return true;
  }
  return false;
}

/** Whether a value of the query ends in a single quote that nothing opened. */
export function hasOpenQuote(bytes: Uint8Array, from: number, end: number): boolean {
  let quotes = 0;
  let inValue = false;
  for (let at = from; at <= end; at += 1) {
    const byte = at < end ? bytes[at] : 0x26;
    if (byte === 0x26) {
      if (inValue && (quotes & 1) === 1 && bytes[at - 1] === QUOTE) return true;
      quotes = 0;
      inValue = false;
    } else if (byte === 0x3d) inValue = true;
    else if (byte === QUOTE) quotes += 1;
  }
  return false;
}

/** Bytes of the same kind in a row that a text may have. */
const LONG_RUN = 128;

export function hasLongRun(bytes: Uint8Array, from: number, end: number): boolean {
  let run = 1;
  for (let at = from + 1; at < end; at += 1) {
    run = bytes[at] === bytes[at - 1] ? run + 1 : 1;
    if (run >= LONG_RUN) return true;
  }
  return false;
}

/**
 * Whether the name bytes[from … end) (without slashes) was drawn by lot: a UUID, or at least eight letters and digits
 * that change between kinds too often, or letters that nobody could pronounce. An ending of up to four letters is not
 * looked at.
 */
export function isRandomName(bytes: Uint8Array, from: number, end: number): boolean {
  let stop = end;
  for (let at = end - 1; at > from && end - at <= 6; at -= 1) if (bytes[at] === 0x2e) stop = at;
  if (stop - from < 8 || stop - from > 64) return false;
  let changes = 0;
  let consonants = 0;
  let most = 0;
  let dashes = 0;
  let before = 0;
  for (let at = from; at < stop; at += 1) {
    const byte = bytes[at];
    if (byte === 0x2d) {
      dashes += 1;
      before = 0;
      continue;
    }
    const kind = isDigit(byte) ? 1 : !isLetter(byte) ? 0 : byte < 0x61 ? 2 : 3;
    if (kind === 0) return false;
    // a capital in front of a word is no change
    if (before !== 0 && kind !== before && !(before === 2 && kind === 3)) changes += 1;
    before = kind;
    consonants = kind === 1 || isVowel(byte | 0x20) ? 0 : consonants + 1;
    if (consonants > most) most = consonants;
  }
  if (dashes > 0) return dashes === 4 && stop - from === 36 && changes >= 4;
  return changes >= 4 || most >= 6;
}

const isVowel = (letter: number): boolean =>
  letter === 0x61 || letter === 0x65 || letter === 0x69 || letter === 0x6f || letter === 0x75 || letter === 0x79;
