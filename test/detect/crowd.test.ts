import assert from 'node:assert/strict';
import { test } from 'node:test';
import { roundPrice } from '../../src/detect/crowd-tests.ts';
import { type Crowd, Crowds } from '../../src/detect/crowd.ts';
import { Method, Outcome } from '../../src/record/contact.ts';
import { type ContactSpec, contacts, randomOf, range } from '../support/contacts.ts';
import { judged, Stand } from '../support/judge.ts';

const HERE = 0xc0000200;
const HOME = ['192.0.2.0/24'];
/** Sources of networks of their own. */
const member = (n: number): number => (0x50000000 + 0x10100 * n) >>> 0;

/** A member each for these targets, one packet a quarter of an hour. */
const shared = (targets: readonly number[], port = 5060): ContactSpec[] =>
  targets.map((to, n) => ({ from: member(n), to, port, protocol: 17, at: n * 900, length: 100 }));

function permuted(values: readonly number[], seed: number): number[] {
  const random = randomOf(seed);
  return values
    .map((value) => ({ value, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}

const crowdsOf = (specs: readonly ContactSpec[], home = HOME): Crowd[] => judged(specs, { home }).judge.crowds.found();
const ALL = [...range(256)].map((n) => HERE + n);

test('one packet a source, targets in order: a crowd, and its order is told', () => {
  for (const [order, targets] of [
    ['sequential', ALL],
    ['descending', ALL.toReversed()],
  ] as const) {
    const [crowd] = crowdsOf(shared(targets));
    assert.ok(crowd, order);
    assert.equal(crowd.order, order);
    assert.ok(crowd.members.length > 200);
    assert.deepEqual([crowd.protocol, crowd.port], [17, 5060]);
  }
});

test('reverse byte order over several networks, as in 2011', () => {
  const nets = [...range(8)].flatMap((net) => [...range(32)].map((n) => 0x0a000000 + net * 0x100 + n));
  const reversed = (word: number): number =>
    ((word & 0xff) * 2 ** 24 + ((word >>> 8) & 0xff) * 2 ** 16 + ((word >>> 16) & 0xff) * 2 ** 8 + (word >>> 24)) >>> 0;
  const targets = nets.toSorted((a, b) => reversed(a) - reversed(b));
  const [crowd] = crowdsOf(shared(targets), ['10.0.0.0/21']);
  assert.equal(crowd?.order, 'reverse-byte');
});

test('targets shared out at random, none twice: a crowd without an order', () => {
  const [crowd] = crowdsOf(shared(permuted(ALL, 5)));
  assert.ok(crowd);
  assert.equal(crowd.order, null);
});

test('the bits are those of its rows, and its samples can be looked up', () => {
  const [crowd] = crowdsOf(shared(ALL));
  assert.ok(Math.abs(crowd.rows.reduce((sum, { bits }) => sum + bits, 0) - crowd.bits) < 0.01);
  for (const { samples } of crowd.rows) assert.ok(samples.length > 0 && samples.length <= 20);
});

test('strangers who knock at random are no crowd, whatever the seed', () => {
  for (const seed of range(30)) {
    const random = randomOf(100 + seed);
    const knocks = [...range(600)].map((n) => ({
      from: member(Math.floor(random() * 5000)),
      to: HERE + Math.floor(random() * 256),
      port: 23,
      at: n * 60,
    }));
    assert.equal(crowdsOf(knocks).length, 0, `seed ${seed}`);
  }
});

test('one loud scanner in order is no crowd', () => {
  assert.deepEqual(crowdsOf(ALL.map((to) => ({ from: 5, to, port: 23 }))), []);
});

test('what answers is no miss: visitors of services in order are no crowd', () => {
  assert.deepEqual(crowdsOf(shared(ALL).map((spec) => ({ ...spec, outcome: Outcome.answered }))), []);
});

test('as much noise on the same port does not hide a crowd', () => {
  const random = randomOf(3);
  const crowd = shared(ALL, 23).map((spec, n) => ({ ...spec, protocol: 6, at: n * 300 }));
  const noise = [...range(256)].map((n) => ({
    from: member(20_000 + n),
    to: HERE + Math.floor(random() * 256),
    port: 23,
    at: n * 300 + 1,
  }));
  const mixed = [...crowd, ...noise].sort((a, b) => (a.at ?? 0) - (b.at ?? 0));
  assert.equal(crowdsOf(mixed).length, 1);
});

test('unrelated sources, each going through a few neighbours in order, are no crowd', () => {
  let wrong = 0;
  for (const seed of range(10)) {
    const random = randomOf(500 + seed);
    const specs = [...range(180)].flatMap((n) => {
      const start = Math.floor(random() * 16_000);
      return [...range(3)].map((k) => ({ from: member(n), to: 0x0a000000 + start + k, port: 23, at: n * 600 + k }));
    });
    wrong += crowdsOf(specs, ['10.0.0.0/18']).length;
  }
  assert.equal(wrong, 0);
});

test('sources that ask for different IPv6 addresses of ours are no crowd: there are 2^64 to choose from', () => {
  const random = randomOf(4);
  const hex = (): string => Math.floor(random() * 65536).toString(16);
  const specs = [...range(256)].map((n) => ({
    from: `2a00:${(n + 1).toString(16)}::1`,
    to: `2001:db8:1::${hex()}:${hex()}`,
    port: 443,
    at: n * 60,
  }));
  assert.equal(crowdsOf(specs, ['192.0.2.0/24', '2001:db8:1::/64']).length, 0);
});

test('a crowd that begins after a day of noise on its port is found too', () => {
  const random = randomOf(6);
  const noise = [...range(600)].map((n) => ({
    from: member(30_000 + n),
    to: HERE + Math.floor(random() * 256),
    port: 5060,
    protocol: 17,
    at: n * 100,
  }));
  const late = shared(ALL).map((spec) => ({ ...spec, at: 100_000 + (spec.at ?? 0) }));
  assert.ok(crowdsOf([...noise, ...late]).length > 0);
});

test('two sources that knock at 512 services in turn do not hide a crowd', () => {
  const filler = [...range(520)].flatMap((port) =>
    [...range(8)].map((n) => ({ from: n % 2 === 0 ? 5 : 6, to: HERE + n, port: 10_000 + port, at: 0 })),
  );
  assert.ok(crowdsOf([...filler, ...shared(ALL)]).length > 0);
});

test('a background on thousands of services does not hide a crowd that begins after it', () => {
  const random = randomOf(77);
  const noise = [...range(24_000)].map((n) => ({
    from: member(n % 20_000),
    to: HERE + Math.floor(random() * 256),
    port: 1 + Math.floor(random() * 3000),
    protocol: 17,
    at: n * 10,
    length: 100,
  }));
  // Meanwhile and after it, the background goes on.
  const crowd = shared(permuted(ALL, 9), 50_600).map((spec, n) => ({
    ...spec,
    from: 0x0b000000 + n * 0x10000,
    at: 120_000 + n * 200,
  }));
  const found = crowdsOf([...noise, ...crowd].toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0)));
  assert.deepEqual(
    found.map(({ port }) => port),
    [50_600],
  );
});

test('backscatter is nobody’s hit, whatever stood in its rows before', () => {
  const stand = new Stand({ home: HOME });
  const crowds = new Crowds(1);
  const take = (specs: readonly ContactSpec[]): void => {
    const batch = contacts(specs);
    stand.ledger.admit(batch, 0, batch.count);
    crowds.observe(batch, 0, batch.count, stand.ledger);
  };
  take([...range(256)].map((n) => ({ from: 0x50000000 + n, to: HERE + n, port: 1000 + n })));
  take(
    ALL.map((to, n) => ({
      from: member(n),
      to,
      port: 443,
      method: Method.strayAnswer,
      outcome: Outcome.unknown,
      at: n,
    })),
  );
  assert.equal(crowds.found().length, 0);
});

test('a crowd of some hours is found in noise that trickled in for days before, and its members are its own', () => {
  const random = randomOf(8);
  const noise = [...range(80)].map((n) => ({
    from: member(40_000 + n),
    to: HERE + Math.floor(random() * 256),
    port: 5060,
    protocol: 17,
    at: n * 6480,
  }));
  const late = shared(permuted(ALL, 9)).map((spec, n) => ({ ...spec, at: 604_800 + n * 60 }));
  const [crowd, ...others] = crowdsOf([...noise, ...late]);
  assert.deepEqual(others, []);
  assert.equal(crowd.members.length, 256);
  assert.ok(crowd.members.every(({ source }) => source[3] < member(40_000)));
});

test('what was rejected fits what tells: order, shares, or both', () => {
  const rejectedOf = (specs: readonly ContactSpec[]): string => {
    const [campaign] = judged(specs, { home: HOME }).findings.filter(({ kind }) => kind === 'campaign');
    return campaign.triage.rejected.join('; ');
  };
  assert.match(rejectedOf(shared(ALL)), /in no order/);
  assert.equal(rejectedOf(shared(permuted(ALL, 5))), 'unrelated sources: some would have come to the same targets');
});

/** A stack each. */
const ONE = { protocol: 6, length: 0, ttl: 50, window: 1024, options: 0 };
const OTHER = { protocol: 6, length: 0, ttl: 240, window: 65_535, options: 0x1234_5678 };
const looking = (specs: readonly ContactSpec[], look: Partial<ContactSpec>): ContactSpec[] =>
  specs.map((spec) => ({ ...spec, ...look }));
const inTime = (specs: readonly ContactSpec[]): ContactSpec[] => specs.toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0));

