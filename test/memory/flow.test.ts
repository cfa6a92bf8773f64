import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FlowShard, SHARD_FLOWS } from '../../src/flow/shard.ts';
import { decode } from '../../src/input/capture/decode/index.ts';
import { allocateAnswers } from '../../src/record/answer.ts';
import { allocateContacts } from '../../src/record/contact.ts';
import type { PacketBatch } from '../../src/record/packet.ts';
import { SHARDS } from '../../src/record/packet.ts';
import { allocateRequests } from '../../src/record/request.ts';
import { WeirdCounts } from '../../src/record/weird.ts';
import { batchOf } from '../input/capture/decode/decoded.ts';
import { collectAll } from '../support/collect.ts';
import {
  ACK,
  arp,
  type Bytes,
  bytes,
  ethernet,
  fragment6,
  icmp,
  icmp6,
  ip4,
  ip6,
  PSH,
  RST,
  sctp,
  sctpInit,
  SYN,
  tcp,
  text,
  u16,
  u32,
  udp,
} from '../support/packets.ts';
import { garbage } from '../support/garbage.ts';

const ROWS = 2000;
const PASSES = 5;
/** Half a byte a packet; the measure itself takes some. */
const BOUND = (ROWS * PASSES) / 2;
const SEED = 0x5eed;
const START = 1_700_000_000_000_000.5;

// numbers that do not fit a small integer, wherever there is room for one
const SEQ = 0xfffffff0;
const ISN = 0xeedcba98;
const source = '250.251.252.253';
const target = '250.251.252.252';
const out = { source, target };
const back = { source: target, target: source };

/** A connection from port `from`, with a banner, a request and an answer. */
function connection(from: number): Bytes[] {
  const away = (flags: number, seq: number, ack: number, payload = bytes()) =>
    ethernet(ip4(tcp({ from, flags, seq: seq >>> 0, ack: ack >>> 0, payload }), out));
  const home = (flags: number, seq: number, ack: number, payload = bytes()) =>
    ethernet(ip4(tcp({ from: 80, to: from, flags, seq: seq >>> 0, ack: ack >>> 0, payload }), back));
  return [
    away(SYN, SEQ, 0),
    home(SYN | ACK, ISN, SEQ + 1),
    away(ACK, SEQ + 1, ISN + 1),
    away(ACK | PSH, SEQ + 1, ISN + 1, text('GET / HTTP/1.0\r\n\r\n')),
    home(ACK | PSH, ISN + 1, SEQ + 19, text('HTTP/1.0 200 OK\r\nServer: nginx\r\n\r\n')),
    ...Array.from({ length: 12 }, () => home(ACK, ISN + 40, SEQ + 19, new Uint8Array(100))),
    away(RST, SEQ + 19, 0),
  ];
}

/** Two requests of one connection, of which the first is answered in chunks, the second in several segments. */
function asking(from: number): Bytes[] {
  const away = (flags: number, seq: number, ack: number, payload = bytes()) =>
    ethernet(ip4(tcp({ from, to: 8080, flags, seq: seq >>> 0, ack: ack >>> 0, payload }), out));
  const home = (seq: number, ack: number, payload: Bytes) =>
    ethernet(ip4(tcp({ from: 8080, to: from, flags: ACK, seq: seq >>> 0, ack: ack >>> 0, payload }), back));
  const first = text('POST /a?b=c HTTP/1.1\r\nHost: a.example\r\nContent-Length: 3\r\nUser-Agent: x/1\r\n\r\nabc');
  const second = text('PROPFIND /d HTTP/1.1\r\nHost: a.example\r\n\r\n');
  const chunks = text('HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n');
  const head = text('HTTP/1.1 200 OK\r\nContent-Length: 500000\r\n');
  const [asked, answered] = [SEQ + 1 + first.length, ISN + 1 + chunks.length];
  return [
    away(SYN, SEQ, 0),
    ethernet(ip4(tcp({ from: 8080, to: from, flags: SYN | ACK, seq: ISN, ack: (SEQ + 1) >>> 0 }), back)),
    away(ACK, SEQ + 1, ISN + 1),
    away(ACK | PSH, SEQ + 1, ISN + 1, first),
    home(ISN + 1, asked, chunks),
    away(ACK | PSH, asked, answered, second.slice(0, 12)),
    away(ACK | PSH, asked + 12, answered, second.slice(12)),
    home(answered, asked + second.length, head),
    home(answered + head.length, asked + second.length, text('\r\n')),
    home(answered + head.length + 2, asked + second.length, new Uint8Array(200)),
    away(RST, asked + second.length, 0),
  ];
}

/** A DNS query or its reply, by the third byte. */
const dns = (id: number, flags: number): Bytes =>
  bytes(
    u16(id & 0xffff),
    flags,
    3,
    u16(1),
    u16(0),
    u16(0),
    u16(0),
    3,
    text('www'),
    7,
    text('example'),
    0,
    u16(1),
    u16(1),
  );
const sip = (id: number, first: string): Bytes =>
  text(`${first}\r\nTo: <sip:10@a.example>\r\nCall-ID: ${id & 63}\r\nUser-Agent: x\r\n\r\n`);

const hosts = (segment: Parameters<typeof ip4>[0], n: number): Bytes =>
  ethernet(ip4(segment, { source, target: `240.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}` }));

const syn = tcp({ seq: SEQ, ack: ISN });
const piece = (id: number, from: number): Bytes =>
  ethernet(ip4(syn, { ...out, id, part: (from >>> 3) | (from === 0 ? 0x2000 : 0), from, to: from + 16 }));

