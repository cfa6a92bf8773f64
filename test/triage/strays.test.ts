import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress } from '../../src/record/address.ts';
import type { Stray } from '../../src/record/stray.ts';
import { explainStray, explainStrays, type Sight } from '../../src/triage/strays.ts';

const BOTH: Sight = { oneSided: false, bothWays: true };
const STRAY: Stray = {
  source: parseAddress('198.19.7.7') as Uint32Array,
  own: false,
  answers: 4446,
  targets: 381,
  dark: 381,
  protocol: 6,
  port: 443,
  votes: 4446,
  asking: 40_000,
  askingVotes: 2,
  first: 0,
};
const what = (over: Partial<Stray>, sight = BOTH): string =>
  explainStray({ ...STRAY, ...over }, sight)?.what ?? 'nothing';

test('backscatter, in words and figures', () => {
  assert.deepEqual(explainStray(STRAY, BOTH), {
    source: '198.19.7.7',
    what: 'backscatter of an attack on its tcp/443 with forged sources',
    because: '4,446 answers (repeats not counted) to 381 addresses, none known to be in use',
    probes: 4446,
  });
});

test('the readings are told apart', () => {
  assert.match(what({ targets: 2, dark: 2 }), /forged in the name of unused addresses/);
  assert.match(what({ targets: 2, dark: 0 }), /begun before/);
  assert.match(what({ targets: 40, dark: 0 }, { oneSided: true, bothWays: true }), /asymmetric/);
  assert.match(what({ own: true }), /asymmetric/);
  assert.match(what({ protocol: 17, port: 53 }, { oneSided: false, bothWays: false }), /were not seen/);
  assert.match(what({ protocol: 1, port: 0 }), /attack on its icmp/);
});

test('answers to one port of one host, each from another port, were never asked for', () => {
  const probes = { answers: 40, targets: 1, dark: 1, votes: 0, asking: 80, askingVotes: 40 };
  assert.match(what(probes), /^likely idle scan by way of tcp\/80 /);
  assert.match(what({ ...probes, targets: 2, dark: 2 }), /forged/, 'several hosts');
  assert.match(what({ ...probes, votes: 40, askingVotes: 0 }), /forged/, 'a service and its clients');
  assert.match(what({ ...probes, votes: 40 }), /forged/, 'two ports that have much to say');
});

test('a few answers, and what hosts tell of themselves, need no explanation', () => {
  assert.equal(what({ answers: 5 }), 'nothing');
  assert.equal(what({ own: true, protocol: 0 }), 'nothing');
  assert.equal(what({ own: true, protocol: 58 }), 'nothing');
});

/** Resolvers that answer one host of ours a little each. */
const resolvers = (count: number, over: Partial<Stray> = {}): Stray[] =>
  Array.from({ length: count }, (_, n) => ({
    ...STRAY,
    source: parseAddress(`198.18.3.${n}`) as Uint32Array,
    answers: 3 + (n % 5),
    targets: 1,
    dark: 0,
    protocol: 17,
    port: 53,
    ...over,
  }));

test('many who answer a little each from one service are a reflection, and the most active are listed', () => {
  const lines = explainStrays(resolvers(40), BOTH);
  assert.equal(lines.length, 10);
  assert.equal(lines[0].what, 'answers of its udp/53, one of many: reflection of questions in our name');
  assert.equal(
    lines[0].because,
    '7 answers (repeats not counted); 200 answers of 40 sources from udp/53 that nobody was seen to ask',
  );
  assert.ok(lines.every(({ probes }) => probes === 7 || probes === 6));
  assert.match(explainStrays(resolvers(40), { oneSided: false, bothWays: false })[0].what, /asymmetric/);
});

test('a few who answer a little, hosts of ours, and many services are nothing to tell', () => {
  assert.deepEqual(explainStrays(resolvers(7), BOTH), []);
  assert.deepEqual(explainStrays(resolvers(40, { own: true }), BOTH), []);
  assert.deepEqual(
    explainStrays(
      resolvers(40).map((stray, n) => ({ ...stray, port: 1000 + n })),
      BOTH,
    ),
    [],
  );
  assert.equal(explainStrays([...resolvers(5), STRAY], BOTH).length, 1);
});
