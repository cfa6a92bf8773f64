import { isDigit, isLetter } from '../../record/ascii.ts';
import { Asked, RequestTrait, verbOf } from '../../record/request.ts';
import { ascii, lineEnd, startsWith, startsWithAnyCase } from '../answers/text.ts';
import { parsed } from './parsed.ts';

// Hot: once a request and once a reply.

/*
 * HTTP/1.x (RFC 9112 sections 2–6), as far as it tells what was asked and where the next message begins:
 *
 *   request  = verb SP target SP version CRLF fields CRLF body         broken ones: any line
 *   response = version SP 3DIGIT [SP reason] CRLF fields CRLF body
 *   verb     = token     version = "HTTP/1.0" | "HTTP/1.1"
 *   target   = "/" … | "http" ["s"] "://" … | "*" | authority (after CONNECT)
 *   fields   = *(name ":" OWS value OWS CRLF)      Host, User-Agent, Referer; Content-Length, Transfer-Encoding
 *
 * Lines may end in LF alone. SIP (RFC 3261) has lines of the same form and another version.
 */
const SPACE = 32;
const TAB = 9;
const CR = 13;
const LF = 10;
const COLON = 58;
const SLASH = 47;
const STAR = 42;
const OPEN = 91;
const CLOSE = 93;

const CONNECT = verbOf(ascii('CONNECT'), 0, 7);
const OTHER = verbOf(ascii('x'), 0, 1);

/** Longest verb, and longest request line that is looked at. */
const VERB_MOST = 24;
const LINE_MOST = 4096;

const VERSION = ascii('HTTP/1.');
const ANY_VERSION = ascii('http/');
const SIP = ascii('sip/2.0');
const RTSP = ascii('rtsp/');
const ABSOLUTE = ascii('http://');
const ABSOLUTE_TLS = ascii('https://');
const HOST = ascii('host:');
const AGENT = ascii('user-agent:');
const AUTHORIZATION = ascii('authorization:');
const REFERER = ascii('referer:');
const LENGTH = ascii('content-length:');
const ENCODING = ascii('transfer-encoding:');
const CHUNKED = ascii('chunked');

/** What bytes at the beginning of a message are. */
export const Opening = {
  /** no request line */
  none: 0,
  /** what may become a verb and more */
  partial: 1,
  /** a word, a blank and something: HTTP if the server answers in HTTP */
  perhaps: 2,
  certain: 3,
  sip: 4,
} as const;

/** 1: a byte of a token (RFC 9110 section 5.6.2). */
const TOKEN = new Uint8Array(256);
for (const byte of ascii("!#$%&'*+-.^_`|~0123456789")) TOKEN[byte] = 1;
for (let letter = 65; letter <= 90; letter += 1) TOKEN[letter] = TOKEN[letter + 32] = 1;

/** The parts of the line that `readLine` read last. */
export const Line = { verbEnd: 0, target: 0, targetEnd: 0, end: 0, versioned: false, sound: false };

/** Reads a request line that begins at `at`; one of Opening. */
export function readLine(bytes: Uint8Array, at: number, end: number): number {
  let verbEnd = at;
  while (verbEnd < end && TOKEN[bytes[verbEnd]] !== 0 && verbEnd - at <= VERB_MOST) verbEnd += 1;
  Line.verbEnd = verbEnd;
  Line.versioned = false;
  Line.sound = false;
  Line.target = verbEnd + 1;
  Line.end = Line.targetEnd = verbEnd;
  if (verbEnd === at || verbEnd - at > VERB_MOST || !isLetter(bytes[at])) return Opening.none;
  if (verbEnd === end) return Opening.partial;
  if (bytes[verbEnd] !== SPACE) return Opening.none;
  Line.end = Line.targetEnd = end;
  if (verbEnd + 1 === end) return Opening.partial;
  Line.end = Line.targetEnd = lineEnd(bytes, verbEnd + 1, Math.min(end, at + LINE_MOST));
  const version = versionAt(bytes, Line.target, Line.end);
  if (version < 0) return unversioned(bytes, at);
  if (startsWithAnyCase(bytes, version, Line.end, RTSP)) return Opening.none;
  Line.targetEnd = version - 1;
  if (startsWithAnyCase(bytes, version, Line.end, SIP)) return Opening.sip;
  Line.versioned = true;
  Line.sound = isSound(bytes, at, version);
  return Opening.certain;
}

/** Where the version of a line begins that ends at `end`, or −1: it has none. */
function versionAt(bytes: Uint8Array, from: number, end: number): number {
  let at = end;
  while (at > from && bytes[at - 1] !== SPACE) at -= 1;
  if (at <= from) return -1;
  const known =
    startsWithAnyCase(bytes, at, end, ANY_VERSION) ||
    startsWithAnyCase(bytes, at, end, SIP) ||
    startsWithAnyCase(bytes, at, end, RTSP);
  return known ? at : -1;
}

