import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decode,
  fragmentData,
  fragmentId,
  fragmentMore,
  fragmentOffset,
} from '../../src/input/capture/decode/index.ts';
import { Kind, type PacketBatch, packetSchema, SHARDS } from '../../src/record/packet.ts';
import { WeirdCounts } from '../../src/record/weird.ts';
import { mixSigned } from '../../src/table/hash.ts';
import { batchOf } from '../input/capture/decode/decoded.ts';
import { collect } from '../support/collect.ts';
import {
  arp,
  type Bytes,
  bytes,
  ethernet,
  type Frame,
  fragment6,
  gre,
  icmp,
  icmp6,
  ip4,
  ip6,
  raw,
  sctp,
  sctpInit,
  tcp,
  u16,
  u32,
  udp,
  vlan,
  vxlan,
} from '../support/packets.ts';

/** Frames that are tried; `VEDETTE_FUZZ=1000000` for the long run. */
const FRAMES = Number(process.env.VEDETTE_FUZZ ?? 20_000);
const AT_ONCE = 50;
const GAP = 64;
const LINK_TYPES = [1, 1, 1, 1, 0, 9, 12, 14, 101, 108, 113, 228, 229, 276, 147];

const syn = tcp({ options: bytes('020405b40402080a00000001000000000103 0307') });
const packet = ip4(syn);
const packet6 = ip6(syn);
const hop = [0, bytes(0, new Uint8Array(6))] as const;
const routing = [43, bytes(2, 0, 1, new Uint8Array(20))] as const;

/** One of everything that is read. */
const SEEDS: readonly Bytes[] = [
  ethernet(packet),
  ethernet(packet6),
  ethernet(ip4(udp({ payload: bytes(1, 2, 3) }), { options: bytes(131, 7, 4, 1, 2, 3, 4, 0) })),
  ethernet(ip4(icmp(8, 0, u32(1)))),
  ethernet(ip4(icmp(3, 3, bytes(u32(0), packet)))),
  ethernet(ip6(icmp6(1, 4, bytes(u32(0), packet6)))),
  ethernet(ip6(icmp6(135, 0, new Uint8Array(28)), { hops: 255 })),
  ethernet(ip4(sctp({ chunks: sctpInit(1) }))),
  ethernet(arp(1), { type: 0x0806 }),
  ethernet(vlan(vlan(packet), 1, 0x8100), { type: 0x88a8 }),
  ethernet(bytes('11000001 0030 0021', packet), { type: 0x8864 }),
  ethernet(bytes('00001040 00001140', packet), { type: 0x8847 }),
  ethernet(bytes('aaaa03 000000 0800', packet), { type: 60 }),
  ethernet(ip6(syn, { extensions: [hop, routing, fragment6(0, true)] })),
  ethernet(ip6(raw(51, bytes(6, 4, new Uint8Array(40))))),
  ethernet(ip4(syn, { part: 0x2000, to: 16 })),
  ethernet(ip4(gre(packet, 0x0800, 0xb000, new Uint8Array(12)))),
  ethernet(ip4(gre(bytes(new Uint8Array(12), ethernet(packet)), 0x22eb))),
  ethernet(ip4(vxlan(ethernet(ip4(raw(4, ip4(raw(41, packet6)))))))),
  ethernet(ip4(udp({ to: 6081, payload: bytes(1, 0, u16(0x6558), u32(0), u32(0), ethernet(packet)), checksum: 0 }))),
  bytes(0, 0, 0, 1, 0, 6, '020000000001', 0, 0, 8, 0, packet),
  bytes(8, 0, 0, 0, 0, 0, 0, 3, 0, 1, 0, 6, '020000000001', 0, 0, packet),
  bytes('02000000', packet),
  bytes('ff030021', packet),
  packet,
  packet6,
];

/** Bytes that mean something somewhere. */
const TELLING = [0, 1, 2, 4, 6, 17, 41, 43, 44, 47, 51, 58, 60, 0x45, 0x46, 0x4f, 0x60, 0x80, 0x81, 0x88, 255];

