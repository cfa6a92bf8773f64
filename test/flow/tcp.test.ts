import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ACK, bytes, FIN, type Frame, PSH, RST, SYN, URG } from '../support/packets.ts';
import { type Contact, type Ends, forth, IP4, IP6, observe, reply, short, text } from './observed.ts';

const only = (frames: readonly Frame[], clocks: readonly number[] = []): Contact => {
  const { contacts } = observe(frames, { clocks });
  assert.equal(contacts.length, 1);
  return contacts[0];
};

/** The three segments of a handshake: source's number 1000, target's 5000. */
const handshake = ({ out, back }: Ends, at = 0): Frame[] => [
  out(at, forth(SYN, 1000, 0)),
  back(at + 0.01, reply(SYN | ACK, 5000, 1001)),
  out(at + 0.02, forth(ACK, 1001, 5001)),
];
const GET = text('GET / HTTP/1.0\r\n\r\n');
const PAGE = text('HTTP/1.0 200 OK\r\n\r\n');

for (const ends of [IP4, IP6]) {
  const { out, back } = ends;
  describe(`TCP over ${ends.name}`, () => {
    test('a SYN that nobody answers is unanswered when its time is up, and not before', () => {
      const frames = [out(0, forth(SYN, 7, 0, { window: 1024 }), { ttl: 47 })];
      assert.equal(observe(frames, { clocks: [3.9] }).inTime, 0);
      assert.equal(observe(frames, { clocks: [3.9, 4.1] }).inTime, 1);
      const one = only(frames, [4.1]);
      assert.equal(one.outcome, 'unanswered');
      assert.equal(one.method, 'tcpSyn');
      assert.equal(one.source, ends.source);
      assert.equal(one.target, ends.target);
      assert.deepEqual([one.sourcePort, one.targetPort, one.protocol], [40000, 80, 6]);
      assert.deepEqual([one.seq, one.window, one.flags, one.ttl, one.tries, one.record], [7, 1024, SYN, 47, 1, 1]);
      assert.equal(one.seconds, 0);
    });

    test('a RST refuses: at once', () => {
      const one = only([out(0, forth(SYN, 7, 0)), back(0.01, reply(RST | ACK, 0, 8))]);
      assert.equal(one.outcome, 'refused');
      assert.deepEqual(one.proof, ['closed']);
    });

    test('a RST that acknowledges what was not sent does not refuse', () => {
      assert.deepEqual(short([out(0, forth(SYN, 7, 0)), back(0.01, reply(RST | ACK, 0, 900))]), ['tcpSyn unanswered']);
    });

    test('a handshake proves the source; it is told with the ACK', () => {
      const one = only(handshake(ends));
      assert.equal(one.method, 'tcpConnect');
      assert.equal(one.outcome, 'answered');
      assert.deepEqual(one.proof, ['handshake']);
      assert.equal(one.record, 1);
    });

    test('an ACK of another number proves nothing', () => {
      const frames = [...handshake(ends).slice(0, 2), out(0.02, forth(ACK, 1001, 9999))];
      assert.deepEqual(short(frames), ['tcpSyn answered']);
    });

    test('a source that breaks off by RST after the answer', () => {
      const frames = [...handshake(ends).slice(0, 2), out(0.02, forth(RST, 1001, 0))];
      assert.deepEqual(short(frames), ['tcpSyn answered brokenOff']);
    });

    test('an answer that the source does not go on from', () => {
      const frames = [...handshake(ends).slice(0, 2), back(1, reply(SYN | ACK, 5000, 1001))];
      assert.deepEqual(short(frames, { clocks: [20] }), ['tcpSyn answered']);
    });

    test('payload both ways is an exchange, told once; one way is not', () => {
      const asked = [...handshake(ends), out(0.1, forth(ACK | PSH, 1001, 5001, { payload: GET }))];
      assert.deepEqual(short(asked), ['tcpConnect answered handshake']);
      const answered = [...asked, back(0.2, reply(ACK | PSH, 5001, 1019, { payload: PAGE }))];
      const more = [...answered, out(0.3, forth(ACK | PSH, 1019, 5020, { payload: GET }))];
      const { contacts } = observe([...more, back(0.4, reply(ACK | PSH, 5020, 1037, { payload: PAGE }))]);
      assert.deepEqual(
        contacts.map(({ outcome, proof, record }) => [outcome, proof.join(), record]),
        [
          ['answered', 'handshake', 1],
          ['exchanged', 'handshake,exchange', 5],
        ],
      );
      assert.deepEqual([contacts[1].bytesOut, contacts[1].bytesIn, contacts[1].length], [18, 19, 18]);
      assert.notEqual(contacts[1].payload, 0);
    });

    test('a banner alone is not an exchange', () => {
      const frames = [...handshake(ends), back(0.1, reply(ACK, 5001, 1001, { payload: text('220 ready\r\n') }))];
      assert.deepEqual(short(frames), ['tcpConnect answered handshake']);
    });

    test('a retry of the SYN is the same contact; its other number is kept', () => {
      const frames = [out(0, forth(SYN, 0x1000, 0)), out(1, forth(SYN, 0x1000, 0)), out(2, forth(SYN, 0x1fff, 0))];
      const one = only(frames);
      assert.equal(one.tries, 3);
      assert.equal(one.trySeq, 0xfff);
      assert.deepEqual(short([...frames, back(2.1, reply(SYN | ACK, 5, 0x2000)), out(2.2, forth(ACK, 0x2000, 6))]), [
        'tcpConnect answered handshake',
      ]);
    });

    test('a stack that tries again for a minute makes one contact', () => {
      const frames = [0, 1, 3, 7, 15, 31].map((at) => out(at, forth(SYN, 1000, 0)));
      assert.deepEqual(short(frames), ['tcpSyn unanswered']);
    });

    test('a SYN after the close is a new contact, a late segment is none', () => {
      const closed = [
        ...handshake(ends),
        out(0.1, forth(FIN | ACK, 1001, 5001)),
        back(0.2, reply(FIN | ACK, 5001, 1002)),
        out(0.3, forth(ACK, 1002, 5002)),
        back(0.5, reply(FIN | ACK, 5001, 1002)),
        out(0.6, forth(ACK, 1002, 5002)),
      ];
      assert.deepEqual(short(closed), ['tcpConnect answered handshake']);
      const again = [...closed, out(1, forth(SYN, 9000, 0)), back(1.1, reply(RST | ACK, 0, 9001))];
      assert.deepEqual(short(again), ['tcpConnect answered handshake', 'tcpSyn refused closed']);
    });

    test('a refused SYN that is sent again is the same contact', () => {
      const once = [out(0, forth(SYN, 7, 0)), back(0.01, reply(RST | ACK, 0, 8))];
      const twice = [out(0.5, forth(SYN, 7, 0)), back(0.51, reply(RST | ACK, 0, 8))];
      assert.deepEqual(short([...once, ...twice]), ['tcpSyn refused closed']);
    });

    test('both ends open at the same time', () => {
      const frames = [
        out(0, forth(SYN, 1000, 0)),
        back(0.001, reply(SYN, 5000, 0)),
        out(0.01, forth(SYN | ACK, 1000, 5001)),
        back(0.011, reply(SYN | ACK, 5000, 1001)),
      ];
      assert.deepEqual(short(frames), ['tcpConnect answered handshake']);
    });
  });
}

