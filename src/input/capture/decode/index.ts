import { Kind, type PacketBatch, SHARDS, Trait } from '../../../record/packet.ts';
import { Weird, type WeirdCounts } from '../../../record/weird.ts';
import { arp } from './arp.ts';
import { icmp4, icmp6 } from './icmp.ts';
import { ip4 } from './ipv4.ts';
import { extension, ip6 } from './ipv6.ts';
import { ethernet, link, llc, metadata, mpls, ppp, pppoe, vlan } from './link.ts';
import { locate, ordinary } from './ordinary.ts';
import { sctp } from './sctp.ts';
import { tcp } from './tcp.ts';
import { overGre, overIp } from './tunnel.ts';
import { udp } from './udp.ts';
import { bind, fail, finish, Layer, Walk, withoutTransport } from './walk.ts';

// Hot: per packet.

export { fragmentData, fragmentId, fragmentMore, fragmentOffset } from './fragment.ts';

/** Longest frame that is believed; keeps offsets small integers whatever a file claims. */
const LONGEST = 1 << 29;

const walk = new Walk();
const place = new Uint16Array(SHARDS);

/**
 * Decodes rows 0 … count − 1 of a batch: from the frame columns to all the others, then `order` and `shardStart`.
 * Every row has one fate: its kind is not 0, or it is counted under one malformed or unsupported name.
 *
 * @param seed of the run; shards and link hashes depend on it
 */
export function decode(batch: PacketBatch, weird: WeirdCounts, seed: number): void {
  const { offset, captured, length, linkType } = batch;
  const count = batch.count | 0;
  bind(walk, batch);
  locate(batch);
  walk.bytes = batch.bytes;
  walk.view = batch.view;
  walk.weird = weird;
  walk.seed = seed | 0;
  walk.firstRecord = batch.firstRecord;
  for (let row = ordinary(walk, 0, count); row < count; row = ordinary(walk, row + 1, count)) {
    const at = offset[row];
    const size = captured[row];
    walk.row = row;
    walk.at = at;
    walk.end = at + size;
    walk.wire = at + Math.min(Math.max(length[row], size), LONGEST);
    walk.found = 0;
    walk.depth = 0;
    walk.link[row] = 0;
    descend(walk, link(walk, linkType[row]));
  }
  sort(batch, count);
}

/** Its own walk, so that the columns and the view of the caller's buffer stay bound from call to call. */
const again = new Walk();

/**
 * Fills the transport columns of a row of kind `fragment` from the packet that has been put together. The row's
 * `payload` then points into `bytes`, not into the batch's block; its shard and addresses stay. A packet that cannot
 * be read becomes a row of kind 0, noted as `fragment-transport-malformed`: its fragments were used already.
 *
 * @param bytes one buffer for all calls, or few: each new one costs a view
 * @param at where the transport header (IPv6: what follows the fragment header) starts in `bytes`
 * @param captured bytes at hand there
 * @param length bytes that the whole packet has there
 * @param record number of the record, for the counts
 * @returns whether the row can be used
 */
export function decodeTransport(
  batch: PacketBatch,
  row: number,
  bytes: Uint8Array,
  at: number,
  captured: number,
  length: number,
  weird: WeirdCounts,
  record: number,
): boolean {
  if (again.batch !== batch) bind(again, batch);
  if (again.bytes !== bytes) {
    again.bytes = bytes;
    again.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  again.weird = weird;
  again.firstRecord = record - row;
  again.row = row;
  again.at = at;
  again.end = at + captured;
  again.wire = at + length;
  again.extensions = 0;
  again.found = (batch.traits[row] & ~Trait.cut) | Trait.reassembled | (captured < length ? Trait.cut : 0);
  again.pseudo = addressSum(batch.address, row << 3, (again.found & Trait.v6) !== 0);
  const shard = batch.shard[row];
  descend(again, batch.protocol[row]);
  batch.shard[row] = shard;
  return batch.kind[row] !== 0;
}

/** Sum of the addresses' 16-bit words. */
function addressSum(address: Uint32Array, from: number, v6: boolean): number {
  let sum = 0;
  for (let at = from; at < from + 8; at += 1) {
    if (v6 || at === from + 3 || at === from + 7) sum += (address[at] >>> 16) + (address[at] & 0xffff);
  }
  return sum;
}

/** Goes from layer to layer until the row is finished. */
function descend(walk: Walk, first: number): void {
  let layer = first;
  while (layer !== Layer.done) layer = layer >= 0 && layer < 256 ? transport(walk, layer) : network(walk, layer);
}

function network(walk: Walk, layer: number): number {
  switch (layer) {
    case Layer.ip4:
      return ip4(walk);
    case Layer.ip6:
      return ip6(walk);
    case 0x0806:
      return arp(walk);
    case 0x8100:
    case 0x88a8:
    case 0x9100:
    case 0x9200:
      return vlan(walk);
    case Layer.ip:
      return walk.at < walk.end && walk.bytes[walk.at] >>> 4 === 6 ? ip6(walk) : ip4(walk);
    case Layer.llc:
      return llc(walk);
    case Layer.ethernet:
      return ethernet(walk);
    case 0x8847:
    case 0x8848:
      return mpls(walk);
    case 0x8909:
      return metadata(walk);
    case 0x8864:
      return pppoe(walk);
    case Layer.ppp:
      return ppp(walk);
    default:
      return fail(walk, Weird['ethertype-unsupported']);
  }
}

function transport(walk: Walk, protocol: number): number {
  walk.protocol[walk.row] = protocol;
  switch (protocol) {
    case 6:
      return tcp(walk);
    case 17:
      return udp(walk);
    case 1:
      return (walk.found & Trait.v6) === 0 ? icmp4(walk) : other(walk);
    case 58:
      return (walk.found & Trait.v6) !== 0 ? icmp6(walk) : other(walk);
    case 132:
      return sctp(walk);
    case 4:
    case 41:
    case 47:
      return tunnel(walk, protocol);
    case 51:
      return walk.end - walk.at >= 12 || (walk.found & Trait.v6) !== 0 ? extension(walk, protocol) : other(walk);
    case 0:
    case 43:
    case 44:
    case 60:
    case 135:
    case 139:
    case 140:
      return (walk.found & Trait.v6) !== 0 && walk.wire > walk.at ? extension(walk, protocol) : other(walk);
    default:
      return other(walk);
  }
}

/** What came in fragments is not opened further: its inner flow may live in another shard. */
function tunnel(walk: Walk, protocol: number): number {
  if ((walk.found & Trait.reassembled) !== 0) return other(walk);
  const inner = protocol === 47 ? overGre(walk) : overIp(walk, protocol);
  return inner === Layer.outside ? other(walk) : inner;
}

function other(walk: Walk): number {
  withoutTransport(walk);
  return finish(walk, Kind.ip, walk.at);
}

/** Counting sort of the used rows by shard; rows of a shard keep their order. */
function sort(batch: PacketBatch, count: number): void {
  const { kind, shard, order, shardStart } = batch;
  place.fill(0);
  for (let row = 0; row < count; row += 1) if (kind[row] !== 0) place[shard[row]] += 1;
  let start = 0;
  for (let one = 0; one < SHARDS; one += 1) {
    shardStart[one] = start;
    start += place[one];
    place[one] = shardStart[one];
  }
  shardStart[SHARDS] = start;
  for (let row = 0; row < count; row += 1) {
    if (kind[row] === 0) continue;
    const one = shard[row];
    order[place[one]] = row;
    place[one] += 1;
  }
}
