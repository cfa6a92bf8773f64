import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helloOf, laterHelloOf, offerOf, sshOfferOf } from '../../src/flow/hello.ts';
import { SSH_OFFER, STARTTLS_HELLO, TLS_HELLO } from '../../src/record/hint.ts';
import { ACK, type Bytes, type Frame, FIN, PSH, SYN, tcp } from '../support/packets.ts';
import { IP4, observe } from './observed.ts';

const u16 = (value: number): number[] => [value >> 8, value & 0xff];
const list = (values: readonly number[]): number[] => values.flatMap(u16);
const sized = (bytes: readonly number[]): number[] => [...u16(bytes.length), ...bytes];

interface Hello {
  readonly version?: number;
  readonly suites?: readonly number[];
  readonly groups?: readonly number[];
  readonly name?: string;
  readonly ticket?: number;
  readonly turned?: boolean;
  readonly random?: number;
}

/** A ClientHello in one record (RFC 8446 sections 4.1.2 and 5.1). */
function hello(from: Hello = {}): Bytes {
  const { version = 0x303, suites = [0x1301, 0x1302, 0xc02f], groups = [29, 23], name = 'a.example' } = from;
  const text = Array.from(name, (letter) => letter.charCodeAt(0));
  const extensions = [
    [...u16(0), ...sized(sized([0, ...sized(text)]))],
    [...u16(10), ...sized(sized(list(groups)))],
    [...u16(43), ...sized([4, 3, 4, 3, 3])],
    [...u16(35), ...sized(new Array<number>(from.ticket ?? 0).fill(7))],
  ];
  if (from.turned) extensions.reverse();
  const body = [
    ...u16(version),
    ...new Array<number>(32).fill(from.random ?? 1),
    0,
    ...sized(list(suites)),
    1,
    0,
    ...sized(extensions.flat()),
  ];
  return Uint8Array.from([22, 3, 1, ...sized([1, 0, ...u16(body.length), ...body])]);
}

const offer = (bytes: Uint8Array): number => offerOf(bytes, 0, bytes.length);

test('one program offers the same, whatever it says besides', () => {
  const once = offer(hello());
  assert.notEqual(once, 0);
  const same: readonly Hello[] = [
    { random: 9 },
    { name: 'another.example' },
    { ticket: 90 },
    { turned: true },
    { suites: [0x5a5a, 0x1301, 0x1302, 0xc02f, 0x00ff, 0x5600], groups: [0xeaea, 29, 23] },
  ];
  for (const change of same) assert.equal(offer(hello(change)), once, JSON.stringify(change));
});

test('who offers another version, suite, order of them or group offers something else', () => {
  const offers = [
    {},
    { suites: [0x1302, 0x1301, 0xc02f] },
    { version: 0x302 },
    { suites: [0x1301, 0x1302] },
    { groups: [29] },
  ].map((at) => offer(hello(at)));
  assert.equal(new Set(offers).size, offers.length);
});

test('of a hello that is cut only what is there in whole counts', () => {
  const bytes = hello();
  const cut = (end: number): number => offerOf(bytes, 0, end);
  assert.equal(cut(11), cut(46));
  assert.equal(cut(60), offerOf(hello({ groups: [1] }), 0, 60));
  assert.notEqual(cut(60), cut(11));
});

test('the newest version decides what is known of a hello', () => {
  const known = (bytes: Uint8Array): number => helloOf(bytes, 0, bytes.length) - TLS_HELLO;
  assert.deepEqual(
    [0x303, 0x302, 0x301, 0x300].map((version) => known(hello({ version }))),
    [0, 1, 2, 3],
  );
  assert.equal(known(Uint8Array.of(0x80, 46, 1, 0, 2, 0, 21, 0, 0, 0, 16)), 4);
  for (const other of [
    [22, 3, 1, 0, 90, 2, 0, 0, 80, 3, 3],
    [0x80, 46, 4, 0, 2, 0, 21, 0, 0, 0, 16],
    [22, 3, 1, 0, 5, 1],
  ])
    assert.equal(helloOf(Uint8Array.from(other), 0, other.length), 0, other.join());
});

