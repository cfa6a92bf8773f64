import { Trait } from '../../../record/packet.ts';
import { Weird } from '../../../record/weird.ts';
import { mixSigned } from '../../../table/hash.ts';
import { fail, Layer, type Walk } from './walk.ts';

// Hot: per packet.

/*
 * Link types (tcpdump.org/linktypes.html), each with its own header:
 *   0, 108    address family 32, in the byte order of the machine that captured (108: of the network)
 *   1         Ethernet (IEEE 802.3): target 48, sender 48, EtherType 16, or from 0 to 1500 a length and then 802.2
 *   9         PPP (RFC 1661 2, RFC 1662 3.1): [address 0xff, control 0x03] protocol 8 or 16
 *   12 14 101 IP, 228 IPv4, 229 IPv6: no header
 *   113       Linux "cooked": packet type 16, ARPHRD 16, address length 16, address 64, protocol 16
 *   276       the same, 2: protocol 16, reserved 16, interface 32, ARPHRD 16, packet type 8, address length 8, address 64
 * and what may stand between link and IP:
 *   8100 88a8 9100 9200  VLAN tags (IEEE 802.1Q): tag 16, EtherType 16
 *   8847 8848 MPLS (RFC 3032 2.1): label 20, class 3, bottom of stack 1, TTL 8
 *   8909      Cisco metadata (TrustSec): version 8, length in words 8, options, EtherType 16
 *   8864      PPPoE session (RFC 2516 4): version and type 8, code 8, session 16, length 16, then PPP
 *   802.2     DSAP 8, SSAP 8, control 8; aa aa 03: SNAP (RFC 1042) OUI 24, EtherType 16; 06 06 03: IP (RFC 948)
 */
const CUT = Weird['link-header-cut'];
const MOST_TAGS = 4;

/** Reads the link header of this type; returns what follows. */
export function link(walk: Walk, type: number): number {
  switch (type) {
    case 1:
      return ethernet(walk);
    case 0:
    case 108:
      return family(walk);
    case 9:
      return Layer.ppp;
    case 12:
    case 14:
    case 101:
      return Layer.ip;
    case 228:
      return Layer.ip4;
    case 229:
      return Layer.ip6;
    case 113:
      return cooked(walk, 16, 0, 2, 4, 6, 14);
    case 276:
      return cooked(walk, 20, 10, 8, 11, 12, 0);
    default:
      return fail(walk, Weird['link-type-unsupported']);
  }
}

/** Hash of six bytes of a hardware address; 0 when they are all 0, as on a loopback device. */
function sender(walk: Walk, at: number): void {
  const { view, seed } = walk;
  const high = view.getInt32(at);
  const low = view.getUint16(at + 4);
  walk.link[walk.row] = (high | low) === 0 ? 0 : mixSigned(mixSigned(seed, high), low) || 1;
}

/** A type field is a length when it is small (IEEE 802.3 3.2.6). */
const typed = (type: number): number => (type <= 1500 ? Layer.llc : type);

export function ethernet(walk: Walk): number {
  const { view, bytes, at } = walk;
  if (walk.end - at < 14) return fail(walk, CUT);
  if (bytes[at] & 1) walk.found |= Trait.broadcast;
  sender(walk, at + 6);
  walk.at = at + 14;
  return typed(view.getUint16(at + 12));
}

/** Linux cooked captures, with the offsets of their fields: packet type, ARPHRD, address length, address, protocol. */
function cooked(
  walk: Walk,
  header: number,
  packet: number,
  hardware: number,
  length: number,
  address: number,
  protocol: number,
): number {
  const { view, bytes, at } = walk;
  if (walk.end - at < header) return fail(walk, CUT);
  // 1 broadcast, 2 multicast; in the older header the field has 16 bits
  const cast = bytes[at + packet + (header === 16 ? 1 : 0)];
  if (cast === 1 || cast === 2) walk.found |= Trait.broadcast;
  const size = header === 16 ? view.getUint16(at + length) : bytes[at + length];
  if (size >= 6) sender(walk, at + address);
  const type = view.getUint16(at + protocol);
  walk.at = at + header;
  // ARPHRD 778: GRE, 824: netlink; their protocol is no EtherType
  const kind = view.getUint16(at + hardware);
  if (kind === 824) return fail(walk, Weird['ethertype-unsupported']);
  if (kind === 778 || kind === 768 || kind === 769) return ipOr(walk, type);
  return type === 4 ? Layer.llc : type < 0x600 ? fail(walk, Weird['ethertype-unsupported']) : type;
}

