import { findText } from '../field.ts';
import type { Dialect } from '../syslog/dialect.ts';
import { COLON_SEMICOLON, Slot } from './keyed.ts';
import { NamedReader, Phase, type Vendor } from './named.ts';
import { Verdict, verdictIn } from './words.ts';

/*
 * Check Point Log Exporter, syslog form (Check Point, sk122323): named values as one element of structured data.
 *
 *   line   = envelope (RFC 5424) " CheckPoint " process " - [" value *(";" SP value) "]"
 *   value  = name ":" DQUOTE text DQUOTE
 *   names: action src dst proto s_port service time …;   action = "Accept" | "Drop" | "Reject" | "Block" | …
 */
const vendor: Vendor = {
  style: COLON_SEMICOLON,
  start: ({ bytes, hostEnd, end }) => {
    const mark = findText(bytes, 'CheckPoint', hostEnd, Math.min(end, hostEnd + 60));
    return mark < 0 ? -1 : findText(bytes, '[', mark, end);
  },
  judge: (named, session, { bytes }) => {
    session.verdict = verdictIn(bytes, named.start(Slot.action), named.end(Slot.action));
    return session.verdict === Verdict.none ? Phase.note : Phase.single;
  },
};

export const checkpoint: Dialect = {
  name: 'checkpoint',
  about: 'Check Point Log Exporter, syslog form.',
  sample:
    '<134>1 2026-11-21T23:27:44Z gw CheckPoint 4711 - [action:"Drop"; flags:"400644"; ifdir:"inbound"; ifname:"eth0"; origin:"198.51.100.1"; time:"1795303664"; dst:"198.51.100.22"; proto:"6"; s_port:"51234"; service:"445"; src:"192.0.2.77"]',
  programs: ['CheckPoint'],
  reader: (context) => new NamedReader(vendor, context),
};