function unversioned(bytes: Uint8Array, at: number): number {
  const { verbEnd, target, end } = Line;
  if (target >= end) return Opening.none;
  const verb = verbOf(bytes, at, verbEnd);
  const path = bytes[target] === SLASH || startsWithAnyCase(bytes, target, end, ABSOLUTE);
  return path && verb > 0 && verb < OTHER ? Opening.certain : Opening.perhaps;
}

/** Whether version and target are as the grammar has them. */
function isSound(bytes: Uint8Array, at: number, version: number): boolean {
  const { verbEnd, target, targetEnd, end } = Line;
  const minor = bytes[version + VERSION.length];
  if (!startsWith(bytes, version, end, VERSION) || end - version !== VERSION.length + 1) return false;
  if (minor !== 48 && minor !== 49) return false;
  if (target >= targetEnd) return false;
  for (let k = target; k < targetEnd; k += 1) if (bytes[k] <= SPACE || bytes[k] === 127) return false;
  if (bytes[target] === SLASH || (bytes[target] === STAR && targetEnd - target === 1)) return true;
  if (verbOf(bytes, at, verbEnd) === CONNECT) return true;
  return (
    startsWithAnyCase(bytes, target, targetEnd, ABSOLUTE) || startsWithAnyCase(bytes, target, targetEnd, ABSOLUTE_TLS)
  );
}

/** What the head that was read last says of its body. */
export const Body = {
  /** Content-Length in bytes, −1: not told */
  length: -1,
  chunked: false,
};

/**
 * Reads a request's head from `at` on into `parsed` and `Body`. `readLine` has just read its line.
 *
 * @param opening what that came to, one of Opening
 * @returns where the head ends, 0: not before `end`. What breaks the grammar ends with what there is, if not before.
 */
export function readRequest(bytes: Uint8Array, at: number, end: number, opening: number): number {
  parsed.begin(bytes);
  if (opening === Opening.none) return readRubbish(bytes, at, end);
  const { verbEnd, target, targetEnd, end: line, versioned, sound } = Line;
  const cut = line >= end;
  parsed.asked = target < targetEnd ? Asked.path : Asked.nothing;
  parsed.verb = verbOf(bytes, at, verbEnd);
  parsed.name = Math.min(target, targetEnd);
  parsed.nameEnd = targetEnd;
  if (!sound && !cut) parsed.traits = RequestTrait.brokenLine;
  let stop = readFields(bytes, line, end, true);
  if (parsed.siteEnd === parsed.site) siteOfTarget(bytes, target, targetEnd);
  if (stop === 0 && !cut && !versioned) stop = end;
  if (stop !== 0) parsed.traits |= RequestTrait.agentTold | RequestTrait.refererTold;
  return stop;
}

/** No request line: its first line is what is named. */
function readRubbish(bytes: Uint8Array, at: number, end: number): number {
  parsed.name = at;
  parsed.nameEnd = lineEnd(bytes, at, end);
  parsed.traits = RequestTrait.brokenLine;
  Body.length = -1;
  Body.chunked = false;
  return end;
}

/**
 * Reads the header lines after the line that ends at `at`. Of a response only how long its body is matters.
 *
 * @returns where the blank line behind them ends, 0: not before `end`
 */
function readFields(bytes: Uint8Array, at: number, end: number, asks: boolean): number {
  Body.length = -1;
  Body.chunked = false;
  let from = feedAt(bytes, at, end) + 1;
  while (from < end) {
    const feed = feedAt(bytes, from, end);
    const to = feed > from && bytes[feed - 1] === CR ? feed - 1 : feed;
    if (to === from && feed < end) return feed + 1;
    if (asks || Body.length < 0) readField(bytes, from, to, asks);
    from = feed + 1;
  }
  return 0;
}

/** Where the next line feed stands, or `end`. */
function feedAt(bytes: Uint8Array, at: number, end: number): number {
  let k = at;
  while (k < end && bytes[k] !== LF) k += 1;
  return k;
}

