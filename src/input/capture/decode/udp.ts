import { Kind, Trait } from '../../../record/packet.ts';
import { Weird } from '../../../record/weird.ts';
import { verify } from './checksum.ts';
import { overUdp } from './tunnel.ts';
import { fail, finish, Layer, note, type Walk, withoutTransport } from './walk.ts';

// Hot: per packet.

/*
 * UDP header (RFC 768): source port 16, target port 16, length 16 (header included), checksum 16 (0: none).
 * Behind `length` there may be a surplus (RFC 9868), which is nobody's payload.
 */
const CHECKSUM_WRONG = Weird['udp-checksum-wrong'];
const CHECKSUM_OFFLOAD = Weird['udp-checksum-offload'];
export const MOST_PAYLOAD = 128;

/** Whether datagrams to a port may carry packets: VXLAN (RFC 7348, and Linux before it), Geneve (RFC 8926). */
export const tunnelPort = (port: number): boolean => port === 4789 || port === 8472 || port === 6081;

/** Reads a UDP datagram; returns Layer.done, or what a tunnel in it carries. */
export function udp(walk: Walk): number {
  const { view, row, at } = walk;
  if (walk.end - at < 8) return fail(walk, Weird['udp-header-cut']);
  // 0: a jumbogram (RFC 2675), or a datagram that the network card will cut up
  const length = view.getUint16(at + 4) || walk.wire - at;
  if (length < 8 || length > walk.wire - at) return fail(walk, Weird['udp-length-impossible']);
  walk.wire = at + length;
  if (walk.end > walk.wire) walk.end = walk.wire;
  const target = view.getUint16(at + 2);
  inspectUdp(walk);
  if (tunnelPort(target) && (walk.found & Trait.reassembled) === 0) {
    const inner = overUdp(walk, target);
    if (inner !== Layer.outside) return inner;
  }
  withoutTransport(walk);
  walk.sourcePort[row] = view.getUint16(at);
  walk.targetPort[row] = target;
  return finish(walk, Kind.udp, at + 8);
}

/** Notes what is odd, verifies the checksum: none is fine in IPv4 (RFC 768), only in tunnels in IPv6 (RFC 6935). */
export function inspectUdp(walk: Walk): void {
  const { view, at, end } = walk;
  const target = view.getUint16(at + 2);
  if (target === 0 || view.getUint16(at) === 0) note(walk, Weird['udp-port-zero']);
  if (end < walk.wire || end - at > MOST_PAYLOAD + 8) return;
  const none = view.getUint16(at + 6) === 0 && ((walk.found & Trait.v6) === 0 || tunnelPort(target));
  if (!none) verify(walk, 17, 6, CHECKSUM_WRONG, CHECKSUM_OFFLOAD);
}
