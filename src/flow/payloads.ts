import { HINTS } from '../record/hint.ts';
import { TCP, UDP } from '../record/protocols.ts';

// Hot: one look at the first byte of every flow's first payload.

/**
 * First payloads that scanners carry ready-made: what no other program sends so, because it holds a number that is meant
 * to be drawn anew each time (a transaction, a TLS random, a session), or the program's name.
 *
 *   nmap      nmap-service-probes, nmap-payloads (svn.nmap.org/nmap)
 *   masscan   templ-payloads.c, proto-ssl.c, proto-tcp-rdp.c (github.com/robertdavidgraham/masscan)
 *   ZMap      examples/udp-probes (github.com/zmap/zmap)
 *   testssl   the hello of its tests by socket (github.com/testssl/testssl.sh)
 *   ssltest   the hello of the first public test for CVE-2014-0160 (ssltest.py), which most later ones copied
 */
interface Payload {
  readonly hint: string;
  readonly protocol: typeof TCP | typeof UDP;
  /** its beginning in hexadecimal digits, `..` for a byte that may be any */
  readonly hex: string;
}

const latin = (text: string): string =>
  Array.from(text, (sign) => sign.charCodeAt(0).toString(16).padStart(2, '0')).join('');
const any = (bytes: number): string => '..'.repeat(bytes);

/** A ClientHello up to its random number: record, message, version (RFC 8446 sections 4.1.2, 5.1). */
const HELLO = `16${any(4)}01${any(5)}`;
/** An X.224 connection request up to the name in its cookie ([MS-RDPBCGR] section 2.2.1.1). */
const RDP = `0300${any(3)}e0${any(5)}${latin('Cookie: mstshash=')}`;
/** A call to the port mapper behind the transaction: message, version, program (RFC 5531 section 9). */
const CALL = '0000000000000002000186a0';

/** A request for a ticket of the realm NM (RFC 4120 section 5.4.1). */
const KERBEROS = '6a816e30816ba103020105a20302010aa4815e305ca00703050050800010a2041b024e4d';

const NMAP_VERSION = 'version probe of nmap';
const NMAP = 'UDP payload of nmap';
const MASSCAN = 'payload of masscan';
const ZMAP = 'UDP payload of ZMap';
const SHARED = 'UDP payload that scanners share';
const TESTSSL = 'TLS hello of testssl.sh';
const HEARTBLEED = 'TLS hello of tests for Heartbleed';

