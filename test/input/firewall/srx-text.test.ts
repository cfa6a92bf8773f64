import assert from 'node:assert/strict';
import { test } from 'node:test';
import { syslog } from '../../../src/input/syslog/syslog.ts';
import { Method, Outcome, Proof } from '../../../src/record/contact.ts';
import { has, one, read } from './rows.ts';

const HEAD = 'Nov 21 23:27:44 fw RT_FLOW: RT_FLOW_SESSION_';
const ENDS = { source: '192.0.2.77', target: '198.51.100.22', sourcePort: 51234, targetPort: 445, protocol: 6 };
const PAIR = '192.0.2.77/51234->198.51.100.22/445';
const OLD = `${PAIR} None None 6 allow untrust trust 4711`;
const NEW = `${PAIR} 0x0 source rule 1 N/A N/A 6 allow untrust trust 4711`;

test('a session that was denied is refused by a filter, in older and newer versions', async () => {
  for (const rest of [
    'None 6(0) deny untrust trust',
    '0x0 None 6(0) deny(global) untrust trust UNKNOWN UNKNOWN N/A(N/A)',
  ])
    has(await one(syslog, `${HEAD}DENY: session denied ${PAIR} ${rest}`), {
      ...ENDS,
      outcome: Outcome.refused,
      proof: Proof.filtered,
      method: Method.tcpSyn,
    });
});

test('ICMP is told by its type', async () => {
  const row = await one(
    syslog,
    `${HEAD}DENY: session denied 192.0.2.77/0->198.51.100.22/3 icmp 1(8) deny untrust trust`,
  );
  has(row, { protocol: 1, method: Method.icmpEcho, targetPort: 8, outcome: Outcome.refused });
});

test('the beginning of a session waits for its end, and both are one contact', async () => {
  for (const behind of [OLD, NEW]) {
    const created = `${HEAD}CREATE: session created ${PAIR} junos-smb ${behind}`;
    const closed = `${HEAD}CLOSE: session closed TCP FIN: ${PAIR} junos-smb ${behind} 9(1900) 8(2400) 3 UNKNOWN UNKNOWN`;
    const row = await one(syslog, created, closed);
    has(row, {
      ...ENDS,
      method: Method.tcpConnect,
      outcome: Outcome.answered,
      proof: Proof.handshake | Proof.exchange,
    });
    assert.deepEqual([row.record, row.bytesOut, row.bytesIn], [1, 1360, 1920]);
  }
});

test('no packet back is no answer, and one packet that resets is a closed port', async () => {
  const closed = (reason: string, back: string): string =>
    `${HEAD}CLOSE: session closed ${reason}: ${PAIR} junos-smb ${OLD} 1(44) ${back} 20`;
  has(await one(syslog, closed('idle Timeout', '0(0)')), { ...ENDS, outcome: Outcome.unanswered });
  has(await one(syslog, closed('TCP RST', '1(40)')), { ...ENDS, outcome: Outcome.refused, proof: Proof.closed });
});

test('IPv6, lines that are cut, and other lines of the same program', async () => {
  const six = `${HEAD}DENY: session denied 2001:db8::77/51234->2001:db8::22/445 None 6(0) deny untrust trust`;
  has(await one(syslog, six), { source: '2001:db8::77', target: '2001:db8::22', targetPort: 445 });
  for (let length = HEAD.length; length < six.length - 30; length += 7) await read(syslog, [six.slice(0, length)]);
  const { rows } = await read(syslog, ['Nov 21 23:27:44 fw RT_FLOW: session table is full']);
  assert.equal(rows.length, 0);
});
