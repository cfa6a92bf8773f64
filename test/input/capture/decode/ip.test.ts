import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kind, Trait } from '../../../../src/record/packet.ts';
import {
  bytes,
  ethernet,
  fragment6,
  icmp6,
  ip4,
  ip6,
  raw,
  SOURCE,
  SOURCE6,
  TARGET,
  TARGET6,
  tcp,
  text,
  u16,
  u32,
  udp,
} from '../../../support/packets.ts';
import { one, rowOf, decoded } from './decoded.ts';

const OPTION_END = bytes(7, 3, 0, 0);

test('IPv4 header', () => {
  const row = one(ethernet(ip4(udp({ payload: text('hello') }), { ttl: 55, id: 54321, part: 0x4000 })));
  assert.deepEqual([row.kind, row.protocol, row.source, row.target], [Kind.udp, 17, SOURCE, TARGET]);
  assert.deepEqual([row.ttl, row.ipId, row.traits], [55, 54321, Trait.dontFragment]);
  assert.deepEqual(row.weird, {});
});

test('padding of Ethernet is not payload', () => {
  const row = one(ethernet(ip4(udp({ payload: text('a') })), { pad: true }));
  assert.deepEqual([row.payloadLength, row.payloadCaptured, row.payload], [1, 1, 42]);
});

test('a frame cut by the snaplen keeps the length on the wire', () => {
  const frame = ethernet(ip4(tcp({ flags: 0x18, payload: new Uint8Array(1000) })));
  const row = one({ bytes: frame.slice(0, 96), length: frame.length });
  assert.deepEqual([row.kind, row.payloadCaptured, row.payloadLength], [Kind.tcp, 42, 1000]);
  assert.equal(row.traits, Trait.cut);
});

test('total length 0 is a segment that the network card cuts up', () => {
  const row = one(ethernet(ip4(tcp({ flags: 0x10, payload: new Uint8Array(3000) }), { total: 0 })));
  assert.deepEqual([row.kind, row.payloadLength, row.payloadCaptured], [Kind.tcp, 3000, 3000]);
});

test('IPv4 options', () => {
  const row = one(ethernet(ip4(udp(), { options: OPTION_END })));
  assert.deepEqual([row.kind, row.targetPort, row.traits], [Kind.udp, 53, Trait.ipOptions]);
  assert.deepEqual(row.weird, {});
  const bad = one(ethernet(ip4(udp(), { options: bytes(7, 0, 0, 0) })));
  assert.deepEqual(bad.weird, { 'ip-options-malformed': 1 });
  const beyond = one(ethernet(ip4(udp(), { options: bytes(1, 1, 1, 7) })));
  assert.deepEqual(beyond.weird, { 'ip-options-malformed': 1 });
});

test('a source route changes the pseudo-header, so that checksums are left alone', () => {
  const route = bytes(131, 7, 4, 10, 0, 0, 1, 0);
  assert.deepEqual(one(ethernet(ip4(udp({ checksum: 0x1234 }), { options: route }))).weird, {});
});

test('IPv4 header that cannot be', () => {
  const cases = [
    ['ip-header-cut', ethernet(ip4(raw(255))).slice(0, 33)],
    ['ip-version-wrong', ethernet(ip4(raw(255), { version: 5 }))],
    ['ip-header-length-impossible', ethernet(ip4(raw(255), { words: 4 }))],
    ['ip-length-impossible', ethernet(ip4(udp(), { total: 19 }))],
    ['ip-length-impossible', ethernet(ip4(udp(), { total: 2000 }))],
    ['ip-header-cut', { bytes: ethernet(ip4(udp(), { options: OPTION_END })).slice(0, 36), length: 46 }],
  ] as const;
  for (const [name, frame] of cases) {
    const row = one(frame);
    assert.deepEqual([row.kind, row.weird], [Kind.none, { [name]: 1 }]);
  }
});

test('IPv4 checksum: wrong, or left to the network card', () => {
  const wrong = one(ethernet(ip4(udp(), { checksum: 0x1234 })));
  assert.deepEqual([wrong.kind, wrong.traits, wrong.weird], [Kind.udp, Trait.badChecksum, { 'ip-checksum-wrong': 1 }]);
  const left = one(ethernet(ip4(udp(), { checksum: 0 })));
  assert.deepEqual([left.kind, left.traits, left.weird], [Kind.udp, Trait.offload, { 'ip-checksum-offload': 1 }]);
});

test('the reserved flag', () => {
  const row = one(ethernet(ip4(udp(), { part: 0x8000 })));
  assert.deepEqual([row.kind, row.traits, row.weird], [Kind.udp, Trait.reservedBits, { 'ip-reserved-flag': 1 }]);
});

