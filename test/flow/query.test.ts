import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  arp,
  bytes,
  ethernet,
  type Frame,
  icmp,
  icmp6,
  ip6,
  raw,
  type Segment,
  SOURCE,
  SOURCE6,
  TARGET,
  TARGET6,
  address,
  u16,
} from '../support/packets.ts';
import { type Contact, IP4, IP6, observe, short, START } from './observed.ts';

const query = (type: number, id: number, seq: number, code = 0): Segment =>
  icmp(type, code, bytes(u16(id), u16(seq), 1, 2, 3));
const query6 = (type: number, id: number, seq: number): Segment => icmp6(type, 0, bytes(u16(id), u16(seq)));
const contacts = (frames: readonly Frame[]): Contact[] => observe(frames).contacts;
const { out, back } = IP4;

describe('ICMP queries', () => {
  test('an echo request that nobody answers', () => {
    const [one] = contacts([out(0, query(8, 7, 295, 9))]);
    assert.deepEqual([one.method, one.outcome], ['icmpEcho', 'unanswered']);
    assert.deepEqual([one.protocol, one.targetPort, one.sourcePort], [1, 8, 9]);
    assert.equal(one.seq, (7 << 16) | 295);
  });

  test('each reply finds its question', () => {
    assert.deepEqual(short([out(0, query(8, 7, 1)), back(0.1, query(0, 7, 1))]), ['icmpEcho answered']);
    assert.deepEqual(short([out(0, query(13, 7, 1)), back(0.1, query(14, 7, 1))]), ['icmpTimestamp answered']);
    assert.deepEqual(short([out(0, query(17, 7, 1)), back(0.1, query(18, 7, 1))]), ['icmpMask answered']);
    const v6 = [IP6.out(0, query6(128, 7, 1)), IP6.back(0.1, query6(129, 7, 1))];
    assert.deepEqual(short(v6), ['icmpEcho answered']);
  });

  test('a reply with another identifier is no answer', () => {
    assert.deepEqual(short([out(0, query(8, 7, 1)), back(0.1, query(0, 8, 1))]), [
      'icmpEcho unanswered',
      'strayAnswer unknown',
    ]);
  });

  test('a series of pings is one contact', () => {
    const frames = Array.from({ length: 30 }, (_, n) => [out(n, query(8, 7, n)), back(n + 0.1, query(0, 7, n))]).flat();
    assert.deepEqual(short(frames), ['icmpEcho answered']);
  });

  test('both ends may ask the same at the same time', () => {
    const frames = [
      out(0, query(8, 1, 1)),
      back(0.01, query(8, 1, 1)),
      back(0.1, query(0, 1, 1)),
      out(0.2, query(0, 1, 1)),
    ];
    const all = contacts(frames);
    assert.deepEqual(all.map(({ source, outcome }) => `${source} ${outcome}`).sort(), [
      `${SOURCE} answered`,
      `${TARGET} answered`,
    ]);
  });

  test('a reply that nobody asked for has its type where a port would be', () => {
    const [one] = contacts([back(0, query(0, 7, 1)), back(1, query(0, 7, 2))]);
    assert.deepEqual([one.method, one.source, one.sourcePort, one.tries], ['strayAnswer', TARGET, 0, 2]);
  });
});

describe('ARP', () => {
  const at = (seconds: number, packet: Uint8Array<ArrayBuffer>): Frame => ({
    bytes: ethernet(packet, { type: 0x0806 }),
    time: START + seconds * 1e6,
  });

  test('a request is answered by the reply', () => {
    assert.deepEqual(short([at(0, arp(1))]), ['arp unanswered']);
    const [one] = contacts([at(0, arp(1)), at(0.1, arp(2, TARGET, SOURCE))]);
    assert.deepEqual(
      [one.method, one.outcome, one.protocol, one.source, one.target],
      ['arp', 'answered', 0, SOURCE, TARGET],
    );
  });

  test('the target asks in turn: that is its own contact, and no answer', () => {
    assert.deepEqual(short([at(0, arp(1)), at(0.1, arp(1, TARGET, SOURCE))]), ['arp unanswered', 'arp unanswered']);
  });

  test('announcements and probes for the own address are no contact', () => {
    assert.deepEqual(
      short([at(0, arp(1, SOURCE, SOURCE)), at(0, arp(2, SOURCE, SOURCE)), at(0, arp(1, '0.0.0.0', TARGET))]),
      [],
    );
  });
});

describe('neighbour discovery', () => {
  const message = (seconds: number, type: number, about: string, source: string, target: string): Frame => ({
    bytes: ethernet(ip6(icmp6(type, 0, bytes(0, 0, 0, 0, address(about))), { source, target, hops: 255 })),
    time: START + seconds * 1e6,
  });
  const ask = message(0, 135, TARGET6, SOURCE6, 'ff02::1:ff00:9');

  test('a solicitation is answered by the advertisement of the address asked for', () => {
    assert.deepEqual(short([ask]), ['nd unanswered']);
    const [one] = contacts([ask, message(0.1, 136, TARGET6, TARGET6, SOURCE6)]);
    assert.deepEqual([one.method, one.outcome, one.source, one.target], ['nd', 'answered', SOURCE6, TARGET6]);
  });

  test('the search for a double of the own address is no contact', () => {
    assert.deepEqual(short([message(0, 135, TARGET6, '::', 'ff02::1:ff00:9')]), []);
  });
});

describe('bare IP', () => {
  test('a packet of the same protocol back answers', () => {
    const [one] = contacts([out(0, raw(99))]);
    assert.deepEqual([one.method, one.outcome, one.targetPort, one.protocol], ['ipProtocol', 'unanswered', 99, 99]);
    assert.deepEqual(short([out(0, raw(99)), back(0.1, raw(99))]), ['ipProtocol answered']);
    assert.deepEqual(short([out(0, raw(99)), back(0.1, raw(98))]), ['ipProtocol unanswered', 'ipProtocol unanswered']);
  });

  test('both ways twice is an exchange', () => {
    const frames = [out(0, raw(99)), back(0.1, raw(99)), out(1, raw(99)), back(1.1, raw(99))];
    assert.deepEqual(short(frames), ['ipProtocol answered', 'ipProtocol exchanged exchange']);
  });
});
