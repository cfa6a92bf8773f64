import { Told } from '../../record/answer.ts';
import { challengeIn } from './ntlm.ts';
import { type Parser, service } from './parser.ts';
import { ascii, Composed, isPrintable, little16, little32, word16 } from './text.ts';

// Hot: the first packets with payload of every target.

const composed = new Composed();

/*
 * Telnet (RFC 854): IAC 255, then WILL 251, WONT 252, DO 253, DONT 254 with an option, or SB 250 … IAC SE 240, between text.
 */
const IAC = 255;
const telnetNumber = service('telnet');
export const telnet: Parser = {
  name: 'telnet',
  first: [IAC],
  read: (bytes, at, end, found) => {
    if (end - at < 3 || bytes[at + 1] < 250 || bytes[at + 1] === IAC) return false;
    let k = at;
    while (k < end && !isPrintable(bytes[k])) {
      if (bytes[k] !== IAC) k += 1;
      else if (bytes[k + 1] >= 251) k += 3;
      else if (bytes[k + 1] === 250) k = afterSubnegotiation(bytes, k, end);
      else k += 2;
    }
    let last = k;
    while (last < end && isPrintable(bytes[last])) last += 1;
    return k < end
      ? found.set(Told.banner, telnetNumber, bytes, k, last)
      : found.set(Told.banner, telnetNumber, bytes, at, end);
  },
};

function afterSubnegotiation(bytes: Uint8Array, at: number, end: number): number {
  let k = at + 2;
  while (k + 1 < end && (bytes[k] !== IAC || bytes[k + 1] !== 240)) k += 1;
  return k + 2;
}

/*
 * SMB over TCP ([MS-SMB2] sections 2.1, 2.2.1, 2.2.4; [MS-CIFS] section 2.2.3.1):
 *   0, length 24, then  ff "SMB" …  or  fe "SMB" (64 bytes; command 16 little-endian at 12),
 *   negotiate response: size 16 (65), security 16, dialect 16 little-endian; session setup: a challenge of NTLM (ntlm.ts)
 */
const SMB1 = ascii('SMB 1');
/** Dialects ([MS-SMB2] section 2.2.4); 2ff: "2.???", the rest of the negotiation will say. */
const DIALECTS = new Map([
  [0x0202, ascii('SMB 2.0.2')],
  [0x0210, ascii('SMB 2.1')],
  [0x0300, ascii('SMB 3.0')],
  [0x0302, ascii('SMB 3.0.2')],
  [0x0311, ascii('SMB 3.1.1')],
  [0x02ff, ascii('SMB 2')],
]);
const smbNumber = service('smb');
export const smb: Parser = {
  name: 'smb',
  first: [0],
  read: (bytes, at, end, found) => {
    if (end - at < 8 || bytes[at + 5] !== 83 || bytes[at + 6] !== 77 || bytes[at + 7] !== 66) return false;
    if (bytes[at + 4] !== 0xff && bytes[at + 4] !== 0xfe) return false;
    const challenge = challengeIn(bytes, at + 36, end);
    if (challenge !== null) return found.set(Told.description, smbNumber, challenge.bytes, 0, challenge.used);
    const name = bytes[at + 4] === 0xff ? SMB1 : dialectOf(bytes, at + 4 + 64, end);
    if (name === undefined) return false;
    found.set(Told.version, smbNumber, name, 0, name.length);
    // Who it is, is told in the challenge, a packet later; what 2.??? is, too.
    found.more = true;
    return true;
  },
};

/** The dialect that a negotiate response has chosen; undefined: it is another message. */
function dialectOf(bytes: Uint8Array, body: number, end: number): Uint8Array | undefined {
  if (end - body < 6 || word16(bytes, body - 52) !== 0 || bytes[body] !== 65) return undefined;
  return DIALECTS.get(little16(bytes, body + 4));
}

/*
 * RDP ([MS-RDPBCGR] section 2.2.1.2): TPKT 3, 0, length 16; X.224 connection confirm: length 8, d0, references 32, class 8;
 *   negotiation response: type 8 (2; failure: 3), flags 8, length 16, protocol 32 (failure: code 32) little-endian
 */
const PROTOCOLS = ['standard security', 'TLS', 'CredSSP', '', '', '', '', '', 'RDSTLS'].map(ascii);
const FAILURE = ascii('negotiation failure ');
const rdpNumber = service('rdp');
export const rdp: Parser = {
  name: 'rdp',
  first: [3],
  read: (bytes, at, end, found) => {
    // without a negotiation it may be anything that speaks X.224
    if (end - at < 19 || bytes[at + 1] !== 0 || word16(bytes, at + 2) !== end - at || bytes[at + 5] !== 0xd0)
      return false;
    const choice = little32(bytes, at + 15);
    if (bytes[at + 11] === 3) composed.begin(FAILURE).decimal(choice);
    else if (bytes[at + 11] === 2 && choice < PROTOCOLS.length) composed.begin(PROTOCOLS[choice]);
    else return false;
    return found.set(Told.description, rdpNumber, composed.bytes, 0, composed.used);
  },
};