test('a hello that ends without an answer is told, once; one that is answered is an exchange', () => {
  const { out, back } = IP4;
  const forth = (flags: number, seq: number, ack: number, payload = new Uint8Array()): Frame['bytes'] =>
    out(0, tcp({ to: 8443, flags, seq, ack, payload })).bytes;
  const reply = (flags: number, seq: number, ack: number, payload = new Uint8Array()): Frame['bytes'] =>
    back(0, tcp({ from: 8443, to: 40000, flags, seq, ack, payload })).bytes;
  const said = hello();
  const end = 1001 + said.length;
  const begin = [
    forth(SYN, 1000, 0),
    reply(SYN | ACK, 5000, 1001),
    forth(ACK, 1001, 5001),
    forth(ACK | PSH, 1001, 5001, said),
  ];
  const told = (frames: Frame['bytes'][]): string[] =>
    observe(frames.map((bytes, n) => ({ bytes, time: (out(0, tcp({})).time ?? 0) + n * 1e4 }))).contacts.map(
      ({ outcome }) => outcome,
    );
  const silent = [...begin, reply(ACK | FIN, 5001, end), forth(ACK | FIN, end, 5002)];
  assert.deepEqual(told(silent), ['answered', 'unheard']);
  const alert = [
    ...begin,
    reply(ACK | PSH, 5001, end, Uint8Array.of(21, 3, 1, 0, 2, 2, 40)),
    forth(ACK | FIN, end, 5008),
  ];
  assert.deepEqual(told([...alert, reply(ACK | FIN, 5008, end + 1)]), ['answered', 'exchanged']);
});

/** SSH_MSG_KEXINIT (RFC 4253 section 7.1) with so many bytes of padding. */
function keyExchange(names: readonly string[], cookie = 1, padding = 7): Uint8Array {
  const lists = names.flatMap((text) => [0, 0, ...sized(Array.from(text, (letter) => letter.charCodeAt(0)))]);
  const payload = [20, ...new Array<number>(16).fill(cookie), ...lists, 0, 0, 0, 0, 0];
  const size = payload.length + 1 + padding;
  return Uint8Array.from([0, 0, ...u16(size), padding, ...payload, ...new Array<number>(padding).fill(cookie)]);
}

test('SSH offers the same whatever its cookie and padding are, and something else by its lists', () => {
  const names = ['curve25519-sha256', 'ssh-ed25519', 'aes128-ctr'];
  const of = (bytes: Uint8Array): number => sshOfferOf(bytes, 0, bytes.length);
  assert.equal(laterHelloOf(keyExchange(names), 0, 99), SSH_OFFER);
  assert.equal(of(keyExchange(names)), of(keyExchange(names, 9, 5)));
  assert.notEqual(of(keyExchange(names)), of(keyExchange(['curve25519-sha256', 'ssh-rsa', 'aes128-ctr'])));
  assert.equal(laterHelloOf(Uint8Array.of(...hello()), 0, hello().length), STARTTLS_HELLO);
  assert.equal(laterHelloOf(new Uint8Array(60), 0, 60), 0);
});

test('a hello after other words is told at the end, with what was said until then', () => {
  const { out, back } = IP4;
  const words = Uint8Array.from('EHLO a\r\n', (letter) => letter.charCodeAt(0));
  const answer = new Uint8Array(700).fill(65);
  const frames: Frame[] = [
    out(0, tcp({ to: 25, flags: SYN, seq: 1000 })),
    back(0, tcp({ from: 25, to: 40000, flags: SYN | ACK, seq: 5000, ack: 1001 })),
    out(0, tcp({ to: 25, flags: ACK, seq: 1001, ack: 5001 })),
    out(0, tcp({ to: 25, flags: ACK | PSH, seq: 1001, ack: 5001, payload: words })),
    back(0, tcp({ from: 25, to: 40000, flags: ACK | PSH, seq: 5001, ack: 1009, payload: answer })),
    out(0, tcp({ to: 25, flags: ACK | PSH, seq: 1009, ack: 5701, payload: hello() })),
    back(0, tcp({ from: 25, to: 40000, flags: ACK | PSH, seq: 5701, ack: 1009 + hello().length, payload: answer })),
    out(0, tcp({ to: 25, flags: ACK | FIN, seq: 1009 + hello().length, ack: 6401 })),
    back(0, tcp({ from: 25, to: 40000, flags: ACK | FIN, seq: 6401, ack: 1010 + hello().length })),
  ];
  const [ended] = observe(frames).contacts.filter(({ outcome }) => outcome === 'ended');
  assert.equal(ended.length, words.length + hello().length);
  assert.equal(ended.bytesOut, ended.length);
});