test('addresses that cannot be, in IPv4', () => {
  const cases: [string, string, Record<string, number>][] = [
    ['0.0.0.0', TARGET, { 'ip-source-impossible': 1 }],
    ['0.0.0.0', '255.255.255.255', {}],
    ['224.0.0.5', TARGET, { 'ip-source-impossible': 1 }],
    ['255.255.255.255', TARGET, { 'ip-source-impossible': 1 }],
    ['127.0.0.1', TARGET, { 'ip-source-impossible': 1 }],
    ['127.0.0.1', '127.0.0.1', {}],
    [SOURCE, SOURCE, { 'ip-source-is-target': 1 }],
    [SOURCE, '0.0.0.0', { 'ip-target-impossible': 1 }],
    ['240.0.0.1', TARGET, {}],
    ['127.0.0.1', '127.0.0.2', {}],
  ];
  for (const [source, target, weird] of cases) {
    const row = one(ethernet(ip4(udp(), { source, target })));
    assert.deepEqual(row.weird, weird, `${source} → ${target}`);
    assert.equal((row.traits & Trait.impossible) !== 0, Object.keys(weird).length > 0);
    assert.equal(row.kind, Kind.udp);
  }
});

test('broadcast and multicast', () => {
  for (const target of ['255.255.255.255', '239.1.2.3'])
    assert.equal(one(ethernet(ip4(udp(), { target }))).traits, Trait.broadcast);
  assert.equal(one(ethernet(ip4(udp()), { to: 'ffffffffffff' })).traits, Trait.broadcast);
  assert.equal(one(ethernet(ip6(udp(), { target: 'ff02::1' }))).traits, Trait.broadcast | Trait.v6);
});

test('IPv6 header', () => {
  const row = one(ethernet(ip6(tcp({ to: 443 }), { hops: 57, flow: 0xabcde })));
  assert.deepEqual([row.kind, row.protocol, row.targetPort], [Kind.tcp, 6, 443]);
  assert.deepEqual([row.source, row.target], ['2001:db8:1:0:0:0:0:7', '2001:db8:2:0:0:0:0:9']);
  assert.deepEqual([row.ttl, row.ipId, row.traits, row.weird], [57, 0xbcde, Trait.v6, {}]);
  assert.deepEqual([row.payload, row.payloadLength], [74, 0]);
});

test('IPv6 header that cannot be', () => {
  const cases = [
    ['ip-header-cut', ethernet(ip6(raw(59))).slice(0, 50)],
    ['ip-version-wrong', ethernet(ip6(raw(59), { version: 7 }), { type: 0x86dd })],
    ['ip-length-impossible', ethernet(ip6(udp(), { length: 100 }))],
  ] as const;
  for (const [name, frame] of cases) {
    const row = one(frame);
    assert.deepEqual([row.kind, row.weird], [Kind.none, { [name]: 1 }]);
  }
});

test('payload length 0: a jumbogram, unless only padding follows', () => {
  const jumbo = one(ethernet(ip6(udp({ payload: new Uint8Array(90), length: 0 }), { length: 0 })));
  assert.deepEqual([jumbo.kind, jumbo.payloadLength], [Kind.udp, 90]);
  const empty = one(ethernet(bytes(ip6(raw(99)), 0, 0, 0, 0, 0, 0)));
  assert.deepEqual([empty.kind, empty.protocol, empty.payloadLength], [Kind.ip, 99, 0]);
});

test('addresses that cannot be, in IPv6', () => {
  const cases: [string, string, Record<string, number>][] = [
    ['::', TARGET6, { 'ip-source-impossible': 1 }],
    ['::', 'ff02::1', {}],
    ['ff02::1', TARGET6, { 'ip-source-impossible': 1 }],
    ['::1', TARGET6, { 'ip-source-impossible': 1 }],
    ['::1', '::1', {}],
    ['0:0:0:0:0:ffff:c000:0207', TARGET6, { 'ip-source-impossible': 1 }],
    [SOURCE6, SOURCE6, { 'ip-source-is-target': 1 }],
    [SOURCE6, '::', { 'ip-target-impossible': 1 }],
    ['2001:db8:2::9', '2001:db8:3::9', {}],
  ];
  for (const [source, target, weird] of cases) {
    const row = one(ethernet(ip6(udp(), { source, target })));
    assert.deepEqual(row.weird, weird, `${source} → ${target}`);
    assert.equal((row.traits & Trait.impossible) !== 0, Object.keys(weird).length > 0);
  }
});

const padding = (length: number): ReturnType<typeof bytes> => bytes(length / 8 - 1, new Uint8Array(length - 2));

test('IPv6 extension headers of every kind', () => {
  const ah = bytes(4, new Uint8Array(22));
  const extensions = [
    [0, padding(8)],
    [60, padding(16)],
    [43, bytes(0, 4, 0, 0, 0, 0, 0)],
    [51, ah],
  ] as const;
  const row = one(ethernet(ip6(udp({ to: 5353 }), { extensions })));
  assert.deepEqual([row.kind, row.protocol, row.targetPort], [Kind.udp, 17, 5353]);
  assert.deepEqual([row.traits, row.weird], [Trait.v6 | Trait.extension, {}]);
});

