// Hot: runs for every request whose text is new; one request at a time, no allocation.
import { isLetter } from '../../record/ascii.ts';
import { latinBytes } from '../../record/latin.ts';
import { VERBS, verbOf } from '../../record/request.ts';
import { familyNamed, stronger } from './families/index.ts';
import { LONGEST, plainBuffer, plainOf } from './plain.ts';
import { isWord } from './signs.ts';
import { familyOfHeader, familyOfTarget } from './target.ts';

/**
 * The family of a request line: its method, its version, and what is no request at all but the first bytes of another
 * protocol.
 */

const PROXY = familyNamed('another site by way of this one');
const DAV = familyNamed('WebDAV method');
const DIAGNOSIS = familyNamed('method for diagnosis');
const UNREGISTERED = familyNamed('method that is not registered');
const VERSION = familyNamed('version that does not exist');
const VERSIONLESS = familyNamed('request without a version');
const BROKEN = familyNamed('request line that breaks off');
const TLS = familyNamed('TLS at a port without');
const FOREIGN = familyNamed('another protocol');
const BINARY = familyNamed('bytes of no protocol');

const plain = plainBuffer();

const SPACE = 0x20;
const SLASH = 0x2f;
const DOT = 0x2e;

/** By place in VERBS. */
const VERB_FAMILY = Uint8Array.from(VERBS, (verb) => {
  if (verb === 'TRACE' || verb === 'DEBUG') return DIAGNOSIS;
  if (verb === 'CONNECT') return PROXY;
  if (verb === 'REGISTER' || verb === 'INVITE') return FOREIGN;
  if (verb === 'other') return UNREGISTERED;
  const isUsual = ['', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'].includes(verb);
  return isUsual ? 0 : DAV;
});

/**
 * The family of a request as the batches hold it (record/request.ts).
 *
 * @param verb place in VERBS
 * @param isBroken the request line broke the grammar: the target holds what stood behind the verb, or the whole line
 */
export function familyOfRequest(verb: number, isBroken: boolean, bytes: Uint8Array, from: number, to: number): number {
  if (isBroken && verb === 0) return familyOfLine(bytes, from, to);
  const family = VERB_FAMILY[verb];
  if (verb === VERBS.indexOf('CONNECT')) return family;
  if (!isBroken) return stronger(family, familyOfTarget(bytes, from, to));
  const end = targetEnd(bytes, from, to);
  return stronger(stronger(family, end === to ? VERSIONLESS : VERSION), familyOfTarget(bytes, from, end));
}

/**
 * The family of a whole request line (RFC 9112 §3), well-formed or not:
 *
 *     method SP target SP "HTTP/" DIGIT "." DIGIT
 *
 * A line that is empty, or "-", says nothing: browsers open connections that they then do not need.
 */
export function familyOfLine(bytes: Uint8Array, from: number, to: number): number {
  let start = from;
  while (start < to && bytes[start] === SPACE) start += 1;
  if (to === from || (to - from === 1 && bytes[from] === 0x2d)) return 0;
  if (start === to) return BROKEN;
  let verbEnd = start;
  while (verbEnd < to && isToken(bytes[verbEnd])) verbEnd += 1;
  if (!isLetter(bytes[start]) || verbEnd === to || bytes[verbEnd] !== SPACE) return strayLine(bytes, start, to);
  const end = targetEnd(bytes, verbEnd + 1, to);
  if (end < to && !isHttp(bytes, end + 1, to)) {
    const stray = protocolOf(bytes, start, to);
    if (stray !== 0) return stray;
  }
  const verb = verbOf(bytes, start, verbEnd);
  let family = VERB_FAMILY[verb];
  if (family === UNREGISTERED && isTrack(bytes, start, verbEnd)) family = DIAGNOSIS;
  if (end === to) family = stronger(stronger(family, VERSIONLESS), protocolOf(bytes, start, to));
  else if (!isKnownVersion(bytes, end + 1, to)) family = stronger(family, VERSION);
  if (family === PROXY) return family;
  return stronger(family, familyOfTarget(bytes, verbEnd + 1, end));
}

/** Where the target ends: before the last blank, when a version or the like follows it; else `to`. */
function targetEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = to - 1;
  while (at > from && bytes[at] !== SPACE && to - at < 16) at -= 1;
  if (at <= from - 1 || bytes[at] !== SPACE) return to;
  for (let place = at + 1; place < to; place += 1) if (bytes[place] === SLASH) return place > at + 1 ? at : to;
  return to;
}

const HTTP = [0x48, 0x54, 0x54, 0x50, 0x2f];

function isHttp(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from < HTTP.length) return false;
  for (let n = 0; n < HTTP.length; n += 1) if (bytes[from + n] !== HTTP[n]) return false;
  return true;
}

