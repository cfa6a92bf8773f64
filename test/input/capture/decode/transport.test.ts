import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kind, Trait } from '../../../../src/record/packet.ts';
import {
  ACK,
  address,
  type Bytes,
  bytes,
  checksum,
  ethernet,
  FIN,
  icmp,
  icmp6,
  ip4,
  ip6,
  PSH,
  RST,
  raw,
  type Segment,
  SOURCE,
  SOURCE6,
  SYN,
  sctp,
  sctpInit,
  TARGET,
  TARGET6,
  type TcpFields,
  tcp,
  text,
  u16,
  u32,
  URG,
  udp,
} from '../../../support/packets.ts';
import { one, type Row } from './decoded.ts';

const over4 = (segment: Segment): Row => one(ethernet(ip4(segment)));
const over6 = (segment: Segment): Row => one(ethernet(ip6(segment)));
const MSS = bytes(2, 4, u16(1460));
const SACK = bytes(4, 2);
const STAMPS = bytes(8, 10, u32(1), u32(0));
const SCALE = bytes(3, 3, 7);
const LINUX = bytes(MSS, SACK, STAMPS, 1, SCALE);

/** FNV-1a (Fowler, Noll, Vo) over bytes, as an unsigned word. */
const fnv = (...values: number[]): number =>
  values.reduce((hash, value) => Math.imul(hash ^ value, 16777619), 0x811c9dc5) >>> 0;

test('every TCP column', () => {
  const fields = { from: 1234, to: 8080, seq: 0xdeadbeef, ack: 0xfeedface, window: 65535, urgent: 9 };
  const row = over4(tcp({ ...fields, flags: ACK | PSH | URG | 0x1c0, payload: text('abc') }));
  assert.deepEqual([row.kind, row.sourcePort, row.targetPort], [Kind.tcp, 1234, 8080]);
  assert.deepEqual([row.seq, row.ack, row.window, row.urgent], [0xdeadbeef, 0xfeedface, 65535, 9]);
  assert.deepEqual([row.flags, row.payload, row.payloadLength, row.options], [0x1f8, 54, 3, 0]);
  assert.deepEqual([row.traits, row.weird], [0, {}]);
});

test('TCP options of a SYN: MSS, timestamps and the signature', () => {
  const row = over4(tcp({ options: LINUX }));
  assert.deepEqual([row.mss, row.traits, row.weird], [1460, Trait.timestamps, {}]);
  assert.equal(row.options, fnv(2, 4, 8, 1, 3, 1460 >> 8, 1460 & 255, 7));
  const nmap = over4(tcp({ options: MSS }));
  assert.deepEqual([nmap.mss, nmap.options, nmap.traits], [1460, fnv(2, 1460 >> 8, 1460 & 255, 255), 0]);
  const ended = over4(tcp({ options: bytes(SACK, 0, 99) }));
  assert.deepEqual([ended.options, ended.weird], [fnv(4, 0, 0, 0, 255), {}]);
});

test('the options of a running connection have the same signature on the short way', () => {
  const stamps = bytes(1, 1, STAMPS);
  const expected = fnv(1, 1, 8, 0, 0, 255);
  for (const payload of [bytes(), new Uint8Array(500)]) {
    const row = over4(tcp({ flags: ACK, options: stamps, payload }));
    assert.deepEqual([row.options, row.mss, row.traits], [expected, 0, Trait.timestamps]);
  }
  const other = over4(tcp({ flags: ACK, options: bytes(STAMPS, 1, 1) }));
  assert.equal(other.options, fnv(8, 1, 1, 0, 0, 255));
});

test('malformed TCP options', () => {
  const cases = ['02000000', '02030000', '05ff0000', '01010108', '04040000', '08060000', '03040000', 'fe010000'];
  for (const hex of cases) {
    const row = over4(tcp({ options: bytes(hex) }));
    assert.deepEqual(
      [row.kind, row.traits, row.weird],
      [Kind.tcp, Trait.badOptions, { 'tcp-options-malformed': 1 }],
      hex,
    );
  }
});

test('TCP options cut off by the snaplen are no anomaly', () => {
  const frame = ethernet(ip4(tcp({ options: LINUX })));
  const row = one({ bytes: frame.slice(0, 60), length: frame.length });
  assert.deepEqual([row.kind, row.options, row.mss, row.traits], [Kind.tcp, 0, 1460, Trait.cut]);
  assert.deepEqual([row.weird, row.payloadCaptured, row.payloadLength], [{}, 0, 0]);
});

