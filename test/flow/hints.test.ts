import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hintOf } from '../../src/flow/hints.ts';
import { HINTS } from '../../src/record/hint.ts';

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