/** HTTP/1.0, 1.1, 2, 2.0, 3, 3.0. */
function isKnownVersion(bytes: Uint8Array, from: number, to: number): boolean {
  if (!isHttp(bytes, from, to)) return false;
  const major = bytes[from + 5] - 0x30;
  if (to - from === 6) return major === 2 || major === 3;
  if (to - from !== 8 || bytes[from + 6] !== DOT) return false;
  const minor = bytes[from + 7] - 0x30;
  return major === 1 ? minor === 0 || minor === 1 : (major === 2 || major === 3) && minor === 0;
}

/** Bytes of a token (RFC 9110 §5.6.2) that methods are made of. */
const isToken = (byte: number): boolean => isWord(byte);

const TRACK = [0x54, 0x52, 0x41, 0x43, 0x4b];

function isTrack(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from !== TRACK.length) return false;
  for (let n = 0; n < TRACK.length; n += 1) if (bytes[from + n] !== TRACK[n]) return false;
  return true;
}

/** First bytes of what is not HTTP; those of one byte more than one protocol has are left out. */
const OPENINGS: readonly (readonly [family: number, opening: string])[] = [
  [TLS, '\x16\x03'],
  [FOREIGN, '\x80\x2e\x01'],
  [FOREIGN, 'SSH-'],
  [FOREIGN, '\x03\0\0'],
  [FOREIGN, 'Cookie: mstshash'],
  [FOREIGN, '\x05\x01\0'],
  [FOREIGN, '\x05\x02\0'],
  [FOREIGN, '\x04\x01'],
  [FOREIGN, 'OPTIONS sip:'],
  [FOREIGN, 'REGISTER sip:'],
  [FOREIGN, 'INVITE sip:'],
  [FOREIGN, 'OPTIONS rtsp:'],
  [FOREIGN, 'DESCRIBE rtsp:'],
  [FOREIGN, 'EHLO '],
  [FOREIGN, 'HELO '],
  [FOREIGN, 'USER '],
  [FOREIGN, 'HELP'],
  [FOREIGN, 'QUIT'],
  [FOREIGN, 'INFO'],
  [FOREIGN, 'STATS'],
  [FOREIGN, 'stats'],
  [FOREIGN, '*1 $'],
  [FOREIGN, '*1  $'],
  [FOREIGN, 'JRMI'],
  [FOREIGN, 't3 '],
  [FOREIGN, 'GIOP'],
  [FOREIGN, 'AMQP'],
  [FOREIGN, '{"'],
  [FOREIGN, 'MGLNDD_'],
  [FOREIGN, 'Gh0st'],
  [FOREIGN, 'DmdT'],
  [FOREIGN, '\x13BitTorrent'],
  [FOREIGN, 'GNUTELLA'],
  [FOREIGN, '<policy'],
  [FOREIGN, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ9999'],
  [FOREIGN, 'TNMP'],
  [FOREIGN, '\0\x0e8'],
  [FOREIGN, '\0\0\0'],
  [FOREIGN, '\0\x06\x01\0\0\x01'],
  [FOREIGN, '\x02\x01\0\0'],
  [FOREIGN, '\x01\0\0'],
];

const OPENING_BYTES = OPENINGS.map(([, opening]) => latinBytes(opening));

/** The protocol whose first bytes a line begins with, 0: none that is known. */
function protocolOf(bytes: Uint8Array, from: number, to: number): number {
  // only the first bytes count, and in them the log's escapes
  plainOf(bytes, from, Math.min(to, from + 128), false, plain);
  for (let which = 0; which < OPENING_BYTES.length; which += 1)
    if (beginsWith(plain.bytes, plain.length, OPENING_BYTES[which])) return OPENINGS[which][0];
  return 0;
}

function beginsWith(text: Uint8Array, length: number, opening: Uint8Array): boolean {
  if (length < opening.length) return false;
  for (let n = 0; n < opening.length; n += 1) if (text[n] !== opening[n]) return false;
  return true;
}

/** Bytes at the start of a line that are looked at for control characters. */
const HEAD = 32;

/** A line that does not begin with a method and a target. */
function strayLine(bytes: Uint8Array, from: number, to: number): number {
  const known = protocolOf(bytes, from, to);
  if (known !== 0) return known;
  let family = BROKEN;
  for (let at = 0; at < plain.length && at < HEAD; at += 1)
    if (plain.bytes[at] < SPACE || plain.bytes[at] > 0x7e) family = BINARY;
  // what was cut off or broken may still hold an attack
  return to - from > 8 ? stronger(family, familyOfHeader(bytes, from, Math.min(to, from + LONGEST))) : family;
}
