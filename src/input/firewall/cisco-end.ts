// Hot: called twice a line.
import { addressInto, numberIn } from '../field.ts';
import { vocabulary, wordIn } from './words.ts';

/** Words that ASA writes for ports (Cisco, "TCP and UDP Ports", ASA configuration guide). */
const PORTS = vocabulary([
  ['tcpmux', 1],
  ['echo', 7],
  ['discard', 9],
  ['daytime', 13],
  ['chargen', 19],
  ['ftp-data', 20],
  ['ftp', 21],
  ['ssh', 22],
  ['telnet', 23],
  ['smtp', 25],
  ['time', 37],
  ['nameserver', 42],
  ['whois', 43],
  ['tacacs', 49],
  ['domain', 53],
  ['bootps', 67],
  ['bootpc', 68],
  ['tftp', 69],
  ['gopher', 70],
  ['finger', 79],
  ['www http', 80],
  ['hostname', 101],
  ['pop2', 109],
  ['pop3', 110],
  ['sunrpc', 111],
  ['ident', 113],
  ['nntp', 119],
  ['ntp', 123],
  ['netbios-ns', 137],
  ['netbios-dgm', 138],
  ['netbios-ssn', 139],
  ['imap4', 143],
  ['snmp', 161],
  ['snmptrap', 162],
  ['xdmcp', 177],
  ['bgp', 179],
  ['irc', 194],
  ['dnsix', 195],
  ['ldap', 389],
  ['mobile-ip', 434],
  ['https', 443],
  ['pim-auto-rp', 496],
  ['isakmp', 500],
  ['biff exec', 512],
  ['login who', 513],
  ['syslog rsh cmd', 514],
  ['lpd', 515],
  ['talk', 517],
  ['rip', 520],
  ['uucp', 540],
  ['klogin', 543],
  ['kshell', 544],
  ['rtsp', 554],
  ['ldaps', 636],
  ['kerberos', 750],
  ['lotusnotes', 1352],
  ['citrix-ica', 1494],
  ['sqlnet', 1521],
  ['radius', 1645],
  ['radius-acct', 1646],
  ['h323', 1720],
  ['pptp', 1723],
  ['nfs', 2049],
  ['ctiqbe', 2748],
  ['cifs', 3020],
  ['vxlan', 4789],
  ['sip', 5060],
  ['aol', 5190],
  ['secureid-udp', 5510],
  ['pcanywhere-data', 5631],
  ['pcanywhere-status', 5632],
]);

const SLASH = 47;
const COLON = 58;
const PAREN = 40;
const PAREN_END = 41;

/** What `endInto` says instead of a port. */
export const NO_PORT = -1;
export const NO_ADDRESS = -2;

/**
 * One end of a flow as ASA writes it, without blanks:
 *
 *   end = [interface ":"] address ["/" port] ["(" user ")"]  |  interface "/" address "(" port ")" ["(" user ")"]
 *
 * Writes the address; returns the port, NO_PORT or NO_ADDRESS.
 */
export function endInto(bytes: Uint8Array, from: number, to: number, words: Uint32Array, at: number): number {
  let end = to;
  if (bytes[end - 1] === 44 || bytes[end - 1] === 46) end -= 1;
  let paren = from;
  while (paren < end && bytes[paren] !== PAREN) paren += 1;
  const start = paren === from ? from + 1 : from;
  if (paren === from) {
    // `(192.0.2.1)`
    paren = bytes[end - 1] === PAREN_END ? end - 1 : end;
  }
  if (plain(bytes, start, paren, words, at)) return NO_PORT;
  let slash = paren - 1;
  while (slash > start && bytes[slash] !== SLASH) slash -= 1;
  if (slash === start) return NO_ADDRESS;
  if (plain(bytes, start, slash, words, at)) return portIn(bytes, slash + 1, paren);
  if (!addressInto(bytes, slash + 1, paren, words, at)) return NO_ADDRESS;
  let close = paren;
  while (close < end && bytes[close] !== PAREN_END) close += 1;
  return portIn(bytes, paren + 1, close);
}

/** An address, with the name of an interface before it or not. */
function plain(bytes: Uint8Array, from: number, to: number, words: Uint32Array, at: number): boolean {
  if (addressInto(bytes, from, to, words, at)) return true;
  let colon = from;
  while (colon < to && bytes[colon] !== COLON) colon += 1;
  return colon < to && addressInto(bytes, colon + 1, to, words, at);
}

function portIn(bytes: Uint8Array, from: number, to: number): number {
  const number = numberIn(bytes, from, to);
  if (number >= 0) return number < 65_536 ? number : NO_PORT;
  return PORTS.get(wordIn(bytes, from, to)) ?? NO_PORT;
}
