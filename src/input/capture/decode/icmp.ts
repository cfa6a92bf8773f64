import { Kind, Trait } from '../../../record/packet.ts';
import { Weird } from '../../../record/weird.ts';
import { fold, sumOf, verify } from './checksum.ts';
import { fail, finish, note, shard4, shard6, type Walk, withoutTransport } from './walk.ts';

// Hot: per packet.

/*
 * ICMP (RFC 792), ICMPv6 (RFC 4443): type 8, code 8, checksum 16, then four bytes by type:
 *   queries: identifier 16, sequence 16
 *   errors:  pointer, MTU, gateway or nothing; then as much of the offending packet as fits, from its IP header
 * Neighbour discovery (RFC 4861 4): four bytes; solicitation, advertisement, redirect: target address 128, …
 */
const Sort = {
  unknown: 0,
  /** identifier and sequence follow */
  query: 1,
  error: 2,
  /** known, nothing to read in it */
  other: 3,
  discovery: 4,
} as const;

/** Type → Sort (IANA icmp-parameters). Router discovery, traceroute and Photuris have nothing to read. */
const ICMP4 = sorts([0, 8, 13, 14, 15, 16, 17, 18, 42, 43], [3, 4, 5, 11, 12], [9, 10, 30, 40], []);
/** IANA icmpv6-parameters: MLD 130–132 143, node information 139 140, mobility, SEND, RPL and others. */
const ICMP6 = sorts(
  [128, 129, 160, 161],
  [1, 2, 3, 4],
  [130, 131, 132, 138, 139, 140, 141, 142, 143, 144, 145, 146, 147, 148, 149, 151, 152, 153, 154, 155, 157, 158, 159],
  [133, 134, 135, 136, 137],
);

function sorts(query: number[], error: number[], other: number[], discovery: number[]): Uint8Array {
  const table = new Uint8Array(256);
  for (const type of query) table[type] = Sort.query;
  for (const type of error) table[type] = Sort.error;
  for (const type of other) table[type] = Sort.other;
  for (const type of discovery) table[type] = Sort.discovery;
  return table;
}

const MOST_LENGTH = 136;
const HEADER = 8;

/** Reads an ICMP message. */
export function icmp4(walk: Walk): number {
  const { view, at, end } = walk;
  if (end - at < HEADER) return fail(walk, Weird['icmp-header-cut']);
  if (end === walk.wire && end - at <= MOST_LENGTH && fold(sumOf(view, at, end)) !== 0xffff) {
    walk.found |= Trait.badChecksum;
    note(walk, Weird['icmp-checksum-wrong']);
  }
  return message(walk, ICMP4[walk.bytes[at]]);
}

/** Reads an ICMPv6 message. Types below 128 are errors, known or not (RFC 4443 2.1). */
export function icmp6(walk: Walk): number {
  const { at, end } = walk;
  if (end - at < HEADER) return fail(walk, Weird['icmp-header-cut']);
  if (end === walk.wire && end - at <= MOST_LENGTH)
    verify(walk, 58, 2, Weird['icmp-checksum-wrong'], Weird['icmp-checksum-wrong']);
  return message(walk, ICMP6[walk.bytes[at]]);
}

function message(walk: Walk, sort: number): number {
  const { view, bytes, row, at } = walk;
  withoutTransport(walk);
  walk.sourcePort[row] = bytes[at];
  walk.targetPort[row] = bytes[at + 1];
  if (sort === Sort.error) return quote(walk);
  if (sort === Sort.discovery) return discovery(walk);
  if (sort === Sort.query) walk.seq[row] = view.getInt32(at + 4);
  else if (sort === Sort.unknown) note(walk, Weird['icmp-type-unknown']);
  return finish(walk, Kind.icmp, at + HEADER);
}

/** An error belongs to the shard of the packet that it quotes: the flow it is about lives there. */
function quote(walk: Walk): number {
  const { view, bytes, end } = walk;
  const ip = walk.at + HEADER;
  const version = ip < end ? bytes[ip] >>> 4 : 0;
  const header = version === 4 ? (bytes[ip] & 15) << 2 : 40;
  if (version === 4 && end - ip >= 20) shard4(walk, view.getInt32(ip + 12), view.getInt32(ip + 16));
  else if (version === 6 && end - ip >= 40) shard6(walk, ip + 8, ip + 24);
  if ((version !== 4 && version !== 6) || end - ip < header + 8) note(walk, Weird['icmp-quote-cut']);
  return finish(walk, Kind.icmpError, ip);
}

const SOLICITATION = 135;
const ADVERTISEMENT = 136;

/**
 * A solicitation asks for an address by a group that many addresses share: the row's target becomes the address asked
 * for, so that a sweep shows. An advertisement's source becomes the address that it tells, so that the two pair up.
 */
function discovery(walk: Walk): number {
  const { view, bytes, row, at, ip, address } = walk;
  const type = bytes[at];
  // in fragments it is not valid (RFC 6980 5), and its header is not at hand
  const again = (walk.found & Trait.reassembled) !== 0;
  // a message that crossed a router is forged (RFC 4861 6.1, 7.1, 8.1)
  if (walk.ttl[row] !== 255) note(walk, Weird['nd-hop-limit-wrong']);
  if ((type === SOLICITATION || type === ADVERTISEMENT) && walk.end - at >= 24 && !again) {
    const into = (row << 3) + (type === SOLICITATION ? 4 : 0);
    for (let word = 0; word < 4; word += 1) address[into + word] = view.getInt32(at + 8 + (word << 2));
    shard6(walk, at + 8, type === SOLICITATION ? ip + 8 : ip + 24);
  }
  return finish(walk, Kind.nd, at + HEADER);
}