test('a tool stands out from four times as much noise on its port', () => {
  const random = randomOf(21);
  const noise = [...range(1000)].map((n) => ({
    from: member(20_000 + n),
    to: HERE + Math.floor(random() * 256),
    port: 23,
    at: n * 230,
    ...OTHER,
    window: 1 + Math.floor(random() * 65_535),
  }));
  const crowds = crowdsOf(inTime([...noise, ...looking(shared(permuted(ALL, 22), 23), ONE)]));
  assert.equal(crowds.length, 1);
  assert.ok(crowds[0].members.length > 200);
  assert.ok(crowds[0].members.every(({ source }) => source[3] < member(20_000)));
});

test('two efforts on one port, each with a stack of its own, are told apart', () => {
  const second = shared(permuted(ALL, 24), 23).map((spec, n) => ({ ...spec, from: member(1000 + n), at: n * 900 + 7 }));
  const mixed = inTime([...looking(shared(permuted(ALL, 23), 23), ONE), ...looking(second, OTHER)]);
  const crowds = crowdsOf(mixed);
  assert.equal(crowds.length, 2);
  assert.notEqual(crowds[0].look, crowds[1].look);
  for (const { members } of crowds) {
    const early = members.filter(({ source }) => source[3] < member(1000)).length;
    assert.ok(early === 0 || early === members.length);
  }
});

test('one effort of machines with several stacks stays one', () => {
  const mixed = shared(permuted(ALL, 25), 23).map((spec, n) => ({ ...spec, ...(n % 3 === 0 ? ONE : OTHER) }));
  const crowds = crowdsOf(mixed);
  assert.deepEqual(
    crowds.map(({ look }) => look),
    [0],
  );
  assert.ok(crowds[0].members.length > 240);
});

test('a crowd that opened stays one whatever comes after it, where no headers are told', () => {
  const random = randomOf(31);
  const untold = { protocol: 6, ttl: 0 };
  const noise = [...range(470)].map((n) => ({
    from: member(20_000 + n),
    to: HERE + Math.floor(random() * 256),
    port: 23,
    at: 20_000 + n,
  }));
  const early = looking(shared(ALL.slice(-30), 23), untold).map((spec, n) => ({ ...spec, at: n * 60 }));
  assert.equal(crowdsOf([...early, ...looking(noise, untold)]).length, 1);
});

test('the weights of all rounds of a service add up to 1 at most', () => {
  const sum = [...range(100_000)].reduce((total, n) => total + 2 ** -roundPrice(n + 1), 0);
  assert.ok(sum <= 1 && sum > 0.999, `${sum}`);
});
