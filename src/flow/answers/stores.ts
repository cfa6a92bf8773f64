import { Told } from '../../record/answer.ts';
import { isDigit } from '../../record/ascii.ts';
import { type Parser, service } from './parser.ts';
import {
  ascii,
  before,
  Composed,
  indexOf,
  isPrintable,
  lineEnd,
  little32,
  startsWith,
  word16,
  word32,
} from './text.ts';

// Hot: the first packets with payload of every target.

const composed = new Composed();

/*
 * Redis (RESP, redis.io/docs/latest/develop/reference/protocol-spec):
 *   simple = "+" text CRLF | "-" error CRLF | "$" size CRLF bytes CRLF;  INFO answers with lines "redis_version:" version
 */
const REDIS_VERSION = ascii('redis_version:');
const REDIS_LINES = ['+PONG', '+OK', '-NOAUTH', '-ERR ', '-DENIED', '-WRONGPASS', '-MISCONF', '-LOADING'].map(ascii);
const redisNumber = service('redis');
export const redis: Parser = {
  name: 'redis',
  first: [36, 43, 45],
  read: (bytes, at, end, found) => {
    if (bytes[at] === 36) {
      const version = indexOf(bytes, at, end, REDIS_VERSION);
      if (version < 0) return false;
      const start = version + REDIS_VERSION.length;
      return found.set(Told.version, redisNumber, bytes, start, lineEnd(bytes, start, end));
    }
    for (let k = 0; k < REDIS_LINES.length; k += 1)
      if (startsWith(bytes, at, end, REDIS_LINES[k]))
        return found.set(Told.banner, redisNumber, bytes, at, lineEnd(bytes, at, end));
    return false;
  },
};

/*
 * memcached (doc/protocol.txt of memcached): "VERSION " version CRLF | *("STAT " name " " value CRLF) "END" CRLF.
 * Over UDP a frame of eight bytes stands before: request 16, sequence 16, datagrams 16, reserved 16.
 */
const VERSION = ascii('VERSION ');
const STAT = ascii('STAT ');
const STAT_VERSION = ascii('STAT version ');
const memcachedNumber = service('memcached');
export const memcached: Parser = {
  name: 'memcached',
  first: [83, 86],
  read: (bytes, at, end, found) => {
    if (startsWith(bytes, at, end, VERSION))
      return found.set(Told.version, memcachedNumber, bytes, at + VERSION.length, lineEnd(bytes, at, end));
    if (!startsWith(bytes, at, end, STAT)) return false;
    const version = indexOf(bytes, at, end, STAT_VERSION);
    const start = version < 0 ? at : version + STAT_VERSION.length;
    const told = version < 0 ? Told.banner : Told.version;
    return found.set(told, memcachedNumber, bytes, start, lineEnd(bytes, start, end));
  },
};

export const memcachedOverUdp: Parser = {
  name: 'memcached',
  read: (bytes, at, end, found, asked) =>
    end - at > 8 &&
    word16(bytes, at + 2) === 0 &&
    word16(bytes, at + 6) === 0 &&
    memcached.read(bytes, at + 8, end, found, asked),
};

/*
 * MySQL and MariaDB (dev.mysql.com, "Protocol::HandshakeV10", "ERR_Packet"):
 *   packet    = length 24 little-endian, sequence 8 (0), body
 *   handshake = 10, version NUL, …      error = 255, code 16 little-endian, ["#" state(5)] text
 */
const mysqlNumber = service('mysql');
export const mysql: Parser = {
  name: 'mysql',
  read: (bytes, at, end, found) => {
    const length = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16);
    if (end - at < 8 || bytes[at + 3] !== 0 || length !== end - at - 4) return false;
    if (bytes[at + 4] === 10) {
      const last = before(bytes, at + 5, end, 0);
      if (last < 0 || last === at + 5 || !isPrintable(bytes[at + 5])) return false;
      return found.set(Told.version, mysqlNumber, bytes, at + 5, last);
    }
    if (bytes[at + 4] !== 255 || !isPrintable(bytes[at + 7])) return false;
    const start = bytes[at + 7] === 35 && end - at > 13 ? at + 13 : at + 7;
    return found.set(Told.banner, mysqlNumber, bytes, start, end);
  },
};

/*
 * PostgreSQL (PostgreSQL documentation, "Message Formats"):
 *   answer to SSLRequest (8 bytes) = "S" | "N"
 *   message = type 8, length 32 (its own four bytes included), body;  "R": authentication, method 32;
 *   "E": error, *(field 8, text NUL) NUL;  field "M": the message
 */
