import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decodeTransport,
  fragmentData,
  fragmentId,
  fragmentMore,
  fragmentOffset,
} from '../../../../src/input/capture/decode/index.ts';
import { Kind, type PacketBatch, Trait } from '../../../../src/record/packet.ts';
import { WeirdCounts } from '../../../../src/record/weird.ts';
import {
  address,
  type Bytes,
  bytes,
  ethernet,
  fragment6,
  gre,
  icmp6,
  ip4,
  ip6,
  raw,
  type Segment,
  SOURCE,
  SOURCE6,
  TARGET,
  TARGET6,
  tcp,
  text,
  u32,
  udp,
} from '../../../support/packets.ts';
import { decoded, named, one, rowOf } from './decoded.ts';

const datagram = udp({ to: 161, payload: text('0123456789abcdefghijklmn') });
const wholeOf = (segment: Segment, source = SOURCE, target = TARGET): Bytes =>
  segment.build(bytes(address(source), address(target)));

test('an IPv4 fragment, first and later', () => {
  const first = ip4(datagram, { part: 0x2000, id: 77, to: 16 });
  const later = ip4(datagram, { part: 2, id: 77, from: 16 });
  const { batch, weird } = decoded([ethernet(first), ethernet(later)]);
  for (const row of [0, 1]) {
    const found = rowOf(batch, row);
    assert.deepEqual([found.kind, found.protocol, found.source, found.target], [Kind.fragment, 17, SOURCE, TARGET]);
    assert.deepEqual([found.sourcePort, found.targetPort, found.ipId, found.traits], [0, 0, 77, 0]);
    assert.equal(found.shard, one(ethernet(ip4(datagram))).shard);
    assert.equal(fragmentId(batch.bytes, found.payload), 77);
    assert.equal(fragmentData(batch.bytes, found.payload), found.payload + 20);
    assert.deepEqual([found.payloadCaptured, found.payloadLength], [36, 36]);
  }
  const ips = [batch.payload[0], batch.payload[1]];
  assert.deepEqual(
    ips.map((ip) => fragmentOffset(batch.bytes, ip)),
    [0, 16],
  );
  assert.deepEqual(
    ips.map((ip) => fragmentMore(batch.bytes, ip)),
    [true, false],
  );
  assert.deepEqual(weird, {});
});

test('IPv4 options before a fragment’s data', () => {
  const { batch } = decoded([ethernet(ip4(datagram, { part: 0x2000, to: 16, options: bytes(1, 1, 1, 0) }))]);
  assert.equal(fragmentData(batch.bytes, batch.payload[0]), 14 + 24);
});

test('an IPv6 fragment behind other extension headers', () => {
  const hop: readonly [number, Bytes] = [0, bytes(1, new Uint8Array(14))];
  const atomic = fragment6(0, false, 1);
  const segment = raw(17, wholeOf(datagram, SOURCE6, TARGET6));
  const frames = [
    ip6(segment, { extensions: [hop, fragment6(0, true, 0xdeadbeef)], to: 16 }),
    ip6(segment, { extensions: [hop, atomic, fragment6(16, false, 0xdeadbeef)], from: 16 }),
  ];
  const { batch, weird } = decoded(frames.map((frame) => ethernet(frame)));
  const ips = [batch.payload[0], batch.payload[1]];
  assert.deepEqual([batch.kind[0], batch.kind[1], batch.protocol[0]], [Kind.fragment, Kind.fragment, 17]);
  assert.deepEqual(
    ips.map((ip) => fragmentOffset(batch.bytes, ip)),
    [0, 16],
  );
  assert.deepEqual(
    ips.map((ip) => fragmentMore(batch.bytes, ip)),
    [true, false],
  );
  assert.deepEqual(
    ips.map((ip) => fragmentId(batch.bytes, ip) >>> 0),
    [0xdeadbeef, 0xdeadbeef],
  );
  assert.deepEqual(
    ips.map((ip) => fragmentData(batch.bytes, ip) - ip),
    [64, 72],
  );
  assert.equal(batch.shard[0], one(ethernet(ip6(datagram))).shard);
  assert.deepEqual(weird, {});
});

