import assert from 'node:assert/strict';
import { test } from 'node:test';
import { givenHome, inferHome } from '../../src/ledger/home.ts';
import { parseAddress } from '../../src/record/address.ts';
import { Method, Outcome } from '../../src/record/contact.ts';
import { allocateRequests, Asked, beginRequest } from '../../src/record/request.ts';
import { parsePrefix, type Prefix } from '../../src/table/prefix.ts';
import { contacts, type ContactSpec, exchange, randomOf, range } from '../support/contacts.ts';

const inferred = (specs: Iterable<ContactSpec>): readonly string[] => inferHome(contacts(specs)).networks;

const HERE = 0xc0000200;
const THERE = 0xc6336400;
/** An address somewhere on the Internet, of a /24 of its own. */
const stranger = (n: number): number => (0x50000000 + n * 0x10100 + (n % 200)) >>> 0;
/** Several hops away. */
const FAR = 47;
const NEAR = 63;

const sweep = (from: number | string, net: number): ContactSpec[] =>
  [...range(254)].map((n) => ({ from, to: net + n + 1, ttl: FAR }));
const clients = (count: number): ContactSpec[] =>
  [...range(count)].flatMap((n) => exchange({ from: stranger(n), to: HERE + 10 + (n % 4), port: 443, ttl: FAR }));

test('one scanner into a /24: home is what is asked', () => {
  assert.deepEqual(inferred(sweep('203.0.113.9', HERE)), ['192.0.2.0/24']);
});

test('one scanner into two networks', () => {
  assert.deepEqual(inferred([...sweep('203.0.113.9', HERE), ...sweep('203.0.113.9', THERE)]), [
    '192.0.2.0/24',
    '198.51.100.0/24',
  ]);
});

test('many clients of a few servers', () => {
  assert.deepEqual(inferred(clients(300)), ['192.0.2.0/24']);
});

test('a resolver at home asks the world', () => {
  const asks = [...range(300)].flatMap((n) =>
    exchange({ from: HERE + 53, to: stranger(n), protocol: 17, port: 53, method: Method.udp, ttl: NEAR }),
  );
  assert.deepEqual(inferred(asks), ['192.0.2.0/24']);
});

test('a peer at home asks many who are gone', () => {
  const asks = [...range(300)].map((n) => ({
    from: HERE + 7,
    to: stranger(n),
    protocol: 17,
    port: 6881 + n,
    ttl: NEAR,
    outcome: n % 3 === 0 ? Outcome.answered : Outcome.unanswered,
  }));
  assert.deepEqual(inferred(asks), ['192.0.2.0/24']);
});

test('private addresses among themselves are at home', () => {
  const lan = [...range(60)].flatMap((n) =>
    exchange({ from: 0x0a000001 + (n % 9), to: 0x0a000063 + (n % 3), ttl: 64 }),
  );
  assert.deepEqual(inferred(lan), ['10.0.0.0/24']);
});

test('private addresses that meet public ones are at home, the public ones are not', () => {
  const out = [...range(60)].flatMap((n) => exchange({ from: 0xc0a80105, to: stranger(n), port: 443, ttl: 64 }));
  assert.deepEqual(inferred(out), ['192.168.1.0/24']);
});

test('subnets of one network are at home, though people there meet nobody from outside', () => {
  const people = (hosts: number, outcome: number = Outcome.answered): ContactSpec[] =>
    [...range(120)].map((n) => ({
      from: 0x0a020001 + (n % hosts),
      to: 0x0a010001 + (n % 3),
      port: 443,
      ttl: 64,
      outcome,
    }));
  assert.deepEqual(inferred(people(9)), ['10.1.0.0/24', '10.2.0.0/24']);
  assert.deepEqual(inferred(people(3)), ['10.1.0.0/24'], 'a few hosts may be strangers');
  const printers = [...range(120)].map((n) => ({
    from: 0x0a020001 + (n % 9),
    to: 0x0a090001 + (n % 4),
    port: 9100,
    ttl: 64,
  }));
  const answered = printers.map((spec) => ({ ...spec, outcome: Outcome.answered }));
  assert.deepEqual(inferred([...people(9), ...answered]), ['10.1.0.0/24', '10.2.0.0/24', '10.9.0.0/24']);
  assert.ok(!inferred([...people(3), ...people(9, Outcome.unanswered)]).includes('10.2.0.0/24'), 'nobody answers them');
});

test('private addresses that peers of a call give for themselves are not at home', () => {
  const call = [...range(24)].map((n) => ({
    from: HERE + 7,
    to: 0x0a000000 + n * 0x10305,
    protocol: 17,
    method: Method.udp,
    ttl: NEAR,
  }));
  assert.deepEqual(inferred([...call, ...clients(20)]), ['192.0.2.0/24']);
});

