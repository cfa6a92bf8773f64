import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Candidate, type Team, teamsOf } from '../../../src/correlate/effort/teams.ts';
import { randomOf, range } from '../../support/contacts.ts';

const BAR = 20;
const HOST = 0xc0000200;
const target = (host: number, port: number): number => (HOST + host) * 65_536 + port;

/** A scan of these targets, one every ten seconds, from `first` on. */
const scan = (targets: readonly number[], first = 0, hosts = 100, every = 10e6): Candidate => ({
  key: 'tcp-syn tool tcp/23',
  first,
  hosts,
  visits: targets.map((each, n) => ({ at: first + n * every, target: each })),
});

function permuted<T>(values: readonly T[], seed: number): T[] {
  const random = randomOf(seed);
  return values
    .map((value) => ({ value, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value);
}

const teams = (candidates: readonly Candidate[]): Team[] => teamsOf(candidates, BAR);
const ALL = [...range(256)].map((host) => target(host, 23));

test('scanners that share a network out are a team, and one who goes over all of it is not of it', () => {
  const targets = permuted(ALL, 3);
  const shards = [...range(8)].map((n) => scan(targets.slice(32 * n, 32 * n + 32), n * 1e6));
  const [team, other] = teams([...shards, scan(permuted(ALL, 4), 9e6)]);
  assert.equal(team?.kind, 'shared');
  assert.deepEqual(new Set(team.members), new Set(range(8)));
  assert.deepEqual([team.done, team.of, team.what], [256, 256, 'addresses']);
  assert.equal(other, undefined);
});

test('teams with unlike tools that leave to each other what they take are one; who goes over the same is another', () => {
  const targets = permuted(ALL, 3);
  const shard = (n: number, tool: string, from = targets): Candidate => ({
    ...scan(from.slice(32 * n, 32 * n + 32), n * 1e6),
    key: `${tool} tcp/23`,
    wide: 'tcp/23',
  });
  const eight = [...range(8)].map((n) => shard(n, n < 4 ? 'one' : 'other'));
  const [team, second] = teams(eight);
  assert.deepEqual([team?.members.length, team?.done, second], [8, 256, undefined]);
  const again = permuted(ALL, 4);
  const apart = [...range(8)].map((n) => (n < 4 ? shard(n, 'one') : shard(n, 'other', again)));
  assert.equal(teams(apart).length, 2);
  assert.equal(teams(eight.map((one) => ({ ...one, wide: one.key }))).length, 2);
});

test('ports of one host that are shared out', () => {
  const ports = permuted(
    [...range(400)].map((port) => target(1, port + 1)),
    5,
  );
  const [team] = teams([...range(10)].map((n) => scan(ports.slice(40 * n, 40 * n + 40), n, 1)));
  assert.deepEqual([team?.kind, team?.what, team?.done, team?.of], ['shared', 'ports', 400, 400]);
});

test('decoys keep the time of the real one', () => {
  const targets = permuted(ALL, 6);
  const [team] = teams([...range(5)].map((n) => scan(targets, n * 100)));
  assert.equal(team?.kind, 'decoys');
  assert.equal(team.members.length, 5);
});

test('strangers with the same tool at the same port are no team, whatever the seed', () => {
  for (const seed of range(40)) {
    const some = [...range(12)].map((n) => scan(permuted(ALL, 100 * seed + n).slice(0, 40), n * 7e6));
    assert.deepEqual(teams(some), [], `parts, seed ${seed}`);
    const whole = [...range(6)].map((n) => scan(permuted(ALL, 200 * seed + n), n * 3600e6));
    assert.deepEqual(teams(whole), [], `all, seed ${seed}`);
  }
});

test('the same list of ports at the same host, hours apart, makes no team', () => {
  const ports = [...range(100)].map((port) => target(1, port + 1));
  assert.deepEqual(teams([...range(6)].map((n) => scan(ports, n * 3600e6, 1))), []);
});

const DAY = 86_400e6;

test('two efforts on two days, with strangers around them for weeks, are two teams', () => {
  const shards = (day: number, seed: number): Candidate[] => {
    const targets = permuted(ALL, seed);
    return [...range(8)].map((n) => scan(targets.slice(32 * n, 32 * n + 32), day * DAY + n * 1e6));
  };
  const strangers = [...range(30)].map((n) => scan(permuted(ALL, 500 + n).slice(0, 60), n * DAY));
  const found = teams([...shards(3, 7), ...strangers, ...shards(12, 8)]);
  assert.equal(found.length, 2);
  const parts = found.map(({ members }) => members.toSorted((a, b) => a - b));
  assert.deepEqual(
    parts.sort(([a], [b]) => a - b),
    [[...range(8)], [...range(8)].map((n) => 38 + n)],
  );
});

test('an effort that takes five days is one team', () => {
  const targets = permuted(ALL, 11);
  const slow = [...range(6)].map((n) => scan(targets.slice(40 * n, 40 * n + 40), n * 60e6, 100, 3 * 3600e6));
  const [team, ...others] = teams(slow);
  assert.deepEqual(others, []);
  assert.equal(team.members.length, 6);
});

test('strangers of three weeks are no team, whatever the seed', () => {
  for (const seed of range(20)) {
    const some = [...range(40)].map((n) => scan(permuted(ALL, 100 * seed + n).slice(0, 40), n * 0.5 * DAY));
    assert.deepEqual(teams(some), [], `seed ${seed}`);
  }
});

test('words of a list that are shared out; who reads the same words at once keeps no step', () => {
  const read = (words: readonly number[], first: number): Candidate => ({
    ...scan(words, first, 1, 1e5),
    isWords: true,
  });
  const words = permuted([...range(600)], 6);
  const [team, other] = teams([...range(3)].map((n) => read(words.slice(200 * n, 200 * n + 200), n * 1e6)));
  assert.equal(other, undefined);
  assert.deepEqual([team?.what, team?.kind, team?.members.length, team?.done], ['words', 'shared', 3, 600]);
  const same = [...range(4)].map((n) => read([...range(200)], n * 1e3));
  assert.deepEqual(teams(same), []);
  assert.deepEqual(
    teams(same.map((one) => ({ ...one, isWords: false }))).map(({ kind }) => kind),
    ['decoys'],
  );
  // Each of them reads what it likes of the list.
  assert.deepEqual(teams([...range(4)].map((n) => read(permuted(words, n).slice(0, 200), n * 1e6))), []);
});