test('TCP flags that no stack sends', () => {
  const cases: [number, Record<string, number>][] = [
    [SYN, {}],
    [SYN | 0xc0, {}],
    [SYN | ACK, {}],
    [ACK, {}],
    [RST, {}],
    [RST | ACK, {}],
    [FIN | ACK, {}],
    [0, { 'tcp-no-flags': 1 }],
    [FIN, { 'tcp-fin-without-ack': 1 }],
    [FIN | PSH | URG, { 'tcp-fin-without-ack': 1 }],
    [SYN | FIN, { 'tcp-syn-fin': 1 }],
    [SYN | RST, { 'tcp-syn-rst': 1 }],
    [SYN | FIN | RST, { 'tcp-syn-fin': 1, 'tcp-syn-rst': 1 }],
    [0x3f, { 'tcp-all-flags': 1 }],
    [SYN | FIN | PSH | URG, { 'tcp-syn-fin': 1 }],
  ];
  for (const [flags, weird] of cases) {
    const row = over4(tcp({ flags }));
    assert.deepEqual([row.kind, row.flags, row.weird], [Kind.tcp, flags, weird]);
  }
});

test('other oddities of TCP', () => {
  const cases: [TcpFields, number, string][] = [
    [{ flags: SYN, payload: text('x') }, 0, 'tcp-syn-with-data'],
    [{ from: 0 }, 0, 'tcp-port-zero'],
    [{ to: 0 }, 0, 'tcp-port-zero'],
    [{ flags: ACK, payload: new Uint8Array(200), to: 0 }, 0, 'tcp-port-zero'],
    [{ urgent: 7 }, 0, 'tcp-urgent-without-flag'],
    [{ flags: ACK, payload: new Uint8Array(200), urgent: 7 }, 0, 'tcp-urgent-without-flag'],
    [{ reserved: 4 }, Trait.reservedBits, 'tcp-reserved-bits'],
    [{ flags: ACK, payload: new Uint8Array(200), reserved: 1 }, Trait.reservedBits, 'tcp-reserved-bits'],
  ];
  for (const [fields, traits, name] of cases) {
    const row = over4(tcp(fields));
    assert.deepEqual([row.kind, row.traits, row.weird], [Kind.tcp, traits, { [name]: 1 }]);
  }
});

test('TCP headers that cannot be', () => {
  for (const words of [0, 4, 6, 15]) {
    const row = over4(tcp({ words }));
    assert.deepEqual([row.kind, row.weird], [Kind.none, { 'tcp-header-length-impossible': 1 }]);
  }
  const cut = one(ethernet(ip4(tcp(), { to: 19 })));
  assert.deepEqual([cut.kind, cut.weird], [Kind.none, { 'tcp-header-cut': 1 }]);
});

test('a wrong TCP checksum', () => {
  for (const fields of [{}, { flags: ACK }, { flags: ACK, payload: new Uint8Array(64) }, { flags: FIN | ACK }]) {
    for (const row of [over4(tcp({ ...fields, checksum: 0x1234 })), over6(tcp({ ...fields, checksum: 0x1234 }))]) {
      assert.equal(row.traits & ~Trait.v6, Trait.badChecksum);
      assert.deepEqual([row.kind, row.weird], [Kind.tcp, { 'tcp-checksum-wrong': 1 }]);
    }
  }
  // not verified: data of a running connection
  assert.deepEqual(over4(tcp({ flags: ACK, payload: new Uint8Array(65), checksum: 0x1234 })).weird, {});
});

/** The pseudo-header's sum, as offload leaves it in the field. */
function partial(addresses: Bytes, protocol: number, length: number): number {
  return ~checksum(addresses, u16(protocol), u16(length)) & 0xffff;
}

test('a checksum left to the network card', () => {
  const pair = bytes(address(SOURCE), address(TARGET));
  const pair6 = bytes(address(SOURCE6), address(TARGET6));
  const whole = partial(pair, 6, 20);
  const swapped = ((whole & 255) << 8) | (whole >>> 8);
  for (const sum of [whole, swapped, partial(pair, 6, 0), 0]) {
    const row = over4(tcp({ checksum: sum }));
    assert.deepEqual([row.traits, row.weird], [Trait.offload, { 'tcp-checksum-offload': 1 }]);
  }
  const row6 = over6(tcp({ checksum: partial(pair6, 6, 20) }));
  assert.deepEqual([row6.traits, row6.weird], [Trait.offload | Trait.v6, { 'tcp-checksum-offload': 1 }]);
  const datagram = over4(udp({ checksum: partial(pair, 17, 8) }));
  assert.deepEqual([datagram.traits, datagram.weird], [Trait.offload, { 'udp-checksum-offload': 1 }]);
});

