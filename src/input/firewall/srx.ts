import { findText } from '../field.ts';
import type { Dialect } from '../syslog/dialect.ts';
import { EQUAL_SPACE, Slot } from './keyed.ts';
import { NamedReader, Phase, type Vendor } from './named.ts';
import { End } from './session.ts';
import { Verdict } from './words.ts';

/*
 * Sessions of Juniper SRX as structured data (Juniper, "System Log Explorer": RT_FLOW_SESSION_CREATE, _CLOSE, _DENY).
 *
 *   line = envelope (RFC 5424) with "RT_FLOW" for program, the message's name for id, and the values as one element:
 *          "[junos@" enterprise *(SP name "=" DQUOTE value DQUOTE) "]"
 *   names: source-address source-port destination-address destination-port protocol-id icmp-type reason session-id-32
 *          packets-from-client bytes-from-client packets-from-server bytes-from-server
 *   reason = "TCP FIN" | "TCP RST" | "idle Timeout" | "response received" | "unset" | …
 */
const MARK = 'RT_FLOW_SESSION_';
/** envelope and names that may stand before the mark */
const NEAR = 200;

const vendor: Vendor = {
  style: EQUAL_SPACE,
  start: ({ bytes, host, end }) => {
    const mark = findText(bytes, MARK, host, Math.min(end, host + NEAR));
    return mark < 0 || findText(bytes, 'source-address="', mark, end) < 0 ? -1 : mark;
  },
  judge: (named, session, { bytes, host, end }) => {
    const what = bytes[findText(bytes, MARK, host, end) + MARK.length + 1];
    if (what === D2) {
      session.verdict = Verdict.refused;
      return Phase.single;
    }
    if (what === C_REATE) return Phase.start;
    const reason = named.start(Slot.reason);
    if (findText(bytes, 'FIN', reason, named.end(Slot.reason)) >= 0) session.end = End.finished;
    // Which end sent the RST is not told; one packet back is what a closed port sends.
    else if (findText(bytes, 'RST', reason, named.end(Slot.reason)) >= 0) session.end = End.resetByTarget;
    return Phase.end;
  },
};

/** second letters of DENY, CREATE; CLOSE is left */
const D2 = 69;
const C_REATE = 82;

export const srx: Dialect = {
  name: 'juniper-srx',
  about: 'Sessions of Juniper SRX (RT_FLOW, structured).',
  sample:
    '<14>1 2026-11-21T23:27:44.123Z fw RT_FLOW - RT_FLOW_SESSION_DENY [junos@2636.1.1.1.2.129 source-address="192.0.2.77" source-port="51234" destination-address="198.51.100.22" destination-port="445" service-name="None" protocol-id="6" icmp-type="0" policy-name="deny" reason="policy deny"]',
  programs: ['RT_FLOW', 'junos-flow', ''],
  reader: (context) => new NamedReader(vendor, context),
};
