// Hot: once a new name.
import { hashCaseless } from '../../record/name.ts';

/** Parts of what is asked for, as places in the bytes of a request. */

const AMPERSAND = 38;
const SLASH = 47;
const COLON = 58;
const EQUALS = 61;
const QUESTION = 63;

/** Where the path of an absolute URL begins; −1: it has none. */
export function pathOfUrl(bytes: Uint8Array, from: number, length: number): number {
  const to = from + length;
  let at = from;
  while (at < to && bytes[at] !== COLON) at += 1;
  if (bytes[at + 1] !== SLASH || bytes[at + 2] !== SLASH) return -1;
  at += 3;
  while (at < to && bytes[at] !== SLASH) at += 1;
  return at < to ? at : -1;
}

/** Where the first parameter of a query begins; −1: there is none. */
export function parameterAt(bytes: Uint8Array, from: number, length: number): number {
  for (let at = from; at < from + length; at += 1) if (bytes[at] === QUESTION) return at + 1;
  return -1;
}

/** Where the parameter behind the one at `from` begins; `to`: there is none. */
export function nextParameter(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== AMPERSAND) at += 1;
  return at < to ? at + 1 : to;
}

/** Bytes of a parameter's name, up to `=`; 0: it has no value. */
export function wordLength(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== EQUALS && bytes[at] !== AMPERSAND) at += 1;
  return at < to && bytes[at] === EQUALS ? at - from : 0;
}

/** Bytes of a path up to the last slash that something follows. */
export function folderLength(bytes: Uint8Array, from: number, length: number): number {
  let end = from;
  while (end < from + length && bytes[end] !== QUESTION) end += 1;
  let at = end - 2;
  while (at >= from && bytes[at] !== SLASH) at -= 1;
  return at < from ? 0 : at + 1 - from;
}

const INDEX = Uint8Array.from('/index.', (letter) => letter.charCodeAt(0));

/** Bytes of a path, with its slash and its query, behind its first folder; 0: there is no page, or only that of the folder. */
export function withinLength(bytes: Uint8Array, from: number, length: number): number {
  const to = from + length;
  const at = segmentEnd(bytes, from + 1, to);
  let same = 0;
  while (same < INDEX.length && bytes[at + same] === INDEX[same]) same += 1;
  return to - at <= 1 || bytes[at + 1] === QUESTION || same === INDEX.length ? 0 : to - at;
}

/** Endings of what pages are made of. */
export const PART_ENDINGS: readonly string[] =
  'css js mjs map woff woff2 ttf otf eot svg png jpg jpeg gif webp avif ico'.split(' ');
const ENDINGS = Int32Array.from(PART_ENDINGS, (ending) =>
  hashCaseless(new TextEncoder().encode(ending), 0, ending.length),
);
const DOT = 46;

/** Whether a path has the ending of a part of a page. */
export function isPart(bytes: Uint8Array, from: number, length: number): boolean {
  let to = from;
  while (to < from + length && bytes[to] !== QUESTION) to += 1;
  let dot = to - 1;
  while (dot > from && bytes[dot] !== DOT && bytes[dot] !== SLASH) dot -= 1;
  return bytes[dot] === DOT && ENDINGS.includes(hashCaseless(bytes, dot + 1, to - dot - 1));
}

/** Whether a host is written as an address. */
export function isLiteral(bytes: Uint8Array, from: number, length: number): boolean {
  const last = bytes[from + length - 1];
  return (last >= 48 && last <= 57) || last === 93 || last === COLON;
}

/** Segments that are looked at, and letters of one that is a name. */
const SEGMENTS = 16;
const NAME = 3;

/** How many folders of a path, or its last segment, have the name of a folder before it. */
export function segmentsAgain(bytes: Uint8Array, from: number, length: number): number {
  let end = from;
  while (end < from + length && bytes[end] !== QUESTION) end += 1;
  let again = 0;
  let start = from + 1;
  for (let n = 0; n < SEGMENTS && start < end; n += 1) {
    const stop = segmentEnd(bytes, start, end);
    if (stop - start >= NAME && stoodBefore(bytes, from, start, stop)) again += 1;
    start = stop + 1;
  }
  return again;
}

function segmentEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== SLASH) at += 1;
  return at;
}

/** Whether the segment bytes[start … stop) stands between `from` and itself, too. */
function stoodBefore(bytes: Uint8Array, from: number, start: number, stop: number): boolean {
  for (let at = from + 1; at < start; ) {
    const end = segmentEnd(bytes, at, start);
    if (end - at === stop - start) {
      let same = 0;
      while (same < end - at && bytes[at + same] === bytes[start + same]) same += 1;
      if (same === end - at) return true;
    }
    at = end + 1;
  }
  return false;
}
