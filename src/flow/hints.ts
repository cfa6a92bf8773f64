import { HINTS, ICE_CHECK } from '../record/hint.ts';
import { ICMP, TCP, UDP } from '../record/protocols.ts';
import { startsWith } from './answers/text.ts';
import { helloOf } from './hello.ts';
import { carriedBy } from './payloads.ts';

// Hot: looks at the first payload of every flow; most leave after one comparison.

/**
 * Tells by content which program sent a request: the texts and numbers that scanners put into theirs (whole payloads that
 * they carry with them: payloads.ts). Every test is
 * bounded by `SPAN` bytes; nothing here matches a regular expression.
 *
 * SIP   RFC 3261: `METHOD uri SIP/2.0`, headers
 * HTTP  RFC 9112: `METHOD path HTTP/1.x`, headers
 * NTP   mode 7 (private): byte 0 & 7 = 7, request code 42 (monlist) in byte 3
 * DNS   RFC 1035: the query name \x07version\x04bind after the 12-byte header
 * TLS   RFC 8446: a ClientHello (hello.ts)
 * ICMP  RFC 792: echo data; ping begins it with the time, masscan's template with what comes after (templ-pkt.c)
 * SNMP  RFC 1157: SEQUENCE with GetRequest for 1.3.6.1.2.1.1.1.0
 * STUN  RFC 8489 section 5: a binding request (0, 1) with the cookie in bytes 4 … 7, then attributes; ICE's has a PRIORITY
 *       (RFC 8445 section 7.1.1)
 */

const SPAN = 768;

const text = (value: string): Uint8Array => Uint8Array.from(value, (letter) => letter.charCodeAt(0));

interface Betrayal {
  readonly hint: number;
  readonly words: Uint8Array;
}

/** Place of a hint; a name that is not in the list is a mistake in this file. */
function at(name: string): number {
  const place = HINTS.findIndex((hint) => hint.name === name);
  if (place < 0) throw new Error(`no hint is named ${name}`);
  return place;
}

/** Texts anywhere in a request that begins with letters: SIP and HTTP. The first that is found counts. */
const BETRAYALS: readonly Betrayal[] = [
  { hint: at('SIP request of sipvicious'), words: text('friendly-scanner') },
  { hint: at('SIP request of sipvicious'), words: text('sipvicious') },
  { hint: at('SIP OPTIONS template of masscan'), words: text('carol@chicago.com') },
  { hint: at('SIP OPTIONS probe of nmap'), words: text('sip:nm') },
  { hint: at('HTTP probe path of nmap'), words: text('/nice%20ports%2C/Tri%6Eity.txt%2ebak') },
  { hint: at('request of the Nmap Scripting Engine'), words: text('Nmap Scripting Engine') },
  { hint: at('user agent of masscan'), words: text('masscan/') },
  { hint: at('user agent of ZGrab'), words: text('zgrab') },
  { hint: at('user agent of a declared research scanner'), words: text('CensysInspect') },
  { hint: at('user agent of a declared research scanner'), words: text('InternetMeasurement') },
  { hint: at('user agent of a declared research scanner'), words: text('Expanse') },
];

/** How answers begin that repeat what was asked of them: what they show is another's. */
const ANSWERS: readonly Uint8Array[] = [text('SIP/2.0 '), text('HTTP/1.')];

const VERSION_BIND = text('\x07version\x04bind\x00');
const SYS_DESCR = Uint8Array.of(0x2b, 6, 1, 2, 1, 1, 1, 0);
const STATS = text('stats');
const COUNTING = Uint8Array.of(8, 9, 10, 11, 12, 13, 14, 15);
const SEARCH = text('M-SEARCH');
const COOKIE = Uint8Array.of(0x21, 0x12, 0xa4, 0x42);
const STUN_HEADER = 20;
const PRIORITY = 0x24;
const MONLIST = at('NTP monlist request');
const BIND = at('DNS version.bind query');
const NMAP_SERVICE = at('nmap version query for DNS');
const SNMP = at('SNMP sysDescr request');
const NMAP_OS = at('UDP probe of nmap OS detection');
const MEMCACHED = at('memcached stats request');
const SSDP = at('SSDP search from outside');
const MASSCAN_ECHO = at('echo request of masscan');

