import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AGENT, type Habit } from '../../src/record/habit.ts';
import { tryInnocence } from '../../src/triage/innocent.ts';
import { likelyOf } from '../../src/triage/likely.ts';
import { suspectOfHabit } from '../../src/triage/notable.ts';
import { agents, every, NOBODY, out } from '../support/habits.ts';

const nameOf = (habit: Partial<Habit>): string | undefined =>
  likelyOf(suspectOfHabit({ ...NOBODY, tries: habit.contacts ?? 0, ...habit }))?.name;

const LIKELY: readonly (readonly [what: string, name: string, habit: Partial<Habit>])[] = [
  [
    'traces to many hosts',
    'likely traceroute',
    { contacts: 74, traced: 28, tracePorts: 23, addresses: 5, pairs: 30, answered: 19, missed: 55 },
  ],
  [
    'a file transfer',
    'likely negotiated ports (file transfer, telephony or media)',
    { contacts: 61, answered: 61, pairs: 61, highPorts: 60, addresses: 1, services: 61 },
  ],
  [
    'a host of ours in a swarm whose members have one port',
    'likely peer-to-peer, game or call',
    { ...out(300), answered: 100, missed: 200, pairs: 300, highPorts: 300, addresses: 300, services: 5 },
  ],
  [
    'a browser of ours',
    'likely outbound use',
    { ...out(50), answered: 44, missed: 6, pairs: 50, addresses: 50, services: 1 },
  ],
  [
    'a resolver whose answers are not logged',
    'likely DNS resolver or client',
    { requests: 31, lookups: 31, names: 15 },
  ],
  [
    'who shows many secrets to some hosts',
    'likely guessing of passwords (T1110), which is no scan',
    { contacts: 40, answered: 40, exchanged: 40, logins: 40, turnedAway: 38, addresses: 8, visits: every(1, 5) },
  ],
  [
    'a program with an old password, of which only packets tell',
    'likely client with an old password',
    { contacts: 40, answered: 40, exchanged: 40, logins: 40, turnedAway: 40, addresses: 1, visits: every(30, 20) },
  ],
  [
    'a user who mistyped',
    'likely user who mistyped a password',
    { requests: 4, requestsAnswered: 1, admitted: 1, refused: 3, names: 1 },
  ],
  [
    'a mail program with an old password',
    'likely client with an old password',
    { requests: 400, refused: 400, names: 1, visits: every(60, 24) },
  ],
  [
    'a crawler of a site that was moved',
    'likely crawler',
    { requests: 180, requestsMissed: 180, names: 30, namesMissed: 30, agents: agents(AGENT.crawler) },
  ],
  [
    'a check whose targets are half dead',
    'likely monitor or another service that somebody subscribed to',
    {
      contacts: 60,
      missed: 30,
      addresses: 35,
      pairs: 35,
      pairsMissed: 5,
      requests: 180,
      requestsAnswered: 180,
      names: 1,
      agents: agents(AGENT.service),
    },
  ],
  ['an application', 'likely application or device', { requests: 600, names: 4, agents: agents(AGENT.library) }],
  [
    'a link checker that calls itself a browser',
    'likely crawler, mirror or link checker',
    { requests: 116, requestsAnswered: 99, requestsMissed: 17, names: 32, heads: 116, agents: agents(AGENT.browser) },
  ],
  [
    'a visitor of a page that asks for what is gone',
    'likely visitor',
    {
      requests: 36,
      requestsAnswered: 1,
      requestsMissed: 35,
      names: 36,
      namesMissed: 35,
      referred: 35,
      agents: agents(AGENT.browser),
    },
  ],
];

for (const [what, name, habit] of LIKELY)
  test(`${what}: ${name}`, () => {
    assert.equal(nameOf(habit), name);
    const suspect = suspectOfHabit({ ...NOBODY, tries: habit.contacts ?? 0, ...habit });
    const certain = tryInnocence(suspect).filter(({ holds }) => holds);
    assert.deepEqual(certain, [], 'what clears a source asks for more');
  });

test('guesses, sweeps and tools that say so are not likely anything', () => {
  const guessed = { requests: 900, requestsMissed: 880, requestsAnswered: 20, names: 900, namesMissed: 880 };
  assert.equal(nameOf({ ...guessed, agents: agents(AGENT.browser) }), undefined);
  assert.equal(nameOf({ ...guessed, agents: agents(AGENT.library) }), undefined);
  const sweep = { contacts: 90, missed: 80, answered: 10, pairs: 90, pairsMissed: 80, addresses: 90, services: 1 };
  assert.equal(nameOf(sweep), undefined);
  assert.equal(nameOf({ requests: 30, requestsMissed: 30, lookups: 30, names: 30, namesMissed: 30 }), undefined);
  assert.equal(nameOf({ requests: 20, admitted: 1, refused: 19, names: 1 }), undefined, 'guessed passwords');
  assert.equal(nameOf({ requests: 600, names: 4, agents: agents(AGENT.tool) }), undefined);
});
