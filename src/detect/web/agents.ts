// Hot: runs for every user agent that is new; no allocation.
import { isAlphanumeric, isDigit } from '../../record/ascii.ts';
import { AGENT } from '../../record/habit.ts';
import { latinText } from '../../record/latin.ts';
import { AGENTS } from './agents/index.ts';
import { automatonFor } from './automaton.ts';

export { AGENTS } from './agents/index.ts';

/**
 * What a user agent says of its sender: a number in AGENTS. What is found by its name is in that list; the rest is told
 * by the way browsers have written theirs (RFC 9110 §10.1.5; MDN, "User-Agent"; Chromium, "User-Agent Reduction").
 *
 * A text that attacks whoever reads it is a family of requests (`familyOfHeader`), whatever it says it is.
 */

/** Places in AGENTS of those that are told by shape. */
const Shape = { none: 0, browser: 1, contradiction: 2, ancient: 3, bare: 4, other: 5 } as const;

/** Parts of a browser's agent that are followed by a version. */
const PARTS = [
  'chrome/',
  'firefox/',
  'rv:',
  'applewebkit/',
  'version/',
  'msie ',
  'trident/',
  'windows nt ',
  'android ',
  'opera/',
  'safari/',
  'edg/',
  'gecko/',
] as const;
const Part = {
  chrome: 0,
  firefox: 1,
  rv: 2,
  webkit: 3,
  version: 4,
  msie: 5,
  trident: 6,
  windows: 7,
  android: 8,
  opera: 9,
  safari: 10,
  edg: 11,
  gecko: 12,
} as const;
/** Words that matter by being there. */
const WORDS = ['macintosh', 'x11;', 'iphone', 'ipad', '; wv)', 'qtwebengine/'] as const;
const Word = { macintosh: 1, x11: 2, iphone: 4, ipad: 8, webView: 16, embedded: 32 } as const;

const NAMED = AGENTS.filter(({ sign }) => sign !== '');
const FIRST_NAMED = AGENTS.length - NAMED.length;
const wordOf = (sign: string): string => sign.replace(/^\^/, '').replace(/\|$/, '');

const automaton = automatonFor([...NAMED.map(({ sign }) => wordOf(sign)), ...PARTS, ...WORDS]);
const LENGTH = Uint8Array.from([...NAMED.map(({ sign }) => wordOf(sign)), ...PARTS, ...WORDS], (word) => word.length);
const AT_START = Uint8Array.from(NAMED, ({ sign }) => (sign.startsWith('^') ? 1 : 0));
const AT_END = Uint8Array.from(NAMED, ({ sign }) => (sign.endsWith('|') ? 1 : 0));

/** By kind: which counts when several stand in one text. */
const RANK = new Uint8Array(16);
const RISING = [
  AGENT.bot,
  AGENT.browser,
  AGENT.library,
  AGENT.headless,
  AGENT.service,
  AGENT.crawler,
  AGENT.research,
  AGENT.tool,
];
for (const [place, kind] of RISING.entries()) RANK[kind] = place + 1;
const RANKS = Uint8Array.from(AGENTS, ({ kind, sign }) => (sign === '' ? 0 : RANK[kind]));

/** Where each part's version begins, −1: the part is missing. */
const versionAt = new Int32Array(PARTS.length);

/** Bytes of an agent that are looked at. */
const LONGEST = 1024;

/** @returns place in AGENTS */
export function agentOf(bytes: Uint8Array, from: number, to: number): number {
  if (to <= from || (to - from === 1 && bytes[from] === 0x2d)) return Shape.none;
  const end = to - from > LONGEST ? from + LONGEST : to;
  const { symbol, next, width, first, chain, word } = automaton();
  versionAt.fill(-1);
  let best: number = Shape.none;
  let bestStart = end;
  let words = 0;
  let state = 0;
  for (let at = from; at < end; at += 1) {
    state = next[state * width + symbol[bytes[at]]];
    for (let out = first[state]; out >= 0; out = chain[out]) {
      const which = word[out];
      if (which >= NAMED.length + PARTS.length) words |= 1 << (which - NAMED.length - PARTS.length);
      else if (which >= NAMED.length) versionAt[which - NAMED.length] = at + 1;
      else if (RANKS[which + FIRST_NAMED] >= RANKS[best]) {
        const start = at + 1 - LENGTH[which];
        // of two of a rank the first counts, and the longer of two that begin there
        if (RANKS[which + FIRST_NAMED] === RANKS[best] && start > bestStart) continue;
        if (AT_START[which] === 1 && start !== from) continue;
        if (AT_END[which] === 1 && at + 1 < end && isAlphanumeric(bytes[at + 1])) continue;
        if (isLikeness(bytes, from, start)) continue;
        best = which + FIRST_NAMED;
        bestStart = start;
      }
    }
  }
  if (best !== Shape.none) return best;
  return isMozilla(bytes, from, end) ? browserOf(bytes, from, end, words) : strayOf(bytes, end);
}

