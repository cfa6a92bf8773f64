import { isDigit } from '../../record/ascii.ts';
import { Told } from '../../record/answer.ts';
import { type Parser, service } from './parser.ts';
import { ascii, lineEnd, startsWith, startsWithAnyCase } from './text.ts';
import type { Found } from './writer.ts';

// Hot: the first packets with payload of every target.

/*
 * Status lines of HTTP and of what was made after it, and the field that names the software:
 *
 *   response = version SP 3DIGIT [SP reason] CRLF *(name ":" OWS value CRLF) CRLF
 *   version  = "HTTP/1." DIGIT (RFC 9112 section 4) | "RTSP/" DIGIT "." DIGIT (RFC 7826 section 8) | "SIP/2.0" (RFC 3261 section 7.2)
 */
const HTTP = ascii('HTTP/');
const RTSP = ascii('RTSP/');
const SIP = ascii('SIP/');
const SERVER = ascii('server:');
const USER_AGENT = ascii('user-agent:');
const NONE = new Uint8Array(0);

/** First digit of a status that another will follow (1xx). */
const PROVISIONAL = 49;

/** Header lines that are looked at. */
const LINES = 64;

function response(
  bytes: Uint8Array,
  at: number,
  end: number,
  found: Found,
  number: number,
  version: Uint8Array,
  other: Uint8Array,
): boolean {
  const status = at + version.length + 4;
  if (!startsWith(bytes, at, end, version) || status + 3 > end) return false;
  if (bytes[status - 1] !== 32 || !isDigit(bytes[status]) || !isDigit(bytes[status + 2])) return false;
  const first = lineEnd(bytes, at, end);
  let start = first;
  for (let n = 0; n < LINES; n += 1) {
    start += bytes[start] === 13 ? 2 : 1;
    const last = lineEnd(bytes, start, end);
    if (start >= end || last === start) break;
    const size = nameSize(bytes, start, end, other);
    if (size > 0) return found.set(Told.server, number, bytes, skipSpace(bytes, start + size, last), last);
    start = last;
  }
  found.set(Told.banner, number, bytes, at, first);
  found.more = bytes[status] === PROVISIONAL;
  return true;
}

/** Length of the name, with its colon, when the line is of a field that names the software; else 0. */
function nameSize(bytes: Uint8Array, at: number, end: number, other: Uint8Array): number {
  if (startsWithAnyCase(bytes, at, end, SERVER)) return SERVER.length;
  return other.length > 0 && startsWithAnyCase(bytes, at, end, other) ? other.length : 0;
}

function skipSpace(bytes: Uint8Array, at: number, end: number): number {
  let k = at;
  while (k < end && (bytes[k] === 32 || bytes[k] === 9)) k += 1;
  return k;
}

const httpNumber = service('http');
export const http: Parser = {
  name: 'http',
  first: [72],
  read: (bytes, at, end, found) => response(bytes, at, end, found, httpNumber, HTTP, NONE),
};

/** UPnP's discovery answers as HTTP does, in a datagram (UPnP Device Architecture 2.0 section 1.3.3). */
const ssdpNumber = service('ssdp');
export const ssdp: Parser = {
  name: 'ssdp',
  first: [72],
  read: (bytes, at, end, found) => response(bytes, at, end, found, ssdpNumber, HTTP, NONE),
};

const rtspNumber = service('rtsp');
export const rtsp: Parser = {
  name: 'rtsp',
  first: [82],
  read: (bytes, at, end, found) => response(bytes, at, end, found, rtspNumber, RTSP, NONE),
};

const sipNumber = service('sip');
export const sip: Parser = {
  name: 'sip',
  first: [83],
  read: (bytes, at, end, found) => response(bytes, at, end, found, sipNumber, SIP, USER_AGENT),
};
