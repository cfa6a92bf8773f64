import { Told } from '../../record/answer.ts';
import { type Parser, service } from './parser.ts';
import { ascii, Composed, indexOf, isPrintable, lineEnd, little16, startsWith, word16 } from './text.ts';
import type { Found } from './writer.ts';

// Hot: the first packets with payload of every target.

const composed = new Composed();
const SPACE = ascii(' ');

/*
 * Modbus over TCP (Modbus Application Protocol 1.1b3; Messaging on TCP/IP 1.0b section 3.1.3):
 *   message  = transaction 16, 0 16, length 16 (of what follows), unit 8, function 8, data
 *   43, 14   = 2b 0e, code 8, conformity 8, more 8, next 8, count 8, *(object 8, size 8, text)      section 6.21
 *   17       = 11, size 8, server id, …                                                             section 6.13
 *   error    = 80 + function, code 8 (1 … 11)                                                       section 7
 */
const MODBUS = ascii('Modbus');
const IDENTIFICATION = 0x2b;
const SERVER_ID = 0x11;
const modbusNumber = service('modbus');
export const modbus: Parser = {
  name: 'modbus',
  read: (bytes, at, end, found, asked) => {
    if (asked < 8 || end - at < 9 || word16(bytes, at + 2) !== 0 || word16(bytes, at + 4) !== end - at - 6)
      return false;
    const what = bytes[at + 7];
    if (what > 0x80 && end - at === 9 && bytes[at + 8] > 0 && bytes[at + 8] <= 11)
      return found.set(Told.banner, modbusNumber, MODBUS, 0, MODBUS.length);
    if (what === IDENTIFICATION && bytes[at + 8] === 0x0e) return objects(bytes, at + 13, end, found);
    if (what === SERVER_ID && bytes[at + 8] === end - at - 9)
      return found.set(Told.description, modbusNumber, bytes, at + 9, end);
    // reading coils, inputs and registers: a count of bytes, and so many
    if (what === 0 || what > 4 || bytes[at + 8] !== end - at - 9) return false;
    return found.set(Told.banner, modbusNumber, MODBUS, 0, MODBUS.length);
  },
};

/** Maker, product and revision, with spaces between. */
function objects(bytes: Uint8Array, from: number, end: number, found: Found): boolean {
  if (from >= end) return false;
  composed.begin(SPACE);
  composed.used = 0;
  let at = from + 1;
  for (let n = bytes[from]; n > 0 && at + 2 <= end; n -= 1) {
    const next = at + 2 + bytes[at + 1];
    if (next > end) break;
    composed.add(SPACE, 0, composed.used > 0 ? 1 : 0).add(bytes, at + 2, next);
    at = next;
  }
  if (composed.used === 0) return false;
  return found.set(Told.description, modbusNumber, composed.bytes, 0, composed.used);
}

/*
 * S7 of Siemens over ISO-on-TCP (RFC 1006; the protocol itself as Wireshark's packet-s7comm describes it):
 *   TPKT 3, 0, length 16; COTP data 2, f0, 80; S7 = 32, kind 8 (3: acknowledged with data, 7: user data), …
 * The order number of a module begins with "6ES7" and ends with a NUL or spaces.
 */
const S7 = ascii('S7');
const ORDER = ascii('6ES7');
const s7Number = service('s7');
export const s7: Parser = {
  name: 's7',
  first: [3],
  read: (bytes, at, end, found) => {
    if (end - at < 17 || bytes[at + 1] !== 0 || word16(bytes, at + 2) !== end - at) return false;
    if (bytes[at + 4] !== 2 || bytes[at + 5] !== 0xf0 || bytes[at + 7] !== 0x32) return false;
    if (bytes[at + 8] !== 3 && bytes[at + 8] !== 7) return false;
    const start = indexOf(bytes, at + 9, end, ORDER);
    if (start >= 0) {
      let last = start;
      while (last < end && isPrintable(bytes[last])) last += 1;
      return found.set(Told.description, s7Number, bytes, start, last);
    }
    found.set(Told.banner, s7Number, S7, 0, S7.length);
    found.more = true;
    return true;
  },
};

/*
 * EtherNet/IP, answer to List Identity (ODVA, CIP Networks Library volume 2, section 2-4.2), little-endian:
 *   command 16 (63), length 16, session 32, status 32, context 64, options 32; items 16, type 16 (0c), size 16,
 *   version 16, address(16), vendor 16, device 16, product 16, revision 8.8, status 16, serial 32, size 8, name
 */
const LIST_IDENTITY = 0x63;
const IDENTITY = 0x0c;
const NAME_AT = 62;
const enipNumber = service('ethernet-ip');
export const ethernetIp: Parser = {
  name: 'ethernet-ip',
  first: [LIST_IDENTITY],
  read: (bytes, at, end, found) => {
    if (end - at <= NAME_AT || bytes[at + 1] !== 0 || little16(bytes, at + 2) !== end - at - 24) return false;
    if (little16(bytes, at + 26) !== IDENTITY || at + NAME_AT + 1 + bytes[at + NAME_AT] > end) return false;
    const name = at + NAME_AT + 1;
    return found.set(Told.description, enipNumber, bytes, name, name + bytes[at + NAME_AT]);
  },
};

/*
 * BACnet/IP (ANSI/ASHRAE 135 annex J, clauses 6 and 20):
 *   81, function 8 (0a: unicast, 0b: broadcast), length 16; NPDU 1, control 8; APDU: 10 00 (I-Am) | 30 … (acknowledged)
 *   value = 3e, application tag 75 (text), size 8, 0 (UTF-8), text
 */
const BACNET = ascii('BACnet');
const TEXT_VALUE = Uint8Array.of(0x3e, 0x75);
const bacnetNumber = service('bacnet');
export const bacnet: Parser = {
  name: 'bacnet',
  first: [0x81],
  read: (bytes, at, end, found) => {
    if (end - at < 8 || (bytes[at + 1] & 0xfe) !== 0x0a || word16(bytes, at + 2) !== end - at || bytes[at + 4] !== 1)
      return false;
    const value = indexOf(bytes, at + 6, end, TEXT_VALUE) + TEXT_VALUE.length;
    const last = value + 1 + bytes[value];
    if (value > TEXT_VALUE.length && bytes[value + 1] === 0 && last <= end)
      return found.set(Told.description, bacnetNumber, bytes, value + 2, last);
    return found.set(Told.banner, bacnetNumber, BACNET, 0, BACNET.length);
  },
};

/* Fox of Tridium Niagara (as nmap's fox-info reads it): "fox a 0 -1 fox hello" LF "{" LF *(name "=" type ":" value LF) "}". */
const FOX = ascii('fox a ');
const FOX_NAMES = ['brandId=s:', 'hostName=s:', 'fox.version=s:'].map(ascii);
const foxNumber = service('fox');
export const fox: Parser = {
  name: 'fox',
  first: [102],
  read: (bytes, at, end, found) => {
    if (!startsWith(bytes, at, end, FOX)) return false;
    for (let k = 0; k < FOX_NAMES.length; k += 1) {
      const start = indexOf(bytes, at, end, FOX_NAMES[k]) + FOX_NAMES[k].length;
      if (start >= at + FOX_NAMES[k].length)
        return found.set(Told.description, foxNumber, bytes, start, lineEnd(bytes, start, end));
    }
    return found.set(Told.banner, foxNumber, bytes, at, lineEnd(bytes, at, end));
  },
};