/** Tunnel devices of Linux: the protocol is an EtherType where the kernel knew it; IP tells itself. */
const ipOr = (walk: Walk, type: number): number => (type === Layer.ip4 || type === Layer.ip6 ? type : ipOnly(walk));

function ipOnly(walk: Walk): number {
  const version = walk.at < walk.end ? walk.bytes[walk.at] >>> 4 : 0;
  return version === 4 || version === 6 ? Layer.ip : fail(walk, Weird['ethertype-unsupported']);
}

/** Address families differ: IPv4 is 2 everywhere, IPv6 is 10 (Linux), 24 (NetBSD, OpenBSD), 28 (FreeBSD), 30 (macOS). */
function family(walk: Walk): number {
  const { view, at } = walk;
  if (walk.end - at < 4) return fail(walk, CUT);
  const big = view.getInt32(at);
  const value = big >>> 16 === 0 ? big : view.getInt32(at, true);
  walk.at = at + 4;
  if (value === 2) return Layer.ip4;
  if (value === 10 || value === 24 || value === 28 || value === 30) return Layer.ip6;
  return fail(walk, Weird['ethertype-unsupported']);
}

/** Reads VLAN tags, the walk standing behind the first tag's EtherType. */
export function vlan(walk: Walk): number {
  const { view } = walk;
  walk.found |= Trait.vlan;
  for (let tags = 0; tags < MOST_TAGS; tags += 1) {
    if (walk.end - walk.at < 4) return fail(walk, CUT);
    const type = view.getUint16(walk.at + 2);
    walk.at += 4;
    if (type !== 0x8100 && type !== 0x88a8 && type !== 0x9100 && type !== 0x9200) return typed(type);
  }
  return fail(walk, Weird['vlan-too-deep']);
}

export function llc(walk: Walk): number {
  const { view, bytes, at, end } = walk;
  if (end - at < 3) return fail(walk, CUT);
  const points = view.getUint16(at);
  if (points === 0x0606 && bytes[at + 2] === 3) {
    walk.at = at + 3;
    return Layer.ip4;
  }
  if (points !== 0xaaaa || bytes[at + 2] !== 3) return fail(walk, Weird['ethertype-unsupported']);
  if (end - at < 8) return fail(walk, CUT);
  walk.at = at + 8;
  const type = view.getUint16(at + 6);
  const ours = bytes[at + 3] === 0 && view.getUint16(at + 4) === 0 && type > 1500;
  return ours ? type : fail(walk, Weird['ethertype-unsupported']);
}

/** Pops the label stack; below it only IP tells itself. */
export function mpls(walk: Walk): number {
  const { bytes, end } = walk;
  let { at } = walk;
  while (end - at >= 4 && (bytes[at + 2] & 1) === 0) at += 4;
  if (end - at < 4) return fail(walk, CUT);
  walk.at = at + 4;
  return ipOnly(walk);
}

export function metadata(walk: Walk): number {
  const { view, bytes, at, end } = walk;
  const size = end - at < 2 ? 4 : 4 + (bytes[at + 1] << 2);
  if (end - at < size) return fail(walk, CUT);
  walk.at = at + size;
  return typed(view.getUint16(at + size - 2));
}

export function pppoe(walk: Walk): number {
  if (walk.end - walk.at < 6) return fail(walk, CUT);
  walk.at += 6;
  return Layer.ppp;
}

/** PPP: IP only (IANA ppp-numbers: 0x0021 IPv4, 0x0057 IPv6, 0x0281 MPLS); an odd first byte is a compressed protocol field. */
export function ppp(walk: Walk): number {
  const { view, bytes, end } = walk;
  let { at } = walk;
  if (end - at >= 2 && view.getUint16(at) === 0xff03) at += 2;
  if (end - at < 2) return fail(walk, CUT);
  const short = (bytes[at] & 1) !== 0;
  const protocol = short ? bytes[at] : view.getUint16(at);
  walk.at = at + (short ? 1 : 2);
  if (protocol === 0x21) return Layer.ip4;
  if (protocol === 0x57) return Layer.ip6;
  if (protocol === 0x281) return mpls(walk);
  return fail(walk, Weird['ethertype-unsupported']);
}
