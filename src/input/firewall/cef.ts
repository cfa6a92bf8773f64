import { findText, standsAt } from '../field.ts';
import type { Dialect, SyslogLine } from '../syslog/dialect.ts';
import { EQUAL_NAME, Slot, type Style } from './keyed.ts';
import { NamedReader, Phase, type Vendor } from './named.ts';
import { Verdict, verdictIn } from './words.ts';

/*
 * Firewall events of any vendor in two common frames.
 *
 *   CEF  = "CEF:" [SP] version "|" vendor "|" product "|" version "|" id "|" name "|" severity "|" *(name "=" value SP)
 *          (Micro Focus ArcSight, "Common Event Format"); "|" and "\" are escaped in the head, "=" in values
 *   LEEF = "LEEF:1.0|" vendor "|" product "|" version "|" id "|" value *(TAB value)
 *        | "LEEF:2.0|" vendor "|" product "|" version "|" id "|" [delimiter] "|" value *(delimiter value)
 *          (IBM, "Log Event Extended Format"); delimiter = character | ["0"] "x" 2*4HEXDIG
 *   names: src dst spt/srcPort dpt/dstPort proto act/action
 *
 * A line is a contact when it tells both addresses and a protocol. What was done stands in `act`, else in the name.
 */
const PIPE = 124;
const BACKSLASH = 92;
const TAB = 9;
/** how far behind the envelope a frame may begin */
const NEAR = 200;

/** Past the nth `|` that is not escaped; −1: there are fewer. */
function afterPipes(bytes: Uint8Array, from: number, to: number, pipes: number): number {
  let left = pipes;
  for (let at = from; at < to; at += 1) {
    if (bytes[at] === BACKSLASH) at += 1;
    else if (bytes[at] === PIPE) {
      left -= 1;
      if (left === 0) return at + 1;
    }
  }
  return -1;
}

function frameAt({ bytes, host, end }: SyslogLine, text: string): number {
  return findText(bytes, text, host, Math.min(end, host + NEAR));
}

const cefVendor: Vendor = {
  style: EQUAL_NAME,
  start: (line) => {
    const at = frameAt(line, 'CEF:');
    return at < 0 ? -1 : afterPipes(line.bytes, at, line.end, 7);
  },
  judge: (named, session, line) => {
    const told = named.has(Slot.action);
    const at = frameAt(line, 'CEF:');
    const from = told ? named.start(Slot.action) : afterPipes(line.bytes, at, line.end, 5);
    const to = told ? named.end(Slot.action) : afterPipes(line.bytes, at, line.end, 6);
    session.verdict = verdictIn(line.bytes, from, to);
    return session.verdict === Verdict.noted ? Phase.note : Phase.single;
  },
};

/** What stands between the values of LEEF 1; LEEF 2 may name another, and is read by that. */
const leefStyle = (separator: number): Style => ({ assign: 61, separator });

const leefVendor: Vendor = {
  style: leefStyle(TAB),
  start: (line) => {
    const at = frameAt(line, 'LEEF:');
    if (at < 0 || !standsAt(line.bytes, at, line.end, 'LEEF:1')) return -1;
    return afterPipes(line.bytes, at, line.end, 5);
  },
  judge: (named, session, { bytes }) => {
    session.verdict = verdictIn(bytes, named.start(Slot.action), named.end(Slot.action));
    return Phase.single;
  },
};

/** LEEF 2 with its usual delimiters: a tab, or a caret. */
const leef2Vendor = (separator: number, delimiters: readonly string[]): Vendor => ({
  ...leefVendor,
  style: leefStyle(separator),
  start: (line) => {
    const at = frameAt(line, 'LEEF:2');
    const delimiter = at < 0 ? -1 : afterPipes(line.bytes, at, line.end, 5);
    if (delimiter < 0 || !delimiters.some((text) => standsAt(line.bytes, delimiter, line.end, `${text}|`))) return -1;
    return afterPipes(line.bytes, delimiter, line.end, 1);
  },
});

export const cef: Dialect = {
  name: 'cef',
  about: 'Firewall events in the Common Event Format, of any vendor.',
  sample:
    'Nov 21 23:27:44 fw CEF:0|Example|Firewall|1.0|201|Connection|5|act=blocked proto=TCP src=192.0.2.77 spt=51234 dst=198.51.100.22 dpt=445',
  programs: ['', 'CEF'],
  reader: (context) => new NamedReader(cefVendor, context),
};

export const leef: Dialect = {
  name: 'leef',
  about: 'Firewall events in the Log Event Extended Format 1.0, of any vendor.',
  sample:
    'Nov 21 23:27:44 fw LEEF:1.0|Example|Firewall|1.0|deny|src=192.0.2.77\tdst=198.51.100.22\tsrcPort=51234\tdstPort=445\tproto=TCP\taction=deny',
  programs: ['', 'LEEF'],
  reader: (context) => new NamedReader(leefVendor, context),
};

export const leef2: Dialect = {
  name: 'leef2',
  about: 'Firewall events in the Log Event Extended Format 2.0 with tabs between values.',
  sample:
    'Nov 21 23:27:44 fw LEEF:2.0|Example|Firewall|1.0|deny||src=192.0.2.77\tdst=198.51.100.22\tsrcPort=51234\tdstPort=445\tproto=TCP\taction=deny',
  programs: ['', 'LEEF'],
  reader: (context) => new NamedReader(leef2Vendor(TAB, ['', 'x09', '0x09', '\t']), context),
};

export const leef2Caret: Dialect = {
  name: 'leef2-caret',
  about: 'Firewall events in the Log Event Extended Format 2.0 with carets between values.',
  sample:
    'Nov 21 23:27:44 fw LEEF:2.0|Example|Firewall|1.0|deny|^|src=192.0.2.77^dst=198.51.100.22^srcPort=51234^dstPort=445^proto=TCP^action=deny',
  programs: ['', 'LEEF'],
  reader: (context) => new NamedReader(leef2Vendor(94, ['^', 'x5E', '0x5E', 'x5e']), context),
};
