import { Told } from '../../record/answer.ts';
import { type Parser, service } from './parser.ts';
import { ascii, before, Composed, indexOf, startsWithAnyCase, word16 } from './text.ts';
import type { Found } from './writer.ts';

// Hot: the first packets with payload of every target.

const composed = new Composed();

/*
 * DNS answer to "version.bind" TXT CH and its like (RFC 1035 section 4.1, RFC 4892 section 3):
 *   header   = id 16, flags 16 (QR 1, opcode 4, …), questions 16, answers 16, … 12 bytes
 *   question = name, type 16 (TXT 16), class 16 (CH 3)
 *   answer   = name, type 16, class 16, ttl 32, size 16, (size 8, text)
 *   name     = *(size 8, text) 0 | pointer 16 (11…)
 */
const CHAOS = 3;
const TXT = 16;
const NAMES = [
  Uint8Array.of(7, ...ascii('version'), 4, ...ascii('bind'), 0),
  Uint8Array.of(7, ...ascii('version'), 6, ...ascii('server'), 0),
  Uint8Array.of(8, ...ascii('hostname'), 4, ...ascii('bind'), 0),
  Uint8Array.of(2, ...ascii('id'), 6, ...ascii('server'), 0),
];
const dnsNumber = service('dns');

/** Over TCP the length stands before (RFC 1035 section 4.2.2). */
export const dnsOverTcp: Parser = {
  name: 'dns',
  first: [0, 1],
  read: (bytes, at, end, found, asked) =>
    end - at > 2 && word16(bytes, at) === end - at - 2 && dns.read(bytes, at + 2, end, found, asked),
};

export const dns: Parser = {
  name: 'dns',
  read: (bytes, at, end, found) => {
    if (end - at < 12 || (bytes[at + 2] & 0xf8) !== 0x80 || word16(bytes, at + 4) !== 1 || word16(bytes, at + 6) === 0)
      return false;
    const question = askedFor(bytes, at + 12, end);
    if (question < 0 || question + 4 > end) return false;
    if (word16(bytes, question) !== TXT || word16(bytes, question + 2) !== CHAOS) return false;
    const answer = skipName(bytes, question + 4, end);
    if (answer < 0 || answer + 11 > end || word16(bytes, answer) !== TXT) return false;
    const size = bytes[answer + 10];
    if (answer + 11 + size > end) return false;
    return found.set(Told.version, dnsNumber, bytes, answer + 11, answer + 11 + size);
  },
};

/** Where the question goes on behind one of the names, or −1: it is another. */
function askedFor(bytes: Uint8Array, at: number, end: number): number {
  for (let k = 0; k < NAMES.length; k += 1)
    if (startsWithAnyCase(bytes, at, end, NAMES[k])) return at + NAMES[k].length;
  return -1;
}

function skipName(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== 0 && bytes[at] < 0xc0) at += bytes[at] + 1;
  if (at >= end) return -1;
  return at + (bytes[at] === 0 ? 1 : 2);
}

/*
 * NTP (RFC 5905 section 7.3): leap 2, version 3, mode 3; stratum 8, poll 8, precision 8, root delay 32, …
 *   mode 4, server: 48 bytes, with a key 68 or 72
 *   mode 6, control (RFC 9327 section 2): response 1, error 1, more 1, operation 5; sequence 16, status 16, association 16,
 *     offset 16, count 16; count bytes of text (`name=value, …`), padded to 32 bits
 *   mode 7, private (ntpd's ntp_request.h): response 1, more 1, version 3, mode 3; sequence 8; implementation 8; request 8;
 *     error 4, items 12; 0 4, size 12; items × size bytes
 */
const NTP = ascii('NTPv');
const STRATUM = ascii(' stratum ');
const PRIVATE = ascii('NTP private mode, request ');
const SYSTEM_VERSION = ascii('version="');
const ntpNumber = service('ntp');
export const ntp: Parser = {
  name: 'ntp',
  read: (bytes, at, end, found) => {
    const version = (bytes[at] >>> 3) & 7;
    if (end - at < 8 || version < 1 || version > 4) return false;
    const mode = bytes[at] & 7;
    if (mode === 4) return server(bytes, at, end, found, version);
    if (mode === 6) return control(bytes, at, end, found);
    return mode === 7 && priv(bytes, at, end, found);
  },
};

/** A delay of a second or more to the root clock is as good as never: but a DNS header would read so. */
function server(bytes: Uint8Array, at: number, end: number, found: Found, version: number): boolean {
  const size = end - at;
  if ((size !== 48 && size !== 68 && size !== 72) || bytes[at + 1] > 16 || word16(bytes, at + 4) !== 0) return false;
  composed
    .begin(NTP)
    .decimal(version)
    .add(STRATUM, 0, STRATUM.length)
    .decimal(bytes[at + 1]);
  return found.set(Told.banner, ntpNumber, composed.bytes, 0, composed.used);
}

function control(bytes: Uint8Array, at: number, end: number, found: Found): boolean {
  if (end - at < 12 || bytes[at + 1] < 0x80) return false;
  const text = at + 12;
  const last = text + word16(bytes, at + 10);
  if (last > end || end - last > 3 + 24 || last === text) return false;
  const version = indexOf(bytes, text, last, SYSTEM_VERSION);
  if (version < 0) return found.set(Told.description, ntpNumber, bytes, text, last);
  const start = version + SYSTEM_VERSION.length;
  const quote = before(bytes, start, last, 34);
  return found.set(Told.version, ntpNumber, bytes, start, quote < 0 ? last : quote);
}

function priv(bytes: Uint8Array, at: number, end: number, found: Found): boolean {
  const items = word16(bytes, at + 4) & 0xfff;
  const size = word16(bytes, at + 6);
  if (bytes[at] < 0x80 || bytes[at + 2] > 3 || size > 0xfff || end - at < 8 + items * size) return false;
  if (end - at > 8 + items * size + 48) return false;
  composed.begin(PRIVATE).decimal(bytes[at + 3]);
  return found.set(Told.description, ntpNumber, composed.bytes, 0, composed.used);
}
