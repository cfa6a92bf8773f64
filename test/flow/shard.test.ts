import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  ACK,
  bytes,
  ethernet,
  FIN,
  type Frame,
  icmp,
  ip4,
  ip6,
  PSH,
  RST,
  SYN,
  tcp,
  u16,
  udp,
} from '../support/packets.ts';
import { type Contact, observe, START } from './observed.ts';

const HOSTS = ['192.0.2.1', '192.0.2.2', '203.0.113.1', '203.0.113.2'];
const HOSTS6 = ['2001:db8::1', '2001:db8::2', '2001:db8:1::1', '2001:db8:1::2'];
const FLAGS = [0, FIN, SYN, RST, ACK, SYN | ACK, RST | ACK, FIN | ACK, PSH | ACK, FIN | SYN];

interface Packet {
  from: number;
  to: number;
  v6: boolean;
  kind: number;
  port: number;
  flags: number;
  seq: number;
  size: number;
  /** hundredths of a second since the one before */
  gap: number;
}

/** Traffic of any kind between few hosts, with few ports and numbers, so that packets meet. */
const packets = fc.array(
  fc.record<Packet>({
    from: fc.nat(3),
    to: fc.nat(3),
    v6: fc.boolean(),
    kind: fc.nat(5),
    port: fc.nat(1),
    flags: fc.nat(FLAGS.length - 1),
    seq: fc.nat(2),
    size: fc.nat(1),
    gap: fc.oneof(fc.nat(20), fc.nat(2000)),
  }),
  { minLength: 1, maxLength: 80 },
);

function frameOf({ from, to, v6, kind, port, flags, seq, size }: Packet): ReturnType<typeof ethernet> {
  const ends = v6 ? { source: HOSTS6[from], target: HOSTS6[to] } : { source: HOSTS[from], target: HOSTS[to] };
  const ports = from < to ? { from: 40000 + port, to: 80 } : { from: 80, to: 40000 + port };
  const payload = new Uint8Array(size).fill(65);
  const segment =
    kind < 3
      ? tcp({ ...ports, flags: FLAGS[flags], seq: 100 + seq, ack: 99 + seq, payload })
      : kind === 3
        ? udp({ ...ports, payload })
        : icmp(kind === 4 ? 8 : 0, 0, bytes(u16(port), u16(seq)));
  return ethernet(v6 ? ip6(segment, ends) : ip4(segment, ends));
}

function framesOf(all: readonly Packet[]): Frame[] {
  let time = START;
  return all.map((packet) => {
    time += packet.gap * 1e4;
    return { bytes: frameOf(packet), time };
  });
}

/** Contacts as a set: batches may be cut anywhere, but shards come one after the other within each. */
const asSet = (contacts: readonly Contact[]): string[] => contacts.map((contact) => JSON.stringify(contact)).sort();

const isContact = ({ outcome }: Contact): boolean => outcome !== 'exchanged' && outcome !== 'brokenOff';

describe('flows of any traffic', () => {
  test('what is told does not depend on how the packets are cut into batches', () => {
    fc.assert(
      fc.property(
        packets,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }),
        (all, batches) => {
          const frames = framesOf(all);
          assert.deepEqual(asSet(observe(frames, { batches }).contacts), asSet(observe(frames).contacts));
        },
      ),
    );
  });

  test('each flow is told once: no two contacts have the same first packet', () => {
    fc.assert(
      fc.property(packets, (all) => {
        const firsts = observe(framesOf(all))
          .contacts.filter(isContact)
          .map(({ record }) => record);
        assert.equal(new Set(firsts).size, firsts.length);
      }),
    );
  });

  test('a packet tells at most one contact, but for those that had to make room', () => {
    fc.assert(
      fc.property(packets, (all) => {
        const { contacts } = observe(framesOf(all), { batches: [1], capacity: 4 });
        assert.ok(contacts.length <= 2 * all.length);
      }),
    );
  });

  test('however small the table, nothing is lost that was followed: contacts come from evicted flows too', () => {
    fc.assert(
      fc.property(packets, (all) => {
        const { contacts, shards } = observe(framesOf(all), { capacity: 4 });
        const { contacts: roomy } = observe(framesOf(all));
        const evicted = shards.reduce((sum, shard) => sum + shard.evicted, 0);
        const untracked = shards.reduce((sum, shard) => sum + shard.untracked, 0);
        if (evicted + untracked === 0) assert.deepEqual(asSet(contacts), asSet(roomy));
        else assert.ok(contacts.filter(isContact).length + untracked >= 1);
      }),
    );
  });
});

