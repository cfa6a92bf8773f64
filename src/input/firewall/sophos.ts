import { findText } from '../field.ts';
import type { Dialect } from '../syslog/dialect.ts';
import { EQUAL_SPACE, Slot } from './keyed.ts';
import { NamedReader, Phase, type Vendor } from './named.ts';
import { Verdict, verdictIn, word } from './words.ts';

/*
 * Sophos Firewall (SFOS) and UTM (Sophos, "Syslog guide"; Astaro ulogd): named values.
 *
 *   SFOS = "device=" … " log_type=" DQUOTE "Firewall" DQUOTE … " log_subtype=" DQUOTE ("Allowed" | "Denied") DQUOTE …
 *          protocol src_ip dst_ip src_port dst_port sent_bytes recv_bytes sent_pkts recv_pkts
 *   UTM  = "id=" … " sub=" DQUOTE "packetfilter" DQUOTE " name=" … " action=" DQUOTE ("drop" | "accept" | "reject" | "log") DQUOTE …
 *          srcip dstip proto srcport dstport
 */
const FIREWALL = word('firewall');
const PACKET_FILTER = word('packetfilter');

const vendor: Vendor = {
  style: EQUAL_SPACE,
  start: ({ bytes, host, end }) => {
    const utm = findText(bytes, 'sub="packetfilter"', host, end);
    return utm >= 0 || findText(bytes, 'log_component=', host, end) >= 0 ? host : -1;
  },
  judge: (named, session, { bytes }) => {
    const isUtm = named.word(Slot.subtype) === PACKET_FILTER;
    if (!isUtm && named.word(Slot.type) !== FIREWALL) return Phase.note;
    const slot = isUtm ? Slot.action : Slot.subtype;
    session.verdict = verdictIn(bytes, named.start(slot), named.end(slot));
    // An allowed connection of SFOS is logged when it ends.
    return !isUtm && session.verdict === Verdict.passed ? Phase.end : Phase.single;
  },
};

export const sophos: Dialect = {
  name: 'sophos',
  about: 'Packet filter of Sophos Firewall and UTM.',
  sample:
    'Nov 21 23:27:44 fw ulogd[4711]: id="2001" severity="info" sys="SecureNet" sub="packetfilter" name="Packet dropped" action="drop" fwrule="60001" initf="eth0" srcip="192.0.2.77" dstip="198.51.100.22" proto="6" length="44" ttl="240" srcport="51234" dstport="445" tcpflags="SYN"',
  programs: ['ulogd', 'SFW', ''],
  reader: (context) => new NamedReader(vendor, context),
};
