import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { vpc } from '../../../src/input/flow/vpc.ts';
import { Proof } from '../../../src/record/contact.ts';
import { read } from './rows.ts';

const A = '192.0.2.7';
const B = '203.0.113.10';
const plain = (from: string, to: string, ports: string, counts: string, action = 'ACCEPT'): string =>
  `2 123456789010 eni-1235b8ca123456789 ${from} ${to} ${ports} 6 ${counts} 1795303619 1795303679 ${action} OK\n`;

describe('aws-vpc-flow', () => {
  test('the default order: rejected, answered; no data', async () => {
    const text = [
      plain(A, B, '49761 3389', '1 40', 'REJECT'),
      plain(A, B, '49762 22', '20 4249'),
      plain(B, A, '22 49762', '20 4249'),
      '2 123456789010 eni-1235b8ca123456789 - - - - - - - 1795303619 1795303679 - NODATA\n',
      '2 123456789010 eni-1235b8ca123456789 - - - - - - - 1795303619 1795303679 - SKIPDATA\n',
    ].join('');
    const told = await read(vpc, text);
    assert.deepEqual(told.contacts, [
      `${A}:49761 > ${B}:3389/6 tcp-syn refused`,
      `${A}:49762 > ${B}:22/6 tcp-connect answered`,
    ]);
    assert.deepEqual(told.proofs, [Proof.filtered, Proof.handshake | Proof.exchange]);
    assert.equal(told.times[0], 1795303619e6);
    assert.deepEqual(told.weird, {});
  });

  const HEAD =
    'version srcaddr dstaddr pkt-srcaddr pkt-dstaddr srcport dstport protocol tcp-flags packets bytes start end action log-status\n';
  const custom = (from: string, to: string, ports: string, flags: number, counts: string): string =>
    `5 10.0.0.5 10.0.0.6 ${from} ${to} ${ports} 6 ${flags} ${counts} 1795303619 1795303679 ACCEPT OK\n`;

  test('another order, flags, and the addresses in the packets', async () => {
    const text = [
      HEAD,
      custom(A, B, '40000 23', 2, '1 44'),
      custom(B, A, '23 40000', 4, '1 40'),
      custom(A, B, '40001 24', 2, '1 44'),
      custom(A, B, '40002 443', 3, '12 1500'),
      custom(B, A, '443 40002', 19, '10 9500'),
      custom(A, B, '40003 443', 0, '2 104'),
      custom(B, A, '443 40003', 0, '2 104'),
    ].join('');
    assert.deepEqual((await read(vpc, text)).contacts, [
      `${A}:40000 > ${B}:23/6 tcp-syn refused`,
      `${A}:40001 > ${B}:24/6 tcp-syn unanswered`,
      `${A}:40002 > ${B}:443/6 tcp-connect answered`,
      `${A}:40003 > ${B}:443/6 21 answered`,
    ]);
  });

  test('from CloudWatch: behind a stamp, and in JSON; IPv6', async () => {
    const line = plain('2001:db8::7', '2001:db8:50::1', '49761 3389', '1 60', 'REJECT');
    const told = await read(
      vpc,
      `2026-11-21T23:27:10.000Z ${line}${JSON.stringify({ timestamp: 1, message: line.trim() })}\n`,
    );
    const expected = '2001:db8::7:49761 > 2001:db8:50::1:3389/6 tcp-syn refused';
    assert.deepEqual(told.contacts, [expected, expected]);
  });

  test('damaged rows are counted', async () => {
    const text =
      HEAD +
      custom('x', B, '1 2', 2, '1 44') +
      custom(A, B, '1 70000', 2, '1 44') +
      custom(A, B, '1 2', 2, '1 44').replace('1795303619', '-') +
      '5 short\n';
    const told = await read(vpc, text);
    assert.deepEqual(told.weird, { 'line-malformed': 1, 'line-field-impossible': 2, 'line-time-impossible': 1 });
    assert.equal(told.records, 5);
  });
});