/** SYNs of one source to many targets, `gap` seconds apart. */
const sweep = (count: number, gap: number, v6 = false): Frame[] =>
  Array.from({ length: count }, (_, n) => ({
    bytes: ethernet(
      v6
        ? ip6(tcp(), { target: `2001:db8:2::${(n + 1).toString(16)}` })
        : ip4(tcp(), { target: `198.18.${n >> 8}.${n & 255}` }),
    ),
    time: START + n * gap * 1e6,
  }));

describe('when the table is full', () => {
  for (const v6 of [false, true]) {
    test(`the oldest probe is told and goes; young ones are unknown (${v6 ? 'IPv6' : 'IPv4'})`, () => {
      const fast = observe(sweep(1000, 0.0001, v6), { capacity: 16, batches: [100] });
      assert.equal(fast.contacts.length, 1000);
      const outcomes = fast.contacts.map(({ outcome }) => outcome);
      assert.ok(outcomes.filter((outcome) => outcome === 'unknown').length > 500);
      const evicted = fast.shards.reduce((sum, shard) => sum + shard.evicted, 0);
      assert.equal(outcomes.filter((outcome) => outcome === 'unknown').length, evicted);
    });
  }

  test('a probe that has waited a second is unanswered', () => {
    const { contacts } = observe(sweep(1000, 0.02), { capacity: 16, batches: [100] });
    assert.equal(contacts.filter(({ outcome }) => outcome === 'unanswered').length, 1000);
  });

  test('conversations stay while probes go', () => {
    const talk = [
      tcp({ flags: SYN, seq: 1 }),
      tcp({ from: 80, to: 40000, flags: SYN | ACK, seq: 5, ack: 2 }),
      tcp({ flags: ACK, seq: 2, ack: 6 }),
    ].map((segment, n) => ({
      bytes: ethernet(n === 1 ? ip4(segment, { source: '203.0.113.9', target: '192.0.2.7' }) : ip4(segment)),
      time: START + n,
    }));
    const later = [
      { bytes: ethernet(ip4(tcp({ flags: ACK, seq: 2, ack: 6, payload: bytes(1) }))), time: START + 2e6 },
      {
        bytes: ethernet(
          ip4(tcp({ from: 80, to: 40000, flags: ACK, seq: 6, ack: 3, payload: bytes(2) }), {
            source: '203.0.113.9',
            target: '192.0.2.7',
          }),
        ),
        time: START + 2e6,
      },
    ];
    const { contacts } = observe([...talk, ...sweep(2000, 0.0001), ...later], { capacity: 16, batches: [64] });
    const mine = contacts.filter(({ target }) => target === '203.0.113.9').map(({ outcome }) => outcome);
    assert.deepEqual(mine, ['answered', 'exchanged']);
  });

  test('a flood of IPv6 addresses ends in a count, not in a flow without address', () => {
    const { contacts } = observe(sweep(3000, 0.00001, true), { capacity: 16 });
    assert.equal(contacts.length, 3000);
    assert.equal(new Set(contacts.map(({ target }) => target)).size, 3000);
  });
});

test('at the end of a call no more than 512 flows are told beside one a row; the rest follow', () => {
  const frames = sweep(9000, 0.00001).map((frame) => frame);
  const { inTime, contacts } = observe(frames, { capacity: 2048, clocks: [5] });
  assert.equal(contacts.length, 9000);
  assert.ok(inTime <= 16 * 512);
});