/** Place in HINTS of what a request gives away, 0: nothing. `bytes[from]` … `bytes[end − 1]` is the payload. */
export function hintOf(bytes: Uint8Array, from: number, end: number, protocol: number, port: number): number {
  const size = end - from;
  if (size < 8) return 0;
  const last = size > SPAN ? from + SPAN : end;
  const first = bytes[from];
  if (protocol === ICMP) return find(bytes, from, from + COUNTING.length, COUNTING) >= 0 ? MASSCAN_ECHO : 0;
  const carried = carriedBy(bytes, from, end, protocol);
  if (carried !== 0) return carried;
  if (protocol === TCP && (first === 22 || first >= 128)) return helloOf(bytes, from, last);
  if (protocol === UDP) {
    const known = datagram(bytes, from, last, port);
    if (known !== 0) return known;
  }
  if (first < 0x41 || first > 0x5a || bytes[from + 1] < 0x2d || bytes[from + 1] > 0x5a) return 0;
  for (let which = 0; which < ANSWERS.length; which += 1) if (startsWith(bytes, from, last, ANSWERS[which])) return 0;
  for (let which = 0; which < BETRAYALS.length; which += 1)
    if (find(bytes, from, last, BETRAYALS[which].words) >= 0) return BETRAYALS[which].hint;
  return 0;
}

function datagram(bytes: Uint8Array, from: number, end: number, port: number): number {
  const size = end - from;
  switch (port) {
    case 123:
      return (bytes[from] & 7) === 7 && bytes[from + 3] === 42 ? MONLIST : 0;
    case 53: {
      if (size < 12 + VERSION_BIND.length || find(bytes, from + 12, from + 12 + VERSION_BIND.length, VERSION_BIND) < 0)
        return 0;
      // nmap's query carries the identifier 6, every other a random one.
      return bytes[from] === 0 && bytes[from + 1] === 6 ? NMAP_SERVICE : BIND;
    }
    case 161:
      return bytes[from] === 0x30 && find(bytes, from, end, SYS_DESCR) >= 0 ? SNMP : 0;
    case 11211:
      return find(bytes, from, end, STATS) >= 0 ? MEMCACHED : 0;
    case 1900:
      return find(bytes, from, from + SEARCH.length, SEARCH) >= 0 ? SSDP : 0;
  }
  if (bytes[from] === 0 && bytes[from + 1] === 1 && isIceCheck(bytes, from, end)) return ICE_CHECK;
  return size >= 300 && bytes[from] === 0x43 && bytes[from + 1] === 0x43 && bytes[from + 299] === 0x43 ? NMAP_OS : 0;
}

/** Whether a binding request has the cookie, and a priority among its attributes: type (2) · length (2) · value, filled up to 4 bytes. */
function isIceCheck(bytes: Uint8Array, from: number, end: number): boolean {
  if (end - from < STUN_HEADER || find(bytes, from + 4, from + 8, COOKIE) < 0) return false;
  for (let at = from + STUN_HEADER; at + 4 <= end; ) {
    if (bytes[at] === 0 && bytes[at + 1] === PRIORITY) return true;
    at += 4 + ((((bytes[at + 2] << 8) | bytes[at + 3]) + 3) & ~3);
  }
  return false;
}

/** Where `words` first stands in full before `end`, or −1. */
function find(bytes: Uint8Array, from: number, end: number, words: Uint8Array): number {
  const first = words[0];
  const last = end - words.length;
  for (let start = from; start <= last; start += 1) {
    if (bytes[start] !== first) continue;
    let same = 1;
    while (same < words.length && bytes[start + same] === words[same]) same += 1;
    if (same === words.length) return start;
  }
  return -1;
}
