import { Told } from '../../record/answer.ts';
import { type Parser, service } from './parser.ts';
import { ascii, Composed, little16, startsWith, word16 } from './text.ts';

// Hot: the first packets with payload of every target.

const composed = new Composed();
const COMMA = ascii(', ');
const DOT = ascii('.');

/*
 * NetBIOS name service, node status response (RFC 1002 section 4.2.18):
 *   header = id 16, flags 16 (response 1 …), questions 16 (0), answers 16 (1), 0 16, 0 16
 *   name   = 32, 32 letters, 0;  type 16 (21), class 16 (1), ttl 32, size 16, names 8, names × (15 letters, kind 8, flags 16)
 */
const STATUS = 0x21;
const NAMES_AT = 57;
const NAME_BYTES = 18;
const GROUP = 0x80;
const netbiosNumber = service('netbios-ns');
export const netbios: Parser = {
  name: 'netbios-ns',
  read: (bytes, at, end, found) => {
    if (end - at < NAMES_AT + NAME_BYTES || (bytes[at + 2] & 0xf8) !== 0x80 || word16(bytes, at + 4) !== 0)
      return false;
    if (word16(bytes, at + 6) !== 1 || bytes[at + 12] !== 32 || word16(bytes, at + 46) !== STATUS) return false;
    const names = at + NAMES_AT;
    const last = Math.min(end, names + bytes[names - 1] * NAME_BYTES);
    composed.begin(COMMA);
    composed.used = 0;
    addFirst(bytes, names, last, 0);
    const host = composed.used;
    composed.add(COMMA, 0, host > 0 ? COMMA.length : 0);
    const before = composed.used;
    addFirst(bytes, names, last, GROUP);
    if (composed.used === before) composed.used = host;
    return composed.used > 0 && found.set(Told.description, netbiosNumber, composed.bytes, 0, composed.used);
  },
};

/** Adds the first name of kind 0, which is a computer's own or (`group`) its workgroup's. */
function addFirst(bytes: Uint8Array, from: number, end: number, group: number): void {
  for (let at = from; at + NAME_BYTES <= end; at += NAME_BYTES) {
    if (bytes[at + 15] !== 0 || (bytes[at + 16] & GROUP) !== group) continue;
    let size = 15;
    while (size > 0 && bytes[at + size - 1] === 32) size -= 1;
    composed.add(bytes, at, at + size);
    return;
  }
}

/*
 * SQL Server: answer to PRELOGIN ([MS-TDS] sections 2.2.3.1, 2.2.6.5):
 *   type 8 (4), status 8 (1), length 16, spid 16, packet 8, window 8; option = kind 8 (0: version), offset 16, size 16; …
 *   version = major 8, minor 8, build 16, sub-build 16
 */
const HEADER = 8;
const mssqlNumber = service('ms-sql-s');
export const mssql: Parser = {
  name: 'ms-sql-s',
  first: [4],
  read: (bytes, at, end, found) => {
    if (end - at < HEADER + 11 || bytes[at + 1] !== 1 || word16(bytes, at + 2) !== end - at || bytes[at + HEADER] !== 0)
      return false;
    const version = at + HEADER + word16(bytes, at + HEADER + 1);
    if (word16(bytes, at + HEADER + 3) !== 6 || version + 6 > end) return false;
    composed.begin(DOT);
    composed.used = 0;
    composed
      .decimal(bytes[version])
      .add(DOT, 0, 1)
      .decimal(bytes[version + 1])
      .add(DOT, 0, 1)
      .decimal(word16(bytes, version + 2));
    return found.set(Told.version, mssqlNumber, composed.bytes, 0, composed.used);
  },
};

/* SQL Server Browser ([MC-SQLR] section 2.2.5): 5, size 16 little-endian, "ServerName;" name ";InstanceName;" … */
const SERVER_NAME = ascii('ServerName;');
const browserNumber = service('ms-sql-m');
export const sqlBrowser: Parser = {
  name: 'ms-sql-m',
  first: [5],
  read: (bytes, at, end, found) =>
    little16(bytes, at + 1) === end - at - 3 &&
    startsWith(bytes, at + 3, end, SERVER_NAME) &&
    found.set(Told.description, browserNumber, bytes, at + 3, end),
};
