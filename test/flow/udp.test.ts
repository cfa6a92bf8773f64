import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bytes, type Frame, udp } from '../support/packets.ts';
import { IP4, IP6, observe, short, text } from './observed.ts';

const QUERY = bytes('1234 0100 0001 0000 0000 0000 00 0001 0001');
const REPLY = bytes('1234 8180 0001 0000 0000 0000 00 0001 0001');
const ask = (payload = QUERY, from = 40000) => udp({ from, to: 53, payload });
const tell = (payload = REPLY, to = 40000) => udp({ from: 53, to, payload });

for (const { name, out, back } of [IP4, IP6]) {
  describe(`UDP over ${name}`, () => {
    test('nobody answers', () => {
      const { contacts, inTime } = observe([out(0, ask())], { clocks: [4.1] });
      assert.equal(inTime, 1);
      assert.equal(contacts[0].outcome, 'unanswered');
      assert.deepEqual([contacts[0].length, contacts[0].targetPort, contacts[0].protocol], [17, 53, 17]);
    });

    test('a datagram back answers, at once', () => {
      const { contacts, inTime } = observe([out(0, ask()), back(0.01, tell())]);
      assert.equal(inTime, 1);
      assert.deepEqual([contacts[0].method, contacts[0].outcome], ['udp', 'answered']);
      assert.equal(contacts[0].bytesIn, 17);
    });

    test('two datagrams each way are an exchange, told once', () => {
      const frames = [0, 1, 2].flatMap((at) => [out(at, ask()), back(at + 0.1, tell())]);
      assert.deepEqual(short(frames), ['udp answered', 'udp exchanged exchange']);
      assert.deepEqual(short(frames.slice(0, 3)), ['udp answered']);
    });

    test('the same datagram again is a try, another one is not', () => {
      const again = observe([out(0, ask()), out(1, ask()), out(2, ask())]).contacts;
      assert.deepEqual(
        again.map(({ tries }) => tries),
        [3],
      );
      const other = observe([out(0, ask()), out(1, ask(bytes(1, 2)))]).contacts;
      assert.deepEqual(
        other.map(({ tries }) => tries),
        [1],
      );
    });

    test('a stream that nobody answers is one contact, told in time', () => {
      const frames = Array.from({ length: 60 }, (_, at) => out(at, udp({ to: 514, payload: bytes(at) })));
      const { contacts, inTime } = observe(frames, { batches: [1] });
      assert.equal(inTime, 1);
      assert.deepEqual(
        contacts.map(({ outcome }) => outcome),
        ['unanswered'],
      );
    });

    test('a server of files answers from a port of its own, to the one that it was asked from', () => {
      const request = out(0, udp({ from: 40000, to: 69, payload: text('\0\x01config\0octet\0') }));
      const from = (port: number, payload: string, to = 40000): Frame =>
        back(0.1, udp({ from: port, to, payload: text(payload) }));
      const ack = out(0.2, udp({ from: 40000, to: 50123, payload: text('\0\x04\0\x01') }));
      for (const answer of ['\0\x03\0\x01data', '\0\x05\0\x01not found\0', '\0\x06blksize\x001428\0'])
        assert.deepEqual(short([request, from(50123, answer), ack]), ['udp answered'], JSON.stringify(answer));
      const two = ['udp unanswered', 'udp unanswered'];
      assert.deepEqual(short([request, from(50123, 'else')]), two, 'no answer of that protocol');
      assert.deepEqual(short([request, from(50123, '\0\x05\0\x01no\0', 40001)]), two, 'to another port');
      const asking = out(0.1, udp({ from: 50123, to: 40000, payload: text('\0\x05\0\x01no\0') }));
      assert.deepEqual(short([request, asking]), two, 'of the one who asks');
    });

    test('after half a minute of silence a flow is another contact', () => {
      const frames = [0, 29, 60].flatMap((at) => [out(at, ask()), back(at + 0.1, tell())]);
      assert.deepEqual(short(frames), ['udp answered', 'udp exchanged exchange', 'udp answered']);
    });
  });
}