test('IPv6 extension headers that are odd or cannot be', () => {
  const late = one(
    ethernet(
      ip6(udp(), {
        extensions: [
          [60, padding(8)],
          [0, padding(8)],
        ],
      }),
    ),
  );
  assert.deepEqual([late.kind, late.weird], [Kind.udp, { 'ip6-extension-order': 1 }]);
  assert.equal(late.traits & Trait.hiding, Trait.hiding);
  const zero = one(ethernet(ip6(udp({ checksum: 1 }), { extensions: [[43, bytes(0, 0, 1, 0, 0, 0, 0)]] })));
  assert.deepEqual([zero.kind, zero.weird], [Kind.udp, { 'ip6-routing-type-zero': 1 }]);
  assert.equal(zero.traits & Trait.hiding, Trait.hiding);
  const deep = one(ethernet(ip6(udp(), { extensions: Array.from({ length: 9 }, () => [60, padding(8)] as const) })));
  assert.deepEqual([deep.kind, deep.weird], [Kind.none, { 'ip6-extension-too-deep': 1 }]);
  const cut = one(ethernet(ip6(raw(60, bytes(17, 4, 0, 0, 0, 0, 0, 0)))));
  assert.deepEqual([cut.kind, cut.weird], [Kind.none, { 'ip6-extension-cut': 1 }]);
  const short = one(ethernet(ip6(raw(60, bytes(17, 0, 0)))));
  assert.deepEqual([short.kind, short.weird], [Kind.none, { 'ip6-extension-cut': 1 }]);
  const probe = one(ethernet(ip6(raw(60))));
  assert.deepEqual([probe.kind, probe.protocol, probe.weird], [Kind.ip, 60, {}]);
});

test('authentication header in IPv4', () => {
  const header = bytes(17, 4, new Uint8Array(22));
  const inner = udp({ checksum: 0 }).build(bytes());
  const row = one(ethernet(ip4(raw(51, bytes(header, inner)))));
  assert.deepEqual([row.kind, row.protocol, row.targetPort], [Kind.udp, 17, 53]);
  const probe = one(ethernet(ip4(raw(51))));
  assert.deepEqual([probe.kind, probe.protocol, probe.weird], [Kind.ip, 51, {}]);
});

test('other protocols, and extension headers of IPv6 in IPv4', () => {
  for (const protocol of [0, 2, 43, 50, 58, 60, 89, 103, 255]) {
    const row = one(ethernet(ip4(raw(protocol, text('payload')), { target: '198.51.100.1' })));
    assert.deepEqual([row.kind, row.protocol, row.payload, row.payloadLength], [Kind.ip, protocol, 34, 7]);
    assert.deepEqual([row.sourcePort, row.targetPort, row.weird], [0, 0, {}]);
  }
  const row = one(ethernet(ip6(raw(1, text('payload')))));
  assert.deepEqual([row.kind, row.protocol], [Kind.ip, 1]);
});

test('both directions, and only these, meet in one shard', () => {
  const there = ethernet(ip4(udp(), { source: '10.1.2.3', target: '10.3.2.1' }));
  const back = ethernet(ip4(udp(), { source: '10.3.2.1', target: '10.1.2.3' }));
  const { batch } = decoded([there, back]);
  assert.equal(batch.shard[0], batch.shard[1]);
  const there6 = one(ethernet(ip6(udp())));
  const back6 = one(ethernet(ip6(icmp6(128, 0, u32(1)), { source: TARGET6, target: SOURCE6 })));
  assert.equal(there6.shard, back6.shard);
  const many = decoded(
    Array.from({ length: 1600 }, (_, at) => ethernet(ip4(udp(), { target: `10.0.${at >> 8}.${at & 255}` }))),
  );
  const sizes = Array.from({ length: 16 }, (_, at) => many.batch.shardStart[at + 1] - many.batch.shardStart[at]);
  assert.ok(Math.min(...sizes) > 50 && Math.max(...sizes) < 170, sizes.join(' '));
});

test('an atomic fragment is a whole packet', () => {
  const row = one(ethernet(ip6(udp(), { extensions: [fragment6(0, false)] })));
  assert.deepEqual([row.kind, row.protocol, row.targetPort, row.traits], [Kind.udp, 17, 53, Trait.v6]);
});

test('rows of a batch stand in shard order', () => {
  const frames = Array.from({ length: 300 }, (_, at) =>
    at % 7 === 0 ? bytes(u16(at)) : ethernet(ip4(udp(), { target: `10.0.0.${at & 255}` })),
  );
  const { batch } = decoded(frames);
  const seen: number[] = [];
  for (let shard = 0; shard < 16; shard += 1) {
    const rows = [...batch.order.subarray(batch.shardStart[shard], batch.shardStart[shard + 1])];
    assert.deepEqual(
      rows,
      rows.toSorted((a, b) => a - b),
    );
    for (const row of rows) assert.equal(rowOf(batch, row).shard, shard);
    seen.push(...rows);
  }
  const used = frames.flatMap((_, at) => (at % 7 === 0 ? [] : [at]));
  assert.deepEqual(
    seen.toSorted((a, b) => a - b),
    used,
  );
});
