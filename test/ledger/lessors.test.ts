import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lessors } from '../../src/ledger/lessors.ts';
import { Method } from '../../src/record/contact.ts';
import { type ContactSpec, contacts, range } from '../support/contacts.ts';
import { judged } from '../support/judge.ts';

const SERVER = 0xc0000202;
const offer: ContactSpec = {
  from: SERVER,
  to: 0xc0000280,
  port: 68,
  sourcePort: 67,
  method: Method.strayAnswer,
  protocol: 17,
};
const ping = (n: number): ContactSpec => ({
  from: SERVER,
  to: 0xc0000280 + n,
  port: 8,
  protocol: 1,
  method: Method.icmpEcho,
  at: n + 1,
});

test('who gives addresses away asks whether they are taken', () => {
  const lessors = new Lessors(7);
  const batch = contacts([
    offer,
    ping(1),
    { ...ping(1), method: Method.tcpSyn, protocol: 6 },
    { ...ping(1), from: SERVER + 1 },
  ]);
  assert.equal(lessors.asks(batch, 1), false, 'not known yet');
  lessors.observe(batch, 0);
  assert.equal(lessors.asks(batch, 1), true);
  assert.equal(lessors.asks(batch, 2), false, 'another question');
  assert.equal(lessors.asks(batch, 3), false, 'another host');
});

test('a server of DHCP that pings its free addresses in order scans nobody', () => {
  const pings = [...range(60)].map(ping);
  assert.equal(judged([offer, ...pings]).findings.length, 0);
  assert.equal(judged(pings).findings.length, 1);
});
