import { word16 } from './answers/text.ts';
import { SSH_OFFER, STARTTLS_HELLO, TLS_HELLO } from '../record/hint.ts';
import { hashBytes } from '../record/fnv.ts';
import { mixSigned } from '../table/hash.ts';

// Hot: once a TLS connection.

/**
 * The ClientHello of TLS: what a client offers, as one number that is the same for all hellos of one program.
 *
 *   record   22 · version (2) · length (2)                                    RFC 8446 section 5.1
 *   hello    1 · length (3) · version (2) · random (32) · session id (1 + n)  RFC 8446 section 4.1.2
 *            cipher suites (2 + n) · compressions (1 + n) · extensions (2 + n): type (2) · length (2) · …
 *   SSL 2    length (2, highest bit set) · 1 · version (2) · …                RFC 5246 appendix E.2
 *
 * Clients shuffle their extensions, put in values that mean nothing (GREASE, RFC 8701), and say each time another name,
 * key share, ticket and padding. What is left: version, cipher suites in their order, and the set of groups and versions in
 * extensions.
 */

/** Bytes of a hello that are looked at. */
const SPAN = 2048;
const HANDSHAKE = 22;
const CLIENT_HELLO = 1;
const HEADER = 5;
/** Where the session id stands in a record. */
const SESSION = HEADER + 4 + 2 + 32;
const GROUPS = 10;
const VERSIONS = 43;
/** Cipher suites that tell something else: renegotiation (RFC 5746), a fallback (RFC 7507). */
const RENEGOTIATION = 0x00ff;
const FALLBACK = 0x5600;

const isGrease = (value: number): boolean => (value & 0x0f0f) === 0x0a0a && value >>> 8 === (value & 0xff);

/** What stands among the cipher suites and is none. */
const isNoSuite = (value: number): boolean => value === RENEGOTIATION || value === FALLBACK || isGrease(value);

/** The hint of the ClientHello that a connection begins with, by the newest version it offers; 0: it begins otherwise. */
export function helloOf(bytes: Uint8Array, from: number, end: number): number {
  if (end - from < HEADER + 6) return 0;
  if (bytes[from] === HANDSHAKE)
    return bytes[from + 1] === 3 && bytes[from + HEADER] === CLIENT_HELLO
      ? hintOf(word16(bytes, from + HEADER + 4))
      : 0;
  return isOld(bytes, from) ? hintOf(word16(bytes, from + 3)) : 0;
}

/*
 * What SSH offers (RFC 4253 sections 6, 7.1), as far as it stands in one segment:
 *
 *   packet   length (4) · padding (1) · payload · padding
 *   payload  20 · cookie (16) · ten lists of names: length (4) · names between commas · …
 */
const KEXINIT = 20;
const LISTS = 4 + 1 + 1 + 16;
const LONGEST = 35_000;

/** The hint of a hello that comes when a connection has begun with something else; 0: it is none. */
export function laterHelloOf(bytes: Uint8Array, from: number, end: number): number {
  if (bytes[from] === HANDSHAKE) return helloOf(bytes, from, end) === 0 ? 0 : STARTTLS_HELLO;
  if (end - from < LISTS + 8 || bytes[from + 5] !== KEXINIT || word16(bytes, from) !== 0) return 0;
  const isList =
    word16(bytes, from + LISTS) === 0 && bytes[from + LISTS + 4] >= 0x61 && bytes[from + LISTS + 4] <= 0x7a;
  return isList && word16(bytes, from + 2) <= LONGEST ? SSH_OFFER : 0;
}

/** The same of SSH: its lists, without the cookie before them and the padding behind. */
export function sshOfferOf(bytes: Uint8Array, from: number, end: number): number {
  const last = from + 4 + word16(bytes, from + 2) - bytes[from + 4];
  return hashBytes(bytes, from + LISTS, Math.max(from + LISTS, Math.min(last, end))) || 1;
}

/** TLS 1.3 says 1.2 here, and the rest in an extension. */
function hintOf(version: number): number {
  if (version === 2) return TLS_HELLO + 4;
  if (version < 0x300 || version > 0x304) return 0;
  return TLS_HELLO + (version >= 0x303 ? 0 : 0x303 - version);
}

const isOld = (bytes: Uint8Array, from: number): boolean =>
  (bytes[from] & 0x80) !== 0 && bytes[from + 2] === CLIENT_HELLO;

/** What the hello at `bytes[from]` … `bytes[end − 1]` offers, as far as it is there in whole; never 0. */
export function offerOf(bytes: Uint8Array, from: number, end: number): number {
  const last = end - from > SPAN ? from + SPAN : end;
  if (isOld(bytes, from)) return word16(bytes, from + 3) + 1;
  const version = word16(bytes, from + HEADER + 4) + 1;
  const suites = from + SESSION + 1 + (from + SESSION < last ? bytes[from + SESSION] : 0);
  if (suites + 2 > last) return version;
  const after = suites + 2 + word16(bytes, suites);
  if (after >= last) return version;
  let offer = version;
  for (let at = suites + 2; at + 2 <= after; at += 2)
    if (!isNoSuite(word16(bytes, at))) offer = mixSigned(offer, word16(bytes, at) + 1);
  const whole = from + HEADER + word16(bytes, from + 3);
  if (whole <= last) offer = (offer + extensions(bytes, after + 1 + bytes[after], whole)) | 0;
  return offer || 1;
}

/** The groups and versions in the extensions that stand at `from`. */
function extensions(bytes: Uint8Array, from: number, end: number): number {
  let sum = 0;
  for (let at = from + 2; at + 4 <= end; at += 4 + word16(bytes, at + 2)) {
    const type = word16(bytes, at);
    if (type !== GROUPS && type !== VERSIONS) continue;
    const first = type === GROUPS ? at + 6 : at + 5;
    const after = Math.min(end, at + 4 + word16(bytes, at + 2));
    for (let value = first; value + 2 <= after; value += 2) sum = (sum + weight(word16(bytes, value), type)) | 0;
  }
  return sum;
}

/** The sum of weights is that of a set, in whatever order. */
const weight = (value: number, kind: number): number => (isGrease(value) ? 0 : mixSigned(value + 1, kind));
