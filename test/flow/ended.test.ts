import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACK, FIN, type Frame, PSH, RST, SYN, tcp } from '../support/packets.ts';
import { type Contact, IP4, observe, text } from './observed.ts';

const { out, back } = IP4;

/** A connection in which both sides have spoken, up to its end. */
function session(port: number, end: 'fin' | 'rst' | 'none', asked = 'SSH-2.0-y\r\n', told = 'denied'): Frame[] {
  const forth = (flags: number, seq: number, ack: number, words = ''): Frame['bytes'] =>
    out(0, tcp({ to: port, flags, seq, ack, payload: text(words) })).bytes;
  const reply = (flags: number, seq: number, ack: number, words = ''): Frame['bytes'] =>
    back(0, tcp({ from: port, to: 40000, flags, seq, ack, payload: text(words) })).bytes;
  const talk = [
    forth(SYN, 1000, 0),
    reply(SYN | ACK, 5000, 1001),
    forth(ACK, 1001, 5001),
    reply(ACK | PSH, 5001, 1001, 'SSH-2.0-x\r\n'),
    forth(ACK | PSH, 1001, 5012, asked),
    reply(ACK | PSH, 5012, 1001 + asked.length, told),
  ];
  const [mine, theirs] = [1001 + asked.length, 5012 + told.length];
  const ends = {
    fin: [forth(ACK | FIN, mine, theirs), reply(ACK | FIN, theirs, mine + 1)],
    rst: [reply(RST | ACK, theirs, mine)],
    none: [],
  };
  return [...talk, ...ends[end]].map((frame, n) => ({ bytes: frame, time: (out(0, tcp({})).time ?? 0) + n * 1e4 }));
}

const ended = (frames: Frame[]): Contact[] => observe(frames).contacts.filter(({ outcome }) => outcome === 'ended');

for (const end of ['fin', 'rst'] as const)
  test(`a session with a login service tells what it carried when it ends: ${end}`, () => {
    const [one, ...others] = ended(session(22, end));
    assert.equal(others.length, 0);
    assert.deepEqual([one.targetPort, one.bytesOut, one.bytesIn], [22, 11, 17]);
    assert.equal(one.record, end === 'fin' ? 8 : 7);
  });

test('a session that goes on has not ended, and what is no login service does not tell it', () => {
  assert.deepEqual(ended(session(22, 'none')), []);
  assert.deepEqual(ended(session(80, 'fin')), []);
});

test('what carried work at a port that programs choose tells it when it ends, but not what TLS hides', () => {
  const work = (port: number, asked = 2048, told = 8192, first = 'x'): number[] =>
    ended(session(port, 'fin', first + 'x'.repeat(asked - first.length), 'y'.repeat(told - 11))).map(
      ({ bytesOut }) => bytesOut,
    );
  assert.deepEqual(work(10_000), [2048]);
  assert.deepEqual(work(10_000, 2047), [], 'it asked less');
  assert.deepEqual(work(10_000, 2048, 8191), [], 'it was told less');
  assert.deepEqual(work(80), [], 'a port of a service');
  assert.deepEqual(work(10_000, 2048, 8192, '\x16\x03\x01\x07\xfb\x01\x00\x07\xf7\x03\x03'), [], 'TLS');
});
