import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decode, decodeTransport } from '../../src/input/capture/decode/index.ts';
import { Kind } from '../../src/record/packet.ts';
import { WeirdCounts } from '../../src/record/weird.ts';
import { batchOf } from '../input/capture/decode/decoded.ts';
import {
  ACK,
  arp,
  type Bytes,
  bytes,
  ethernet,
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
  u32,
  udp,
  vlan,
  vxlan,
} from '../support/packets.ts';
import { garbage } from '../support/garbage.ts';

const ROWS = 2000;
const PASSES = 5;
/** Half a byte a packet; the measure itself takes some. */
const BOUND = (ROWS * PASSES) / 2;

// numbers that do not fit a small integer, wherever there is room for one
const high = { seq: 0xfedcba98, ack: 0xfedcba99, window: 65535 };
const far = { source: '250.251.252.253', target: '250.251.252.252' };
const syn = tcp({ ...high, options: bytes('020405b40402080affffffff00000000 01030307') });
const data = tcp({ ...high, flags: ACK, options: bytes('0101080affffffffffffffff'), payload: new Uint8Array(300) });
const asked = ip4(syn, far);

const traffic: Record<string, readonly Bytes[]> = {
  'ordinary packets': [
    ethernet(ip4(syn, far)),
    ethernet(ip4(data, far)),
    ethernet(ip4(tcp({ ...high, flags: ACK }), far)),
    ethernet(ip4(udp({ payload: new Uint8Array(40) }), far)),
    ethernet(ip4(tcp({ checksum: 0 }), far)),
  ],
  'ordinary and other packets in turn': [
    ethernet(ip4(syn, far)),
    ethernet(ip6(syn)),
    ethernet(arp(1), { type: 0x0806 }),
  ],
  'IPv6 with extension headers': [
    ethernet(ip6(syn, { extensions: [[0, bytes(0, new Uint8Array(6))]] })),
    ethernet(ip6(udp(), { source: 'ffff:ffff::1', hops: 255 })),
  ],
  'ICMP and its errors': [
    ethernet(ip4(icmp(8, 0, u32(0xfffffff0)), far)),
    ethernet(ip4(icmp(3, 3, bytes(u32(0), asked)), far)),
    ethernet(ip6(icmp6(1, 4, bytes(u32(0), ip6(syn))))),
    ethernet(ip6(icmp6(135, 0, bytes(u32(0), new Uint8Array(16).fill(255))), { hops: 255 })),
  ],
  'tunnels and tags': [
    ethernet(vlan(asked), { type: 0x8100 }),
    ethernet(ip4(gre(asked), far)),
    ethernet(ip4(vxlan(ethernet(asked)), far)),
    ethernet(ip6(raw(41, ip6(syn)))),
  ],
  'fragments, SCTP and others': [
    ethernet(ip4(syn, { ...far, part: 0x2000, to: 24 })),
    ethernet(ip6(syn, { extensions: [fragment6(0, true, 0xfffffffe)], to: 24 })),
    ethernet(ip4(sctp({ tag: 0xfffffffe, chunks: sctpInit(0xfffffffe) }), far)),
    ethernet(ip4(raw(89, bytes(1, 2, 3)), far)),
  ],
  'what is odd': [
    ethernet(ip4(tcp({ flags: 0x3f, checksum: 0x1234, reserved: 7, urgent: 5, to: 0 }), far)),
    ethernet(ip4(udp({ checksum: 0x1234 }), { source: '0.0.0.0', target: '0.0.0.0', checksum: 0x1234 })),
  ],
  'what cannot be used': [
    ethernet(ip4(tcp({ words: 4 }), far)),
    ethernet(asked, { type: 0x88cc }),
    ethernet(asked).slice(0, 30),
    ethernet(ip4(raw(1), far)),
  ],
};

for (const [name, frames] of Object.entries(traffic)) {
  test(`no garbage per packet: ${name}`, () => {
    const batch = batchOf(Array.from({ length: ROWS }, (_, row) => frames[row % frames.length]));
    const weird = new WeirdCounts();
    const taken = garbage(() => decode(batch, weird, 0x12345678), BOUND, PASSES);
    assert.ok(taken < BOUND, `${taken} bytes for ${ROWS * PASSES} packets`);
  });
}

test('no garbage per packet put together from fragments', () => {
  const batch = batchOf([ethernet(ip4(syn, { ...far, part: 0x2000, to: 24 }))]);
  const weird = new WeirdCounts();
  decode(batch, weird, 1);
  const whole = syn.build(bytes(250, 251, 252, 253, 250, 251, 252, 252));
  const taken = garbage(
    () => {
      for (let time = 0; time < ROWS; time += 1) {
        batch.protocol[0] = 6;
        decodeTransport(batch, 0, whole, 0, whole.length, whole.length, weird, 1);
      }
    },
    BOUND,
    PASSES,
  );
  assert.equal(batch.kind[0], Kind.tcp);
  assert.ok(taken < BOUND, `${taken} bytes for ${ROWS * PASSES} packets`);
});