test('UDP', () => {
  const row = over4(udp({ from: 53, to: 5353, payload: text('hello') }));
  assert.deepEqual([row.kind, row.sourcePort, row.targetPort], [Kind.udp, 53, 5353]);
  assert.deepEqual([row.payload, row.payloadCaptured, row.payloadLength, row.weird], [42, 5, 5, {}]);
  assert.deepEqual([row.flags, row.seq, row.ack, row.window, row.options, row.mss], [0, 0, 0, 0, 0, 0]);
  // a surplus behind the datagram is nobody's
  const surplus = over4(udp({ payload: text('hello'), length: 10, checksum: 0 }));
  assert.deepEqual([surplus.payloadLength, surplus.payloadCaptured], [2, 2]);
});

test('oddities of UDP', () => {
  assert.deepEqual(over4(udp({ from: 0 })).weird, { 'udp-port-zero': 1 });
  assert.deepEqual(over4(udp({ to: 0, payload: new Uint8Array(500) })).weird, { 'udp-port-zero': 1 });
  assert.deepEqual(over4(udp({ checksum: 0x1234 })).weird, { 'udp-checksum-wrong': 1 });
  assert.deepEqual(over4(udp({ checksum: 0 })).weird, {});
  assert.deepEqual(over6(udp({ checksum: 0 })).weird, { 'udp-checksum-offload': 1 });
  assert.deepEqual(over4(udp({ checksum: 0x1234, payload: new Uint8Array(128) })).weird, { 'udp-checksum-wrong': 1 });
  assert.deepEqual(over4(udp({ checksum: 0x1234, payload: new Uint8Array(129) })).weird, {});
  for (const length of [1, 7, 9]) {
    const row = over4(udp({ length }));
    assert.deepEqual([row.kind, row.weird], [Kind.none, { 'udp-length-impossible': 1 }]);
  }
  const cut = one(ethernet(ip4(udp(), { to: 7 })));
  assert.deepEqual([cut.kind, cut.weird], [Kind.none, { 'udp-header-cut': 1 }]);
  assert.deepEqual([over4(udp({ length: 0 })).kind, over4(udp({ length: 0 })).payloadLength], [Kind.udp, 0]);
});

test('ICMP queries', () => {
  for (const type of [0, 8, 13, 14, 15, 16, 17, 18, 42, 43]) {
    const row = over4(icmp(type, 9, bytes(u16(0x1234), u16(295), new Uint8Array(120))));
    assert.deepEqual([row.kind, row.sourcePort, row.targetPort], [Kind.icmp, type, 9]);
    assert.deepEqual([row.seq, row.payload, row.payloadLength, row.weird], [0x12340127, 42, 120, {}]);
  }
  const row = over6(icmp6(128, 0, u32(0x00050006)));
  assert.deepEqual([row.kind, row.sourcePort, row.seq, row.weird], [Kind.icmp, 128, 0x50006, {}]);
  for (const type of [9, 10, 30]) assert.deepEqual(over4(icmp(type, 0, u32(1))).weird, {});
});

test('oddities of ICMP', () => {
  assert.deepEqual(over4(icmp(8, 0, u32(1), 0x1234)).weird, { 'icmp-checksum-wrong': 1 });
  assert.deepEqual(over6(icmp6(128, 0, u32(1), 0x1234)).weird, { 'icmp-checksum-wrong': 1 });
  assert.deepEqual(over4(icmp(99, 0, u32(1))).weird, { 'icmp-type-unknown': 1 });
  assert.deepEqual(over6(icmp6(200, 0, u32(1))).weird, { 'icmp-type-unknown': 1 });
  for (const row of [over4(icmp(8, 0, bytes(0, 1, 0))), over6(icmp6(128, 0, bytes(0, 1, 0)))])
    assert.deepEqual([row.kind, row.weird], [Kind.none, { 'icmp-header-cut': 1 }]);
});