const { out, back } = IP4;

describe('probes without SYN', () => {
  const rst = back(0.01, reply(RST | ACK, 0, 1));
  const cases: readonly (readonly [string, number])[] = [
    ['tcpFin', FIN],
    ['tcpNull', 0],
    ['tcpXmas', FIN | PSH | URG],
    ['tcpOdd', SYN | FIN],
    ['tcpOdd', FIN | URG],
  ];
  for (const [method, flags] of cases) {
    test(`flags ${flags}: ${method}`, () => {
      assert.deepEqual(short([out(0, forth(flags, 1, 0))]), [`${method} unanswered`]);
      assert.deepEqual(short([out(0, forth(flags, 1, 0)), rst]), [`${method} refused closed`]);
    });
  }

  for (const [method, flags] of [
    ['tcpAck', ACK],
    ['tcpMaimon', FIN | ACK],
  ] as const) {
    test(`${method}: silence, or a RST with the acknowledged number`, () => {
      const probe = out(0, forth(flags, 1, 77));
      assert.deepEqual(short([probe]), [`${method} unanswered`]);
      assert.deepEqual(short([probe, back(0.01, reply(RST, 77, 0))]), [`${method} refused closed`]);
      assert.deepEqual(short([probe, probe]), [`${method} unanswered`]);
    });

    test(`${method}: anything else of that flow makes it the middle of a connection`, () => {
      const first = out(0, forth(flags, 1, 77));
      assert.deepEqual(short([first, back(0.01, reply(RST, 4711, 0))]), ['midstream unknown']);
      assert.deepEqual(short([first, back(0.01, reply(ACK, 77, 2))]), ['midstream answered']);
      assert.deepEqual(short([first, out(0.01, forth(ACK, 2, 78))]), ['midstream unknown']);
    });
  }

  test('data in the middle is the middle of a connection', () => {
    assert.deepEqual(short([out(0, forth(ACK | PSH, 1, 77, { payload: GET }))]), ['midstream unknown']);
  });

  test('the end that has the service did not begin the connection', () => {
    const frames = [back(0, reply(ACK | PSH, 1, 77, { payload: PAGE })), out(0.1, forth(ACK, 77, 20, { window: 555 }))];
    const one = only(frames);
    assert.equal(one.method, 'midstream');
    assert.equal(one.source, IP4.source);
    assert.equal(one.targetPort, 80);
    assert.equal(one.window, 555);
  });

  test('a stack that cannot let go of its connection', () => {
    const frames = [0, 0.2, 0.6, 1.4].map((at) => out(at, forth(FIN | ACK, 1, 77)));
    assert.deepEqual(short(frames), ['midstream unknown']);
  });
});

