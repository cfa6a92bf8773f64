import { findText } from '../field.ts';
import type { Dialect } from '../syslog/dialect.ts';
import { EQUAL_SPACE, Slot } from './keyed.ts';
import { NamedReader, Phase, type Vendor } from './named.ts';
import { Verdict, verdictIn } from './words.ts';

/*
 * Connections of any gateway that writes named values and is none of those known: Meraki (Cisco, "Meraki Device Reporting:
 * Syslog, SNMP, and API"), Stormshield (SNS, "Description of audit logs"), and whoever takes names that others took.
 *
 *   line = *word *(name "=" value SP) ["pattern: " verdict *word]            names: those of `NAMES`
 *
 * What looks like netfilter is the kernel's, or nobody's. A line is a contact when it tells both addresses and the protocol. What was done is told by the action, else by what the
 * line says of itself (`note`, `msg`), else by Meraki's pattern; else it is not known.
 */
const PATTERN = 'pattern: ';

const vendor: Vendor = {
  style: EQUAL_SPACE,
  start: ({ bytes, message, end }) =>
    findText(bytes, '=', message, end) < 0 || findText(bytes, ' PROTO=', message, end) >= 0 ? -1 : message,
  judge: (named, session, { bytes, message, end }) => {
    if (!named.has(Slot.source) || !named.has(Slot.target) || !named.has(Slot.protocol)) return Phase.foreign;
    for (const slot of [Slot.action, Slot.note]) {
      if (session.verdict !== Verdict.none) break;
      session.verdict = verdictIn(bytes, named.start(slot), named.end(slot));
    }
    const pattern = findText(bytes, PATTERN, message, end);
    if (session.verdict === Verdict.none && pattern >= 0)
      session.verdict = verdictIn(bytes, pattern + PATTERN.length, Math.min(end, pattern + 24));
    return session.verdict === Verdict.noted ? Phase.note : Phase.single;
  },
};

export const anyKeyed: Dialect = {
  name: 'named-values',
  about:
    'Connections of any gateway that tells addresses, ports and protocol by usual names: Meraki, Stormshield and others.',
  sample:
    '<134>1 1795303664.123456789 mx1 flows src=192.0.2.77 dst=198.51.100.22 protocol=tcp sport=51234 dport=445 pattern: deny all',
  programs: [],
  reader: (context) => new NamedReader(vendor, context),
};
