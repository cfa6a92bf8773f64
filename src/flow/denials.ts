import { LOGIN_AT, Login } from '../record/login.ts';
import { ascii, indexOfAnyCase, isPrintable, little32, startsWith, startsWithAnyCase, word32 } from './answers/text.ts';

// Hot: once a short segment of a service that people log in to.

/*
 * How services say, in the clear, that a login is refused. Where the rest is encrypted (RDP, SSH) what was carried tells it.
 *
 *   SMB 2   length 32, FE 'SMB', size 16 = 64, credits 16, status 32, command 16 = 1 (session setup)      [MS-SMB2] 2.2.1
 *   SMB 1   length 32, FF 'SMB', command 8 = 73 (session setup), status 32                                [MS-CIFS] 2.2.3.1
 *   TDS     type 8 = 4, status 8, length 16, 4 more; token 8 = AA (error), length 16, number 32 = 18456   [MS-TDS] 2.2.7.10
 *   MySQL   length 24, sequence 8, FF, code 16 = 1045                      (protocol documentation, ERR_Packet)
 *   PgSQL   'E', length 32, fields: 'C' SQLSTATE 0 = 28000, 28P01          (documentation, sections 55.8 and A)
 *   LDAP    SEQUENCE { id, [APPLICATION 1] { ENUMERATED result = 49, … } }                                RFC 4511 4.2.2
 *   RFB     result 32 = 1 (failed), 2 (too many attempts)                                                 RFC 6143 7.1.3
 *   lines   FTP and mail: 530, 535, -ERR, "tag NO"; others in words                 RFC 959, RFC 4954, RFC 1939, RFC 9051
 */

/** Bytes of the longest refusal. */
export const DENIAL_MOST = 480;

const SMB_PORT = 445;
const SMB2 = Uint8Array.of(0xfe, 0x53, 0x4d, 0x42, 64, 0);
const SMB1 = Uint8Array.of(0xff, 0x53, 0x4d, 0x42, 0x73);
/** Wrong name or secret, restrictions, expired, disabled, locked out ([MS-ERREF] section 2.3.1). */
const REFUSALS: ReadonlySet<number> = new Set([
  0xc000_0064, 0xc000_006a, 0xc000_006d, 0xc000_006e, 0xc000_006f, 0xc000_0070, 0xc000_0071, 0xc000_0072, 0xc000_0193,
  0xc000_0224, 0xc000_0234,
]);
const TDS_RESPONSE = 4;
const TDS_ERROR = 0xaa;
const TDS_LOGIN_FAILED = 18_456;
const MYSQL_DENIED = 1045;
const SQLSTATES = ['c28000', 'c28p01'].map(ascii);
const LDAP_BIND = 0x61;
const LDAP_DENIED = Uint8Array.of(10, 1, 49);
/** Bytes of a client of RFB that has answered a challenge: version, kind, sixteen bytes. */
const CHALLENGED = 28;
const WORDS = [
  'incorrect',
  'authentication fail',
  'login failed',
  'access denied',
  'not logged in',
  'cannot log in',
].map(ascii);
/** By byte: one of the words begins with it, as a letter of either case. */
const BEGINS = new Uint8Array(256);
for (const [first] of WORDS) BEGINS[first] = BEGINS[first - 32] = 1;
const CODES = ['530 ', '535', '-ERR', '-WRONGPASS'].map(ascii);
/** What FTP says to who has not tried to log in yet. */
const PLEASE = ascii('please');
const NO = ascii(' NO ');
const TAG = 12;
/** By port: logins are within SSH, TLS or a tunnel, and refusals with them. */
const VEILED = new Uint8Array(65_536);
for (const port of [22, 465, 500, 636, 990, 992, 993, 995, 1194, 2022, 2222, 4500, 5986, 51_820]) VEILED[port] = 1;
/** Telnet's commands begin so (RFC 854). */
const IAC = 255;
/** Terminals are told how to show what follows (ECMA-48). */
const ESCAPE = 27;

/**
 * Whether a segment of a service at a port that people log in to refuses a login.
 *
 * @param asked payload bytes that the client had sent before
 */
export function isDenial(bytes: Uint8Array, at: number, end: number, port: number, asked: number): boolean {
  if (LOGIN_AT[port] === Login.none || asked === 0 || end - at < 4) return false;
  const first = bytes[at];
  if (port === SMB_PORT) return deniesSmb(bytes, at + 4, end);
  if (port === 389)
    return first === 0x30 && bytes[at + 5] === LDAP_BIND && indexOfAnyCase(bytes, at + 6, at + 12, LDAP_DENIED) >= 0;
  if (first === TDS_RESPONSE && port === 1433) return deniesTds(bytes, at + 8, end);
  if (first === 0) return port >= 5900 && port <= 5903 && asked >= CHALLENGED && isFailure(word32(bytes, at));
  if (port === 3306) return bytes[at + 4] === 0xff && (bytes[at + 5] | (bytes[at + 6] << 8)) === MYSQL_DENIED;
  if (first === 0x45 && port === 5432) return hasOne(bytes, at, end, SQLSTATES);
  return VEILED[port] === 0 && isText(bytes, at) && deniesInWords(bytes, at, end);
}

const isFailure = (result: number): boolean => result === 1 || result === 2;

function deniesSmb(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 14) return false;
  if (startsWith(bytes, at, end, SMB2))
    return bytes[at + 12] === 1 && bytes[at + 13] === 0 && REFUSALS.has(little32(bytes, at + 8));
  return startsWith(bytes, at, end, SMB1) && REFUSALS.has(little32(bytes, at + 5));
}

const deniesTds = (bytes: Uint8Array, at: number, end: number): boolean =>
  end - at >= 7 && bytes[at] === TDS_ERROR && little32(bytes, at + 3) === TDS_LOGIN_FAILED;

function deniesInWords(bytes: Uint8Array, at: number, end: number): boolean {
  for (let k = 0; k < CODES.length; k += 1)
    if (startsWith(bytes, at, end, CODES[k])) return indexOfAnyCase(bytes, at, end, PLEASE) < 0;
  return hasNo(bytes, at, end) || hasWords(bytes, at, end);
}

/** Whether bytes may be words: the first are printable, or of a line's end, or a command of Telnet. */
function isText(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] === IAC) return true;
  for (let k = at; k < at + 4; k += 1) {
    const byte = bytes[k];
    if (!isPrintable(byte) && (byte < 7 || byte > 13) && byte !== ESCAPE) return false;
  }
  return true;
}

function hasWords(bytes: Uint8Array, at: number, end: number): boolean {
  for (let k = at; k < end; k += 1) {
    if (BEGINS[bytes[k]] === 0) continue;
    for (let word = 0; word < WORDS.length; word += 1) if (startsWithAnyCase(bytes, k, end, WORDS[word])) return true;
  }
  return false;
}

/** Whether a line of IMAP begins with a tag and NO. */
function hasNo(bytes: Uint8Array, at: number, end: number): boolean {
  const stop = Math.min(end, at + TAG);
  for (let k = at + 1; k < stop; k += 1) if (bytes[k] === 32) return startsWith(bytes, k, end, NO);
  return false;
}

function hasOne(bytes: Uint8Array, at: number, end: number, words: readonly Uint8Array[]): boolean {
  for (let k = 0; k < words.length; k += 1) if (indexOfAnyCase(bytes, at, end, words[k]) >= 0) return true;
  return false;
}
