import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, type Segment, sctp, u16, u32 } from '../support/packets.ts';
import { IP4, short } from './observed.ts';

const { out, back } = IP4;
const PORT = 36412;
const chunk = (type: number, body = bytes()): Uint8Array<ArrayBuffer> => bytes(type, 0, u16(4 + body.length), body);
const init = (type: number, tag: number) => chunk(type, bytes(u32(tag), u32(65535), u16(1), u16(1), u32(1)));
const forth = (chunks: Uint8Array<ArrayBuffer>, tag = 0): Segment => sctp({ tag, chunks });
const reply = (chunks: Uint8Array<ArrayBuffer>, tag = 0): Segment => sctp({ from: PORT, to: 40000, tag, chunks });

const asked = [out(0, forth(init(1, 11))), back(0.1, reply(init(2, 22), 11))];
const opened = [...asked, out(0.2, forth(chunk(10, bytes(1, 2, 3, 4)), 22)), back(0.3, reply(chunk(11), 11))];

test('an INIT is unanswered, refused, answered or broken off', () => {
  assert.deepEqual(short(asked.slice(0, 1)), ['sctpInit unanswered']);
  assert.deepEqual(short([asked[0], back(0.1, reply(chunk(6), 11))]), ['sctpInit refused closed']);
  assert.deepEqual(short(asked), ['sctpInit answered']);
  assert.deepEqual(short([...asked, out(0.2, forth(chunk(6), 22))]), ['sctpInit answered brokenOff']);
});

test('a COOKIE ECHO with the tag that only the answer told proves the source', () => {
  assert.deepEqual(short(opened), ['sctpInit answered handshake']);
  assert.deepEqual(short([...asked, out(0.2, forth(chunk(10, bytes(1, 2, 3, 4)), 23))]), ['sctpInit answered']);
});

test('data both ways is an exchange', () => {
  const data = chunk(0, bytes(new Uint8Array(12), 1));
  const frames = [...opened, out(1, forth(data, 22)), back(1.1, reply(data, 11)), back(1.2, reply(data, 11))];
  assert.deepEqual(short(frames), ['sctpInit answered handshake', 'sctpInit exchanged handshake exchange']);
  assert.deepEqual(short(frames.slice(0, -2)), ['sctpInit answered handshake']);
});

test('a COOKIE ECHO of nowhere is a probe', () => {
  const probe = out(0, forth(chunk(10, bytes(1, 2, 3, 4)), 5));
  assert.deepEqual(short([probe]), ['sctpCookie unanswered']);
  assert.deepEqual(short([probe, back(0.1, reply(chunk(6), 5))]), ['sctpCookie refused closed']);
});

test('answers of nowhere, and the middle of an association', () => {
  assert.deepEqual(short([back(0, reply(init(2, 22), 11))]), ['strayAnswer unknown']);
  assert.deepEqual(short([back(0, reply(chunk(6), 11))]), ['strayAnswer unknown']);
  const sack = chunk(3, new Uint8Array(12));
  assert.deepEqual(short([out(0, forth(sack, 9))]), ['midstream unknown']);
  assert.deepEqual(short([out(0, forth(sack, 9)), back(0.1, reply(sack, 8))]), ['midstream answered']);
});

test('an INIT after the end is a new contact', () => {
  const frames = [...opened, out(1, forth(chunk(14), 22)), out(2, forth(init(1, 33)))];
  assert.deepEqual(short(frames), ['sctpInit answered handshake', 'sctpInit unanswered']);
});