test('an ICMP error stands in the shard of the packet that it quotes', () => {
  const asked = ip4(udp({ to: 161 }), { source: '198.51.100.9', target: '203.0.113.200' });
  const flow = one(ethernet(asked));
  for (const type of [3, 4, 5, 11, 12]) {
    const error = ip4(icmp(type, 3, bytes(u32(0), asked.slice(0, 28))), {
      source: '192.0.2.254',
      target: '198.51.100.9',
    });
    const row = one(ethernet(error));
    assert.deepEqual([row.kind, row.sourcePort, row.targetPort], [Kind.icmpError, type, 3]);
    assert.deepEqual([row.shard, row.payload, row.payloadLength, row.weird], [flow.shard, 42, 28, {}]);
    assert.deepEqual([row.source, row.target], ['192.0.2.254', '198.51.100.9']);
  }
  const asked6 = ip6(udp({ to: 161 }));
  for (const type of [1, 2, 3, 4]) {
    const row = one(ethernet(ip6(icmp6(type, 4, bytes(u32(0), asked6)), { source: TARGET6, target: SOURCE6 })));
    assert.deepEqual([row.kind, row.shard, row.payload], [Kind.icmpError, one(ethernet(asked6)).shard, 62]);
    assert.deepEqual(row.weird, {});
  }
});

test('an ICMP error whose quotation is cut', () => {
  const asked = ip4(udp());
  for (const length of [0, 1, 19, 27]) {
    const row = over4(icmp(3, 1, bytes(u32(0), asked.slice(0, length))));
    assert.deepEqual([row.kind, row.payloadLength, row.weird], [Kind.icmpError, length, { 'icmp-quote-cut': 1 }]);
  }
});

test('neighbour discovery: the address asked for is the target, the address told the source', () => {
  const asked = '2001:db8:2::99';
  const to = { target: 'ff02::1:ff00:99', hops: 255 };
  const asks = one(ethernet(ip6(icmp6(135, 0, bytes(u32(0), address(asked))), to), { to: '3333ff000099' }));
  assert.deepEqual([asks.kind, asks.sourcePort, asks.targetPort], [Kind.nd, 135, 0]);
  assert.deepEqual([asks.source, asks.target], ['2001:db8:1:0:0:0:0:7', '2001:db8:2:0:0:0:0:99']);
  assert.deepEqual([asks.traits, asks.weird], [Trait.v6 | Trait.broadcast, {}]);
  const told = bytes(u32(0x60000000), address(asked));
  const answers = one(ethernet(ip6(icmp6(136, 0, told), { source: 'fe80::1', target: SOURCE6, hops: 255 })));
  assert.deepEqual([answers.source, answers.target], ['2001:db8:2:0:0:0:0:99', '2001:db8:1:0:0:0:0:7']);
  assert.equal(answers.shard, asks.shard);
  for (const type of [133, 134, 137]) {
    const row = one(ethernet(ip6(icmp6(type, 0, new Uint8Array(36)), { hops: 255 })));
    assert.deepEqual([row.kind, row.sourcePort, row.target], [Kind.nd, type, '2001:db8:2:0:0:0:0:9']);
  }
  const far = one(ethernet(ip6(icmp6(135, 0, bytes(u32(0), address(asked))), { hops: 254 })));
  assert.deepEqual([far.kind, far.weird], [Kind.nd, { 'nd-hop-limit-wrong': 1 }]);
});

test('SCTP', () => {
  const row = over4(sctp({ to: 2905, chunks: sctpInit(0xcafe0001) }));
  assert.deepEqual([row.kind, row.targetPort, row.flags], [Kind.sctp, 2905, 1]);
  assert.deepEqual([row.seq, row.ack, row.payload, row.payloadLength], [0, 0xcafe0001, 46, 20]);
  const aborted = over4(sctp({ tag: 0xcafe0001, chunks: bytes('06000004') }));
  assert.deepEqual([aborted.flags, aborted.seq, aborted.ack, aborted.weird], [6, 0xcafe0001, 0, {}]);
  for (const chunks of [bytes(), bytes('0100'), bytes('01000003'), bytes('01000030')])
    assert.deepEqual(over4(sctp({ chunks })).weird, { 'sctp-chunk-malformed': 1 });
  assert.equal(over4(sctp()).flags, 0xffff);
  const cut = over4(raw(132, bytes(1, 2, 3)));
  assert.deepEqual([cut.kind, cut.weird], [Kind.none, { 'sctp-header-cut': 1 }]);
});