describe('answers that nobody asked for', () => {
  test('a SYN-ACK, with its retries, is one stray answer of its sender', () => {
    const frames = [0, 1, 3].map((at) => back(at, reply(SYN | ACK, 5000, 1001)));
    const one = only(frames);
    assert.equal(one.method, 'strayAnswer');
    assert.equal(one.source, IP4.target);
    assert.equal(one.sourcePort, 80);
    assert.equal(one.tries, 3);
  });

  test('a RST', () => {
    assert.deepEqual(short([back(0, reply(RST | ACK, 0, 8)), back(1, reply(RST | ACK, 0, 8))]), [
      'strayAnswer unknown',
    ]);
  });

  test('a SYN-ACK that is then acknowledged belongs to a connection whose SYN was not seen', () => {
    const one = only(handshake(IP4).slice(1));
    assert.deepEqual([one.method, one.outcome, ...one.proof], ['midstream', 'answered', 'handshake']);
    assert.equal(one.source, IP4.source);
  });

  test('a capture that sees only what the target sends', () => {
    const frames = [back(0, reply(SYN | ACK, 5000, 1001)), back(0.2, reply(ACK, 5001, 1019, { payload: PAGE }))];
    const one = only(frames);
    assert.deepEqual([one.method, one.outcome, one.source], ['midstream', 'answered', IP4.source]);
  });

  test('a capture that sees only what the source sends', () => {
    const frames = [out(0, forth(SYN, 1000, 0)), out(0.1, forth(ACK, 1001, 5001))];
    assert.deepEqual(short(frames), ['tcpSyn answered continued']);
    const more = [...frames, out(0.2, forth(ACK | PSH, 1001, 5001, { payload: GET }))];
    assert.deepEqual(short(more), ['tcpSyn answered continued']);
  });

  test('a capture that has answer and question in the wrong order', () => {
    const [syn, synAck, ack] = handshake(IP4);
    assert.deepEqual(short([synAck, { ...syn, time: synAck.time ?? 0 }, ack]), ['tcpConnect answered handshake']);
    const refused = [back(0, reply(RST | ACK, 0, 1001)), out(0, forth(SYN, 1000, 0))];
    assert.deepEqual(short(refused), ['tcpSyn refused closed']);
  });

  test('a SYN-ACK and then another connection of the same ports', () => {
    const frames = [back(0, reply(SYN | ACK, 5000, 1)), ...handshake(IP4, 1)];
    assert.deepEqual(short(frames), ['strayAnswer unknown', 'tcpConnect answered handshake']);
  });
});

test('data with the SYN is kept', () => {
  const one = only([out(0, forth(SYN, 7, 0, { payload: bytes(1, 2, 3) }))]);
  assert.equal(one.length, 3);
  assert.notEqual(one.payload, 0);
});
