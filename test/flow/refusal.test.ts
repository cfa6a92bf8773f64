import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  bytes,
  ethernet,
  type Frame,
  icmp,
  icmp6,
  ip4,
  ip6,
  raw,
  SOURCE,
  SOURCE6,
  type Segment,
  sctp,
  sctpInit,
  SYN,
  TARGET,
  TARGET6,
  tcp,
  udp,
} from '../support/packets.ts';
import { forth, IP4, IP6, observe, short, START } from './observed.ts';

const ROUTER = '198.18.0.1';
const ROUTER6 = '2001:db8:ffff::1';
const NOTHING = bytes(0, 0, 0, 0);

/** An error about a packet of the source to the target, from the target itself or from a router. */
const error = (type: number, code: number, about: Segment, from = TARGET): Frame => ({
  bytes: ethernet(ip4(icmp(type, code, bytes(NOTHING, ip4(about).slice(0, 28))), { source: from, target: SOURCE })),
  time: START + 1e4,
});
const error6 = (type: number, code: number, about: Segment, from = TARGET6): Frame => ({
  bytes: ethernet(ip6(icmp6(type, code, bytes(NOTHING, ip6(about))), { source: from, target: SOURCE6 })),
  time: START + 1e4,
});

const SYN_PROBE = forth(SYN, 0x1234, 0);
const DATAGRAM = udp({ payload: bytes(1) });
const after = (about: Segment, type: number, code: number, from = TARGET): string[] =>
  short([IP4.out(0, about), error(type, code, about, from)]);
const after6 = (about: Segment, type: number, code: number, from = TARGET6): string[] =>
  short([IP6.out(0, about), error6(type, code, about, from)]);

describe('ICMP errors', () => {
  test('port unreachable: of the target it closes UDP; to TCP only a filter says so', () => {
    assert.deepEqual(after(DATAGRAM, 3, 3), ['udp refused closed']);
    assert.deepEqual(after(DATAGRAM, 3, 3, ROUTER), ['udp refused filtered byRouter']);
    assert.deepEqual(after(SYN_PROBE, 3, 3), ['tcpSyn refused filtered']);
    assert.deepEqual(after6(DATAGRAM, 1, 4), ['udp refused closed']);
    assert.deepEqual(after6(SYN_PROBE, 1, 4), ['tcpSyn refused filtered']);
  });

  test('prohibited by a filter', () => {
    for (const code of [9, 10, 13])
      assert.deepEqual(after(SYN_PROBE, 3, code, ROUTER), ['tcpSyn refused filtered byRouter']);
    for (const code of [1, 5, 6])
      assert.deepEqual(after6(SYN_PROBE, 1, code, ROUTER6), ['tcpSyn refused filtered byRouter']);
  });

  test('host or network unreachable', () => {
    for (const code of [0, 1]) assert.deepEqual(after(SYN_PROBE, 3, code, ROUTER), ['tcpSyn refused byRouter']);
    for (const code of [0, 3]) assert.deepEqual(after6(SYN_PROBE, 1, code, ROUTER6), ['tcpSyn refused byRouter']);
  });

  test('protocol unreachable', () => {
    assert.deepEqual(after(raw(99), 3, 2), ['ipProtocol refused closed']);
    assert.deepEqual(after(sctp({ chunks: sctpInit(1) }), 3, 2), ['sctpInit refused closed']);
    assert.deepEqual(after6(raw(99), 4, 1), ['ipProtocol refused closed']);
  });

  test('an echo request is refused too', () => {
    assert.deepEqual(after(icmp(8, 0, bytes(0, 7, 0, 1)), 3, 1, ROUTER), ['icmpEcho refused byRouter']);
  });

  test('time exceeded decides nothing, but says that a router answered', () => {
    assert.deepEqual(after(DATAGRAM, 11, 0, ROUTER), ['udp unanswered byRouter']);
    assert.deepEqual(after6(DATAGRAM, 3, 0, ROUTER6), ['udp unanswered byRouter']);
  });

  test('fragmentation needed, source quench and redirect decide nothing', () => {
    for (const [type, code] of [
      [3, 4],
      [4, 0],
      [5, 1],
    ])
      assert.deepEqual(after(SYN_PROBE, type, code, ROUTER), ['tcpSyn unanswered']);
    assert.deepEqual(after6(SYN_PROBE, 2, 0, ROUTER6), ['tcpSyn unanswered']);
  });

  test('an error about another sequence number does not refuse', () => {
    const frames = [IP4.out(0, SYN_PROBE), error(3, 1, forth(SYN, 0x9999, 0), ROUTER)];
    assert.deepEqual(short(frames), ['tcpSyn unanswered', 'strayAnswer unknown']);
  });

  test('a quote behind IPv6 extension headers finds its flow', () => {
    const about = ip6(DATAGRAM, { extensions: [[60, bytes(0, new Uint8Array(6))]] });
    const frame = ethernet(ip6(icmp6(1, 4, bytes(NOTHING, about)), { source: TARGET6, target: SOURCE6 }));
    const asked: Frame = { bytes: ethernet(about), time: START };
    assert.deepEqual(short([asked, { bytes: frame, time: START + 1e4 }]), ['udp refused closed']);
  });

  test('an error about nothing we saw is one stray answer of its sender', () => {
    const { contacts } = observe([error(3, 13, tcp(), ROUTER), error(3, 13, udp(), ROUTER)]);
    assert.equal(contacts.length, 1);
    const [one] = contacts;
    assert.deepEqual(
      [one.method, one.outcome, one.source, one.sourcePort, one.targetPort],
      ['strayAnswer', 'unknown', ROUTER, 3, 13],
    );
  });

  test("a quote that is cut is nobody's", () => {
    const cut = ethernet(
      ip4(icmp(3, 3, bytes(NOTHING, ip4(DATAGRAM).slice(0, 22))), { source: TARGET, target: SOURCE }),
    );
    assert.deepEqual(short([IP4.out(0, DATAGRAM), { bytes: cut, time: START }]), [
      'udp unanswered',
      'strayAnswer unknown',
    ]);
  });

  test('an error after the answer changes nothing', () => {
    const frames = [IP4.out(0, DATAGRAM), IP4.back(0.001, udp({ from: 53, to: 40000 })), error(3, 3, DATAGRAM)];
    assert.deepEqual(short(frames), ['udp answered']);
  });
});
