// Hot: called for the words of every line.
import { isLetter } from '../../record/ascii.ts';
import { blend, FNV_START } from '../../record/fnv.ts';
import { ICMP, ICMP6, SCTP, TCP, UDP } from '../../record/protocols.ts';
import { findText, numberIn } from '../field.ts';

/** Words of logs are compared by their hash (FNV-1a over lower-case letters): a number, so that no string is made. */
export function wordIn(bytes: Uint8Array, from: number, to: number): number {
  let hash = FNV_START;
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at];
    hash = blend(hash, byte >= 65 && byte <= 90 ? byte | 32 : byte);
  }
  return hash;
}

/** The same of a text. */
export function word(text: string): number {
  let hash = FNV_START;
  for (let at = 0; at < text.length; at += 1) hash = blend(hash, text.toLowerCase().charCodeAt(at));
  return hash;
}

/** Words, separated by blanks → a number for each. */
export function vocabulary(entries: readonly (readonly [string, number])[]): ReadonlyMap<number, number> {
  const words = new Map<number, number>();
  for (const [names, number] of entries) for (const name of names.split(' ')) words.set(word(name), number);
  return words;
}

/** Names that firewalls give to protocols (IANA protocol-numbers; /etc/protocols; Cisco's own). */
const PROTOCOLS = vocabulary([
  ['hopopt', 0],
  ['icmp', ICMP],
  ['igmp', 2],
  ['ipip ipinip ipencap ip-encap', 4],
  ['tcp', TCP],
  ['egp', 8],
  ['igp igrp', 9],
  ['udp', UDP],
  ['dccp', 33],
  ['ipv6', 41],
  ['rsvp', 46],
  ['gre', 47],
  ['esp esp_proto', 50],
  ['ah ahp', 51],
  ['icmp6 icmpv6 ipv6-icmp icmp-v6', ICMP6],
  ['eigrp', 88],
  ['ospf ospfigp', 89],
  ['nos', 94],
  ['etherip', 97],
  ['pim', 103],
  ['pcp ipcomp', 108],
  ['vrrp carp', 112],
  ['pgm', 113],
  ['l2tp', 115],
  ['sctp', SCTP],
  ['udplite udp-lite', 136],
]);

/** IP protocol of a name or a number; −1: it is none. */
export function protocolIn(bytes: Uint8Array, from: number, to: number): number {
  const number = numberIn(bytes, from, to);
  if (number >= 0) return number < 256 ? number : -1;
  return PROTOCOLS.get(wordIn(bytes, from, to)) ?? -1;
}

/** What a firewall did with a packet or connection. */
export const Verdict = {
  /** the line does not say */
  none: 0,
  passed: 1,
  refused: 2,
  /** the line is a note and decides nothing, whatever other words it has */
  noted: 3,
} as const;

/**
 * Words of rule prefixes and actions. The letters are those of EdgeOS, VyOS and UniFi rule names: `[WAN_LOCAL-default-D]`.
 * "Invalid" is what conntrack calls packets that belong to nothing; rules for them nearly always drop.
 */
const VERDICTS = vocabulary([
  ['audit', Verdict.noted],
  [
    'block blocked blk drop dropped drp deny denied reject rejected invalid discard discarded ban banned',
    Verdict.refused,
  ],
  [
    'blocklist blacklist blacklisted refused forbidden prohibit prohibited filtered dropping blocking d r',
    Verdict.refused,
  ],
  ['accept accepted allow allowed pass passed permit permitted new a', Verdict.passed],
]);

/** What the words of bytes[from … to) say: a note before a refusal, a refusal before leave. */
export function verdictIn(bytes: Uint8Array, from: number, to: number): number {
  let verdict: number = Verdict.none;
  for (let at = from; at < to; ) {
    while (at < to && !isLetter(bytes[at])) at += 1;
    const start = at;
    while (at < to && isLetter(bytes[at])) at += 1;
    if (at === start) break;
    const said = VERDICTS.get(wordIn(bytes, start, at)) ?? Verdict.none;
    if (said > verdict) verdict = said;
  }
  return verdict;
}

/** The number after a text; −1: the text is not there, or no number after it. */
export function numberAfter(bytes: Uint8Array, text: string, from: number, to: number): number {
  const found = findText(bytes, text, from, to);
  if (found < 0) return -1;
  let end = found + text.length;
  while (end < to && bytes[end] >= 48 && bytes[end] <= 57) end += 1;
  return numberIn(bytes, found + text.length, end);
}
