import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stray } from '../../src/detect/stray.ts';
import { Way } from '../../src/ledger/rates.ts';
import { Method, Outcome } from '../../src/record/contact.ts';
import { contacts, range } from '../support/contacts.ts';
import { Alone } from '../support/judge.ts';

function alone(method: number, count: number, change: (alone: Alone) => void = () => {}): Alone {
  const detector = new Alone(stray, 1, count);
  detector.admission.account.fill(0);
  change(detector);
  detector.observe(contacts([...range(count)].map((n) => ({ from: 1, to: n, method, outcome: Outcome.answered }))));
  return detector;
}

const ODD = [
  'tcpFin',
  'tcpNull',
  'tcpXmas',
  'tcpMaimon',
  'tcpAck',
  'tcpOdd',
  'icmpTimestamp',
  'icmpMask',
  'icmpOther',
  'sctpInit',
  'sctpCookie',
  'ipProtocol',
] as const;

for (const name of ODD)
  test(`${name} to one target after the other is evidence, whatever comes back`, () => {
    const detector = alone(Method[name], 24);
    assert.ok(detector.bits(0) > 20, `${detector.bits(0)}`);
    assert.equal(detector.charges.length, 24);
  });

for (const name of ['tcpSyn', 'tcpConnect', 'udp', 'icmpEcho', 'arp', 'nd', 'http', 'dns'] as const)
  test(`${name} is usual and not charged`, () => assert.equal(alone(Method[name], 24).charges.length, 0));

test('usual requests weigh against odd ones', () => {
  const detector = alone(Method.tcpFin, 2);
  const before = detector.bits(0);
  detector.observe(contacts([{ from: 1, to: 9, method: Method.tcpSyn }]));
  assert.ok(detector.bits(0) < before);
});

test('neither what leaves the own network nor a trace is odd', () => {
  assert.equal(alone(Method.tcpNull, 9, ({ admission }) => void admission.way.fill(Way.outward)).charges.length, 0);
  assert.equal(alone(Method.tcpNull, 9, ({ admission }) => void admission.trace.fill(1)).charges.length, 0);
});
