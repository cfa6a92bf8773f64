import assert from 'node:assert/strict';
import { test } from 'node:test';
import { helloOf, offerOf } from '../../src/flow/hello.ts';
import { TLS_HELLO } from '../../src/record/hint.ts';
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