/**
 * The version that stands behind the name of a tool, library or crawler, as in "sqlmap/1.7.2#stable" or
 * "Fuzz Faster U Fool v2.0.0"; for a browser that of its engine. '' when there is none. Cold.
 */
export function agentVersion(bytes: Uint8Array, from: number, to: number): string {
  const agent = agentOf(bytes, from, to);
  const text = latinText(bytes, from, Math.min(to, from + LONGEST));
  if (agent < FIRST_NAMED) {
    const part = [Part.edg, Part.chrome, Part.firefox, Part.version, Part.msie].find((which) => versionAt[which] >= 0);
    return part === undefined ? '' : versionIn(text, versionAt[part] - from);
  }
  const sign = wordOf(AGENTS[agent].sign);
  return versionIn(text, text.toLowerCase().indexOf(sign) + sign.length);
}

/** Letters, digits and marks of a version from `at`, behind a slash, a blank or a "v". */
function versionIn(text: string, at: number): string {
  let start = at;
  while (start < text.length && start < at + 3 && '/ vV('.includes(text[start])) start += 1;
  if (start >= text.length || !isDigit(text.charCodeAt(start))) return '';
  let end = start;
  while (end < text.length && (isAlphanumeric(text.charCodeAt(end)) || '.-#_+'.includes(text[end]))) end += 1;
  return text.slice(start, end);
}

const LIKE = [0x6c, 0x69, 0x6b, 0x65, 0x20];

/** Whether "like " stands before: "like Googlebot" is what others say. */
function isLikeness(bytes: Uint8Array, from: number, start: number): boolean {
  if (start - LIKE.length < from) return false;
  for (let n = 0; n < LIKE.length; n += 1) if (bytes[start - LIKE.length + n] !== LIKE[n]) return false;
  return true;
}

const MOZILLA = [0x4d, 0x6f, 0x7a, 0x69, 0x6c, 0x6c, 0x61, 0x2f];

function isMozilla(bytes: Uint8Array, from: number, end: number): boolean {
  if (end - from < MOZILLA.length) return false;
  for (let n = 0; n < MOZILLA.length; n += 1) if (bytes[from + n] !== MOZILLA[n]) return false;
  return true;
}

/** Not Mozilla and not in the list: Opera until 12, or an application. */
function strayOf(bytes: Uint8Array, end: number): number {
  return versionAt[Part.opera] >= 0 && major(bytes, Part.opera, end) < 13 ? Shape.ancient : Shape.other;
}

function browserOf(bytes: Uint8Array, from: number, end: number, words: number): number {
  // "Mozilla/5.0" or "Mozilla/4.0", nothing else: "Mozilla/5.00" was written by a program
  const generation = bytes[from + 8] - 0x30;
  if (bytes[from + 9] !== 0x2e || bytes[from + 10] !== 0x30) return Shape.contradiction;
  if (end - from > 11 && bytes[from + 11] !== 0x20) return Shape.contradiction;
  if (end - from < 16) return Shape.bare;
  if (contradicts(bytes, end, words)) return Shape.contradiction;
  if (generation < 5 || isAncient(bytes, end)) return Shape.ancient;
  const hasEngine =
    versionAt[Part.chrome] >= 0 ||
    versionAt[Part.firefox] >= 0 ||
    versionAt[Part.webkit] >= 0 ||
    versionAt[Part.trident] >= 0 ||
    versionAt[Part.gecko] >= 0;
  return hasEngine ? Shape.browser : Shape.bare;
}

/** Whole number at the start of a part's version; −1: the part is missing or has none. */
function major(bytes: Uint8Array, part: number, end: number): number {
  let at = versionAt[part];
  if (at < 0 || at >= end || !isDigit(bytes[at])) return -1;
  let value = 0;
  for (; at < end && isDigit(bytes[at]) && value < 1e6; at += 1) value = value * 10 + bytes[at] - 0x30;
  return value;
}

