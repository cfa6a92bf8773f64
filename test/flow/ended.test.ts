import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACK, FIN, type Frame, PSH, RST, SYN, tcp } from '../support/packets.ts';
import { type Contact, IP4, observe, text } from './observed.ts';

const { out, back } = IP4;

/** A connection in which both sides have spoken, up to its end. */
function session(port: number, end: 'fin' | 'rst' | 'none'): Frame[] {
  const forth = (flags: number, seq: number, ack: number, words = ''): Frame['bytes'] =>
    out(0, tcp({ to: port, flags, seq, ack, payload: text(words) })).bytes;
  const reply = (flags: number, seq: number, ack: number, words = ''): Frame['bytes'] =>
    back(0, tcp({ from: port, to: 40000, flags, seq, ack, payload: text(words) })).bytes;
  const talk = [
    forth(SYN, 1000, 0),
    reply(SYN | ACK, 5000, 1001),
    forth(ACK, 1001, 5001),
    reply(ACK | PSH, 5001, 1001, 'SSH-2.0-x\r\n'),
    forth(ACK | PSH, 1001, 5012, 'SSH-2.0-y\r\n'),
    reply(ACK | PSH, 5012, 1012, 'denied'),
  ];
  const ends = {
    fin: [forth(ACK | FIN, 1012, 5018), reply(ACK | FIN, 5018, 1013)],
    rst: [reply(RST | ACK, 5018, 1012)],
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
