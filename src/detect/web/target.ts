// Hot: runs for every request whose text is new; one request at a time, no allocation.
import { isLetter } from '../../record/ascii.ts';
import { familyNamed, stronger } from './families/index.ts';
import { Odd, plainBuffer, plainOf } from './plain.ts';
import { hasLongRun, hasOpenQuote, isQuoteSalad, isRandomName } from './shapes.ts';
import { familyOfSigns, isWord } from './signs.ts';

/**
 * The family of what a client chose: target and headers. The text is brought into the plain form that the program behind
 * the site would read, the automaton runs over it, and the path, the query and the spelling are looked at as a whole.
 */

const SQL = familyNamed('SQL injection');
const QUOTES = familyNamed('quotation marks in a value');
const PHP_ARGUMENTS = familyNamed('arguments for the PHP program');
const ZERO = familyNamed('zero byte');
const HIDDEN_TRAVERSAL = familyNamed('encoded path traversal');
const TRAVERSAL = familyNamed('path traversal');
const DOTS = familyNamed('dot segments');
const RANDOM = familyNamed('random name');
const LONG_RUN = familyNamed('very long run of one letter');
const NEEDLESS = familyNamed('needless encoding');
const QUESTION = familyNamed('encoded question mark at the end');
const SPELLING = familyNamed('unusual spelling of a path');
const FORM = familyNamed('form of target that is no path');
const PROXY = familyNamed('another site by way of this one');
const USERS = familyNamed('users by number');

const plain = plainBuffer();

const SLASH = 0x2f;
const BACKSLASH = 0x5c;
const DOT = 0x2e;

/**
 * The family of a target (path and query as they stand in the log or on the wire).
 *
 * @returns place in FAMILIES, 0: none
 */
export function familyOfTarget(bytes: Uint8Array, from: number, to: number): number {
  if (to <= from) return 0;
  plainOf(bytes, from, to, true, plain);
  const { bytes: text, length, pathEnd, odd } = plain;
  let family = familyOfSigns(plain, true);
  const steps = stepsOut(text, pathEnd, length);
  if (steps > 0) family = stronger(family, traversalOf(steps, odd));
  if (odd !== 0) family = stronger(family, oddityOf(odd));
  if (pathEnd > 1 && text[pathEnd - 1] === 0x3f) family = stronger(family, QUESTION);
  if (pathEnd + 1 < length) family = stronger(family, queryOf(text, pathEnd + 1, length));
  if (length > 128 && hasLongRun(text, 0, length)) family = stronger(family, LONG_RUN);
  const first = text[0];
  if (first === SLASH) return family === 0 && isRandomRoot(text, pathEnd) ? RANDOM : family;
  if (first === 0x2a && length === 1) return family;
  return stronger(family, isAbsolute(bytes, from, to) ? PROXY : FORM);
}

/** The family of a user agent, a referer or another header that the client chose. */
export function familyOfHeader(bytes: Uint8Array, from: number, to: number): number {
  if (to <= from) return 0;
  plainOf(bytes, from, to, false, plain);
  const family = familyOfSigns(plain, false);
  return isQuoteSalad(plain.bytes, 0, plain.length) ? stronger(family, SQL) : family;
}

/** Ways out: segments ".." of the path, and how far they lead above its root; those of the query. */
const Steps = { some: 1, above: 2, many: 4, hidden: 8 } as const;

/** Bits of `Steps`. A segment ends at a slash, backslash or semicolon. */
function stepsOut(text: Uint8Array, pathEnd: number, length: number): number {
  let steps = 0;
  let depth = 0;
  let inQuery = 0;
  let start = 0;
  for (let at = 0; at <= length; at += 1) {
    const byte = at < length ? text[at] : SLASH;
    if (
      byte > BACKSLASH ||
      (byte !== SLASH && byte !== BACKSLASH && byte !== 0x3b && byte !== 0x3d && at !== pathEnd)
    ) {
      continue;
    }
    const size = at - start;
    if (size === 2 && text[start] === DOT && text[start + 1] === DOT) {
      // ".." at the end of a value is no step, ellipses end like this
      if (start <= pathEnd) {
        steps |= Steps.some;
        depth -= 1;
        if (depth < 0) steps |= Steps.above;
      } else if (at < length) {
        steps |= Steps.some;
        inQuery += 1;
        if (inQuery >= 2) steps |= Steps.many;
      }
      if (byte === 0x3b || byte === BACKSLASH) steps |= Steps.hidden;
    } else if (start <= pathEnd && size > 0) {
      const dots = dotsOf(text, start, at);
      if (dots > 2) steps |= Steps.some | Steps.hidden;
      else if (dots !== 1) depth += 1;
    }
    start = at + 1;
  }
  return steps;
}

/** How many dots the segment is made of; 0: of other bytes too. */
function dotsOf(text: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at += 1) if (text[at] !== DOT) return 0;
  return to - from;
}

function traversalOf(steps: number, odd: number): number {
  const isHidden = (steps & Steps.hidden) !== 0 || (odd & (Odd.encodedStep | Odd.overlong | Odd.layered)) !== 0;
  if (isHidden) return HIDDEN_TRAVERSAL;
  return (steps & (Steps.above | Steps.many)) !== 0 ? TRAVERSAL : DOTS;
}

function oddityOf(odd: number): number {
  if ((odd & Odd.overlong) !== 0) return HIDDEN_TRAVERSAL;
  if ((odd & Odd.zero) !== 0) return ZERO;
  if ((odd & Odd.needless) !== 0) return NEEDLESS;
  return (odd & (Odd.doubleSlash | Odd.backslash)) !== 0 ? SPELLING : 0;
}

/** Shapes of a query as a whole. */
function queryOf(text: Uint8Array, from: number, end: number): number {
  const first = text[from];
  // options of the PHP command line; the soft hyphen becomes a hyphen in some code pages of Windows
  if ((first === 0x2d || first === 0xad) && from + 1 < end && (from + 2 === end || !isWord(text[from + 2]))) {
    const option = text[from + 1] | 0x20;
    if (option === 0x64 || option === 0x73) return PHP_ARGUMENTS;
  }
  if (isAuthor(text, from, end)) return USERS;
  if (isQuoteSalad(text, from, end)) return SQL;
  return hasOpenQuote(text, from, end) ? QUOTES : 0;
}

const AUTHOR = [0x61, 0x75, 0x74, 0x68, 0x6f, 0x72, 0x3d];

/** "author=" and a number, as the only parameter or the first. */
function isAuthor(text: Uint8Array, from: number, end: number): boolean {
  const after = from + AUTHOR.length;
  if (after >= end) return false;
  for (let n = 0; n < AUTHOR.length; n += 1) if ((text[from + n] | 0x20) !== (AUTHOR[n] | 0x20)) return false;
  for (let at = after; at < end && text[at] !== 0x26; at += 1) if (text[at] < 0x30 || text[at] > 0x39) return false;
  return true;
}

/** Whether the path is one name at the root, and a random one. */
function isRandomRoot(text: Uint8Array, pathEnd: number): boolean {
  let end = pathEnd;
  if (end > 1 && text[end - 1] === SLASH) end -= 1;
  for (let at = 1; at < end; at += 1) if (text[at] === SLASH) return false;
  return isRandomName(text, 1, end);
}

/** scheme "://" at the start. */
function isAbsolute(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at < to && isLetter(bytes[at]) && at - from < 8) at += 1;
  return at > from && at + 2 < to && bytes[at] === 0x3a && bytes[at + 1] === SLASH && bytes[at + 2] === SLASH;
}