let state = 1;
const random = (below: number): number => {
  state = (state + 1) | 0;
  return (mixSigned(0x0f0f, state) >>> 0) % below;
};

function mutated(seed: Bytes): Frame {
  let frame = bytes(seed);
  for (let change = random(6); change > 0 && frame.length > 0; change -= 1) {
    const at = random(frame.length);
    const what = random(5);
    if (what === 0) frame = frame.slice(0, at);
    else if (what === 1) frame[at] = TELLING[random(TELLING.length)];
    else if (what === 2) frame[at] ^= 1 << random(8);
    else if (what === 3) frame = bytes(frame.slice(0, at), SEEDS[random(SEEDS.length)]);
    else frame = bytes(frame.slice(0, at), frame.slice(at + random(8)));
  }
  const linkType = LINK_TYPES[random(LINK_TYPES.length)];
  return { bytes: frame, linkType, length: random(4) === 0 ? random(0xffffffff) : frame.length };
}

type Column = keyof typeof packetSchema;
const COLUMNS = Object.keys(packetSchema) as Column[];

/** Decodes the frames standing in garbage; what came of it. */
function outcome(frames: readonly Frame[], filler: number): { batch: PacketBatch; counts: WeirdCounts } {
  const batch = batchOf(frames, 1, GAP, filler);
  for (const column of COLUMNS.slice(5)) batch[column].fill(filler);
  const counts = new WeirdCounts();
  decode(batch, counts, 99);
  return { batch, counts };
}

/** All columns of a batch must be those of the other, whatever stood around the frames and in the columns before. */
function alike(one: PacketBatch, two: PacketBatch): void {
  const used = one.shardStart[SHARDS];
  assert.deepEqual(one.shardStart, two.shardStart);
  for (const column of COLUMNS) {
    const rows = column === 'order' ? used : one.count * packetSchema[column][1];
    assert.deepEqual(one[column].subarray(0, rows), two[column].subarray(0, rows), column);
  }
}

function judge(frames: readonly Frame[]): void {
  const { batch, counts } = outcome(frames, 0x00);
  const other = outcome(frames, 0xff);
  alike(batch, other.batch);
  alike(batch, outcome(frames, 0x45).batch);
  assert.deepEqual(counts.counts, other.counts.counts);
  assert.equal(batch.shardStart[SHARDS] + counts.total('malformed') + counts.total('unsupported'), frames.length);
  for (let row = 0; row < frames.length; row += 1) {
    if (batch.kind[row] === Kind.none) continue;
    const start = batch.offset[row];
    const end = start + batch.captured[row];
    const { payload, payloadCaptured, payloadLength } = batch;
    assert.ok(payload[row] >= start);
    assert.ok(payloadCaptured[row] === 0 || payload[row] + payloadCaptured[row] <= end);
    assert.ok(payloadCaptured[row] <= payloadLength[row]);
    if (batch.kind[row] === Kind.fragment) {
      const ip = payload[row];
      assert.ok(fragmentData(batch.bytes, ip) <= ip + payloadCaptured[row]);
      assert.equal(fragmentOffset(batch.bytes, ip), fragmentOffset(other.batch.bytes, ip));
      assert.equal(fragmentId(batch.bytes, ip), fragmentId(other.batch.bytes, ip));
      assert.ok(fragmentMore(batch.bytes, ip) || fragmentOffset(batch.bytes, ip) > 0);
    }
  }
}

test(`${FRAMES} mutated frames: no exception, one fate each, nothing read outside a frame, no memory kept`, () => {
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  let before = 0;
  for (let done = 0; done < FRAMES; done += AT_ONCE) {
    judge(Array.from({ length: AT_ONCE }, () => mutated(SEEDS[random(SEEDS.length)])));
    if (done === AT_ONCE * 20) before = heap();
  }
  if (before > 0) assert.ok(heap() - before < 4e6, `heap grew from ${before} to ${heap()}`);
});
