import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Spawn, Spawned } from '../../../src/correlate/after/spawned.ts';
import { oddStarts } from '../../../src/correlate/process/servers.ts';
import { allocateExecutions } from '../../../src/record/execution.ts';
import { range, START } from '../../support/contacts.ts';
import { requests } from './asked.ts';

const SCANNER = '203.0.113.9';
const HOUR = 3600;

interface Start {
  /** seconds after START */
  readonly at: number;
  readonly server: string;
  readonly command: string;
}

/** Servers of one host that start something, and a scanner that asks two seconds before the last start. */
function spawns(starts: readonly Start[]): Spawn[] {
  const spawned = new Spawned({ at: () => 1, isPublic: () => true, count: () => 1 });
  const batch = allocateExecutions(1);
  spawned.begin(1, START);
  for (const [nth, { at, server, command }] of starts.entries()) {
    if (nth === starts.length - 1) spawned.ask(requests([{ from: SCANNER, at: at - 2, path: '/shell' }]), 0);
    batch.time[0] = START + at * 1e6;
    const odd = oddStarts('/usr/bin/dash', command);
    spawned.start(batch, 0, { host: 1, hostName: 'web1', server, command, odd });
  }
  return spawned.spawns();
}

const asked = (found: readonly Spawn[]): Spawn[] => found.filter(({ askers }) => askers.length > 0);
const letters = (n: number): string => n.toString(2).replaceAll('0', 'a').replaceAll('1', 'b');
const fetches = (count: number): Start[] =>
  [...range(count)].map((n) => ({
    at: n * HOUR,
    server: 'tomcat',
    command: `sh -c wget http://192.0.2.1/${letters(n)}`,
  }));

test('a server that starts something new every hour does not hide what another starts after weeks', () => {
  const attack = { at: 600 * HOUR, server: 'apache2', command: 'sh -c whoami' };
  const [spawn, ...others] = asked(spawns([...fetches(600), attack]));
  assert.deepEqual(others, []);
  assert.deepEqual([spawn.server, spawn.commands, spawn.before], ['apache2', ['sh -c whoami'], 0]);
  assert.equal(spawns([...fetches(600), attack]).length, 256);
});

test('how often a server has started such things is known though the first of them are forgotten', () => {
  const [spawn] = asked(spawns(fetches(600)));
  assert.deepEqual([spawn.server, spawn.before], ['tomcat', 599]);
});

test('what a server starts every day stays usual, however much else is started', () => {
  const daily = (day: number): Start => ({ at: day * 24 * HOUR, server: 'apache2', command: 'sh -c whoami' });
  const many = [...range(2500)].map((n) => ({
    at: 25 * HOUR + n,
    server: 'tomcat',
    command: `sh -c wget http://192.0.2.1/${letters(n)}`,
  }));
  const more = many.map((start) => ({ ...start, at: start.at + 24 * HOUR, command: `${start.command}.sh` }));
  assert.deepEqual(asked(spawns([daily(0), daily(1), ...many, daily(2), ...more, daily(3)])), []);
});