const SSL_REQUEST_BYTES = 8;
const NO_TLS = ascii('no TLS');
const WITH_TLS = ascii('TLS');
const AUTHENTICATION = ascii('authentication ');
const postgresqlNumber = service('postgresql');
export const postgresql: Parser = {
  name: 'postgresql',
  first: [69, 78, 82, 83],
  read: (bytes, at, end, found, asked) => {
    if (end - at === 1) {
      if (asked !== SSL_REQUEST_BYTES || (bytes[at] !== 78 && bytes[at] !== 83)) return false;
      const text = bytes[at] === 83 ? WITH_TLS : NO_TLS;
      return found.set(Told.description, postgresqlNumber, text, 0, text.length);
    }
    if (end - at < 9) return false;
    const length = word32(bytes, at + 1);
    if (bytes[at] === 82 && length >= 8 && length < 64 && word32(bytes, at + 5) < 16) {
      composed.begin(AUTHENTICATION).decimal(word32(bytes, at + 5));
      return found.set(Told.description, postgresqlNumber, composed.bytes, 0, composed.used);
    }
    if (bytes[at] !== 69 || length > end - at - 1 || bytes[at + 5] !== 83) return false;
    for (let field = at + 5; field < end && bytes[field] !== 0; ) {
      const last = before(bytes, field + 1, end, 0);
      if (last < 0) return false;
      if (bytes[field] === 77) return found.set(Told.banner, postgresqlNumber, bytes, field + 1, last);
      field = last + 1;
    }
    return false;
  },
};

/*
 * MongoDB (mongodb.com/docs/manual/reference/mongodb-wire-protocol, bsonspec.org), little-endian:
 *   message = length 32, request 32, responseTo 32, opcode 32 (1 OP_REPLY, 2013 OP_MSG), body with a BSON document
 *   element = type 8, name NUL, value;  2: string = size 32, text NUL;  16: number 32
 */
const MONGO_VERSION = Uint8Array.of(2, ...ascii('version'), 0);
const MONGO_WIRE = Uint8Array.of(16, ...ascii('maxWireVersion'), 0);
const WIRE = ascii('wire version ');
const mongodbNumber = service('mongodb');
export const mongodb: Parser = {
  name: 'mongodb',
  read: (bytes, at, end, found) => {
    if (end - at < 36) return false;
    const opcode = little32(bytes, at + 12);
    if ((opcode !== 1 && opcode !== 2013) || little32(bytes, at) < end - at || little32(bytes, at) > 1 << 24)
      return false;
    const version = indexOf(bytes, at + 16, end, MONGO_VERSION) + MONGO_VERSION.length + 4;
    if (version > MONGO_VERSION.length + 3 && version < end) {
      const last = before(bytes, version, end, 0);
      return last > version && found.set(Told.version, mongodbNumber, bytes, version, last);
    }
    const wire = indexOf(bytes, at + 16, end, MONGO_WIRE);
    if (wire < 0 || wire + MONGO_WIRE.length + 4 > end) return false;
    composed.begin(WIRE).decimal(little32(bytes, wire + MONGO_WIRE.length));
    return found.set(Told.description, mongodbNumber, composed.bytes, 0, composed.used);
  },
};

/*
 * Oracle TNS, a refusal (as Wireshark's packet-tns describes it): length 16, checksum 16, type 8 (4), …, "(DESCRIPTION=(… (VSNNUM=" number ")" …
 * The number's bits: major 8, minor 4, update 8, component 4, patch 8.
 */
const REFUSE = 4;
const VSNNUM = ascii('(VSNNUM=');
const DOT = ascii('.');
/** Shift and mask of the first three of them. */
const ORACLE_PARTS = [
  [24, 255],
  [20, 15],
  [12, 255],
] as const;
const oracleNumber = service('oracle-tns');
export const oracle: Parser = {
  name: 'oracle-tns',
  first: [0],
  read: (bytes, at, end, found) => {
    if (end - at < 12 || word16(bytes, at) !== end - at || bytes[at + 4] !== REFUSE) return false;
    const start = indexOf(bytes, at + 12, end, VSNNUM) + VSNNUM.length;
    if (start < at + VSNNUM.length) return false;
    let number = 0;
    for (let k = start; k < end && isDigit(bytes[k]) && number < 2 ** 32; k += 1) number = 10 * number + bytes[k] - 48;
    composed.begin(DOT);
    composed.used = 0;
    for (let k = 0; k < ORACLE_PARTS.length; k += 1)
      composed.add(DOT, 0, k === 0 ? 0 : 1).decimal((number >>> ORACLE_PARTS[k][0]) & ORACLE_PARTS[k][1]);
    return found.set(Told.version, oracleNumber, composed.bytes, 0, composed.used);
  },
};