test('fragments too small to judge (nmap -f), and beyond the end', () => {
  const cases: [Bytes, number, Record<string, number>][] = [
    [ip4(tcp(), { part: 0x2000, to: 8 }), Kind.fragment, { 'fragment-tiny': 1 }],
    [ip4(tcp(), { part: 0x2001, from: 8, to: 16 }), Kind.fragment, { 'fragment-tiny': 1 }],
    [ip4(tcp(), { part: 2, from: 16 }), Kind.fragment, {}],
    [ip4(raw(17), { part: 0x2000 }), Kind.fragment, { 'fragment-tiny': 1 }],
    [ip4(raw(1, new Uint8Array(20)), { part: 0x1fff }), Kind.none, { 'fragment-beyond-end': 1 }],
  ];
  for (const [packet, kind, weird] of cases) {
    const row = one(ethernet(packet));
    assert.deepEqual([row.kind, row.weird], [kind, weird]);
  }
});

/** A fragment's row, and what becomes of it once the whole is there. */
function reassembled(
  packet: Bytes,
  whole: Bytes,
  captured = whole.length,
): { batch: PacketBatch; used: boolean; counts: WeirdCounts } {
  const { batch } = decoded([ethernet(packet)]);
  const counts = new WeirdCounts();
  const buffer = bytes(new Uint8Array(5), whole, new Uint8Array(9).fill(0xee));
  const used = decodeTransport(batch, 0, buffer, 5, captured, whole.length, counts, 12);
  return { batch, used, counts };
}

const firstPart = (segment: Segment): Bytes => ip4(segment, { part: 0x2000, to: 16 });

test('what was put together is decoded in its own buffer', () => {
  const segment = tcp({ to: 8080, options: bytes(2, 4, 5, 0xb4) });
  const { batch, used, counts } = reassembled(firstPart(segment), wholeOf(segment));
  const row = rowOf(batch, 0);
  assert.deepEqual([used, row.kind, row.targetPort, row.mss, row.payload], [true, Kind.tcp, 8080, 1460, 29]);
  assert.deepEqual([row.source, row.target, row.ttl], [SOURCE, TARGET, 64]);
  // 16 bytes are too few for a TCP header
  assert.equal(row.traits, Trait.reassembled | Trait.hiding);
  assert.deepEqual(named(counts), {});
  const wrong = tcp({ checksum: 0x1234 });
  const bad = reassembled(firstPart(wrong), wholeOf(wrong));
  assert.deepEqual(named(bad.counts), { 'tcp-checksum-wrong': 1 });
  assert.equal(bad.counts.firstRecord[bad.counts.counts.indexOf(1)], 12);
});

test('in IPv6 what follows the fragment header may be another extension header', () => {
  const inner = wholeOf(icmp6(128, 0, u32(5)), SOURCE6, TARGET6);
  const whole = bytes(58, 0, new Uint8Array(6), inner);
  const packet = ip6(raw(60, whole), { extensions: [fragment6(0, true)], to: 8 });
  const { batch, used, counts } = reassembled(packet, whole);
  const row = rowOf(batch, 0);
  assert.deepEqual([used, row.kind, row.protocol, row.seq, named(counts)], [true, Kind.icmp, 58, 5, {}]);
  assert.equal(row.traits, Trait.v6 | Trait.extension | Trait.reassembled);
  assert.equal(row.shard, one(ethernet(ip6(udp()))).shard);
});

test('only the head of a long packet need be at hand', () => {
  const long = udp({ to: 161, payload: new Uint8Array(4000) });
  const { batch, used } = reassembled(firstPart(long), wholeOf(long), 1000);
  const row = rowOf(batch, 0);
  assert.deepEqual([used, row.payloadCaptured, row.payloadLength], [true, 992, 4000]);
  assert.equal(row.traits, Trait.reassembled | Trait.cut);
});

test('tunnels in fragments are not opened', () => {
  const tunnel = gre(ip4(tcp()));
  const { batch, used, counts } = reassembled(firstPart(tunnel), wholeOf(tunnel));
  assert.deepEqual([used, batch.kind[0], batch.protocol[0], named(counts)], [true, Kind.ip, 47, {}]);
});

test('a broken packet from fragments is noted; its fragments were counted as used', () => {
  const segment = tcp({ words: 4 });
  const { batch, used, counts } = reassembled(firstPart(segment), wholeOf(segment));
  assert.deepEqual([used, batch.kind[0]], [false, Kind.none]);
  assert.deepEqual(named(counts), { 'fragment-transport-malformed': 1 });
  assert.equal(counts.total('malformed'), 0);
  const nested = bytes(17, 0, 0, 0x11, u32(1), new Uint8Array(8));
  const packet = ip6(raw(44, nested), { extensions: [fragment6(0, true)], to: 8 });
  assert.equal(reassembled(packet, nested).used, false);
});
