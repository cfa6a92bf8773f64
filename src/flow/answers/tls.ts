import { Told } from '../../record/answer.ts';
import { Element, enter, enterTag, skip, skipTag, Tag } from './ber.ts';
import { service } from './parser.ts';
import { STREAM_BYTES } from './streams.ts';
import { ascii, Composed, startsWith, word16 } from './text.ts';
import type { Found } from './writer.ts';

// Hot: the first flight of every TLS server.

/*
 * The server's first flight (RFC 5246 sections 6.2.1, 7.4; RFC 8446 section 5.1): records, and in them, running on from
 * one to the next, handshake messages.
 *
 *   record      = type 8 (22: handshake), version 16, length 16, bytes
 *   message     = type 8, length 24, body;  2: ServerHello, 11: Certificate (up to version 1.2 readable)
 *   ServerHello = version 16, random(32), session (size 8), cipher 16, compression 8, extensions (size 16)
 *   extension   = type 16, size 16, body;  43: supported_versions, the version 16 that was chosen
 *   Certificate = size 24, *(size 24, X.509)
 */
const HANDSHAKE = 22;
const SERVER_HELLO = 2;
const CERTIFICATE = 11;
const SERVER_DONE = 14;
const SUPPORTED_VERSIONS = 43;
const TLS13 = 0x0304;

/** What a look at the flight led to. `more`: the certificate is still to come; `found` then has the version, if that is known. */
export const TlsRead = { nothing: 0, more: 1, told: 2 } as const;

const tlsNumber = service('tls');
const VERSIONS = ['SSL 3.0', 'TLS 1.0', 'TLS 1.1', 'TLS 1.2', 'TLS 1.3'].map(ascii);
const COMMA = ascii(', ');

/** The handshake messages without the records around them. */
const messages = new Uint8Array(STREAM_BYTES);
const names = new Composed();

/** Reads what is there of the flight, bytes[at … end). */
export function tlsFlight(bytes: Uint8Array, at: number, end: number, found: Found): number {
  found.told = 0;
  let used = 0;
  let record = at;
  let whole = true;
  while (record + 5 <= end && bytes[record] === HANDSHAKE && used < messages.length) {
    if (bytes[record + 1] !== 3) return TlsRead.nothing;
    const size = word16(bytes, record + 3);
    const start = record + 5;
    const stop = Math.min(end, start + size, start + messages.length - used);
    for (let k = start; k < stop; k += 1) messages[used++] = bytes[k];
    record = start + size;
    if (size === 0) break;
  }
  // an alert or encrypted records end what can be read
  if (record < end && bytes[record] !== HANDSHAKE) whole = false;
  const read = flight(used, found);
  return read === TlsRead.more && !whole ? (found.told === 0 ? TlsRead.nothing : TlsRead.told) : read;
}

/** Reads messages[0 … used). */
function flight(used: number, found: Found): number {
  for (let at = 0; ; ) {
    if (at + 4 > used) return TlsRead.more;
    const type = messages[at];
    const body = at + 4;
    const next = body + ((messages[at + 1] << 16) | word16(messages, at + 2));
    if (at === 0 && type !== SERVER_HELLO) return TlsRead.nothing;
    if (next > used) return TlsRead.more;
    if (type === SERVER_HELLO) {
      const version = helloVersion(body, next);
      if (version < 0x0300 || version > TLS13) return TlsRead.nothing;
      const text = VERSIONS[version & 255];
      found.set(Told.version, tlsNumber, text, 0, text.length);
      if (version === TLS13) return TlsRead.told;
    } else if (type === CERTIFICATE) {
      if (certificate(body, next)) found.set(Told.certificateNames, tlsNumber, names.bytes, 0, names.used);
      return TlsRead.told;
    } else if (type === SERVER_DONE) return TlsRead.told;
    at = next;
  }
}

/** The version chosen, or 0: malformed. */
function helloVersion(body: number, end: number): number {
  if (body + 38 > end) return 0;
  const version = word16(messages, body);
  let at = body + 35 + messages[body + 34] + 3;
  if (at > end) return 0;
  if (at + 2 > end) return version;
  const stop = Math.min(end, at + 2 + word16(messages, at));
  for (at += 2; at + 4 <= stop; at += 4 + word16(messages, at + 2))
    if (word16(messages, at) === SUPPORTED_VERSIONS && at + 6 <= stop) return word16(messages, at + 4);
  return version;
}

