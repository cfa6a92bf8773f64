import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDenial } from '../../src/flow/denials.ts';
import { ACK, FIN, type Frame, PSH, SYN, tcp } from '../support/packets.ts';
import { IP4, observe, text } from './observed.ts';

const { out, back } = IP4;
const little = (value: number, size: number): string =>
  String.fromCharCode(...Array.from({ length: size }, (_, at) => (value >>> (8 * at)) & 0xff));
const big = (value: number): string => Array.from(little(value, 4)).toReversed().join('');

const smb2 = (status: number, command = 1): string =>
  `${big(100)}\xfeSMB${little(64, 2)}${little(1, 2)}${little(status, 4)}${little(command, 2)}`.padEnd(80, '\0');
const tds = (number: number): string => `\x04\x01\0\x60\0\0\x01\0\xaa\x50\0${little(number, 4)}Login failed`;
const mysql = (code: number): string => `\x40\0\0\x02\xff${little(code, 2)}#28000Access`;
const pgsql = (state: string): string => `E\0\0\0\x50SFATAL\0C${state}\0Mpassword\0\0`;
const ldap = (result: number): string => `0\x0c\x02\x01\x01a\x07\n\x01${String.fromCharCode(result)}\x04\0\x04\0`;

const DENIALS: readonly (readonly [what: string, port: number, refusal: string, other: string])[] = [
  ['SMB 2: wrong secret, and a challenge', 445, smb2(0xc000_006d), smb2(0xc000_0016)],
  ['SMB 2: no right to a file is no login', 445, smb2(0xc000_0072), smb2(0xc000_0022, 5)],
  ['SQL Server', 1433, tds(18_456), tds(208)],
  ['MySQL', 3306, mysql(1045), mysql(1146)],
  ['PostgreSQL', 5432, pgsql('28P01'), pgsql('42P01')],
  ['LDAP', 389, ldap(49), ldap(0)],
  ['VNC', 5900, `${big(1)}${big(22)}Authentication failure`, big(0)],
  ['Telnet', 23, '\r\nLogin incorrect\r\n', '\r\nrouter> '],
  [
    'FTP, and what it says to who has not tried',
    21,
    '530 Login incorrect.\r\n',
    '530 Please login with USER and PASS.\r\n',
  ],
  ['SMTP', 587, '535 5.7.8 Error: authentication failed\r\n', '235 2.7.0 Authentication successful\r\n'],
  ['POP3', 110, '-ERR [AUTH] failed\r\n', '+OK Logged in.\r\n'],
  ['IMAP', 143, 'a001 NO [AUTHENTICATIONFAILED]\r\n', 'a001 OK Logged in\r\n'],
];

for (const [what, port, refusal, other] of DENIALS)
  test(`a login is refused, or not: ${what}`, () => {
    const denies = (words: string, asked = 40, at = port): boolean => isDenial(text(words), 0, words.length, at, asked);
    assert.equal(denies(refusal), true);
    assert.equal(denies(other), false);
    assert.equal(denies(refusal, 0), false, 'nothing was asked');
    assert.equal(denies(refusal, 40, 80), false, 'nobody logs in there');
  });

/** A connection with Telnet, in which the last words of the server are those. */
function login(...answers: string[]): Frame[] {
  const forth = (flags: number, seq: number, ack: number, words = ''): Frame =>
    out(0, tcp({ to: 23, flags, seq, ack, payload: text(words) }));
  const reply = (flags: number, seq: number, ack: number, words = ''): Frame =>
    back(0, tcp({ from: 23, to: 40000, flags, seq, ack, payload: text(words) }));
  let theirs = 5008;
  const frames = [
    forth(SYN, 1000, 0),
    reply(SYN | ACK, 5000, 1001),
    forth(ACK, 1001, 5001),
    reply(ACK | PSH, 5001, 1001, 'login: '),
    forth(ACK | PSH, 1001, 5008, 'root\r\n'),
  ];
  for (const words of answers) {
    frames.push(reply(ACK | PSH, theirs, 1007, words));
    theirs += words.length;
  }
  frames.push(reply(ACK | FIN, theirs, 1007), forth(ACK | FIN, 1007, theirs + 1));
  return frames.map((frame, n) => ({ ...frame, time: (frame.time ?? 0) + n * 1e4 }));
}

test('a refused login is told once a connection, and an accepted one is not', () => {
  const denied = (...answers: string[]): number =>
    observe(login(...answers)).contacts.filter(({ outcome }) => outcome === 'denied').length;
  assert.equal(denied('\r\nLogin incorrect\r\n'), 1);
  assert.equal(denied('\r\nLogin incorrect\r\n', 'login: ', '\r\nLogin incorrect\r\n'), 1);
  assert.equal(denied('\r\nrouter> '), 0);
});
