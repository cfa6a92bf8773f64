import { Trait } from '../../../record/packet.ts';
import { Weird } from '../../../record/weird.ts';
import { fail, Layer, note, type Walk } from './walk.ts';

// Hot: per packet.

/*
 * GRE (RFC 2784, RFC 2890; NVGRE RFC 7637; PPTP's version 1 RFC 2637 4.1)
 *   checksum 1, routing 1, key 1, sequence 1, …, [version 1: acknowledgement 1 at bit 8], version 3 | protocol type 16
 *   [checksum 16, reserved 16] [key 32] [sequence 32] [acknowledgement 32]
 * ERSPAN (draft-foschiano-erspan): type II 8 bytes, type III 12 bytes and 8 more when the last bit is set
 * Cisco metadata: EtherType 16, version 8, length in words 8, options; on Ethernet the EtherType comes last
 * VXLAN (RFC 7348 5): flags 8 (0x08: the network identifier is valid), reserved 24, identifier 24, reserved 8
 * Geneve (RFC 8926 3.4): version 2, option length in words 6, flags 8, protocol type 16, identifier 24, reserved 8
 *
 * A tunnel packet whose inside cannot be a packet stays what it is on the outside: a probe for the protocol or port.
 */
const DEEPEST = 4;
const MPLS = 0x8847;
const METADATA = 0x8909;
/** EtherTypes that are worth opening a tunnel for: IPv4, IPv6, ARP, VLAN, MPLS, PPPoE, Cisco metadata */
const READ: readonly number[] = [0x0800, 0x86dd, 0x0806, 0x8100, 0x88a8, MPLS, 0x8864, METADATA];
const ERSPAN2 = 0x88be;
const ERSPAN3 = 0x22eb;

/** Goes into a tunnel. What is known of the outer packet is forgotten; only VLAN stays. */
function enter(walk: Walk, at: number, layer: number): number {
  walk.depth += 1;
  if (walk.depth > DEEPEST) return fail(walk, Weird['tunnel-too-deep']);
  walk.found = (walk.found & Trait.vlan) | Trait.tunnelled;
  walk.at = at;
  return layer;
}

/** Bytes that a layer's header takes at least, with what tells the next one; 0: not read in tunnels. */
function least(layer: number): number {
  if (layer === Layer.ip4) return 20;
  if (layer === Layer.ip6) return 40;
  if (layer === Layer.ethernet) return 18;
  if (layer === Layer.ppp) return 2;
  return layer === MPLS ? 8 : 0;
}

/** Goes in where a header of that layer can stand and leads on to something that is read here; else it stays outside. */
function tryInside(walk: Walk, at: number, layer: number): number {
  const { bytes, view } = walk;
  const size = least(layer);
  if (size === 0) return Layer.outside;
  if (walk.end - at < size) return stay(walk, at);
  if (layer === Layer.ip4 && bytes[at] >>> 4 !== 4) return stay(walk, at);
  if (layer === Layer.ip6 && bytes[at] >>> 4 !== 6) return stay(walk, at);
  if (layer === Layer.ethernet && !READ.includes(view.getUint16(at + 12))) return Layer.outside;
  return enter(walk, at, layer);
}

/** The packet stays on the outside. An empty one is just a probe, anything else is noted. */
function stay(walk: Walk, at: number): number {
  if (walk.wire > at) note(walk, Weird['tunnel-malformed']);
  return Layer.outside;
}

/** IP in IP (4, RFC 2003), IPv6 in IP (41, RFC 4213). Layer.outside: it stays a packet of that protocol. */
export function overIp(walk: Walk, protocol: number): number {
  const layer = protocol === 4 ? Layer.ip4 : Layer.ip6;
  return tryInside(walk, walk.at, layer);
}

/** GRE. Layer.outside: it stays a packet of that protocol. */
export function overGre(walk: Walk): number {
  const { view, at, end } = walk;
  if (end - at < 4) return stay(walk, at);
  const flags = view.getUint16(at);
  const version = flags & 7;
  if (version > 1 || (flags & 0x4000) !== 0) return stay(walk, at);
  let here = at + 4;
  if (flags & 0x8000) here += 4;
  if (flags & 0x2000) here += 4;
  if (flags & 0x1000) here += 4;
  if (version === 1 && flags & 0x80) here += 4;
  return inside(walk, here, view.getUint16(at + 2), (flags & 0x1000) !== 0);
}

function inside(walk: Walk, at: number, type: number, sequence: boolean): number {
  let here = at;
  let layer = type;
  if (type === ERSPAN2 || type === ERSPAN3) {
    // type I has neither a sequence number nor a header
    if (type === ERSPAN2) here += sequence ? 8 : 0;
    else if (walk.end - at >= 12) here += 12 + ((walk.bytes[at + 11] & 1) << 3);
    layer = Layer.ethernet;
  }
  if (type === METADATA && walk.end - at >= 8) {
    layer = walk.view.getUint16(at);
    here += 4 + (walk.bytes[at + 3] << 2);
  }
  return tryInside(walk, here, layer);
}

/** VXLAN and Geneve, by target port. Layer.outside: it stays a datagram to that port. */
export function overUdp(walk: Walk, port: number): number {
  const { view, bytes } = walk;
  const at = walk.at + 8;
  if (walk.end - at < 8) return stay(walk, at);
  if (port !== 6081) {
    const valid = (bytes[at] & 0x08) !== 0 && bytes[at + 7] === 0;
    return valid ? tryInside(walk, at + 8, Layer.ethernet) : stay(walk, at);
  }
  const type = view.getUint16(at + 2);
  const here = at + 8 + ((bytes[at] & 0x3f) << 2);
  return bytes[at] >>> 6 === 0 ? tryInside(walk, here, type) : stay(walk, at);
}
