import { Told } from '../../record/answer.ts';
import { type Parser, service } from './parser.ts';
import { ascii, before, Composed, indexOf, lineEnd, little32, startsWith, word16, word32 } from './text.ts';

// Hot: the first packets with payload of every target.

const composed = new Composed();
const COMMA = ascii(', ');

/*
 * CoAP (RFC 7252 section 3) with a list of links (RFC 6690 section 2), the answer to /.well-known/core:
 *   version 2 (1), type 2, token size 4; code 8 (45: content), message 16, token, options, ff, "<" …
 */
const CONTENT = 0x45;
const MARKER = Uint8Array.of(0xff, 0x3c);
const coapNumber = service('coap');
export const coap: Parser = {
  name: 'coap',
  read: (bytes, at, end, found) => {
    if (end - at < 8 || bytes[at] >>> 6 !== 1 || (bytes[at] & 15) > 8 || bytes[at + 1] !== CONTENT) return false;
    const links = indexOf(bytes, at + 4, Math.min(end, at + 64), MARKER) + 1;
    return links > 0 && found.set(Told.description, coapNumber, bytes, links, end);
  },
};

/*
 * IPMI over RMCP (IPMI 2.0 sections 13.1.1, 13.2.3, 22.13): 6, 0, ff, class 8
 *   class 6: IANA 32 (4542), 40 (presence pong), …
 *   class 7: 0, sequence 32, session 32, size 8; 81, 1c, checksum, address, sequence, command 8 (38: capabilities),
 *            completion, channel, kinds 8 (highest bit: 2.0), …
 */
const PONG = 0x40;
const CAPABILITIES = 0x38;
const IPMI = ['IPMI 1.5', 'IPMI 2.0', 'RMCP'].map(ascii);
const ipmiNumber = service('ipmi');
export const ipmi: Parser = {
  name: 'ipmi',
  first: [6],
  read: (bytes, at, end, found) => {
    if (end - at < 12 || bytes[at + 1] !== 0 || bytes[at + 2] !== 0xff) return false;
    let text = IPMI[2];
    if (bytes[at + 3] === 7) {
      if (end - at < 23 || bytes[at + 14] !== 0x81 || bytes[at + 15] !== 0x1c || bytes[at + 19] !== CAPABILITIES)
        return false;
      text = IPMI[bytes[at + 22] >>> 7];
    } else if (bytes[at + 3] !== 6 || word32(bytes, at + 4) !== 4542 || bytes[at + 8] !== PONG) return false;
    return found.set(Told.version, ipmiNumber, text, 0, text.length);
  },
};

/*
 * Service discovery by DNS, asked across networks (RFC 6763 section 9, RFC 6762 section 18):
 *   header(12), then name = 9 "_services" 7 "_dns-sd" 4 "_udp" …; records = name, type 16 (12: PTR), class 16, ttl 32, size 16, data
 */
const SERVICES_NAME = Uint8Array.of(9, ...ascii('_services'), 7, ...ascii('_dns-sd'), 4, ...ascii('_udp'));
const PTR = 12;
const RECORDS = 32;
const mdnsNumber = service('mdns');
export const mdns: Parser = {
  name: 'mdns',
  read: (bytes, at, end, found) => {
    if (end - at < 12 || (bytes[at + 2] & 0xf8) !== 0x80 || !startsWith(bytes, at + 12, end, SERVICES_NAME))
      return false;
    let next = afterName(bytes, at + 12, end) + (word16(bytes, at + 4) === 1 ? 4 : 0);
    if (word16(bytes, at + 4) === 0) next = at + 12;
    composed.begin(COMMA);
    composed.used = 0;
    for (let n = Math.min(RECORDS, word16(bytes, at + 6)); n > 0; n -= 1) {
      const record = afterName(bytes, next, end);
      if (record + 10 > end || word16(bytes, record) !== PTR) break;
      const label = record + 10;
      next = label + word16(bytes, record + 8);
      if (next > end || label + 1 + bytes[label] > next) break;
      composed.add(COMMA, 0, composed.used > 0 ? COMMA.length : 0).add(bytes, label + 1, label + 1 + bytes[label]);
    }
    return composed.used > 0 && found.set(Told.description, mdnsNumber, composed.bytes, 0, composed.used);
  },
};

/** Where what follows the name begins; `end` when it does not end before. */
function afterName(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== 0 && bytes[at] < 0xc0) at += bytes[at] + 1;
  return Math.min(end, at + (bytes[at] === 0 ? 1 : 2));
}

/* Android Debug Bridge (protocol.txt, "CNXN"), little-endian: "CNXN", version 32, most 32, size 32, sum 32, magic 32, "device::" … */
const CONNECT = ascii('CNXN');
const ADB_HEADER = 24;
const adbNumber = service('adb');
export const adb: Parser = {
  name: 'adb',
  first: [67],
  read: (bytes, at, end, found) => {
    if (end - at <= ADB_HEADER || !startsWith(bytes, at, end, CONNECT)) return false;
    // the magic is the command with every bit changed
    if ((little32(bytes, at) ^ little32(bytes, at + 20)) >>> 0 !== 0xffffffff) return false;
    const last = before(bytes, at + ADB_HEADER, end, 0);
    return found.set(Told.description, adbNumber, bytes, at + ADB_HEADER, last < 0 ? end : last);
  },
};

/* What speaks in lines: rsync (csprotocol.txt), the debugger of Java (JDWP), ZooKeeper (four-letter words "stat", "envi"). */
const RSYNC = ascii('@RSYNCD: ');
const JDWP = ascii('JDWP-Handshake');
const ZOOKEEPER = [ascii('Zookeeper version: '), ascii('zookeeper.version=')];
const rsyncNumber = service('rsync');
export const rsync: Parser = {
  name: 'rsync',
  first: [64],
  read: (bytes, at, end, found) =>
    startsWith(bytes, at, end, RSYNC) && found.set(Told.banner, rsyncNumber, bytes, at, lineEnd(bytes, at, end)),
};

const jdwpNumber = service('jdwp');
export const jdwp: Parser = {
  name: 'jdwp',
  first: [74],
  read: (bytes, at, end, found) =>
    startsWith(bytes, at, end, JDWP) && found.set(Told.banner, jdwpNumber, JDWP, 0, JDWP.length),
};

const zookeeperNumber = service('zookeeper');
export const zookeeper: Parser = {
  name: 'zookeeper',
  first: [69, 90],
  read: (bytes, at, end, found) => {
    for (let k = 0; k < ZOOKEEPER.length; k += 1) {
      const start = indexOf(bytes, at, Math.min(end, at + 64), ZOOKEEPER[k]) + ZOOKEEPER[k].length;
      if (start >= at + ZOOKEEPER[k].length)
        return found.set(Told.version, zookeeperNumber, bytes, start, lineEnd(bytes, start, end));
    }
    return false;
  },
};
