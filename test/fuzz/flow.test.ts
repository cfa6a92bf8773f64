import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FlowShard } from '../../src/flow/shard.ts';
import { decode } from '../../src/input/capture/decode/index.ts';
import { allocateAnswers } from '../../src/record/answer.ts';
import { allocateContacts, METHODS } from '../../src/record/contact.ts';
import { SHARDS } from '../../src/record/packet.ts';
import { allocateRequests } from '../../src/record/request.ts';
import { WeirdCounts } from '../../src/record/weird.ts';
import { batchOf } from '../input/capture/decode/decoded.ts';
import {
  ACK,
  arp,
  type Bytes,
  bytes,
  ethernet,
  FIN,
  fragment6,
  icmp,
  icmp6,
  ip4,
  ip6,
  PSH,
  RST,
  raw,
  SOURCE,
  sctp,
  sctpInit,
  SYN,
  TARGET,
  tcp,
  text,
  u32,
  udp,
} from '../support/packets.ts';
import { generator, mutated, ROUNDS } from './mutate.ts';

const SEED = 0x5eed;
const AT_ONCE = 40;

const back = { source: TARGET, target: SOURCE };
const syn = tcp();
const packet = ip4(syn);
const packet6 = ip6(syn);
const reply = (flags: number, payload = bytes()): Bytes =>
  ethernet(ip4(tcp({ from: 80, to: 40000, flags, seq: 5, ack: 2, payload }), back));

/** Packets that belong together, so that damaged ones meet flows in every state. */
const FRAMES: readonly Bytes[] = [
  ethernet(packet),
  reply(SYN | ACK),
  reply(RST | ACK),
  ethernet(ip4(tcp({ flags: ACK, seq: 2, ack: 6 }))),
  ethernet(ip4(tcp({ flags: PSH | ACK, seq: 2, ack: 6, payload: text('GET / HTTP/1.1\r\n\r\n') }))),
  reply(PSH | ACK, text('HTTP/1.1 200 OK\r\nServer: x\r\n\r\n')),
  reply(PSH | ACK, bytes(22, 3, 3, 0, 50, 2, 0, 0, 46, 3, 3, new Uint8Array(44))),
  reply(FIN | ACK),
  ethernet(ip4(udp({ payload: bytes(1, 2) }))),
  ethernet(ip4(udp({ from: 53, to: 40000, payload: bytes(1, 2, 0x80, 0, 0, 1, 0, 1, new Uint8Array(20)) }), back)),
  ethernet(ip4(icmp(8, 0, u32(1)))),
  ethernet(ip4(icmp(0, 0, u32(1)), back)),
  ethernet(ip4(icmp(3, 3, bytes(u32(0), packet)), back)),
  ethernet(packet6),
  ethernet(ip6(icmp6(1, 4, bytes(u32(0), packet6)), { source: '2001:db8:2::9', target: '2001:db8:1::7' })),
  ethernet(ip6(icmp6(135, 0, new Uint8Array(28)), { hops: 255 })),
  ethernet(ip4(sctp({ chunks: sctpInit(1) }))),
  ethernet(ip4(raw(99))),
  ethernet(arp(1), { type: 0x0806 }),
  ethernet(ip4(syn, { part: 0x2000, to: 16 })),
  ethernet(ip4(syn, { part: 2, from: 16 })),
  ethernet(ip6(syn, { extensions: [fragment6(0, true)], to: 16 })),
];

test('damaged packets neither throw nor overfill, and say only what there are words for', () => {
  const random = generator(20_251);
  const shards = Array.from({ length: SHARDS }, (_, shard) => new FlowShard(shard, SEED, { capacity: 64 }));
  const contacts = allocateContacts(AT_ONCE + 512 * SHARDS);
  const answers = allocateAnswers(AT_ONCE);
  const requests = allocateRequests(AT_ONCE + 128 * SHARDS);
  const weird = new WeirdCounts();
  let clock = 1.7e15;
  let told = 0;
  for (let done = 0; done < ROUNDS; done += AT_ONCE) {
    const frames = Array.from({ length: AT_ONCE }, () => {
      const frame = FRAMES[random(FRAMES.length)];
      return random(3) === 0 ? Uint8Array.from(mutated(frame, random)) : frame;
    });
    const batch = batchOf(frames);
    for (let row = 0; row < AT_ONCE; row += 1) batch.time[row] = clock + random(2_000_000) - 100_000;
    clock += random(1_000_000);
    batch.clock = clock;
    decode(batch, weird, SEED);
    contacts.count = 0;
    answers.count = 0;
    answers.textUsed = 0;
    requests.count = 0;
    requests.textUsed = 0;
    for (const shard of shards) shard.observe(batch, contacts, answers, requests, weird);
    assert.ok(contacts.count <= contacts.capacity && answers.count <= AT_ONCE);
    for (let row = 0; row < contacts.count; row += 1) {
      assert.ok(contacts.method[row] > 0 && contacts.method[row] < METHODS.length);
      assert.ok(contacts.outcome[row] <= 5 && contacts.tries[row] > 0 && contacts.input[row] === batch.input);
    }
    told += contacts.count;
  }
  assert.ok(told > ROUNDS / 100);
  for (const shard of shards) {
    let calls = 0;
    for (let more = true; more; calls += 1) {
      contacts.count = 0;
      requests.count = 0;
      requests.textUsed = 0;
      more = shard.finish(contacts, answers, requests);
    }
    assert.ok(calls <= 2);
  }
});