function readField(bytes: Uint8Array, at: number, end: number, asks: boolean): void {
  switch (bytes[at] | 32) {
    case 97: // a
      if (asks && startsWithAnyCase(bytes, at, end, AUTHORIZATION)) parsed.traits |= RequestTrait.secretGuessed;
      return;
    case 99: // c
      if (startsWithAnyCase(bytes, at, end, LENGTH)) readLength(bytes, at + LENGTH.length, end);
      return;
    case 116: // t
      if (startsWithAnyCase(bytes, at, end, ENCODING)) readEncoding(bytes, at + ENCODING.length, end);
      return;
    case 104: // h
      if (asks && startsWithAnyCase(bytes, at, end, HOST)) readHost(bytes, at + HOST.length, end);
      return;
    case 117: // u
      if (asks && startsWithAnyCase(bytes, at, end, AGENT)) readAgent(bytes, at + AGENT.length, end);
      return;
    case 114: // r
      if (asks && startsWithAnyCase(bytes, at, end, REFERER)) {
        parsed.referer = valueStart(bytes, at + REFERER.length, end);
        parsed.refererEnd = valueEnd(bytes, parsed.referer, end);
        parsed.traits |= RequestTrait.refererTold;
      }
  }
}

function readLength(bytes: Uint8Array, at: number, end: number): void {
  let length = 0;
  let k = valueStart(bytes, at, end);
  const first = k;
  for (; k < end && isDigit(bytes[k]) && k - first < 15; k += 1) length = length * 10 + bytes[k] - 48;
  if (k > first) Body.length = length;
}

function readEncoding(bytes: Uint8Array, at: number, end: number): void {
  for (let k = at; k < end; k += 1) if (startsWithAnyCase(bytes, k, end, CHUNKED)) Body.chunked = true;
}

export function readAgent(bytes: Uint8Array, at: number, end: number): void {
  parsed.agent = valueStart(bytes, at, end);
  parsed.agentEnd = valueEnd(bytes, parsed.agent, end);
  parsed.traits |= RequestTrait.agentTold;
}

export function valueStart(bytes: Uint8Array, at: number, end: number): number {
  let start = at;
  while (start < end && (bytes[start] === SPACE || bytes[start] === TAB)) start += 1;
  return start;
}

function valueEnd(bytes: Uint8Array, at: number, end: number): number {
  let stop = end;
  while (stop > at && (bytes[stop - 1] === SPACE || bytes[stop - 1] === TAB)) stop -= 1;
  return stop;
}

function readHost(bytes: Uint8Array, at: number, end: number): void {
  const start = valueStart(bytes, at, end);
  parsed.site = start;
  parsed.siteEnd = hostEnd(bytes, start, valueEnd(bytes, start, end));
}

/** Where a host ends that a port may follow; an IPv6 address stands in brackets (RFC 3986 section 3.2.2). */
export function hostEnd(bytes: Uint8Array, at: number, end: number): number {
  let k = at;
  if (bytes[at] === OPEN) while (k < end && bytes[k] !== CLOSE) k += 1;
  while (k < end && bytes[k] !== COLON) k += 1;
  return k;
}

/** The host of a target in absolute form, when no field has told it (RFC 9112 section 3.2.2). */
function siteOfTarget(bytes: Uint8Array, at: number, end: number): void {
  const scheme = startsWithAnyCase(bytes, at, end, ABSOLUTE)
    ? ABSOLUTE.length
    : startsWithAnyCase(bytes, at, end, ABSOLUTE_TLS)
      ? ABSOLUTE_TLS.length
      : 0;
  if (scheme === 0) return;
  let stop = at + scheme;
  while (stop < end && bytes[stop] !== SLASH) stop += 1;
  parsed.site = at + scheme;
  parsed.siteEnd = hostEnd(bytes, parsed.site, stop);
}

/** Whether a response begins at `at`. */
export function isResponse(bytes: Uint8Array, at: number, end: number): boolean {
  return statusOf(bytes, at, end) !== 0;
}

/** Status of the response that begins at `at`, 0: none does. */
export function statusOf(bytes: Uint8Array, at: number, end: number): number {
  const digits = at + VERSION.length + 2;
  if (digits + 3 > end || !startsWith(bytes, at, end, VERSION) || bytes[digits - 1] !== SPACE) return 0;
  if (!isDigit(bytes[digits]) || !isDigit(bytes[digits + 1]) || !isDigit(bytes[digits + 2])) return 0;
  return (bytes[digits] - 48) * 100 + (bytes[digits + 1] - 48) * 10 + bytes[digits + 2] - 48;
}

/** Whether bytes[at … end) are fewer than a status line needs, and may become one. */
export function mayBecomeResponse(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at >= VERSION.length + 5) return false;
  const size = Math.min(end - at, VERSION.length);
  for (let k = 0; k < size; k += 1) if (bytes[at + k] !== VERSION[k]) return false;
  return true;
}

/** Reads a response's head from `at` on into `Body`; returns where it ends, 0: not before `end`. */
export function readResponse(bytes: Uint8Array, at: number, end: number): number {
  return readFields(bytes, at, end, false);
}
