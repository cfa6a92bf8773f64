import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recognise } from '../../../src/input/index.ts';
import { nlb } from '../../../src/input/flow/nlb.ts';
import { Method, Outcome, Proof } from '../../../src/record/contact.ts';
import { has, one, read } from '../firewall/rows.ts';

const line = (handshake: string, more = ' 2026-11-21T23:27:01'): string =>
  `tls 2.0 2026-11-21T23:27:04 net/example/c6 g3 192.0.2.7:51341 198.51.100.20:443 5 ${handshake} 98 246 - arn - ECDHE tlsv12 - www.example.org - - -${more}`;

test('a connection is a contact of the client with the listener', async () => {
  const row = await one(nlb, line('2'));
  has(row, { source: '192.0.2.7', sourcePort: 51341, target: '198.51.100.20', targetPort: 443, protocol: 6 });
  has(row, { method: Method.tcpConnect, outcome: Outcome.answered, proof: Proof.handshake | Proof.exchange });
  assert.deepEqual([row.time, row.bytesOut, row.bytesIn], [Date.UTC(2026, 10, 21, 23, 27, 1) * 1000, 98, 246]);
});

test('without a handshake of TLS nothing was exchanged, and older versions do not tell when the client came', async () => {
  const row = await one(nlb, line('-', ''));
  has(row, { proof: Proof.handshake, time: Date.UTC(2026, 10, 21, 23, 27, 4) * 1000 });
});

test('it is recognised, and damaged lines are counted', async () => {
  assert.equal(recognise(new TextEncoder().encode(`${line('2')}\n`), 'x')?.name, 'nlb');
  for (let length = 1; length < 90; length += 8) {
    const { rows, records, weird } = await read(nlb, [line('2').slice(0, length)]);
    assert.equal(rows.length + weird.total('malformed'), records);
  }
});
