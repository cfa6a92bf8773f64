import { Told } from '../../record/answer.ts';
import { Element, enter, enterTag, skip, skipTag, Tag } from './ber.ts';
import { type Parser, service } from './parser.ts';
import { ascii, Composed, startsWith } from './text.ts';
import type { Found } from './writer.ts';

// Hot: the first packets with payload of every target.

const composed = new Composed();

/*
 * SNMP (RFC 1157 section 4, RFC 3416 section 3; version 3: RFC 3412 section 6):
 *   message  = SEQUENCE { version INTEGER (0: 1, 1: 2c, 3: 3), community OCTET STRING, [2] pdu }
 *   pdu      = { request, status, index INTEGER, SEQUENCE OF SEQUENCE { name OBJECT IDENTIFIER, value } }
 */
const GET_RESPONSE = 0xa2;
const SYS_DESCR = Uint8Array.of(0x2b, 6, 1, 2, 1, 1, 1, 0);
const VERSIONS = ['SNMPv1', 'SNMPv2c', '', 'SNMPv3'].map(ascii);
const BINDINGS = 32;
const snmpNumber = service('snmp');
export const snmp: Parser = {
  name: 'snmp',
  first: [Tag.sequence],
  read: (bytes, from, last, found) => {
    let at = enterTag(bytes, from, last, Tag.sequence);
    const end = Element.end;
    if (at < 0 || enterTag(bytes, at, end, Tag.integer) !== at + 2 || Element.end !== at + 3) return false;
    const version = bytes[at + 2];
    at += 3;
    if (version > 3 || version === 2) return false;
    const name = VERSIONS[version];
    if (version === 3) return enterTag(bytes, at, end, Tag.sequence) >= 0 && spoken(found, name);
    at = enterTag(bytes, skipTag(bytes, at, end, Tag.octets), end, GET_RESPONSE);
    for (let k = 0; k < 3; k += 1) at = skipTag(bytes, at, end, Tag.integer);
    at = enterTag(bytes, at, end, Tag.sequence);
    if (at < 0) return false;
    const start = description(bytes, at, Element.end);
    if (start >= 0) return found.set(Told.description, snmpNumber, bytes, start, Element.end);
    return spoken(found, name);
  },
};

function spoken(found: Found, version: Uint8Array): boolean {
  found.set(Told.version, snmpNumber, version, 0, version.length);
  found.more = true;
  return true;
}

/** Where the value of sysDescr.0 starts (its end: Element.end), or −1. */
function description(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  for (let n = 0; n < BINDINGS && at >= 0 && at < end; n += 1) {
    const binding = enterTag(bytes, at, end, Tag.sequence);
    const next = Element.end;
    const name = enterTag(bytes, binding, next, Tag.oid);
    const value = Element.end;
    if (name < 0) return -1;
    if (value - name === SYS_DESCR.length && startsWith(bytes, name, value, SYS_DESCR))
      return enterTag(bytes, value, next, Tag.octets);
    at = next;
  }
  return -1;
}

/*
 * LDAP (RFC 4511 section 4.1.1): SEQUENCE { id INTEGER, response };
 *   [APPLICATION 1] bind: { result ENUMERATED, … };  [APPLICATION 4] entry;  [APPLICATION 5] search done: { result ENUMERATED, … }
 *   entry = { name, SEQUENCE OF SEQUENCE { type OCTET STRING, SET OF value OCTET STRING } }
 */
const BIND = 0x61;
const ENTRY = 0x64;
const DONE = 0x65;
const ENUMERATED = 10;
const RESULT = ascii('result ');
const ROOT = ascii('root entry');
const ATTRIBUTES = 64;
/** Attributes of the root entry that say who answers, the best first (RFC 3045, [MS-ADTS] section 3.1.1.3.2). */
const NAMES = ['vendorVersion', 'dnsHostName', 'vendorName', 'defaultNamingContext', 'namingContexts'].map(ascii);
const ldapNumber = service('ldap');
export const ldap: Parser = {
  name: 'ldap',
  first: [Tag.sequence],
  read: (bytes, from, last, found) => {
    const at = enterTag(bytes, from, last, Tag.sequence);
    const end = Element.end;
    const start = enter(bytes, at < 0 ? -1 : skipTag(bytes, at, end, Tag.integer), end);
    if (start < 0) return false;
    const tag = Element.tag;
    const stop = Element.end;
    if (tag === ENTRY) {
      const value = attribute(bytes, start, stop);
      if (value >= 0) return found.set(Told.description, ldapNumber, bytes, value, Element.end);
      return found.set(Told.description, ldapNumber, ROOT, 0, ROOT.length);
    }
    if ((tag !== BIND && tag !== DONE) || enterTag(bytes, start, stop, ENUMERATED) < 0) return false;
    composed.begin(RESULT).decimal(bytes[start + 2]);
    return found.set(Told.description, ldapNumber, composed.bytes, 0, composed.used);
  },
};

/** Where the first value of the best attribute starts (its end: Element.end), or −1. */
function attribute(bytes: Uint8Array, from: number, end: number): number {
  const list = enterTag(bytes, skipTag(bytes, from, end, Tag.octets), end, Tag.sequence);
  const stop = Element.end;
  if (list < 0) return -1;
  for (let k = 0; k < NAMES.length; k += 1) {
    let at = list;
    for (let n = 0; n < ATTRIBUTES && at >= 0 && at < stop; n += 1) {
      const type = enterTag(bytes, enterTag(bytes, at, stop, Tag.sequence), stop, Tag.octets);
      if (type < 0) return -1;
      const values = Element.end;
      if (values - type === NAMES[k].length && startsWith(bytes, type, values, NAMES[k]))
        return enterTag(bytes, enterTag(bytes, values, stop, Tag.set), stop, Tag.octets);
      at = skip(bytes, at, stop);
    }
  }
  return -1;
}
