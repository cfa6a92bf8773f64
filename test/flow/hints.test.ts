import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hintOf } from '../../src/flow/hints.ts';
import { HINTS, ICE_CHECK } from '../../src/record/hint.ts';

const UDP = 17;

/** What a payload gives away, by name. */
function given(payload: string, port: number): string {
  const bytes = new TextEncoder().encode(payload);
  return HINTS[hintOf(bytes, 0, bytes.length, UDP, port)].name;
}

test('a request tells its program, an answer that repeats the request does not', () => {
  const fields = 'From: "sipvicious"<sip:100@1.1.1.1>\r\nUser-Agent: friendly-scanner\r\n\r\n';
  assert.equal(given(`OPTIONS sip:100@192.0.2.1 SIP/2.0\r\n${fields}`, 5060), 'SIP request of sipvicious');
  assert.equal(given(`SIP/2.0 200 OK\r\n${fields}`, 5060), HINTS[0].name);
  assert.equal(given(`HTTP/1.1 400 Bad Request\r\n\r\n${fields}`, 8080), HINTS[0].name);
});

test('a check between the ends of a call has a priority; a question to a server has none', () => {
  const stun = (...attributes: number[]): Uint8Array =>
    Uint8Array.of(0, 1, 0, attributes.length, 0x21, 0x12, 0xa4, 0x42, ...new Array<number>(12).fill(7), ...attributes);
  const named = [0, 6, 0, 3, 0x61, 0x3a, 0x62, 0];
  assert.equal(hintOf(stun(...named, 0, 0x24, 0, 4, 1, 2, 3, 4), 0, 36, UDP, 50_000), ICE_CHECK);
  assert.equal(hintOf(stun(...named), 0, 28, UDP, 50_000), 0);
  assert.equal(hintOf(stun(), 0, 20, UDP, 3478), 0);
});
