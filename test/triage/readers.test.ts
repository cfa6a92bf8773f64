import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AGENT, type Habit } from '../../src/record/habit.ts';
import { tryInnocence } from '../../src/triage/innocent.ts';
import type { Reads, Suspect } from '../../src/triage/suspect.ts';
import { agents, every, NOBODY } from '../support/habits.ts';

const MISSED = { requests: 80, requestsMissed: 80, names: 20, namesMissed: 20, path: 1 };
const READS: Reads = { missed: 20, told: 0, parts: 0, strangers: 20, burst: 20 };

/** Names of the explanations that hold for who missed twenty names. */
function holding(habit: Partial<Habit>, over: Partial<Suspect> = {}): string[] {
  const { requests, requestsMissed, names, namesMissed } = { ...MISSED, ...habit };
  const suspect = {
    addresses: 0,
    services: 0,
    probes: requests,
    answered: requests - requestsMissed,
    missed: requestsMissed,
    traced: 0,
    exchanged: 0,
    cameBack: false,
    lasted: 600e6,
    names,
    namesMissed,
    pointed: 0,
    crawler: '',
    listed: false,
    reads: READS,
    forms: { few: 0, served: 0, bare: 0 },
  };
  const trials = tryInnocence({ ...suspect, habit: { ...NOBODY, ...MISSED, ...habit }, ...over });
  return trials.filter(({ holds }) => holds).map(({ name }) => name);
}

test('who comes back to all of a list at a pace checks it, though nothing is there', () => {
  const rounds = { agents: agents(AGENT.library), visits: every(200, 4) };
  assert.deepEqual(holding(rounds), ['check of the same few things, in rounds']);
  assert.deepEqual(holding({ ...rounds, requests: 60 }), [], 'three times');
  assert.deepEqual(holding({ ...rounds, visits: every(10, 4), last: 40e6 }), [], 'in haste');
  assert.deepEqual(holding({ ...rounds, visits: every(20, 4) }), [], 'each name four times, and then the next');
  assert.deepEqual(holding(rounds, { pointed: 1 }), [], 'one that looks for a weakness');
  assert.deepEqual(holding({ ...rounds, refused: 80 }), [], 'passwords');
});

test('hosts that others come for are no guesses', () => {
  const one = { agents: agents(AGENT.browser), requests: 30, requestsMissed: 0, names: 30, namesMissed: 0 };
  const visited = { hosts: { asked: 30, visited: 27 } };
  assert.deepEqual(holding(one), []);
  assert.deepEqual(holding(one, visited), ['round of sites that others visit']);
  assert.deepEqual(holding(one, { hosts: { asked: 30, visited: 26 } }), [], 'a host in seven is a guess');
  assert.deepEqual(holding({ ...one, namesMissed: 7 }, visited), [], 'names are guessed beside');
  assert.deepEqual(holding(one, { ...visited, pointed: 1 }), [], 'one that looks for a weakness');
});

test('several people behind one address ask for the same few things', () => {
  const class7 = { agents: agents(AGENT.browser, 3) };
  assert.deepEqual(holding(class7), ['several people who look for the same']);
  assert.deepEqual(holding({ agents: agents(AGENT.browser, 2) }), [], 'two browsers');
  assert.deepEqual(holding({ ...class7, requests: 79 }), [], 'not four times each');
});

test('a browser opens pages that somebody has kept, or the parts of one that it has', () => {
  const one = { agents: agents(AGENT.browser), requests: 20, requestsMissed: 20 };
  assert.deepEqual(holding(one), []);
  const tabs = { reads: { ...READS, told: 0.8 } };
  assert.deepEqual(holding(one, tabs), ['reader of old addresses (tabs, bookmarks, links elsewhere)']);
  assert.deepEqual(holding(one, { ...tabs, listed: true }), [], 'words of a list');
  assert.deepEqual(holding({ ...one, agents: agents(AGENT.library) }, tabs), [], 'a script');
  const parts = { reads: { ...READS, parts: 0.9 } };
  assert.deepEqual(holding(one, parts), ['visitor of pages whose parts are gone']);
  assert.deepEqual(holding(one, { ...parts, pointed: 1 }), [], 'one that looks for a weakness');
});

test('of many people behind one address each misses little, at his own time', () => {
  const crowd = { agents: agents(AGENT.browser, 4), requests: 200, requestsMissed: 40, names: 90 };
  const reads = { ...READS, strangers: 7, burst: 7 };
  const name = ['many people behind one address, each of whom misses little'];
  assert.deepEqual(holding(crowd, { reads, names: 90 }), name);
  assert.deepEqual(holding({ ...crowd, requestsMissed: 41 }, { reads, names: 90 }), []);
  assert.deepEqual(holding(crowd, { reads: { ...reads, strangers: 8 }, names: 90 }), [], 'one who misses much');
  assert.deepEqual(holding(crowd, { reads: { ...reads, burst: 8 }, names: 90 }), [], 'much at once');
  const bare = { few: 0, served: 0, bare: 0.5 };
  assert.deepEqual(holding(crowd, { reads, names: 90, forms: bare }), [], 'words at the root');
});

test('a network that puts our zone behind the names of others looks for its own printers here, too', () => {
  const looks = { lookups: 80, path: 0, names: 40, namesMissed: 40 };
  const name = ['DNS resolver of a network that looks for names in our zone first (search domains)'];
  const labels = { random: 0, again: 0, searched: 8 };
  assert.deepEqual(holding(looks, { labels, names: 40 }), name);
  assert.deepEqual(holding(looks, { labels: { ...labels, searched: 7 }, names: 40 }), []);
  assert.deepEqual(holding(looks, { labels, names: 40, listed: true }), [], 'words of a list');
});
