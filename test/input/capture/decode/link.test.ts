import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kind, Trait } from '../../../../src/record/packet.ts';
import {
  arp,
  type Bytes,
  bytes,
  ethernet,
  ip4,
  ip6,
  SOURCE,
  TARGET,
  tcp,
  u16,
  u32,
  vlan,
} from '../../../support/packets.ts';
import { one, type Row } from './decoded.ts';

const packet = ip4(tcp({ to: 443 }));
const packet6 = ip6(tcp({ to: 443 }));

function isTcp(row: Row, traits: number): void {
  assert.deepEqual([row.kind, row.targetPort, row.traits, row.weird], [Kind.tcp, 443, traits, {}]);
}

function fails(frame: Bytes, name: string, linkType = 1): void {
  const row = one(frame, linkType);
  assert.deepEqual([row.kind, row.weird], [Kind.none, { [name]: 1 }]);
}

test('raw IP', () => {
  for (const type of [12, 14, 101]) {
    isTcp(one(packet, type), 0);
    isTcp(one(packet6, type), Trait.v6);
    fails(bytes(), 'ip-header-cut', type);
  }
  isTcp(one(packet, 228), 0);
  isTcp(one(packet6, 229), Trait.v6);
  fails(packet, 'ip-version-wrong', 229);
});

test('null and loopback, in both byte orders', () => {
  for (const type of [0, 108]) {
    isTcp(one(bytes('02000000', packet), type), 0);
    isTcp(one(bytes('00000002', packet), type), 0);
    for (const family of ['18', '1c', '1e', '0a']) {
      isTcp(one(bytes(`${family}000000`, packet6), type), Trait.v6);
      isTcp(one(bytes(`000000${family}`, packet6), type), Trait.v6);
    }
    fails(bytes('00000007', packet), 'ethertype-unsupported', type);
    fails(bytes('0000'), 'link-header-cut', type);
  }
});

const sll = (type: number, inside: Bytes, cast = 0, hardware = 1): Bytes =>
  bytes(u16(cast), u16(hardware), u16(6), '020000000001', u16(0), u16(type), inside);
const sll2 = (type: number, inside: Bytes, cast = 0, hardware = 1): Bytes =>
  bytes(u16(type), u16(0), u32(3), u16(hardware), cast, 6, '020000000001', u16(0), inside);

test('Linux cooked captures', () => {
  const link = one(ethernet(packet)).link;
  assert.notEqual(link, 0);
  for (const [type, build] of [
    [113, sll],
    [276, sll2],
  ] as const) {
    isTcp(one(build(0x0800, packet), type), 0);
    isTcp(one(build(0x86dd, packet6), type), Trait.v6);
    isTcp(one(build(0x0800, packet, 1), type), Trait.broadcast);
    isTcp(one(build(0x8100, vlan(packet)), type), Trait.vlan);
    assert.equal(one(build(0x0800, packet), type).link, link);
    assert.equal(one(build(0x0806, arp(1)), type).kind, Kind.arp);
    // a tunnel device: the protocol is GRE's
    isTcp(one(build(0x0800, packet, 0, 778), type), 0);
    isTcp(one(build(0, packet, 0, 769), type), 0);
    fails(build(0x0006, packet), 'ethertype-unsupported', type);
    fails(build(0x0800, packet, 0, 824), 'ethertype-unsupported', type);
    fails(build(0x0800, packet).slice(0, 15), 'link-header-cut', type);
  }
});

test('PPP, with and without HDLC framing, and with its protocol field compressed', () => {
  isTcp(one(bytes('0021', packet), 9), 0);
  isTcp(one(bytes('ff030021', packet), 9), 0);
  isTcp(one(bytes('ff0321', packet), 9), 0);
  isTcp(one(bytes('0057', packet6), 9), Trait.v6);
  isTcp(one(bytes('0281 00001140', packet), 9), 0);
  fails(bytes('c0210101'), 'ethertype-unsupported', 9);
  fails(bytes('ff0300'), 'link-header-cut', 9);
});

test('PPPoE sessions', () => {
  isTcp(one(ethernet(bytes('11000001', u16(packet.length + 2), '0021', packet), { type: 0x8864 })), 0);
  isTcp(one(ethernet(bytes('11000001', u16(packet6.length + 2), '0057', packet6), { type: 0x8864 })), Trait.v6);
  fails(ethernet(bytes('110000010004c021'), { type: 0x8864 }), 'ethertype-unsupported');
  fails(ethernet(bytes('1109000000'), { type: 0x8863 }), 'ethertype-unsupported');
  fails(ethernet(bytes('1100'), { type: 0x8864 }), 'link-header-cut');
});

