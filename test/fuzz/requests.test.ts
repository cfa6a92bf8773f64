import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BYTES_UNKNOWN, Reply, VERBS } from '../../src/record/request.ts';
import { observe, text } from '../flow/observed.ts';
import {
  ACK,
  type Bytes,
  bytes,
  ethernet,
  type Frame,
  ip4,
  SOURCE,
  TARGET,
  tcp,
  u16,
  udp,
} from '../support/packets.ts';
import { generator } from './mutate.ts';

const ROUNDS = 25;
const SEGMENTS = 400;
const REPLIES = Object.keys(Reply);

/** What both sides say, whole or in parts, in any order. */
const WORDS: readonly Bytes[] = [
  'GET /a HTTP/1.1\r\nHost: a.example\r\n\r\n',
  'POST /b HTTP/1.1\r\nContent-Length: 30\r\n\r\n',
  'POST /c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n',
  'HEAD /d HTTP/1.0\n\n',
  'CONNECT a:1 HTTP/1.1\r\n\r\n',
  'get / http/1.0\r\n\r\n',
  'FOO bar\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n',
  'HTTP/1.1 404 No\r\nTransfer-Encoding: chunked\r\n\r\n',
  'HTTP/1.1 400 No\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999\r\n\r\n',
  'REGISTER sip:1@a SIP/2.0\r\nCall-ID: 1\r\nTo: <sip:2@a>\r\n\r\n',
  'SIP/2.0 404 No\r\nCall-ID: 1\r\n\r\n',
  'ffffffffff\r\n',
  '5\r\nabcde\r\n0\r\n\r\n',
  `X: ${'y'.repeat(900)}\r\n`,
  '\r\n',
].map(text);
const DNS = bytes(
  u16(29),
  u16(7),
  1,
  0,
  u16(1),
  u16(0),
  u16(0),
  u16(0),
  3,
  text('www'),
  7,
  text('example'),
  0,
  u16(252),
  u16(1),
);

type Roll = ReturnType<typeof generator>;

function said(roll: Roll): Bytes {
  const word = roll(12) === 0 ? DNS : WORDS[roll(WORDS.length)];
  const whole = roll(3) === 0 ? bytes(word, WORDS[roll(WORDS.length)]) : word;
  const damaged = roll(4) === 0 ? whole.map((byte) => (roll(30) === 0 ? roll(256) : byte)) : whole;
  return roll(3) === 0 ? damaged.slice(0, 1 + roll(damaged.length)) : damaged;
}

/** A few connections and datagrams in which anything is said. */
function babble(roll: Roll): Frame[] {
  const next = new Map<string, number>();
  return Array.from({ length: SEGMENTS }, (_, at) => {
    const client = 40_000 + roll(3);
    const server = [80, 53, 5060][roll(3)];
    const back = roll(2) === 0;
    const [from, to] = back ? [server, client] : [client, server];
    const key = `${from} ${to}`;
    const payload = said(roll);
    const seq = ((next.get(key) ?? 1) + (roll(8) === 0 ? roll(200) - 100 : 0)) >>> 0;
    const ack = next.get(`${to} ${from}`) ?? 1;
    if (roll(10) !== 0) next.set(key, seq + payload.length);
    const flags = [2, 18, 4, 17][roll(60)] ?? ACK;
    const segment = roll(4) === 0 ? udp({ from, to, payload }) : tcp({ from, to, seq, ack, flags, payload });
    const frame = ethernet(ip4(segment, back ? { source: TARGET, target: SOURCE } : {}));
    return { bytes: roll(20) === 0 ? frame.slice(0, 60 + roll(frame.length)) : frame, time: 1.7e15 + at * 20_000 };
  });
}

test('whatever two sides say, requests are what there are words for, each once, and the batches do not matter', () => {
  const roll = generator(9112);
  let told = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const frames = babble(roll);
    const { requests } = observe(frames, { batches: [64] });
    for (const { reply, verb, bytes: size, record, name } of requests) {
      assert.ok(REPLIES.includes(reply) && (VERBS as readonly string[]).includes(verb));
      assert.ok(size <= BYTES_UNKNOWN && record > 0 && record <= SEGMENTS && name.length <= 1024);
    }
    const other = observe(frames, { batches: [7] }).requests;
    const sorted = (rows: typeof other): string[] => rows.map((row) => JSON.stringify(row)).sort();
    assert.deepEqual(sorted(other), sorted(requests));
    told += requests.length;
  }
  assert.ok(told > ROUNDS * 10, `${told}`);
});