const traffic: Readonly<Record<string, (n: number) => readonly Bytes[]>> = {
  connections: (n) => connection(1024 + (n % 60000)),
  requests: (n) => [
    ...asking(1024 + (n % 60000)),
    ethernet(ip4(udp({ from: n & 0xffff, payload: dns(n, 1) }), out)),
    ethernet(ip4(udp({ from: 53, to: n & 0xffff, payload: dns(n, 0x81) }), back)),
    ethernet(ip4(udp({ from: 5060, to: 5060, payload: sip(n, 'REGISTER sip:a.example SIP/2.0') }), out)),
    ethernet(ip4(udp({ from: 5060, to: 5060, payload: sip(n, 'SIP/2.0 404 Not Found') }), back)),
  ],
  'probes that nobody answers': (n) => [hosts(syn, n)],
  'probes that are refused': (n) => [
    ethernet(ip4(tcp({ from: n & 0xffff, seq: SEQ }), out)),
    ethernet(ip4(tcp({ from: 80, to: n & 0xffff, flags: RST | ACK, seq: ISN, ack: SEQ + 1 }), back)),
  ],
  'probes over IPv6': (n) => [
    ethernet(ip6(syn, { source: 'ffff:ffff::1', target: `ffff::${(n & 0xffff).toString(16)}` })),
  ],
  datagrams: (n) => [
    ethernet(ip4(udp({ from: n & 0xffff, payload: bytes(1, 2, 3) }), out)),
    ethernet(ip4(udp({ from: 53, to: n & 0xffff, payload: bytes(1, 2, 3) }), back)),
  ],
  queries: (n) => [
    ethernet(ip4(icmp(8, 0, bytes(u16(0xf000 + (n & 0xfff)), u16(n & 0xffff))), out)),
    ethernet(ip4(icmp(0, 0, bytes(u16(0xf000 + (n & 0xfff)), u16(n & 0xffff))), back)),
    ethernet(arp(1, source, `250.${n & 255}.1.1`), { type: 0x0806 }),
    ethernet(ip6(icmp6(135, 0, bytes(u32(0), new Uint8Array(16).fill(n & 255))), { hops: 255 })),
  ],
  'errors, of known and of unknown packets': (n) => [
    hosts(udp({ from: n & 0xffff }), n & 255),
    ethernet(ip4(icmp(3, 3, bytes(u32(0), hosts(udp({ from: n & 0xffff }), n & 255).slice(14))), back)),
    ethernet(ip4(icmp(3, 1, bytes(u32(0), hosts(syn, n).slice(14))), back)),
  ],
  'fragments and SCTP': (n) => [
    piece(n & 0xffff, 0),
    piece(n & 0xffff, 16),
    ethernet(ip6(syn, { extensions: [fragment6(0, true, 0xfffff000 + (n & 0xfff))], to: 16 })),
    ethernet(ip4(sctp({ from: n & 0xffff, tag: 0xfffffffe, chunks: sctpInit(0xfffffffe) }), out)),
  ],
};

/** Several batches of it, two seconds apart in each pass over them. */
function batchesOf(make: (n: number) => readonly Bytes[]): PacketBatch[] {
  const frames: Bytes[] = [];
  for (let n = 0; frames.length < PASSES * ROWS; n += 1) frames.push(...make(n));
  return Array.from({ length: PASSES }, (_, part) => batchOf(frames.slice(part * ROWS, (part + 1) * ROWS)));
}

for (const [name, make] of Object.entries(traffic)) {
  test(`no garbage per packet: ${name}`, () => {
    const batches = batchesOf(make);
    const weird = new WeirdCounts();
    const shards = Array.from({ length: SHARDS }, (_, shard) => new FlowShard(shard, SEED));
    const contacts = allocateContacts(ROWS + 512 * SHARDS);
    const answers = allocateAnswers(ROWS);
    const requests = allocateRequests(ROWS + 128 * SHARDS);
    let part = 0;
    let clock = START;
    let told = 0;
    let asked = 0;
    const taken = garbage(
      () => {
        const batch = batches[part];
        part = (part + 1) % PASSES;
        clock += 2e6;
        // what was put together is a row of its own kind afterwards
        decode(batch, weird, SEED);
        batch.time.fill(clock);
        batch.clock = clock;
        contacts.count = 0;
        answers.count = 0;
        answers.textUsed = 0;
        requests.count = 0;
        requests.textUsed = 0;
        for (let shard = 0; shard < SHARDS; shard += 1)
          shards[shard].observe(batch, contacts, answers, requests, weird);
        told += contacts.count;
        asked += requests.count;
      },
      BOUND,
      PASSES,
    );
    assert.ok(told > 0);
    assert.equal(asked > 0, name === 'requests' || name === 'connections');
    assert.ok(taken < BOUND, `${taken} bytes for ${ROWS * PASSES} packets`);
  });
}

test('the flows of all shards and their requests take no more than 60 MB', async () => {
  // What the tests above have left would be freed meanwhile.
  await collectAll();
  const before = process.memoryUsage().arrayBuffers;
  const shards = Array.from({ length: SHARDS }, (_, shard) => new FlowShard(shard, SEED));
  const megabytes = (process.memoryUsage().arrayBuffers - before) / 1e6;
  assert.equal(shards.length * SHARD_FLOWS, 1 << 18);
  assert.ok(megabytes < 60, `${megabytes} MB`);
  assert.ok(megabytes > 20, `${megabytes} MB`);
});
