import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Talk, told } from './talk.ts';

/** A connection with a mail server that has greeted, and been greeted. */
const greeted = (): Talk =>
  new Talk({ to: 25 }).hears('220 mail ESMTP\r\n').says('EHLO x.example\r\n').hears('250-mail\r\n250 VRFY\r\n');

const short = ({ frames }: Talk): string[] =>
  told(frames).map(({ asked, name, reply, status }) => [asked, name, reply, status].join(' '));

const GONE = '550 5.1.1 <bob>: User unknown\r\n';

test('who is asked for, and whether there is such a user', () => {
  const talk = greeted()
    .says('VRFY bob\r\n')
    .hears(GONE)
    .says('expn staff\r\n')
    .hears('502 5.5.1 not implemented\r\n')
    .says('MAIL FROM:<a@x.example>\r\n')
    .hears('250 Ok\r\n')
    .says('RCPT TO:<Anna@example.org>\r\n')
    .hears('250 Ok\r\n')
    .says('RCPT TO:<eve@elsewhere.example>\r\n')
    .hears('550 5.7.1 relaying denied\r\n');
  assert.deepEqual(short(talk), [
    'user bob missed 550',
    'user staff failed 502',
    'user Anna answered 250',
    'user eve failed 550',
  ]);
});

test('several commands in one segment, and their replies in another', () => {
  const talk = greeted()
    .says('MAIL FROM:<>\r\nRCPT TO:<bob@x>\r\nRCPT TO:<anna@x>\r\n')
    .hears(`250 Ok\r\n${GONE}250 Ok\r\n`);
  assert.deepEqual(short(talk), ['user bob missed 550', 'user anna answered 250']);
});

test('what a mail says is no command', () => {
  const talk = greeted()
    .says('DATA\r\n')
    .hears('354 go ahead\r\n')
    .says('Subject: x\r\n\r\nVRFY eve\r\n')
    .says('RCPT TO:<eve@x>\r\n.\r\n')
    .hears('250 queued\r\n')
    .says('VRFY bob\r\n')
    .hears(GONE);
  assert.deepEqual(short(talk), ['user bob missed 550']);
});

test('nothing is read once a line was cut or the rest is encrypted, and nothing told that got no reply', () => {
  assert.deepEqual(short(greeted().says('VRFY b').says('ob\r\n').hears(GONE)), []);
  assert.deepEqual(short(greeted().says('STARTTLS\r\n').hears('220 go\r\n').says('VRFY bob\r\n').hears(GONE)), []);
  assert.deepEqual(short(greeted().says('VRFY bob\r\n')), []);
  assert.deepEqual(short(new Talk({ to: 80 }).says('EHLO x\r\nVRFY bob\r\n').hears(`250 x\r\n${GONE}`)), []);
});

test('who speaks HTTP to a mail server, or at the port of Kerberos, is heard', () => {
  for (const to of [25, 88]) {
    const talk = new Talk({ to }).says('GET /x HTTP/1.0\r\n\r\n').hears('HTTP/1.0 404 Not Found\r\n\r\n');
    assert.deepEqual(short(talk), ['path /x missed 404'], String(to));
  }
});