test('IPv6: a scanner into a /64, beside IPv4', () => {
  const six = [...range(120)].map((n) => ({
    from: '2001:db8:ffff::9',
    to: `2001:db8:1::${(n + 1).toString(16)}`,
    ttl: FAR,
  }));
  assert.deepEqual(inferred([...six, ...clients(100)]), ['192.0.2.0/24', '2001:db8:1::/64']);
});

test('a telescope: strangers ask addresses where nobody is', () => {
  const random = randomOf(3);
  const noise = [...range(2000)].map(() => ({
    from: stranger(Math.floor(random() * 900)),
    to: HERE + Math.floor(random() * 256),
    port: Math.floor(random() * 5000),
    ttl: FAR,
  }));
  assert.deepEqual(inferred(noise), ['192.0.2.0/24']);
});

test('servers, a resolver, a scanner and noise together', () => {
  const mixed = [
    ...clients(200),
    ...sweep('203.0.113.9', HERE),
    ...[...range(150)].flatMap((n) =>
      exchange({ from: HERE + 53, to: stranger(700 + n), protocol: 17, port: 53, ttl: NEAR }),
    ),
  ];
  assert.deepEqual(inferred(mixed), ['192.0.2.0/24']);
});

test('answers that nobody asked for say nothing about who is at home', () => {
  const backscatter = [...range(500)].map((n) => ({
    from: stranger(n),
    to: THERE + (n % 200),
    method: Method.strayAnswer,
    outcome: Outcome.unknown,
  }));
  assert.deepEqual(inferred([...clients(50), ...backscatter]), ['192.0.2.0/24']);
});

/** Requests of these to a server whose log does not name it. */
function asking(sources: readonly number[]): ReturnType<typeof allocateRequests> {
  const batch = allocateRequests(sources.length);
  for (const from of sources) {
    const row = beginRequest(batch);
    batch.address.set([0, 0, 0xffff, from], row * 8);
    batch.asked[row] = Asked.path;
    batch.count += 1;
  }
  return batch;
}

test('a server that calls a client of its back is at home, whatever else it calls', () => {
  const client = THERE + 77;
  const requests = asking([...range(40)].map(stranger).concat(client));
  const call = { from: HERE + 10, to: client, port: 4444, ttl: NEAR };
  const others = [...range(3)].map((n) => ({ from: HERE + 10, to: stranger(900 + n), port: 443, ttl: NEAR }));
  assert.deepEqual(inferHome(contacts([call]), requests).networks, ['192.0.2.0/24']);
  assert.deepEqual(inferHome(contacts([call, ...others]), requests).networks, ['192.0.2.0/24']);
  assert.deepEqual(inferHome(contacts([call])).networks, ['198.51.100.0/24']);
});

test('own users among the clients of an own server do not make strangers own', () => {
  const requests = asking([HERE + 5, HERE + 6, stranger(1)]);
  assert.deepEqual(inferHome(contacts(sweep('203.0.113.9', HERE)), requests).networks, ['192.0.2.0/24']);
  assert.deepEqual(inferHome(contacts(clients(30)), asking([HERE + 10, HERE + 11])).networks, ['192.0.2.0/24']);
});

test('without contacts there is no home, and no address lies in it', () => {
  const home = inferHome(contacts([]));
  assert.deepEqual(home.networks, []);
  assert.ok(!home.match.contains(parseAddress('10.0.0.1') as Uint32Array, 0));
});

test('the order of contacts does not matter', () => {
  const all = [...clients(80), ...sweep('203.0.113.9', HERE), ...sweep('203.0.113.9', THERE)];
  const random = randomOf(8);
  for (let round = 0; round < 5; round += 1) {
    const shuffled = all.map((spec) => ({ spec, key: random() })).sort((a, b) => a.key - b.key);
    assert.deepEqual(inferred(shuffled.map(({ spec }) => spec)), inferred(all));
  }
});

test('a given home is taken as it is, and said in order', () => {
  const home = givenHome(['198.51.100.0/25', '10.0.0.0/8'].map((text) => parsePrefix(text) as Prefix));
  assert.deepEqual(home.networks, ['10.0.0.0/8', '198.51.100.0/25']);
  assert.equal(home.inferred, false);
  assert.ok(home.match.contains(parseAddress('198.51.100.127') as Uint32Array, 0));
  assert.ok(!home.match.contains(parseAddress('198.51.100.128') as Uint32Array, 0));
});
