import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ACK, type Bytes, bytes, type Frame, PSH, SYN, text, udp } from '../../support/packets.ts';
import { forth, IP4, observe, reply } from '../observed.ts';
import { certificate, certificateMessage, record, SAMPLES, type Sample, serverHello } from './samples.ts';

const { out, back } = IP4;
const ISN = 5000;

/** A connection in which the source says `asks` and the target `says`, segment by segment. */
function talk(asks: Bytes, says: readonly Bytes[]): Frame[] {
  const frames = [
    out(0, forth(SYN, 1000, 0)),
    back(0.01, reply(SYN | ACK, ISN, 1001)),
    out(0.02, forth(ACK, 1001, ISN + 1)),
  ];
  if (asks.length > 0) frames.push(out(0.03, forth(ACK | PSH, 1001, ISN + 1, { payload: asks })));
  let seq = ISN + 1;
  for (const payload of says) {
    frames.push(back(0.04, reply(ACK, seq, 1001 + asks.length, { payload })));
    seq += payload.length;
  }
  return frames;
}

const heard = ({ asks, says, udp: over }: Sample) =>
  over === true
    ? [out(0, udp({ to: 4321, payload: asks ?? bytes(1) })), back(0.1, udp({ from: 4321, to: 40000, payload: says }))]
    : talk(asks ?? bytes(), [says]);

describe('what a target tells of itself', () => {
  for (const sample of SAMPLES) {
    test(sample.name, () => {
      const { answers } = observe(heard(sample));
      assert.equal(answers.length, 1);
      const [{ service, told, text: words, source, target, targetPort }] = answers;
      assert.deepEqual({ service, told, words }, { service: sample.service, told: sample.told, words: sample.text });
      assert.deepEqual([source, target, targetPort], [IP4.source, IP4.target, sample.udp === true ? 4321 : 80]);
    });
  }

  test('only the first is told', () => {
    const says = [text('HTTP/1.1 200 OK\r\nServer: one\r\n\r\n'), text('HTTP/1.1 200 OK\r\nServer: two\r\n\r\n')];
    assert.deepEqual(
      observe(talk(bytes(1), says)).answers.map((answer) => answer.text),
      ['one'],
    );
  });

  test('only the first three packets are looked at', () => {
    const banner = text('SSH-2.0-x\r\n');
    assert.equal(observe(talk(bytes(), [bytes(1), bytes(2), banner])).answers.length, 1);
    assert.equal(observe(talk(bytes(), [bytes(1), bytes(2), bytes(3), banner])).answers.length, 0);
  });

  test('a poor answer leaves room for a better one', () => {
    const poor = SAMPLES.find(({ name }) => name === 'snmp 3');
    const good = SAMPLES.find(({ name }) => name === 'snmp');
    assert.ok(poor && good);
    const { answers } = observe([...heard(poor), back(0.2, udp({ from: 4321, to: 40000, payload: good.says }))]);
    assert.deepEqual(
      answers.map(({ told }) => told),
      ['version', 'description'],
    );
  });

  test('a long text is cut at 255 bytes', () => {
    const { answers } = observe(talk(bytes(), [text(`SSH-2.0-${'x'.repeat(400)}\r\n`)]));
    assert.equal(answers[0].text.length, 255);
  });

  test('the source tells nothing', () => {
    assert.equal(observe(talk(text('SSH-2.0-client\r\n'), [])).answers.length, 0);
  });
});

describe('a TLS flight in several segments', () => {
  const flight = (padding: number): Bytes =>
    record(bytes(serverHello(0x0303), certificateMessage(certificate('www.example', ['b.example'], padding))));
  const cut = (whole: Bytes, size: number): Bytes[] =>
    Array.from({ length: Math.ceil(whole.length / size) }, (_, n) => whole.slice(n * size, (n + 1) * size));
  const told = (frames: readonly Frame[]): string[] => observe(frames).answers.map((answer) => answer.text);

  test('is put together', () => {
    for (const size of [1, 7, 100, 1400])
      assert.deepEqual(told(talk(bytes(1), cut(flight(3000), size))), ['www.example, b.example']);
  });

  test('segments that come twice do no harm', () => {
    const frames = talk(bytes(1), cut(flight(3000), 1000));
    const twice = frames.flatMap((frame) => [frame, frame]);
    assert.deepEqual(told(twice), ['www.example, b.example']);
  });

  test('after a gap, and when it is too long, the version is all', () => {
    const frames = talk(bytes(1), cut(flight(3000), 1000));
    assert.deepEqual(told(frames.toSpliced(-2, 1)), ['TLS 1.2']);
    assert.deepEqual(told(talk(bytes(1), cut(flight(9000), 1000))), ['TLS 1.2']);
  });

  test('many at once: the oldest gives way, none is mixed up', () => {
    const pieces = cut(flight(3000), 1000);
    const streams = Array.from({ length: 40 }, (_, n) =>
      talk(bytes(1), pieces).map((frame) => {
        // another port of the source for each
        const changed = frame.bytes.slice();
        const at = changed[14 + 12] === 192 ? 34 : 36;
        changed[at] = 0x60;
        changed[at + 1] = n;
        return { ...frame, bytes: changed };
      }),
    );
    const frames = streams[0].flatMap((_, step) => streams.map((stream) => stream[step]));
    const names = told(frames);
    assert.ok(names.length >= 16 && names.length <= 40);
    for (const one of names) assert.ok(one === 'www.example, b.example' || one === 'TLS 1.2');
    assert.equal(names.filter((one) => one !== 'TLS 1.2').length, 16);
  });
});

test('answers beyond the share of the batch are counted, not written', () => {
  const frames = Array.from({ length: 600 }, (_, n) => [
    out(n / 1e4, udp({ from: 10_000 + n, to: 5060, payload: bytes(1) })),
    back(
      n / 1e4,
      udp({ from: 5060, to: 10_000 + n, payload: text(`SIP/2.0 200 OK\r\nServer: ${'x'.repeat(250)}\r\n\r\n`) }),
    ),
  ]).flat();
  const { answers, shards } = observe(frames);
  const unheard = shards.reduce((sum, shard) => sum + shard.unheard, 0);
  assert.equal(answers.length + unheard, 600);
  assert.equal(answers.length, Math.floor(65536 / 250));
});