/** Windows NT version as major × 10 + minor; −1: no Windows. */
function windows(bytes: Uint8Array, end: number): number {
  const whole = major(bytes, Part.windows, end);
  if (whole < 0) return -1;
  const dot = versionAt[Part.windows] + (whole > 9 ? 2 : 1);
  return whole * 10 + (bytes[dot] === 0x2e && isDigit(bytes[dot + 1]) ? bytes[dot + 1] - 0x30 : 0);
}

/** Releases of Windows NT there have been, as `windows` counts them. */
const isWindows = (version: number): boolean =>
  version === 40 || (version >= 50 && version <= 52) || (version >= 60 && version <= 63) || version === 100;

/**
 * Parts that cannot stand together, by what the makers ended: Chrome for Windows XP and Vista with 49, for 7 and 8 with
 * 109; Firefox for XP with 52, for 7 and 8 with 115; Firefox names its own version twice but for 110–119 (frozen
 * "rv:109.0"); Chrome's engine calls itself 537.36 since 27, and from 107 on desktop versions end in ".0.0.0";
 * Trident 4–7 belong to Internet Explorer 8–11.
 */
function contradicts(bytes: Uint8Array, end: number, words: number): boolean {
  const nt = windows(bytes, end);
  if (nt >= 0 && (!isWindows(nt) || (words & (Word.macintosh | Word.x11 | Word.iphone | Word.ipad)) !== 0)) return true;
  const chrome = major(bytes, Part.chrome, end);
  if (chrome >= 0) return contradictsChrome(bytes, end, words, chrome, nt);
  const firefox = major(bytes, Part.firefox, end);
  if (firefox >= 0) return contradictsFirefox(bytes, end, firefox, nt);
  const msie = major(bytes, Part.msie, end);
  const trident = major(bytes, Part.trident, end);
  // compatibility view says 7 with any Trident
  if (msie > 7 && trident >= 4 && trident + 4 !== msie) return true;
  return msie >= 0 && msie <= 8 && trident < 0 && nt >= 62;
}

function contradictsChrome(bytes: Uint8Array, end: number, words: number, chrome: number, nt: number): boolean {
  if (chrome > 49 && nt >= 0 && nt < 61) return true;
  if (chrome > 109 && nt >= 61 && nt < 100) return true;
  const engine = major(bytes, Part.webkit, end);
  if (chrome >= 28 && engine !== 537) return true;
  if (versionAt[Part.firefox] >= 0) return true;
  if ((words & (Word.webView | Word.embedded)) !== 0 || versionAt[Part.android] >= 0 || chrome < 120) return false;
  return !isReduced(bytes, end);
}

/** Whether Chrome's version is "N.0.0.0". */
function isReduced(bytes: Uint8Array, end: number): boolean {
  let at = versionAt[Part.chrome];
  while (at < end && isDigit(bytes[at])) at += 1;
  for (let n = 0; n < 3; n += 1, at += 2)
    if (at + 1 >= end || bytes[at] !== 0x2e || bytes[at + 1] !== 0x30) return false;
  return at >= end || (bytes[at] !== 0x2e && !isDigit(bytes[at]));
}

function contradictsFirefox(bytes: Uint8Array, end: number, firefox: number, nt: number): boolean {
  if (firefox > 52 && nt >= 0 && nt < 61) return true;
  if (firefox > 115 && nt >= 61 && nt < 100) return true;
  const rv = major(bytes, Part.rv, end);
  if (rv < 0 || firefox < 10 || rv === firefox) return false;
  return !(rv === 109 && firefox >= 110 && firefox <= 119);
}

/** Chrome before 70, Firefox before 60, Safari before 10, any MSIE, Android before 5: 2018 and older. */
function isAncient(bytes: Uint8Array, end: number): boolean {
  const chrome = major(bytes, Part.chrome, end);
  if (chrome >= 0) return chrome < 70;
  const firefox = major(bytes, Part.firefox, end);
  if (firefox >= 0) return firefox < 60;
  if (versionAt[Part.msie] >= 0) return true;
  const android = major(bytes, Part.android, end);
  if (android >= 0) return android < 5;
  return versionAt[Part.version] >= 0 && versionAt[Part.safari] >= 0 && major(bytes, Part.version, end) < 10;
}