const PAYLOADS: readonly Payload[] = [
  { hint: NMAP_VERSION, protocol: TCP, hex: `${HELLO}551ca7e4${latin('random1random2random3')}` },
  { hint: NMAP_VERSION, protocol: TCP, hex: `${HELLO}3f47d7f7ba2ceeeab2607ef300fd827b` },
  { hint: NMAP_VERSION, protocol: TCP, hex: `${HELLO}${latin('U8*bETXSJDSZNHMDFAON')}` },
  { hint: NMAP_VERSION, protocol: TCP, hex: `${RDP}${latin('nmap\r\n')}` },
  { hint: NMAP_VERSION, protocol: TCP, hex: `8000002872fe1d13${CALL}0001977c` },
  { hint: NMAP_VERSION, protocol: TCP, hex: `001e00060100000100000000000007${latin('version')}04${latin('bind')}` },
  { hint: NMAP_VERSION, protocol: TCP, hex: `00000071${KERBEROS}` },
  {
    hint: NMAP_VERSION,
    protocol: TCP,
    hex: '000000a4ff534d4272000000000801400000000000000000000000000000400600000100',
  },
  {
    hint: NMAP_VERSION,
    protocol: TCP,
    hex: latin('DIST00000001ARGC00000005ARGV00000002ccARGV00000002-cARGV00000006nmap.c'),
  },
  { hint: NMAP_VERSION, protocol: TCP, hex: latin('<?xml version="1.0" ?><methodCall><methodName>nmap.probe') },
  { hint: NMAP_VERSION, protocol: TCP, hex: `10100004${latin('MQTT')}0402001e0004${latin('nmap')}` },
  { hint: NMAP_VERSION, protocol: TCP, hex: `050400010280050100030a${latin('google.com')}0050${latin('GET / ')}` },
  { hint: NMAP_VERSION, protocol: TCP, hex: latin('LO_SERVER_CLIENT_PAIR\nNmap\n') },
  { hint: NMAP_VERSION, protocol: TCP, hex: `000b6e000000000104${latin('nm@p')}` },
  { hint: NMAP_VERSION, protocol: TCP, hex: '000e3837a52608a21ba0b1' },
  { hint: NMAP_VERSION, protocol: TCP, hex: '80100000000000000000000015f0d162' },
  { hint: NMAP, protocol: UDP, hex: `72fe1d13${CALL}0001977c` },
  { hint: NMAP, protocol: UDP, hex: '3eece3ca000000000000000200bc614e' },
  { hint: NMAP, protocol: UDP, hex: `80f00010000100000000000020${latin('CKAAAA')}` },
  { hint: NMAP, protocol: UDP, hex: `3082002f0201000406${latin('public')}a082002002044c33a756` },
  { hint: NMAP, protocol: UDP, hex: KERBEROS },
  { hint: NMAP, protocol: UDP, hex: `16feff${any(10)}01${any(11)}fefd000000007c77401e8ac822a0` },
  { hint: NMAP, protocol: UDP, hex: '001122334455667700000000000000000110020000000000000000c0' },
  { hint: NMAP, protocol: UDP, hex: '3864c17801b89bcb8f' },
  { hint: NMAP, protocol: UDP, hex: '0d89c19c1c2afffcf151' },
  { hint: NMAP, protocol: UDP, hex: `400101cebb${latin('.well-known')}04${latin('core')}` },
  { hint: NMAP, protocol: UDP, hex: `0001${latin('r7tftp.txt')}00` },
  { hint: NMAP, protocol: UDP, hex: `c802003c${any(24)}800e00000007${latin('nxp-scan')}` },
  { hint: MASSCAN, protocol: TCP, hex: `${HELLO}97e56050c4a54ae0b901751531232768` },
  { hint: MASSCAN, protocol: TCP, hex: `${HELLO}025833795f7103ef07fe3661b03281aa` },
  { hint: MASSCAN, protocol: TCP, hex: `${RDP}${latin('masscan\r\n')}` },
  { hint: MASSCAN, protocol: UDP, hex: latin('masscan-test') },
  { hint: MASSCAN, protocol: UDP, hex: `0001${latin('masscan-test')}00` },
  { hint: MASSCAN, protocol: UDP, hex: `c802003c${any(24)}800e00000007${latin('masscan')}` },
  { hint: MASSCAN, protocol: UDP, hex: `110ac100${any(10)}20${latin('ENEBFDFDEDEBEOCNFEEFFDFE')}` },
  {
    hint: MASSCAN,
    protocol: UDP,
    hex: `30390201000406${latin('public')}a02c0204${any(4)}020100020100301e300d06092b0601800201`,
  },
  { hint: MASSCAN, protocol: UDP, hex: `16feff${any(10)}01${any(11)}fefd1db1e3522e8994b71533` },
  { hint: ZMAP, protocol: UDP, hex: `16feff${any(10)}01${any(11)}fefd${'a5'.repeat(28)}` },
  { hint: ZMAP, protocol: UDP, hex: `1aa9ffe1${CALL}` },
  { hint: ZMAP, protocol: UDP, hex: `34ef01000001000000000000${latin('\x07VERSION\x04BIND')}` },
  { hint: ZMAP, protocol: UDP, hex: `30290201000406${latin('public')}a01c0204565adc5d` },
  { hint: ZMAP, protocol: UDP, hex: `30260201010406${latin('public')}a1190204dc63c29a` },
  { hint: ZMAP, protocol: UDP, hex: `e5d80000000100000000000020${latin('CKAAAA')}` },
  { hint: ZMAP, protocol: UDP, hex: `${latin('ZM')}000000010000${latin('stats')}` },
  { hint: ZMAP, protocol: UDP, hex: '381212121212121212' },
  { hint: SHARED, protocol: UDP, hex: `e30004fa${any(36)}c54f234b71b152f3` },
  { hint: SHARED, protocol: UDP, hex: `303a020103300f02024a69${any(39)}37f0` },
  { hint: SHARED, protocol: UDP, hex: '380102030405060708' },
  { hint: SHARED, protocol: UDP, hex: `01000014${'00'.repeat(16)}` },
  { hint: TESTSSL, protocol: TCP, hex: `${HELLO}54511e7adeadbeef313307` },
  { hint: HEARTBLEED, protocol: TCP, hex: `${HELLO}53435b909d9b720bbc0cbc2b92a84897` },
];

interface Template {
  readonly hint: number;
  readonly protocol: number;
  readonly bytes: Uint8Array;
  /** 255: the byte must be the same, 0: it may be any */
  readonly mask: Uint8Array;
}

function template({ hint, protocol, hex }: Payload): Template {
  const place = HINTS.findIndex(({ name }) => name === hint);
  const pairs = hex.match(/../g) ?? [];
  return {
    hint: place,
    protocol,
    bytes: Uint8Array.from(pairs, (pair) => (pair === '..' ? 0 : Number.parseInt(pair, 16))),
    mask: Uint8Array.from(pairs, (pair) => (pair === '..' ? 0 : 255)),
  };
}

const TEMPLATES = PAYLOADS.map(template);
/** Those that begin with a byte. */
const BY_FIRST: readonly (readonly Template[])[] = Array.from({ length: 256 }, (_, byte) =>
  TEMPLATES.filter(({ bytes }) => bytes[0] === byte),
);

/** Place in HINTS of the payload `bytes[from]` … `bytes[end − 1]` that a scanner carries with it, 0: it is none. */
export function carriedBy(bytes: Uint8Array, from: number, end: number, protocol: number): number {
  const templates = BY_FIRST[bytes[from]];
  for (let k = 0; k < templates.length; k += 1)
    if (templates[k].protocol === protocol && fits(templates[k], bytes, from, end)) return templates[k].hint;
  return 0;
}

function fits({ bytes: wanted, mask }: Template, bytes: Uint8Array, from: number, end: number): boolean {
  if (end - from < wanted.length) return false;
  for (let k = 0; k < wanted.length; k += 1) if (((bytes[from + k] ^ wanted[k]) & mask[k]) !== 0) return false;
  return true;
}
