import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { nfdump } from '../../../src/input/flow/nfdump.ts';
import { Proof } from '../../../src/record/contact.ts';
import { read } from './rows.ts';

const HEAD = 'ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out,sas,das,smk,dmk\n';
const TIME = '2026-11-21 22:34:36';
const flow = (from: string, to: string, ports: string, rest: string, packets = '1,44'): string =>
  `${TIME},${TIME},0.000,${from},${to},${ports},${rest},0,0,${packets},0,0,0,0,0,0,0,0\n`;
const A = '192.0.2.7';
const B = '203.0.113.10';

describe('nfdump', () => {
  test('a probe and its RST are one contact, whichever comes first', async () => {
    const probe = flow(A, B, '44298,23', 'TCP,......S.');
    const reset = flow(B, A, '23,44298', 'TCP,...A.R..');
    for (const text of [probe + reset, reset + probe]) {
      const told = await read(nfdump, HEAD + text);
      assert.deepEqual(told.contacts, [`${A}:44298 > ${B}:23/6 tcp-syn refused`]);
      assert.deepEqual(told.proofs, [Proof.closed]);
      assert.deepEqual(told.times, [Date.UTC(2026, 10, 21, 22, 34, 36) * 1000]);
    }
  });

  test('half-open, connected, unanswered, echo; without head; names and numbers of protocols', async () => {
    const text = [
      flow(A, B, '44298,22', 'TCP,.....RS.', '2,84'),
      flow(B, A, '22,44298', 'TCP,...A..S.'),
      flow(A, B, '44300,80', '6,...AP.SF', '6,566'),
      flow(B, A, '80,44300', '6,...AP.SF', '6,2566'),
      flow(A, B, '44301,81', 'TCP,......S.'),
      flow(A, B, '0,2048', 'ICMP,........'),
      flow(B, A, '0,0', 'ICMP,........'),
      flow('2001:db8::7', '2001:db8:50::1', '0,32768', 'ICMP6,........'),
    ].join('');
    const told = await read(nfdump, text);
    assert.deepEqual(told.contacts.sort(), [
      `${A}:0 > ${B}:8/1 icmp-echo answered`,
      `${A}:44298 > ${B}:22/6 tcp-syn answered`,
      `${A}:44300 > ${B}:80/6 tcp-connect answered`,
      `${A}:44301 > ${B}:81/6 tcp-syn unanswered`,
      '2001:db8::7:0 > 2001:db8:50::1:128/58 icmp-echo unanswered',
    ]);
  });

  test('port unreachable refuses the datagram of its length', async () => {
    const text = [
      flow(A, B, '40000,161', 'UDP,........', '1,60'),
      flow(A, B, '40000,162', 'UDP,........', '1,33'),
      flow(B, A, '0,771', 'ICMP,........', '1,61'),
    ].join('');
    const told = await read(nfdump, HEAD + text);
    assert.deepEqual(told.contacts, [
      `${A}:40000 > ${B}:161/17 udp unanswered`,
      `${A}:40000 > ${B}:162/17 udp refused`,
    ]);
  });

  test('the short form, and what stands at the end', async () => {
    const text =
      'firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,bps,bpp,flows\n' +
      `2026-11-21 22:34:36.403,0.000,TCP,${A},44298,${B},23,1,44,0,44,1\n` +
      `2026-11-21 22:34:36.404,0.000,ICMP,${A},0,${B},8.0,1,44,0,44,1\n` +
      'Summary\nflows,bytes,packets,avg_bps,avg_pps,avg_bpp\n1,44,1,0,0,44\n';
    const told = await read(nfdump, text);
    assert.deepEqual(told.contacts, [
      `${A}:44298 > ${B}:23/6 tcp-syn unanswered`,
      `${A}:0 > ${B}:8/1 icmp-echo unanswered`,
    ]);
    assert.equal(told.times[0], Date.UTC(2026, 10, 21, 22, 34, 36, 403) * 1000);
    assert.deepEqual(told.weird, {});
  });

  test('damaged rows are counted', async () => {
    const bad = [
      `${TIME},short\n`,
      flow('x', B, '1,2', 'TCP,......S.'),
      flow(A, B, '1,70000', 'TCP,......S.'),
      flow(A, B, '1,2', 'NOPE,......S.'),
    ];
    const told = await read(
      nfdump,
      HEAD + bad.join('') + flow(A, B, '1,2', 'TCP,......S.').replace(TIME, 'x'.padStart(3, '0')),
    );
    assert.equal(told.records, 6);
    assert.deepEqual(told.weird, { 'line-malformed': 1, 'line-field-impossible': 3, 'line-time-impossible': 1 });
    assert.deepEqual(told.contacts, []);
  });

  test('no time told: it was when the record came', async () => {
    const head = 'ts,te,td,sa,da,sp,dp,pr,flg,ipkt,ibyt,tr\n';
    const row = `1970-01-01 00:00:00,1970-01-01 00:00:00,0.000,${A},${B},44298,23,TCP,......S.,1,44,2026-11-21 22:34:36.403\n`;
    const told = await read(nfdump, head + row);
    assert.deepEqual(told.times, [Date.UTC(2026, 10, 21, 22, 34, 36, 403) * 1000]);
    assert.deepEqual(told.weird, {});
  });
});
