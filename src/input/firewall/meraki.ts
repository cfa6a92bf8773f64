import { find, findText, standsAt } from '../field.ts';
import type { Dialect } from '../syslog/dialect.ts';
import { EQUAL_SPACE } from './keyed.ts';
import { NamedReader, Phase, type Vendor } from './named.ts';
import { verdictIn } from './words.ts';

/*
 * Firewall rules of Cisco Meraki MX (Meraki, "Syslog Event Types and Log Samples"), behind a stamp in seconds:
 *
 *   message = kind SP [verdict SP] pairs [" pattern: " verdict SP rule]
 *   kind    = "flows" | "firewall" | "vpn_firewall" | "cellular_firewall"
 *   verdict = "allow" | "deny" | …         "0" and "1" are not documented to be either: then it is not told
 *   pairs   = "src=" address " dst=" address " mac=" mac " protocol=" name " sport=" port " dport=" port
 */
const KINDS = ['flows ', 'firewall ', 'vpn_firewall ', 'cellular_firewall '] as const;
const PATTERN = 'pattern: ';
const SPACE = 32;

const vendor: Vendor = {
  style: EQUAL_SPACE,
  start: ({ bytes, message, end }) =>
    KINDS.some((kind) => standsAt(bytes, message, end, kind)) ? find(bytes, SPACE, message, end) + 1 : -1,
  judge: (_, session, { bytes, message, end }) => {
    const word = find(bytes, SPACE, message, end) + 1;
    const pattern = findText(bytes, PATTERN, word, end);
    const at = pattern < 0 ? word : pattern + PATTERN.length;
    session.verdict = verdictIn(bytes, at, find(bytes, SPACE, at, end));
    return Phase.single;
  },
};

export const meraki: Dialect = {
  name: 'meraki',
  about: 'Firewall rules of Cisco Meraki MX.',
  sample:
    '<134>1 1795303664.123456789 MX84 flows src=192.0.2.77 dst=198.51.100.22 mac=02:00:5E:10:00:17 protocol=tcp sport=51234 dport=445 pattern: deny all',
  programs: [],
  reader: (context) => new NamedReader(vendor, context),
};
