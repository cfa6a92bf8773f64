import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Bytes, bytes, type Frame, text, u16, udp } from '../../support/packets.ts';
import { IP4 } from '../observed.ts';
import { Talk, told } from './talk.ts';

const name = (dotted: string): Bytes => bytes(...dotted.split('.').flatMap((label) => [label.length, text(label)]), 0);

/** A DNS query; `kind` is type and class. */
const query = (id: number, dotted: string, kind: readonly [number, number] = [1, 1]): Bytes =>
  bytes(u16(id), 1, 0, u16(1), u16(0), u16(0), u16(0), name(dotted), u16(kind[0]), u16(kind[1]));

const answer = (id: number, code: number): Bytes =>
  bytes(u16(id), 0x81, 0x80 | code, u16(1), u16(0), u16(0), u16(0), name('x'), u16(1), u16(1));

const out = (seconds: number, payload: Bytes, to = 53): Frame => IP4.out(seconds, udp({ to, payload }));
const back = (seconds: number, payload: Bytes, from = 53): Frame =>
  IP4.back(seconds, udp({ from, to: 40000, payload }));
const framed = (message: Bytes): Bytes => bytes(u16(message.length), message);

const short = (frames: readonly Frame[]): string[] =>
  told(frames).map(({ asked, name: what, reply, status, traits, port }) =>
    [asked, what, reply, status, port, ...traits.filter((trait) => trait !== 'agentTold')].join(' '),
  );

describe('DNS', () => {
  test('a response code is a reply', () => {
    const replies = ['answered 0', 'malformed 1', 'failed 2', 'missed 3', 'malformed 4', 'denied 5'];
    replies.forEach((expected, code) => {
      const frames = [out(0, query(7, 'WWW.a.Example')), back(0.1, answer(7, code))];
      assert.deepEqual(short(frames), [`dnsName www.a.example ${expected} 53`]);
    });
  });

  test('replies belong to queries by their identifiers, in any order; a repeated query is one', () => {
    const frames = [
      out(0, query(1, 'a.example')),
      out(0.1, query(2, 'b.example')),
      out(0.2, query(1, 'a.example')),
      back(0.3, answer(2, 3)),
      back(0.4, answer(1, 0)),
      back(0.5, answer(3, 0)),
      out(0.6, query(4, 'c.example')),
    ];
    assert.deepEqual(short(frames), [
      'dnsName a.example answered 0 53',
      'dnsName b.example missed 3 53',
      'dnsName c.example unknown 0 53',
    ]);
  });

  test('whole zones and versions', () => {
    assert.deepEqual(short([out(0, query(1, 'Version.Bind', [16, 3]))]), [
      'dnsName version.bind unknown 0 53 versionAsked',
    ]);
    assert.deepEqual(short([out(0, query(1, 'version.bind', [16, 1]))]), ['dnsName version.bind unknown 0 53']);
    const zone = new Talk({ to: 53 }).says(framed(query(9, 'a.example', [252, 1]))).hears(framed(answer(9, 5)));
    assert.deepEqual(short(zone.frames), ['dnsName a.example denied 5 53 proven zoneTransfer']);
  });

  test('over TCP: several in a segment, or the length in a segment of its own', () => {
    const both = bytes(framed(query(1, 'a.example')), framed(query(2, 'b.example')));
    const talk = new Talk({ to: 53 })
      .says(both)
      .hears(framed(answer(2, 3)))
      .hears(framed(answer(1, 0)));
    assert.deepEqual(short(talk.frames).sort(), [
      'dnsName a.example answered 0 53 proven',
      'dnsName b.example missed 3 53 proven',
    ]);
    const apart = new Talk({ to: 53 }).says(u16(27)).says(query(1, 'a.example')).hears(u16(20)).hears(answer(1, 3));
    assert.deepEqual(short(apart.frames), ['dnsName a.example missed 3 53 proven']);
  });

  test('bytes that are no text are written as numbers; the root is a dot', () => {
    const odd = bytes(u16(1), 1, 0, u16(1), u16(0), u16(0), u16(0), 3, 0, 46, 255, 0, u16(1), u16(1));
    assert.deepEqual(short([out(0, odd)]), ['dnsName \\000\\046\\255 unknown 0 53']);
    const root = bytes(u16(1), 1, 0, u16(1), u16(0), u16(0), u16(0), 0, u16(2), u16(1));
    assert.deepEqual(short([out(0, root)]), ['dnsName . unknown 0 53']);
  });

  test('what is no query is none: another port, an update, a label too long, a name cut short', () => {
    const whole = query(1, 'a.example');
    const update = whole.map((byte, at) => (at === 2 ? 0x28 : byte));
    const long = whole.map((byte, at) => (at === 12 ? 0x80 : byte));
    for (const payload of [update, long, whole.slice(0, 20)]) assert.deepEqual(short([out(0, payload)]), []);
    assert.deepEqual(short([out(0, whole, 5353)]), []);
  });
});

describe('SIP', () => {
  const message = (first: string, fields: readonly string[] = []): Bytes =>
    text([first, 'Call-ID: 1@a', ...fields, '', ''].join('\r\n'));
  const register = message('REGISTER sip:a.example SIP/2.0', ['To: "x" <sip:100:pw@a.example>', 'user-agent: y/1']);

  test('who is asked for, of whom, by what', () => {
    const [only] = told([out(0, register, 5060), back(0.1, message('SIP/2.0 404 Not Found'), 5060)]);
    const { asked, verb, name: what, site, agent, reply, status, port } = only;
    assert.deepEqual(
      [asked, verb, what, site, agent, reply, status, port],
      ['user', 'REGISTER', '100', 'a.example', 'y/1', 'missed', 404, 5060],
    );
  });

  test('a password is guessed once a request carries one', () => {
    const guess = message('REGISTER sip:a.example SIP/2.0', ['To: <sip:100@a.example>', 'Authorization: Digest x']);
    const denied = back(0.1, message('SIP/2.0 401 Unauthorized'), 5060);
    const trying = back(0.1, message('SIP/2.0 100 Trying'), 5060);
    assert.deepEqual(short([out(0, register, 5060), trying, denied, out(0.2, guess, 5060), trying, denied]), [
      'user 100 denied 401 5060',
      'user 100 denied 401 5060 secretGuessed',
    ]);
  });

  test('OPTIONS asks what the server is; without a user it asks for nobody', () => {
    assert.deepEqual(short([out(0, message('OPTIONS sip:10@a.example;x=y SIP/2.0'), 5070)]), [
      'user 10 unknown 0 5070 versionAsked',
    ]);
    assert.deepEqual(short([out(0, message('OPTIONS sip:a.example SIP/2.0'), 5060)]), [
      'nothing  unknown 0 5060 versionAsked',
    ]);
  });

  test('over TCP, and statuses that say that somebody is there', () => {
    const invite = message('INVITE sip:200@a.example:5060 SIP/2.0');
    const talk = new Talk({ to: 5060 }).says(invite).hears(message('SIP/2.0 180 Ringing'));
    assert.deepEqual(short(talk.hears(message('SIP/2.0 486 Busy Here')).frames), ['user 200 answered 486 5060 proven']);
  });
});
