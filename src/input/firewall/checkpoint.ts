import { findText, standsAt } from '../field.ts';
import type { Dialect } from '../syslog/dialect.ts';
import { COLON_SEMICOLON, EQUAL_BAR, Slot } from './keyed.ts';
import { NamedReader, Phase, type Vendor } from './named.ts';
import { Verdict, verdictIn } from './words.ts';

/*
 * Check Point Log Exporter (Check Point, sk122323). Syslog form: named values as one element of structured data.
 *
 *   line   = envelope (RFC 5424) " CheckPoint " process " - [" value *(";" SP value) "]"
 *   value  = name ":" DQUOTE text DQUOTE
 *   names: action src dst proto s_port service time …;   action = "Accept" | "Drop" | "Reject" | "Block" | …
 *
 * Generic and Splunk form, with or without an envelope: "time=" seconds *("|" name "=" value), the same names.
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

const pairs: Vendor = {
  ...vendor,
  style: EQUAL_BAR,
  start: ({ bytes, message, end }) =>
    standsAt(bytes, message, end, 'time=') && findText(bytes, '|product=', message, end) >= 0 ? message : -1,
};

export const checkpointPairs: Dialect = {
  name: 'checkpoint-pairs',
  about: 'Check Point Log Exporter, generic and Splunk form.',
  sample:
    'Nov 21 23:27:44 gw time=1795303664|hostname=gw|product=VPN-1 & FireWall-1|action=Drop|ifdir=inbound|ifname=eth0|origin=198.51.100.1|src=192.0.2.77|dst=198.51.100.22|proto=6|s_port=51234|service=445',
  programs: [],
  reader: (context) => new NamedReader(pairs, context),
};

export const checkpoint: Dialect = {
  name: 'checkpoint',
  about: 'Check Point Log Exporter, syslog form.',
  sample:
    '<134>1 2026-11-21T23:27:44Z gw CheckPoint 4711 - [action:"Drop"; flags:"400644"; ifdir:"inbound"; ifname:"eth0"; origin:"198.51.100.1"; time:"1795303664"; dst:"198.51.100.22"; proto:"6"; s_port:"51234"; service:"445"; src:"192.0.2.77"]',
  programs: ['CheckPoint'],
  reader: (context) => new NamedReader(vendor, context),
};