/*
 * The names in the first certificate (RFC 5280 section 4.1):
 *
 *   Certificate    = SEQUENCE { tbsCertificate, … }
 *   tbsCertificate = SEQUENCE { [0] version OPTIONAL, serial INTEGER, signature SEQUENCE, issuer SEQUENCE, validity SEQUENCE,
 *                               subject SEQUENCE OF SET OF SEQUENCE { type OID, value }, key SEQUENCE,
 *                               [1], [2] OPTIONAL, [3] { SEQUENCE OF SEQUENCE { id OID, critical BOOLEAN OPTIONAL, OCTET STRING } } }
 *   subjectAltName = SEQUENCE OF name;  [2]: DNS name
 */
const COMMON_NAME = Uint8Array.of(0x55, 4, 3);
const ALTERNATIVE_NAME = Uint8Array.of(0x55, 0x1d, 0x11);
const DNS_NAME = 0x82;
const BOOLEAN = 1;
/** Elements of one sequence that are looked at. */
const MOST = 128;

/** Collects the names; false: none, or malformed before the first. */
function certificate(body: number, end: number): boolean {
  names.used = 0;
  if (body + 6 > end) return false;
  const size = (messages[body + 3] << 16) | word16(messages, body + 4);
  const stop = Math.min(end, body + 6 + size);
  let at = enterTag(messages, enterTag(messages, body + 6, stop, Tag.sequence), stop, Tag.sequence);
  if (at < 0) return false;
  const last = Element.end;
  if (messages[at] === 0xa0) at = skip(messages, at, last);
  at = skipTag(messages, at, last, Tag.integer);
  for (let k = 0; k < 3; k += 1) at = skipTag(messages, at, last, Tag.sequence);
  const subject = enterTag(messages, at, last, Tag.sequence);
  if (subject < 0) return false;
  const key = Element.end;
  commonName(subject, key);
  at = skipTag(messages, key, last, Tag.sequence);
  while (at >= 0 && at < last && messages[at] !== 0xa3) at = skip(messages, at, last);
  const list = enterTag(messages, enterTag(messages, at, last, 0xa3), last, Tag.sequence);
  if (list >= 0) alternativeNames(list, Element.end);
  return names.used > 0;
}

function commonName(from: number, end: number): void {
  let at = from;
  for (let n = 0; n < MOST && at >= 0 && at < end; n += 1) {
    const next = skip(messages, at, end);
    const type = enterTag(
      messages,
      enterTag(messages, enterTag(messages, at, end, Tag.set), end, Tag.sequence),
      end,
      Tag.oid,
    );
    const value = Element.end;
    if (type >= 0 && value - type === 3 && startsWith(messages, type, value, COMMON_NAME)) {
      const text = enter(messages, value, end);
      if (text >= 0) addName(text, Element.end);
    }
    at = next;
  }
}

function alternativeNames(from: number, end: number): void {
  let at = from;
  for (let n = 0; n < MOST && at >= 0 && at < end; n += 1) {
    const next = skip(messages, at, end);
    const id = enterTag(messages, enterTag(messages, at, end, Tag.sequence), end, Tag.oid);
    let value = Element.end;
    if (id >= 0 && value - id === 3 && startsWith(messages, id, value, ALTERNATIVE_NAME)) {
      if (messages[value] === BOOLEAN) value = skip(messages, value, next);
      const list = enterTag(messages, enterTag(messages, value, next, Tag.octets), next, Tag.sequence);
      if (list >= 0) dnsNames(list, Element.end);
      return;
    }
    at = next;
  }
}

function dnsNames(from: number, end: number): void {
  let at = from;
  for (let n = 0; n < MOST && at >= 0 && at < end; n += 1) {
    const text = enter(messages, at, end);
    if (text < 0) return;
    const { tag } = Element;
    at = Element.end;
    if (tag === DNS_NAME) addName(text, at);
  }
}

/** Adds a name, but not the one that stands first already. */
function addName(start: number, end: number): void {
  if (names.used > 0) {
    if (end - start <= names.used && isFirst(start, end)) return;
    if (names.used + 2 + end - start > names.bytes.length - 1) return;
    names.add(COMMA, 0, 2);
  }
  names.add(messages, start, end);
}

function isFirst(start: number, end: number): boolean {
  const size = end - start;
  for (let k = 0; k < size; k += 1) if (names.bytes[k] !== messages[start + k]) return false;
  return names.used === size || names.bytes[size] === COMMA[0];
}
