import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hintOf } from '../../src/flow/hints.ts';
import { HINTS } from '../../src/record/hint.ts';
import { TCP, UDP } from '../../src/record/protocols.ts';

/** What a payload gives away, by name. */
function given(protocol: number, hex: string, port = 9): string {
  const bytes = Uint8Array.from(Buffer.from(hex, 'hex'));
  return HINTS[hintOf(bytes, 0, bytes.length, protocol, port)].name;
}

const latin = (text: string): string => Buffer.from(text, 'latin1').toString('hex');

/** A ClientHello with this random number (RFC 8446 section 4.1.2), one cipher suite. */
const hello = (random: string): string => `160301002d010000290303${random}000002002f0100`;

/** An X.224 connection request with this cookie ([MS-RDPBCGR] section 2.2.1.1). */
function connection(name: string): string {
  const cookie = latin(`Cookie: mstshash=${name}\r\n`);
  const negotiation = '0100080003000000';
  const size = 11 + (cookie.length + negotiation.length) / 2;
  return `0300${size.toString(16).padStart(4, '0')}${(size - 5).toString(16)}e00000000000${cookie}${negotiation}`;
}

test('a hello whose random number is not drawn tells the program', () => {
  const nmap = `551ca7e4${latin('random1random2random3random4')}`;
  assert.equal(given(TCP, hello(nmap)), 'version probe of nmap');
  assert.equal(given(TCP, hello(`54511e7adeadbeef313307${'00'.repeat(21)}`)), 'TLS hello of testssl.sh');
  const drawn = hello(`551ca7e5${latin('random1random2random3random4')}`);
  assert.equal(given(TCP, drawn), 'TLS hello');
});

test('a cookie of RDP that is a program’s name tells it, a user’s does not', () => {
  assert.equal(given(TCP, connection('nmap')), 'version probe of nmap');
  assert.equal(given(TCP, connection('masscan')), 'payload of masscan');
  assert.equal(given(TCP, connection('nmapper')), '');
});

test('a ready-made datagram tells its program; another transaction, another transport or half of it does not', () => {
  const call = (transaction: string): string => `${transaction}0000000000000002000186a00001977c${'00'.repeat(20)}`;
  assert.equal(given(UDP, call('72fe1d13')), 'UDP payload of nmap');
  assert.equal(given(UDP, call('72fe1d14')), '');
  assert.equal(given(TCP, call('72fe1d13')), '');
  assert.equal(given(UDP, call('72fe1d13').slice(0, 24)), '');
  const time = (transmitted: string): string => `e30004fa000100000001${'00'.repeat(30)}${transmitted}`;
  assert.equal(given(UDP, time('c54f234b71b152f3'), 123), 'UDP payload that scanners share');
  assert.equal(given(UDP, time('e9d0a1b271b152f3'), 123), '');
});

test('a request with the transaction of a program tells it, another one only what is asked', () => {
  const get = (request: string): string =>
    `302902010004067075626c6963a01c0204${request}020100020100300e300c06082b060102010101000500`;
  assert.equal(given(UDP, get('565adc5d'), 161), 'UDP payload of ZMap');
  assert.equal(given(UDP, get('0a0b0c0d'), 161), 'SNMP sysDescr request');
});
