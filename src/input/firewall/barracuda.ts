import { findText } from '../field.ts';
import type { Dialect } from '../syslog/dialect.ts';
import { NamedReader, Phase, type Vendor } from './named.ts';
import { verdictIn } from './words.ts';

/*
 * Firewall activity of Barracuda CloudGen Firewalls (Barracuda Campus, "Available Log Files and Structure"):
 *
 *   message = [level] SP box SP action ": " *(name "=" value "|")
 *   action  = "Allow" | "Block" | "Deny" | "Drop" | "Fail" | "Remove" | "Detect" | …
 *
 * What was removed had been allowed, and was told of when it began.
 */
const VALUES = 'type=';
const SOURCE = '|srcIP=';
/** Bytes of an action, and what stands before it. */
const NEAR = 120;
const ENDED = 'Remove:';

const vendor: Vendor = {
  style: { assign: 61, separator: 124 },
  start: ({ bytes, message, end }) => {
    const at = findText(bytes, VALUES, message, Math.min(end, message + NEAR));
    return at < 0 || findText(bytes, SOURCE, at, end) < 0 ? -1 : at;
  },
  judge: (_, session, { bytes, message, end }) => {
    const values = findText(bytes, VALUES, message, end);
    if (findText(bytes, ENDED, message, values) >= 0) return Phase.note;
    session.verdict = verdictIn(bytes, message, values);
    return Phase.single;
  },
};

export const barracuda: Dialect = {
  name: 'barracuda',
  about: 'Firewall activity of Barracuda CloudGen Firewalls.',
  sample:
    'Nov 21 23:27:44 fw box_Firewall_Activity: Info fw Block: type=FWD|proto=TCP|srcIF=eth1|srcIP=192.0.2.77|srcPort=51234|dstIP=198.51.100.22|dstPort=445|rule=BLOCKALL|info=Block by Rule|duration=0|count=1',
  programs: [],
  reader: (context) => new NamedReader(vendor, context),
};
