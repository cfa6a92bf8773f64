import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tryInnocence } from '../../src/triage/innocent.ts';
import { AGENT, Use, type Habit } from '../../src/record/habit.ts';
import type { Suspect } from '../../src/triage/suspect.ts';
import { agents, asked, NOBODY, uses } from '../support/habits.ts';
import { CALM, GUEST, holding } from '../support/suspects.ts';

test('a load test asks for the same over and over; who guesses parameters goes through his list once', () => {
  const habit = { ...NOBODY, ...asked(1250, 1), last: 2e6, agents: agents(AGENT.browser) };
  const fast = { probes: 1250, answered: 1250, names: 1, habit };
  const isLoad = (namesMissed: number): boolean => holding({ ...fast, namesMissed }).includes('load test');
  assert.deepEqual([0, 16, 156, 157, 1250].map(isLoad), [true, true, true, false, false]);
});

test('datagrams to ports of one host that programs choose are calls where a fifth of them answers', () => {
  const calls = { contacts: 80, pairs: 80, pairsMissed: 60, missed: 60, answered: 20, highPorts: 80, addresses: 1 };
  const by = (over: Partial<Habit>, datagrams = 80): string[] =>
    holding({
      addresses: 1,
      services: 80,
      probes: 80,
      datagrams,
      answered: 20,
      missed: 60,
      habit: { ...NOBODY, ...calls, ...over },
    });
  assert.deepEqual(by({}), ['file transfers, calls or streams']);
  assert.deepEqual(by({ answered: 15 }), [], 'fewer');
  assert.deepEqual(by({ answered: 0, missed: 0, pairsMissed: 0 }), [], 'it is not told');
  assert.deepEqual(by({ highPorts: 79 }), [], 'a port of services');
  assert.deepEqual(by({ addresses: 2 }), [], 'another host');
  assert.deepEqual(by({}, 79), [], 'a connection');
});

test('data ports follow a control channel, where no outcome is told', () => {
  const untold = { answered: 0, addresses: 1, services: 61, probes: 61 };
  const first = { begins: Use.control, uses: uses(Use.control, 1) };
  const habit = { ...NOBODY, ...first, contacts: 61, tries: 61, pairs: 61, highPorts: 60, addresses: 1 };
  assert.deepEqual(holding({ ...untold, habit }), ['file transfers, calls or streams']);
  assert.deepEqual(holding({ ...untold, habit: { ...habit, begins: Use.other } }), [], 'it began with another port');
  assert.deepEqual(holding({ ...untold, habit: { ...habit, highPorts: 59 } }), [], 'another port of services');
  assert.deepEqual(holding({ ...untold, habit: { ...habit, missed: 1 } }), [], 'one is told, and in vain');
});

test('a mail program tries the ports of mail on a few hosts, and uses one', () => {
  const setup = { addresses: 2, services: 9, probes: 11, mailServices: 7, exchanged: 3, answered: 5, missed: 6 };
  const read = (over: Partial<Suspect>): string[] => holding({ ...setup, habit: GUEST, ...over });
  assert.deepEqual(read({}), ['mail program that looks for its settings']);
  assert.deepEqual(read({ mailServices: 0 }), [], 'something else, too');
  assert.deepEqual(read({ mailServices: 2 }), [], 'two ports are no search');
  assert.deepEqual(read({ exchanged: 0 }), [], 'it uses none');
  assert.deepEqual(read({ addresses: 5 }), [], 'many hosts');
  assert.deepEqual(read({ probes: 37 }), [], 'again and again');
});

test('a package manager asks for the packages of its kind, and for nothing that is weak', () => {
  const habit = { ...NOBODY, requests: 60, requestsMissed: 60, names: 60, namesMissed: 60 };
  const asks = {
    ...CALM,
    habit,
    addresses: 0,
    services: 0,
    probes: 60,
    answered: 0,
    missed: 60,
    names: 60,
    namesMissed: 60,
  };
  const holds = (over: Partial<Suspect>): boolean =>
    tryInnocence({ ...asks, ...over }).some(({ name, holds: does }) => does && name === 'package manager');
  assert.ok(holds({ packages: 'Maven' }));
  assert.ok(!holds({}));
  assert.ok(!holds({ packages: 'Maven', pointed: 1 }));
});

