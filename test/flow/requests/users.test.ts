import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Bytes, bytes, type Frame, text, udp } from '../../support/packets.ts';
import { IP4 } from '../observed.ts';
import { Talk, told } from './talk.ts';

const der = (tag: number, ...content: (number | Bytes)[]): Bytes => {
  const inside = bytes(...content);
  return bytes(tag, inside.length, inside);
};
const number = (value: number): Bytes => der(2, value);
const words = (tag: number, value: string): Bytes => der(tag, text(value));

const out = (seconds: number, to: number, payload: Bytes): Frame => IP4.out(seconds, udp({ to, payload }));
const back = (seconds: number, from: number, payload: Bytes): Frame =>
  IP4.back(seconds, udp({ from, to: 40000, payload }));

const short = (frames: readonly Frame[]): string[] =>
  told(frames).map(({ asked, name, site, reply, traits }) =>
    [asked, name, site, reply, ...traits.filter((trait) => trait === 'secretGuessed')].join(' ').trim(),
  );

/** RFC 4120 section 5.4.1. */
function logon(user: string, isProven = false): Bytes {
  const name = der(0x30, der(0xa0, number(1)), der(0xa1, der(0x30, words(0x1b, user))));
  const body = der(0x30, der(0xa0, der(3, 0, 0, 0, 0, 0)), der(0xa1, name), der(0xa2, words(0x1b, 'X.EXAMPLE')));
  const proof = isProven ? [der(0xa3, der(0x30, 0))] : [];
  return der(0x6a, der(0x30, der(0xa1, number(5)), der(0xa2, number(10)), ...proof, der(0xa4, body)));
}

/** RFC 4120 section 5.9.1. */
const refusal = (code: number): Bytes =>
  der(0x7e, der(0x30, der(0xa0, number(5)), der(0xa1, number(30)), der(0xa5, number(1)), der(0xa6, number(code))));

test('Kerberos: who logs on, and whether there is such a user', () => {
  const answers: [number, string][] = [
    [6, 'missed'],
    [25, 'answered'],
    [18, 'answered'],
    [68, 'failed'],
  ];
  for (const [code, reply] of answers)
    assert.deepEqual(short([out(0, 88, logon('bob')), back(0.1, 88, refusal(code))]), [`user bob x.example ${reply}`]);
  assert.deepEqual(short([out(0, 88, logon('bob', true)), back(0.1, 88, refusal(24))]), [
    'user bob x.example denied secretGuessed',
  ]);
  assert.deepEqual(short([out(0, 88, logon('bob')), back(0.1, 88, der(0x6b, 0x30, 0))]), [
    'user bob x.example answered',
  ]);
});

test('Kerberos over TCP, and what it is not', () => {
  const framed = (message: Bytes): Bytes => bytes(0, 0, 0, message.length, message);
  const { frames } = new Talk({ to: 88 }).says(framed(logon('bob'))).hears(framed(refusal(6)));
  assert.deepEqual(short(frames), ['user bob x.example missed']);
  const whole = logon('bob');
  for (let end = 1; end < whole.length; end += 1) assert.deepEqual(short([out(0, 88, whole.slice(0, end))]), [], 'cut');
});

/** RFC 3412 section 6, RFC 3414 section 2.4. @param counter of usmStats that a report tells; 0: a request or response */
function message(id: number, user: string, counter = 0): Bytes {
  const header = der(0x30, number(id), number(100), der(4, 4), number(3));
  const parameters = der(0x30, words(4, 'engine'), number(1), number(1), words(4, user), der(4), der(4));
  const names = counter === 0 ? [] : [der(0x30, der(6, 0x2b, 6, 1, 6, 3, 15, 1, 1, counter, 0), der(0x41, 1))];
  const pdu = der(counter === 0 ? 0xa0 : 0xa8, number(1), number(0), number(0), der(0x30, ...names));
  return der(0x30, number(3), header, der(4, parameters), der(0x30, words(4, 'engine'), der(4), pdu));
}

test('SNMP version 3: who asks, and whether there is such a user', () => {
  const asked = (counter: number, id = 7): string[] =>
    short([out(0, 161, message(7, 'bob')), back(0.1, 161, message(id, 'bob', counter))]);
  assert.deepEqual(asked(3), ['user bob  missed']);
  assert.deepEqual(asked(5), ['user bob  denied']);
  assert.deepEqual(asked(4), ['user bob  unknown']);
  assert.deepEqual(asked(0), ['user bob  answered']);
  assert.deepEqual(asked(3, 8), ['user bob  unknown'], 'of another question');
  assert.deepEqual(short([out(0, 161, message(7, '')), back(0.1, 161, message(7, '', 4))]), [], 'asks for the engine');
});

/** RFC 1350 section 5; the server answers from a port of its own. */
const read = (name: string): Bytes => bytes(0, 1, text(name), 0, text('octet'), 0);
const fetched = (name: string, answer: Bytes): string[] =>
  short([out(0, 69, read(name)), IP4.back(0.1, udp({ from: 50_000, to: 40_000, payload: answer }))]);

test('TFTP: a file, and whether there is one', () => {
  assert.deepEqual(fetched('config', bytes(0, 5, 0, 1, text('no'), 0)), ['path config  missed']);
  assert.deepEqual(fetched('config', bytes(0, 5, 0, 2, text('no'), 0)), ['path config  denied']);
  assert.deepEqual(fetched('config', bytes(0, 3, 0, 1, text('hostname'))), ['path config  answered']);
});

test('TFTP: what is made of the address of who asks is no guess', () => {
  for (const name of ['pxelinux.cfg/C0A80001', 'pxelinux.cfg/44454c4c-5000-1051', 'SEP001122334455.cnf.xml'])
    assert.deepEqual(fetched(name, bytes(0, 5, 0, 1, 0)), [], name);
  assert.deepEqual(short([out(0, 69, bytes(0, 2, text('config'), 0, text('octet'), 0))]), [], 'brings one');
});
