import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kind, Trait } from '../../../../src/record/packet.ts';
import {
  arp,
  type Bytes,
  bytes,
  ethernet,
  gre,
  ip4,
  ip6,
  raw,
  type Segment,
  SOURCE,
  TARGET,
  tcp,
  u16,
  u32,
  udp,
  vlan,
  vxlan,
} from '../../../support/packets.ts';
import { one, type Row } from './decoded.ts';

const OUTER = { source: '198.51.100.1', target: '198.51.100.2', ttl: 9, id: 77, part: 0x4000 };
const packet = ip4(tcp({ to: 443 }));
const packet6 = ip6(tcp({ to: 443 }));
const through = (segment: Segment): Row => one(ethernet(ip4(segment, OUTER)));

/** The row holds the inner packet, and nothing of the outer one. */
function inner(row: Row, traits = 0): void {
  assert.deepEqual([row.kind, row.targetPort, row.traits, row.weird], [Kind.tcp, 443, traits | Trait.tunnelled, {}]);
  assert.deepEqual(
    [row.ttl, row.ipId, row.source],
    row.traits & Trait.v6 ? [64, 0, '2001:db8:1:0:0:0:0:7'] : [64, 1, SOURCE],
  );
  assert.equal(row.shard, one(ethernet(row.traits & Trait.v6 ? packet6 : packet)).shard);
}

/** The row stays the outer packet. */
function outer(row: Row, kind: number, weird: Record<string, number> = { 'tunnel-malformed': 1 }): void {
  assert.deepEqual([row.kind, row.source, row.weird], [kind, OUTER.source, weird]);
  assert.equal(row.traits, Trait.dontFragment);
}

test('IP in IP, and IPv6 in IPv4', () => {
  inner(through(raw(4, packet)));
  inner(through(raw(41, packet6)), Trait.v6);
  inner(one(ethernet(ip6(raw(4, packet)))));
  inner(one(ethernet(ip6(raw(41, packet6)))), Trait.v6);
});

test('GRE with every field', () => {
  inner(through(gre(packet)));
  inner(through(gre(packet6, 0x86dd)), Trait.v6);
  inner(through(gre(packet, 0x0800, 0x8000, u32(0))));
  inner(through(gre(packet, 0x0800, 0x2000, u32(7))));
  inner(through(gre(packet, 0x0800, 0xb000, bytes(u32(0), u32(7), u32(1)))));
  inner(through(gre(bytes('00001140', packet), 0x8847)));
  inner(through(gre(bytes('0800 0101 0001 0002', packet), 0x8909)));
});

test('Ethernet in GRE: bridging, NVGRE, ERSPAN', () => {
  inner(through(gre(ethernet(packet), 0x6558)));
  inner(through(gre(ethernet(packet), 0x6558, 0x2000, u32(0x12345600))));
  inner(through(gre(ethernet(vlan(packet), { type: 0x8100 }), 0x6558)), Trait.vlan);
  inner(through(gre(ethernet(packet), 0x88be)));
  inner(through(gre(bytes(new Uint8Array(8), ethernet(packet)), 0x88be, 0x1000, u32(1))));
  inner(through(gre(bytes(new Uint8Array(12), ethernet(packet)), 0x22eb, 0x1000, u32(1))));
  inner(through(gre(bytes(new Uint8Array(11), 1, new Uint8Array(8), ethernet(packet)), 0x22eb, 0x1000, u32(1))));
});

test('PPTP', () => {
  const payload = bytes('ff030021', packet);
  inner(through(gre(payload, 0x880b, 0x3001, bytes(u16(payload.length), u16(1), u32(1)))));
  inner(through(gre(payload, 0x880b, 0x3081, bytes(u16(payload.length), u16(1), u32(1), u32(0)))));
});

test('VXLAN and Geneve', () => {
  inner(through(vxlan(ethernet(packet))));
  inner(through(vxlan(ethernet(packet6), 8472)), Trait.v6);
  inner(one(ethernet(ip6(vxlan(ethernet(packet))))));
  const geneve = (type: number, inside: Bytes, options = bytes()): Segment =>
    udp({ to: 6081, checksum: 0, payload: bytes(options.length / 4, 0, u16(type), u32(0x500), options, inside) });
  inner(through(geneve(0x6558, ethernet(packet))));
  inner(through(geneve(0x0800, packet, bytes('00010001 deadbeef'))));
  inner(through(geneve(0x86dd, packet6)), Trait.v6);
  const row = through(vxlan(ethernet(arp(1), { type: 0x0806 })));
  assert.deepEqual([row.kind, row.source, row.target, row.traits], [Kind.arp, SOURCE, TARGET, Trait.tunnelled]);
});

test('a tunnel keeps the sender of the outermost Ethernet unless it has its own', () => {
  const from = '020000000077';
  assert.equal(one(ethernet(ip4(raw(4, packet)), { from })).link, one(ethernet(packet, { from })).link);
  assert.equal(through(vxlan(ethernet(packet, { from }))).link, one(ethernet(packet, { from })).link);
});

test('VLAN is remembered, broadcast is not', () => {
  const row = one(ethernet(vlan(ip4(raw(4, packet))), { type: 0x8100, to: 'ffffffffffff' }));
  inner(row, Trait.vlan);
});

test('tunnels in tunnels, four deep', () => {
  let nested = packet;
  for (let depth = 0; depth < 4; depth += 1) nested = ip4(raw(4, nested), OUTER);
  inner(one(ethernet(nested)));
  const row = one(ethernet(ip4(raw(4, nested), OUTER)));
  assert.deepEqual([row.kind, row.weird], [Kind.none, { 'tunnel-too-deep': 1 }]);
});

test('a probe for a tunnel’s protocol or port stays what it is', () => {
  for (const protocol of [4, 41, 47]) {
    outer(through(raw(protocol)), Kind.ip, {});
    outer(through(raw(protocol, bytes(1, 2, 3))), Kind.ip);
    outer(through(raw(protocol, new Uint8Array(60).fill(0xff))), Kind.ip);
    assert.equal(through(raw(protocol)).protocol, protocol);
  }
  outer(through(gre(packet, 0x0800, 0x4000)), Kind.ip);
  outer(through(gre(packet, 0x0800, 2)), Kind.ip);
  // what is carried is not read: the keepalive of a router, spanning tree
  outer(through(gre(bytes(), 0)), Kind.ip, {});
  outer(through(gre(packet, 6)), Kind.ip, {});
  outer(through(gre(ethernet(new Uint8Array(46), { type: 38 }), 0x6558)), Kind.ip, {});
  outer(through(gre(bytes(1, 2, 3), 0x6558)), Kind.ip);
  for (const to of [4789, 8472, 6081]) {
    outer(through(udp({ to })), Kind.udp, {});
    outer(through(udp({ to, payload: new Uint8Array(60).fill(0xff) })), Kind.udp);
    outer(through(udp({ to, payload: bytes(8, 0, 0) })), Kind.udp);
  }
});

test('what is broken inside is counted as broken', () => {
  const row = through(raw(4, ip4(tcp(), { to: 12 })));
  assert.deepEqual([row.kind, row.weird], [Kind.none, { 'tcp-header-cut': 1 }]);
  const long = through(gre(ip4(tcp(), { total: 400 })));
  assert.deepEqual([long.kind, long.weird], [Kind.none, { 'ip-length-impossible': 1 }]);
});