/** A source that missed nearly all of sixty paths. */
const missing = (kind: number, over: Partial<Suspect>, seconds = 600): string[] => {
  const figures = { names: 60, namesMissed: 55, requests: 60, requestsMissed: 55, requestsAnswered: 5 };
  const habit = { ...NOBODY, ...figures, agents: agents(kind), agent: 'x', last: seconds * 1e6 };
  const nothing = { addresses: 0, services: 0, probes: 60, answered: 5, missed: 55, names: 60, namesMissed: 55 };
  return holding({ ...nothing, habit, listed: false, forms: { few: 1, served: 0, bare: 0 }, ...over });
};

test('a crawler may go at leisure through old addresses of a site, if they are no words of a list', () => {
  assert.deepEqual(missing(AGENT.bot, {}), ['crawler']);
  assert.deepEqual(missing(AGENT.browser, {}), [], 'it does not say so');
  assert.deepEqual(missing(AGENT.bot, { listed: true }), [], 'words of a list');
  assert.deepEqual(missing(AGENT.bot, { forms: { few: 0, served: 0, bare: 0.5 } }), [], 'bare words at the root');
  assert.deepEqual(missing(AGENT.bot, { pointed: 1 }), [], 'for a weakness');
  assert.deepEqual(missing(AGENT.bot, {}, 59), [], 'in haste');
});

test('a crawler of a site that answers all alike asks for no forty words of a list that nobody else asks for', () => {
  const habit = { ...NOBODY, requests: 60, requestsAnswered: 60, agents: agents(AGENT.crawler), agent: 'x' };
  const all = { habit, answered: 60, missed: 0 };
  assert.deepEqual(missing(AGENT.crawler, all), ['crawler']);
  assert.deepEqual(missing(AGENT.crawler, { ...all, listed: true }), []);
  assert.deepEqual(missing(AGENT.crawler, { ...all, listed: true, namesMissed: 39 }), ['crawler']);
});

test('an application has a name of its own, and makes its paths in a few ways', () => {
  assert.deepEqual(missing(AGENT.other, {}), ['application or device']);
  assert.deepEqual(missing(AGENT.library, {}), [], 'a library');
  assert.deepEqual(missing(AGENT.other, { listed: true }), [], 'words of a list');
  assert.deepEqual(missing(AGENT.other, { pointed: 1 }), [], 'for a weakness');
  assert.deepEqual(missing(AGENT.other, { forms: { few: 0.8, served: 0, bare: 0 } }), [], 'here and there');
  assert.deepEqual(missing(AGENT.other, {}, 2), [], 'all at once');
});

test('who brings mail finds that some have left; who looks for mailboxes brings none', () => {
  const mails = (taken: number, gone: number, over: Partial<Habit> = {}): string[] => {
    const figures = { requests: taken + gone, requestsAnswered: taken, requestsMissed: gone, names: gone };
    const habit = { ...NOBODY, ...figures, namesMissed: gone, ...over };
    const probes = taken + gone;
    return holding({ addresses: 0, services: 0, probes, answered: taken, names: gone, namesMissed: gone, habit });
  };
  assert.deepEqual(mails(40, 40), ['sender of mail']);
  assert.deepEqual(mails(40, 41), []);
  assert.deepEqual(mails(7, 5), [], 'too few');
  assert.deepEqual(mails(40, 30, { refused: 1 }), [], 'a password');
  assert.deepEqual(mails(40, 30, { agents: agents(AGENT.library), path: 1 }), [], 'a web site');
});

test('who finds half of what it asks for in a place guesses nothing there', () => {
  const usual = { few: 0, served: 0.9, bare: 0 };
  assert.deepEqual(missing(AGENT.browser, { forms: usual, listed: true }), ['application or device']);
  assert.deepEqual(missing(AGENT.browser, { forms: { ...usual, served: 0.8 } }), []);
  assert.deepEqual(missing(AGENT.tool, { forms: usual }), [], 'it calls itself a scanner');
});