describe('datagrams that look like answers', () => {
  const { out, back } = IP4;
  const stray = (frame: Frame): string => short([frame])[0];
  const from = (port: number, payload: Uint8Array<ArrayBuffer>, to = 40000) =>
    stray(back(0, udp({ from: port, to, payload })));

  test('the content decides where the protocol says what an answer is', () => {
    assert.equal(from(53, REPLY), 'strayAnswer unknown');
    assert.equal(from(53, QUERY), 'udp unanswered');
    assert.equal(from(123, bytes(0x24, new Uint8Array(47))), 'strayAnswer unknown');
    assert.equal(from(123, bytes(0x23, new Uint8Array(47))), 'udp unanswered');
    assert.equal(from(161, bytes(0x30, 10, 2, 1, 1, 4, 0, 0xa2, 0)), 'strayAnswer unknown');
    assert.equal(from(161, bytes(0x30, 10, 2, 1, 1, 4, 0, 0xa0, 0)), 'udp unanswered');
    assert.equal(from(1900, text('HTTP/1.1 200 OK\r\n')), 'strayAnswer unknown');
    assert.equal(from(1900, text('M-SEARCH * HTTP/1.1\r\n')), 'udp unanswered');
  });

  test('answers to what was forged in our name, whatever port it was forged from', () => {
    const answers: readonly [number, Uint8Array<ArrayBuffer>][] = [
      [53, REPLY],
      [111, bytes(1, 2, 3, 4, 0, 0, 0, 1, 0, 0, 0, 0)],
      [389, bytes(0x30, 12, 2, 1, 1, 0x64, 7, 4, 0)],
      [1434, bytes(5, 1, 0, 0x53)],
      [500, bytes(new Uint8Array(19), 0x20, new Uint8Array(8))],
      [3478, bytes(1, 1, new Uint8Array(18))],
      [5060, text('SIP/2.0 200 OK\r\n')],
      [5683, bytes(0x60, 0x45, 1, 2, 0xff)],
      [11211, bytes(0, 0, 0, 0, 0, 1, 0, 0, 0x56, 0x41)],
    ];
    for (const [port, payload] of answers)
      for (const to of [80, 5000]) assert.equal(from(port, payload, to), 'strayAnswer unknown', `${port} to ${to}`);
    const quic = bytes(0xc3, 0, 0, 0, 1, 0, 8);
    assert.equal(from(443, quic, 5000), 'strayAnswer unknown');
    assert.equal(from(443, bytes(0xc0, 0, 0, 0, 0, 0, 8), 5000), 'strayAnswer unknown', 'version negotiation');
    assert.equal(from(443, quic, 443), 'udp unanswered');
    assert.equal(
      from(443, bytes(0xc3, 0x1a, 0x2a, 0x3a, 0x4a, 0, 8), 5000),
      'udp unanswered',
      'no version that there is',
    );
    assert.equal(from(19, bytes(0x21), 5000), 'strayAnswer unknown');
    assert.equal(from(111, bytes(1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 2)), 'udp unanswered');
    assert.equal(from(389, bytes(0x30, 12, 2, 1, 1, 0x63, 7, 4, 0)), 'udp unanswered');
    assert.equal(from(11211, bytes(0, 0, 0, 0, 0, 1, 0, 0, 0x73, 0x74)), 'udp unanswered');
    assert.equal(from(500, bytes(new Uint8Array(19), 8, new Uint8Array(8))), 'udp unanswered');
    assert.equal(from(3478, bytes(0, 1, new Uint8Array(18))), 'udp unanswered');
    assert.equal(from(5060, text('SUBSCRIBE sip:a\r\n')), 'udp unanswered');
  });

  test('else a service that speaks to a client port', () => {
    assert.equal(from(443, bytes(1)), 'strayAnswer unknown');
    assert.equal(from(443, bytes(1), 5000), 'udp unanswered');
    assert.equal(from(443, bytes()), 'udp unanswered');
    assert.equal(from(4000, bytes(1)), 'udp unanswered');
    assert.equal(from(27015, bytes(1)), 'strayAnswer unknown', 'one of those that answer whoever asks');
    assert.equal(from(27015, bytes(1), 5000), 'udp unanswered');
  });

  test('an answer that goes on in both directions is an older conversation, of the other end', () => {
    const { contacts } = observe([back(0, tell()), out(1, ask()), back(2, tell())]);
    assert.equal(contacts.length, 1);
    assert.deepEqual([contacts[0].method, contacts[0].outcome], ['midstream', 'answered']);
    assert.equal(contacts[0].source, IP4.source);
    assert.equal(contacts[0].targetPort, 53);
  });
});

test('who asked a group is answered by each one alone: neither DHCPv6 nor multicast DNS asks anything by that', () => {
  for (const type of [2, 7, 10])
    assert.deepEqual(short([IP6.out(0, udp({ from: 547, to: 546, payload: bytes(type, 1, 2, 3) }))]), [
      'strayAnswer unknown',
    ]);
  assert.deepEqual(short([IP6.out(0, udp({ from: 547, to: 546, payload: bytes(1, 1, 2, 3) }))]), ['udp unanswered']);
  const records = udp({ from: 5353, to: 5353, payload: bytes('0000 8400 0000 0001 0000 0000') });
  for (const { out } of [IP4, IP6]) {
    assert.deepEqual(short([out(0, records, { ttl: 255 })]), ['strayAnswer unknown']);
    assert.deepEqual(short([out(0, records, { ttl: 250 })]), ['udp unanswered'], 'from beyond the link');
  }
});