test('VLAN tags, one to four', () => {
  for (const type of [0x8100, 0x88a8, 0x9100, 0x9200]) isTcp(one(ethernet(vlan(packet), { type })), Trait.vlan);
  isTcp(one(ethernet(vlan(vlan(packet6), 7, 0x8100), { type: 0x88a8 })), Trait.vlan | Trait.v6);
  const four = vlan(vlan(vlan(vlan(packet), 1, 0x8100), 2, 0x8100), 3, 0x8100);
  isTcp(one(ethernet(four, { type: 0x8100 })), Trait.vlan);
  fails(ethernet(vlan(four, 4, 0x8100), { type: 0x8100 }), 'vlan-too-deep');
  fails(ethernet(bytes(0, 5), { type: 0x8100 }), 'link-header-cut');
});

test('802.2: SNAP and IP are read, the rest is not', () => {
  isTcp(one(ethernet(bytes('aaaa03 000000 0800', packet), { type: packet.length + 8 })), 0);
  isTcp(one(ethernet(bytes('060603', packet), { type: packet.length + 3 })), 0);
  const others: [string, string][] = [
    ['424203 0000', 'spanning tree'],
    ['aaaa03 00000c 2000', 'CDP'],
    ['fefe03 83', 'IS-IS'],
  ];
  for (const [hex, what] of others) {
    const row = one(ethernet(bytes(hex), { type: 38 }));
    assert.deepEqual([row.kind, row.weird], [Kind.none, { 'ethertype-unsupported': 1 }], what);
  }
  fails(ethernet(bytes('aaaa03 000000 0800', packet), { type: 1501 }), 'ethertype-unsupported');
  fails(ethernet(bytes('aaaa03'), { type: 38 }), 'link-header-cut');
  fails(ethernet(bytes('aa'), { type: 38 }), 'link-header-cut');
});

test('MPLS labels', () => {
  isTcp(one(ethernet(bytes('00001140', packet), { type: 0x8847 })), 0);
  isTcp(one(ethernet(bytes('00001040 00002040 00003140', packet6), { type: 0x8848 })), Trait.v6);
  fails(ethernet(bytes('00001140 00000000', packet), { type: 0x8847 }), 'ethertype-unsupported');
  fails(ethernet(bytes('00001040'), { type: 0x8847 }), 'link-header-cut');
});

test('Cisco metadata', () => {
  isTcp(one(ethernet(bytes('0101 0001 0002 0800', packet), { type: 0x8909 })), 0);
  isTcp(
    one(ethernet(vlan(bytes('0102 0001 0002 0003 0004 86dd', packet6), 5, 0x8909), { type: 0x8100 })),
    Trait.vlan | Trait.v6,
  );
  fails(ethernet(bytes('0101 0001 0002'), { type: 0x8909 }), 'link-header-cut');
  fails(ethernet(bytes('01'), { type: 0x8909 }), 'link-header-cut');
});

test('what is not read is counted', () => {
  for (const type of [0x88cc, 0x8035, 0x888e, 0x05ff, 0xffff])
    fails(ethernet(packet, { type }), 'ethertype-unsupported');
  fails(packet, 'link-type-unsupported', 127);
  fails(ethernet(packet).slice(0, 13), 'link-header-cut');
  fails(bytes(), 'link-header-cut');
});

test('the sender’s hardware address becomes a hash', () => {
  const link = (from: string): number => one(ethernet(packet, { from })).link;
  assert.equal(link('020000000001'), link('020000000001'));
  assert.notEqual(link('020000000001'), link('020000000002'));
  assert.notEqual(link('020000000001'), link('030000000001'));
  assert.equal(link('000000000000'), 0);
  assert.equal(one(packet, 101).link, 0);
});

test('ARP', () => {
  const asks = one(ethernet(arp(1), { type: 0x0806, to: 'ffffffffffff', pad: true }));
  assert.deepEqual([asks.kind, asks.protocol, asks.sourcePort], [Kind.arp, 0, 1]);
  assert.deepEqual([asks.source, asks.target, asks.traits], [SOURCE, TARGET, Trait.broadcast]);
  assert.deepEqual([asks.payloadLength, asks.ttl, asks.weird], [0, 0, {}]);
  const answers = one(ethernet(arp(2, TARGET, SOURCE), { type: 0x0806 }));
  assert.deepEqual([answers.sourcePort, answers.shard], [2, asks.shard]);
  const gratuitous = one(ethernet(arp(1, SOURCE, SOURCE), { type: 0x0806 }));
  assert.equal(gratuitous.source, gratuitous.target);
  assert.deepEqual(gratuitous.weird, {});
});

test('ARP that is not read', () => {
  fails(ethernet(arp(1).slice(0, 27), { type: 0x0806 }), 'arp-malformed');
  fails(ethernet(arp(1).slice(0, 7), { type: 0x0806 }), 'arp-malformed');
  fails(ethernet(bytes('0001 0800 06 06 0001', new Uint8Array(24)), { type: 0x0806 }), 'arp-malformed');
  fails(ethernet(bytes('0001 86dd 06 10 0001', new Uint8Array(48)), { type: 0x0806 }), 'arp-unsupported');
  for (const operation of [0, 3, 8]) fails(ethernet(arp(operation), { type: 0x0806 }), 'arp-unsupported');
});
