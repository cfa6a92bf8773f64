import { Kind } from '../../../record/packet.ts';
import { Weird } from '../../../record/weird.ts';
import { fail, finish, shard4, type Walk, withoutTransport } from './walk.ts';

// Hot: per packet.

/*
 * ARP (RFC 826): hardware type 16, protocol type 16, hardware length 8, protocol length 8, operation 16,
 * sender hardware, sender protocol, target hardware, target protocol address.
 */
const IP4 = 0x0800;

/** Reads an ARP request or reply for IPv4. Reverse and inverse ARP (operations 3, 4, 8, 9) are not read. */
export function arp(walk: Walk): number {
  const { view, bytes, row, at, end, address } = walk;
  if (end - at < 8) return fail(walk, Weird['arp-malformed']);
  const operation = view.getUint16(at + 6);
  const hardware = bytes[at + 4];
  if (view.getUint16(at + 2) !== IP4 || operation < 1 || operation > 2) return fail(walk, Weird['arp-unsupported']);
  const length = 8 + 2 * (hardware + 4);
  if (bytes[at + 5] !== 4 || end - at < length) return fail(walk, Weird['arp-malformed']);
  const source = view.getInt32(at + 8 + hardware);
  const target = view.getInt32(at + 12 + 2 * hardware);
  const word = row << 3;
  address[word] = 0;
  address[word + 1] = 0;
  address[word + 2] = 0xffff;
  address[word + 3] = source;
  address[word + 4] = 0;
  address[word + 5] = 0;
  address[word + 6] = 0xffff;
  address[word + 7] = target;
  shard4(walk, source, target);
  withoutTransport(walk);
  walk.protocol[row] = 0;
  walk.sourcePort[row] = operation;
  walk.ipId[row] = 0;
  walk.ttl[row] = 0;
  // what follows is padding
  walk.wire = at + length;
  walk.end = walk.wire;
  return finish(walk, Kind.arp, walk.wire);
}
